from __future__ import annotations

import pytest

from kiosk.upkeep.doctor import Ailment, Finding, examine


def ill() -> str:
    raise Ailment("it hurts: rest")


def test_one_problem_does_not_hide_the_next() -> None:
    found = list(examine([("arm", ill), ("leg", lambda: "well"), ("head", ill)]))
    assert [one.is_ok for one in found] == [False, True, False]
    assert found[0] == Finding("arm", is_ok=False, said="it hurts: rest")


def test_a_device_that_fails_is_a_finding_too() -> None:
    def lost() -> str:
        raise OSError(5, "Input/output error")

    (found,) = examine([("disk", lost)])
    assert "Input/output error" in found.said


def test_a_bug_of_ours_is_no_finding() -> None:
    def wrong() -> str:
        raise KeyError("x")

    with pytest.raises(KeyError):
        list(examine([("any", wrong)]))
