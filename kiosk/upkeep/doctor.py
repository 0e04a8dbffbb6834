"""Everything that keeps a kiosk from working, each checked by itself, with what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from kiosk.domain.job import JobState
from kiosk.domain.printing import PrinterStatus
from kiosk.domain.readiness import CLOCK_SLACK
from kiosk.domain.thai import BANGKOK
from kiosk.sticker.keys import KeyRing, KeyRole, SigningKey
from kiosk.store import jobs, machine, people, stock
from kiosk.store.engine import OLDEST_SQLITE, check_sqlite, reading
from kiosk.store.schema import check_ready

RESERVE_BYTES: Final = 500 * 1000 * 1000
"""Room for the records of a year and the writes of an import; below it a full disk is near."""

FIRST_YEAR: Final = 2026
"""No kiosk ran before; an earlier clock has lost its battery."""


class Ailment(Exception):  # noqa: N818 - what a doctor finds
    """Something keeps the kiosk from working; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: what was found, or what is wrong and what to do."""

    name: str
    is_ok: bool
    said: str


Check = tuple[str, Callable[[], str]]
"""A name, and what to ask: it returns what is well, or raises what is not."""


def examine(checks: Iterable[Check]) -> Iterator[Finding]:
    """Carry out each check, whatever came out of the others."""
    for name, ask in checks:
        try:
            yield Finding(name, is_ok=True, said=ask())
        except Exception as error:
            if not _is_expected(error):
                raise
            yield Finding(name, is_ok=False, said=str(error))


def _is_expected(error: Exception) -> bool:
    return isinstance(error, OSError) or type(error).__module__.startswith("kiosk.")


def sqlite() -> str:
    """Check that SQLite keeps every commit."""
    check_sqlite()
    return f"at least {'.'.join(map(str, OLDEST_SQLITE))}"


def database(engine: Engine, kiosk: str) -> str:
    """Check that the database is there, this kiosk's, current, and has all its rules."""
    for problem in check_ready(engine, kiosk):
        raise Ailment(problem)
    return f"{engine.url.database} is ready"


def disk(folder: Path) -> str:
    """Check the room left where the database lies."""
    free = shutil.disk_usage(folder).free
    if free < RESERVE_BYTES:
        raise Ailment(
            f"{folder} has {free // 10**6} MB left and needs {RESERVE_BYTES // 10**6} MB: "
            "free space before it is full"
        )
    return f"{free // 10**9} GB free at {folder}"


def keys(ring: KeyRing, own: SigningKey, kiosk: str) -> str:
    """Check that central is believed, and that others can believe this kiosk."""
    if not ring.only(KeyRole.CENTRAL):
        raise Ailment("no key of central is trusted: put central's public key into the ring")
    public = ring.find(own.kid, KeyRole.KIOSK)
    if public is None:
        raise Ailment(
            f"the kiosk's key {own.kid.hex()} has no public half in the ring: put its .toml there"
        )
    if public.kiosk not in (None, kiosk):
        raise Ailment(f"the kiosk's key is kiosk {public.kiosk}'s: make one with `kiosk keys new`")
    return f"{len(ring)} trusted, own key {own.kid.hex()}"


def sync_key(ring: KeyRing, key: SigningKey, kiosk: str) -> str:
    """Check that central can believe this kiosk's print log."""
    public = ring.find(key.kid, KeyRole.SYNC)
    if public is None:
        raise Ailment(
            f"the key {key.kid.hex()} that signs the print log has no public half of role sync in "
            "the ring: put its .toml there, and into central's ring"
        )
    if public.kiosk not in (None, kiosk):
        raise Ailment(
            f"the print log's key is kiosk {public.kiosk}'s: make one with `kiosk keys new`"
        )
    return f"key {key.kid.hex()} signs the print log"


def printer(ask: Callable[[], PrinterStatus]) -> str:
    """Check that the printer could start a sticker."""
    found = ask()
    if not found.is_ready:
        detail = f" ({found.detail})" if found.detail else ""
        raise Ailment(f"{found.state}{detail}: look at the printer, its paper and its line")
    return found.state.value


def blanks(engine: Engine, low: int) -> str:
    """Check that a roll is loaded, has blanks left and its number is known."""
    with reading(engine) as connection:
        if stock.loaded(connection) is None:
            raise Ailment("no roll of blanks is loaded: `kiosk stock load FIRST LAST`")
        left, is_read_in = stock.left(connection), stock.is_read_in(connection)
    if not left:
        raise Ailment("the roll is used up: `kiosk stock return`, then load another")
    if not is_read_in:
        raise Ailment("the number under the head is not known: `kiosk stock read-in SERIAL`")
    return f"{left} blanks left{', which is few' if left <= low else ''}"


def doubts(engine: Engine) -> str:
    """Check that no sticker is in doubt."""
    with reading(engine) as connection:
        waiting = jobs.in_state(connection, JobState.IN_DOUBT)
    for job in waiting:
        raise Ailment(f"the sticker of job {job.id} is in doubt: `kiosk job resolve {job.id}`")
    return "none"


def service(engine: Engine) -> str:
    """Check that nobody took the kiosk out of service."""
    with reading(engine) as connection:
        if machine.is_out_of_service(connection):
            raise Ailment("people took the kiosk out of service: resume it on the staff's screen")
    return "in service"


def staff(engine: Engine, needed: int) -> str:
    """Check that enough people may resolve a doubt."""
    with reading(engine) as connection:
        active = [one for one in people.everybody(connection) if one.disabled_at is None]
    if len(active) < needed:
        raise Ailment(
            f"{len(active)} people may act here and a doubt takes {needed}: `kiosk staff add`"
        )
    return f"{len(active)} people may act here"


def records(engine: Engine) -> str:
    """Check that records have come in."""
    with reading(engine) as connection:
        as_of = machine.records_as_of(connection)
    if as_of is None:
        raise Ailment("no records came in yet: `kiosk sync import FILE`")
    return f"last came in at {_local(as_of)}"


def clock(engine: Engine, now: datetime) -> str:
    """Check that the clock does not run behind what is written down."""
    with reading(engine) as connection:
        last = machine.last_event_at(connection, machine.records_as_of(connection))
    if now.year < FIRST_YEAR or (last is not None and now < last - CLOCK_SLACK):
        raise Ailment(f"the clock says {_local(now)}, before the last event: set it right")
    return _local(now)


def _local(at: datetime) -> str:
    return f"{at.astimezone(BANGKOK):%Y-%m-%d %H:%M} in Bangkok"
