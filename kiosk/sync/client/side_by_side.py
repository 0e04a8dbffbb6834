"""Tasks that wait for strangers, run so that none of them can keep the program from ending."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

_T = TypeVar("_T")


def side_by_side(tasks: Sequence[Callable[[], _T]], threads: int) -> tuple[_T, ...]:
    """Run tasks in so many threads and return their results in order; raises what one raised.

    The threads end with the process. An executor would wait for its own at exit, and a thread that
    waits for a silent kiosk is woken by its time-out alone: an interrupt must not take minutes.
    """
    waiting: deque[tuple[Callable[[], _T], Future[_T]]] = deque()
    for task in tasks:
        waiting.append((task, Future()))
    futures = [future for _, future in waiting]
    for number in range(min(threads, len(tasks))):
        name = f"push-{number}"
        threading.Thread(target=_work, args=(waiting,), name=name, daemon=True).start()
    return tuple(future.result() for future in futures)


def _work(waiting: deque[tuple[Callable[[], _T], Future[_T]]]) -> None:
    while True:
        try:
            task, future = waiting.popleft()
        except IndexError:
            return
        try:
            future.set_result(task())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is awaited
            future.set_exception(error)


def aside(task: Callable[[], _T], name: str) -> Future[_T]:
    """Run one task in a thread of its own, which ends with the process."""
    future: Future[_T] = Future()
    threading.Thread(target=_work, args=(deque([(task, future)]),), name=name, daemon=True).start()
    return future
