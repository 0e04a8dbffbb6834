"""Signing keys and the keys we trust: how they are kept in files and looked up.

A private key is `NAME.pem`, readable by its owner only; its public half is `NAME.toml`, which may
lie anywhere. The ring is a folder of such TOML files, so trusting a key is copying a file, and
rotation with overlap is two files.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
)

KID_BYTES: Final = 4
"""A key id is the first four bytes of SHA-256 over the raw public key: short enough for a QR."""

_RAW_BYTES: Final = 32
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class KeyProblem(ValueError):  # noqa: N818 - in this house a problem is a value or a sentence for people
    """A key file cannot be used; the text is one sentence that names the file and the cure."""


class KeyRole(StrEnum):
    """What a key may sign: central grants and batches, a kiosk stickers, sync print logs."""

    CENTRAL = "central"
    KIOSK = "kiosk"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its id; the private part is left out of the text form."""

    kid: bytes
    private: Ed25519PrivateKey = field(repr=False)


@dataclass(frozen=True)
class PublicKey:
    """A key that we trust in one role.

    `not_after`: nothing signed later counts. `revoked`: nothing it signed counts any more. `name`
    is the file's. `kiosk`, for a kiosk's key: the only kiosk whose stickers it may sign.
    """

    kid: bytes
    raw: bytes
    role: KeyRole
    not_after: datetime | None = None
    revoked: bool = False
    name: str = ""
    kiosk: str | None = None

    @cached_property
    def verifier(self) -> Ed25519PublicKey:
        """The key ready for use; made once, as making it costs about as much as using it."""
        return Ed25519PublicKey.from_public_bytes(self.raw)

    def may_have_signed_at(self, at: datetime) -> bool:
        """Whether a signature dated `at` lies within the key's time."""
        return self.not_after is None or at <= self.not_after


class KeyRing:
    """The keys we trust, by key id."""

    def __init__(self, keys: Iterable[PublicKey] = ()) -> None:
        self._keys: dict[bytes, PublicKey] = {}
        for key in keys:
            other = self._keys.setdefault(key.kid, key)
            if other != key:
                raise KeyProblem(
                    f"keys {other.name or '?'} and {key.name or '?'} share the id {key.kid.hex()}; "
                    "remove one of them or make a new key"
                )

    def _known(self) -> dict[bytes, PublicKey]:
        return self._keys

    def __iter__(self) -> Iterator[PublicKey]:
        return iter(self._known().values())

    def __len__(self) -> int:
        return len(self._known())

    def find(self, kid: bytes, role: KeyRole | None = None) -> PublicKey | None:
        """Return the key with this id and, where given, role; a revoked key is not found."""
        key = self._known().get(kid)
        if key is None or key.revoked or (role is not None and key.role is not role):
            return None
        return key

    def at(self, moment: datetime) -> KeyRing:
        """Return the ring as it stood for what was received at a moment.

        A retired key still verifies what came while it was valid; a revoked one nothing.
        """
        return KeyRing(key for key in self if key.may_have_signed_at(moment))

    def only(self, role: KeyRole) -> KeyRing:
        """Return the ring of one role, for a signature that no other role may give."""
        return KeyRing(key for key in self if key.role is role)


class PublicFile(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What stands in the TOML file of a trusted key; `public_key` is base64."""

    role: KeyRole
    public_key: str
    not_after: datetime | None = None
    revoked: bool = False
    kiosk: str | None = None


def key_id(raw: bytes) -> bytes:
    """Return the id of a raw public key."""
    return hashlib.sha256(raw).digest()[:KID_BYTES]


def _is_credential(path: Path) -> bool:
    # systemd lets the one user in by an access list, whose mask shows where group rights stand.
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return folder is not None and path.parent == Path(folder)


def load_signing_key(path: Path) -> SigningKey:
    """Read a private key file (PEM, PKCS8, Ed25519).

    Raises KeyProblem, also when anyone but the owner may read the file.
    """
    others = stat.S_IRWXO if _is_credential(path) else _OTHERS
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            pem = file.read()
    except OSError as error:
        raise KeyProblem(f"cannot read the private key {path}: {error.strerror}") from error
    if mode & others:
        raise KeyProblem(
            f"the private key {path} is open to others (mode {stat.S_IMODE(mode):04o}); "
            f"run: chmod 600 {path}"
        )
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyProblem(f"{path} is not an unencrypted private key in PEM form") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyProblem(f"the private key {path} is not an Ed25519 key")
    return SigningKey(key_id(private.public_key().public_bytes_raw()), private)


def load_ring(folder: Path) -> KeyRing:
    """Read every `*.toml` of a folder as a trusted key. Raises KeyProblem."""
    if not folder.is_dir():
        raise KeyProblem(f"the folder of trusted keys {folder} does not exist")
    return KeyRing(load_public(path) for path in sorted(folder.glob("*.toml")))


def load_public(path: Path) -> PublicKey:
    """Read one trusted key. Raises KeyProblem."""
    try:
        file = msgspec.toml.decode(path.read_bytes(), type=PublicFile)
        raw = base64.b64decode(file.public_key, validate=True)
    except OSError as error:
        raise KeyProblem(f"cannot read the trusted key {path}: {error.strerror}") from error
    except binascii.Error as error:
        raise KeyProblem(f"{path}: public_key is not base64") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise KeyProblem(f"{path} is not a trusted key: {error}") from error
    if len(raw) != _RAW_BYTES:
        raise KeyProblem(f"{path}: public_key has {len(raw)} bytes, an Ed25519 key has 32")
    not_after = file.not_after
    if not_after is not None and not_after.utcoffset() is None:
        raise KeyProblem(f"{path}: not_after needs an offset, like 2027-01-01T00:00:00+07:00")
    return PublicKey(
        kid=key_id(raw),
        raw=raw,
        role=file.role,
        not_after=None if not_after is None else not_after.astimezone(UTC),
        revoked=file.revoked,
        name=path.stem,
        kiosk=file.kiosk,
    )
