"""The page of the emulator lists what there is."""

from __future__ import annotations

import re
from pathlib import Path

from kiosk.printer.emulator.fault import catalogue
from kiosk.usecases.failpoints import Point

PAGE = (Path(__file__).parents[3] / "docs" / "emulator.md").read_text(encoding="utf-8")


def test_every_fault_stands_on_the_page_with_its_meaning() -> None:
    for kind in catalogue().values():
        name = f"{kind.name}@N" if kind.unit else kind.name
        assert f"| `{name}` | {kind.summary} | {kind.unit or '—'} |" in PAGE


def test_every_failpoint_stands_on_the_page_and_no_other() -> None:
    _, _, part = PAGE.partition("## Where a kiosk can be let die")
    part, _, _ = part.partition("## Torture")
    assert re.findall(r"^\| `([a-z-]+)` \|", part, re.MULTILINE) == list(Point)


def test_each_fault_is_somebodys_mishap() -> None:
    folder = Path(__file__).parents[2] / "mishaps"
    told = "".join(path.read_text(encoding="utf-8") for path in folder.glob("test_*.py"))
    assert [name for name in catalogue() if not re.search(rf'"{name}[@"{{]', told)] == []
