from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kiosk.domain.decide import Context, Decision, Eligible, FinesPolicy, Refused, decide
from kiosk.domain.identity import Identity, parse_id
from kiosk.domain.plate import PlateNumber, PlateShape, parse_plate
from kiosk.domain.reasons import Reason
from kiosk.domain.vehicle import Fuel, RyClass
from kiosk.sticker.grant import check_grant
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRole, load_ring
from kiosk.store import renewals
from kiosk.store.engine import reading
from kiosk.sync import signing
from kiosk.sync.demo_cases import named_cases, signed_case
from kiosk.sync.demo_records import OWNERS, random_records
from kiosk.sync.demo_vehicles import DemoVehicle, yearly_tax
from kiosk.sync.wire import Wire, decode, read_row
from kiosk.usecases.importing import import_lines

HERE = ("BKK-5-1", "BKK-5")
DAYS = [date(2026, 11, 21), date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31)]


@pytest.fixture(autouse=True)
def fast_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests that take no time: what they are is tested elsewhere."""
    monkeypatch.setattr(signing, "owner_digest", lambda number, _key: f"{int(number):064x}")


EXPECTED = {
    "printed-elsewhere": {Reason.ISSUED_ELSEWHERE},
    "refunded": {Reason.REFUNDED},
    "pending": {Reason.PENDING},
    "frozen": {Reason.FROZEN},
    "wrong-office": {Reason.OTHER_OFFICE},
    "expired": {Reason.EXPIRED},
    "by-post": {Reason.BY_POST},
    "tampered": {Reason.GRANT_INVALID},
    "late-arrival": {Reason.REFUNDED},
    "problem": {Reason.PROBLEM_REPORTED},
}


@pytest.mark.parametrize("today", DAYS)
def test_each_case_does_what_its_name_says(engine: Engine, tmp_path: Path, today: date) -> None:
    key = new_key(tmp_path, KeyRole.CENTRAL, "central", ring=tmp_path / "ring")
    ring = load_ring(tmp_path / "ring")
    signer = signing.Signer(b"k" * 32, key)
    cases = named_cases(today, *HERE)
    lines = [line for case in cases for line in signed_case(case, signer)]
    at = datetime(2026, 11, 21, tzinfo=UTC)
    result = import_lines(engine, "demo", lines, read_row, lambda: at, sha256="demo")
    assert (result.rejected, result.older) == (0, 1)

    def judged(reference: str) -> Decision:
        with reading(engine) as connection:
            stored = renewals.find(connection, reference)
        assert stored is not None
        grant = check_grant(stored.record, ring)
        return decide(stored.record, Context(*HERE, today, FinesPolicy.ADVISE, grant))

    for case in cases:
        found = judged(case.reference)
        reasons = set(found.reasons) if isinstance(found, Refused) else set()
        assert reasons == EXPECTED.get(case.name, set()), case.name
        assert isinstance(parse_id(case.id_number), Identity)
    assert judged(next(case.reference for case in cases if case.name == "fines")) == Eligible(
        (Reason.FINES,)
    )


def test_names_and_references_are_unique_and_the_same_every_time() -> None:
    cases = named_cases(DAYS[0], *HERE)
    assert len({case.name for case in cases}) == len({case.reference for case in cases}) >= 15
    assert cases == named_cases(DAYS[0], *HERE)


def test_the_personalised_plate_is_one() -> None:
    [case] = [each for each in named_cases(DAYS[0], *HERE) if each.name == "personalised"]
    plate = parse_plate(case.records[0]["plate"]["text"])
    assert isinstance(plate, PlateNumber)
    assert plate.shape is PlateShape.PERSONALISED


@pytest.mark.parametrize("today", DAYS)
def test_random_records_are_valid_and_share_their_owners(today: date) -> None:
    records = list(random_records(500, 7, today, *HERE))
    assert len({record["reference"] for record in records}) == 500
    assert len({record["owner"]["id_number"] for record in records}) <= OWNERS
    for record in records:
        owner = dict(record["owner"])
        assert isinstance(parse_id(owner.pop("id_number")), Identity)
        whole = {**record, "owner": {**owner, "id_digest": "0" * 64}}
        assert isinstance(decode(json.dumps(whole).encode()), Wire)
        assert isinstance(parse_plate(record["plate"]["text"]), PlateNumber)
        assert record["tax"]["amount_satang"] > 0


def test_the_seed_alone_decides() -> None:
    first = list(random_records(20, 1, DAYS[0], *HERE))
    assert first == list(islice(random_records(1000, 1, DAYS[0], *HERE), 20))
    assert first != list(random_records(20, 2, DAYS[0], *HERE))


@pytest.mark.parametrize(
    ("engine_cc", "year", "is_juristic", "satang"),
    [
        (600, 1, False, 30_000),
        (1500, 1, False, 165_000),
        (2500, 1, False, 490_000),
        (1500, 6, False, 148_500),
        (1500, 15, False, 82_500),
        (1500, 10, True, 165_000),
    ],
)
def test_the_tax_on_a_made_up_car_looks_right(
    engine_cc: int, year: int, *, is_juristic: bool, satang: int
) -> None:
    car = DemoVehicle(RyClass.PRIVATE_CAR, "TOYOTA", Fuel.PETROL, engine_cc, 1100, 5)
    assert yearly_tax(car, year=year, is_juristic=is_juristic) == satang
