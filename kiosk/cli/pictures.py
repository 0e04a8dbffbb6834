"""Reading a QR code out of a picture, where the package for it is installed."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, UnidentifiedImageError


class PictureProblem(ValueError):  # noqa: N818 - it is said to a person, who named the picture
    """No code can be read from a picture; the message is one sentence."""


def read_qr(path: Path) -> str:
    """Return the text of the one QR code in a picture. Raises PictureProblem, OSError."""
    try:
        import zxingcpp  # noqa: PLC0415 - a kiosk does without; only whoever verifies needs it
    except ImportError:
        raise PictureProblem(
            "reading a picture needs the package zxing-cpp; give the code's text instead"
        ) from None
    try:
        with Image.open(path) as image:
            found = zxingcpp.read_barcodes(
                image.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
            )
    except UnidentifiedImageError:
        raise PictureProblem(f"{path} is not a picture") from None
    if len(found) != 1:
        raise PictureProblem(f"{path} shows {len(found)} codes where one is wanted")
    text: str = found[0].text
    return text
