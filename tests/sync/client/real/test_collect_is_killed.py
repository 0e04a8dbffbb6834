"""A collector is killed at every call to disk and network; the log arrives whole all the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.usecases.collecting import Desk
    from tests.sync.client.real.conftest import RealKiosk

VICTIM = Path(__file__).with_name("victim.py")
STICKERS = 3
FEWEST_STEPS = 40
"""Requests, writes, forcing to the disk and renaming; fewer mean that something is not watched."""


def test_a_collector_killed_at_any_step_loses_and_doubles_no_fact(
    real: RealKiosk, desk: Desk, tmp_path: Path
) -> None:
    real.print_stickers(STICKERS, desk)
    folder = tmp_path / "ledgers"
    folder.mkdir()
    home = real.home.folder
    command = [sys.executable, VICTIM, real.url, home / "central.pem", home / "ring", folder]
    subprocess.run([str(part) for part in command], check=True, timeout=100)
    steps = len(list(folder.glob("*.ndjson")))
    assert steps > FEWEST_STEPS
    for step in range(1, steps + 1):
        ledger = folder / f"{step}.ndjson"
        facts = [json.loads(line) for line in ledger.read_bytes().splitlines()]
        assert [fact["number"] for fact in facts] == real.printed(), step
        head = json.loads((folder / f"{step}.ndjson.head").read_bytes())
        row = "SELECT hex(hash) FROM audit_events WHERE number = ?"
        assert head["hash"] == real.home.one(row, head["number"]).lower()
    heads = real.home.sql("SELECT number, count(*) FROM audit_anchors GROUP BY number")
    assert [count for _, count in heads] == [1] * len(heads)
