"""Shapes of triggers that several tables share.

A trigger that refuses an INSERT of a key that exists closes INSERT OR REPLACE also on connections
whose `recursive_triggers` is off, where the pushed-out row fires no delete trigger. The price: ON
CONFLICT does not work on such a table. `renewals` is upserted, so it goes without.
"""

from __future__ import annotations


def refuse(name: str, event: str, table: str, when: str, sentence: str) -> tuple[str, str]:
    """Return name and SQL of a trigger that refuses `event` while `when` holds."""
    body = f"SELECT RAISE(ABORT, '{table}: {sentence}');"
    return name, f"CREATE TRIGGER {name} BEFORE {event} ON {table}\nWHEN {when}\nBEGIN {body} END"


def kept(table: str) -> tuple[str, str]:
    """Refuse every DELETE."""
    return refuse(f"{table}_kept", "DELETE", table, "1", "rows are never deleted")


def constant(table: str, *columns: str) -> tuple[str, str]:
    """Refuse a change of columns that are written once, with the row."""
    when = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in columns)
    return refuse(f"{table}_constant", "UPDATE", table, when, "what identifies a row is constant")


def once(table: str, *columns: str) -> tuple[str, str]:
    """Refuse a change of columns that are set once, from NULL."""
    when = " OR ".join(
        f'(OLD."{column}" IS NOT NULL AND NEW."{column}" IS NOT OLD."{column}")'
        for column in columns
    )
    return refuse(
        f"{table}_once", "UPDATE", table, when, f"{', '.join(columns)} may be set once only"
    )


def new(table: str, clash: str) -> tuple[str, str]:
    """Refuse an INSERT that would push out a row which meets `clash`."""
    when = f"EXISTS (SELECT 1 FROM {table} WHERE {clash})"  # noqa: S608 - constants of this file
    return refuse(f"{table}_new", "INSERT", table, when, "such a row exists")
