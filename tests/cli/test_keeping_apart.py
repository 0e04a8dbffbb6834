"""A process that was handed keys shows them to no other process of its user."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

BEGIN_A_RUN = """
import ctypes
from click.testing import CliRunner
from kiosk.cli import cli
CliRunner().invoke(cli, ["--config", "/nonexistent/kiosk.toml", "run", "ui"])
PR_GET_DUMPABLE = 3
print(ctypes.CDLL(None).prctl(PR_GET_DUMPABLE))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="systemd and /proc are Linux's")
@pytest.mark.parametrize(
    ("handed_over", "is_readable"),
    [({"CREDENTIALS_DIRECTORY": "/run/credentials/kiosk-ui.service"}, "0"), ({}, "1")],
)
def test_another_process_of_the_user_reads_the_keys_out_of_a_running_one(
    handed_over: dict[str, str], is_readable: str
) -> None:
    bare = {name: text for name, text in os.environ.items() if name != "CREDENTIALS_DIRECTORY"}
    asked = subprocess.run(
        [sys.executable, "-c", BEGIN_A_RUN],
        env=bare | handed_over,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert asked.stdout.strip() == is_readable
