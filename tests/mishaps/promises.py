"""What holds at a kiosk whatever happens, asked after each thing that did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis.stateful import RuleBasedStateMachine, invariant

from kiosk.domain.job import JobState
from kiosk.usecases.attending import FIRST_PROCESS_ID
from tests.mishaps.press import Press

if TYPE_CHECKING:
    from tests.conftest import Home


class Promises(RuleBasedStateMachine):
    """A kiosk with a sticker printer and one for plain paper; `creased` blanks were thrown away."""

    home: Home
    press: Press
    receipts: Press
    creased: int

    def service_ids(self, which: str) -> list[int]:
        return [row[0] for row in self.home.sql(f"SELECT id FROM service_requests WHERE {which}")]

    def jobs_in(self, *states: JobState) -> list[tuple[str, int, str, str]]:
        listed = ", ".join(f"'{state}'" for state in states)
        query = f"SELECT id, number, state, serial FROM jobs WHERE state IN ({listed})"
        return self.home.sql(query)  # type: ignore[return-value]

    @invariant()
    def one_sticker_counts_per_renewal(self) -> None:
        query = "SELECT reference, count(*) FROM issues WHERE validity = 'valid' GROUP BY reference"
        assert all(count == 1 for _, count in self.home.sql(query))

    @invariant()
    def at_most_one_sticker_in_the_world_counts(self) -> None:
        rows = self.home.sql("SELECT job_number, reference, validity FROM issues")
        issues = {number: (reference, validity) for number, reference, validity in rows}
        counting = [
            issues[number][0] for number in self.press.whole if issues[number][1] == "valid"
        ]
        assert len(counting) == len(set(counting))

    @invariant()
    def no_serial_lies_on_two_stickers(self) -> None:
        serials = dict(self.home.sql("SELECT job_number, serial FROM issues"))
        whole = [serials[number] for number in self.press.whole]
        assert len(whole) == len(set(whole))

    @invariant()
    def what_is_called_printed_is_on_paper(self) -> None:
        for _, number, _, _ in self.jobs_in(JobState.PRINTED):
            assert number in self.press.whole

    @invariant()
    def nothing_is_printed_twice(self) -> None:
        assert len(self.press.whole) == len(set(self.press.whole))

    @invariant()
    def every_blank_has_its_fate(self) -> None:
        query = """
            SELECT rolls.blanks, count(*),
                sum(fate = 'issued'), sum(fate = 'spoiled')
            FROM rolls JOIN blanks ON roll_id = rolls.id GROUP BY rolls.id
        """
        rows = self.home.sql(query)
        assert all(loaded == there for loaded, there, _, _ in rows)
        out = self.jobs_in(JobState.SENDING, JobState.IN_DOUBT, JobState.PRINTED)
        spent = self.service_ids("serial IS NOT NULL AND outcome <> 'not-ready'")
        spoiled = len(self.jobs_in(JobState.SPOILED)) + len(spent) + self.creased
        assert sum(row[2] for row in rows) == len(out)
        assert sum(row[3] for row in rows) == spoiled

    @invariant()
    def each_test_page_has_its_blank(self) -> None:
        numbers = {number - FIRST_PROCESS_ID for number in self.press.pages}
        assert numbers <= set(self.service_ids("serial IS NOT NULL"))
        assert numbers >= set(
            self.service_ids("state = 'done' AND kind NOT IN ('clear', 'status')")
        )

    @invariant()
    def a_slip_uses_no_blank_and_comes_once_a_visit(self) -> None:
        assert not self.service_ids("kind = 'status' AND serial IS NOT NULL")
        numbers = {number - FIRST_PROCESS_ID for number in self.receipts.pages}
        assert numbers >= set(self.service_ids("state = 'done' AND kind = 'status'"))
        query = "SELECT id, visit, reference FROM service_requests WHERE kind = 'status'"
        whose = {number: asked for number, *asked in self.home.sql(query)}
        came_out = [tuple(whose[number]) for number in numbers]
        assert len(came_out) == len(set(came_out)) == len(self.receipts.pages)

    @invariant()
    def a_sent_job_is_told_to_central(self) -> None:
        told = {row[0] for row in self.home.sql("SELECT key FROM print_log")}
        sent = [JobState.SENDING, *(s for s in JobState if s in ("printed", "in_doubt"))]
        for job_id, _, state, _ in self.jobs_in(*sent):
            assert f"{job_id}:{state}" in told
            assert f"{job_id}:sending" in told
