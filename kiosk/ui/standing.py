"""How a renewal stands, line by line: the same on the screen and on the slip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import gettext

from kiosk.domain.plate import display
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaymentStatus
from kiosk.sticker.receipt import Row
from kiosk.ui.desk import Found
from kiosk.ui.looks import as_of, delivery_words, long_date, said
from kiosk.ui.notices import Notice, Words

_SAID_ABOVE: Final = (
    Reason.PENDING,
    Reason.REFUNDED,
    Reason.CANCELLED,
    Reason.ALREADY_PRINTED,
    Reason.ISSUED_ELSEWHERE,
)
"""Reasons that the lines of payment and sticker tell already."""

LETTERS_SHOWN: Final = 4
"""Of a reference on paper: enough for its owner to know it, too few to type it in."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of one thing: `reason` is the refusal it tells of.

    `name` picks the words beside it, `status.<name>`; `is_number` marks an identifier.
    """

    icon: str
    name: str
    text: str
    reason: Words | None = None
    is_number: bool = False


def standing(found: Found, notice: Notice) -> list[Line]:
    """Say in the visitor's language how a renewal stands; `notice` tells why it is not printed."""
    return [_payment(found), _sticker(found, notice), *_problems(notice), *_post(found)]


def slip_rows(lines: list[Line], found: Found, office: str, now: datetime) -> list[Row]:
    """Lay the lines out for plain paper, with the office, the time and a masked reference."""
    record = found.record
    masked = f"••••{record.reference[-LETTERS_SHOWN:]}"
    plate = f"{display(record.plate.text)} {record.plate.province}"
    return [
        Row(gettext("status.title"), is_title=True),
        Row(office),
        Row(as_of(now)),
        Row(),
        Row(gettext("status.reference"), masked),
        Row(gettext("vehicle.plate"), plate, wraps=True),
        Row(gettext("vehicle.year"), str(record.tax.year_be)),
        Row(gettext("vehicle.expires"), long_date(record.tax.expires_on), wraps=True),
        Row(),
        *(row for line in lines for row in _slip_rows(line)),
        Row(),
        Row(gettext("slip.no_sticker")),
    ]


def _slip_rows(line: Line) -> Iterator[Row]:
    name = f"status.{line.name}"
    code = "" if line.reason is None else f" {line.reason.code}"
    yield Row(gettext(name), line.text + code, wraps=True)
    if line.reason is not None and line.reason.quoted:
        yield Row(gettext("notice.quoted"), line.reason.quoted, wraps=True)


def _payment(found: Found) -> Line:
    record = found.record
    payment = f"payment.{record.status.value}"
    text = gettext(payment)
    is_paid = record.status is PaymentStatus.PAID
    if is_paid and record.paid_at is not None:
        text = f"{text} {long_date(record.paid_at)}"
    return Line("check" if is_paid else "info", "payment", text)


def _sticker(found: Found, notice: Notice) -> Line:
    if found.issued_at is not None:
        text = gettext("status.printed", when=as_of(found.issued_at), serial=found.serial)
    elif found.record.sticker_serial is not None:
        text = gettext("status.elsewhere", serial=found.record.sticker_serial)
    else:
        text = gettext("status.not_yet") if notice.reasons else gettext("status.ready")
    return Line("sticker", "sticker", text)


def _problems(notice: Notice) -> list[Line]:
    icon, name = ("info", "note") if notice.is_calm else ("alert", "problem")
    told = [said(reason, notice) for reason in notice.reasons if reason not in _SAID_ABOVE]
    if not told:
        return [Line("check", "problem", gettext("status.none"))]
    return [Line(icon, name, words.title, words) for words in told]


def _post(found: Found) -> Iterator[Line]:
    delivery, policy = found.record.delivery, found.record.policy_number
    if delivery is not None:
        yield Line("pin", "delivery", delivery_words(delivery.status))
        if delivery.ems_number:
            yield Line("scan", "ems", delivery.ems_number, is_number=True)
    if policy:
        yield Line("report", "policy", policy, is_number=True)
