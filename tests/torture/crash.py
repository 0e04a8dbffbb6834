"""What a disk may hold after the power went out: all that was synced, and some of the rest.

Of the writes after a file's last sync each may be there, missing, or torn at a sector; a later one
may be there while an earlier one is missing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random

from tests.torture.lossy import HEAD

SECTOR_BYTES = 512


class Fate(StrEnum):
    """What becomes of the writes that were not synced."""

    NONE = "none"
    ALL = "all"
    SOME = "some"


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded call."""

    kind: bytes
    file: int
    place: int
    raw: bytes


def remember(database: Path, folder: Path) -> None:
    """Keep the disk as it is now, all of it taken as synced."""
    folder.mkdir(exist_ok=True)
    for path in _files(database):
        kept = folder / path.name
        kept.unlink(missing_ok=True)
        if path.exists():
            shutil.copyfile(path, kept)


def cut_power(database: Path, before: Path, record: Path, rng: Random) -> int:
    """Leave the files as a power cut may; return how many writes were lost or torn."""
    lost = 0
    steps = list(_steps(record))
    for number, path in enumerate(_files(database)):
        kept = before / path.name
        disk = bytearray(kept.read_bytes()) if kept.exists() else None
        disk, missing = _survive(disk, [step for step in steps if step.file == number], rng)
        lost += missing
        path.unlink(missing_ok=True)
        if disk is not None:
            path.write_bytes(disk)
    database.with_name(database.name + "-shm").unlink(missing_ok=True)
    return lost


def _files(database: Path) -> tuple[Path, Path]:
    return database, database.with_name(database.name + "-wal")


def _steps(record: Path) -> Iterator[Step]:
    raw = record.read_bytes()
    at = 0
    while at + HEAD.size <= len(raw):
        kind, file, place, count = HEAD.unpack_from(raw, at)
        at += HEAD.size
        yield Step(kind, file, place, raw[at : at + count])
        at += count


def _survive(
    disk: bytearray | None, steps: list[Step], rng: Random
) -> tuple[bytearray | None, int]:
    synced = max((at for at, step in enumerate(steps) if step.kind == b"S"), default=-1)
    for step in steps[: synced + 1]:
        disk = _apply(disk, step)
    fate = rng.choice(list(Fate))
    lost = 0
    tail = steps[synced + 1 :]
    gone = next((at for at, step in enumerate(tail) if step.kind == b"D"), None)
    if gone is not None and rng.random() < 0.5:
        # The name still leads to the old file, and what was written went to a new one.
        lost, tail = len(tail) - gone, tail[:gone]
    for step in tail:
        if step.kind == b"D":
            disk = None
            continue
        if fate is Fate.ALL or (fate is Fate.SOME and rng.random() < 0.5):
            disk = _apply(disk, step)
        else:
            lost += 1
            if fate is Fate.SOME and step.kind == b"W":
                disk = _apply(disk, _torn(step, rng))
    return disk, lost


def _torn(step: Step, rng: Random) -> Step:
    sectors = -(-len(step.raw) // SECTOR_BYTES)
    return Step(step.kind, step.file, step.place, step.raw[: rng.randrange(sectors) * SECTOR_BYTES])


def _apply(disk: bytearray | None, step: Step) -> bytearray | None:
    if step.kind == b"D":
        return None
    disk = bytearray() if disk is None else disk
    if step.kind == b"T":
        del disk[step.place :]
    elif step.kind == b"W" and step.raw:
        disk.extend(bytes(max(0, step.place - len(disk))))
        disk[step.place : step.place + len(step.raw)] = step.raw
    return disk
