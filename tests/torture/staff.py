"""Honest staff: mends the printer, takes out the paper, looks at it, and says what it sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from kiosk.domain.job import JobState
from kiosk.store import jobs, stock
from kiosk.store.engine import reading
from kiosk.store.jobs import Job
from kiosk.usecases.resolving import ResolveProblem, Statement, resolve
from kiosk.usecases.stocking import load_roll, read_in, return_roll, spoil_blanks
from tests.torture.house import PRINTER, House
from tests.torture.paper import Sheet

ROLL_BLANKS = 40
_FEW = 2


class StockAct(StrEnum):
    """What staff may do to the roll besides what it needs."""

    SPOIL = "spoil"
    CHANGE_ROLL = "change-roll"


@dataclass(slots=True)
class Staff:
    """Two people with a cupboard full of rolls."""

    house: House
    mode: str

    @property
    def by(self) -> str:
        return f"staff:{self.house.people[0].badge}"

    def doubt(self) -> Job | None:
        """Return the job in doubt, if there is one."""
        with reading(self.house.engine) as connection:
            found = jobs.in_state(connection, JobState.IN_DOUBT, printer=PRINTER)
        return found[0] if found else None

    def end_doubt(self, job: Job, sheets: list[Sheet], rng: Random) -> None:
        """Say what lies there: the whole sticker, something, or nothing."""
        whole = [s for sheet in sheets for s in sheet.whole if s.serial == job.serial]
        if whole:
            self._say(job, JobState.PRINTED, whole[0].serial)
        elif any(sheet.is_marked for sheet in sheets) or rng.random() < 0.1:
            self._say(job, JobState.SPOILED, None)
        else:
            try:
                self._say(job, JobState.NO_OUTPUT, None)
            except ResolveProblem:
                self._say(job, JobState.SPOILED, None)

    def _say(self, job: Job, outcome: JobState, serial: str | None) -> None:
        statement = Statement(outcome, self.house.people, serial, "looked at the paper")
        resolve(self.house.engine, self.house.clock, job.id, statement, people_needed=2)

    def see_to_stock(self, act: StockAct | None = None) -> None:
        """Do `act`; load a roll when few blanks are left; read in the number under the head."""
        engine, clock = self.house.engine, self.house.clock
        with reading(engine) as connection:
            loaded = stock.loaded(connection)
            left = stock.left(connection) if loaded is not None else 0
            blank = stock.next_blank(connection)
            rolls = len(stock.all_rolls(connection))
        if act is StockAct.SPOIL and blank is not None and left > _FEW:
            spoil_blanks(engine, clock, first=blank, last=blank, by=self.by, why="creased")
        elif loaded is None or left <= _FEW or act is StockAct.CHANGE_ROLL:
            if loaded is not None:
                return_roll(engine, clock, by=self.by, why="a new one comes")
            first = 1 + rolls * ROLL_BLANKS
            last = first + ROLL_BLANKS - 1
            numbers = {"first": f"A{first:07d}", "last": f"A{last:07d}"}
            load_roll(engine, clock, **numbers, mode=self.mode, by=self.by, why="the old one went")
        with reading(engine) as connection:
            is_known, blank = stock.is_read_in(connection), stock.next_blank(connection)
        if not is_known and blank is not None:
            read_in(engine, clock, blank, by=self.by)
