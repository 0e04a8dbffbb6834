"""Whose turn it is to write: people before the next slice of records.

SQLite lets write whoever asks at the right instant. Who waits looks again after milliseconds, and
an import that writes slice after slice has the lock back within microseconds: a tap would wait for
several slices. So everybody but an import holds a shared lock on the database's folder while they
wait and write, and an import waits for that lock between two slices.

It is a courtesy: where the folder cannot be locked, writing goes on without it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine


@contextmanager
def before_records(engine: Engine) -> Iterator[None]:
    """Let no import begin another slice while this lasts."""
    with _folder_locked(engine, fcntl.LOCK_SH):
        yield


def give_way(engine: Engine) -> None:
    """Wait until nobody is `before_records`."""
    with _folder_locked(engine, fcntl.LOCK_EX):
        pass


@contextmanager
def _folder_locked(engine: Engine, how: int) -> Iterator[None]:
    folder = Path(engine.url.database or "").parent
    with ExitStack() as held:
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            held.callback(os.close, handle)
            fcntl.flock(handle, how)
        yield
