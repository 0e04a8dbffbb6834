from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.renewal import PaidRecord
from kiosk.sticker.code import (
    CodeProblem,
    Collected,
    StickerClaims,
    collection_code,
    read_collection_code,
    read_plain_code,
    read_sticker_code,
    sticker_code,
)
from kiosk.sticker.grant import make_grant
from kiosk.sticker.keys import KeyRing, SigningKey

NOW = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def text(record: PaidRecord, kiosk_key: SigningKey) -> str:
    return sticker_code(record.grant or "", "A0000123", 1, NOW, kiosk_key)


def test_a_sticker_says_what_central_granted(
    text: str, ring: KeyRing, central: SigningKey, kiosk_key: SigningKey
) -> None:
    claims = read_sticker_code(text, ring)
    assert isinstance(claims, StickerClaims)
    assert (claims.serial, claims.attempt, claims.issued_at) == ("A0000123", 1, NOW)
    assert (claims.central_kid, claims.kiosk_kid) == (central.kid, kiosk_key.kid)
    grant = claims.grant
    assert (grant.reference, grant.version) == ("DLT-2569-0012345", 3)
    assert (grant.plate, grant.province, grant.ry_class) == ("1กข1234", 10, 1)
    assert (grant.expires_on, grant.kiosk, grant.fence) == (date(2027, 11, 30), "BKK-5-1", 1)


def test_a_sticker_code_fits_a_small_qr(text: str) -> None:
    assert len(text) <= 419  # version 12 with correction M, alphanumeric


@given(at=st.integers(min_value=0), to=st.sampled_from("0AZ $%*+-./:é"))
def test_a_changed_character_never_passes(at: int, to: str, text: str, ring: KeyRing) -> None:
    at %= len(text)
    changed = text[:at] + to + text[at + 1 :]
    if changed != text:
        assert isinstance(read_sticker_code(changed, ring), CodeProblem)


@given(junk=st.text() | st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
def test_any_text_gets_an_answer(junk: str, ring: KeyRing) -> None:
    assert read_sticker_code(junk, ring) is CodeProblem.UNREADABLE
    assert read_collection_code("DLT1:" + junk, ring, NOW) is CodeProblem.UNREADABLE
    assert read_collection_code(junk, ring, NOW) is CodeProblem.UNREADABLE


def test_a_stranger_cannot_make_a_sticker(
    record: PaidRecord, stranger: SigningKey, kiosk_key: SigningKey, ring: KeyRing
) -> None:
    text = sticker_code(record.grant or "", "A1", 1, NOW, stranger)
    assert read_sticker_code(text, ring) is CodeProblem.UNKNOWN_KEY
    borrowed = SigningKey(kiosk_key.kid, stranger.private)
    text = sticker_code(record.grant or "", "A1", 1, NOW, borrowed)
    assert read_sticker_code(text, ring) is CodeProblem.FORGED


def test_a_kiosk_cannot_make_its_own_grant(
    ungranted: PaidRecord, kiosk_key: SigningKey, ring: KeyRing
) -> None:
    text = sticker_code(make_grant(ungranted, kiosk_key), "A1", 1, NOW, kiosk_key)
    assert read_sticker_code(text, ring) is CodeProblem.UNKNOWN_KEY


def test_central_cannot_stand_in_for_a_kiosk(
    record: PaidRecord, central: SigningKey, ring: KeyRing
) -> None:
    text = sticker_code(record.grant or "", "A1", 1, NOW, central)
    assert read_sticker_code(text, ring) is CodeProblem.UNKNOWN_KEY


def test_a_kiosk_cannot_use_another_kiosks_grant(text: str, ring: KeyRing) -> None:
    trusted, own = ring
    for kiosk, passes in (("BKK-5-1", True), ("BKK-5-2", False)):
        bound = KeyRing([trusted, replace(own, kiosk=kiosk)])
        assert isinstance(read_sticker_code(text, bound), StickerClaims) is passes


def test_a_retired_kiosk_key_signs_nothing_new(text: str, ring: KeyRing) -> None:
    trusted, own = ring
    for retired_at, passes in ((NOW, True), (NOW - timedelta(seconds=1), False)):
        rotated = KeyRing([trusted, replace(own, not_after=retired_at)])
        assert isinstance(read_sticker_code(text, rotated), StickerClaims) is passes


def test_a_wrong_grant_is_refused_before_signing(kiosk_key: SigningKey) -> None:
    with pytest.raises(ValueError, match="not base64url"):
        sticker_code("not a grant", "A1", 1, NOW, kiosk_key)
    with pytest.raises(ValueError, match="offset"):
        sticker_code("AAAA", "A1", 1, NOW.replace(tzinfo=None), kiosk_key)


def test_a_collection_code_opens_its_vehicle_until_it_expires(
    central: SigningKey, ring: KeyRing
) -> None:
    code = collection_code("DLT-2569-0012345", NOW, central)
    assert code.startswith("DLT1:")
    assert read_collection_code(code, ring, NOW) == Collected("DLT-2569-0012345")
    late = NOW + timedelta(seconds=1)
    assert read_collection_code(code, ring, late) is CodeProblem.EXPIRED


def test_a_collection_code_comes_from_central_only(
    stranger: SigningKey, kiosk_key: SigningKey, ring: KeyRing
) -> None:
    for key in (stranger, kiosk_key):
        code = collection_code("X", NOW, key)
        assert read_collection_code(code, ring, NOW) is CodeProblem.FORGED


def test_a_grant_is_no_collection_code(record: PaidRecord, text: str, ring: KeyRing) -> None:
    assert read_collection_code("DLT1:" + text, ring, NOW) is CodeProblem.FORGED


@given(number=st.integers(0, 99_999), suffix=st.sampled_from(["", "\r", "\r\n", "\t"]))
def test_what_scanners_and_forms_do_to_a_code_is_undone(
    number: int, suffix: str, central: SigningKey, ring: KeyRing
) -> None:
    code = collection_code(f"DLT-{number}", NOW, central)
    arrived = code.strip().lower() + suffix
    assert read_collection_code(arrived, ring, NOW) == Collected(f"DLT-{number}")


def test_a_plain_code_fills_in_the_reference() -> None:
    pattern = re.compile(r"(?P<reference>DLT-\d{4}-\d{7})")
    assert read_plain_code("DLT-2569-0012345\r", pattern) == "DLT-2569-0012345"
    address = "https://example.invalid/r?ref=DLT-2569-0012345&x=1"
    assert read_plain_code(address, pattern) == "DLT-2569-0012345"
    assert read_plain_code("hello", pattern) is None
    assert read_plain_code("x" * 5000 + "DLT-2569-0012345", pattern) is None


@pytest.mark.parametrize("before", ["", "https://example.invalid/r?ref="])
def test_a_plain_code_that_lost_keys_names_no_renewal(before: str) -> None:
    pattern = re.compile(r"(?P<reference>[A-Z]{3}-?\d{8})")
    code = "DLT-00012345"
    assert read_plain_code(before + code, pattern) == code
    for lost in range(len(code)):
        rest = code[:lost] + code[lost + 1 :]
        whole = read_plain_code(before + rest, pattern)
        assert whole == ("DLT00012345" if code[lost] == "-" else None)
    for more in ("X" + code, code + "9", "9" + code, "-" + code):
        assert read_plain_code(before + more, pattern) is None
    assert read_plain_code(f"hello {code}", pattern) is None
