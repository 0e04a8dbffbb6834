from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine

from kiosk.domain.printing import Doubt, PrinterState
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.processes.ready import Ready
from kiosk.processes.sync import ready_sync
from kiosk.processes.ui import ready_ui
from kiosk.settings import load_settings
from kiosk.store.engine import writing

if TYPE_CHECKING:
    from conftest import Kiosk, Spooled


OK = b"HTTP/1.0 200 OK\r\n\r\n"


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
    device = load_settings(kiosk.config).printer.sticker.device
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kiosk.set_line("port = 8080", f"port = {port}")
    with PrinterEmulator(port=0) as emulator:
        kiosk.set_line(device, emulator.address)
        yield kiosk


def test_a_kiosk_that_lacks_nothing_is_well(well: Kiosk) -> None:
    assert problems(well) == {}
    lines = well.ok("doctor").splitlines()
    assert len(lines) == 19
    assert all(line.startswith("ok ") for line in lines)


def test_a_new_kiosk_is_told_what_it_lacks(kiosk: Kiosk) -> None:
    found = problems(kiosk)
    assert {"printer", "stock", "records"} <= found.keys()
    assert "kiosk stock load" in found["stock"]
    assert "kiosk sync import" in found["records"]


def test_a_printer_that_is_off(well: Kiosk) -> None:
    well.set_line(load_settings(well.config).printer.sticker.device, "tcp://127.0.0.1:9")
    assert problems(well)["printer"].startswith("unreachable")


def test_a_receipt_printer_that_is_off(well: Kiosk) -> None:
    well.set_line('device = ""', 'device = "tcp://127.0.0.1:9"')
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


@contextmanager
def running(ready: Ready) -> Iterator[str]:
    """Run a process, and yield its address."""
    stop = threading.Event()
    thread = threading.Thread(target=ready.run, args=(stop,))
    thread.start()
    try:
        yield str(ready.address)
    finally:
        stop.set()
        thread.join(20)


@contextmanager
def answering(address: tuple[str, int], said: bytes) -> Iterator[None]:
    """Another program, which has the address and answers one request."""
    with socket.create_server(address) as listener:

        def answer() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(1000)
                line.sendall(said)

        server = threading.Thread(target=answer)
        server.start()
        yield
        server.join()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            b"SSH-2.0-x\r\n",
            "port {port} is taken by no kiosk (SSH-2.0-x): stop it, or set ui.port",
        ),
        (OK + b"hello", "another program serves port {port}: stop it, or set ui.port"),
        (OK + b"{}", "another program serves port {port}: stop it, or set ui.port"),
        (
            OK + b'{"status": "ok", "kiosk": "BKK-5-2"}',
            "another kiosk serves port {port} (BKK-5-2): stop it, or set ui.port",
        ),
        (
            OK + b'{"status": "error", "reason": "K-315"}',
            "what answers at port {port} has a problem of its own: K-315",
        ),
    ],
)
def test_what_has_the_port_is_not_this_kiosk_at_work(well: Kiosk, answer: bytes, said: str) -> None:
    port = load_settings(well.config).ui.port
    with answering(("127.0.0.1", port), answer):
        assert problems(well)["screens"] == said.format(port=port)


def test_the_screens_answer(well: Kiosk) -> None:
    with running(ready_ui(load_settings(well.config))) as address:
        assert f"screens: answering at {address.rstrip('/')}\n" in well.ok("doctor")


@pytest.fixture
def listening(well: Kiosk) -> Kiosk:
    """A kiosk that lacks nothing, and where central's jobs come in."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    well.set_line('listen = ""', f'listen = "127.0.0.1:{port}"')
    return well


def test_central_is_answered(listening: Kiosk) -> None:
    assert problems(listening) == {}
    with running(ready_sync(load_settings(listening.config))) as address:
        assert f"central's jobs: answering at {address}\n" in listening.ok("doctor")


def test_another_program_has_centrals_port(listening: Kiosk) -> None:
    with answering(load_settings(listening.config).sync.address, OK + b"[]"):
        assert problems(listening)["central's jobs"].endswith("stop it, or set sync.listen")


DAY = timedelta(days=1)


@pytest.fixture
def make_certificate(listening: Kiosk) -> Callable[[timedelta, timedelta], None]:
    """Gives the kiosk a certificate that is valid from and until so long after now."""
    tls = 'tls_cert = "tls_cert.pem"\ntls_key = "tls_key.pem"'
    listening.set_line("[sync]", f"[sync]\n{tls}")

    def make(first: timedelta, last: timedelta) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kiosk")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now + first).not_valid_after(now + last)
        signed = made.sign(key, hashes.SHA256())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (listening.folder / "tls_cert.pem").write_bytes(signed.public_bytes(Encoding.PEM))
        (listening.folder / "tls_key.pem").write_bytes(pem)

    return make


def test_central_is_answered_through_tls(
    listening: Kiosk, make_certificate: Callable[[timedelta, timedelta], None]
) -> None:
    make_certificate(-DAY, 90 * DAY)
    with running(ready_sync(load_settings(listening.config))) as address:
        assert address.startswith("https://")
        said = listening.ok("doctor")
    assert f"central's jobs: answering at {address}" in said
    assert f"certificate: good until {datetime.now(UTC) + 90 * DAY:%Y-%m-%d}\n" in said
    make_certificate(-DAY, 29 * DAY)
    assert ", which is soon\n" in listening.ok("doctor")


def test_a_certificate_that_central_could_not_believe(
    listening: Kiosk, make_certificate: Callable[[timedelta, timedelta], None]
) -> None:
    cert, key = listening.folder / "tls_cert.pem", listening.folder / "tls_key.pem"
    make_certificate(DAY, 2 * DAY)
    early = f"{datetime.now(UTC) + DAY:%Y-%m-%d %H:}"
    assert f"valid from {early}" in problems(listening)["certificate"]
    make_certificate(-2 * DAY, -DAY)
    ended = problems(listening)["certificate"]
    assert ended.startswith(f"{cert} ended at ")
    assert ended.endswith("put a new one there")
    anothers = key.read_bytes()
    make_certificate(-DAY, DAY)
    own = key.read_bytes()
    key.write_bytes(anothers)
    assert f"{key} does not belong to {cert}" in problems(listening)["certificate"]
    key.write_text("a key")
    assert "is not an unencrypted private key" in problems(listening)["certificate"]
    key.write_bytes(own)
    cert.write_text("a certificate")
    assert "holds no certificate" in problems(listening)["certificate"]
    cert.unlink()
    assert "No such file" in problems(listening)["certificate"]


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


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Let the doctor come at another time."""
    monkeypatch.setattr("kiosk.cli.doctor.now_utc", lambda: now)


def test_records_that_grew_old(well: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, datetime.now(UTC) + timedelta(hours=25))
    assert "older than sync.stale_after_h" in problems(well)["records"]
    well.set_line("[sync]", "[sync]\nstale_after_h = 0\nstop_after_h = 24")
    assert "K-316 (data stale)" in problems(well)["ready"]


def test_a_nightly_backup_that_does_not_come(well: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    well.set_line("[sync]", "[sync]\nstale_after_h = 0")
    assert "backup: none yet\n" in well.ok("doctor")
    at(monkeypatch, datetime.now(UTC) + 3 * DAY)
    assert problems(well)["backup"].startswith("there is none: ")
    well.ok("db", "backup", well.folder / "copy.db")
    assert problems(well)["backup"].startswith("the last is of ")
    at(monkeypatch, datetime.now(UTC) + 2 * DAY)
    assert problems(well) == {}


def test_a_print_log_that_nobody_collects(
    listening: Kiosk, spooled: Spooled, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "print log: central has all of it\n" in listening.ok("doctor")
    spooled.take()
    assert " wait for central\n" in listening.ok("doctor")
    at(monkeypatch, datetime.now(UTC) + 3 * DAY)
    assert "central has not collected 2 facts" in problems(listening)["print log"]


def test_a_refused_record_waits_for_people(well: Kiosk) -> None:
    bad = well.folder / "bad.ndjson"
    bad.write_text('{"reference": "BKK6900000001"}\n')
    assert well.run("sync", "import", bad).exit_code == 1
    assert problems(well)["waiting"] == (
        "1 refused records: `kiosk sync rejected`; 1 renewals held: `kiosk sync status`"
    )


def test_why_it_may_not_print_with_the_code_on_its_screen(well: Kiosk, spooled: Spooled) -> None:
    spooled.printer.state = PrinterState.PAPER_OUT
    spooled.spool.saw()
    assert problems(well)["ready"] == "nothing is printed because of K-303 (paper out)"


def test_keys_near_and_past_their_end(well: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = datetime.now(UTC) + 20 * DAY
    well.ok("keys", "retire", "central", "--not-after", f"{soon:%Y-%m-%d}")
    assert f"central ends on {soon:%Y-%m-%d}: put the next" in well.ok("doctor")
    at(monkeypatch, soon + 2 * DAY)
    assert "no key of central is trusted" in problems(well)["keys"]
    at(monkeypatch, datetime.now(UTC))
    well.ok("keys", "retire", "kiosk", "--not-after", f"{datetime.now(UTC) - DAY:%Y-%m-%d}")
    assert "past its time" in problems(well)["keys"]


def test_too_few_people_to_resolve_a_doubt(well: Kiosk) -> None:
    well.ok("staff", "disable", "T-101")
    assert problems(well)["staff"].startswith("1 people may act here and a doubt takes 2")


def test_settings_that_are_wrong_are_the_only_finding(well: Kiosk) -> None:
    well.set_line("[ui]", "[iu]")
    assert list(problems(well)) == ["settings"]
