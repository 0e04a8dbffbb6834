from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine

from kiosk.domain.printing import Doubt
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.processes.sync import ready_sync
from kiosk.settings import load_settings
from kiosk.store.engine import writing

if TYPE_CHECKING:
    from conftest import Kiosk, Spooled


def problems(kiosk: Kiosk) -> dict[str, str]:
    """What the doctor finds wrong, by the name of the check."""
    result = kiosk.run("doctor", "--json")
    found = {one["name"]: one["said"] for one in json.loads(result.stdout) if not one["is_ok"]}
    assert result.exit_code == int(bool(found))
    return found


@pytest.fixture
def well(spooled: Spooled) -> Iterator[Kiosk]:
    """A kiosk that lacks nothing."""
    kiosk = spooled.kiosk
    (device,) = [line for line in kiosk.config.read_text().splitlines() if line[:6] == "device"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kiosk.set_line("port = 8080", f"port = {port}")
    with PrinterEmulator(port=0) as emulator:
        kiosk.set_line(device, f'device = "{emulator.address}"')
        yield kiosk


def test_a_kiosk_that_lacks_nothing_is_well(well: Kiosk) -> None:
    assert problems(well) == {}
    lines = well.ok("doctor").splitlines()
    assert len(lines) == 15
    assert all(line.startswith("ok ") for line in lines)


def test_a_new_kiosk_is_told_what_it_lacks(kiosk: Kiosk) -> None:
    found = problems(kiosk)
    assert {"printer", "stock", "records"} <= found.keys()
    assert "kiosk stock load" in found["stock"]
    assert "kiosk sync import" in found["records"]


def test_a_printer_that_is_off(well: Kiosk) -> None:
    line = next(line for line in well.config.read_text().splitlines() if line[:6] == "device")
    well.set_line(line, 'device = "tcp://127.0.0.1:9"')
    assert problems(well)["printer"].startswith("unreachable")


def test_a_receipt_printer_that_is_off(well: Kiosk) -> None:
    well.set_line("[ui]", '[printer.receipt]\ndevice = "tcp://127.0.0.1:9"\n\n[ui]')
    assert problems(well)["receipts"].startswith("unreachable")


def test_keys_that_are_missing_open_or_anothers(well: Kiosk) -> None:
    ring, own = well.folder / "keys" / "ring", well.folder / "keys" / "kiosk.pem"
    own.chmod(0o644)
    assert "chmod 600" in problems(well)["keys"]
    own.chmod(0o600)
    (ring / "central.toml").unlink()
    assert "no key of central" in problems(well)["keys"]
    (well.folder / "keys" / "fleet.key").unlink()
    assert "copy the fleet's key there" in problems(well)["fleet key"]


def test_another_program_has_the_port(well: Kiosk) -> None:
    port = int(next(ln for ln in well.config.read_text().splitlines() if ln[:4] == "port")[7:])
    with socket.create_server(("127.0.0.1", port)) as listener:

        def answer() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(1000)
                line.sendall(b"HTTP/1.0 200 OK\r\n\r\nhello")

        server = threading.Thread(target=answer)
        server.start()
        said = problems(well)["screens"]
        server.join()
    assert said == f"another program serves port {port}: stop it, or set ui.port"


@pytest.fixture
def listening(well: Kiosk) -> Kiosk:
    """A kiosk that lacks nothing, and where central's jobs come in."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    well.set_line('listen = ""', f'listen = "127.0.0.1:{port}"')
    return well


def test_central_is_answered(listening: Kiosk) -> None:
    assert problems(listening) == {}
    stop = threading.Event()
    ready = ready_sync(load_settings(listening.config))
    running = threading.Thread(target=ready.run, args=(stop,))
    running.start()
    assert f"central's jobs: answering at {ready.address}" in listening.ok("doctor")
    stop.set()
    running.join(20)


def test_another_program_has_centrals_port(listening: Kiosk) -> None:
    with socket.create_server(load_settings(listening.config).sync.address) as listener:

        def answer() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(1000)
                line.sendall(b"HTTP/1.0 200 OK\r\n\r\n[]")

        server = threading.Thread(target=answer)
        server.start()
        said = problems(listening)["central's jobs"]
        server.join()
    assert said.endswith("stop it, or set sync.listen")


def test_a_print_log_that_central_could_not_believe(listening: Kiosk) -> None:
    ring = listening.folder / "keys" / "ring"
    [public] = [path for path in ring.glob("*.toml") if 'role = "sync"' in path.read_text()]
    text = public.read_text()
    public.write_text(text.replace("BKK-5-1", "BKK-5-2"))
    assert "is kiosk BKK-5-2's" in problems(listening)["sync key"]
    public.unlink()
    assert "into central's ring" in problems(listening)["sync key"]


def test_a_disk_that_is_nearly_full(well: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(9, 8, 10**8))
    assert "100 MB left" in problems(well)["disk"]


def test_a_rule_of_the_database_is_gone(well: Kiosk, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP INDEX uq_issues_valid_renewal")
    assert "uq_issues_valid_renewal" in problems(well)["database"]


def test_a_database_that_is_none(well: Kiosk) -> None:
    well.database.write_bytes(b"coffee " * 1000)
    assert "is not a database" in problems(well)["database"]


def test_a_clock_that_lost_its_battery(well: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.cli.doctor.now_utc", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    assert "set it right" in problems(well)["clock"]


def test_a_doubt_names_the_command_that_ends_it(well: Kiosk, spooled: Spooled) -> None:
    job = spooled.take(Doubt("paper-out", 900))
    assert f"kiosk job resolve {job}" in problems(well)["doubts"]


def test_too_few_people_to_resolve_a_doubt(well: Kiosk) -> None:
    well.ok("staff", "disable", "T-101")
    assert problems(well)["staff"].startswith("1 people may act here and a doubt takes 2")


def test_settings_that_are_wrong_are_the_only_finding(well: Kiosk) -> None:
    well.set_line("[ui]", "[iu]")
    assert list(problems(well)) == ["settings"]
