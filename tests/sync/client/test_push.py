"""Which lines of a file go to a kiosk, and that each arrives once."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.sync.client import NEXT, BatchLimits, Pushed

if TYPE_CHECKING:
    from tests.sync.client.conftest import FakeKiosk

MakeFile = Callable[..., Path]
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


def test_refused_records_are_counted_and_not_clean(
    fake: FakeKiosk, push: Push, tmp_path: Path
) -> None:
    path = tmp_path / "paid.ndjson"
    path.write_bytes(b'{"a":1}\nbroken\n{"a":2}\n')
    [outcome] = push(path, fake).outcomes
    assert (outcome.applied, outcome.rejected, outcome.problem) == (2, 1, None)
    assert not outcome.is_clean
