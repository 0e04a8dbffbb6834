"""One file for many kiosks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.sync.client import BatchLimits, Pushed

if TYPE_CHECKING:
    from tests.sync.client.conftest import Central, FakeKiosk

MakeFile = Callable[..., Path]
Push = Callable[..., Pushed]


def test_trouble_with_one_kiosk_stops_no_other(
    central: Central, push: Push, make_file: MakeFile
) -> None:
    kiosks = [central.start(f"K-{n}") for n in range(5)]
    kiosks[1].faults["status"] = [(401, {"title": "unknown key"}, {})]
    kiosks[3].faults["batches"] = [None, (503, {"title": "full", "permanent": True}, {})]
    pushed = push(make_file(30), *kiosks)
    assert [outcome.problem for outcome in pushed.outcomes] == [
        None,
        "unknown key",
        None,
        "full",
        None,
    ]
    assert [kiosk.watermark("paid") for kiosk in kiosks] == [30, 0, 30, 10, 30]
    assert not pushed.is_clean
    assert push(make_file(30), *kiosks).is_clean


def test_fifty_kiosks_get_their_own_records_and_no_others(
    central: Central, push: Push, make_file: MakeFile
) -> None:
    kiosks = [central.start(f"K-{n}") for n in range(50)]
    names = [kiosk.name for kiosk in kiosks]
    path = make_file(2000, *names)
    assert push(path, *kiosks, receives="own").is_clean
    lines = path.read_bytes().splitlines(keepends=True)
    for number, kiosk in enumerate(kiosks):
        assert kiosk.chains == {f"paid.{kiosk.name}": lines[number::50]}


def test_sorted_lines_are_resumed_too(central: Central, push: Push, make_file: MakeFile) -> None:
    kiosk, other = central.start("K-0"), central.start("K-1")
    kiosk.faults["batches"] = [None, (503, {"title": "full", "permanent": True}, {})]
    path = make_file(5000, "K-0", "K-1")
    limits = BatchLimits(lines=1100)
    assert push(path, kiosk, other, receives="own", limits=limits).outcomes[0].last_seq == 1100
    assert push(path, kiosk, other, receives="own", limits=limits).is_clean
    assert kiosk.chains["paid.K-0"] == path.read_bytes().splitlines(keepends=True)[::2]


def test_lines_that_are_for_nobody_are_named(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    path = make_file(4, "BKK-5-1", "K-9")
    path.write_bytes(path.read_bytes() + b'{"kiosk":7}\n\n{"torn')
    pushed = push(path, fake, receives="own")
    assert pushed.outcomes[0].is_clean
    assert pushed.leftovers == (
        "2 lines are for kiosks not listed: K-9",
        "2 lines name no kiosk: line 5, 7",
    )
    assert not pushed.is_clean
