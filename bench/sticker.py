"""A sticker from record to bytes, against the plain python-escpos way in the same run."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from io import StringIO
from itertools import cycle, islice
from pathlib import Path

import qrcode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from escpos.printer import Dummy
from PIL import Image, ImageDraw, ImageFont

from bench.figure import Figure, median, spread, times_ms
from kiosk.domain.printing import Picture
from kiosk.domain.sticker import StickerFields
from kiosk.domain.thai import baht, long_date
from kiosk.domain.vehicle import RyClass
from kiosk.printer.jobs import compose
from kiosk.printer.raster import whole
from kiosk.sticker.code import sticker_code
from kiosk.sticker.keys import SigningKey, key_id
from kiosk.sticker.layout import load_template
from kiosk.sticker.picture import draw

GRANT = base64.urlsafe_b64encode(bytes(range(7, 152))).rstrip(b"=").decode()
"""As long as a real grant (145 bytes): the QR has its usual size."""


def results(*, quick: bool) -> list[Figure]:
    """Measure both ways on the same stream of different stickers."""
    count = 40 if quick else 300
    ours = times_ms(_ours(), count)
    plain = times_ms(_plain(), count)
    ratio = median(ours) / median(plain)
    shares = _shares_of_raster(count)
    return [
        Figure(
            "sticker: record to bytes, share of the plain way",
            ratio,
            "x",
            spread(ours) / median(plain),
            at_most=0.25,
            note=f"ours {median(ours):.2f} ms, plain {median(plain):.2f} ms, {count} each",
        ),
        Figure(
            "sticker: bytes on the wire, share of the full raster",
            median(shares),
            "x",
            spread(shares),
            at_most=0.65,
            note="equal dots; the aim is 0.5, but ink alone, row by row, is 0.58 of this layout",
        ),
    ]


def _stickers() -> Iterator[StickerFields]:
    issued_at = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    plates = cycle(("1กข1234", "9กก99", "ขค4567", "8ฆฮ808", "กท777"))
    for number, plate in enumerate(plates):
        yield StickerFields(
            year_be=2570,
            expires_on=date(2027, 11, 30),
            plate=plate,
            province="กรุงเทพมหานคร",
            ry_class=RyClass.PRIVATE_CAR,
            make="TOYOTA",
            engine_cc=1200 + number % 1000,
            weight_kg=1250,
            tax_satang=210_000 + number,
            office_name="สำนักงานขนส่งกรุงเทพมหานครพื้นที่ ๕",
            is_specimen=False,
            serial=f"A{number:07d}",
            issued_at=issued_at + timedelta(seconds=number),
        )


def _ours() -> Callable[[], bytes]:
    pictures = _pictures()
    return lambda: compose(next(pictures), 7, by_process_id=True)


def _pictures() -> Iterator[Picture]:
    private = Ed25519PrivateKey.generate()
    key = SigningKey(key_id(private.public_key().public_bytes_raw()), private)
    template = load_template()
    for fields in _stickers():
        if fields.serial is None or fields.issued_at is None:
            raise ValueError("a printed sticker has both")
        code = sticker_code(GRANT, fields.serial, 1, fields.issued_at, key)
        yield draw(fields, template, code).picture


def _shares_of_raster(count: int) -> list[float]:
    pictures = islice(_pictures(), count)
    return [len(compose(it, 7, by_process_id=True)) / len(whole(it)) for it in pictures]


def _plain() -> Callable[[], bytes]:
    spec = find_spec("fontpkg_sarabun")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package fontpkg-sarabun is not installed")
    path = next(Path(spec.origin).parent.rglob("Sarabun-Bold.ttf"))
    fonts = {size: ImageFont.truetype(str(path), size) for size in (28, 34, 60, 120)}
    height = draw(next(_stickers()), load_template(), None).picture.height
    stickers = _stickers()

    def run() -> bytes:
        fields = next(stickers)
        image = Image.new("1", (576, height), 1)
        pen = ImageDraw.Draw(image)
        for line, (size, text) in enumerate(_lines(fields)):
            pen.text((16, 8 + line * height // 16), text, font=fonts[size], fill=0)
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=5)
        code.add_data(f"{GRANT.upper()}{fields.serial}" + "0" * 150)
        image.paste(code.make_image().get_image(), (190, height - 410))
        printer = Dummy()
        with redirect_stdout(StringIO()):  # its remarks would cost it time
            printer.image(image, impl="bitImageRaster")
        printer.cut()
        return bytes(printer.output)

    return run


def _lines(fields: StickerFields) -> list[tuple[int, str]]:
    """Name the same fifteen texts that our template holds."""
    return [
        (28, "กรมการขนส่งทางบก"),
        (34, "เครื่องหมายแสดงการเสียภาษีประจำปี"),
        (120, str(fields.year_be)),
        (28, "วันสิ้นอายุ"),
        (34, long_date(fields.expires_on, "th")),
        (60, fields.plate),
        (28, fields.province),
        (28, "ประเภท รย.1"),
        (28, "รถยนต์นั่งส่วนบุคคลไม่เกิน 7 คน"),
        (34, fields.make),
        (34, f"{fields.engine_cc} ซีซี"),
        (34, f"{baht(fields.tax_satang)} บาท"),
        (34, str(fields.serial)),
        (28, str(fields.issued_at)),
        (28, fields.office_name),
    ]
