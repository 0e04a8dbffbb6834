"""What lies in the tray, read as a passer-by would: by the QR on each piece."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image

from kiosk.sticker.code import StickerClaims, read_sticker_code
from kiosk.sticker.keys import KeyRing


@dataclass(frozen=True, slots=True)
class Sheet:
    """One piece of paper. `claims` are those of a QR that reads and verifies: a whole sticker."""

    name: str
    claims: tuple[StickerClaims, ...]
    is_marked: bool


def read_tray(folder: Path, known: dict[str, Sheet], ring: KeyRing) -> list[Sheet]:
    """Read the pieces that fell since `known`, which grows by them."""
    fallen = []
    for path in sorted(folder.glob("*.png")):
        if path.name not in known:
            known[path.name] = _read(path, ring)
            fallen.append(known[path.name])
    return fallen


def _read(path: Path, ring: KeyRing) -> Sheet:
    with Image.open(path) as image:
        paper = image.convert("L")
    found = zxingcpp.read_barcodes(
        paper, formats=zxingcpp.BarcodeFormat.QRCode, try_rotate=False, try_invert=False
    )
    read = [read_sticker_code(code.text, ring) for code in found]
    claims = tuple(claims for claims in read if isinstance(claims, StickerClaims))
    return Sheet(path.name, claims, paper.getextrema()[0] == 0)
