"""Faults of the disk at central, said so that nobody takes them for the kiosk's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def naming(place: Path | str) -> Iterator[None]:
    """Let an OSError of these lines name a place: writing to an open file, it names none."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, error.filename or str(place)) from error


def sentence(error: OSError) -> str:
    """Return what is said of a fault of this machine's disk, beside the name of a kiosk."""
    return f"at central, {error.filename or 'the disk'}: {error.strerror or error}"
