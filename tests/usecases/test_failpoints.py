"""A failpoint kills at its count and costs nothing unarmed."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.usecases import failpoints
from kiosk.usecases.failpoints import Point, UnknownPointError, arm, bytes_before_death, reach

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    arm("")


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    signals: list[int] = []
    monkeypatch.setattr(failpoints.os, "kill", lambda pid, how: signals.append(pid) or how)
    return signals


def test_an_armed_point_kills_this_process_at_its_count(killed: list[int]) -> None:
    arm("claim-committed:2")
    reach(Point.CLAIM_COMMITTED)
    reach(Point.CLAIM_WRITTEN)
    assert killed == []
    reach(Point.CLAIM_COMMITTED)
    assert killed == [os.getpid()]


def test_unarmed_nothing_happens(killed: list[int]) -> None:
    for point in Point:
        reach(point)
    assert killed == []
    assert bytes_before_death() is None


def test_a_count_of_bytes_is_told_to_who_sends_them(killed: list[int]) -> None:
    arm("job-bytes:400")
    assert bytes_before_death() == 400
    reach(Point.JOB_BYTES)
    assert killed == [os.getpid()]


@pytest.mark.parametrize("text", ["nowhere", "prepared:0", "prepared:x", "prepared:-1"])
def test_a_point_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(UnknownPointError):
        arm(text)


def test_every_point_of_the_list_stands_somewhere_in_the_code() -> None:
    code = "".join(path.read_text() for path in (ROOT / "kiosk").rglob("*.py"))
    reached = set(re.findall(r"reach\(Point\.([A-Z_]+)\)", code))
    assert reached == set(Point.__members__)


def test_the_signal_is_the_one_that_nothing_can_catch() -> None:
    pid = os.fork()
    if pid == 0:
        arm("prepared")
        reach(Point.PREPARED)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
