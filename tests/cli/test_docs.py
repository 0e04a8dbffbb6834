"""docs/cli.md tells of every command and option there is, and its examples are true."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kiosk.cli import cli

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"(?ms)^### (kiosk [a-z -]+)\n(.*?)(?=^##|\Z)", PAGE))


def commands(
    command: click.Command = cli, name: str = "kiosk", parent: click.Context | None = None
) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name."""
    context = click.Context(command, info_name=name, parent=parent)
    if not isinstance(command, click.Group):
        yield name, command
        return
    for verb in command.list_commands(context):
        below = command.get_command(context, verb)
        assert below is not None
        yield from commands(below, f"{name} {verb}", context)


COMMANDS = dict(commands())


def test_the_page_has_every_command_and_no_other() -> None:
    assert sorted(SECTIONS) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_explained_with_its_options_and_an_example(name: str) -> None:
    explained = SECTIONS[name].partition("\n```")[0]
    told = set(re.findall(r"`(-[-a-z]+)`", "".join(re.findall(r"(?m)^- .*?(?::|$)", explained))))
    options = [param for param in COMMANDS[name].params if isinstance(param, click.Option)]
    assert told == {word for option in options for word in option.opts}
    assert re.search(rf"(?m)^\$? ?{name}\b", SECTIONS[name])


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(cli, [*name.split()[1:], "--help"])
    assert result.exit_code == 0
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert option.help, f"{option.name} has no help"


def examples() -> Iterator[tuple[str, str]]:
    """The commands of the page's boxes with the output that stands under each."""
    for box in re.findall(r"(?ms)^```console\n(.*?)^```", PAGE):
        for example in re.split(r"(?m)^\$ ", box)[1:]:
            words, _, output = example.partition("\n")
            yield words, output


def pattern(output: str) -> str:
    """A regular expression for what a box shows: … stands for anything."""
    return "".join(".*" if part == "…" else re.escape(part) for part in re.split("(…)", output))


def test_the_examples_are_true_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unsigned: dict[str, object]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    pins = tmp_path / "pins.txt"
    pins.write_text("T-101 271828\nS-201 314159\nR-301 161803\n")
    pins.chmod(0o600)
    Path("unsigned.ndjson").write_text(json.dumps(unsigned, ensure_ascii=False) + "\n", "utf-8")
    for line, output in examples():
        words, _, comment = line.partition("  # exit code ")
        result = CliRunner().invoke(cli, shlex.split(words)[1:])
        assert result.exit_code == int(comment or 0), f"{line}\n{result.output}"
        assert re.fullmatch(pattern(output), result.output, re.DOTALL), f"{line}\n{result.output}"
