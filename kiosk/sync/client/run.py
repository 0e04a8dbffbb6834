"""One push to one kiosk: batch after batch from where the kiosk stands, until all is there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, wait
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from kiosk.sync.client.address import stays_here
from kiosk.sync.client.batch import FAST, STORED, Batch, BatchLimits, Chain
from kiosk.sync.client.lines import Lines
from kiosk.sync.client.link import Link, Receipt, Status
from kiosk.sync.client.problem import ClientProblem
from kiosk.sync.client.sending import Sending, ahead

_MAX_RESYNCS: Final = 5
"""Times that a kiosk may answer with a conflict without having come any further."""

_OVERTAKES_BYTES: Final = 256 * 1024
"""A smaller body could be there before the end of the one that left before it."""

Told = Callable[[int, int], None]
"""Is told how many of the lines the kiosk has, and how many there are."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be pushed to one kiosk, and how.

    `kiosk`: the name it must answer by, None for any. `first_seq`: number of the first line, None
    when the lines follow all that the kiosk has.
    """

    kiosk: str | None
    source: str
    lines: Lines
    first_seq: int | None
    limits: BatchLimits
    is_snapshot: bool


class Run:
    """A push under way; what it counted is true at any time, also after a problem."""

    def __init__(self, order: Order, link: Link, builders: Executor, told: Told) -> None:
        self._order = order
        self._link = link
        self._builders = builders
        self._told = told
        self._limits = order.limits
        self._resyncs = 0
        self._first_seq = 0
        self._furthest = 0
        self._has_said = False
        self.kiosk = order.kiosk
        self.last_seq = 0
        self.sent = 0
        self.applied = 0
        self.rejected = 0
        self.conflicts = 0

    def to_end(self) -> None:
        """Send everything that the kiosk does not have, or that there is nothing new.

        A kiosk that hears nothing takes its records for stale. Raises ClientProblem, FileProblem.
        """
        self._ask()
        first_seq = self._order.first_seq
        self._first_seq = self.last_seq + 1 if first_seq is None else first_seq
        self._check_place()
        self._tell()
        while True:
            try:
                self._send_rest()
            except ClientProblem as problem:
                self._recover(problem)
            else:
                return

    @property
    def known_seq(self) -> int | None:
        """How far the kiosk has come, as far as it has said so."""
        return self.last_seq if self._has_said else None

    @property
    def _end(self) -> int:
        return self._first_seq + self._order.lines.total - 1

    def _ask(self) -> None:
        """Learn the kiosk's name and where it stands."""
        status: Status = self._link.status()
        if self.kiosk is not None and status.kiosk != self.kiosk:
            raise _permanent(f"the kiosk at this address is {status.kiosk}, not {self.kiosk}")
        self.kiosk = status.kiosk
        self.last_seq = status.watermarks.get(self._order.source, 0)
        self._has_said = True

    def _check_place(self) -> None:
        order = self._order
        if self.last_seq > self._end:
            raise _permanent(
                f"it has {self.last_seq} lines of source {order.source} and this input ends at "
                f"line {self._end}; give another input another source, or number it from `next`"
            )
        if self._first_seq > self.last_seq + 1 and not order.is_snapshot:
            raise _permanent(
                f"it waits for line {self.last_seq + 1} of source {order.source}, "
                f"and this input begins at line {self._first_seq}"
            )

    def _send_rest(self) -> None:
        if self.last_seq >= self._end:
            if self.sent == 0:
                Sending(self._link, self._chain.nothing_new(self.last_seq)).receipt()
            return
        with closing(ahead(self._batches(), self._builders)) as batches:
            self._send_all(batches)

    def _send_all(self, batches: Iterator[Batch]) -> None:
        """Send batches in their order, each while the kiosk is applying the one before it."""
        under_way: deque[Sending] = deque()
        try:
            for batch in batches:
                if batch.size < _OVERTAKES_BYTES:
                    self._settle(under_way)
                under_way.append(Sending(self._link, batch))
                self._settle(under_way, but=1)
                under_way[-1].gone.wait()
            self._settle(under_way)
        finally:  # what follows a batch that failed is refused; nothing may be on its way then
            wait([sending.answer for sending in under_way])

    def _settle(self, under_way: deque[Sending], *, but: int = 0) -> None:
        """Wait for answers, in order, until no more than so many batches are under way."""
        while len(under_way) > but:
            sending = under_way.popleft()
            self._count(sending.batch, sending.receipt())
            self._tell()

    def _batches(self) -> Iterator[Batch]:
        order = self._order
        begins_later = self._first_seq > self.last_seq + 1
        first_seq = self._first_seq if begins_later else self.last_seq + 1
        lines = order.lines.after(first_seq - self._first_seq)
        return self._chain.batches(lines, first_seq, self._limits, is_snapshot=begins_later)

    @property
    def _chain(self) -> Chain:
        level = STORED if stays_here(self._link.url) else FAST
        return Chain(self._order.source, str(self.kiosk), self._link.key, level)

    def _count(self, batch: Batch, receipt: Receipt) -> None:
        self.last_seq = batch.last_seq
        self.sent += batch.lines
        self.applied += receipt.applied
        self.rejected += receipt.rejected
        self.conflicts += receipt.conflicts
        self._advance()

    def _tell(self) -> None:
        done = max(self.last_seq - self._first_seq + 1, 0)
        self._told(done, self._order.lines.total)

    def _recover(self, problem: ClientProblem) -> None:
        """Find out where the kiosk stands and go on from there, or raise the problem.

        A conflict means that it stands elsewhere than thought: another program pushed the same
        source, the answer to an earlier batch was lost, or a batch is still being applied.
        """
        if problem.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and self._limits.lines > 1:
            self._limits = self._limits.halved()
        elif problem.status == HTTPStatus.CONFLICT and self._resyncs < _MAX_RESYNCS:
            self._link.stop.wait(self._link.patience.wait_s(self._resyncs))
            self._resyncs += 1
        else:
            raise problem
        self._ask()
        self._advance()
        self._check_place()

    def _advance(self) -> None:
        """Forgive earlier conflicts once the kiosk stands further than ever."""
        if self.last_seq > self._furthest:
            self._furthest = self.last_seq
            self._resyncs = 0


def _permanent(sentence: str) -> ClientProblem:
    return ClientProblem(sentence, permanent=True)
