from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Torture = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def torture() -> Torture:
    """Runs `make torture` with options, in one process of its own."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tests.torture", "--workers", "1", *words],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    return run
