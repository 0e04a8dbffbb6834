"""Keys made, retired and revoked: what people do with key files, and no running kiosk does."""

from __future__ import annotations

import base64
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk.sticker.keys import (
    KeyProblem,
    KeyRole,
    PublicFile,
    PublicKey,
    SigningKey,
    key_id,
    load_public,
)

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PRIVATE_MODE: Final = 0o600
_PUBLIC_MODE: Final = 0o644


def new_key(
    folder: Path, role: KeyRole, name: str, *, kiosk: str | None = None, ring: Path | None = None
) -> SigningKey:
    """Make a key pair: `folder/NAME.pem` (0600) and `ring/NAME.toml`, or beside it without `ring`.

    Never replaces a file, and makes both or none. Raises KeyProblem.
    """
    if not _NAME.fullmatch(name):
        raise KeyProblem(
            f"{name!r} cannot name a key; use up to 64 letters, digits, dots, hyphens, underscores"
        )
    private = Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes_raw()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = PublicFile(role, base64.b64encode(raw).decode(), kiosk=kiosk)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shared = ring or folder
    shared.mkdir(parents=True, exist_ok=True)
    _write_new(
        (folder / f"{name}.pem", pem, _PRIVATE_MODE),
        (shared / f"{name}.toml", _toml(public), _PUBLIC_MODE),
    )
    return SigningKey(key_id(raw), private)


def retire_key(ring: Path, name: str, not_after: datetime) -> PublicKey:
    """End a trusted key's time: nothing that it signs later, or that comes later, counts.

    Raises KeyProblem, also for a time without an offset.
    """
    if not_after.utcoffset() is None:
        raise KeyProblem("the end of a key's time needs an offset, like 2027-01-01T00:00:00+07:00")
    return _change(ring, name, {"not_after": not_after})


def revoke_key(ring: Path, name: str) -> PublicKey:
    """Trust a key no more, nor anything that it ever signed. Raises KeyProblem."""
    return _change(ring, name, {"revoked": True})


def _change(ring: Path, name: str, changes: dict[str, object]) -> PublicKey:
    path = ring / f"{name}.toml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise KeyProblem(
            f"there is no trusted key {name!r} in {ring}; `kiosk keys list` names them"
        )
    load_public(path)  # names what is wrong with the file
    file = msgspec.toml.decode(path.read_bytes(), type=PublicFile)
    partial = path.with_suffix(".partial")
    try:
        partial.unlink(missing_ok=True)
        _write_new((partial, _toml(msgspec.structs.replace(file, **changes)), _PUBLIC_MODE))
        partial.replace(path)
    except OSError as error:
        raise KeyProblem(f"cannot write the key {path}: {error.strerror}") from error
    return load_public(path)


def _toml(public: PublicFile) -> bytes:
    # Written by hand: the standard library reads TOML but does not write it. The values are a
    # role, base64, a kiosk's name, true and a time; JSON's quoting of a string is TOML's as well,
    # and a time stands there without quotes.
    lines = [
        f"{key} = {value.isoformat() if isinstance(value, datetime) else _quoted(value)}\n"
        for key, value in msgspec.to_builtins(public, builtin_types=(datetime,)).items()
    ]
    return "".join(lines).encode()


def _quoted(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _write_new(*files: tuple[Path, bytes, int]) -> None:
    """Write files, each with its mode, that must not be there yet: all of them or none."""
    made: list[Path] = []
    try:
        for path, content, mode in files:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            made.append(path)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                os.fsync(file.fileno())
    except BaseException as error:
        for mine in made:
            mine.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise KeyProblem(f"{path} exists already; keys are never overwritten") from error
        if isinstance(error, OSError):
            raise KeyProblem(f"cannot write the key {path}: {error.strerror}") from error
        raise
