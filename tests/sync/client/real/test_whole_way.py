from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from kiosk.sync.client import (
    BatchLimits,
    ClientProblem,
    Patience,
    Target,
    collect,
    push_file,
)
from kiosk.sync.client.batch import STORED, Chain
from kiosk.sync.client.link import Link, open_client

if TYPE_CHECKING:
    from kiosk.usecases.collecting import Desk
    from tests.sync.client.real.conftest import BreakingLine, RealKiosk

WriteRecords = Callable[..., Path]
SMALL = BatchLimits(lines=20)
HASTY = Patience(first_s=0.005, cap_s=0.05, give_up_s=20)
NEVER_AGAIN = Patience(first_s=60, cap_s=60)
PLACES = (0, 200, 700, 3000, 9000)


def by_reference(path: Path) -> dict[str, bytes]:
    """Return what central has: the newest version of each record."""
    lines = path.read_bytes().splitlines()
    return {json.loads(line)["reference"]: json.loads(line) for line in lines}


def as_stored(real: RealKiosk) -> dict[str, bytes]:
    return {reference: json.loads(record) for reference, record in real.stored().items()}


def numbers(path: Path) -> list[int]:
    return [json.loads(line)["number"] for line in path.read_bytes().splitlines()]


def test_records_arrive_and_are_equal_one_by_one(
    real: RealKiosk, write_records: WriteRecords
) -> None:
    path = write_records(100)
    write_records(50, version=2)
    target = Target(real.url, "BKK-5-1")
    pushed = push_file(path, [target], real.home.central, "paid", limits=SMALL)
    assert pushed.is_clean, pushed
    assert pushed.outcomes[0].applied == 150
    assert as_stored(real).keys() == by_reference(path).keys()
    assert all(real_is_like(real, path))
    again = push_file(path, [target], real.home.central, "paid", limits=SMALL)
    assert again.is_clean, again
    assert again.outcomes[0].sent == 0


def real_is_like(real: RealKiosk, path: Path) -> list[bool]:
    sent = by_reference(path)
    return [
        record["version"] == sent[reference]["version"]
        and record["grant"] == sent[reference]["grant"]
        for reference, record in as_stored(real).items()
    ]


@pytest.mark.parametrize("up", PLACES)
@pytest.mark.parametrize("down", [0, 100])
def test_a_line_that_breaks_anywhere_loses_and_doubles_no_record(
    real: RealKiosk, breaking_line: BreakingLine, write_records: WriteRecords, up: int, down: int
) -> None:
    path = write_records(60)
    breaking_line.cuts = [(up, down), (up * 2, down), (up * 3, down)]
    target = Target(breaking_line.url, "BKK-5-1")
    pushed = push_file(path, [target], real.home.central, "p", limits=SMALL, patience=HASTY)
    assert pushed.is_clean, pushed
    assert breaking_line.broken
    assert len(real.stored()) == 60
    assert all(real_is_like(real, path))
    ranges = real.home.sql("SELECT first_seq, last_seq FROM batches ORDER BY id")
    assert ranges == [(1, 20), (21, 40), (41, 60)]


@pytest.mark.parametrize("up", PLACES)
def test_a_line_that_breaks_under_two_batches_loses_and_doubles_no_record(
    real: RealKiosk,
    breaking_line: BreakingLine,
    write_records: WriteRecords,
    monkeypatch: pytest.MonkeyPatch,
    up: int,
) -> None:
    monkeypatch.setattr("kiosk.sync.client.run._OVERTAKES_BYTES", 0)  # small ones wait otherwise
    path = write_records(100)
    breaking_line.cuts = [(up, 0), (up, 100), (up * 2, 0), (up * 3, 100)]
    target = Target(breaking_line.url, "BKK-5-1")
    pushed = push_file(path, [target], real.home.central, "p", limits=SMALL, patience=HASTY)
    assert pushed.outcomes[0].problem is None
    assert len(real.stored()) == 100
    assert all(real_is_like(real, path))
    ranges = real.home.sql("SELECT first_seq, last_seq FROM batches ORDER BY id")
    assert ranges == [(start, start + 19) for start in range(1, 100, 20)]


def test_batches_repeated_and_out_of_order_leave_each_record_once(
    real: RealKiosk, write_records: WriteRecords
) -> None:
    path = write_records(100)
    batches = list(
        Chain("paid", "BKK-5-1", real.home.central).batches(
            path.read_bytes().splitlines(), 1, BatchLimits(lines=10), is_snapshot=False
        )
    )
    refused: list[tuple[int, ClientProblem]] = []
    mixed = batches * 12
    Random(7).shuffle(mixed)  # noqa: S311 - an order, no secret
    with open_client() as client:
        link = Link(client, real.url, real.home.central, HASTY, threading.Event())
        for batch in mixed:
            try:
                receipt = link.send(batch)
            except ClientProblem as problem:
                refused.append((batch.first_seq, problem))
            else:
                assert receipt.applied == 10
        assert link.status().watermarks == {"paid": 100}
    assert refused
    for first_seq, problem in refused:
        assert (problem.status, problem.permanent) == (409, True)
        assert problem.expected_seq is not None
        assert first_seq > problem.expected_seq
    assert all(real_is_like(real, path))
    assert real.home.one("SELECT count(*) FROM batches") == 10


def test_a_quiet_day_is_heard(real: RealKiosk, write_records: WriteRecords) -> None:
    path = write_records(5)
    target = Target(real.url)
    push_file(path, [target], real.home.central, "paid")
    before = real.home.one("SELECT made_at FROM watermarks")
    assert push_file(path, [target], real.home.central, "paid").is_clean
    assert real.home.one("SELECT made_at FROM watermarks") > before


def test_a_refused_record_is_counted_and_the_good_ones_are_in(
    real: RealKiosk, write_records: WriteRecords
) -> None:
    path = write_records(5)
    path.write_bytes(path.read_bytes() + b'{"reference":"P0000001","version":2}\n')
    [outcome] = push_file(path, [Target(real.url)], real.home.central, "paid").outcomes
    assert (outcome.applied, outcome.rejected, outcome.problem) == (5, 1, None)


def test_a_snapshot_begins_a_chain_on_a_new_disk(
    real: RealKiosk, write_records: WriteRecords
) -> None:
    path = write_records(50)
    push = {"first_seq": 1001, "is_snapshot": True, "limits": SMALL}
    for _ in range(2):
        assert push_file(path, [Target(real.url)], real.home.central, "all", **push).is_clean  # type: ignore[arg-type] # each is of its own type
    assert real.home.one("SELECT last_seq FROM watermarks") == 1050


def test_a_batch_for_another_kiosk_is_refused(real: RealKiosk) -> None:
    [batch] = Chain("paid", "K-2", real.home.central).batches([b"{}"], 1, SMALL, is_snapshot=False)
    with open_client() as client, pytest.raises(ClientProblem) as caught:
        Link(client, real.url, real.home.central, HASTY, threading.Event()).send(batch)
    assert (caught.value.status, caught.value.permanent) == (403, True)


def test_a_key_that_is_not_centrals_is_refused_at_once(
    real: RealKiosk, write_records: WriteRecords
) -> None:
    began = time.monotonic()
    pushed = push_file(
        write_records(1), [Target(real.url)], real.home.key, "paid", patience=NEVER_AGAIN
    )
    assert "does not trust the key" in str(pushed.outcomes[0].problem)
    assert time.monotonic() - began < NEVER_AGAIN.first_s / 2


def test_a_refusal_arrives_although_the_batch_is_still_being_sent(real: RealKiosk) -> None:
    lines = [bytes([ord("0") + n % 10]) * 1000 for n in range(8000)]
    chain = Chain("paid", "BKK-5-1", real.home.key, STORED)
    [batch] = chain.batches(lines, 1, BatchLimits(), is_snapshot=False)
    began = time.monotonic()
    with closing(batch), open_client() as client, pytest.raises(ClientProblem) as caught:
        Link(client, real.url, real.home.key, NEVER_AGAIN, threading.Event()).send(batch)
    assert (caught.value.status, caught.value.permanent) == (401, True)
    assert time.monotonic() - began < NEVER_AGAIN.first_s / 2


def test_the_print_log_comes_back_whole(real: RealKiosk, desk: Desk, tmp_path: Path) -> None:
    ledger = tmp_path / "log.ndjson"
    real.print_stickers(5, desk)
    got = collect(real.url, ledger, real.home.central, real.ring, page_facts=2)
    assert numbers(ledger) == real.printed()
    assert (got.kiosk, got.new) == ("BKK-5-1", len(real.printed()))
    assert real.home.one("SELECT count(*) FROM print_log WHERE delivered_at IS NULL") == 0
    entries = real.home.one("SELECT count(*) FROM audit_events")
    for _ in range(3):
        assert collect(real.url, ledger, real.home.central, real.ring).new == 0
    assert real.home.one("SELECT count(*) FROM audit_events") == entries
    assert real.home.events().count("head-published") == 1
    first = json.loads(ledger.read_bytes().splitlines()[0])
    assert first["fact"]["reference"] == "REF0000000"


@pytest.mark.parametrize("up", [0, 1000])
@pytest.mark.parametrize("down", [0, 150, 1500, 4000])
def test_a_line_that_breaks_anywhere_loses_and_doubles_no_fact(
    real: RealKiosk, breaking_line: BreakingLine, desk: Desk, tmp_path: Path, up: int, down: int
) -> None:
    ledger = tmp_path / "log.ndjson"
    real.print_stickers(3, desk)
    breaking_line.cuts = [(up, down), (up * 2, down * 2), (up * 3, down * 3)]
    key, ring = real.home.central, real.ring
    collect(breaking_line.url, ledger, key, ring, page_facts=1, patience=HASTY)
    assert numbers(ledger) == real.printed()
    assert breaking_line.broken


def test_a_log_that_was_cut_is_noticed(real: RealKiosk, desk: Desk, tmp_path: Path) -> None:
    ledger = tmp_path / "log.ndjson"
    real.print_stickers(1, desk)
    collect(real.url, ledger, real.home.central, real.ring)
    line = json.loads(ledger.read_bytes().splitlines()[-1])
    ledger.write_bytes(
        json.dumps({**line, "number": 10_000}, separators=(",", ":")).encode() + b"\n"
    )
    with pytest.raises(ClientProblem, match="log ends at"):
        collect(real.url, ledger, real.home.central, real.ring)
