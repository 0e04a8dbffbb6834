"""Push a file of signed records to kiosks, each from where it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import httpx

from kiosk.sticker.keys import SigningKey
from kiosk.sync.client.address import checked_url
from kiosk.sync.client.backoff import Patience
from kiosk.sync.client.batch import BatchLimits
from kiosk.sync.client.disk import sentence
from kiosk.sync.client.lines import FileLines, Sorting, file_lines, sorted_lines
from kiosk.sync.client.link import Link, open_client
from kiosk.sync.client.outcome import Outcome, Pushed
from kiosk.sync.client.problem import ClientProblem
from kiosk.sync.client.run import Order, Run
from kiosk.sync.client.side_by_side import side_by_side
from kiosk.sync.client.sources import Next, check_source, own_source
from kiosk.sync.client.targets import Receives, Target, check_targets
from kiosk.sync.files import FileProblem

AT_ONCE: Final = 64
"""Kiosks served at the same time; the others of a longer list follow."""

_BUILDERS: Final = 2
"""Threads that read and pack batches: the work of a processor, whatever the number of kiosks."""

_ROOM_BYTES: Final = 256 * 1024 * 1024
"""Of the disk for temporary files: all batches at once, three of each kiosk, before compression."""

Progress = Callable[[str, int, int], None]
"""Is told a kiosk's name, how many lines of its input it has, and how many there are.

It is called from several threads.
"""


def push_file(
    path: Path,
    targets: Sequence[Target],
    key: SigningKey,
    source: str,
    *,
    first_seq: int | Next = 1,
    is_snapshot: bool = False,
    limits: BatchLimits | None = None,
    patience: Patience | None = None,
    ca: Path | None = None,
    progress: Progress | None = None,
) -> Pushed:
    """Push a file of signed records (plain, or gzip when its name ends in `.gz`) to kiosks.

    Each kiosk is asked how much it has of `source` and is sent the rest, so the same call after a
    crash goes on, and after success does nothing. The number of a line is its place in the file,
    counted from `first_seq`; for a kiosk that receives its own records alone, its place among
    those, under the source `SOURCE.KIOSK`. With `NEXT` the lines follow all that a kiosk has: the
    same file pushed twice is then sent twice, which does no harm, as versions decide.
    `is_snapshot` lets a kiosk with a new disk begin at `first_seq`.

    Kiosks are served side by side, and trouble with one is in its outcome alone. Raises
    ClientProblem for a wrong list, source or number, FileProblem when the file cannot be read, and
    OSError when there is no room to sort it.
    """
    check_targets(targets)
    check_source(source, first_seq, targets)
    stop = threading.Event()
    serving = _Serving(
        source=source,
        key=key,
        first_seq=None if isinstance(first_seq, Next) else first_seq,
        is_snapshot=is_snapshot,
        limits=_share(limits or BatchLimits(), len(targets)),
        patience=patience or Patience(),
        progress=progress or _ignore,
        stop=stop,
    )
    own = [target.name for target in targets if target.receives is Receives.OWN]
    is_any_all = len(own) < len(targets)
    with sorted_lines(path, own) if own else _unsorted() as sorting:
        whole = file_lines(path) if is_any_all else FileLines(path, 0)
        leftovers = () if is_any_all else tuple(sorting.leftovers())
        return Pushed(_serve_all(serving, targets, sorting, whole, ca), leftovers)


@contextmanager
def _unsorted() -> Iterator[Sorting]:
    yield Sorting({})


def _ignore(_kiosk: str, _done: int, _total: int) -> None:
    pass


def _share(limits: BatchLimits, kiosks: int) -> BatchLimits:
    """Make batches small enough for the disk when many kiosks are served at once."""
    share = _ROOM_BYTES // (3 * min(kiosks, AT_ONCE))
    return BatchLimits(limits.lines, min(limits.size_bytes, share))


@dataclass(frozen=True, slots=True)
class _Serving:
    """What is the same for all kiosks of a push."""

    source: str
    key: SigningKey
    first_seq: int | None
    is_snapshot: bool
    limits: BatchLimits
    patience: Patience
    progress: Progress
    stop: threading.Event

    def order(self, target: Target, sorting: Sorting, whole: FileLines) -> Order:
        """Return what one kiosk is to be sent."""
        is_own = target.receives is Receives.OWN
        return Order(
            kiosk=target.id,
            source=own_source(self.source, target) if is_own else self.source,
            lines=sorting.of[target.name] if is_own else whole,
            first_seq=self.first_seq,
            limits=self.limits,
            is_snapshot=self.is_snapshot,
        )

    def serve(
        self, target: Target, order: Order, client: httpx.Client, builders: Executor
    ) -> Outcome:
        """Push to one kiosk; its trouble becomes a sentence, so that it stops no other."""

        def told(done: int, total: int) -> None:
            self.progress(target.name, done, total)

        link = Link(client, checked_url(target.url), self.key, self.patience, self.stop)
        run = Run(order, link, builders, told)
        problem = None
        try:
            run.to_end()
        except (ClientProblem, FileProblem) as error:
            problem = str(error)
        except OSError as error:
            problem = sentence(error)
        return Outcome(
            kiosk=run.kiosk or target.name,
            url=target.url,
            source=order.source,
            sent=run.sent,
            last_seq=run.known_seq,
            applied=run.applied,
            rejected=run.rejected,
            conflicts=run.conflicts,
            problem=problem,
        )


def _serve_all(
    serving: _Serving,
    targets: Sequence[Target],
    sorting: Sorting,
    whole: FileLines,
    ca: Path | None,
) -> tuple[Outcome, ...]:
    threads = min(len(targets), AT_ONCE)
    with (
        open_client(ca, connections=2 * threads) as client,
        ThreadPoolExecutor(_BUILDERS, thread_name_prefix="push-builder") as builders,
    ):
        tasks = [
            partial(serving.serve, target, serving.order(target, sorting, whole), client, builders)
            for target in targets
        ]
        try:
            return side_by_side(tasks, threads)
        finally:
            serving.stop.set()  # when interrupted: nothing is tried again
