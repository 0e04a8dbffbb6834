from __future__ import annotations

import random
from typing import Any

import pytest
import qrcode.constants
import qrcode.main
import qrcode.util
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.sticker import qr
from kiosk.sticker.ink import STRIDE, picture, placed

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def by_the_library(text: str, version: int) -> list[str]:
    code: Any = qrcode.main.QRCode(
        version, qrcode.constants.ERROR_CORRECT_M, border=0, mask_pattern=0
    )
    code.add_data(qrcode.util.QRData(text, mode=qrcode.util.MODE_ALPHA_NUM), optimize=0)
    code.makeImpl(test=False, mask_pattern=0)
    return ["".join("1" if module else "0" for module in row) for row in code.modules]


def read_back(text: str, room: int) -> str:
    symbol = qr.symbol(text, room)
    edge = (room - symbol.width) // 2
    drawn = picture(placed(symbol, edge, edge, room), room)
    image = Image.frombytes("1", (STRIDE, room), drawn.bits, "raw", "1;I").crop((0, 0, room, room))
    (found,) = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return str(found.text)


@pytest.mark.parametrize("version", range(7, 14))
@pytest.mark.parametrize("seed", range(3))
def test_every_module_is_the_librarys(version: int, seed: int) -> None:
    shortest, longest = qr._CAPACITY.get(version - 1, 0) + 1, qr._CAPACITY[version]
    for length in (shortest, longest - seed, longest):
        text = "".join(random.Random(seed).choices(ALPHABET, k=length))  # noqa: S311 - no secret
        assert qr._matrix(text, version) == by_the_library(text, version)


@pytest.mark.parametrize("text", ["0" * 366, "A", ":" * 419, "0" * 100 + "A" * 100])
def test_monotonous_texts_read_back(text: str) -> None:
    assert read_back(text, 345) == text


@settings(max_examples=25)
@given(text=st.text(ALPHABET, min_size=1, max_size=483))
def test_a_reader_gets_the_text_back(text: str) -> None:
    assert read_back(text, 345) == text


def test_modules_are_as_large_as_fits() -> None:
    assert qr.symbol("A" * 366, 345).width == 61 * 5
    assert qr.symbol("A" * 367, 345).width == 65 * 4
    assert qr.symbol("A" * 367, 365).width == 65 * 5


@pytest.mark.parametrize(("length", "room"), [(484, 400), (366, 275), (483, 300)])
def test_too_much_text_is_said_not_squeezed(length: int, room: int) -> None:
    with pytest.raises(qr.QrProblem, match=f"{length} characters does not fit {room} dots"):
        qr.symbol("A" * length, room)
