"""What became of a push: counted for each kiosk, and said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a push to one kiosk.

    `sent` lines were taken by the kiosk in this push; of them `rejected` records were refused and
    `conflicts` contradict what it has. It has the source up to `last_seq` now, None while it has
    not said so. `problem` is one sentence when the push did not come to its end.
    """

    kiosk: str
    url: str
    source: str
    sent: int
    last_seq: int | None
    applied: int
    rejected: int
    conflicts: int
    problem: str | None

    @property
    def is_clean(self) -> bool:
        """Whether every line got there and none of them was refused."""
        return self.problem is None and self.rejected == 0 and self.conflicts == 0


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push: an outcome for each kiosk, and lines that had none to go to."""

    outcomes: tuple[Outcome, ...]
    leftovers: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether everything got where it belongs."""
        return not self.leftovers and all(outcome.is_clean for outcome in self.outcomes)
