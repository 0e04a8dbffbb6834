"""Everything that keeps a kiosk from working, each checked by itself, with what to do about it."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

from kiosk.domain.printing import PrinterStatus
from kiosk.sticker.keys import KeyRing, KeyRole, PublicKey, SigningKey
from kiosk.store.engine import check_sqlite, sqlite_version

RESERVE_BYTES: Final = 500 * 1000 * 1000
"""Room for the records of a year and the writes of an import; below it a full disk is near."""

SOON: Final = timedelta(days=30)
"""What is left of a key or certificate when its end is worth a word: time to get another."""


class Ailment(Exception):  # noqa: N818 - what a doctor finds
    """Something keeps the kiosk from working; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: what was found, or what is wrong and what to do."""

    name: str
    is_ok: bool
    said: str


Check = tuple[str, Callable[[], str]]
"""A name, and what to ask: it returns what is well, or raises what is not."""


def examine(checks: Iterable[Check]) -> Iterator[Finding]:
    """Carry out each check, whatever came out of the others."""
    for name, ask in checks:
        try:
            yield Finding(name, is_ok=True, said=ask())
        except Exception as error:
            if not _is_expected(error):
                raise
            yield Finding(name, is_ok=False, said=str(error))


def _is_expected(error: Exception) -> bool:
    return isinstance(error, OSError) or type(error).__module__.startswith("kiosk.")


def program() -> str:
    """Say which program this is, for whoever compares many kiosks."""
    return f"kiosk {version('kiosk')}, Python {platform.python_version()}"


def sqlite() -> str:
    """Check that SQLite keeps every commit."""
    check_sqlite()
    return f"version {sqlite_version()}"


def disk(folder: Path) -> str:
    """Check the room left where the database lies."""
    free = shutil.disk_usage(folder).free
    if free < RESERVE_BYTES:
        raise Ailment(
            f"{folder} has {free // 10**6} MB left and needs {RESERVE_BYTES // 10**6} MB: "
            "free space before it is full"
        )
    return f"{free // 10**9} GB free at {folder}"


def keys(ring: KeyRing, own: SigningKey, kiosk: str, now: datetime) -> str:
    """Check that central is believed, and that others can believe this kiosk."""
    central = [key for key in ring.only(KeyRole.CENTRAL).at(now) if not key.revoked]
    if not central:
        raise Ailment("no key of central is trusted: put central's public key into the ring")
    public = ring.find(own.kid, KeyRole.KIOSK)
    if public is None:
        raise Ailment(
            f"the kiosk's key {own.kid.hex()} has no public half in the ring: put its .toml there"
        )
    if public.kiosk not in (None, kiosk):
        raise Ailment(f"the kiosk's key is kiosk {public.kiosk}'s: make one with `kiosk keys new`")
    if not public.may_have_signed_at(now):
        raise Ailment("the kiosk's key is past its time: make one with `kiosk keys new`")
    return f"{len(ring)} trusted, own key {own.kid.hex()}{_ending([*central, public], now)}"


def _ending(keys: Iterable[PublicKey], now: datetime) -> str:
    ends = sorted((key.not_after, key.name) for key in keys if key.not_after is not None)
    soon = [f"{name} ends on {at:%Y-%m-%d}" for at, name in ends if at - now < SOON]
    return f"; {', '.join(soon)}: put the next one into the ring" if soon else ""


def sync_key(ring: KeyRing, key: SigningKey, kiosk: str) -> str:
    """Check that central can believe this kiosk's print log."""
    public = ring.find(key.kid, KeyRole.SYNC)
    if public is None:
        raise Ailment(
            f"the key {key.kid.hex()} that signs the print log has no public half of role sync in "
            "the ring: put its .toml there, and into central's ring"
        )
    if public.kiosk not in (None, kiosk):
        raise Ailment(
            f"the print log's key is kiosk {public.kiosk}'s: make one with `kiosk keys new`"
        )
    return f"key {key.kid.hex()} signs the print log"


def printer(ask: Callable[[], PrinterStatus]) -> str:
    """Check that the printer could start a sticker."""
    found = ask()
    if not found.is_ready:
        detail = f" ({found.detail})" if found.detail else ""
        raise Ailment(f"{found.state}{detail}: look at the printer, its paper and its line")
    return found.state.value
