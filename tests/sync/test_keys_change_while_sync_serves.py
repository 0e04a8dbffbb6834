"""The folder of trusted keys changes under a process that serves: seen soon, and never fatal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.cli.demo_home import furnish
from kiosk.processes.sync import ready_sync
from kiosk.settings import load_settings
from kiosk.sticker.key_making import revoke_key
from kiosk.sticker.keys import load_signing_key
from kiosk.sticker.live_ring import LOOK_EVERY_S
from kiosk.sync.client import Patience, Target, push_file

SEEN_S = 10.0
"""A look is due each second; a busy machine may be late for it."""

Say = Callable[[], str | None]


@pytest.fixture
def say(tmp_path: Path) -> Iterator[Say]:
    """Central says that there is nothing new, and hears what is wrong with that."""
    furnish(tmp_path / "demo", port=0, printer_port=9, sync_port=0, speed_mm_s=250, records=0)
    ready = ready_sync(load_settings(tmp_path / "demo" / "kiosk.toml"))
    stop = threading.Event()
    serving = threading.Thread(target=ready.run, args=(stop,))
    serving.start()
    assert ready.address is not None
    target = Target(ready.address)
    key = load_signing_key(tmp_path / "demo" / "keys" / "central.pem")
    empty = tmp_path / "paid.ndjson"
    empty.touch()

    def push() -> str | None:
        patience = Patience(give_up_s=0)
        return push_file(empty, [target], key, "paid", patience=patience).outcomes[0].problem

    yield push
    stop.set()
    serving.join(20)


def test_a_key_that_is_half_copied_closes_no_kiosk(say: Say, tmp_path: Path) -> None:
    ring = tmp_path / "demo" / "keys" / "ring"
    (ring / "next.toml").write_text('role = "cen', "ascii")
    time.sleep(LOOK_EVERY_S)
    assert say() is None
    ring.rename(ring.with_name("away"))
    time.sleep(LOOK_EVERY_S)
    assert say() is None


def test_a_revoked_key_is_out_soon(say: Say, tmp_path: Path) -> None:
    assert say() is None
    revoke_key(tmp_path / "demo" / "keys" / "ring", "central")
    until = time.monotonic() + SEEN_S
    while (problem := say()) is None and time.monotonic() < until:
        time.sleep(LOOK_EVERY_S / 4)
    assert "does not trust the key" in str(problem)
