"""`kiosk run`: the three processes, together or one by one."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

import click
import structlog

from kiosk.cli.common import settings_of
from kiosk.processes.ready import Ready, when_there_is_room
from kiosk.processes.watchdog import UNWATCHED, Watchdog
from kiosk.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PROCESSES = ("ui", "printer", "sync")

DRAIN_S = 60
"""How long a stop waits for a sticker that is being sent; systemd's unit allows as much."""

_PR_SET_DUMPABLE = 4

log_line = structlog.get_logger("kiosk.run")


@click.command()
@click.argument("process", type=click.Choice(["all", *PROCESSES]), default="all")
@click.pass_context
def run(ctx: click.Context, process: str) -> None:
    """Run the kiosk: all of it as threads of one process, or one process of the three."""
    if "CREDENTIALS_DIRECTORY" in os.environ:
        keep_to_itself()
    settings = settings_of(ctx)
    stop, watchdog = threading.Event(), Watchdog.of_this_process()
    stop_on_signals(stop)
    ready = wire(settings, PROCESSES if process == "all" else (process,), watchdog=watchdog)
    run_until(ready, stop, watchdog)


def keep_to_itself() -> None:
    """Close this process to others of its user: its memory, its open files, and its credentials.

    systemd hands each process the keys of its own work, but the three share a user, and through
    /proc one that was taken over could read the keys of another. Linux only, as systemd is.
    """
    if ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0) != 0:
        raise OSError("the process cannot be closed to others of its user")


def wire(
    settings: Settings,
    processes: Sequence[str],
    beside: Mapping[str, WSGIApplication] | None = None,
    watchdog: Watchdog = UNWATCHED,
) -> list[Ready]:
    """Wire the named processes; each refuses here, before anything runs, if it cannot.

    `beside` as for `ready_ui`; `watchdog` is told of each of them.
    """
    ready = [_ready(process, settings, beside, watchdog) for process in processes]
    for one in ready:
        if one.address is not None:
            click.echo(f"Serving {one.serves} at {one.address}")
    return ready


def _ready(
    process: str,
    settings: Settings,
    beside: Mapping[str, WSGIApplication] | None,
    watchdog: Watchdog,
) -> Ready:
    # Imports stand here because no process loads what the others need.
    if process == "ui":
        from kiosk.processes.ui import ready_ui  # noqa: PLC0415 - see above

        return ready_ui(settings, beside, watchdog)
    if process == "printer":
        from kiosk.processes.printer import ready_printer as make  # noqa: PLC0415 - see above
    else:
        from kiosk.processes.sync import ready_sync as make  # noqa: PLC0415 - see above
    make_ready = partial(make, settings, watchdog)
    return when_there_is_room(make_ready, settings.kiosk.database, watchdog.beat)


def run_until(
    ready: Sequence[Ready], stop: threading.Event, watchdog: Watchdog = UNWATCHED
) -> None:
    """Run each in a thread until `stop`; if one ends by itself, all stop."""
    failures: list[BaseException] = []

    def guarded(one: Ready) -> None:
        try:
            one.run(stop)
        except Exception as error:  # noqa: BLE001 - handed to the main thread, which raises it
            failures.append(error)
        finally:
            stop.set()

    gc.collect()
    gc.freeze()  # what was loaded stays; to look through it again and again costs some pages 5 ms
    threads = [threading.Thread(target=guarded, args=(one,)) for one in ready]
    for thread in threads:
        thread.start()
    stop.wait()
    watchdog.stopping()
    for thread in threads:
        thread.join(DRAIN_S)
    if failures:
        raise failures[0]


def stop_on_signals(stop: threading.Event) -> None:
    """Let SIGTERM and Ctrl-C end the run in order; further ones change nothing.

    A thread hears them, for a handler of Python's may come while the main thread holds the lock
    of `stop`, or not at all while it waits for it and another thread was given the signal.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _only_told)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)

    def listen() -> None:
        number = os.read(heard, 1)[0]
        log_line.info("stopping", signal=signal.Signals(number).name)
        stop.set()

    threading.Thread(target=listen, name="signals", daemon=True).start()


def _only_told(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the interpreter has written the signal's number into the pipe."""
