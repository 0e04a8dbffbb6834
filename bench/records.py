"""Made-up records in numbers, for the measurements of import and lookup."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import msgspec

from kiosk.sync.demo_records import random_records
from kiosk.sync.wire import canonical, decode

MODELS = 500
FIRST_NUMBER = 69_0000_000_000


def reference(number: int) -> str:
    """Return the reference of a record by its number."""
    return f"BKK{FIRST_NUMBER + number}"


def order(count: int, *, is_random: bool) -> list[int]:
    """Return record numbers in the order of the file."""
    numbers = list(range(count))
    if is_random:
        Random(1).shuffle(numbers)  # noqa: S311 - any order will do
    return numbers


def write_records(path: Path, numbers: list[int], version: int = 1) -> None:
    """Write records to a file."""
    with path.open("wb") as file:
        file.writelines(made_up(numbers, version))


def _models() -> Iterator[dict[str, object]]:
    for record in random_records(MODELS, 1, date(2026, 11, 21), "BKK-5-1", "BKK-5"):
        whole = {**record, "grant": "A" * 220}
        whole["owner"] = {"kind": "natural", "id_kind": "thai", "id_digest": "0" * 64}
        wire = decode(msgspec.json.encode(whole))
        yield msgspec.json.decode(canonical(wire))  # type: ignore[arg-type] # a made-up record is valid


def made_up(numbers: list[int], version: int = 1) -> Iterator[bytes]:
    """Yield signed-looking records: about 1 kB each, owners with three vehicles, any plate."""
    models = list(_models())
    for number in numbers:
        yield _record(models[number % MODELS], number, version)


def owner_of(number: int) -> str:
    """Return the digest of a record's owner, who has three vehicles."""
    return hashlib.sha256(str(number // 3).encode()).hexdigest()


def plate_of(number: int) -> str:
    """Return a record's plate; those of millions repeat."""
    return f"{number % 9 + 1}{chr(ord('ก') + number % 40)}ก{number * 7919 % 9999 + 1}"


def _record(model: dict[str, object], number: int, version: int) -> bytes:
    changed = {
        **model,
        "reference": reference(number),
        "version": version,
        "plate": {"text": plate_of(number), "province": "กรุงเทพมหานคร"},
        "owner": {"kind": "natural", "id_kind": "thai", "id_digest": owner_of(number)},
        "insurance_until": (date(2027, 12, 1) + timedelta(days=number % 30)).isoformat(),
    }
    return msgspec.json.encode(changed) + b"\n"
