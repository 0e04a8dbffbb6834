"""The yardstick of this folder: what screen, database and paper show on a good day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.job import JobState

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_one_tap_gives_one_sticker(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    spool.do_one()
    view = at.screen(job)
    assert (view.state, view.evidence) == (JobState.PRINTED, ("process-id",))
    assert (at.job(), at.valid()) == ("printed", ["A0000001"])
    assert at.paper() == ["A0000001"]
    assert at.scraps() == 0
