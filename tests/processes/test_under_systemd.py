"""`kiosk run ui` as a program of its own, started as its unit starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from kiosk.settings import Settings

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.processes.conftest import Systemd

PATIENCE_S = 20

Program = subprocess.Popen[str]


@pytest.fixture
def screens(
    patient_systemd: Systemd, configure: Callable[..., Settings], kiosk_home: Home
) -> Iterator[Program]:
    configure()
    environment = {**os.environ, **patient_systemd.environment, "PYTHONFAULTHANDLER": "1"}
    config = str(kiosk_home.folder / "kiosk.toml")
    command = [sys.executable, "-m", "kiosk", "--config", config, "run", "ui"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as program:
        assert patient_systemd.hear(PATIENCE_S) == "READY=1"
        yield program
        program.kill()


def test_a_program_that_stands_still_is_not_heard_until_it_goes_on(
    screens: Program, patient_systemd: Systemd, kiosk_home: Home
) -> None:
    screens.send_signal(signal.SIGSTOP)
    assert patient_systemd.hears_it_hang()
    screens.send_signal(signal.SIGCONT)
    assert patient_systemd.hear(PATIENCE_S) == "WATCHDOG=1"
    screens.send_signal(signal.SIGTERM)
    while (said := patient_systemd.hear(PATIENCE_S)) == "WATCHDOG=1":
        pass
    assert said == "STOPPING=1"
    assert screens.wait(PATIENCE_S) == 0
    assert kiosk_home.events()[-2:] == ["process-started", "process-stopped"]


def test_the_watchdogs_signal_says_where_each_thread_stood_and_logs_no_stop(
    screens: Program, kiosk_home: Home
) -> None:
    screens.send_signal(signal.SIGABRT)
    _, said = screens.communicate(timeout=PATIENCE_S)
    assert screens.returncode == -signal.SIGABRT
    assert "Aborted" in said
    assert "kiosk/ui/server.py" in said
    assert kiosk_home.events()[-1] == "process-started"
