"""A record as central sends it, and a database to take it in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from kiosk.store.engine import open_engine
from kiosk.store.schema import prepare


def _good() -> dict[str, Any]:
    return {
        "reference": "BKK6900000001",
        "version": 3,
        "status": "paid",
        "plate": {"text": "1กข1234", "province": "กรุงเทพมหานคร"},
        "vehicle": {
            "ry_class": 1,
            "make": "TOYOTA",
            "fuel": "petrol",
            "engine_cc": 1496,
            "weight_kg": 1120,
            "seats": 5,
            "first_registered_on": "2019-02-28",
            "chassis_tail": "123456",
            "registered_office": "BKK-5",
        },
        "owner": {"kind": "natural", "id_kind": "thai", "id_digest": "0a" * 32},
        "tax": {
            "year_be": 2570,
            "period_start": "2026-12-01",
            "expires_on": "2027-11-30",
            "amount_satang": 164400,
            "surcharge_satang": 0,
        },
        "paid_at": "2026-11-20T09:30:00+07:00",
        "channel": "app",
        "pickup": "kiosk",
        "office": "BKK-5",
        "kiosk": "BKK-5-1",
        "fence": 1,
        "frozen": False,
        "fines_satang": 0,
        "inspection_passed_on": "2026-11-01",
        "insurance_until": "2027-12-31",
        "sticker_serial": "Z0000001",
        "delivery": {"status": "in transit", "ems_number": "EX123456785TH"},
        "policy_number": "P000123",
        "problem": "เอกสารไม่ครบ",
        "grant": "hEMBJw",
    }


@pytest.fixture
def good() -> dict[str, Any]:
    """A record with every field of the wire format."""
    return _good()


@pytest.fixture(scope="session")
def line() -> Callable[..., bytes]:
    """Writes the good record as a line, with fields (`tax__expires_on=…`) changed or removed."""

    def write(**changes: object) -> bytes:
        record = _good()
        for path, value in changes.items():
            outer, _, inner = path.partition("__")
            place, name = (record[outer], inner) if inner else (record, outer)
            if value is ...:
                del place[name]
            else:
                place[name] = value
        return json.dumps(record, ensure_ascii=False).encode()

    return write


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sync") / "empty.db"
    prepare(path, "BKK-5-1")
    return path


@pytest.fixture
def engine(tmp_path: Path, empty_database: Path) -> Iterator[Engine]:
    opened = open_engine(Path(shutil.copy(empty_database, tmp_path / "kiosk.db")))
    yield opened
    opened.dispose()
