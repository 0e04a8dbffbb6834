"""Batches from the wire to the database: one at a time, and to the end after a crash."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Final

import structlog
from sqlalchemy import Engine

from kiosk.store.batches import Offer
from kiosk.store.errors import StoreError
from kiosk.sync.files import FileProblem, read_lines
from kiosk.sync.server.limits import Limits
from kiosk.sync.server.problems import ApiProblem, Kind
from kiosk.sync.server.unpacking import Kept, is_whole, of_disk, store
from kiosk.sync.wire import read_row
from kiosk.usecases import receiving
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.ports import Clock
from kiosk.usecases.receiving import Answered, Gap, Overlap, Wanted, Weighed
from kiosk.usecases.slicing import ImportOvertakenError

log_line = structlog.get_logger("kiosk.sync")
_PART: Final = ".part"
_WHOLE: Final = ".gz"


@dataclass(frozen=True, slots=True)
class _Coming:
    """A batch that is being taken in and has not been answered yet."""

    last_seq: int
    ended: threading.Event = field(default_factory=threading.Event)

    def precedes(self, offer: Offer) -> bool:
        return self.last_seq + 1 == offer.first_seq


class Intake:
    """Takes announced batches in: the next of a source may come while one is being applied.

    A body is kept in the folder `spool` until it is applied, so that a batch which a crash cut off
    is finished at the next start, whether or not central comes back.
    """

    def __init__(
        self,
        engine: Engine,
        spool: Path,
        clock: Clock,
        limits: Limits,
        should_yield: Callable[[], bool] | None = None,
    ) -> None:
        self._engine = engine
        self._spool = spool
        self._clock = clock
        self._limits = limits
        self._should_yield = should_yield
        self._applying = threading.Lock()
        self._latest: dict[str, _Coming] = {}
        spool.mkdir(mode=0o700, parents=True, exist_ok=True)

    def take(self, offer: Offer, head: bytes, body: IO[bytes]) -> str:
        """Take a batch in and return the JSON that answers it. Raises ApiProblem, StoreError.

        A batch that was applied before is answered as it was then; its body is not looked at.
        """
        before = self._latest.get(offer.source)  # looked at first: it may end while this is weighed
        weighed = receiving.weigh(self._engine, offer, self._clock)
        if isinstance(weighed, Wanted):
            before = None
        elif not isinstance(weighed, Gap) or before is None or not before.precedes(offer):
            return _told(weighed, offer)
        part = self._spool / f"{secrets.token_hex(8)}{_PART}"
        with self._coming(offer):
            try:
                self._check_room()
                with closing(Kept()) as kept:
                    store(body, part, head, offer, self._limits, kept)
                    reach(Point.BATCH_STORED)
                    if before is not None:
                        before.ended.wait(self._limits.busy_s)
                    return self._apply_next(offer, part, kept)
            finally:
                part.unlink(missing_ok=True)

    @contextmanager
    def _coming(self, offer: Offer) -> Iterator[None]:
        """Let the batch that follows know of this one until it is answered."""
        coming = self._latest[offer.source] = _Coming(offer.last_seq)
        try:
            yield
        finally:
            coming.ended.set()
            if self._latest.get(offer.source) is coming:
                del self._latest[offer.source]

    def _check_room(self) -> None:
        try:
            free = shutil.disk_usage(self._spool).free
        except OSError as error:
            raise of_disk(error) from error
        if free < self._limits.spare_bytes:
            raise ApiProblem(Kind.DISK_FULL, "There is no room for a batch; nothing was used.")

    def _apply_next(self, offer: Offer, part: Path, kept: Kept) -> str:
        if not self._applying.acquire(timeout=self._limits.busy_s):
            raise ApiProblem(Kind.BUSY, "Another batch is being applied.")
        try:
            accepted = receiving.accept(self._engine, offer, self._clock)
            if not isinstance(accepted, int):
                return _told(accepted, offer)
            path = self._spool / f"{accepted}{_WHOLE}"
            part.replace(path)
            reach(Point.BATCH_ACCEPTED)
            return self._apply(accepted, path, kept.lines() if kept.is_all else _records(path))
        except ImportOvertakenError as error:
            raise ApiProblem(Kind.BUSY, str(error)) from error
        finally:
            self._applying.release()

    def _apply(self, number: int, path: Path, lines: Iterable[bytes]) -> str:
        answer = receiving.apply_batch(
            self._engine, number, lines, read_row, self._clock, should_yield=self._should_yield
        )
        path.unlink(missing_ok=True)
        return answer

    def finish_left_over(self) -> int:
        """Apply what an earlier process had accepted and not finished; return how many batches.

        What cannot be finished now is left to central, which sends it again.
        """
        done = 0
        with self._applying:
            for part in self._spool.glob(f"*{_PART}"):
                part.unlink(missing_ok=True)
            for path in sorted(self._spool.glob(f"*{_WHOLE}"), key=_number):
                try:
                    offer = receiving.left_over(self._engine, _number(path))
                    if offer is not None and is_whole(path, offer, self._limits):
                        self._apply(_number(path), path, _records(path))
                        done += 1
                except (StoreError, ImportOvertakenError, FileProblem):
                    log_line.exception("batch not finished", file=path.name)
                    continue
                path.unlink(missing_ok=True)
        return done


def _records(path: Path) -> Iterable[bytes]:
    return islice(read_lines(path), 1, None)


def _number(path: Path) -> int:
    return int(path.stem) if path.stem.isdecimal() else 0


def _told(weighed: Weighed, offer: Offer) -> str:
    match weighed:
        case Answered():
            return weighed.answer
        case Gap():
            raise ApiProblem(
                Kind.GAP,
                f"It starts at {offer.first_seq}; the next of {offer.source!r} is "
                f"{weighed.expected_seq}.",
                expected_seq=weighed.expected_seq,
            )
        case Overlap():
            raise ApiProblem(
                Kind.OVERLAP,
                f"It holds {offer.first_seq} to {offer.last_seq}; the next of {offer.source!r} is "
                f"{weighed.expected_seq}.",
                expected_seq=weighed.expected_seq,
            )
    raise ApiProblem(Kind.BUSY, "Another batch was applied meanwhile.")
