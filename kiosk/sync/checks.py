"""What a type cannot say about a record: characters of texts, and fields that contradict others.

Only what no legitimate record can be is refused here; whether a sticker may be printed is decided
later, with words for the person in front of the screen.
"""

from __future__ import annotations

import json
import re
import string
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from kiosk.domain.provinces import PROVINCES, by_name
from kiosk.domain.renewal import PaymentStatus
from kiosk.domain.thai import BE_OFFSET
from kiosk.domain.typed import fold
from kiosk.domain.vehicle import Fuel, RyClass

if TYPE_CHECKING:
    from kiosk.sync.wire import Wire

Fault = tuple[str, str]
"""A field's dotted path and one sentence on what is wrong with it."""

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2200
_ID_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_GRANT: Final = re.compile(r"[A-Za-z0-9_-]+")
_IDENTIFIER: Final = re.compile(r"[!-~]+")
_DIGEST_BYTES: Final = b"0123456789abcdef"
_GRANT_BYTES: Final = f"{string.ascii_letters}{string.digits}-_".encode()
_PROVINCE_NAMES: Final = frozenset(province.name_th for province in PROVINCES)
_FORBIDDEN: Final = frozenset({"Cc", "Cs"})


def first_fault(wire: Wire) -> Fault | None:
    """Return the first thing wrong with a record whose types are right, None if nothing is."""
    if _is_plainly_good(wire):
        return None
    return next(_faults(wire), None)


def _is_plainly_good(wire: Wire) -> bool:
    """Pass nearly every good record with a few cheap tests; `_faults` has the last word.

    Texts are tested joined: every part of a text in NFC is in NFC too. This runs once a record, and
    deleting all allowed bytes is twice as fast as matching them.
    """
    plate, vehicle = wire.plate, wire.vehicle
    texts = f"{plate.text}{vehicle.make}{vehicle.chassis_tail}{wire.policy_number}"
    codes = f"{wire.reference}{wire.office}{wire.kiosk}{vehicle.registered_office}"
    grant = wire.grant
    return (
        wire.delivery is None
        and wire.problem is None
        and wire.sticker_serial is None
        and (grant is None or not grant.encode().translate(None, _GRANT_BYTES))
        and not wire.owner.id_digest.encode().translate(None, _DIGEST_BYTES)
        and codes.isascii()
        and codes.isprintable()
        and " " not in codes
        and plate.province in _PROVINCE_NAMES
        and texts.isprintable()
        and unicodedata.is_normalized("NFC", texts)
        and (plate.text[-1].isalnum() and vehicle.make[-1].isalnum())
        and (vehicle.engine_cc is not None or not _needs_engine_size(wire))
        and _has_plain_days(wire)
    )


def _has_plain_days(wire: Wire) -> bool:
    tax, paid_at = wire.tax, wire.paid_at
    start, end = tax.period_start, tax.expires_on
    inspected_on, insured_until = wire.inspection_passed_on, wire.insurance_until
    return (
        start <= end
        and _FIRST_YEAR + BE_OFFSET <= start.year + BE_OFFSET <= tax.year_be
        and tax.year_be <= end.year + BE_OFFSET <= _LAST_YEAR + BE_OFFSET
        and _FIRST_YEAR <= wire.vehicle.first_registered_on.year <= _LAST_YEAR
        and (inspected_on is None or _FIRST_YEAR <= inspected_on.year <= _LAST_YEAR)
        and (insured_until is None or _FIRST_YEAR <= insured_until.year <= _LAST_YEAR)
        and (
            wire.status is not PaymentStatus.PAID
            if paid_at is None
            else _FIRST_YEAR <= paid_at.year <= _LAST_YEAR
        )
    )


def _needs_engine_size(wire: Wire) -> bool:
    """Tell whether tax and sticker depend on engine size: RY1, unless it runs on electricity."""
    vehicle = wire.vehicle
    return vehicle.ry_class is RyClass.PRIVATE_CAR and vehicle.fuel is not Fuel.ELECTRIC


def _faults(wire: Wire) -> Iterator[Fault]:
    for field, text in _texts(wire):
        if text is not None and (wrong := _wrong_text(text)):
            yield field, wrong
    for field, text in _codes(wire):
        if text is not None and not _IDENTIFIER.fullmatch(text):
            yield field, "it holds a space or a character that is not plain ASCII"
    yield from _patterns(wire)
    for field, day in _days(wire):
        if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            yield field, _wrong_year(day.year)
    yield from _contradictions(wire)


def _texts(wire: Wire) -> Iterator[tuple[str, str | None]]:
    yield "plate.text", wire.plate.text
    yield "plate.province", wire.plate.province
    yield "vehicle.make", wire.vehicle.make
    yield "vehicle.chassis_tail", wire.vehicle.chassis_tail
    if wire.delivery is not None:
        yield "delivery.status", wire.delivery.status
        yield "delivery.ems_number", wire.delivery.ems_number
    yield "policy_number", wire.policy_number
    yield "problem", wire.problem


def _codes(wire: Wire) -> Iterator[tuple[str, str | None]]:
    yield "reference", wire.reference
    yield "vehicle.registered_office", wire.vehicle.registered_office
    yield "office", wire.office
    yield "kiosk", wire.kiosk
    yield "sticker_serial", wire.sticker_serial


def _days(wire: Wire) -> Iterator[tuple[str, date | None]]:
    yield "vehicle.first_registered_on", wire.vehicle.first_registered_on
    yield "tax.period_start", wire.tax.period_start
    yield "tax.expires_on", wire.tax.expires_on
    yield "paid_at", wire.paid_at
    yield "inspection_passed_on", wire.inspection_passed_on
    yield "insurance_until", wire.insurance_until


def _patterns(wire: Wire) -> Iterator[Fault]:
    if not _ID_DIGEST.fullmatch(wire.owner.id_digest):
        yield "owner.id_digest", "it must be 64 hexadecimal digits in lower case"
    if wire.grant is not None and not _GRANT.fullmatch(wire.grant):
        yield "grant", "it must be base64url without padding"
    if by_name(wire.plate.province) is None:
        yield "plate.province", f"there is no province {wire.plate.province!r}"
    if not fold(wire.plate.text):
        yield "plate.text", "the plate is empty"
    if not wire.vehicle.make.strip():
        yield "vehicle.make", "the make is empty"


def _contradictions(wire: Wire) -> Iterator[Fault]:
    tax = wire.tax
    if tax.expires_on < tax.period_start:
        yield "tax.expires_on", "the tax period ends before it starts"
    elif not tax.period_start.year <= tax.year_be - BE_OFFSET <= tax.expires_on.year:
        yield "tax.year_be", f"{tax.year_be} is not a year of the tax period"
    if wire.vehicle.engine_cc is None and _needs_engine_size(wire):
        yield "vehicle.engine_cc", "a car of class RY1 that burns fuel needs its engine size"
    if wire.paid_at is None and wire.status is PaymentStatus.PAID:
        yield "paid_at", "a paid record needs the time of payment"


def _wrong_text(text: str) -> str | None:
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return None
    for character in text:
        if unicodedata.category(character) in _FORBIDDEN:
            return f"it holds the control character U+{ord(character):04X}"
    return None if unicodedata.is_normalized("NFC", text) else "the text is not in Unicode form NFC"


def _wrong_year(year: int) -> str:
    hint = " (is it a Buddhist Era year?)" if year > _LAST_YEAR else ""
    return f"the year {year} cannot be right{hint}"


def has_repeated_keys(line: bytes, record: bytes) -> bool:
    """Tell whether an object of the line names a field twice; `record` is its canonical form.

    A line that is its own canonical form names each once, and so does a plain line with as many
    keys; others are read again, key by key.
    """
    if line.rstrip() == record:
        return False
    is_plain = b"\\" not in line and b'" ' not in line and b'"\t' not in line
    if is_plain and line.count(b'":') == record.count(b'":'):
        return False
    try:
        json.loads(line, object_pairs_hook=_refuse_repeats)
    except _RepeatedKeyError:
        return True
    except (ValueError, RecursionError):
        return False  # an ignored field holds what this second reader does not like
    return False


class _RepeatedKeyError(Exception):
    """Ends the reading at the first repetition."""


def _refuse_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKeyError
    return found
