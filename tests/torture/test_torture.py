"""A short torture; `make torture` runs it for as long as you like."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

CYCLES, SEED = "60", "2569"


def test_whatever_breaks_nobody_gets_two_stickers_and_none_is_lost(
    torture: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    ended = torture("--cycles", CYCLES, "--seed", SEED)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    outcomes, last = ended.stdout.splitlines()[-2:]
    assert " printed" in outcomes
    assert " spoiled" in outcomes
    assert last == f"{CYCLES} cycles: 0 doubles, 0 lost, 0 phantoms, seed {SEED}"
