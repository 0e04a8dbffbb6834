"""Whom a push is for: kiosks named one by one, or a list of a fleet."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from kiosk.sync.client.address import checked_url
from kiosk.sync.client.problem import ClientProblem


class Receives(StrEnum):
    """Which records of a file a kiosk is sent."""

    OWN = "own"
    ALL = "all"


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kiosk to push to: its address, and its name, which it must answer by when given.

    `receives`: every record, or those alone that name it as their kiosk. Only a kiosk with a name
    can be sent its own.
    """

    url: str
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    receives: Receives = Receives.ALL

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        return self.id or self.url


class _Listed(msgspec.Struct, forbid_unknown_fields=True):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    url: str
    receives: Receives = Receives.OWN


class _File(msgspec.Struct, forbid_unknown_fields=True):
    kiosk: list[_Listed]


def read_targets(path: Path) -> list[Target]:
    """Read a list of kiosks: TOML with a `[[kiosk]]` of `id`, `url` and perhaps `receives` each.

    Raises ClientProblem with one sentence.
    """
    try:
        listed = msgspec.toml.decode(path.read_bytes(), type=_File).kiosk
    except OSError as error:
        raise _wrong(f"{path}: cannot be read ({error.strerror})") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _wrong(f"{path} is no list of kiosks: {error}") from error
    targets = [Target(each.url, each.id, each.receives) for each in listed]
    check_targets(targets)
    return targets


def check_targets(targets: Sequence[Target]) -> None:
    """Refuse a list that names none, a kiosk twice, or a wrong address. Raises ClientProblem."""
    if not targets:
        raise _wrong("no kiosk is named")
    names: set[str] = set()
    for target in targets:
        for name in {checked_url(target.url), target.name}:
            if name in names:
                raise _wrong(f"{name} is named twice")
            names.add(name)
        if target.receives is Receives.OWN and target.id is None:
            raise _wrong(f"{target.url}: only a kiosk with an id can be sent its own records")


def _wrong(sentence: str) -> ClientProblem:
    return ClientProblem(sentence, permanent=True)
