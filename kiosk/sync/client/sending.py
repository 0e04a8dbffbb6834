"""Batches on their way: one is packed, and the next one sent, while a kiosk applies another."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import Executor, wait
from threading import Event

from kiosk.sync.client.batch import Batch
from kiosk.sync.client.link import Link, Receipt
from kiosk.sync.client.side_by_side import aside


class Sending:
    """A batch on its way. `gone` is set when all of it has left, and when it is answered."""

    def __init__(self, link: Link, batch: Batch) -> None:
        self.batch = batch
        self.gone = Event()
        self.answer = aside(lambda: self._send(link), "push-batch")

    def _send(self, link: Link) -> Receipt:
        try:
            return link.send(self.batch, self.gone.set)
        finally:
            self.gone.set()
            self.batch.close()

    def receipt(self) -> Receipt:
        """Return what became of it. Raises ClientProblem."""
        return self.answer.result()


def ahead(batches: Iterator[Batch], builders: Executor) -> Generator[Batch, None, None]:
    """Yield batches; the next one is packed while this one is on its way."""
    coming = builders.submit(next, batches, None)
    try:
        while (batch := coming.result()) is not None:
            coming = builders.submit(next, batches, None)
            yield batch
    finally:
        if not coming.cancel():
            wait([coming])
            if coming.exception() is None and (left := coming.result()) is not None:
                left.close()
