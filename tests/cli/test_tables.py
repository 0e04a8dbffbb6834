"""What a person at a narrow terminal can read and copy."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Sequence

import pytest

from kiosk.cli.common import write_table

JOB = "7a3bcccadff545326bce872c"
CAUSE = "the kiosk stopped while the sticker was being sent"

Drawn = Callable[[Sequence[str], Sequence[Sequence[object]]], list[str]]


class Terminal(io.StringIO):
    """Standard output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Draws a table on a terminal of 40 columns, and returns its lines without colours."""

    def draw(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
        terminal = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", terminal)
            patch.setenv("COLUMNS", "40")
            write_table(head, rows)
        return re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue()).splitlines()

    return draw


def test_an_id_can_be_copied_whole(narrow: Drawn) -> None:
    lines = narrow(("job", "requested", "cause"), [(JOB, "2026-11-22 10:16:03", CAUSE)])
    assert any(JOB in line and "2026-11-22 10:16:03" in line for line in lines)
    said = " ".join(line[len(JOB) + 22 :] for line in lines).split()
    assert said[-len(CAUSE.split()) :] == CAUSE.split()


def test_an_empty_list_still_names_its_columns(narrow: Drawn) -> None:
    assert any("badge  locked until" in line for line in narrow(("badge", "locked until"), []))


def test_truth_is_a_word(narrow: Drawn) -> None:
    lines = narrow(("name", "revoked"), [("central", True), ("kiosk", False)])
    assert ["central", "yes"] in [line.split() for line in lines]
    assert ["kiosk", "no"] in [line.split() for line in lines]
