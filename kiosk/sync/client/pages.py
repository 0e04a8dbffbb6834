"""Pages of a kiosk's print log: believed only when the kiosk's own key signed them."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kiosk.sticker.cose import CoseProblem, open1
from kiosk.sticker.keys import KeyRing, KeyRole, PublicKey
from kiosk.sync.client.link import SignedPage
from kiosk.sync.client.problem import ClientProblem

_WORDS: Final = {
    CoseProblem.MALFORMED: "its page of the print log has no signature that can be read",
    CoseProblem.UNKNOWN_KEY: "its page of the print log is signed by a key that is not in the ring",
    CoseProblem.BAD_SIGNATURE: "its page of the print log was changed on the way",
}


class Head(msgspec.Struct, frozen=True):
    """The end of a kiosk's chain when a page was written: number and hash (hex)."""

    number: int
    hash: str


class _Page(msgspec.Struct):
    kiosk: str
    after: int
    facts: list[dict[str, Any]]
    head: Head
    more: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was verified; `last` is the number of its last fact, or what it comes after."""

    kiosk: str
    facts: list[dict[str, Any]]
    last: int
    head: Head
    more: bool


def verified(page: SignedPage, after: int, ring: KeyRing) -> Page:
    """Verify a page's signature, place and order. Raises ClientProblem with one sentence."""
    key = _signer(page, ring)
    try:
        read = msgspec.json.decode(page.body, type=_Page)
    except (ValueError, RecursionError) as error:
        raise _wrong(f"its page of the print log cannot be read ({error})") from error
    if key.kiosk is not None and key.kiosk != read.kiosk:
        raise _wrong(f"the print log of {read.kiosk} is signed with the key of {key.kiosk}")
    if read.after != after:
        raise _wrong(f"it answered with facts after {read.after}, asked for those after {after}")
    last = after
    for fact in read.facts:
        number = fact.get("number")
        if not isinstance(number, int) or isinstance(number, bool) or number <= last:
            raise _wrong(f"fact {number!r} does not follow {last} in its print log")
        last = number
    if read.more and not read.facts:
        raise _wrong("it says that more facts follow and sends none")
    if read.head.number < last:
        raise _wrong(f"its log ends at {read.head.number}, before fact {last}")
    return Page(read.kiosk, read.facts, last, read.head, read.more)


def _signer(page: SignedPage, ring: KeyRing) -> PublicKey:
    text = page.signature
    try:
        message = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        message = b""
    trusted = ring.only(KeyRole.SYNC)
    opened = open1(message, trusted)
    if isinstance(opened, CoseProblem):
        raise _wrong(_WORDS[opened])
    if opened.payload != hashlib.sha256(page.body).digest():
        raise _wrong(_WORDS[CoseProblem.BAD_SIGNATURE])
    key = trusted.find(opened.kid)
    if key is None:
        raise _wrong(_WORDS[CoseProblem.UNKNOWN_KEY])
    return key


def _wrong(sentence: str) -> ClientProblem:
    return ClientProblem(sentence, permanent=True)
