"""Rolls of numbered blanks: load, read in, return, and reconcile to the last one.

A member of staff needs a role that may change the stock; without it NotAllowed is raised.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.job import ON_PRINTER, JobState
from kiosk.domain.staff import Act
from kiosk.domain.stock import MAX_BLANKS, Serial, SerialProblem, parse_serial, serial_range
from kiosk.store import jobs, log, stock
from kiosk.store.engine import reading, writing
from kiosk.store.stock import Roll
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.permitting import permit
from kiosk.usecases.ports import Clock
from kiosk.usecases.told import ToldProblem


class StockProblem(ToldProblem):
    """The stock cannot be changed so; the message is one sentence."""


_WORDS = {
    SerialProblem.EMPTY: "a serial is missing",
    SerialProblem.BAD_SHAPE: "a serial is letters, then digits, such as A0000001",
    SerialProblem.TOO_LONG: "a serial has at most 4 letters and 12 digits",
    SerialProblem.OTHER_PREFIX: "the two begin with different letters",
    SerialProblem.OTHER_WIDTH: "the two have different numbers of digits",
    SerialProblem.REVERSED: "the last comes before the first",
    SerialProblem.TOO_MANY: f"a roll holds at most {MAX_BLANKS:,} blanks",
}


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The equation of one roll: loaded = issued + spoiled + returned + left.

    `strays`: serials whose blank and stickers contradict each other; then nothing holds.
    """

    roll: Roll
    holds: bool
    strays: tuple[str, ...] = ()


def load_roll(
    engine: Engine,
    clock: Clock,
    *,
    first: str,
    last: str,
    mode: str,
    by: str = Actor.SYSTEM,
    why: str = "",
) -> int:
    """Load a roll by its first and last serial and return its number of blanks.

    Raises StockProblem: a bad range, a serial that was loaded before, a roll still loaded.
    """
    permit(engine, clock, Act.CHANGE_STOCK, by=by)
    texts = _serials(first, last)
    now = clock()
    with writing(engine) as connection:
        if stock.loaded(connection) is not None:
            raise StockProblem(
                "a roll is loaded; return it first with `kiosk stock return`", "roll-loaded"
            )
        known = stock.known(connection, texts[0], texts[-1])
        if known is not None:
            raise StockProblem(
                f"serial {known} was loaded before; check the numbers on the roll",
                "loaded-before",
                serial=known,
            )
        stock.load(connection, texts, mode=mode, by=by, at=now)
        payload = {"first": texts[0], "last": texts[-1], "blanks": len(texts), "mode": mode}
        payload |= {"why": why} if why else {}
        log.append(connection, now, AuditEvent.STOCK_LOADED, by, payload)
        reach(Point.STOCK_WRITTEN)
    reach(Point.STOCK_COMMITTED)
    return len(texts)


def read_in(engine: Engine, clock: Clock, serial: str, *, by: str = Actor.SYSTEM) -> list[str]:
    """Say which number lies under the head; blanks skipped before it are spoiled and returned.

    Raises StockProblem: no roll, or no free blank of it.
    """
    permit(engine, clock, Act.CHANGE_STOCK, by=by)
    now = clock()
    serial = _serial(serial).text
    with writing(engine) as connection:
        roll_id = stock.loaded(connection)
        if roll_id is None:
            raise StockProblem("no roll is loaded; load one with `kiosk stock load`", "no-roll")
        if stock.fate_of(connection, serial) != "left":
            raise StockProblem(
                f"serial {serial} is not a free blank of the loaded roll", "not-free", serial=serial
            )
        skipped = stock.spoil_before(connection, roll_id, serial)
        stock.set_read_in(connection, now)
        payload = {"serial": serial, "skipped": skipped}
        log.append(connection, now, AuditEvent.STOCK_READ_IN, by, payload)
        reach(Point.STOCK_WRITTEN)
    reach(Point.STOCK_COMMITTED)
    return skipped


def spoil_blanks(engine: Engine, clock: Clock, *, first: str, last: str, by: str, why: str) -> int:
    """Count blanks of the loaded roll as used up by no sticker; return how many.

    `by` is a member of staff. Raises StockProblem, and then none is spoiled: a bad range, no
    reason, a blank that is not left, a print that is running or in doubt.
    """
    permit(engine, clock, Act.CHANGE_STOCK, by=by)
    texts = _serials(first, last)
    if not why.strip():
        raise StockProblem("say why in a few words: it stands in the log", "why")
    now = clock()
    with writing(engine) as connection:
        if stock.loaded(connection) is None:
            raise StockProblem("no roll is loaded", "no-roll")
        if jobs.in_state(connection, JobState.CLAIMED, *ON_PRINTER):
            raise StockProblem("a print is running or in doubt; resolve it first", "printing")
        for serial in texts:
            if not stock.set_fate(connection, serial, "left", "spoiled"):
                raise StockProblem(
                    f"serial {serial} is not a free blank of the loaded roll",
                    "not-free",
                    serial=serial,
                )
            payload = {"serial": serial, "why": why}
            log.append(connection, now, AuditEvent.BLANK_SPOILED, by, payload)
        stock.ask_read_in(connection)
        reach(Point.STOCK_WRITTEN)
    reach(Point.STOCK_COMMITTED)
    return len(texts)


def return_roll(engine: Engine, clock: Clock, *, by: str = Actor.SYSTEM, why: str = "") -> int:
    """Take the roll out; what is left on it counts as returned. Return how many blanks.

    Raises StockProblem: no roll, or a print that is running or in doubt.
    """
    permit(engine, clock, Act.CHANGE_STOCK, by=by)
    now = clock()
    with writing(engine) as connection:
        roll = stock.loaded_roll(connection)
        if roll is None:
            raise StockProblem("no roll is loaded", "no-roll")
        if jobs.in_state(connection, *ON_PRINTER):
            raise StockProblem(
                "a print is running or in doubt; resolve it before the roll goes", "printing"
            )
        blanks = stock.end_roll(connection, roll.id, now)
        payload = {"first": roll.first, "last": roll.last, "blanks": blanks}
        payload |= {"why": why} if why else {}
        log.append(connection, now, AuditEvent.STOCK_RETURNED, by, payload)
        reach(Point.STOCK_WRITTEN)
    reach(Point.STOCK_COMMITTED)
    return blanks


def reconcile(engine: Engine, last: int | None = None) -> list[Reconciled]:
    """Check the equation of every roll, or of the `last`, and each blank against its stickers."""
    with reading(engine) as connection:
        rolls = stock.all_rolls(connection, last)
        strays = stock.strays(connection, rolls[0].id) if rolls else {}
    return [_reconciled(roll, tuple(strays.get(roll.id, ()))) for roll in rolls]


def _reconciled(roll: Roll, strays: tuple[str, ...]) -> Reconciled:
    is_equal = roll.blanks == roll.issued + roll.spoiled + roll.returned + roll.left
    return Reconciled(roll, is_equal and not strays, strays)


def _serials(first: str, last: str) -> list[str]:
    serials = serial_range(_serial(first), _serial(last))
    if isinstance(serials, SerialProblem):
        raise StockProblem(f"{first} to {last}: {_WORDS[serials]}", f"serial-{serials.value}")
    return [serial.text for serial in serials]


def _serial(typed: str) -> Serial:
    serial = parse_serial(typed)
    if isinstance(serial, SerialProblem):
        raise StockProblem(f"{typed!r}: {_WORDS[serial]}", f"serial-{serial.value}")
    return serial
