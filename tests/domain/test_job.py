from __future__ import annotations

import itertools

import pytest

from kiosk.domain.job import (
    EDGES,
    ON_PRINTER,
    OPEN,
    WAITING,
    IllegalStepError,
    JobState,
    check_step,
)

# As the design draws it.
DRAWN = """
requested > claimed > sending > printed
requested > cancelled
claimed > cancelled
sending > in_doubt
sending > no_output
in_doubt > printed
in_doubt > no_output
in_doubt > spoiled
printed > spoiled
"""
LEGAL = {
    (JobState(before), JobState(after))
    for line in DRAWN.split("\n")
    for before, after in itertools.pairwise(part.strip() for part in line.split(">"))
}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(JobState, JobState)))
def test_a_job_takes_the_drawn_steps_and_no_other(before: JobState, after: JobState) -> None:
    if (before, after) in LEGAL:
        check_step(before, after)
    else:
        with pytest.raises(IllegalStepError, match=f"from {before} to {after}"):
            check_step(before, after)


def test_every_path_ends_and_none_sends_twice() -> None:
    ends = {JobState.CANCELLED, JobState.NO_OUTPUT, JobState.SPOILED}
    assert {after for _, after in EDGES} - {before for before, _ in EDGES} == ends
    assert [edge for edge in EDGES if edge[1] is JobState.SENDING] == [
        (JobState.CLAIMED, JobState.SENDING)
    ]


def test_once_something_may_have_left_nothing_is_cancelled() -> None:
    assert {before for before, after in EDGES if after is JobState.CANCELLED} == set(WAITING)
    assert set(WAITING) | set(ON_PRINTER) == set(OPEN)
    assert not set(WAITING) & set(ON_PRINTER)
