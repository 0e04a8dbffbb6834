from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sync.client import ClientProblem, Patience
from kiosk.sync.client.backoff import patiently
from kiosk.sync.client.problem import read_problem

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
PROBLEM = {"content-type": "application/problem+json"}


@given(st.integers(0, 10_000), st.floats(0.01, 10), st.floats(10, 1000))
def test_waits_double_up_to_the_cap_and_are_never_halved_twice(
    attempt: int, first_s: float, cap_s: float
) -> None:
    wait_s = Patience(first_s, cap_s).wait_s(attempt)
    whole = min(first_s * 2.0 ** min(attempt, 30), cap_s)
    assert whole / 2 <= wait_s <= whole


def test_clients_do_not_come_back_together() -> None:
    assert len({Patience().wait_s(3) for _ in range(20)}) > 1


def test_tries_end_after_the_time_for_giving_up() -> None:
    tries = 0

    def fail() -> None:
        nonlocal tries
        tries += 1
        raise ClientProblem("busy", permanent=False)

    with pytest.raises(ClientProblem, match="busy"):
        patiently(fail, Patience(0.01, 0.02, 0.1), threading.Event(), "K1")
    assert 5 <= tries <= 20


def test_who_waits_is_told_once_for_each_request() -> None:
    told: list[str] = []

    def fail() -> None:
        raise ClientProblem("no answer", permanent=False)

    patience = Patience(0.01, 0.02, 0.1, told.append)
    for _ in range(2):
        with pytest.raises(ClientProblem, match="no answer"):
            patiently(fail, patience, threading.Event(), "K1")
    assert told == ["K1: no answer; trying for up to 0.1 s"] * 2


def test_nobody_is_told_of_what_is_not_tried_again() -> None:
    told: list[str] = []

    def fail() -> None:
        raise ClientProblem("a wrong key", permanent=True)

    with pytest.raises(ClientProblem, match="a wrong key"):
        patiently(fail, Patience(told=told.append), threading.Event(), "K1")
    assert told == []


def test_a_stop_ends_a_wait() -> None:
    def fail() -> None:
        raise ClientProblem("busy", permanent=False, retry_after_s=60)

    stop = threading.Event()
    stop.set()
    began = time.monotonic()
    with pytest.raises(ClientProblem, match="busy"):
        patiently(fail, Patience(), stop, "K1")
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        ("Sat, 21 Nov 2026 05:01:00 GMT", 60),
        ("Sat, 21 Nov 2026 05:01:00", 60),
        ("Fri, 20 Nov 2026 05:01:00 GMT", 0),
        ("Fri, 20 Nov 99999999999 05:01:00 GMT", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    problem = read_problem(503, {"retry-after": header}, b"", NOW)
    assert problem.retry_after_s == seconds


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (404, True), (408, False), (429, False), (503, False), (501, True)],
)
def test_without_a_word_the_status_tells_whether_to_try_again(
    *, status: int, permanent: bool
) -> None:
    assert read_problem(status, {}, b"", NOW).permanent is permanent


@pytest.mark.parametrize("permanent", [True, False])
def test_what_the_kiosk_says_goes_before_the_status(*, permanent: bool) -> None:
    body = b'{"title":"x","permanent":%s}' % str(permanent).lower().encode()
    for status in (409, 503):
        assert read_problem(status, PROBLEM, body, NOW).permanent is permanent


@given(st.integers(100, 999), st.binary(max_size=200), st.text(max_size=20))
def test_any_answer_becomes_one_line(status: int, body: bytes, header: str) -> None:
    problem = read_problem(status, {**PROBLEM, "retry-after": header}, body, NOW)
    assert str(problem).isprintable()
    assert str(problem)


def test_a_stranger_writes_no_control_characters_into_our_terminal() -> None:
    body = '{"title":"\\u001b[2J\\u202e","detail":"%s"}' % ("x" * 10_000)
    said = str(read_problem(400, PROBLEM, body.encode(), NOW))
    assert said.isprintable()
    assert len(said) <= 300
