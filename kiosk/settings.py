"""One frozen settings object, read once from TOML; values are passed down as plain arguments."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from kiosk.domain.decide import FinesPolicy
from kiosk.domain.offices import OFFICES
from kiosk.settings_words import sentence


class SettingsError(ValueError):
    """A settings file cannot be used; the message is one sentence for the operator."""


_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
_Seconds = Annotated[int, msgspec.Meta(ge=1, le=3600)]


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class KioskSettings(_Section, frozen=True):
    """Which kiosk this is. `is_demo` marks every sticker as a specimen."""

    id: _Name
    office: _Name
    database: Path = Path("kiosk.db")
    is_demo: bool = False


class UiSettings(_Section, frozen=True):
    """The touch screen's server and its times, in seconds."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8080
    language: Literal["th", "en"] = "th"
    idle_s: _Seconds = 60
    countdown_s: _Seconds = 30
    done_s: _Seconds = 20
    chime: bool = True


class StickerPrinter(_Section, frozen=True):
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


class ReceiptPrinter(_Section, frozen=True):
    """A second device on plain paper, for reports and slips; an empty `device` is none."""

    device: str = ""
    name: _Name = "receipt"
    speed_mm_s: Annotated[int, msgspec.Meta(ge=20, le=500)] = 150
    margins: bool = True


class PrinterSettings(_Section, frozen=True):
    """The printers of this kiosk."""

    sticker: StickerPrinter
    receipt: ReceiptPrinter = ReceiptPrinter()

    def __post_init__(self) -> None:
        if self.receipt.device and self.receipt.name == self.sticker.name:
            raise ValueError(f"both printers are called {self.sticker.name}")


class StickerSettings(_Section, frozen=True):
    """How stickers look: a template by name, or the path of a template file."""

    template: str = "annual"


class StockSettings(_Section, frozen=True):
    """Blanks: `numbered` carry a number, `plain` get it printed; `low` is the warning level."""

    mode: Literal["numbered", "plain"] = "plain"
    low: Annotated[int, msgspec.Meta(ge=0)] = 50


class CollectSettings(_Section, frozen=True):
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


class PolicySettings(_Section, frozen=True):
    """What the office decides: unpaid fines, and how many people resolve a doubt."""

    fines: FinesPolicy = FinesPolicy.ADVISE


class ResolveSettings(_Section, frozen=True):
    """How many people it takes to call a doubtful sticker printed or spoiled."""

    people: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2


class KeySettings(_Section, frozen=True):
    """Where keys lie: `ring` is a folder of public keys, the others are private files."""

    ring: Path = Path("keys/ring")
    kiosk: Path = Path("keys/kiosk.pem")
    fleet: Path = Path("keys/fleet.key")
    sync: Path = Path("keys/sync.pem")


_Hours = Annotated[int, msgspec.Meta(ge=0, le=8760)]


class SyncSettings(_Section, frozen=True):
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


_LAST_PORT = 65535


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class ClaimSettings(_Section, frozen=True):
    """Who may print: `local` prints only what central's grant names this kiosk for."""

    mode: Literal["local"] = "local"


class Settings(_Section, frozen=True):
    """Everything an operator may set; each table and key stands in config/kiosk.toml."""

    kiosk: KioskSettings
    printer: PrinterSettings
    ui: UiSettings = UiSettings()
    sticker: StickerSettings = StickerSettings()
    stock: StockSettings = StockSettings()
    collect: CollectSettings = CollectSettings()
    policy: PolicySettings = PolicySettings()
    resolve: ResolveSettings = ResolveSettings()
    keys: KeySettings = KeySettings()
    sync: SyncSettings = SyncSettings()
    claims: ClaimSettings = ClaimSettings()


def load_settings(path: Path) -> Settings:
    """Read a settings file; relative paths in it are taken from its own folder.

    Raises SettingsError with one sentence that names the file, the key and what to do.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"{path}: there is no such settings file; name one with --config or KIOSK_CONFIG"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: the settings file cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: this is not TOML: {error}") from None
    try:
        settings = msgspec.convert(raw, Settings, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path}: {sentence(str(error))}") from None
    if settings.kiosk.office not in OFFICES:
        known = ", ".join(OFFICES)
        raise SettingsError(
            f"{path}: kiosk.office is {settings.kiosk.office!r}; the offices are {known}"
        )
    return _rooted(settings, path.resolve().parent)


def _path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise msgspec.ValidationError(f"Expected `path as text`, got `{type(value).__name__}`")


_NO_FILE = {"tls_cert": "", "tls_key": "", "template": "annual"}
"""Settings that name a file, and the word in which they name none."""

_Part = TypeVar("_Part", bound=_Section)


def _rooted(part: _Part, root: Path) -> _Part:
    """Take every relative path of a section, and of those in it, from `root`."""
    changed: dict[str, object] = {}
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if isinstance(value, Path):
            changed[name] = root / value
        elif isinstance(value, _Section):
            changed[name] = _rooted(value, root)
        elif value != _NO_FILE.get(name, value):
            changed[name] = str(root / value)
    return msgspec.structs.replace(part, **changed)
