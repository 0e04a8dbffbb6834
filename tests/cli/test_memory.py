"""A kiosk that checks ID numbers all day needs no more memory than at its start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BUSY_DAY = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kiosk.cli.memory import give_memory_back
from kiosk.domain.identity_digest import owner_digest

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

give_memory_back()
before = resident_mb()
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda number: owner_digest(f"{number:013d}", b"f" * 32), range(12)))
print(resident_mb() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux tells it")
def test_checked_id_numbers_leave_no_memory_behind() -> None:
    told = subprocess.run(
        [sys.executable, "-c", BUSY_DAY], check=True, capture_output=True, text=True
    )
    assert float(told.stdout) < 8  # one check takes 16 MB while it lasts
