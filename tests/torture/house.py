"""A whole kiosk in a folder, made once and copied for each episode."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from kiosk.domain.decide import FinesPolicy
from kiosk.domain.offices import office
from kiosk.domain.renewal import PaidRecord
from kiosk.sticker.code import StickerClaims
from kiosk.sticker.grant import make_grant
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRole, SigningKey, load_ring, load_signing_key
from kiosk.sticker.layout import Template, load_template
from kiosk.sticker.picture import draw
from kiosk.store import issues, people
from kiosk.store.engine import open_engine, reading, writing
from kiosk.store.schema import prepare
from kiosk.sync.wire import read_row
from kiosk.usecases.importing import import_lines
from kiosk.usecases.site import Site
from tests.records import PAYABLE

KIOSK = "BKK-5-1"
PRINTER = "sticker"
BADGES = ("T-101", "S-201")
_NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Runs from noon of the model day, in step over all processes of a run."""

    begun: float

    def __call__(self) -> datetime:
        return _NOON + timedelta(seconds=time.monotonic() - self.begun)


@dataclass(frozen=True, slots=True)
class House:
    """One kiosk and what its processes are wired from. The engine holds no connection at a fork."""

    folder: Path
    engine: Engine
    site: Site
    key: SigningKey
    template: Template
    clock: Clock
    people: tuple[people.Person, ...]

    @property
    def database(self) -> Path:
        return self.folder / "kiosk.db"

    def drawn(self, claims: StickerClaims) -> bytes | None:
        """Draw the sticker of some claims once more, None if it was never issued."""
        with reading(self.engine) as connection:
            issue = issues.by_serial(connection, claims.serial)
        return None if issue is None else draw(issue.fields, self.template, issue.code).picture.bits


def build_model(folder: Path, records: int) -> None:
    """Make keys, database, staff and so many payable renewals."""
    prepare(folder / "kiosk.db", KIOSK)
    central = new_key(folder, KeyRole.CENTRAL, "central", ring=folder / "ring")
    new_key(folder, KeyRole.KIOSK, "kiosk", kiosk=KIOSK, ring=folder / "ring")
    engine = open_engine(folder / "kiosk.db")
    with writing(engine) as connection:
        for badge in BADGES:
            people.add(
                connection, badge=badge, name=badge, role="technician", pin_hash="-", at=_NOON
            )
    lines = [msgspec.json.encode(_record(number, central)) for number in range(records)]
    import_lines(engine, "records", lines, read_row, lambda: _NOON, sha256="records")
    engine.dispose()


def move_in(model: Path, folder: Path, engine: Engine | None = None) -> House:
    """Return a copy of the model; an engine of the same path keeps the SQL it has compiled."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(model, folder)
    engine = engine or open_engine(folder / "kiosk.db")
    with writing(engine) as connection:
        staff = tuple(p for badge in BADGES if (p := people.find(connection, badge)))
    site = Site(
        kiosk=KIOSK,
        office=office("BKK-5"),
        printer=PRINTER,
        fines=FinesPolicy.ADVISE,
        is_specimen=True,
        ring=load_ring(folder / "ring"),
        fleet_key=b"f" * 32,
        codes=("signed", "plain"),
        plain_code=re.compile(r"(?P<reference>[A-Z]{3}[0-9]{7})"),
        stock_low=2,
    )
    key = load_signing_key(folder / "kiosk.pem")
    engine.dispose()
    return House(folder, engine, site, key, load_template(), Clock(time.monotonic()), staff)


def reference(number: int) -> str:
    """Return the reference of the renewal with a number."""
    return f"REF{number:07d}"


def _record(number: int, central: SigningKey) -> PaidRecord:
    plate = f"{1 + number // 9000 % 9}กข{1000 + number % 9000}"
    record = replace(PAYABLE, reference=reference(number), plate=replace(PAYABLE.plate, text=plate))
    return replace(record, grant=make_grant(record, central))
