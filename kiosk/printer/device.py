"""A printer's line that comes back: reconnecting, and whole replies instead of bytes."""

from __future__ import annotations

import time
from collections.abc import Callable

from kiosk.printer.links.link import STALL_TIMEOUT_S, Link, LinkLostError, StalledError
from kiosk.printer.replies import Garbage, Reply, ReplyDecoder

FIRST_RETRY_S = 0.1
LAST_RETRY_S = 2.0
"""A printer that was switched on again is found within this time."""

# What lies unread before a question is old; more than this many pieces is a line gone mad.
_MAX_STALE_READS = 64

# A command that broke off in its head takes what comes next for its sizes, our questions too. So
# many zeros make them small, and mean nothing to a printer that waits for none.
_END_OF_ANY_HEAD = bytes(8)

# A kernel holds this much for a line and asks for more only when nearly all of it has left.
_KERNEL_BYTES = 4096

# The bytes of one reply follow each other at once; those of an old one must not answer a question.
_REST_OF_REPLY_S = 0.03


class Device:
    """One link, opened when needed, with waits that grow while it cannot be opened.

    Used by one thread. `alive` is called whenever the line gave control back, some seconds apart
    at the most while the line is in use: whoever waits for a printer is not stuck.
    """

    def __init__(
        self,
        link: Link,
        now: Callable[[], float] = time.monotonic,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._link = link
        self._now = now
        self._alive = alive
        self._decoder = ReplyDecoder()
        self._is_open = False
        self._retry_s = FIRST_RETRY_S
        self._retry_at = 0.0
        self._last_failure = ""

    @property
    def bytes_per_s(self) -> float:
        """How fast bytes move, about."""
        return self._link.bytes_per_s

    def connect(self) -> None:
        """Open the link unless it is open. Raises `LinkLostError`, at once while it is to wait."""
        self._alive()
        if self._is_open:
            return
        if self._now() < self._retry_at:
            raise LinkLostError(self._last_failure)
        try:
            self._link.open()
            self._write_all(_END_OF_ANY_HEAD)
        except LinkLostError as error:
            self._last_failure = str(error)
            self._retry_at = self._now() + self._retry_s
            self._retry_s = min(self._retry_s * 2, LAST_RETRY_S)
            raise
        self._is_open = True
        self._retry_s = FIRST_RETRY_S
        self._decoder = ReplyDecoder()

    def drop(self) -> None:
        """Close the link, and with it every answer that is late."""
        self._is_open = False
        self._link.close()

    def write(self, raw: bytes) -> None:
        """Hand all the bytes over. Raises `LinkLostError`, also when they stall, and drops."""
        try:
            self._write_all(raw)
        except LinkLostError:
            self.drop()
            raise

    def _write_all(self, raw: bytes) -> None:
        longest_s = STALL_TIMEOUT_S + _KERNEL_BYTES / self._link.bytes_per_s
        stalled_at = self._now() + longest_s
        left = memoryview(raw)
        while left:
            sent = len(raw) - len(left)
            try:
                taken = self._link.write(left)
            except LinkLostError as lost:
                lost.sent = None if lost.sent is None else sent + lost.sent
                raise
            self._alive()
            if taken:
                left = left[taken:]
                stalled_at = self._now() + longest_s
            elif self._now() >= stalled_at:
                raise StalledError(longest_s, sent)

    def replies(self, timeout_s: float) -> list[Reply]:
        """Return what was said, waiting at most so long. Raises `LinkLostError`, dropping."""
        return self._decoder.feed(self._read(timeout_s))

    def settle(self) -> list[Reply]:
        """Connect, and return what is old before a question, half a reply included as garbage.

        Raises `LinkLostError` when the printer is not there any more, with no byte written.
        """
        self.connect()
        stale: list[Reply] = []
        for _ in range(_MAX_STALE_READS):
            received = self._read(_REST_OF_REPLY_S if self._decoder.is_inside_reply else 0.0)
            if not received:
                break
            stale += self._decoder.feed(received)
        stale += self._decoder.flush()
        try:
            self._link.check()
        except LinkLostError:
            self.drop()
            raise
        return stale

    def _read(self, timeout_s: float) -> bytes:
        try:
            received = self._link.read(max(timeout_s, 0.0))
        except LinkLostError:
            self.drop()
            raise
        self._alive()
        return received

    def ask(
        self, question: bytes, is_answer: Callable[[Reply], bool], timeout_s: float
    ) -> Reply | None:
        """Ask and return the one answer; None when there is none, or not only one.

        Other replies are passed over, but garbage beside the answer spoils it: it cannot be told
        what it was. Raises `LinkLostError`.
        """
        self.settle()
        self.write(question)
        until = self._now() + timeout_s
        while (left := until - self._now()) > 0:
            said = self.replies(left)
            answers = [reply for reply in said if is_answer(reply)]
            if answers:
                is_clear = len(answers) == 1 and not any(isinstance(r, Garbage) for r in said)
                return answers[0] if is_clear else None
        return None
