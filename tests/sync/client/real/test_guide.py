"""The client's part of docs/sync.md does what it says."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from click.testing import CliRunner

from kiosk.cli import cli
from kiosk.sync.client import Receives, read_targets

if TYPE_CHECKING:
    from kiosk.usecases.collecting import Desk
    from tests.sync.client.real.conftest import RealKiosk

PAGE = (Path(__file__).parents[4] / "docs" / "sync.md").read_text("utf-8")
PART = PAGE.partition("## With the client\n")[2]
ADDRESS = "http://127.0.0.1:8090"


def box(section: str, language: str) -> str:
    """Return the first box of a language under a heading of the client's part."""
    text = PART.partition(f"### {section}\n")[2]
    found = re.search(rf"(?ms)^```{language}\n(.*?)^```", text)
    assert found
    return found[1]


@pytest.fixture
def at_central(real: RealKiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Central's folder as the guide has it."""
    folder = tmp_path / "central"
    (folder / "keys").mkdir(parents=True)
    shutil.copytree(real.home.folder / "ring", folder / "keys" / "ring")
    shutil.copy(real.home.folder / "central.pem", folder / "keys")
    (folder / "keys" / "fleet.key").write_text(("66" * 32) + "\n", "ascii")
    (folder / "keys" / "fleet.key").chmod(0o600)
    monkeypatch.chdir(folder)
    return folder


def test_the_first_batch_arrives_and_the_log_comes_back(
    real: RealKiosk, at_central: Path, desk: Desk
) -> None:
    record = msgspec.to_builtins(real.home.signed())
    Path("unsigned.ndjson").write_text(json.dumps(record) + "\n", "utf-8")
    real.print_stickers(2, desk)
    lines = box("The first batch", "sh").replace("\\\n", "").replace(ADDRESS, real.url)
    make_key, *commands = [shlex.split(line, comments=True) for line in lines.splitlines()]
    assert make_key[:4] == ["kiosk", "keys", "new", "central"]
    for words in commands:
        result = CliRunner().invoke(cli, words[1:])
        assert result.exit_code == 0, f"{words}\n{result.output}"
    assert "REF0000001" in real.stored()
    kept = Path("BKK-5-1.ndjson").read_bytes().splitlines()
    assert [json.loads(line)["number"] for line in kept] == real.printed()
    assert list(json.loads(kept[0])) == ["kiosk", "number", "key", "kind", "at", "fact"]


def test_the_program_runs(
    real: RealKiosk,
    at_central: Path,
    write_records: Callable[[int], Path],
    desk: Desk,
    capsys: pytest.CaptureFixture[str],
) -> None:
    real.print_stickers(1, desk)
    shutil.copy(write_records(30), "paid.ndjson")
    program = box("In a program", "python").replace(ADDRESS, real.url)
    exec(compile(program, "docs/sync.md", "exec"), {})  # noqa: S102 - our own guide
    lines = capsys.readouterr().out.splitlines()  # the kiosk's own log is among them
    pushed, collected = (line for line in lines if line.startswith("BKK"))
    assert pushed == "BKK-5-1 30 0 None"
    assert collected == f"BKK-5-1 {len(real.printed())}"


def test_the_list_of_kiosks_is_one(tmp_path: Path) -> None:
    path = tmp_path / "kiosks.toml"
    path.write_text(box("Many kiosks", "toml"), "utf-8")
    assert [(each.id, each.receives) for each in read_targets(path)] == [
        ("BKK-5-1", Receives.OWN),
        ("BKK-5-2", Receives.ALL),
    ]


def test_every_option_of_push_in_the_guide_exists() -> None:
    text = CliRunner().invoke(cli, ["central", "push", "--help"]).output
    told = set(re.findall(r"`(--[a-z-]+)", PART.partition("### Collect")[0])) - {"--ring"}
    assert len(told) >= 7
    assert all(option in text for option in told)
