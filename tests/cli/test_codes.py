"""What whoever is asked on the telephone can look up."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from kiosk.cli import cli
from kiosk.domain.reasons import Reason

PAGE = Path(__file__).parents[2] / "docs" / "codes.md"


def told(*options: str) -> str:
    result = CliRunner().invoke(cli, ["codes", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_code_has_its_words_in_both_languages() -> None:
    found = json.loads(told("--json"))
    assert list(found) == [reason.value for reason in Reason]
    assert all(all(said.values()) for words in found.values() for said in words.values())


def test_what_the_screen_fills_in_is_no_riddle() -> None:
    assert "Please collect it at …." in told("--markdown")
    assert "%(" not in told("--markdown")


def test_the_page_is_what_the_screens_say() -> None:
    assert PAGE.read_text("utf-8") == told("--markdown"), (
        "run: kiosk codes --markdown > docs/codes.md"
    )
