from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.plate import plate_key
from kiosk.domain.renewal import PaymentStatus
from kiosk.store.renewals import PLAIN_PLATE, Rejected, RenewalRow, read_record
from kiosk.sync.wire import MAX_LINE_BYTES, Wire, canonical, decode, read_row

Line = Callable[..., bytes]


def refused(line: bytes) -> Rejected:
    found = decode(line)
    assert isinstance(found, Rejected), found
    return found


def accepted(line: bytes) -> Wire:
    found = decode(line)
    assert isinstance(found, Wire), found
    return found


def test_a_good_record_comes_back_as_a_paid_record(line: Line) -> None:
    record = read_record(canonical(accepted(line())))
    assert record.status is PaymentStatus.PAID
    assert record.paid_at == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    assert record.vehicle.engine_cc == 1496
    assert record.delivery is not None


OPTIONAL = (
    "inspection_passed_on",
    "insurance_until",
    "sticker_serial",
    "delivery",
    "policy_number",
    "problem",
    "grant",
    "vehicle__weight_kg",
    "vehicle__seats",
)


@pytest.mark.parametrize("field", OPTIONAL)
@pytest.mark.parametrize("value", [..., None])
def test_an_optional_field_may_be_absent_or_null(line: Line, field: str, value: object) -> None:
    record = read_record(canonical(accepted(line(**{field: value}))))
    outer, _, inner = field.partition("__")
    found = getattr(record, outer)
    assert (getattr(found, inner) if inner else found) is None


def test_null_and_absent_are_the_same_content(line: Line) -> None:
    assert canonical(accepted(line(problem=None))) == canonical(accepted(line(problem=...)))


def test_the_same_moment_with_another_offset_is_the_same_content(line: Line) -> None:
    there, here = line(paid_at="2026-11-20T09:30:00+07:00"), line(paid_at="2026-11-20T02:30:00Z")
    assert canonical(accepted(there)) == canonical(accepted(here))


def test_the_canonical_form_is_its_own(line: Line) -> None:
    once = canonical(accepted(line()))
    assert canonical(accepted(once)) == once


def test_unknown_fields_are_ignored(line: Line) -> None:
    assert accepted(line(colour="red", tax__office="x")) == accepted(line())


def test_mark_blanks_and_line_ends_around_a_record_are_let_pass(line: Line) -> None:
    assert accepted(b"\xef\xbb\xbf  " + line() + b" \r\n") == accepted(line())


def test_an_electric_car_has_no_engine_size(line: Line) -> None:
    assert accepted(line(vehicle__engine_cc=..., vehicle__fuel="electric"))


def test_a_pending_payment_has_no_time(line: Line) -> None:
    record = read_record(canonical(accepted(line(status="pending", paid_at=...))))
    assert record.paid_at is None


def test_a_stored_row_holds_what_is_looked_up(line: Line) -> None:
    row = read_row(line(plate__text="กท-๑๒๓"))
    assert isinstance(row, RenewalRow)
    assert (row.plate_key, row.owner_digest, row.stops) == ("กท123", "0a" * 32, False)


@pytest.mark.parametrize("changes", [{"status": "refunded"}, {"frozen": True}])
def test_a_refund_or_a_freeze_stops_a_sticker(line: Line, changes: dict[str, object]) -> None:
    row = read_row(line(**changes))
    assert isinstance(row, RenewalRow)
    assert row.stops


@settings(deadline=None)
@given(st.from_regex(PLAIN_PLATE, fullmatch=True))
def test_a_plain_plate_is_its_own_key(plate: str) -> None:
    assert plate_key(plate) == plate


BUDDHIST = "the year {} cannot be right (is it a Buddhist Era year?)"
WRONG: list[tuple[str, object, str]] = [
    ("reference", "", "it is empty"),
    ("reference", "A" * 41, "it is longer than 40 characters"),
    ("reference", "two words", "it holds a space or a character that is not plain ASCII"),
    ("reference", 5, "it must be text, not a whole number"),
    ("version", 0, "it is less than 1"),
    ("version", "3", "it must be a whole number, not text"),
    ("version", 2**53 + 1, "it is more than 9007199254740992"),
    ("version", 3.5, "it must be a whole number, not a number with decimals"),
    ("version", True, "it must be a whole number, not true or false"),
    ("status", "lost", "'lost' is not one of the values it may have"),
    ("plate", [], "it must be an object, not a list"),
    ("plate.text", " - ", "the plate is empty"),
    ("plate.text", "1กข\x001234", "it holds the control character U+0000"),
    ("plate.text", "e\u03011234", "the text is not in Unicode form NFC"),
    ("plate.province", "ลอนดอน", "there is no province 'ลอนดอน'"),
    ("vehicle.ry_class", 18, "18 is not one of the values it may have"),
    ("vehicle.make", "   ", "the make is empty"),
    ("vehicle.make", "TOY\x7fOTA", "it holds the control character U+007F"),
    ("vehicle.fuel", "coal", "'coal' is not one of the values it may have"),
    ("vehicle.engine_cc", -1, "it is less than 0"),
    ("vehicle.engine_cc", None, "a car of class RY1 that burns fuel needs its engine size"),
    ("vehicle.weight_kg", "1", "it must be a whole number, not text"),
    ("vehicle.seats", -1, "it is less than 0"),
    ("vehicle.first_registered_on", "2019-02-30", "it is no date such as 2026-11-21"),
    ("vehicle.first_registered_on", "1019-02-28", "the year 1019 cannot be right"),
    ("vehicle.chassis_tail", "1\n2", "it holds the control character U+000A"),
    (
        "vehicle.registered_office",
        "B 5",
        "it holds a space or a character that is not plain ASCII",
    ),
    ("owner.kind", "dog", "'dog' is not one of the values it may have"),
    ("owner.id_kind", "x", "'x' is not one of the values it may have"),
    ("owner.id_digest", "0A" * 32, "it must be 64 hexadecimal digits in lower case"),
    ("owner.id_digest", "0a", "it is shorter than 64 characters"),
    ("tax.year_be", 2027, "it is less than 2400"),
    ("tax.year_be", 2568, "2568 is not a year of the tax period"),
    ("tax.period_start", 20261201, "it must be a date, not a whole number"),
    ("tax.period_start", "2569-12-01", BUDDHIST.format(2569)),
    ("tax.expires_on", "2026-11-30", "the tax period ends before it starts"),
    ("tax.amount_satang", -1, "it is less than 0"),
    ("tax.surcharge_satang", 1.5, "it must be a whole number, not a number with decimals"),
    ("paid_at", "2026-11-20T09:30:00", "the time has no offset from UTC"),
    ("paid_at", "yesterday", "it is no time such as 2026-11-21T09:30:00+07:00"),
    ("paid_at", None, "a paid record needs the time of payment"),
    ("paid_at", "0001-01-01T00:00:00+07:00", "the time lies outside the calendar"),
    ("channel", "fax", "'fax' is not one of the values it may have"),
    ("pickup", "drone", "'drone' is not one of the values it may have"),
    ("office", "", "it is empty"),
    ("kiosk", "ตู้", "it holds a space or a character that is not plain ASCII"),
    ("fence", -1, "it is less than 0"),
    ("frozen", "no", "it must be true or false, not text"),
    ("fines_satang", -5, "it is less than 0"),
    ("inspection_passed_on", "1", "it is no date such as 2026-11-21"),
    ("insurance_until", "9999-01-01", BUDDHIST.format(9999)),
    ("sticker_serial", "", "it is empty"),
    ("delivery.status", "", "it is empty"),
    ("delivery.ems_number", "E\x1b", "it holds the control character U+001B"),
    ("policy_number", "P\x00", "it holds the control character U+0000"),
    ("problem", "e\u0301", "the text is not in Unicode form NFC"),
    ("grant", "a+b=", "it must be base64url without padding"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "reason"), WRONG)
def test_a_wrong_field_is_named(line: Line, field: str, value: object, reason: str) -> None:
    found = refused(line(**{field.replace(".", "__"): value}))
    assert (found.field, found.reason) == (field, reason)


REQUIRED = (
    *("reference", "version", "status", "plate", "vehicle", "owner", "tax", "channel"),
    *("pickup", "office", "kiosk", "fence", "frozen", "fines_satang"),
    *("plate__text", "plate__province", "vehicle__ry_class", "vehicle__make", "vehicle__fuel"),
    *("vehicle__first_registered_on", "vehicle__chassis_tail", "vehicle__registered_office"),
    *("owner__kind", "owner__id_kind", "owner__id_digest", "tax__year_be", "tax__period_start"),
    *("tax__expires_on", "tax__amount_satang", "tax__surcharge_satang", "delivery__status"),
)


@pytest.mark.parametrize("field", REQUIRED)
def test_a_missing_field_is_named(line: Line, field: str) -> None:
    found = refused(line(**{field: ...}))
    assert (found.field, found.reason) == (field.replace("__", "."), "it is missing")
    assert found.reference == (None if field == "reference" else "BKK6900000001")
    assert found.version == (None if field == "version" else 3)


def test_a_field_given_twice_is_refused_wherever_it_stands(line: Line) -> None:
    whole = line().decode()
    again = whole.replace('"status": "paid"', '"status": "refunded", "status": "paid"')
    spaced = whole.replace('"status": "paid"', '"status" : "refunded", "status": "paid"')
    escaped = whole.replace('"status": "paid"', r'"st\u0061tus": "refunded", "status": "paid"')
    inner = whole.replace('"year_be": 2570', '"year_be": 2569, "year_be": 2570')
    for text in (again, spaced, escaped, inner):
        assert "given twice" in refused(text.encode()).reason


def test_a_reference_given_twice_names_no_renewal(line: Line) -> None:
    twice = line().replace(b'{"reference"', b'{"reference": "OTHER1", "reference"', 1)
    assert refused(twice).reference is None


def test_a_torn_line_still_names_its_renewal(line: Line) -> None:
    torn = line()[:200]
    found = refused(torn)
    assert found.field == "line"
    assert found.reason == "the line ends in the middle of the record"
    assert found.reference == "BKK6900000001"
    # A version at the torn end could be cut short, so none is believed.
    assert found.version is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"\xff\xfe{", "the line is not JSON"),
        (b'{"reference": "\xff"}', "the text is not valid UTF-8"),
        (b"null", "it must be an object, not null"),
        (b"[1]", "it must be an object, not a list"),
        (b'{"a":' + b"[" * 5000, "the line is nested too deeply"),
        (b"x" * (MAX_LINE_BYTES + 1), "the line is longer than 65536 bytes"),
        (b'{"reference": "A", "version": 1e999}', "the number is too large"),
        (b"", "the line ends in the middle of the record"),
    ],
)
def test_what_is_no_record_at_all_is_said_plainly(text: bytes, reason: str) -> None:
    assert refused(text).reason.startswith(reason)


PLACES = st.sampled_from(
    [(name,) for name in ("reference", "version", "status", "plate", "tax", "grant", "frozen")]
    + [("plate", "text"), ("tax", "expires_on"), ("vehicle", "engine_cc"), ("owner", "id_digest")]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(deadline=None)
@given(PLACES, ANYTHING)
def test_any_value_in_any_field_is_taken_or_named(
    line: Line, place: tuple[str, ...], value: object
) -> None:
    record: dict[str, Any] = json.loads(line())
    target = record if len(place) == 1 else record[place[0]]
    target[place[-1]] = value
    found = read_row(json.dumps(record).encode())
    if isinstance(found, Rejected):
        assert found.field == "line" or found.field.startswith((place[0], "tax", "vehicle"))
        assert found.reason
        assert "\n" not in found.reason
    else:
        assert read_record(found.record).reference == found.reference


@settings(deadline=None)
@given(st.data())
def test_damaged_bytes_never_raise_and_never_change_a_record_into_another(
    line: Line, data: st.DataObject
) -> None:
    raw = bytearray(line())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    found = read_row(bytes(raw))
    if isinstance(found, RenewalRow):
        assert canonical(accepted(found.record)) == found.record


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_refused_without_raising(raw: bytes) -> None:
    assert isinstance(read_row(raw), Rejected)
