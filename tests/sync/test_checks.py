"""The cheap checks pass nearly all good records, and never a bad one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.sync import checks
from kiosk.sync.checks import first_fault
from kiosk.sync.demo_records import random_records
from kiosk.sync.wire import Wire, decode

LEAN = {"delivery": ..., "problem": ..., "sticker_serial": ...}
TODAY = date(2026, 11, 21)
TEXTS = ("plate__text", "plate__province", "vehicle__make", "vehicle__chassis_tail")
CODES = ("reference", "office", "kiosk", "vehicle__registered_office", "grant", "policy_number")
DAYS = ("vehicle__first_registered_on", "tax__period_start", "tax__expires_on")
LATER_DAYS = ("inspection_passed_on", "insurance_until")
LETTERS = " \n\u00a0ก\u0e4dา\u0e33Aa0-_é\u0301à\u200b"
WORDS = st.text(st.sampled_from(LETTERS), min_size=1, max_size=5)
YEARS = st.dates(date(1800, 1, 1), date(2700, 1, 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(TEXTS + CODES), WORDS, max_size=2),
    st.dictionaries(st.sampled_from(DAYS + LATER_DAYS), YEARS.map(date.isoformat), max_size=2),
    st.sampled_from(["0a" * 32, "0A" * 32, "g0" * 32]),
    st.sampled_from(["paid", "pending"]),
    st.sampled_from([None, "2026-11-20T09:30:00+07:00", "1800-11-20T09:30:00Z"]),
)
def test_a_lean_record_has_the_faults_of_a_full_one(
    line: Callable[..., bytes],
    texts: dict[str, str],
    days: dict[str, str],
    digest: str,
    status: str,
    paid_at: str | None,
) -> None:
    rest = {"owner__id_digest": digest, "status": status, "paid_at": paid_at}
    wire = msgspec.json.decode(line(**(LEAN | texts | days | rest)), type=Wire)
    full = msgspec.structs.replace(wire, sticker_serial="Z0000001")  # tested field by field
    assert first_fault(wire) == first_fault(full)


def test_records_without_a_fault_skip_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    wires = [decode(msgspec.json.encode(record)) for record in _signed()]

    def long_way(_wire: Wire) -> object:
        raise AssertionError

    monkeypatch.setattr(checks, "_faults", long_way)
    assert [first_fault(wire) for wire in wires if isinstance(wire, Wire)] == [None] * 300


def _signed() -> list[dict[str, object]]:
    owner = {"kind": "natural", "id_kind": "thai", "id_digest": "0" * 64}
    made = random_records(300, 1, TODAY, "BKK-5-1", "BKK-5")
    return [{**record, "owner": owner, "grant": "hEMBJw"} for record in made]
