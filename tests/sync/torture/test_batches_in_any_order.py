"""Batches come in any order, twice, broken off and with bad lines that are tried again.

A small model keeps up.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.store.batches import Offer
from kiosk.store.engine import open_engine, reading
from kiosk.store.renewals import Rejected, RenewalRow
from kiosk.store.schema import prepare
from kiosk.usecases import receiving, slicing
from kiosk.usecases.failpoints import Point
from kiosk.usecases.receiving import Answered, Gap, Overlap, Wanted
from kiosk.usecases.retrying import RetryResult, retry_rejects

START = datetime(2026, 11, 21, 5, tzinfo=UTC)
KINDS = ("applied", "repeated", "older", "rejected", "conflicts")
BROKEN, MENDED = "broken", "mended"
Line = tuple[str, int, str]
"""A renewal, a version, and its content; `BROKEN` is a line that is no record."""


class DiesError(Exception):
    """The process dies here."""


@dataclass
class Sent:
    offer: Offer
    lines: list[Line]


def decode(line: bytes) -> RenewalRow | Rejected:
    reference, version, content = line.decode().split()
    if content == BROKEN:
        return Rejected("plate.text", "it is empty", reference, int(version))
    record = f'"{content}"'.encode()
    return RenewalRow(reference, int(version), "paid", "k", "d", "K", 1, record, stops=False)


def decode_mended(line: bytes) -> RenewalRow | Rejected:
    """Read what a later version of the program can read."""
    return decode(line.replace(BROKEN.encode(), MENDED.encode()))


def written(lines: list[Line]) -> Iterator[bytes]:
    for line in lines:
        yield " ".join(map(str, line)).encode()


LINES = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.integers(1, 6), st.sampled_from(["a", "a", "b", BROKEN])),
    min_size=1,
    max_size=12,
)
DEATHS = st.tuples(
    st.sampled_from([Point.SLICE_WRITTEN, Point.SLICE_COMMITTED, Point.BATCH_END_WRITTEN]),
    st.integers(1, 4),
)
"""Where the process dies, and at which time it comes there; short batches may end before."""


class Hold(NamedTuple):
    reference: str
    release: int
    reject: int | None


class Exchange(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        prepare(self.folder / "kiosk.db", "K")
        self.engine = open_engine(self.folder / "kiosk.db")
        self.sent: list[Sent] = []
        self.answers: list[str] = []
        self.cut_off: Sent | None = None
        self.reached = 0
        self.records: dict[str, tuple[int, str]] = {}
        self.holds: list[Hold] = []
        self.rejects: dict[int, tuple[str, int]] = {}
        self.refused = 0
        self.now = START
        self.dies_at: tuple[Point, int] | None = None
        self.patch = pytest.MonkeyPatch()
        for name, size in (("FIRST_SLICE", 3), ("SMALLEST_SLICE", 2), ("LARGEST_SLICE", 4)):
            self.patch.setattr(slicing, name, size)
        for module in (slicing, receiving):
            self.patch.setattr(module, "reach", self.reach)

    def teardown(self) -> None:
        self.patch.undo()
        self.engine.dispose()
        shutil.rmtree(self.folder)

    def clock(self) -> datetime:
        return self.now

    def reach(self, point: Point) -> None:
        if self.dies_at is not None and self.dies_at[0] is point:
            left = self.dies_at[1] - 1
            self.dies_at = (point, left) if left else None
            if not left:
                raise DiesError

    def next_batch(self, lines: list[Line], first: int) -> Sent:
        self.now += timedelta(minutes=1)
        digest = f"{len(self.sent)}-{first}"
        offer = Offer("tax", first, first + len(lines) - 1, digest, False, self.now)  # noqa: FBT003 - no snapshot
        return Sent(offer, lines)

    def deliver(self, sent: Sent) -> None:
        found = receiving.accept(self.engine, sent.offer, self.clock)
        if isinstance(found, Answered):  # it died after the end
            answer = found.answer
        else:
            assert isinstance(found, int)
            lines = written(sent.lines)
            answer = receiving.apply_batch(self.engine, found, lines, decode, self.clock)
        self.sent.append(sent)
        self.answers.append(answer)
        self.reached = sent.offer.last_seq
        self.cut_off = None
        counts = Counter(self.learn(*line) for line in sent.lines)
        assert json.loads(answer) == {
            "source": "tax",
            "first_seq": sent.offer.first_seq,
            "last_seq": sent.offer.last_seq,
            "lines": len(sent.lines),
            **{kind: counts[kind] for kind in KINDS},
        }

    def learn(self, reference: str, version: int, content: str) -> str:
        """Keep up with a line and return as what it counts."""
        known, kept = self.records.get(reference, (0, ""))
        if content == BROKEN:
            self.refused += 1
            self.rejects[self.refused] = reference, version
            if version >= known:
                self.holds.append(Hold(reference, version, self.refused))
            return "rejected"
        if version < known:
            return "older"
        if version == known and content != kept:
            if (hold := Hold(reference, version + 1, None)) not in self.holds:
                self.holds.append(hold)
            return "conflicts"
        self.records[reference] = version, content
        self.lift([one for one in self.holds if one[0] == reference and one.release <= version])
        return "repeated" if version == known else "applied"

    def lift(self, lifted: list[Hold]) -> None:
        self.holds = [hold for hold in self.holds if hold not in lifted]
        for hold in lifted:
            self.rejects.pop(hold.reject or 0, None)

    @precondition(lambda self: self.cut_off is None)
    @rule(lines=LINES)
    def a_batch_comes(self, lines: list[Line]) -> None:
        self.deliver(self.next_batch(lines, self.reached + 1))

    def deliver_and_die(self, sent: Sent, death: tuple[Point, int]) -> None:
        self.dies_at = death
        try:
            self.deliver(sent)
        except DiesError:
            self.cut_off = sent
        self.dies_at = None

    @precondition(lambda self: self.cut_off is None)
    @rule(lines=LINES, death=DEATHS)
    def a_batch_is_cut_off(self, lines: list[Line], death: tuple[Point, int]) -> None:
        self.deliver_and_die(self.next_batch(lines, self.reached + 1), death)

    @precondition(lambda self: self.cut_off is not None)
    @rule(death=DEATHS)
    def what_was_cut_off_is_cut_off_again(self, death: tuple[Point, int]) -> None:
        assert self.cut_off is not None
        self.deliver_and_die(self.cut_off, death)

    @precondition(lambda self: self.cut_off is not None)
    @rule()
    def what_was_cut_off_comes_again(self) -> None:
        assert self.cut_off is not None
        self.deliver(self.cut_off)

    @precondition(lambda self: self.cut_off is None)
    @rule(lines=LINES)
    def an_answer_is_lost(self, lines: list[Line]) -> None:
        sent = self.next_batch(lines, self.reached + 1)
        self.deliver_and_die(sent, (Point.BATCH_END_COMMITTED, 1))
        assert self.cut_off is sent
        self.deliver(sent)

    @precondition(lambda self: self.cut_off is None)
    @rule()
    def refused_lines_are_tried_again_in_vain(self) -> None:
        result = retry_rejects(self.engine, None, decode, self.clock)
        assert result == RetryResult(len(self.rejects), 0)

    @precondition(lambda self: self.cut_off is None)
    @rule()
    def refused_lines_are_tried_again_after_an_update(self) -> None:
        tried = dict(self.rejects)
        result = retry_rejects(self.engine, None, decode_mended, self.clock)
        assert result == RetryResult(len(tried), len(tried))
        for number, (reference, version) in tried.items():
            if number in self.rejects:  # or one before it has settled it
                self.lift([hold for hold in self.holds if hold.reject == number])
                self.rejects.pop(number, None)
                self.learn(reference, version, MENDED)

    @precondition(lambda self: self.sent)
    @rule(choice=st.integers(0))
    def a_batch_comes_again(self, choice: int) -> None:
        number = choice % len(self.sent)
        found = receiving.weigh(self.engine, self.sent[number].offer, self.clock)
        assert found == Answered(self.answers[number])

    @rule(lines=LINES, ahead=st.integers(1, 5))
    def a_batch_comes_too_early(self, lines: list[Line], ahead: int) -> None:
        offer = self.next_batch(lines, self.reached + 1 + ahead).offer
        assert receiving.accept(self.engine, offer, self.clock) == Gap(self.reached + 1)

    @precondition(lambda self: self.reached)
    @rule(lines=LINES, back=st.integers(1, 20))
    def a_batch_comes_too_late(self, lines: list[Line], back: int) -> None:
        offer = self.next_batch(lines, max(1, self.reached + 1 - back)).offer
        assert receiving.accept(self.engine, offer, self.clock) == Overlap(self.reached + 1)

    @precondition(lambda self: self.cut_off is None)
    @rule(lines=LINES, jump=st.integers(1, 50))
    def a_snapshot_jumps_ahead(self, lines: list[Line], jump: int) -> None:
        sent = self.next_batch(lines, self.reached + jump)
        sent.offer = replace(sent.offer, is_snapshot=True)
        assert receiving.weigh(self.engine, sent.offer, self.clock) == Wanted()
        self.deliver(sent)

    @invariant()
    def the_kiosk_is_as_the_model_says(self) -> None:
        with reading(self.engine) as connection:
            ask = connection.exec_driver_sql
            marks = ask("SELECT last_seq FROM watermarks").fetchall()
            assert [tuple(mark) for mark in marks] == ([(self.reached,)] if self.sent else [])
            if self.cut_off is not None:
                return  # some slices of it are in
            rows = ask("SELECT reference, version, record FROM renewals")
            found = {row[0]: (row[1], json.loads(row[2])) for row in rows}
            assert found == self.records
            held = ask(
                "SELECT reference, release_version, reject_id FROM holds WHERE released_at IS NULL"
            )
            assert {tuple(row) for row in held} == set(self.holds)
            waiting = ask("SELECT id FROM rejects WHERE settled_at IS NULL")
            assert {row[0] for row in waiting} == set(self.rejects)


Exchange.TestCase.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)


class TestBatchesInAnyOrder(Exchange.TestCase):  # type: ignore[name-defined, misc] # made by Hypothesis
    pass
