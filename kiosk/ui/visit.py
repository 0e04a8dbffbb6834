"""What is held of one visitor, until the visit ends."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.domain.reasons import Reason
    from kiosk.domain.thai import Language
    from kiosk.ui.notices import Notice


class TextSize(StrEnum):
    """The three steps of ขนาดตัวอักษร."""

    NORMAL = "normal"
    LARGE = "large"
    LARGEST = "largest"


class Theme(StrEnum):
    """The three contrasts of การแสดงผล."""

    LIGHT = "light"
    DARK = "dark"
    YELLOW = "yellow"


@dataclass(slots=True)
class Display:
    """How the visitor wants to read."""

    language: Language
    size: TextSize = TextSize.NORMAL
    theme: Theme = Theme.LIGHT


class Purpose(StrEnum):
    """What the visitor came for."""

    COLLECT = "collect"
    STATUS = "status"


@dataclass(slots=True)
class InRow:
    """One of several stickers that are printed one after the other.

    `job_id` once it was asked for; `reason` if it was not printed after all.
    """

    reference: str
    job_id: str | None = None
    reason: Reason | None = None


@dataclass(slots=True)
class Visit:
    """What one visitor has opened. `id` is what the use cases know the visit by.

    `asked_reference` waits for its owner's ID; `reference` is open to the visitor. `opened` are all
    that were opened here, each with whether the owner's ID was given; while `is_gathering` another
    one joins them. `listed` are those to choose from, `turned_to` the page of them on the screen,
    `picked` those that are chosen, and `row` those that are printed. `slips` are the requests for
    slips, by renewal.
    """

    display: Display
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    asked_reference: str | None = None
    reference: str | None = None
    job_id: str | None = None
    notice: Notice | None = None
    purpose: Purpose = Purpose.COLLECT
    opened: dict[str, bool] = field(default_factory=dict)
    is_gathering: bool = False
    listed: tuple[str, ...] = ()
    turned_to: int = 0
    picked: set[str] = field(default_factory=set)
    row: list[InRow] = field(default_factory=list)
    has_called: bool = False
    slips: dict[str, int] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing of a person is held."""
        held = (self.asked_reference, self.reference, self.job_id, self.notice, self.opened)
        return not any((*held, self.has_called, self.purpose is not Purpose.COLLECT))

    @property
    def pending(self) -> list[InRow]:
        """Those of the row that were not asked for yet."""
        return [each for each in self.row if each.job_id is None and each.reason is None]
