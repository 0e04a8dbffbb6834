from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.sync.client import Patience, Pushed, collect
from kiosk.sync.client.lines import kept

if TYPE_CHECKING:
    from tests.sync.client.conftest import Central, FakeKiosk

MakeFile = Callable[..., Path]
NO_ROOM = os.strerror(errno.ENOSPC)


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing more can be written to temporary files."""
    device = Path("/dev/full")
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_how: device.open("r+b", 0))


@pytest.mark.usefixtures("full")
def test_nobody_looks_for_the_full_disk_at_the_kiosk(
    fake: FakeKiosk, push: Callable[..., Pushed], make_file: MakeFile
) -> None:
    [outcome] = push(make_file(5), fake).outcomes
    assert outcome.problem == f"at central, {tempfile.gettempdir()}: {NO_ROOM}"
    assert fake.chains == {}


@pytest.mark.usefixtures("full")
def test_input_that_cannot_be_sorted_or_kept_says_where_there_is_no_room(
    fake: FakeKiosk, push: Callable[..., Pushed], make_file: MakeFile
) -> None:
    path = make_file(5)
    with pytest.raises(OSError, match=NO_ROOM) as sorting:
        push(path, fake, receives="own")
    with path.open("rb") as stream, pytest.raises(OSError, match=NO_ROOM) as keeping, kept(stream):
        pass
    for caught in (sorting, keeping):
        assert caught.value.filename == tempfile.gettempdir()


def test_a_log_goes_on_when_there_is_room_again(
    central: Central,
    fake: FakeKiosk,
    hasty: Patience,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake.print_fact(5)
    ledger = tmp_path / "log.ndjson"
    write = os.write

    def half(descriptor: int, block: bytes) -> int:
        if len(block) < 100:
            raise OSError(errno.ENOSPC, NO_ROOM)
        return write(descriptor, block[: len(block) // 2])

    def run() -> None:
        collect(fake.url, ledger, central.key, central.ring, page_facts=2, patience=hasty)

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", half)
        with pytest.raises(OSError, match=NO_ROOM) as caught:
            run()
    assert caught.value.filename == str(ledger)
    assert fake.delivered == 0
    run()
    numbers = [json.loads(line)["number"] for line in ledger.read_bytes().splitlines()]
    assert numbers == [fact["number"] for fact in fake.facts]
