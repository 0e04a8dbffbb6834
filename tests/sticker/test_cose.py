from __future__ import annotations

from dataclasses import replace

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sticker.cose import MAX_MESSAGE_BYTES, CoseProblem, Opened, open1, sign1
from kiosk.sticker.keys import KeyRing, SigningKey


@given(payload=st.binary(max_size=600))
def test_what_was_signed_comes_back(payload: bytes, central: SigningKey, ring: KeyRing) -> None:
    assert open1(sign1(payload, central), ring) == Opened(payload, central.kid)


@given(payload=st.binary(max_size=60), at=st.integers(min_value=0), flip=st.integers(1, 255))
def test_no_byte_can_be_changed(
    payload: bytes, at: int, flip: int, central: SigningKey, ring: KeyRing
) -> None:
    message = bytearray(sign1(payload, central))
    message[at % len(message)] ^= flip
    assert isinstance(open1(bytes(message), ring), CoseProblem)


@given(payload=st.binary(max_size=60), extra=st.binary(min_size=1, max_size=20))
def test_nothing_can_be_added_or_cut(
    payload: bytes, extra: bytes, central: SigningKey, ring: KeyRing
) -> None:
    message = sign1(payload, central)
    assert open1(message + extra, ring) is CoseProblem.MALFORMED
    assert open1(message[: -len(extra)], ring) is CoseProblem.MALFORMED


@given(junk=st.binary(max_size=300))
def test_junk_is_malformed(junk: bytes, ring: KeyRing) -> None:
    assert open1(junk, ring) is CoseProblem.MALFORMED


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=70),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.integers() | st.text(max_size=3), inner, max_size=3)
        | st.builds(cbor2.CBORTag, st.sampled_from([18, 17, 98, 1000]), inner)
    ),
    max_leaves=8,
)


@given(value=_VALUES)
def test_other_cbor_is_malformed(value: object, ring: KeyRing) -> None:
    assert open1(cbor2.dumps(value), ring) is CoseProblem.MALFORMED
    assert open1(cbor2.dumps(cbor2.CBORTag(18, value)), ring) is CoseProblem.MALFORMED


def test_a_strange_key_is_named_so(stranger: SigningKey, ring: KeyRing) -> None:
    assert open1(sign1(b"x", stranger), ring) is CoseProblem.UNKNOWN_KEY


def test_a_stranger_who_borrows_a_key_id_is_caught(
    stranger: SigningKey, central: SigningKey, ring: KeyRing
) -> None:
    forged = sign1(b"x", SigningKey(central.kid, stranger.private))
    assert open1(forged, ring) is CoseProblem.BAD_SIGNATURE


def test_a_huge_message_is_not_read(central: SigningKey, ring: KeyRing) -> None:
    assert open1(sign1(bytes(MAX_MESSAGE_BYTES), central), ring) is CoseProblem.MALFORMED


@pytest.mark.parametrize(
    ("protected", "unprotected"),
    [
        ({1: -7, 4: b"kkkk"}, {}),  # ES256
        ({1: -8}, {4: b"kkkk"}),  # key id outside the signature
        ({1: -8, 4: b"kkkk", 2: [99]}, {}),  # a critical header we do not know
        ({1: -8, 4: b"kkkkk"}, {}),
        ({1: -8, 4: b"kkkk"}, {99: 1}),
    ],
)
def test_other_headers_are_refused(
    protected: dict[int, object],
    unprotected: dict[int, object],
    central: SigningKey,
    ring: KeyRing,
) -> None:
    kid = b"kkkk"
    known = replace(next(iter(ring)), kid=kid)
    header = cbor2.dumps(protected, canonical=True)
    signature = central.private.sign(cbor2.dumps(["Signature1", header, b"", b"x"]))
    message = cbor2.dumps(cbor2.CBORTag(18, [header, unprotected, b"x", signature]), canonical=True)
    assert open1(message, KeyRing([known])) is CoseProblem.MALFORMED


def test_a_header_spelled_another_way_is_refused(central: SigningKey, ring: KeyRing) -> None:
    header = b"\xa2\x04\x44" + central.kid + b"\x01\x27"  # the right entries in the wrong order
    signature = central.private.sign(cbor2.dumps(["Signature1", header, b"", b"x"]))
    message = cbor2.dumps(cbor2.CBORTag(18, [header, {}, b"x", signature]))
    assert open1(message, ring) is CoseProblem.MALFORMED
