"""What lies in the tray, and whether it is what the kiosk's database says it printed.

No camera is needed: a sticker is drawn again from its issue, and the paper is genuine when dots,
signatures and record all agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from PIL import Image
from sqlalchemy import Connection, Engine, select

from kiosk.domain.job import Validity
from kiosk.domain.printing import Picture
from kiosk.printer.emulator.mechanism import HEAD_BYTES
from kiosk.sticker.code import StickerClaims, read_sticker_code
from kiosk.sticker.keys import KeyRing
from kiosk.sticker.layout import Template
from kiosk.sticker.picture import draw
from kiosk.store import issues
from kiosk.store.engine import reading
from kiosk.store.issues import Issue
from kiosk.store.tables.stickers import issues as issues_table

NEWEST: Final = 24
"""Issues that a new piece is compared with: far more than are printed between two looks."""

_BLANK: Final = bytes(HEAD_BYTES)


class Verdict(StrEnum):
    """What a piece of paper is. `PART`: the beginning of a sticker. `OTHER`: a test, a report."""

    GENUINE = "genuine"
    VOID = "void"
    PART = "part"
    FORGED = "forged"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Paper:
    """One piece: its file's name, and what it was found to be; texts are empty where unknown."""

    name: str
    verdict: Verdict
    serial: str = ""
    plate: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True)
class _Match:
    """Which issue's dots a piece bears, all or only the first of them."""

    issue: Issue
    is_whole: bool
    is_signed: bool


class TrayReader:
    """Looks at the pieces of one tray; what a piece bears is worked out once."""

    def __init__(self, tray: Path, engine: Engine, ring: KeyRing, template: Template) -> None:
        self.tray = tray
        self._engine, self._ring, self._template = engine, ring, template
        self._matches: dict[str, _Match | None] = {}

    def names(self) -> list[str]:
        """Return the names of all pieces in the order of falling."""
        return sorted(path.stem for path in self.tray.glob("*.png"))

    def newest(self, count: int) -> list[Paper]:
        """Return the last pieces, the newest first."""
        names = self.names()[-count:][::-1]
        with reading(self._engine) as connection:
            return [self._paper(connection, name) for name in names]

    def _paper(self, connection: Connection, name: str) -> Paper:
        if name not in self._matches:
            self._matches[name] = self._match(connection, name)
        match = self._matches[name]
        if match is None:
            return Paper(name, Verdict.OTHER)
        fields = match.issue.fields
        verdict = _verdict(connection, match)
        return Paper(name, verdict, match.issue.serial, fields.plate, fields.province)

    def _match(self, connection: Connection, name: str) -> _Match | None:
        inked = _inked(_rows(self.tray / f"{name}.png"))
        if not inked:
            return None
        newest = select(issues_table.c.serial).order_by(issues_table.c.id.desc()).limit(NEWEST)
        for serial in connection.scalars(newest):
            issue = issues.by_serial(connection, serial)
            if issue is None:
                continue
            drawn = _inked(_padded(draw(issue.fields, self._template, issue.code).picture))
            if drawn[: len(inked)] == inked:
                claims = read_sticker_code(issue.code, self._ring)
                is_signed = isinstance(claims, StickerClaims) and claims.serial == serial
                return _Match(issue, len(drawn) == len(inked), is_signed)
        return None


def _verdict(connection: Connection, match: _Match) -> Verdict:
    if not match.is_whole:
        return Verdict.PART
    if not match.is_signed:
        return Verdict.FORGED
    now = issues.by_serial(connection, match.issue.serial)
    # A blank that put out nothing serves again: its serial then names the later sticker.
    is_same = now is not None and now.id == match.issue.id
    is_valid = now is not None and is_same and now.validity is Validity.VALID
    return Verdict.GENUINE if is_valid else Verdict.VOID


def _rows(path: Path) -> list[bytes]:
    with Image.open(path) as image:
        bits = image.convert("1").tobytes("raw", "1;I")
    return [bits[at : at + HEAD_BYTES] for at in range(0, len(bits), HEAD_BYTES)]


def _padded(picture: Picture) -> list[bytes]:
    rows = range(0, len(picture.bits), picture.stride)
    return [picture.bits[at : at + picture.stride].ljust(HEAD_BYTES, b"\0") for at in rows]


def _inked(rows: list[bytes]) -> list[bytes]:
    """Take off the unprinted paper above and below."""
    marked = [at for at, row in enumerate(rows) if row != _BLANK]
    return rows[marked[0] : marked[-1] + 1] if marked else []
