"""The tables of the settings file, each key with its default and bounds.

What each means for an operator stands in config/kiosk.toml; a test compares the two.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.domain.decide import FinesPolicy

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
_Seconds = Annotated[int, msgspec.Meta(ge=1, le=3600)]
_Hours = Annotated[int, msgspec.Meta(ge=0, le=8760)]
_LAST_PORT = 65535


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table; a key that it does not have is refused, as it would be a mistyped one."""


class KioskSettings(Section, frozen=True):
    """Which kiosk this is. `is_demo` marks every sticker as a specimen."""

    id: _Name
    office: _Name
    database: Path = Path("kiosk.db")
    is_demo: bool = False


class UiSettings(Section, frozen=True):
    """The touch screen's server and its times, in seconds."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=_LAST_PORT)] = 8080
    language: Literal["th", "en"] = "th"
    idle_s: _Seconds = 60
    countdown_s: _Seconds = 30
    done_s: _Seconds = 20
    chime: bool = True


class StickerPrinter(Section, frozen=True):
    """The device that prints stickers.

    `device`: `tcp://host:port`, `usb://vendor:product[/serial]`, `serial:///dev/ttyS0?baud=115200`
    or `file:///dev/usb/lp0`. `speed_mm_s` is its rated speed, for time-outs. `margins`: its
    pictures obey a left margin.
    """

    device: str
    name: _Name = "sticker"
    speed_mm_s: Annotated[int, msgspec.Meta(ge=20, le=500)] = 150
    margins: bool = True
    locks: Path = Path("locks")


class ReceiptPrinter(Section, frozen=True):
    """A second device on plain paper, for reports and slips; an empty `device` is none."""

    device: str = ""
    name: _Name = "receipt"
    speed_mm_s: Annotated[int, msgspec.Meta(ge=20, le=500)] = 150
    margins: bool = True


class PrinterSettings(Section, frozen=True):
    """The printers of this kiosk."""

    sticker: StickerPrinter
    receipt: ReceiptPrinter = ReceiptPrinter()

    def __post_init__(self) -> None:
        if self.receipt.device and self.receipt.name == self.sticker.name:
            raise ValueError(f"both printers are called {self.sticker.name}")


class StickerSettings(Section, frozen=True):
    """How stickers look: a template by name, or the path of a template file."""

    template: str = "annual"


class StockSettings(Section, frozen=True):
    """Blanks: `numbered` carry a number, `plain` get it printed; `low` is the warning level."""

    mode: Literal["numbered", "plain"] = "plain"
    low: Annotated[int, msgspec.Meta(ge=0)] = 50


class CollectSettings(Section, frozen=True):
    """Which collection codes are read, in order; `plain_pattern` must hold a group `reference`."""

    codes: tuple[Literal["signed", "plain"], ...] = ("signed", "plain")
    plain_pattern: str = r"(?P<reference>[A-Z]{2,4}-?[0-9]{6,14})"

    def __post_init__(self) -> None:
        try:
            groups = re.compile(self.plain_pattern).groupindex
        except re.error as error:
            raise ValueError(f"plain_pattern is not a regular expression: {error}") from None
        if "reference" not in groups:
            raise ValueError("plain_pattern has no group named reference")


class PolicySettings(Section, frozen=True):
    """What the office decides: whether unpaid fines keep a sticker back."""

    fines: FinesPolicy = FinesPolicy.ADVISE


class ResolveSettings(Section, frozen=True):
    """How many people it takes to call a doubtful sticker printed or spoiled."""

    people: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2


class KeySettings(Section, frozen=True):
    """Where keys lie: `ring` is a folder of public keys, the others are private files."""

    ring: Path = Path("keys/ring")
    kiosk: Path = Path("keys/kiosk.pem")
    fleet: Path = Path("keys/fleet.key")
    sync: Path = Path("keys/sync.pem")


class SyncSettings(Section, frozen=True):
    """How records come in and the print log goes out.

    `inbox` is a folder into which files of records are moved. `listen` is the address, host:port,
    at which central's jobs reach this kiosk; empty for none. Away from loopback it needs TLS:
    `tls_cert` and `tls_key`, or a proxy that does it (`behind_proxy`). `spool` keeps batches until
    they are applied. Hours: records older than `stale_after_h` are called old, and past
    `stop_after_h` nothing is printed on them; 0 switches it off.
    """

    inbox: Path = Path("inbox")
    listen: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    behind_proxy: bool = False
    spool: Path = Path("spool")
    max_body_mb: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 64
    stale_after_h: _Hours = 24
    stop_after_h: _Hours = 0

    def __post_init__(self) -> None:
        if bool(self.tls_cert) != bool(self.tls_key):
            raise ValueError("tls_cert and tls_key are set together or not at all")
        if not self.listen:
            return
        host, _ = self.address
        if not (_is_loopback(host) or self.tls_cert or self.behind_proxy):
            raise ValueError(
                f"listen is {self.listen}, away from this machine: set tls_cert and tls_key, or "
                "behind_proxy where a proxy does TLS"
            )

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of `listen`. Raises ValueError unless it is host:port."""
        host, _, port = self.listen.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not host or not port.isdecimal() or not int(port) <= _LAST_PORT:
            raise ValueError(f"listen is {self.listen!r} and no address such as 127.0.0.1:8090")
        return host, int(port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class ClaimSettings(Section, frozen=True):
    """Who may print: `local` prints only what central's grant names this kiosk for."""

    mode: Literal["local"] = "local"
