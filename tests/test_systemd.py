"""The units start what exists, confined as they say."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from kiosk.cli import cli
from kiosk.cli.run import DRAIN_S
from kiosk.printer.links.link import CONNECT_TIMEOUT_S, STALL_TIMEOUT_S
from kiosk.processes.asking import ANSWER_S
from kiosk.processes.watchdog import PINGS
from kiosk.settings import load_settings
from kiosk.store.engine import BUSY_TIMEOUT_S
from kiosk.sync.server.limits import Limits

UNITS = Path(__file__).parent.parent / "systemd"
PROCESSES = ("kiosk-ui.service", "kiosk-printer.service", "kiosk-sync.service")
PROGRAM = "/opt/kiosk/.venv/bin/kiosk"
UNIT_SUFFIXES = {".service", ".target", ".timer"}
EXPOSURE_LIMIT = 20  # tenths of systemd's own scale from 0 to 10; a bare service has 96

GUIDE = (UNITS / "README.md").read_text("utf-8")

Setting = tuple[str, str, str]


def settings_of(*files: Path) -> list[Setting]:
    """(section, key, value) in order; a key may stand more than once."""
    settings: list[Setting] = []
    for file in files:
        section = ""
        for line in file.read_text("utf-8").replace("\\\n", " ").splitlines():
            if heading := re.fullmatch(r"\[(\w+)\]", line):
                section = heading[1]
            elif line and not line.startswith("#"):
                key, equals, value = line.partition("=")
                assert section, f"{file.name}: {line!r} stands before any section"
                assert equals, f"{file.name}: {line!r} is no setting"
                settings.append((section, key, " ".join(value.split())))
    return settings


def text_of(file: Path) -> str:
    return file.read_text("utf-8") if file.is_file() else ""


def values(unit: str, key: str) -> list[str]:
    files = [UNITS / unit]
    if unit.startswith("kiosk-"):
        files.insert(0, UNITS / "kiosk-.service.d" / "confinement.conf")
    return [value for _, name, value in settings_of(*files) if name == key]


def commands() -> list[list[str]]:
    lines = [
        setting[2]
        for unit in sorted(UNITS.glob("*.service"))
        for setting in settings_of(unit)
        if setting[1].startswith("Exec")
    ]
    words = [shlex.split(line) for line in lines]
    # A shell's line is the program's too: what comes before and after it is the shell's.
    inner = [shlex.split(words[-1]) if words[0] == "/bin/sh" else words for words in words]
    return [words[words.index(PROGRAM) + 1 :] for words in inner if PROGRAM in words]


def complaint(words: list[str]) -> str | None:
    """What the command line would say to these words, None if it knows them."""
    command: click.Command = cli
    while isinstance(command, click.Group):
        name, *words = words
        found = command.get_command(click.Context(command), name)
        if found is None:
            return f"no such command: {name}"
        command = found
    try:
        command.make_context(command.name, words)
    except click.UsageError as error:
        return error.message
    return None


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_unit_starts_a_command_that_exists(words: list[str]) -> None:
    assert complaint(words) is None


def test_a_command_that_does_not_exist_is_noticed() -> None:
    for words in (["fly"], ["run", "fly"], ["run", "ui", "--fly"]):
        assert "fly" in (complaint(words) or "")


def test_the_three_processes_are_the_ones_started() -> None:
    started = [words for words in commands() if words[0] == "run"]
    assert sorted(started) == [["run", "printer"], ["run", "sync"], ["run", "ui"]]


def test_the_guides_commands_exist() -> None:
    lines = re.findall(r"(?m)^ *(?:\S+/)?kiosk ([^#\n]+)", GUIDE)
    assert len(lines) > 9
    for line in lines:
        assert complaint(shlex.split(line.partition(" < ")[0])) is None, line


def test_the_guide_starts_every_unit_that_can_be_enabled() -> None:
    (enabled,) = re.findall(r"systemctl enable --now (.+)", GUIDE)
    named = {unit if "." in unit else f"{unit}.service" for unit in enabled.split()}
    assert named == {unit.name for unit in UNITS.iterdir() if "[Install]" in text_of(unit)}


def test_each_file_of_a_terminal_is_put_into_its_place() -> None:
    script = text_of(UNITS / "install")
    for file in UNITS.glob("*/*"):
        name = str(file.relative_to(UNITS))
        assert name in script or f"{file.parent.name}/*{file.suffix}" in script
    for suffix in UNIT_SUFFIXES:
        assert f"./*{suffix}" in script


@pytest.mark.parametrize("unit", PROCESSES)
def test_a_missing_key_is_named_and_not_a_protocol_error(unit: str) -> None:
    keys = [credential.partition(":")[2] for credential in values(unit, "LoadCredential")]
    assert keys
    assert values(unit, "AssertPathExists") == keys


def test_a_sticker_under_way_is_not_killed_by_a_stop() -> None:
    (limit_s,) = values("kiosk-printer.service", "TimeoutStopSec")
    assert int(limit_s) > DRAIN_S


def test_folders_of_the_settings_are_where_the_units_may_write() -> None:
    settings = load_settings(UNITS.parent / "config" / "kiosk.toml")
    sync, sticker = settings.sync, settings.printer.sticker
    for path in (settings.kiosk.database, sync.inbox, sync.spool, sticker.locks):
        assert path.is_relative_to("/var/lib/kiosk")


def test_a_backup_goes_where_the_kiosk_may_write_and_an_old_one_goes_after_a_new_one() -> None:
    copy, thin_out = values("kiosk-backup.service", "ExecStart")
    assert "db backup" in copy
    assert "rm " in thin_out
    assert values("kiosk-backup.service", "WorkingDirectory") == ["/var/lib/kiosk"]
    assert "d /var/lib/kiosk/backups " in text_of(UNITS / "tmpfiles.d" / "kiosk.conf")


def test_old_backups_go_and_the_newest_seven_stay(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    names = [f"2026-11-{day:02}T030000.db" for day in range(1, 11)]
    for name in names:
        (folder / name).touch()
    _, thin_out = values("kiosk-backup.service", "ExecStart")
    for _ in range(2):  # the second time there is nothing to take away
        subprocess.run(shlex.split(thin_out), cwd=tmp_path, check=True, timeout=10)
    assert sorted(path.name for path in folder.iterdir()) == names[3:]


def test_the_browser_may_open_the_pages_of_the_unit_and_no_other() -> None:
    (command,) = values("touchscreen.service", "ExecStart")
    opening, _, screens = command.split()[-1].partition("#")
    policy = json.loads(text_of(UNITS / "chromium" / "kiosk.json"))
    assert policy["URLBlocklist"] == ["*"]
    assert policy["URLAllowlist"] == [screens.rstrip("/"), opening]
    assert Path(opening).name in {file.name for file in UNITS.iterdir()}


def test_the_browser_can_write_where_its_compositor_opens_its_socket() -> None:
    # ProtectHome closes /run/user, where login makes that folder; the service makes another.
    (command,) = values("touchscreen.service", "ExecStart")
    assert values("touchscreen.service", "RuntimeDirectory") == ["touchscreen"]
    assert command.startswith("/usr/bin/env XDG_RUNTIME_DIR=/run/touchscreen /usr/bin/cage ")


@pytest.mark.parametrize("unit", PROCESSES)
def test_a_process_comes_back_with_the_settings_of_the_terminal(unit: str) -> None:
    assert values(unit, "Restart") == ["always"]
    assert values(unit, "StartLimitIntervalSec") == ["0"]  # else it gives up within two minutes
    assert values(unit, "RestartSec") == ["2"]
    assert values(unit, "User") == ["kiosk"]
    assert values(unit, "StateDirectory") == ["kiosk"]
    assert values(unit, "WantedBy") == ["kiosk.target"]
    assert values(unit, "PartOf") == ["kiosk.target"]
    assert "KIOSK_CONFIG=/etc/kiosk/kiosk.toml" in values(unit, "Environment")


@pytest.mark.parametrize("unit", PROCESSES)
def test_a_process_that_hangs_is_killed_and_says_where(unit: str) -> None:
    assert values(unit, "Type") == ["notify"]
    assert values(unit, "TimeoutAbortSec") == ["10"]
    assert "PYTHONFAULTHANDLER=1" in values(unit, "Environment")
    assert values(unit, "WatchdogSignal") == []  # SIGABRT, at which Python tells
    (families,) = values(unit, "RestrictAddressFamilies")
    assert "AF_UNIX" in families.split()


def test_a_process_that_waits_within_its_limits_is_not_taken_for_one_that_hangs() -> None:
    longest_s = {
        "kiosk-ui.service": ANSWER_S,
        "kiosk-printer.service": STALL_TIMEOUT_S + BUSY_TIMEOUT_S + CONNECT_TIMEOUT_S,
        "kiosk-sync.service": ANSWER_S + Limits().body_s,
    }
    for unit, wait_s in longest_s.items():
        (limit,) = values(unit, "WatchdogSec")
        # Such a wait may begin when the next sign of life is just due.
        assert wait_s < int(limit.removesuffix("min")) * 60 * (1 - 1 / PINGS)


@pytest.mark.parametrize("unit", ["kiosk-ui.service", "kiosk-sync.service"])
def test_only_the_printer_process_has_devices_and_the_signing_key(unit: str) -> None:
    assert values(unit, "PrivateDevices") == ["yes"]
    assert values(unit, "DeviceAllow") == []
    assert not any("kiosk.pem" in credential for credential in values(unit, "LoadCredential"))
    assert values("kiosk-printer.service", "DeviceAllow")
    assert any("kiosk.pem" in c for c in values("kiosk-printer.service", "LoadCredential"))


@pytest.mark.parametrize("unit", ["kiosk-ui.service", "kiosk-printer.service"])
def test_only_the_sync_process_has_a_network(unit: str) -> None:
    assert values(unit, "IPAddressDeny") == ["any"]
    assert values(unit, "IPAddressAllow") == ["localhost"]
    assert values("kiosk-sync.service", "IPAddressDeny") == []


@pytest.fixture
def runnable_units(tmp_path: Path) -> Path:
    """A copy whose programs exist here: systemd judges everything else of a unit without them."""
    copy = tmp_path / "units"
    shutil.copytree(UNITS, copy)
    for unit in copy.glob("*.service"):
        text = unit.read_text("utf-8")
        unit.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text), "utf-8")
    return copy


needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def ask_systemd(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@needs_systemd
def test_systemd_understands_every_line(runnable_units: Path) -> None:
    units = [path for path in runnable_units.iterdir() if path.suffix in UNIT_SUFFIXES]
    judged = ask_systemd("verify", "--man=no", *sorted(map(str, units)))
    # It exits 0 on a misspelt key and only complains; units of the machine's own may complain too.
    complaints = [line for line in judged.stderr.splitlines() if str(runnable_units) in line]
    assert (judged.returncode, complaints) == (0, [])


@needs_systemd
@pytest.mark.parametrize("unit", [*PROCESSES, "kiosk-backup.service"])
def test_systemd_finds_a_process_well_confined(runnable_units: Path, unit: str) -> None:
    judged = ask_systemd(
        "security",
        "--offline=true",
        "--no-pager",
        f"--threshold={EXPOSURE_LIMIT}",
        str(runnable_units / unit),
    )
    assert judged.returncode == 0, judged.stdout or judged.stderr
