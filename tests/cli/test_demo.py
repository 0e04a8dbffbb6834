from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import cli, demo_home
from kiosk.cli.demo import FolderInUse, alone_in
from kiosk.cli.demo_home import furnish

RECORDS = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo") / "demo"
    assert furnish(
        made, port=8080, printer_port=9100, sync_port=8090, speed_mm_s=250, records=RECORDS
    )
    return made


def ask(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(cli, ["--config", str(folder / "kiosk.toml"), *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_record_of_the_demonstration_is_taken(folder: Path) -> None:
    ask(folder, "sync", "rejected")
    (file,) = json.loads(ask(folder, "sync", "status", "--json"))["imports"]
    cases = len(list((folder / "cards").glob("*.json")))
    assert file["lines"] >= cases + RECORDS


def test_records_that_are_refused_are_not_passed_over_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo_home, "signed_line", lambda _signer, _record: b"{}\n")
    furnish(tmp_path, port=8080, printer_port=9100, sync_port=8090, speed_mm_s=250, records=2)
    said = capsys.readouterr().err
    assert said.startswith("2 of the ")
    assert f"`kiosk --config {tmp_path / 'kiosk.toml'} sync rejected`" in said


def test_each_card_names_a_record_that_is_there(folder: Path, tmp_path: Path) -> None:
    for card in (folder / "cards").glob("*.json"):
        reference = json.loads(card.read_text("utf-8"))["reference"]
        assert card.with_suffix(".png").is_file()
        ask(folder, "sticker", "render", reference, "-o", str(tmp_path / "s.png"))


def test_a_second_start_takes_up_the_folder_on_other_ports(folder: Path) -> None:
    assert not furnish(
        folder, port=8081, printer_port=9101, sync_port=8091, speed_mm_s=250, records=RECORDS
    )
    shown = json.loads(ask(folder, "settings", "show", "--json"))["settings"]
    assert shown["ui.port"]["value"] == 8081
    assert shown["printer.sticker.device"]["value"] == "tcp://127.0.0.1:9101"
    assert shown["printer.receipt.device"]["value"] == ""
    assert ask(folder, "audit", "verify").startswith("ok: ")


@pytest.mark.parametrize("is_older", [True, False])
def test_both_printers_get_their_own_ports(folder: Path, *, is_older: bool) -> None:
    path = folder / "kiosk.toml"
    if is_older:  # a folder that was made before there was a receipt printer
        section = '[printer.receipt]\ndevice = ""\nspeed_mm_s = 250\n'
        path.write_text(path.read_text("utf-8").replace(section, ""), "utf-8")
        assert "receipt" not in path.read_text("utf-8")
    furnish(
        folder,
        port=8082,
        printer_port=9102,
        receipt_port=9103,
        sync_port=8092,
        speed_mm_s=250,
        records=RECORDS,
    )
    shown = json.loads(ask(folder, "settings", "show", "--json"))["settings"]
    assert shown["printer.sticker.device"]["value"] == "tcp://127.0.0.1:9102"
    assert shown["printer.receipt.device"]["value"] == "tcp://127.0.0.1:9103"
    assert (shown["ui.port"]["value"], shown["sync.listen"]["value"]) == (8082, "127.0.0.1:8092")


def test_a_second_demonstration_is_kept_out_of_the_folder_of_the_first(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(FolderInUse, match="--dir"), alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass


def test_second_demonstration_says_so_in_one_line(folder: Path) -> None:
    before = (folder / "kiosk.toml").read_text("utf-8")
    with alone_in(folder):
        result = CliRunner().invoke(cli, ["demo", "--dir", str(folder), "--no-browser"])
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert (folder / "kiosk.toml").read_text("utf-8") == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_folder_in_the_making_is_left_at_once(tmp_path: Path, number: int) -> None:
    home = tmp_path / "demo"
    words = ["demo", "--dir", str(home), "--records", "10000000", "--no-browser"]
    with subprocess.Popen([sys.executable, "-m", "kiosk", *words]) as child:
        ends_at = time.monotonic() + 60
        while not (home / "records.ndjson").exists() and time.monotonic() < ends_at:
            time.sleep(0.05)
        child.send_signal(number)
        assert child.wait(10) != 0
    assert not (home / "kiosk.toml").exists()


def test_a_start_that_was_ended_in_the_middle_is_made_anew(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    ports = {"port": 1, "printer_port": 2, "sync_port": 3}
    furnish(home, **ports, speed_mm_s=250, records=1)
    (home / "kiosk.toml").rename(home / "kiosk.part")
    assert furnish(home, **ports, speed_mm_s=250, records=1)
    assert not (home / "kiosk.part").exists()
    assert not furnish(home, **ports, speed_mm_s=250, records=1)
