from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.sync.client import (
    NEXT,
    BatchLimits,
    ClientProblem,
    Patience,
    Pushed,
    Receives,
    Target,
    push_file,
)
from kiosk.sync.files import FileProblem

if TYPE_CHECKING:
    from tests.sync.client.conftest import Central, FakeKiosk

MakeFile = Callable[..., Path]
TEN = BatchLimits(lines=10)


@pytest.fixture
def push(central: Central, hasty: Patience) -> Callable[..., Pushed]:
    """Push a file to fake kiosks in batches of ten lines."""

    def run(path: Path, *kiosks: FakeKiosk, receives: str = "all", **how: Any) -> Pushed:  # noqa: ANN401 - as push_file takes them
        targets = [Target(kiosk.url, kiosk.name, Receives(receives)) for kiosk in kiosks]
        how = {"limits": TEN, "patience": hasty, **how}
        return push_file(path, targets, central.key, "paid", **how)

    return run


Push = Callable[..., Pushed]


def test_every_line_arrives_once_and_in_order(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    path = make_file(25)
    [outcome] = push(path, fake).outcomes
    assert fake.chains["paid"] == path.read_bytes().splitlines(keepends=True)
    assert [(e["first_seq"], e["last_seq"]) for e in fake.envelopes] == [
        (1, 10),
        (11, 20),
        (21, 25),
    ]
    assert (outcome.sent, outcome.applied, outcome.last_seq) == (25, 25, 25)
    assert outcome.is_clean


def test_a_batch_leaves_while_the_one_before_it_is_being_applied(
    fake: FakeKiosk, push: Push, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.sync.client.run._OVERTAKES_BYTES", 0)
    is_second_here = threading.Event()
    waits: list[bool] = []

    def hold(path: str) -> None:
        if path == "batches" and fake.asked.count("batches") == 1:
            waits.append(is_second_here.wait(20))
        elif path == "batches":
            is_second_here.set()
            ends_at = time.monotonic() + 20
            while fake.watermark("paid") < 10 and time.monotonic() < ends_at:
                time.sleep(0.005)

    fake.on_request = hold
    path = make_file(20)
    pushed = push(path, fake)
    assert waits == [True]
    assert pushed.outcomes[0].sent == 20
    assert fake.chains["paid"] == path.read_bytes().splitlines(keepends=True)


def test_a_batch_that_overtook_a_failed_one_is_sent_again(
    fake: FakeKiosk, push: Push, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.sync.client.run._OVERTAKES_BYTES", 0)
    fake.faults["batches"] = [(503, {"title": "busy", "permanent": False}, {})]
    path = make_file(50)
    pushed = push(path, fake)
    assert pushed.outcomes[0].problem is None
    assert fake.chains["paid"] == path.read_bytes().splitlines(keepends=True)


def test_what_is_there_already_is_not_sent_again(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    path = make_file(12)
    push(path, fake)
    again = push(path, fake)
    assert again.is_clean
    assert again.outcomes[0].sent == 0
    path = make_file(17)
    assert push(path, fake).outcomes[0].sent == 5
    assert fake.chains["paid"] == path.read_bytes().splitlines(keepends=True)


def test_packed_files_empty_lines_and_a_missing_last_line_end_are_taken(
    fake: FakeKiosk, push: Push, tmp_path: Path
) -> None:
    path = tmp_path / "paid.ndjson.gz"
    path.write_bytes(gzip.compress(b'{"a":1}\r\n\n{"a":\r2}\n{"a":3}'))
    assert push(path, fake).is_clean
    assert fake.chains["paid"] == [b'{"a":1}\r\n', b"\n", b'{"a":\r2}\n', b'{"a":3}\n']


def test_a_kiosk_hears_that_there_is_nothing_new(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    """Or it would take its records for stale after a quiet day."""
    assert push(make_file(0), fake).is_clean
    assert fake.heard == ["paid"]
    push(make_file(12), fake)
    assert fake.heard == ["paid"]
    assert push(make_file(12), fake).is_clean
    assert push(make_file(0), fake, first_seq=NEXT).is_clean
    assert fake.heard == ["paid"] * 3
    assert fake.watermark("paid") == 12


def test_a_damaged_file_is_not_sent_at_all(fake: FakeKiosk, push: Push, tmp_path: Path) -> None:
    path = tmp_path / "paid.ndjson.gz"
    path.write_bytes(gzip.compress(b'{"a":1}\n' * 100)[:-4])
    with pytest.raises(FileProblem, match="damaged or cut short"):
        push(path, fake)
    assert fake.asked == []


@pytest.mark.parametrize(
    "fault", ["drop before it is read", "drop after it is done", "half an answer"]
)
@pytest.mark.parametrize("place", range(4))
def test_a_line_that_breaks_at_any_boundary_loses_and_doubles_nothing(
    fake: FakeKiosk, push: Push, make_file: MakeFile, fault: str, place: int
) -> None:
    path = make_file(30)
    which, before = ("status", 0) if place == 0 else ("batches", place - 1)
    fake.faults[which] = [*[None] * before, fault, fault]
    [outcome] = push(path, fake).outcomes
    assert outcome.problem is None
    assert outcome.sent == 30
    assert fake.chains["paid"] == path.read_bytes().splitlines(keepends=True)


def test_a_busy_kiosk_is_tried_again_and_its_wait_obeyed(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    busy = (503, {"title": "busy", "permanent": False}, {"Retry-After": "0.3"})
    fake.faults["batches"] = [busy]
    began = time.monotonic()
    assert push(make_file(5), fake).is_clean
    assert time.monotonic() - began >= 0.3
    assert fake.asked == ["status", "batches", "batches"]


def test_a_wait_longer_than_our_patience_ends_the_push_at_once(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    fake.faults["batches"] = [(429, {"title": "too many"}, {"Retry-After": "3600"})] * 9
    began = time.monotonic()
    [outcome] = push(make_file(5), fake).outcomes
    assert outcome.problem == "too many"
    assert time.monotonic() - began < 1
    assert fake.asked.count("batches") == 1


@pytest.mark.parametrize("status", [400, 401, 403, 415, 422, 503])
def test_a_permanent_problem_is_not_tried_again(
    fake: FakeKiosk, push: Push, make_file: MakeFile, status: int
) -> None:
    said = {"title": "No", "detail": "never\nso", "permanent": True}
    fake.faults["batches"] = [(status, said, {})] * 9
    [outcome] = push(make_file(25), fake).outcomes
    assert outcome.problem == "No: never so"
    assert fake.asked.count("batches") == 1


def test_a_kiosk_that_is_not_there_is_given_up(
    push: Push, fake: FakeKiosk, make_file: MakeFile
) -> None:
    gone = replace(fake, url="http://127.0.0.1:9")
    patience = Patience(first_s=0.01, cap_s=0.02, give_up_s=0.1)
    [outcome] = push(make_file(5), gone, patience=patience).outcomes
    assert outcome.problem is not None
    assert outcome.problem.startswith("no answer (")
    assert outcome.kiosk == "BKK-5-1"


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


def test_a_kiosk_at_the_wrong_address_is_sent_nothing(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    [outcome] = push(make_file(5), replace(fake, name="K-2")).outcomes
    assert outcome.problem == "the kiosk at this address is BKK-5-1, not K-2"
    assert fake.chains == {}


def test_another_file_under_the_same_source_is_not_taken_for_done(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    push(make_file(25), fake)
    [outcome] = push(make_file(12), fake).outcomes
    assert outcome.problem is not None
    assert "has 25 lines of source paid and this input ends at line 12" in outcome.problem
    assert not push(make_file(0), fake).is_clean


def test_lines_can_follow_all_that_the_kiosk_has(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    push(make_file(25), fake)
    assert push(make_file(12), fake, first_seq=NEXT).is_clean
    assert fake.watermark("paid") == 37
    assert push(make_file(10), fake, first_seq=31).outcomes[0].sent == 3


def test_a_gap_is_said_before_anything_is_sent(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    [outcome] = push(make_file(5), fake, first_seq=10).outcomes
    assert outcome.problem is not None
    assert "waits for line 1 of source paid, and this input begins at line 10" in outcome.problem
    assert fake.asked == ["status"]


def test_a_snapshot_starts_a_chain_on_a_new_disk(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    assert push(make_file(25), fake, first_seq=100, is_snapshot=True).is_clean
    assert [e["snapshot"] for e in fake.envelopes] == [True, False, False]
    assert fake.watermark("paid") == 124
    again = push(make_file(30), fake, first_seq=100, is_snapshot=True)
    assert again.outcomes[0].sent == 5
    assert not fake.envelopes[-1]["snapshot"]


def test_a_kiosk_that_lost_its_end_is_sent_it_again(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    """A disk restored from a backup while a push runs stands earlier than before."""
    path = make_file(40)

    def restore(name: str) -> None:
        if name == "batches" and fake.watermark("paid") == 20:
            fake.on_request = lambda _name: None
            del fake.chains["paid"][10:]
            fake.seen.clear()

    fake.on_request = restore
    assert push(path, fake).is_clean
    assert fake.chains["paid"] == path.read_bytes().splitlines(keepends=True)


def test_a_kiosk_that_forgets_what_it_took_does_not_keep_us_for_ever(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    def forget(name: str) -> None:
        if name == "batches" and fake.watermark("paid") == 20:
            del fake.chains["paid"][10:]

    fake.on_request = forget
    [outcome] = push(make_file(40), fake).outcomes
    assert outcome.problem == "gap"


def test_two_clients_at_once_leave_each_line_once(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    path = make_file(400)
    pushed: list[Pushed] = []
    sizes = (7, 10)

    def run(size: int) -> None:
        pushed.append(push(path, fake, limits=BatchLimits(lines=size)))

    threads = [threading.Thread(target=run, args=(size,)) for size in sizes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fake.chains["paid"] == path.read_bytes().splitlines(keepends=True)
    assert all(each.is_clean for each in pushed)


def test_a_conflict_that_stays_is_given_up(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    overlap = (409, {"title": "overlap", "permanent": True}, {})
    fake.faults["batches"] = [overlap] * 99
    [outcome] = push(make_file(5), fake).outcomes
    assert outcome.problem == "overlap"
    assert fake.asked.count("batches") < 10


def test_a_kiosk_that_takes_small_batches_only_gets_them(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    path = make_file(200)
    fake.largest = 600
    assert push(path, fake, limits=BatchLimits(lines=100)).is_clean
    assert fake.chains["paid"] == path.read_bytes().splitlines(keepends=True)


def test_a_kiosk_that_takes_nothing_is_given_up(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    fake.largest = 10
    [outcome] = push(make_file(64), fake).outcomes
    assert outcome.problem == "too large"


def test_refused_records_are_counted_and_not_clean(
    fake: FakeKiosk, push: Push, tmp_path: Path
) -> None:
    path = tmp_path / "paid.ndjson"
    path.write_bytes(b'{"a":1}\nbroken\n{"a":2}\n')
    [outcome] = push(path, fake).outcomes
    assert (outcome.applied, outcome.rejected, outcome.problem) == (2, 1, None)
    assert not outcome.is_clean


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"last_seq": 3}, {}),
        (200, {"last": "x"}, {}),
        (302, {}, {"Location": "http://127.0.0.1:9/"}),
        (404, {}, {}),
        (599, {"title": 7}, {}),
    ],
)
def test_nonsense_is_said_and_ends_the_push(
    fake: FakeKiosk, push: Push, make_file: MakeFile, answer: object
) -> None:
    fake.faults["batches"] = [answer] * 9
    [outcome] = push(make_file(5), fake).outcomes
    assert outcome.problem is not None
    assert outcome.problem.startswith("it ")
    assert fake.asked.count("batches") == 1


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://kiosk", "is no address"),
        ("kiosk:8090", "is no address"),
        ("https://", "is no address"),
        ("http://kiosk.example:8090", "without TLS"),
        ("http://10.0.0.1:8090", "without TLS"),
        ("https://me:secret@kiosk", "host, port and path only"),
        ("https://kiosk?x=1", "host, port and path only"),
    ],
)
def test_a_wrong_address_is_refused(
    central: Central, make_file: MakeFile, url: str, says: str
) -> None:
    with pytest.raises(ClientProblem, match=says):
        push_file(make_file(1), [Target(url)], central.key, "paid")


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.8.0.1:1", "http://[::1]:1"])
def test_loopback_needs_no_tls(central: Central, make_file: MakeFile, url: str) -> None:
    patience = Patience(give_up_s=0)
    [outcome] = push_file(
        make_file(1), [Target(url)], central.key, "paid", patience=patience
    ).outcomes
    assert outcome.problem is not None
    assert outcome.kiosk == url


@pytest.mark.parametrize("source", ["", "a b", "../x", "ก", "x" * 41])
def test_a_source_is_a_plain_name(
    fake: FakeKiosk, central: Central, make_file: MakeFile, source: str
) -> None:
    with pytest.raises(ClientProblem, match="cannot name a source"):
        push_file(make_file(1), [Target(fake.url)], central.key, source)
