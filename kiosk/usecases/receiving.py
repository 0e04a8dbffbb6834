"""Take in central's batches: in their order, each once, and again where a crash cut one off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from kiosk.store import batches, imports
from kiosk.store.batches import Offer, Watermark
from kiosk.store.engine import reading, writing
from kiosk.usecases.applying import Decode
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.importing import ImportResult, apply_lines
from kiosk.usecases.ports import Clock


@dataclass(frozen=True, slots=True)
class Gap:
    """Records before this batch are missing; the next one must start at `expected_seq`."""

    expected_seq: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Some of its numbers were used already, by another batch than this one."""

    expected_seq: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The batch is applied; `answer` is the JSON that central is told, each time the same."""

    answer: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The batch comes next; its records are needed."""


Weighed = Gap | Overlap | Answered | Wanted


def weigh(engine: Engine, offer: Offer, clock: Clock) -> Weighed:
    """Tell what an announced batch is, before its records are looked at. Raises StoreError.

    One that is known already may say that nothing has come after it until now: that is kept.
    """
    with reading(engine) as connection:
        found = _weigh(connection, offer)
        is_news = isinstance(found, Answered) and _is_news(connection, offer)
    if is_news:
        with writing(engine) as connection:
            if _is_news(connection, offer):
                heard = Watermark(offer.source, offer.last_seq, offer.made_at, clock())
                batches.advance(connection, heard)
    return found


def _weigh(connection: Connection, offer: Offer) -> Weighed:
    mark = batches.watermark(connection, offer.source)
    reached = 0 if mark is None else mark.last_seq
    if offer.count == 0 and offer.last_seq == reached:
        return Answered(_answer(offer, ImportResult(0, 0, 0, 0, 0, 0)))
    seen = batches.find(connection, offer)
    if seen is not None and seen.answer is not None:
        return Answered(seen.answer)
    if offer.is_snapshot and offer.last_seq > reached:
        return Wanted()
    if offer.first_seq > reached + 1:
        return Gap(reached + 1)
    return Wanted() if offer.first_seq == reached + 1 and offer.count else Overlap(reached + 1)


def _is_news(connection: Connection, offer: Offer) -> bool:
    """Say whether it ends where its source ends, at a later time of central's than was known."""
    mark = batches.watermark(connection, offer.source)
    if mark is None:
        return offer.last_seq == 0
    return mark.last_seq == offer.last_seq and mark.made_at < offer.made_at


def accept(engine: Engine, offer: Offer, clock: Clock) -> int | Weighed:
    """Write down that a batch is being applied and return its number, or what it is instead.

    One that a crash cut off keeps its number. A power cut may undo this, but never a slice without
    it: the file is then nobody's, and central sends the batch again. Raises StoreError.
    """
    now = clock()
    with writing(engine, is_durable=False) as connection:
        found = _weigh(connection, offer)
        if not isinstance(found, Wanted):
            return found
        begun = batches.find(connection, offer)
        if begun is not None:
            return begun.id
        name = f"{offer.source} {offer.first_seq}-{offer.last_seq}"
        started = imports.start(connection, name, offer.sha256, now)
        return batches.begin(connection, offer, now, started.id)


def left_over(engine: Engine, number: int) -> Offer | None:
    """Return what a batch was that was begun and still waits to be applied; None if it does not."""
    with reading(engine) as connection:
        batch = batches.by_id(connection, number)
        if batch is None or not isinstance(_weigh(connection, batch.offer), Wanted):
            return None
        return batch.offer


def apply_batch(
    engine: Engine,
    number: int,
    lines: Iterable[bytes],
    decode: Decode,
    clock: Clock,
    *,
    should_yield: Callable[[], bool] | None = None,
) -> str:
    """Apply an accepted batch from where it stands to its end; return what central is told.

    `lines` are its record lines, content checked. Watermark, answer and log are written in the
    transaction that closes it. Raises StoreError, ImportOvertakenError.
    """
    with reading(engine) as connection:
        batch = batches.by_id(connection, number)
        if batch is None:
            raise LookupError(f"there is no batch {number}")
        current = imports.by_id(connection, batch.import_id)
    offer = batch.offer

    def end(connection: Connection, result: ImportResult) -> None:
        batches.finish(connection, batch.id, _answer(offer, result))
        mark = batches.watermark(connection, offer.source)
        made_at = offer.made_at if mark is None else max(mark.made_at, offer.made_at)
        reached = Watermark(offer.source, offer.last_seq, made_at, batch.received_at)
        batches.advance(connection, reached)
        reach(Point.BATCH_END_WRITTEN)

    result = apply_lines(
        engine,
        current,
        lines,
        decode,
        clock,
        as_of=offer.made_at,
        on_end=end,
        should_yield=should_yield,
    )
    reach(Point.BATCH_END_COMMITTED)
    return _answer(offer, result)


def _answer(offer: Offer, result: ImportResult) -> str:
    return json.dumps(
        {
            "source": offer.source,
            "first_seq": offer.first_seq,
            "last_seq": offer.last_seq,
            **result.counts,
        }
    )
