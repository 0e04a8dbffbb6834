from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.processes.watchdog import UNWATCHED, USUAL_PAUSE_S, Watchdog

if TYPE_CHECKING:
    from tests.processes.conftest import Systemd


def test_a_process_is_ready_when_each_of_its_parts_was_heard(systemd: Systemd) -> None:
    watchdog = systemd.watchdog()
    one, other = watchdog.part("one"), watchdog.part("other")
    one()
    one()
    assert systemd.hear(0) is None
    other()
    assert systemd.hear(0) == "READY=1"


def test_a_part_that_hangs_is_not_outvoted_by_one_that_lives(systemd: Systemd) -> None:
    watchdog = systemd.watchdog()
    one, other = watchdog.part("one"), watchdog.part("other")
    one()
    other()
    assert systemd.hear(0) == "READY=1"
    for _ in range(3):
        time.sleep(watchdog.pause_s)
        one()
        one()
    assert systemd.hear(0) is None
    other()
    assert systemd.hear(0) == "WATCHDOG=1"


def test_a_loop_that_turns_quickly_does_not_chatter(systemd: Systemd) -> None:
    watchdog = systemd.watchdog()
    alive = watchdog.part("loop")
    until = time.monotonic() + 3.5 * watchdog.pause_s
    while time.monotonic() < until:
        alive()
    said = []
    while (heard := systemd.hear(0)) is not None:
        said.append(heard)
    assert said[0] == "READY=1"
    assert 1 <= said.count("WATCHDOG=1") == len(said) - 1 <= 3


def test_one_that_waits_for_a_disk_with_room_lives_without_its_parts(systemd: Systemd) -> None:
    watchdog = systemd.watchdog()
    watchdog.part("never heard")
    watchdog.beat()
    assert systemd.hear(0) == "READY=1"
    time.sleep(watchdog.pause_s)
    watchdog.beat()
    assert systemd.hear(0) == "WATCHDOG=1"


def test_an_end_is_told(systemd: Systemd) -> None:
    systemd.watchdog().stopping()
    assert systemd.hear(0) == "STOPPING=1"


def test_an_abstract_address_is_found(systemd: Systemd) -> None:
    abstract = type(systemd)(f"@kiosk-{secrets.token_hex(8)}")
    abstract.watchdog().part("only")()
    assert abstract.hear(0) == "READY=1"
    abstract.close()


def test_a_systemd_that_is_behind_is_told_at_the_next_turn(systemd: Systemd) -> None:
    watchdog = systemd.watchdog()
    alive = watchdog.part("only")
    while watchdog._tell("STATUS=again"):
        pass  # until nothing more goes in
    alive()
    systemd.forget()
    alive()
    assert systemd.hear(0) == "READY=1"


def test_a_systemd_that_was_started_anew_is_told_as_before(
    systemd: Systemd, tmp_path: Path
) -> None:
    watchdog = systemd.watchdog()
    alive = watchdog.part("only")
    systemd.close()
    (tmp_path / "notify").unlink()
    alive()
    again = type(systemd)(str(tmp_path / "notify"))
    alive()
    assert again.hear(0) == "READY=1"
    again.close()


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}])
def test_nobody_is_told_where_nobody_asked(environment: dict[str, str]) -> None:
    watchdog = Watchdog(environment)
    assert not watchdog.is_there
    watchdog.part("only")()
    watchdog.beat()
    watchdog.stopping()
    assert not UNWATCHED.is_there


def test_without_a_limit_the_process_is_told_of_all_the_same(systemd: Systemd) -> None:
    del systemd.environment["WATCHDOG_USEC"]
    watchdog = systemd.watchdog()
    assert watchdog.pause_s == USUAL_PAUSE_S
    watchdog.part("only")()
    assert systemd.hear(0) == "READY=1"
