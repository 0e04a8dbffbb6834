"""The units start what exists, confined as they say."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from kiosk.cli import cli

UNITS = Path(__file__).parent.parent / "systemd"
PROCESSES = ("kiosk-ui.service", "kiosk-printer.service", "kiosk-sync.service")
PROGRAM = "/opt/kiosk/.venv/bin/kiosk"
EXPOSURE_LIMIT = 20  # tenths of systemd's own scale from 0 to 10; a bare service has 96

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
    return [line.split()[1:] for line in lines if line.startswith(PROGRAM)]


def refuse_unknown(command: click.Command, words: list[str]) -> None:
    """Raise click's own error when the command line does not know these words."""
    while isinstance(command, click.Group):
        name, *words = words
        found = command.get_command(click.Context(command), name)
        if found is None:
            raise click.UsageError(f"no such command: {name}")
        command = found
    command.make_context(command.name, words)


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_unit_starts_a_command_that_exists(words: list[str]) -> None:
    refuse_unknown(cli, words)


def test_a_command_that_does_not_exist_is_noticed() -> None:
    for words in (["fly"], ["run", "fly"], ["run", "ui", "--fly"]):
        with pytest.raises(click.UsageError):
            refuse_unknown(cli, words)


def test_the_three_processes_are_the_ones_started() -> None:
    assert sorted(commands()) == [["run", "printer"], ["run", "sync"], ["run", "ui"]]


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
    files = sorted(str(path) for path in runnable_units.iterdir() if path.is_file())
    judged = ask_systemd("verify", "--man=no", *(f for f in files if not f.endswith(".md")))
    # It exits 0 on a misspelt key and only complains; units of the machine's own may complain too.
    complaints = [line for line in judged.stderr.splitlines() if str(runnable_units) in line]
    assert (judged.returncode, complaints) == (0, [])


@needs_systemd
@pytest.mark.parametrize("unit", PROCESSES)
def test_systemd_finds_a_process_well_confined(runnable_units: Path, unit: str) -> None:
    judged = ask_systemd(
        "security",
        "--offline=true",
        "--no-pager",
        f"--threshold={EXPOSURE_LIMIT}",
        str(runnable_units / unit),
    )
    assert judged.returncode == 0, judged.stdout or judged.stderr
