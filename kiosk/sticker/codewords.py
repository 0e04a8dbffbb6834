"""The codewords of a QR symbol in alphanumeric mode (ISO/IEC 18004, sections 7.4 to 7.6).

The qrcode library has them too, but takes three times as long as the whole rest of a sticker, and
stops on a block of zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Final

import qrcode.base

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE: Final = {character: value for value, character in enumerate(_ALPHABET)}
_PAIR: Final = {
    one + two: f"{_VALUE[one] * 45 + _VALUE[two]:011b}" for one in _ALPHABET for two in _ALPHABET
}
_LAST: Final = {one: f"{value:06b}" for one, value in _VALUE.items()}
_MODE: Final = "0010"
_PADDING: Final = (0xEC, 0x11)

_base: Any = qrcode.base  # that part of the library has no types


def codewords(text: str, version: int, correction: int) -> list[int]:
    """Return data and correction codewords in the order a symbol takes them.

    Raises KeyError on a character outside base45, ValueError when the text is too long.
    """
    blocks = _base.rs_blocks(version, correction)
    data = _padded(text, version, sum(block.data_count for block in blocks))
    parts, checks, start = [], [], 0
    for block in blocks:
        part = data[start : start + block.data_count]
        start += block.data_count
        parts.append(part)
        checks.append(_check(part, block.total_count - block.data_count))
    return [*_interleaved(parts), *_interleaved(checks)]


def _padded(text: str, version: int, room: int) -> bytes:
    pairs = [text[at : at + 2] for at in range(0, len(text), 2)]
    body = "".join([_PAIR[pair] if len(pair) == 2 else _LAST[pair] for pair in pairs])  # noqa: PLR2004
    length = 9 if version < 10 else 11  # noqa: PLR2004 - bits of the count, table 3
    bits = f"{_MODE}{len(text):0{length}b}{body}"
    if len(bits) > room * 8:
        raise ValueError(f"{len(text)} characters do not fit version {version}")
    bits += "0" * min(4, room * 8 - len(bits))
    bits += "0" * (-len(bits) % 8)
    filled = int(bits, 2).to_bytes(len(bits) // 8, "big")
    missing = room - len(filled)
    return filled + bytes(_PADDING * (missing // 2 + 1))[:missing]


def _check(block: bytes, count: int) -> bytes:
    """Return a block's Reed-Solomon check bytes: its remainder by the generator polynomial."""
    multiples = _multiples(count)
    top, mask, rest = 8 * (count - 1), (1 << (8 * count)) - 1, 0
    for byte in block:
        rest = ((rest << 8) & mask) ^ multiples[byte ^ (rest >> top)]
    return rest.to_bytes(count, "big")


@lru_cache(maxsize=16)
def _multiples(count: int) -> list[int]:
    """Return the generator polynomial of degree `count`, without its leading 1, times each byte."""
    generator = [1]
    for power in range(count):
        shifted = [*generator, 0]
        for at, factor in enumerate(generator):
            shifted[at + 1] ^= _product(factor, _base.gexp(power))
        generator = shifted
    return [
        int.from_bytes(bytes(_product(byte, factor) for factor in generator[1:]), "big")
        for byte in range(256)
    ]


def _product(one: int, two: int) -> int:
    """Multiply in the field of 256 elements that QR codes use, by the library's tables."""
    if not one or not two:
        return 0
    product: int = _base.gexp(_base.glog(one) + _base.glog(two))
    return product


def _interleaved(blocks: Sequence[bytes]) -> list[int]:
    return [word for words in zip_longest(*blocks) for word in words if word is not None]
