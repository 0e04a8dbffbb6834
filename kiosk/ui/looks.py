"""What templates may use besides the words: dates, plates, reasons, and the visit's display."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import gettext

from kiosk.domain import thai, vehicle
from kiosk.domain.decide import Refused
from kiosk.domain.plate import PlateNumber, PlateShape, display, parse_plate
from kiosk.domain.thai import BANGKOK, bangkok_date
from kiosk.ui import notices
from kiosk.ui.assets import asset
from kiosk.ui.here import current_visit, here, machine, office_here
from kiosk.ui.messages import current_language
from kiosk.ui.polling import stamp
from kiosk.ui.visit import TextSize, Theme

if TYPE_CHECKING:
    from flask import Flask

    from kiosk.domain.reasons import Reason
    from kiosk.domain.renewal import PaidRecord
    from kiosk.ui.desk import Found
    from kiosk.ui.notices import Notice


def install_looks(app: Flask) -> None:
    """Give templates their functions; the machine is asked once a page."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset,
        stamp=stamp,
        long_date=long_date,
        clock=clock,
        brief_date=brief_date,
        show_plate=display,
        said_of=said_of,
        delivery_words=delivery_words,
        as_of=as_of,
        plate_lines=plate_lines,
        ry_name=ry_name,
        said=said,
        sizes=list(TextSize),
        themes=list(Theme),
    )
    app.context_processor(_page)


def _page() -> dict[str, Any]:
    return {
        "machine": machine(),
        "office": office_here(current_language()),
        "display": current_visit().display,
        "ui": here().settings,
        "now": here().clock(),
        "back": request.path if request.method == "GET" else "/",
    }


def long_date(on: date | datetime) -> str:
    """Spell a date out for the visitor; a time is first brought to Bangkok."""
    day = bangkok_date(on) if isinstance(on, datetime) else on
    return thai.long_date(day, current_language())


def clock(at: datetime) -> str:
    """Write the time of day in Bangkok, `09:05`."""
    return f"{at.astimezone(BANGKOK):%H:%M}"


def as_of(at: datetime) -> str:
    """Spell out when the records were last brought up to date."""
    return notices.as_one(thai.long_datetime(at, current_language()))


def plate_lines(record: PaidRecord) -> tuple[str, str]:
    """Split a plate as it is drawn: the number, then nothing; old motorcycles on two lines."""
    shown = display(record.plate.text)
    parsed = parse_plate(record.plate.text)
    if isinstance(parsed, PlateNumber) and parsed.shape is PlateShape.MOTORCYCLE_OLD:
        letters, _, number = shown.partition(" ")
        return letters, number
    return shown, ""


def ry_name(record: PaidRecord) -> str:
    """Name the registration class with its code."""
    ry = record.vehicle.ry_class
    return f"{vehicle.code(ry, current_language())} {vehicle.name(ry, current_language())}"


def said(reason: Reason, notice: Notice) -> notices.Words:
    """Say one reason of a notice in the visitor's language."""
    return notices.words(reason, notice.params, office_here(current_language()))


def brief_date(on: date) -> str:
    """Write a date where there is little room."""
    return thai.short_date(on, current_language())


def said_of(found: Found) -> notices.Words:
    """Say the first reason against a renewal that is refused, in the visitor's language."""
    assert isinstance(found.decision, Refused)  # noqa: S101 - the template asks of no other
    reasons = found.decision.reasons
    return said(reasons[0], notices.of_found(found, reasons, current_language()))


def delivery_words(status: str) -> str:
    """Say how far a posted sticker has come; what we have no words for is shown as it came."""
    key = f"delivery.{re.sub('[^a-z]+', '_', status.casefold())}"
    words = str(gettext(key))
    return status if words == key else words
