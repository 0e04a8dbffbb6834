"""Batches come in any order, twice, broken off and with bad lines; a small model keeps up."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.store.engine import open_engine, reading
from kiosk.store.renewals import Rejected, RenewalRow
from kiosk.store.schema import prepare
from kiosk.usecases import importing, receiving
from kiosk.usecases.receiving import Answered, Gap, Offer, Overlap, Wanted

START = datetime(2026, 11, 21, 5, tzinfo=UTC)
Line = tuple[str, int, bool]
"""A renewal, a version, and whether the line is a good record."""


class LineDropsError(Exception):
    """The process dies here."""


@dataclass
class Sent:
    offer: Offer
    lines: list[Line]


def decode(line: bytes) -> RenewalRow | Rejected:
    reference, version, is_good = line.decode().split()
    if is_good == "False":
        return Rejected("plate.text", "it is empty", reference, int(version))
    record = f'"{reference} {version}"'.encode()
    return RenewalRow(reference, int(version), "paid", "k", "d", "K", 1, record, stops=False)


def written(lines: list[Line], end: int | None = None) -> Iterator[bytes]:
    for number, line in enumerate(lines):
        if number == end:
            raise LineDropsError
        yield " ".join(map(str, line)).encode()


LINES = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.integers(1, 6), st.sampled_from([True, True, False])),
    min_size=1,
    max_size=12,
)


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
        self.versions: dict[str, int] = {}
        self.held: dict[str, int] = {}
        self.now = START

    def teardown(self) -> None:
        self.engine.dispose()
        shutil.rmtree(self.folder)

    def clock(self) -> datetime:
        return self.now

    @initialize()
    def slices_are_small(self) -> None:
        importing.FIRST_SLICE = 3  # type: ignore[misc] # restored by the fixture below

    def next_batch(self, lines: list[Line], first: int) -> Sent:
        self.now += timedelta(minutes=1)
        digest = f"{len(self.sent)}-{first}"
        offer = Offer("tax", first, first + len(lines) - 1, digest, False, self.now)  # noqa: FBT003 - no snapshot
        return Sent(offer, lines)

    def deliver(self, sent: Sent, end: int | None = None) -> None:
        number = receiving.accept(self.engine, sent.offer, self.clock)
        assert isinstance(number, int)
        lines = written(sent.lines, end)
        answer = receiving.apply_batch(self.engine, number, lines, decode, self.clock)
        self.sent.append(sent)
        self.answers.append(answer)
        self.reached = sent.offer.last_seq
        self.cut_off = None
        for reference, version, is_good in sent.lines:
            self.learn(reference, version, is_good=is_good)

    def learn(self, reference: str, version: int, *, is_good: bool) -> None:
        known = self.versions.get(reference, 0)
        if version < known:
            return
        if not is_good:
            self.held[reference] = max(version, self.held.get(reference, 0))
            return
        self.versions[reference] = version
        if version >= self.held.get(reference, version + 1):
            del self.held[reference]

    @precondition(lambda self: self.cut_off is None)
    @rule(lines=LINES)
    def a_batch_comes(self, lines: list[Line]) -> None:
        self.deliver(self.next_batch(lines, self.reached + 1))

    @precondition(lambda self: self.cut_off is None)
    @rule(lines=LINES, end=st.integers(0, 11))
    def a_batch_is_cut_off(self, lines: list[Line], end: int) -> None:
        sent = self.next_batch(lines, self.reached + 1)
        if end >= len(lines):
            return
        with pytest.raises(LineDropsError):
            self.deliver(sent, end)
        self.cut_off = sent

    @precondition(lambda self: self.cut_off is not None)
    @rule()
    def what_was_cut_off_comes_again(self) -> None:
        assert self.cut_off is not None
        self.deliver(self.cut_off)

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
            found = {row[0]: row[1] for row in ask("SELECT reference, version FROM renewals")}
            assert found == self.versions
            held = ask("SELECT DISTINCT reference FROM holds WHERE released_at IS NULL")
            assert {row[0] for row in held} == set(self.held)


@pytest.fixture(autouse=True)
def usual_slices() -> Iterator[None]:
    usual = importing.FIRST_SLICE
    yield
    importing.FIRST_SLICE = usual  # type: ignore[misc] # as it was


Exchange.TestCase.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)


class TestBatchesInAnyOrder(Exchange.TestCase):  # type: ignore[name-defined, misc] # made by Hypothesis
    pass
