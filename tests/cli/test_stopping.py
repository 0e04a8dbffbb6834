"""Signals end a run in order, however many come."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from kiosk.cli.run import stop_on_signals


class Interrupted(threading.Event):
    """Is set, and hears a second signal in the middle of it, as of two quick Ctrl-C."""

    def __init__(self) -> None:
        super().__init__()
        self.began = 0

    def set(self) -> None:
        self.began += 1
        if self.began == 1:
            signal.raise_signal(signal.SIGTERM)
        super().set()


@pytest.fixture(autouse=True)
def handlers_stay_ours() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    signal.set_wakeup_fd(-1)
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_in_the_middle_of_a_stop_does_not_lock_it_up(number: int) -> None:
    stop = Interrupted()
    stop_on_signals(stop)
    signal.raise_signal(number)
    assert stop.wait(5)
    assert stop.began == 1  # a second `set` inside the first waits for its lock for ever


def test_a_signal_is_heard_while_the_main_thread_holds_the_lock_of_the_stop() -> None:
    stop = threading.Event()
    stop_on_signals(stop)
    with stop._cond:  # type: ignore[attr-defined] # where a wait begins and ends
        signal.raise_signal(signal.SIGTERM)
    assert stop.wait(5)
