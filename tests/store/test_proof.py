"""Somebody with the file and no triggers in the way changes the log; it must be named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.chain import payload_digest, row_hash
from kiosk.store import log
from kiosk.store.engine import reading, writing
from kiosk.store.proof import Broken, Verified, verify

Connect = Callable[[Path], Any]
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
COLUMNS = "at, event, actor, payload, salt, digest, previous, hash"


@pytest.fixture
def attacker(path: Path, intruder: Connect, write_events: Callable[[int], None]) -> Iterator[Any]:
    """A log of ten rows, and a connection that no trigger stops."""
    write_events(10)
    connection = intruder(path)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    return connection


def verdict(engine: Engine, *anchors: tuple[int, bytes]) -> Verified | Broken:
    with reading(engine) as connection:
        return verify(connection, anchors)


def row(attacker: Any, number: int) -> dict[str, Any]:  # noqa: ANN401 - the driver is untyped
    query = f"SELECT number, {COLUMNS} FROM audit_events WHERE number = ?"
    found = attacker.execute(query, (number,)).fetchone()
    return dict(zip(("number", *COLUMNS.split(", ")), found, strict=True))


def rehash(attacker: Any, number: int, previous: bytes | None = None) -> bytes:  # noqa: ANN401 - the driver is untyped
    """Give a changed row a hash that fits it, as a careful forger would."""
    changed = row(attacker, number)
    fields = {name: changed[name] for name in ("number", "at", "event", "actor", "digest")}
    previous = changed["previous"] if previous is None else previous
    hashed = row_hash(**fields, previous=previous)
    attacker.execute(
        "UPDATE audit_events SET previous = ?, hash = ? WHERE number = ?",
        (previous, hashed, number),
    )
    return hashed


def test_untouched_log_is_whole(attacker: Any, engine: Engine) -> None:  # noqa: ANN401 - the driver is untyped
    assert verdict(engine) == Verified(10, (10, row(attacker, 10)["hash"]))


def test_empty_log_is_whole(engine: Engine) -> None:
    assert verdict(engine) == Verified(0, (0, b"\0" * 32))


@pytest.mark.parametrize("number", [1, 5, 10])
@pytest.mark.parametrize("column", COLUMNS.split(", "))
@pytest.mark.parametrize("flip", [0x01, 0x80])
def test_one_changed_byte_is_named(
    attacker: Any,  # noqa: ANN401 - the driver is untyped
    engine: Engine,
    column: str,
    number: int,
    flip: int,
) -> None:
    old = row(attacker, number)[column]
    content = bytearray(old.encode() if isinstance(old, str) else old)
    content[3] ^= flip
    kind = "TEXT" if isinstance(old, str) else "BLOB"
    attacker.execute(
        f"UPDATE audit_events SET {column} = CAST(? AS {kind}) WHERE number = ?",
        (bytes(content), number),
    )
    broken = verdict(engine)
    assert isinstance(broken, Broken)
    assert broken.number == number
    assert f"row {number} was changed" in broken.what


@pytest.mark.parametrize("number", [1, 2, 5, 9])
def test_removed_row_is_named(attacker: Any, engine: Engine, number: int) -> None:  # noqa: ANN401 - the driver is untyped
    attacker.execute("DELETE FROM audit_events WHERE number = ?", (number,))
    assert verdict(engine) == Broken(number, f"row {number} was removed")


def test_removed_and_renumbered_row_is_named(attacker: Any, engine: Engine) -> None:  # noqa: ANN401 - the driver is untyped
    attacker.execute("DELETE FROM audit_events WHERE number = 4")
    attacker.execute("UPDATE audit_events SET number = -number WHERE number > 4")
    attacker.execute("UPDATE audit_events SET number = -number - 1 WHERE number < 0")
    assert verdict(engine) == Broken(4, "row 4 was written as row 5: it was moved")


def test_swapped_rows_are_named(attacker: Any, engine: Engine) -> None:  # noqa: ANN401 - the driver is untyped
    for before, after in ((3, -1), (7, 3), (-1, 7)):
        attacker.execute("UPDATE audit_events SET number = ? WHERE number = ?", (after, before))
    assert verdict(engine) == Broken(3, "row 3 was written as row 7: it was moved")


def test_row_forged_with_its_hash_is_named(attacker: Any, engine: Engine) -> None:  # noqa: ANN401 - the driver is untyped
    attacker.execute(
        "UPDATE audit_events SET payload = '{}', digest = ? WHERE number = 5",
        (payload_digest(row(attacker, 5)["salt"], "{}"),),
    )
    rehash(attacker, 5)
    assert verdict(engine) == Broken(5, "row 5 was rewritten: row 6 holds another hash for it")


def test_forged_last_row_shows_against_the_head(attacker: Any, engine: Engine) -> None:  # noqa: ANN401 - the driver is untyped
    attacker.execute("UPDATE audit_events SET actor = 'central' WHERE number = 10")
    rehash(attacker, 10)
    assert verdict(engine) == Broken(10, "the head holds another hash than row 10")


def test_chain_that_begins_elsewhere_is_named(attacker: Any, engine: Engine) -> None:  # noqa: ANN401 - the driver is untyped
    rehash(attacker, 1, previous=b"\1" * 32)
    assert verdict(engine) == Broken(1, "row 1 does not begin the log")


def test_rewritten_chain_shows_against_a_published_head(attacker: Any, engine: Engine) -> None:  # noqa: ANN401 - the driver is untyped
    published = row(attacker, 8)["hash"]
    attacker.execute("UPDATE audit_events SET actor = 'central' WHERE number = 6")
    previous = row(attacker, 5)["hash"]
    for number in range(6, 11):
        previous = rehash(attacker, number, previous)
    attacker.execute("UPDATE audit_head SET hash = ?", (previous,))
    assert isinstance(verdict(engine), Verified)
    assert verdict(engine, (8, published)) == Broken(8, "row 8 is not the one that was published")


def test_cut_tail_shows_against_the_head(attacker: Any, engine: Engine) -> None:  # noqa: ANN401 - the driver is untyped
    attacker.execute("DELETE FROM audit_events WHERE number > 8")
    assert verdict(engine) == Broken(9, "rows 9 to 10 were cut off")


@pytest.mark.parametrize("is_stored", [True, False], ids=["kept here", "kept elsewhere"])
def test_cut_tail_with_its_head_shows_against_a_published_one(
    attacker: Any,  # noqa: ANN401 - the driver is untyped
    engine: Engine,
    is_stored: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    anchor = (10, row(attacker, 10)["hash"])
    if is_stored:
        attacker.execute("INSERT INTO audit_anchors VALUES (1, ?, ?, 'central', '')", anchor)
    attacker.execute("DELETE FROM audit_events WHERE number > 8")
    attacker.execute("UPDATE audit_head SET number = 8, hash = ?", (row(attacker, 8)["hash"],))
    anchors = () if is_stored else ((3, row(attacker, 3)["hash"]), anchor)
    assert verdict(engine, *anchors) == Broken(9, "rows 9 to 10 were cut off: row 10 was published")


def test_head_set_back_or_removed_is_named(attacker: Any, engine: Engine) -> None:  # noqa: ANN401 - the driver is untyped
    attacker.execute("UPDATE audit_head SET number = 7, hash = ?", (row(attacker, 7)["hash"],))
    assert verdict(engine) == Broken(8, "the head stands at row 7: it was set back")
    attacker.execute("DELETE FROM audit_head")
    assert verdict(engine) == Broken(10, "the head row is missing")


def test_payload_removed_without_a_purge_is_named(attacker: Any, engine: Engine) -> None:  # noqa: ANN401 - the driver is untyped
    attacker.execute("UPDATE audit_events SET payload = NULL WHERE number = 6")
    assert verdict(engine) == Broken(6, "the payload of row 6 was removed without a purge")


def test_logged_purge_covers_its_rows_only(
    engine: Engine, path: Path, intruder: Connect, write_events: Callable[[int], None]
) -> None:
    write_events(10)
    for seconds in (3, 5):
        with writing(engine) as connection:
            before = NOON + timedelta(seconds=seconds)
            log.purge(connection, before, at=NOON + timedelta(hours=1), actor=Actor.SYSTEM)
    assert isinstance(verdict(engine), Verified)
    attacker = intruder(path)
    attacker.execute("UPDATE audit_events SET payload = NULL, salt = x'' WHERE number = 6")
    assert verdict(engine) == Broken(6, "the payload of row 6 was removed without a purge")


def test_record_of_a_purge_cannot_be_purged(
    engine: Engine, path: Path, intruder: Connect, write_events: Callable[[int], None]
) -> None:
    write_events(3)
    for seconds in (2, 3):
        with writing(engine) as connection:
            before = NOON + timedelta(seconds=seconds)
            log.purge(connection, before, at=NOON, actor=Actor.SYSTEM)
    with writing(engine) as connection:
        payload = {"first": 1, "last": 9, "rows": 9}
        log.append(connection, NOON, AuditEvent.PAYLOAD_PURGED, Actor.SYSTEM, payload)
    intruder(path).execute("UPDATE audit_events SET payload = NULL, salt = x'' WHERE number = 4")
    assert verdict(engine) == Broken(4, "the payload of row 4 was removed without a purge")


def test_progress_is_told(engine: Engine, write_events: Callable[[int], None]) -> None:
    write_events(2100)
    told: list[int] = []
    with reading(engine) as connection:
        verify(connection, progress=told.append)
    assert told == [1000, 2000]
