"""Collects a print log again and again, and is killed one step later each time.

`python victim.py URL KEY RING FOLDER`: the collector of attempt N writes FOLDER/N.ndjson and dies
at its N-th step, in the middle of a write too; one that is left alone then finishes that file. The
attempt that lived to its end is the last one. A fork for each attempt spares it the start.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.sticker.keys import KeyRing, SigningKey, load_ring, load_signing_key
from kiosk.sync.client import collect
from kiosk.sync.client.link import Link

PAGE_FACTS = 2
TORN_BYTES = 256


def die_at(step: int) -> None:
    """Let this process die before or after the call of that number to disk or network."""
    left = step

    def reach() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def around(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the call takes
            reach()
            result = call(*given, **named)
            reach()
            return result

        return around

    write = watched(os.write)
    os.write = lambda descriptor, block: write(descriptor, block[:TORN_BYTES])
    os.fsync = watched(os.fsync)
    os.ftruncate = watched(os.ftruncate)
    Path.replace = watched(Path.replace)  # type: ignore[method-assign] # in this process alone
    Link._once = watched(Link._once)  # type: ignore[method-assign]


def attempt(step: int, url: str, path: Path, key: SigningKey, ring: KeyRing) -> bool:
    """Collect in a process that dies at a step; say whether it was killed."""
    child = os.fork()
    if child == 0:
        die_at(step)
        collect(url, path, key, ring, page_facts=PAGE_FACTS)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), status
    return status != 0


def main() -> None:
    """Die at every step there is."""
    url, key_path, ring_path, folder = sys.argv[1:]
    key, ring = load_signing_key(Path(key_path)), load_ring(Path(ring_path))
    for step in itertools.count(1):
        path = Path(folder) / f"{step}.ndjson"
        if not attempt(step, url, path, key, ring):
            return
        collect(url, path, key, ring, page_facts=PAGE_FACTS)


if __name__ == "__main__":
    main()
