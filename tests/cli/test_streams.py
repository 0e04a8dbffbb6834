"""Whoever starts the program, and in whatever locale, reads the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Kiosk

PROGRAM = (sys.executable, "-m", "kiosk")


@pytest.mark.parametrize(
    "locale",
    [
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
)
def test_thai_names_in_a_locale_without_thai(kiosk: Kiosk, locale: dict[str, str]) -> None:
    done = subprocess.run(
        (*PROGRAM, "--config", kiosk.config, "staff", "list", "--json"),
        env={**os.environ, **locale},
        capture_output=True,
        check=True,
    )
    assert [one["name"] for one in json.loads(done.stdout.decode())] == ["หัวหน้า", "ช่าง"]


def test_everything_is_closed_by_whoever_starts_it(kiosk: Kiosk) -> None:
    program = f'"{sys.executable}" -m kiosk --config "{kiosk.config}" staff disable T-101'
    done = subprocess.run(f"{program} <&- >&- 2>&-", shell=True, check=False)  # noqa: S602 - closes streams
    assert done.returncode == 0
    (_, technician) = json.loads(kiosk.ok("staff", "list", "--json"))
    assert technician["disabled_at"] is not None
    assert "ok" in kiosk.ok("db", "check")


def test_a_pin_is_asked_for_where_there_is_no_terminal(kiosk: Kiosk) -> None:
    words = ("staff", "add", "T-102", "ช่าง", "--role", "technician")
    done = subprocess.run(
        (*PROGRAM, "--config", kiosk.config, *words),
        input=b"271828\n271828\n",
        capture_output=True,
        start_new_session=True,  # leaves the terminal that the tests may run at
        check=False,
    )
    assert done.returncode == 1
    said = done.stderr.decode()
    assert said == "kiosk: PINs are asked for at a terminal; elsewhere give --pins\n"
