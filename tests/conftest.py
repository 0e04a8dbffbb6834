"""A whole kiosk in a folder: database, keys, a loaded roll, its desk and its spool.

For type checkers the classes here are found as `tests.conftest`; tests get them as fixtures.
"""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from kiosk.domain.decide import FinesPolicy
from kiosk.domain.identity_digest import owner_digest
from kiosk.domain.offices import office
from kiosk.domain.renewal import PaidRecord
from kiosk.domain.service import ServiceKind
from kiosk.printer.fakes import FakePrinter
from kiosk.sticker.grant import make_grant
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRole, SigningKey, load_ring, load_signing_key
from kiosk.sticker.layout import Template, load_template
from kiosk.store import service
from kiosk.store.engine import open_engine, reading
from kiosk.store.schema import prepare
from kiosk.store.service import ServiceRequest
from kiosk.sync.wire import read_row
from kiosk.usecases import servicing
from kiosk.usecases.attending import Attendant
from kiosk.usecases.collecting import Desk
from kiosk.usecases.importing import import_lines
from kiosk.usecases.ports import Printer
from kiosk.usecases.printing import Spool
from kiosk.usecases.site import Site
from kiosk.usecases.stocking import load_roll
from tests.records import PAYABLE

KIOSK = "BKK-5-1"
FLEET_KEY = b"f" * 32
OWNER_ID = "1101700230708"


@dataclass
class SetClock:
    """A clock that stands until a test moves it; noon in Bangkok at first."""

    now: datetime = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        """Let time pass; `span` as for timedelta."""
        self.now += timedelta(**span)


@dataclass
class Home:
    """One kiosk's folder and everything that is wired on it."""

    folder: Path
    engine: Engine
    site: Site
    central: SigningKey
    key: SigningKey
    template: Template
    clock: SetClock
    model: PaidRecord
    _files: Iterator[int] = field(default_factory=itertools.count)

    def desk(self) -> Desk:
        """Return what the screens ask."""
        return Desk(self.engine, self.site, self.template, self.clock)

    def spool(self, printer: Printer) -> Spool:
        """Return a spool on a printer, which it has seen and probed."""
        spool = Spool(self.engine, self.site, printer, self.key, self.template, self.clock)
        spool.saw()
        spool.probe()
        return spool

    def attendant(self, printer: Printer, *, has_stock: bool = True) -> Attendant:
        """Return who does what staff ask of a printer, and does not wait for paper to rest."""
        height = self.template.height
        return Attendant(
            self.engine, self.site, printer, self.clock, lambda: None, height, has_stock=has_stock
        )

    def ask(
        self,
        kind: ServiceKind,
        *,
        printer: str = "sticker",
        by: str = "staff:T-101",
        why: str = "trial",
    ) -> int:
        """Ask something of a printer, as staff do, and return the request's number."""
        return servicing.ask(self.engine, self.clock, printer=printer, kind=kind, by=by, why=why)

    def asked(self, number: int) -> ServiceRequest:
        """Return what became of a request."""
        with reading(self.engine) as connection:
            found = service.by_id(connection, number)
        assert found is not None
        return found

    def signed(self, **changes: object) -> PaidRecord:
        """Return the model record with changes (`tax__expires_on=…`) and central's grant."""
        record = self.model
        for path, value in changes.items():
            outer, _, inner = path.partition("__")
            changed = replace(getattr(record, outer), **{inner: value}) if inner else value
            record = replace(record, **{outer: changed})
        if "grant" in changes:
            return record
        return replace(record, grant=make_grant(record, self.central))

    def take_in(self, *records: PaidRecord) -> None:
        """Import records as one file, as the sync process does."""
        lines = [msgspec.json.encode(record) for record in records]
        name = f"file-{next(self._files)}"
        import_lines(self.engine, name, lines, read_row, self.clock, sha256=name)

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with reading(self.engine) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query, values)]

    def one(self, query: str, *values: object) -> Any:  # noqa: ANN401 - whatever the column holds
        """Return the first column of the only row."""
        [[value]] = [row[:1] for row in self.sql(query, *values)]
        return value

    def job(self) -> tuple[str, str | None]:
        """Return state and cause of the only job."""
        [(state, cause)] = self.sql("SELECT state, cause FROM jobs")
        return state, cause

    def fate(self, serial: str = "A0000001") -> str:
        """Return what became of a blank."""
        return str(self.one("SELECT fate FROM blanks WHERE serial = ?", serial))

    def fates(self) -> dict[str, int]:
        """Return how many blanks have come to each fate."""
        return dict(self.sql("SELECT fate, count(*) FROM blanks GROUP BY fate"))

    def validity(self) -> list[tuple[str, str | None]]:
        """Return of each issue, oldest first, whether it counts, and if not why."""
        rows = self.sql("SELECT validity, void_reason FROM issues ORDER BY id")
        return [(validity, void_reason) for validity, void_reason in rows]

    def events(self) -> list[str]:
        """Return the names of what was logged, in order."""
        return [row[0] for row in self.sql("SELECT event FROM audit_events ORDER BY number")]


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that each test gets a copy of: making one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("model")
    prepare(folder / "kiosk.db", KIOSK)
    ring = folder / "ring"
    new_key(folder, KeyRole.CENTRAL, "central", ring=ring)
    new_key(folder, KeyRole.KIOSK, "kiosk", kiosk=KIOSK, ring=ring)
    return folder


@pytest.fixture(scope="session")
def model_record() -> PaidRecord:
    """A payable car of an owner whose ID number is 1101700230708."""
    owner = replace(PAYABLE.owner, id_digest=owner_digest(OWNER_ID, FLEET_KEY))
    return replace(PAYABLE, owner=owner)


@pytest.fixture(scope="session")
def new_home(model_home: Path, model_record: PaidRecord) -> Callable[[Path, SetClock], Home]:
    """Makes a kiosk in a folder, with keys and an empty database: no roll, no record."""

    def make(folder: Path, clock: SetClock) -> Home:
        shutil.copytree(model_home, folder)
        site = Site(
            kiosk=KIOSK,
            office=office("BKK-5"),
            printer="sticker",
            fines=FinesPolicy.ADVISE,
            is_specimen=True,
            ring=load_ring(folder / "ring"),
            fleet_key=FLEET_KEY,
            codes=("signed", "plain"),
            plain_code=re.compile(r"(?P<reference>[A-Z]{2,4}-?[0-9]{6,14})"),
            stock_low=2,
        )
        return Home(
            folder=folder,
            engine=open_engine(folder / "kiosk.db"),
            site=site,
            central=load_signing_key(folder / "central.pem"),
            key=load_signing_key(folder / "kiosk.pem"),
            template=load_template(),
            clock=clock,
            model=model_record,
        )

    return make


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def bare_home(
    tmp_path: Path, new_home: Callable[[Path, SetClock], Home], clock: SetClock
) -> Iterator[Home]:
    """A kiosk without a roll and without a record."""
    home = new_home(tmp_path / "home", clock)
    yield home
    home.engine.dispose()


@pytest.fixture
def kiosk_home(bare_home: Home) -> Home:
    """A kiosk with a plain roll A0000001 to A0000020 in its printer."""
    load_roll(bare_home.engine, bare_home.clock, first="A0000001", last="A0000020", mode="plain")
    return bare_home


@pytest.fixture
def record(kiosk_home: Home) -> Callable[..., PaidRecord]:
    """Makes a signed record of the model with changes, and takes it in."""

    def make(**changes: object) -> PaidRecord:
        made = kiosk_home.signed(**changes)
        kiosk_home.take_in(made)
        return made

    return make


@pytest.fixture
def desk(kiosk_home: Home) -> Desk:
    return kiosk_home.desk()


@pytest.fixture
def fake() -> FakePrinter:
    return FakePrinter("sticker")


@pytest.fixture
def spool(kiosk_home: Home, fake: FakePrinter) -> Spool:
    return kiosk_home.spool(fake)
