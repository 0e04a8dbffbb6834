"""The inbox: files dropped into a folder are imported and put away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.store.errors import StoreError
from kiosk.sync.files import FileProblem
from kiosk.usecases.slicing import ImportOvertakenError

POLL_S: Final = 1.0
"""Files come a few times a day; a second is soon enough and costs nothing."""

SUFFIXES: Final = (".ndjson", ".ndjson.gz")
DONE: Final = "done"
FAILED: Final = "failed"


def watch_inbox(
    folder: Path,
    import_file: Callable[[Path], object],
    stop: threading.Event,
    alive: Callable[[], None] = lambda: None,
) -> None:
    """Import every file that appears in the folder, until `stop` is set.

    A file must appear whole: write it under another name and rename it. Afterwards it lies in
    `done/`, or in `failed/` beside a text `.reason`. `alive` is called at each look. Raises
    OSError when the folder itself cannot be used.
    """
    for place in (folder, folder / DONE, folder / FAILED):
        place.mkdir(parents=True, exist_ok=True)
    while not stop.is_set():
        alive()
        if not take_one(folder, import_file):
            stop.wait(POLL_S)


def take_one(folder: Path, import_file: Callable[[Path], object]) -> bool:
    """Import the oldest waiting file by name; False if none is waiting or the database is not free.

    A file that the database could not take now stays where it is.
    """
    waiting = sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIXES))
    if not waiting:
        return False
    path = waiting[0]
    try:
        import_file(path)
    except FileProblem as problem:
        _put_away(path, folder / FAILED, str(problem))
    except (StoreError, ImportOvertakenError):
        return False
    else:
        _put_away(path, folder / DONE, None)
    return True


def _put_away(path: Path, place: Path, reason: str | None) -> None:
    target = place / path.name
    number = 1
    while target.exists():
        target = place / f"{number}-{path.name}"
        number += 1
    if reason is not None:
        target.with_name(f"{target.name}.reason").write_text(f"{reason}\n", encoding="utf-8")
    path.rename(target)
