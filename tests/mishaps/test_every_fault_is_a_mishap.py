"""Each fault of the emulator is seen through: on the screen, in the database, on the paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.printer.emulator.fault import catalogue

LOOKED_AT = {
    "the screen": r"at\.(screen|desk)\b",
    "the database": r"at\.(valid|job|home\.sql|home\.one)\(",
    "the paper": r"at\.(paper|scraps|emulator\.tray)\b",
}


@pytest.mark.parametrize("fault", catalogue())
def test_a_fault_has_a_mishap_that_looks_everywhere(fault: str) -> None:
    mishaps = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    of_fault = [text for text in mishaps if re.search(rf'"{fault}[@"]', text)]
    seen = [
        {where for where, how in LOOKED_AT.items() if re.search(how, text)} for text in of_fault
    ]
    assert set(LOOKED_AT) in seen
