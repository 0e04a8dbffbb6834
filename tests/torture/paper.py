"""What lies in the tray, read as a passer-by would: by the QR on each piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image

from kiosk.sticker.code import StickerClaims, read_sticker_code
from kiosk.sticker.keys import KeyRing

Drawn = Callable[[StickerClaims], bytes | None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One piece of paper. `claims` are those of a QR that reads and verifies: a sticker.

    It is `whole` when each dot that was drawn lies there, one below the other.
    `others` are the texts of other QRs: of test pages and shift reports. `was_cut` tells a piece
    that the cutter let go from one that hands tore off.
    """

    name: str
    claims: tuple[StickerClaims, ...]
    whole: tuple[StickerClaims, ...]
    others: tuple[str, ...]
    is_marked: bool

    @property
    def was_cut(self) -> bool:
        return "torn" not in self.name


def read_tray(folder: Path, known: dict[str, Sheet], ring: KeyRing, drawn: Drawn) -> list[Sheet]:
    """Read the pieces that fell since `known`, which grows by them.

    `drawn` tells the dots that were sent as the sticker of some claims.
    """
    fallen = []
    for path in sorted(folder.glob("*.png")):
        if path.name not in known:
            known[path.name] = _read(path, ring, drawn)
            fallen.append(known[path.name])
    return fallen


def _read(path: Path, ring: KeyRing, drawn: Drawn) -> Sheet:
    with Image.open(path) as image:
        paper, dots = image.convert("L"), image.tobytes("raw", "1;I")
    found = zxingcpp.read_barcodes(
        paper, formats=zxingcpp.BarcodeFormat.QRCode, try_rotate=False, try_invert=False
    )
    read = [(code.text, read_sticker_code(code.text, ring)) for code in found]
    claims = tuple(claims for _, claims in read if isinstance(claims, StickerClaims))
    others = tuple(text for text, claims in read if not isinstance(claims, StickerClaims))
    whole = tuple(claim for claim in claims if (sent := drawn(claim)) and sent in dots)
    return Sheet(path.name, claims, whole, others, paper.getextrema()[0] == 0)
