"""A whole kiosk in a folder, and the command line to ask it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from kiosk.bootstrap import wire_desk, wire_spool
from kiosk.cli import cli
from kiosk.cli.init import make_database, make_fleet_key, make_kiosk_keys, write_settings
from kiosk.domain.printing import SendOutcome
from kiosk.domain.thai import bangkok_date
from kiosk.printer.fakes import FakePrinter
from kiosk.settings import load_settings
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRole, load_signing_key
from kiosk.store.engine import open_engine
from kiosk.sync.demo_cases import named_cases
from kiosk.sync.signing import Signer
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import gather_evidence
from kiosk.usecases.staffing import add_staff
from kiosk.usecases.views import JobView

KIOSK = "BKK-5-1"
PIN = "271828"


@dataclass(frozen=True)
class Kiosk:
    """A kiosk's folder, and `run` to give it a command."""

    folder: Path
    badges: tuple[str, ...] = ("T-101", "S-201")
    pin: str = PIN
    runner: CliRunner = field(default_factory=CliRunner)

    @property
    def config(self) -> Path:
        return self.folder / "kiosk.toml"

    @property
    def database(self) -> Path:
        return self.folder / "kiosk.db"

    @property
    def pins(self) -> str:
        """What `--pins -` reads."""
        return "".join(f"{badge} {self.pin}\n" for badge in self.badges)

    def run(self, *arguments: str | Path, typed: str | None = None) -> Result:
        """Run a command; nothing but an exit may come out of it."""
        words = ["--config", str(self.config), *map(str, arguments)]
        result = self.runner.invoke(cli, words, input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def ok(self, *arguments: str | Path, typed: str | None = None) -> str:
        """Run a command that must succeed, and return what it wrote to standard output."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refuses(self, *arguments: str | Path, code: int = 1, typed: str | None = None) -> str:
        """Run a command that must fail with one line on standard error, and return that line."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == code, result.output
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        assert line.startswith("kiosk: ")
        return line.removeprefix("kiosk: ")

    def set_line(self, old: str, new: str) -> None:
        """Change a line of the settings file."""
        text = self.config.read_text("utf-8")
        assert old in text
        self.config.write_text(text.replace(old, new), "utf-8")


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def kiosk_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kiosk") / "kiosk"
    folder.mkdir()
    device = f"file://{folder}/no-printer"
    write_settings(folder / "kiosk.toml", kiosk=KIOSK, office="BKK-5", device=device)
    make_kiosk_keys(folder, KIOSK)
    new_key(folder / "keys", KeyRole.CENTRAL, "central", ring=folder / "keys" / "ring")
    make_fleet_key(folder / "keys" / "fleet.key")
    make_database(folder / "kiosk.db", KIOSK)
    engine = open_engine(folder / "kiosk.db")
    add_staff(engine, _now, badge="T-101", name="ช่าง", role="technician", pin=PIN)
    add_staff(engine, _now, badge="S-201", name="หัวหน้า", role="supervisor", pin=PIN)
    engine.dispose()
    return folder


@pytest.fixture
def kiosk(kiosk_template: Path, tmp_path: Path) -> Kiosk:
    """A kiosk with keys, database and two members of staff; no stock, records or printer."""
    return Kiosk(Path(shutil.copytree(kiosk_template, tmp_path / "kiosk")))


@pytest.fixture
def engine(kiosk: Kiosk) -> Iterator[Engine]:
    """The database of `kiosk`."""
    opened = open_engine(kiosk.database)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return _now


@pytest.fixture
def central(kiosk: Kiosk) -> Signer:
    """What central signs records with, for `kiosk`."""
    key = load_signing_key(kiosk.folder / "keys" / "central.pem")
    return Signer(bytes.fromhex((kiosk.folder / "keys" / "fleet.key").read_text()), key)


@pytest.fixture(scope="session")
def unsigned() -> dict[str, object]:
    """A record that can be printed today, as central has it before it signs."""
    cases = named_cases(bangkok_date(_now()), KIOSK, "BKK-5")
    return cases[0].records[0]


@pytest.fixture
def records(kiosk: Kiosk, central: Signer, unsigned: dict[str, object]) -> Path:
    """A signed file of one record for `kiosk`."""
    line = central.sign(unsigned)
    assert isinstance(line, bytes), line
    path = kiosk.folder / "records.ndjson"
    path.write_bytes(line + b"\n")
    return path


@dataclass(frozen=True)
class Spooled:
    """A kiosk with stock, one record and a printer in memory; `take` asks for its sticker."""

    kiosk: Kiosk
    spool: Spool
    printer: FakePrinter
    reference: str

    def take(self, *outcomes: SendOutcome) -> str:
        """Ask for the sticker, let the printer end so, and return the job's id."""
        self.printer.script(*outcomes)
        self.spool.saw()
        desk = wire_desk(load_settings(self.kiosk.config), self.spool.engine)
        view = desk.request_print(self.reference, "visit")
        assert isinstance(view, JobView), view
        assert self.spool.do_one()
        return view.id

    def recover(self) -> None:
        """Do what the printer's process does after a doubt."""
        gather_evidence(self.spool.engine, self.printer, _now, lambda: None)


@pytest.fixture
def spooled(kiosk: Kiosk, engine: Engine, records: Path, unsigned: dict[str, object]) -> Spooled:
    kiosk.ok("stock", "load", "A0000001", "A0000100")
    kiosk.ok("sync", "import", records)
    printer = FakePrinter("sticker")
    spool = wire_spool(load_settings(kiosk.config), engine, printer)
    return Spooled(kiosk, spool, printer, str(unsigned["reference"]))
