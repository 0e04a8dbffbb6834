"""One line of the wire: a paid record as central sends it, checked field by field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kiosk.domain.identity import IdKind
from kiosk.domain.plate import plate_key
from kiosk.domain.renewal import Channel, OwnerKind, PaymentStatus, Pickup
from kiosk.domain.vehicle import Fuel, RyClass
from kiosk.store.renewals import PLAIN_PLATE, Rejected, RenewalRow
from kiosk.sync.checks import first_fault, has_repeated_keys
from kiosk.sync.faults import readable_number, readable_reference, sentence

MAX_LINE_BYTES: Final = 64 * 1024
"""A record is under 2 kB; anything longer is no record, and memory must not grow with it."""

MAX_INTEGER: Final = 2**53
"""Largest whole number that every JSON reader keeps exact."""

_Count = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
_Positive = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
_Name = Annotated[str, Meta(min_length=1, max_length=64)]
_Sentence = Annotated[str, Meta(min_length=1, max_length=500)]
_Code = Annotated[str, Meta(min_length=1, max_length=40)]


class WirePlate(msgspec.Struct, gc=False, omit_defaults=True):
    """Plate number and the province that is part of it."""

    text: Annotated[str, Meta(min_length=1, max_length=40)]
    province: _Name


class WireVehicle(msgspec.Struct, gc=False):
    """The vehicle as registered; what it does not have is null in the canonical form too."""

    ry_class: RyClass
    make: _Name
    fuel: Fuel
    first_registered_on: date
    chassis_tail: _Code
    registered_office: _Code
    engine_cc: _Count | None = None
    weight_kg: _Count | None = None
    seats: _Count | None = None


class WireOwner(msgspec.Struct, gc=False, omit_defaults=True):
    """The owner, known by the digest of the ID number alone."""

    kind: OwnerKind
    id_kind: IdKind
    id_digest: Annotated[str, Meta(min_length=64, max_length=64)]


class WireTax(msgspec.Struct, gc=False, omit_defaults=True):
    """The tax paid and its period; money in satang."""

    year_be: Annotated[int, Meta(ge=2400, le=2999)]
    period_start: date
    expires_on: date
    amount_satang: _Count
    surcharge_satang: _Count


class WireDelivery(msgspec.Struct, gc=False, omit_defaults=True):
    """How far a posted sticker has come."""

    status: _Name
    ems_number: _Code | None = None


def _unpaid() -> None:
    """Give the time of a payment not made; as a factory's result it is written out as null."""


class Wire(msgspec.Struct, gc=False, omit_defaults=True):
    """A whole record. Fields that are not named here are ignored, so central may add some."""

    reference: _Code
    version: _Positive
    status: PaymentStatus
    plate: WirePlate
    vehicle: WireVehicle
    owner: WireOwner
    tax: WireTax
    channel: Channel
    pickup: Pickup
    office: _Code
    kiosk: _Code
    fence: _Count
    frozen: bool
    fines_satang: _Count
    paid_at: Annotated[datetime, Meta(tz=True)] | None = msgspec.field(default_factory=_unpaid)
    inspection_passed_on: date | None = None
    insurance_until: date | None = None
    sticker_serial: _Code | None = None
    delivery: WireDelivery | None = None
    policy_number: _Code | None = None
    problem: _Sentence | None = None
    grant: Annotated[str, Meta(min_length=1, max_length=2048)] | None = None


_decoder = msgspec.json.Decoder(Wire)
_encoder = msgspec.json.Encoder()

_BOM: Final = b"\xef\xbb\xbf"


def decode(line: bytes) -> Wire | Rejected:
    """Read one line, without judging whether its sticker may be printed; never raises.

    A byte order mark and white space around the object are let pass. The first wrong field names
    the rejection; its reference and version are given wherever they can be read at all.
    """
    found = _decode(line)
    return found if isinstance(found, Rejected) else found[0]


def canonical(wire: Wire) -> bytes:
    """Return the one JSON text of a record: fixed order, absent fields left out, times in UTC.

    Two records have the same content exactly when these bytes are equal.
    """
    return _encoder.encode(wire)


def read_row(line: bytes) -> RenewalRow | Rejected:
    """Read one line into what the database stores of it; never raises."""
    found = _decode(line)
    if isinstance(found, Rejected):
        return found
    wire, record = found
    plate = wire.plate.text
    is_paid = wire.status is PaymentStatus.PAID
    return RenewalRow(
        wire.reference,
        wire.version,
        "paid" if is_paid else wire.status.value,
        plate if PLAIN_PLATE.fullmatch(plate) else plate_key(plate),
        wire.owner.id_digest,
        wire.kiosk,
        wire.fence,
        record,
        wire.frozen or not is_paid,
    )


def _decode(line: bytes) -> tuple[Wire, bytes] | Rejected:
    if len(line) > MAX_LINE_BYTES:
        return _rejected(line, "line", f"the line is longer than {MAX_LINE_BYTES} bytes")
    line = line.removeprefix(_BOM)
    try:
        wire = _decoder.decode(line)
        moment = wire.paid_at
        if moment is not None and moment.tzinfo is not UTC:
            wire.paid_at = moment.astimezone(UTC)
        record = _encoder.encode(wire)
    except (ValueError, RecursionError, OverflowError) as error:
        # msgspec's errors and UnicodeDecodeError are ValueErrors.
        return _rejected(line, *sentence(error))
    fault = first_fault(wire)
    if fault is not None:
        return _rejected(line, *fault)
    if has_repeated_keys(line, record):
        return _rejected(line, "line", "a field is given twice, so its value is not certain")
    return wire, record


def _rejected(line: bytes, field: str, reason: str) -> Rejected:
    return Rejected(field, reason, readable_reference(line), readable_number(line, "version"))
