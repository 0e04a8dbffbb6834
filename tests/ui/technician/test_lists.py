"""The last jobs and the end of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.ui.technician.conftest import Technician


def test_last_jobs_mask_the_serial_of_a_doubt(technician: Technician, doubt: str) -> None:
    page = technician.get("/technician/jobs").text
    assert 'data-state="in_doubt"' in page
    assert "A0000001" not in page


def test_log_masks_the_serial_of_a_doubt(technician: Technician, doubt: str) -> None:
    assert "serial •••" in technician.get("/technician/log").text
    assert "serial A0000001" not in technician.get("/technician/log").text


def test_log_shows_its_end(technician: Technician) -> None:
    assert 'data-event="staff-signed-in"' in technician.get("/technician/log").text
