from __future__ import annotations

import pytest

from kiosk.domain.printing import EvidenceKind, Picture
from kiosk.domain.raster_guard import GuardError
from kiosk.printer import commands, jobs


def test_ids_ascend_as_text_and_never_leave_the_printable_range() -> None:
    numbers = [0, 1, 94, 95, 96, 9025, 857_375, commands.PROCESS_IDS - 1]
    texts = [commands.process_id_text(number) for number in numbers]
    assert texts == sorted(texts)
    assert all(len(text) == 4 and all(0x20 <= b <= 0x7E for b in text) for text in texts)


def test_ids_wrap_instead_of_growing() -> None:
    assert commands.process_id_text(commands.PROCESS_IDS) == commands.process_id_text(0)


def test_a_job_asks_after_the_picture_and_after_the_cut(picture: Picture) -> None:
    job = jobs.compose(picture, 21, by_process_id=True)
    after_picture = commands.process_id(jobs.picture_id(21))
    after_cut = commands.process_id(jobs.cut_id(21))
    assert job.endswith(after_picture + commands.FEED_AND_CUT + after_cut)
    assert jobs.awaited_evidence(job, 21) is EvidenceKind.PROCESS_ID


def test_a_job_for_a_clone_asks_the_paper_sensor_last(picture: Picture) -> None:
    job = jobs.compose(picture, 21, by_process_id=False)
    assert job.endswith(commands.FEED_AND_CUT + commands.PAPER_SENSOR)
    assert jobs.awaited_evidence(job, 21) is EvidenceKind.PROCESSED


def test_a_job_of_another_id_is_not_waited_for(picture: Picture) -> None:
    job = jobs.compose(picture, 21, by_process_id=True)
    with pytest.raises(ValueError, match="does not ask"):
        jobs.awaited_evidence(job, 22)


def test_paper_is_counted_over_bands_and_feeds(picture: Picture) -> None:
    assert jobs.paper_dots(jobs.compose(picture, 1, by_process_id=True)) == picture.height


def test_a_printer_that_cannot_be_cleared_gets_the_rest_of_an_earlier_job_first(
    picture: Picture,
) -> None:
    job = jobs.compose(picture, 1, by_process_id=False)
    longer = jobs.compose(picture, 1, by_process_id=False, may_clear=False)
    assert longer.endswith(job)
    assert longer.strip(b"\0") == job.strip(b"\0")
    assert jobs.paper_dots(longer) == picture.height


def test_a_picture_wider_than_the_head_is_refused() -> None:
    with pytest.raises(ValueError, match="584"):
        jobs.compose(Picture(584, 1, bytes(73)), 1, by_process_id=True)


def test_a_picture_that_spells_a_command_is_refused() -> None:
    with pytest.raises(GuardError):
        jobs.compose(Picture(32, 1, b"\x00\x10\x14\xff"), 1, by_process_id=True)
