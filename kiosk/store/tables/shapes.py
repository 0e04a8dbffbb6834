"""What all tables share: their naming, how times are stored, and a check of listed values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, MetaData, Text
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time as fixed-width ISO text, so that text order is time order."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 - SQLAlchemy's signature
        return None if value is None else utc_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002, D102 - SQLAlchemy's signature
        return None if value is None else datetime.fromisoformat(value)


def utc_text(moment: datetime) -> str:
    """Return the stored form of an aware time: always UTC, always microseconds."""
    if moment.tzinfo is None:
        raise ValueError("a time without an offset cannot be stored")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def one_of(column: str, values: Iterable[str]) -> str:
    """Return the check that a column holds one of the values, or nothing."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"
