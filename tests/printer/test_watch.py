from __future__ import annotations

import pytest

from kiosk.domain.printing import EvidenceKind
from kiosk.printer import commands, jobs
from kiosk.printer.replies import AutoStatus, Block, Garbage, PaperSensor, Reply, StatusByte
from kiosk.printer.watch import Watch


def id_block(number: int) -> Block:
    return Block(0x37, commands.PROCESS_ID_MARK + commands.process_id_text(number))


def watching(*replies: Reply, awaited: EvidenceKind = EvidenceKind.PROCESS_ID) -> Watch:
    watch = Watch(7, awaited)
    for reply in replies:
        watch.take(reply)
    return watch


def test_the_picture_alone_confirms_nothing() -> None:
    assert not watching(id_block(jobs.picture_id(7))).is_confirmed


def test_the_cut_confirms_even_when_the_pictures_word_was_lost() -> None:
    assert watching(id_block(jobs.cut_id(7))).is_confirmed


@pytest.mark.parametrize("other", [6, 8, 0, 7 + commands.PROCESS_IDS // 2])
def test_another_jobs_confirmation_counts_for_nothing(other: int) -> None:
    assert not watching(id_block(jobs.cut_id(other))).is_confirmed


@pytest.mark.parametrize(
    "stray",
    [PaperSensor(0), Garbage(b"\xff"), Block(0x37, b"\x25"), Block(0x5F, b"12"), StatusByte(0x12)],
)
def test_stray_replies_confirm_nothing(stray: Reply) -> None:
    watch = watching(stray)
    assert not watch.is_confirmed
    assert watch.trouble is None


def test_a_fault_that_ended_before_the_confirmation_stays() -> None:
    watch = watching(
        AutoStatus(b"\x18\x00\x0f\x00"), AutoStatus(b"\x10\x00\x00\x00"), id_block(jobs.cut_id(7))
    )
    assert watch.trouble == "paper-out"


def test_the_first_fault_is_the_one_that_is_named() -> None:
    watch = watching(AutoStatus(b"\x38\x00\x00\x00"), AutoStatus(b"\x18\x00\x0f\x00"))
    assert watch.trouble == "cover-open"


def test_an_offline_answer_is_trouble() -> None:
    assert watching(StatusByte(0x1A)).trouble == "offline"


def test_a_low_roll_is_no_trouble() -> None:
    watch = watching(AutoStatus(b"\x10\x00\x03\x00"))
    assert watch.trouble is None
    assert watch.reports_itself


def test_a_clones_answer_in_stream_confirms_unless_the_line_garbles() -> None:
    assert watching(PaperSensor(0), awaited=EvidenceKind.PROCESSED).is_confirmed
    garbled = watching(Garbage(b"\x80"), PaperSensor(0), awaited=EvidenceKind.PROCESSED)
    assert garbled.trouble == "garbled replies"
