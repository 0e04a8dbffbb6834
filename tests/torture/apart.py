"""The screens and sync as processes of their own, as systemd runs them."""

from __future__ import annotations

import logging
import socket
import threading
from dataclasses import replace

import msgspec

from kiosk.sticker.grant import make_grant
from kiosk.sticker.keys import load_signing_key
from kiosk.store import renewals
from kiosk.store.engine import reading
from kiosk.store.schema import check_ready
from kiosk.sync.wire import read_row
from kiosk.ui.app import create_app
from kiosk.ui.server import serve
from kiosk.ui.settings import UiSettings
from kiosk.usecases.collecting import Desk
from kiosk.usecases.importing import import_lines
from kiosk.usecases.recovery import cancel_all_waiting
from tests.torture.child import REFUSED_TO_START
from tests.torture.house import KIOSK, House


def run_screens(house: House, listener: socket.socket) -> None:
    """Serve the public screens as `kiosk run ui` does, until killed."""
    if check_ready(house.engine, KIOSK):
        raise SystemExit(REFUSED_TO_START)
    cancel_all_waiting(house.engine, house.clock)
    logging.disable(logging.WARNING)  # waitress tells of every queue
    desk = Desk(house.engine, house.site, house.template, house.clock)
    serve(create_app(desk, UiSettings(), house.clock), listener, threading.Event())


def show_once(house: House) -> None:
    """Load what the screens need, so that they start as fast as everything else here."""
    desk = Desk(house.engine, house.site, house.template, house.clock)
    create_app(desk, UiSettings(), house.clock).test_client().get("/")


def newer_records(house: House, references: list[str]) -> list[bytes]:
    """Return central's next version of some renewals: paid as before, as lines of a file."""
    central = load_signing_key(house.folder / "central.pem")
    with reading(house.engine) as connection:
        stored = [renewals.find(connection, reference) for reference in references]
    newer = [
        replace(old.record, version=old.record.version + 1, grant=None) for old in stored if old
    ]
    return [msgspec.json.encode(replace(r, grant=make_grant(r, central))) for r in newer]


def run_sync(house: House, name: str, lines: list[bytes]) -> None:
    """Take central's records in as `kiosk run sync` does, to the end if nobody kills it."""
    import_lines(house.engine, name, lines, read_row, house.clock, sha256=name)
