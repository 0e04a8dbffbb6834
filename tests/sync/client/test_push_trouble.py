"""Lines that break, kiosks that refuse or forget: what a push makes of them."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.sync.client import BatchLimits, Patience, Pushed
from kiosk.sync.client.answer import waits
from kiosk.sync.files import FileProblem

if TYPE_CHECKING:
    from tests.sync.client.conftest import FakeKiosk

MakeFile = Callable[..., Path]
Push = Callable[..., Pushed]


def test_a_batch_that_overtook_a_failed_one_is_sent_again(
    fake: FakeKiosk, push: Push, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.sync.client.run._OVERTAKES_BYTES", 0)
    fake.faults["batches"] = [(503, {"title": "busy", "permanent": False}, {})]
    path = make_file(50)
    pushed = push(path, fake)
    assert pushed.outcomes[0].problem is None
    assert fake.chains["paid"] == path.read_bytes().splitlines(keepends=True)


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


def test_a_kiosk_at_the_wrong_address_is_sent_nothing(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    [outcome] = push(make_file(5), replace(fake, name="K-2")).outcomes
    assert outcome.problem == "the kiosk at this address is BKK-5-1, not K-2"
    assert fake.chains == {}


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


def test_a_kiosk_that_answers_byte_by_byte_is_given_up(
    fake: FakeKiosk, push: Push, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.sync.client.answer.WHOLE_S", 0.2)
    fake.faults["status"] = ["an answer byte by byte"] * 99
    [outcome] = push(make_file(5), fake, patience=Patience(give_up_s=0)).outcomes
    assert outcome.problem == "its answer took more than 0.2 s"


def test_a_silent_kiosk_is_waited_for_longer_while_it_applies_a_batch(
    fake: FakeKiosk, push: Push, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.sync.client.link.waits", lambda silent_s: waits(silent_s / 200))
    silent = ["batches"]

    def be_silent(name: str) -> None:
        if name in silent:
            time.sleep(0.25)

    fake.on_request = be_silent
    patience = Patience(give_up_s=0)
    assert push(make_file(5), fake, patience=patience).is_clean
    silent.append("status")
    assert push(make_file(5), fake, patience=patience).outcomes[0].problem == "no answer in time"


def test_nobody_claims_to_know_how_far_a_kiosk_is_that_did_not_say(
    fake: FakeKiosk, push: Push, make_file: MakeFile
) -> None:
    push(make_file(25), fake)
    fake.faults["status"] = [(401, {"title": "unknown key"}, {})]
    assert push(make_file(30), fake).outcomes[0].last_seq is None
    assert push(make_file(30), replace(fake, name="K-2")).outcomes[0].last_seq is None
    fake.faults["batches"] = [(401, {"title": "unknown key"}, {})]
    assert push(make_file(30), fake).outcomes[0].last_seq == 25
