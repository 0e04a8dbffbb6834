"""Each trouble that is nobody's bug: one line that says what is wrong and what to do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest

from kiosk.store import engine as store

if TYPE_CHECKING:
    from conftest import Kiosk


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ("[ui]", "[ui]\nlanguge = 'th'", "there is no setting ui.languge"),
        ("[ui]", "[screen]", "there is no setting screen"),
        ("port = 8080", "port = '8080'", "ui.port has to be a whole number, not text in"),
        ("port = 8080", "port = 99999", "ui.port has to be a whole number of at most 65535"),
        ('office = "BKK-5"', 'office = "CNX-1"', "kiosk.office is 'CNX-1'; the offices are"),
        ('office = "BKK-5"', "", "the setting kiosk.office is missing"),
        ("[ui]", "[ui", "this is not TOML"),
    ],
)
def test_a_wrong_setting_is_wrong_use(kiosk: Kiosk, line: str, instead: str, said: str) -> None:
    kiosk.set_line(line, instead)
    told = kiosk.refuses("stock", "list", code=2)
    assert told.startswith(f"{kiosk.config}: ")
    assert said in told


def test_a_settings_file_that_is_not_there(kiosk: Kiosk) -> None:
    kiosk.config.unlink()
    assert "name one with --config or KIOSK_CONFIG" in kiosk.refuses("stock", "list", code=2)


def test_a_command_or_option_that_does_not_exist(kiosk: Kiosk) -> None:
    assert kiosk.run("stok").exit_code == 2
    assert kiosk.run("stock", "list", "--jsno").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("job", "list", "-n"),
        ("audit", "export", "--from"),
        ("audit", "export", "--to"),
        ("sync", "retry"),
        ("sync", "discard", "--by", "T-101"),
    ],
)
def test_a_number_that_no_row_can_have(kiosk: Kiosk, words: tuple[str, ...]) -> None:
    assert "is not in the range" in kiosk.run(*words, str(10**22)).stderr


def test_an_old_sqlite(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "OLDEST_SQLITE", (99, 0, 0))
    said = kiosk.refuses("stock", "list")
    assert "can lose commits; 99.0.0 or later is needed" in said


def test_a_missing_font(kiosk: Kiosk) -> None:
    # In a process of its own: what was drawn before is kept.
    program = (
        "import kiosk.sticker.text as text; text._FONT_PACKAGE = 'no_such_font'\n"
        "from kiosk.cli import main; main()"
    )
    words = [
        "--config",
        kiosk.config,
        "sticker",
        "render",
        "--sample",
        "-o",
        kiosk.folder / "s.png",
    ]
    ended = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line == "kiosk: the Sarabun fonts are missing; install the package fontpkg-sarabun"


def sticker_printer(kiosk: Kiosk) -> str:
    _, _, settings = kiosk.config.read_text().partition("[printer.sticker]")
    return next(line for line in settings.splitlines() if line.startswith("device"))


def test_an_unreachable_printer(kiosk: Kiosk) -> None:
    line = sticker_printer(kiosk)
    kiosk.set_line(line, 'device = "tcp://127.0.0.1:9"')
    result = kiosk.run("printer", "status")
    assert result.exit_code == 1
    assert "unreachable" in result.stdout
    assert result.stderr == ""


def test_a_printer_address_that_is_none(kiosk: Kiosk) -> None:
    line = sticker_printer(kiosk)
    kiosk.set_line(line, 'device = "the one in the corner"')
    assert "write tcp://host:port" in kiosk.refuses("printer", "status")


def test_the_screens_port_is_in_use(kiosk: Kiosk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        kiosk.set_line("port = 8080", f"port = {port}")
        said = kiosk.refuses("run", "ui")
    assert said.startswith(f"the screens cannot be served at 127.0.0.1:{port}")
    assert said.endswith("set ui.port")


def test_the_emulators_port_is_in_use(kiosk: Kiosk, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = kiosk.refuses("printer", "emulate", "--port", str(port), "--tray", tmp_path / "t")
    assert said.endswith("name another with --port")


def test_no_database(kiosk: Kiosk) -> None:
    kiosk.database.unlink()
    assert "make it with `kiosk db upgrade`" in kiosk.refuses("stock", "list")


def test_a_file_that_is_no_database(kiosk: Kiosk) -> None:
    kiosk.database.write_bytes(b"coffee was here " * 1000)
    assert "is not a database" in kiosk.refuses("stock", "list")


def test_a_database_of_another_kiosk(kiosk: Kiosk) -> None:
    kiosk.set_line('id = "BKK-5-1"', 'id = "BKK-5-2"')
    said = kiosk.refuses("stock", "list")
    assert said.startswith(f"{kiosk.database}: it belongs to kiosk BKK-5-1")


def test_a_locked_database(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(store.open_engine.__kwdefaults__, "busy_timeout_s", 0.05)
    holder: Any = pysqlite3.connect(str(kiosk.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    said = kiosk.refuses("stock", "load", "A001", "A100")
    holder.close()
    assert "is locked by another program: try again" in said
    assert kiosk.ok("stock", "list").count("\n") == 1


def test_a_full_disk(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare = store._set_pragmas

    def without_room(connection: Any) -> None:  # noqa: ANN401 - the driver is untyped
        prepare(connection)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    with monkeypatch.context() as patch:
        patch.setattr(store, "_set_pragmas", without_room)
        said = kiosk.refuses("stock", "load", "A0001", "A9000")
    assert "has no room left: free space on its disk; nothing recorded so far is lost" in said
    assert kiosk.ok("stock", "list").count("\n") == 1
    assert kiosk.ok("audit", "verify").startswith("ok: 2 rows")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_a_database_that_may_not_be_written(kiosk: Kiosk) -> None:
    kiosk.database.chmod(0o444)
    kiosk.folder.chmod(0o555)
    try:
        said = kiosk.refuses("stock", "load", "A001", "A100")
    finally:
        kiosk.folder.chmod(0o755)
    assert "check its owner and mode" in said


def test_a_records_file_that_is_not_there(kiosk: Kiosk) -> None:
    assert kiosk.refuses("sync", "import", "none.ndjson").endswith("there is no such file.")


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"grant": "no grant!"}, "grant", "base64url"),
        ({"plate": {"text": "1กข1234", "province": "แอตแลนติส"}}, "plate.province", "no province"),
        ({"version": "3"}, "version", "it must be a whole number, not text"),
        ({"paid_at": "2026-11-20T10:00:00"}, "paid_at", "no offset from UTC"),
    ],
)
def test_a_record_that_is_wrong_is_named_by_line_and_field(
    kiosk: Kiosk, records: Path, change: dict[str, object], field: str, said: str
) -> None:
    record = json.loads(records.read_bytes())
    file = kiosk.folder / "wrong.ndjson"
    text = json.dumps(record | change, ensure_ascii=False)
    file.write_text(f"\n{text}\n", "utf-8")
    assert kiosk.run("sync", "import", file).exit_code == 1
    (reject,) = json.loads(kiosk.run("sync", "rejected", "--json").stdout)
    assert (reject["line"], reject["field"], reject["reference"]) == (
        2,
        field,
        record["reference"],
    )
    assert said in reject["reason"]


def test_a_line_that_is_no_json(kiosk: Kiosk) -> None:
    file = kiosk.folder / "wrong.ndjson"
    file.write_bytes(b'{"reference": "DLT-1", \xff\n')
    kiosk.run("sync", "import", file)
    (reject,) = json.loads(kiosk.run("sync", "rejected", "--json").stdout)
    assert (reject["field"], reject["reference"]) == ("line", "DLT-1")


def test_a_private_key_that_others_may_read(kiosk: Kiosk, records: Path) -> None:
    key = kiosk.folder / "keys" / "central.pem"
    key.chmod(0o644)
    fleet = kiosk.folder / "keys" / "fleet.key"
    said = kiosk.refuses(
        "central", "sign", records, "--key", key, "--fleet-key", fleet, "-o", records
    )
    assert said.endswith(f"run: chmod 600 {key}")


def test_a_reader_that_has_seen_enough_ends_an_export_quietly(kiosk: Kiosk) -> None:
    program = "from kiosk.cli import main; main()"
    words = ["--config", str(kiosk.config), "audit", "export"]
    running = subprocess.Popen(
        [sys.executable, "-c", program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    running.stdout.close()
    _, said = running.communicate(timeout=20)
    assert b"Traceback" not in said
