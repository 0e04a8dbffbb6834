"""Every refusal, doubt and fault in one pattern: what it is, what to do, where, and its code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from flask_babel import gettext

from kiosk.domain.job import CancelCause, JobState
from kiosk.domain.offices import office
from kiosk.domain.reasons import Reason
from kiosk.domain.thai import Language, baht, long_date, long_datetime
from kiosk.ui.desk import Denied, Found, JobView

R = Reason


class Place(StrEnum):
    """Where the next step is done."""

    HERE = "here"
    COUNTER = "counter"
    OTHER_OFFICE = "other_office"
    OTHER_KIOSK = "other_kiosk"
    APP = "app"
    POST = "post"


_PLACES: Final[Mapping[Reason, Place]] = {
    R.NOT_FOUND: Place.HERE,
    R.PENDING: Place.APP,
    R.OTHER_OFFICE: Place.OTHER_OFFICE,
    R.OTHER_KIOSK: Place.OTHER_KIOSK,
    R.BY_POST: Place.POST,
    R.PRINTING_NOW: Place.HERE,
    R.CODE_UNREADABLE: Place.HERE,
    R.CODE_EXPIRED: Place.APP,
    R.REFERENCE_MALFORMED: Place.HERE,
    R.ID_MALFORMED: Place.HERE,
    R.ID_MISMATCH: Place.HERE,
    R.TOO_MANY_TRIES: Place.HERE,
    R.SESSION_OVER: Place.HERE,
    R.PLATE_MALFORMED: Place.HERE,
    R.PRINTER_BUSY: Place.HERE,
    R.NOTHING_CAME_OUT: Place.HERE,
    R.REQUEST_CANCELLED: Place.HERE,
    R.VISITOR_WAITED: Place.HERE,
    R.SLIP_NOT_PRINTED: Place.HERE,
    R.INTERNAL: Place.HERE,
    R.PAGE_UNKNOWN: Place.HERE,
    R.DATABASE_BUSY: Place.HERE,
    R.FORM_STALE: Place.HERE,
}
"""Reasons that are not settled at the counter."""

_CALM: Final = frozenset(
    {
        R.ALREADY_PRINTED,
        R.ISSUED_ELSEWHERE,
        R.PRINTING_NOW,
        R.BY_POST,
        R.PENDING,
        R.OTHER_OFFICE,
        R.OTHER_KIOSK,
        R.PRINTER_BUSY,
        R.FORM_STALE,
        R.SESSION_OVER,
        R.VISITOR_WAITED,
        R.SLIP_NOT_PRINTED,
        R.REQUEST_CANCELLED,
    }
)
"""Reasons after which nothing is wrong with anybody's papers."""

BESIDE_THE_FIELD: Final = frozenset(
    {R.REFERENCE_MALFORMED, R.PLATE_MALFORMED, R.ID_MALFORMED, R.ID_MISMATCH}
)
"""Reasons that are mended by typing again, so they are said where it is typed."""


LONGEST_QUOTE: Final = 240
"""Letters of central's own text on a screen: four lines in the largest size."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a visitor has to be told, most telling reason first; `params` fill its words."""

    reasons: tuple[Reason, ...]
    params: Mapping[str, str] = field(default_factory=dict)
    retry_after_s: int | None = None

    @property
    def is_calm(self) -> bool:
        """Whether nothing is wrong, so that the screen must not look like an error."""
        return all(reason in _CALM for reason in self.reasons)

    @property
    def may_try_again(self) -> bool:
        """Whether typing or scanning again on this machine can help."""
        return all(_place(reason) is Place.HERE for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Words:
    """One reason in the visitor's language; `quoted` is what central says of it, as it came."""

    code: str
    title: str
    next: str
    where: str
    place: str
    quoted: str = ""


class _Known(dict[str, str]):
    """Parameters of a message; one that is not known shows as a dash, never as a fault."""

    def __missing__(self, key: str) -> str:
        return "–"


def words(reason: Reason, params: Mapping[str, str], home_office: str) -> Words:
    """Say a reason in the visitor's language; `home_office` is this office's name."""
    known = _Known({"this_office": home_office, **params})
    place = _place(reason)

    def say(key: str) -> str:
        return str(gettext(key)) % known

    return Words(
        code=reason.value,
        title=say(f"reason.{reason.value}.title"),
        next=say(f"reason.{reason.value}.next"),
        where=say(f"place.{place.value}"),
        place=place.value,
        quoted=params.get("problem", "") if reason is R.PROBLEM_REPORTED else "",
    )


def of_denied(denied: Denied) -> Notice:
    """Tell a visitor why they get no further."""
    return Notice((denied.reason,), dict(denied.params), denied.retry_after_s)


def of_found(found: Found, reasons: tuple[Reason, ...], language: Language) -> Notice:
    """Tell a visitor why their sticker is not printed, with what the record says."""
    record = found.record
    params = {
        "office": office_name(record.office, language),
        "kiosk": record.kiosk,
        "expires": long_date(record.tax.expires_on, language),
        "year": str(record.tax.year_be),
        "fines": baht(record.fines_satang),
        "serial": found.serial or record.sticker_serial or "–",
        "problem": quoted(record.problem or ""),
    }
    if found.issued_at is not None:
        params["when"] = as_one(long_datetime(found.issued_at, language))
    return Notice(reasons, params)


def as_one(when: str) -> str:
    """Keep a date on one line, and a time: `19 November`, `2026` on the next reads badly."""
    return re.sub(r"(?<!,) (?!\(|เวลา)", "\u00a0", when)


def of_ended(job: JobView) -> Notice:
    """Tell a visitor how a job ended that put out no sticker for them."""
    if job.state is JobState.NO_OUTPUT:
        return Notice((R.NOTHING_CAME_OUT,))
    if job.state is not JobState.CANCELLED:
        return Notice((R.PRINT_IN_DOUBT,))
    if job.cause == CancelCause.WAITED_TOO_LONG:
        return Notice((R.VISITOR_WAITED,))
    return Notice((R.REQUEST_CANCELLED,))


def quoted(text: str) -> str:
    """Return what somebody else wrote in one line of bounded length, without control signs."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"


def office_name(code: str, language: Language) -> str:
    """Name an office as the visitor reads it; an unknown one is shown by its code."""
    known = office(code)
    return known.name_th if language == "th" else known.name_en


def _place(reason: Reason) -> Place:
    return _PLACES.get(reason, Place.COUNTER)
