"""A badge on the command line may do what it may do at the screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Kiosk, Spooled

PINS = "R-301 161803\n"


@pytest.fixture
def registrar(kiosk: Kiosk) -> str:
    kiosk.ok("staff", "add", "R-301", "นายทะเบียน", "--role", "registrar", "--pins", "-", typed=PINS)
    return "R-301"


def test_a_registrar_loads_no_roll_and_the_log_says_who_tried(kiosk: Kiosk, registrar: str) -> None:
    load = ("stock", "load", "A0001", "A0100", "--by", registrar, "--pins", "-")
    assert "takes a technician or a supervisor" in kiosk.refuses(*load, typed=PINS)
    assert json.loads(kiosk.ok("stock", "list", "--json")) == []
    exported = kiosk.ok("audit", "export")
    assert "act-refused" in exported
    assert "staff:R-301" in exported


def test_a_registrar_alone_ends_no_doubt(spooled: Spooled, registrar: str) -> None:
    job = spooled.take()
    spoil = ("job", "resolve", job, "--as", "spoiled", "--by", registrar, "--why", "torn")
    assert "takes a technician" in spooled.kiosk.refuses(*spoil, "--pins", "-", typed=PINS)
