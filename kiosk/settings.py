"""One frozen settings object, read once from TOML; values are passed down as plain arguments."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosk.domain.offices import OFFICES
from kiosk.settings_sections import (
    ClaimSettings,
    CollectSettings,
    KeySettings,
    KioskSettings,
    PolicySettings,
    PrinterSettings,
    ResolveSettings,
    Section,
    StickerSettings,
    StockSettings,
    SyncSettings,
    UiSettings,
)
from kiosk.settings_words import sentence


class SettingsError(ValueError):
    """A settings file cannot be used; the message is one sentence for the operator."""


class Settings(Section, frozen=True):
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

_Part = TypeVar("_Part", bound=Section)


def _rooted(part: _Part, root: Path) -> _Part:
    """Take every relative path of a section, and of those in it, from `root`."""
    changed: dict[str, object] = {}
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if isinstance(value, Path):
            changed[name] = root / value
        elif isinstance(value, Section):
            changed[name] = _rooted(value, root)
        elif value != _NO_FILE.get(name, value):
            changed[name] = str(root / value)
    return msgspec.structs.replace(part, **changed)
