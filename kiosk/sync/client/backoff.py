"""How long to wait before another try, and when to give up."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from kiosk.sync.client.problem import ClientProblem

_T = TypeVar("_T")

_MAX_DOUBLINGS: Final = 30
"""Further doublings of the shortest wait would pass any cap."""


def _tell_nobody(_sentence: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Patience:
    """How a client waits for a kiosk that cannot serve it now, in seconds.

    Waits double from `first_s` up to `cap_s`, each shortened by up to half at random, so that many
    clients do not come back together. `give_up_s`: tries of one request end this long after its
    first; cron comes back anyway. `told` hears one sentence for each request that has to wait: a
    person at a terminal should not look at nothing for minutes.
    """

    first_s: float = 0.5
    cap_s: float = 30.0
    give_up_s: float = 300.0
    told: Callable[[str], None] = _tell_nobody

    def wait_s(self, attempt: int) -> float:
        """Return how long to wait after the try of this number, the first being 0."""
        whole = min(self.cap_s, self.first_s * 2.0 ** min(attempt, _MAX_DOUBLINGS))
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients; nothing secret


def patiently(ask: Callable[[], _T], patience: Patience, stop: threading.Event, of: str) -> _T:
    """Ask until an answer comes, of somebody who is named; raises the last ClientProblem.

    A permanent problem is never tried again. Retry-After is obeyed; when it ends after the time
    for giving up, the client gives up at once. Setting `stop` ends a wait.
    """
    give_up_at = time.monotonic() + patience.give_up_s
    attempt = 0
    while True:
        try:
            return ask()
        except ClientProblem as problem:
            wait_s = max(patience.wait_s(attempt), problem.retry_after_s or 0.0)
            if problem.permanent or time.monotonic() + wait_s > give_up_at:
                raise
            if attempt == 0:
                patience.told(f"{of}: {problem}; trying for up to {patience.give_up_s:g} s")
            if stop.wait(wait_s):
                raise
            attempt += 1
