from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.decide import GrantState
from kiosk.domain.identity_digest import owner_digest
from kiosk.sticker.grant import check_grant
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRing, KeyRole, load_ring
from kiosk.store.renewals import read_record
from kiosk.sync.signing import Signer, SigningProblem, sign_lines

FLEET_KEY = b"k" * 32
NUMBER = "1101700230708"


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(FLEET_KEY, new_key(tmp_path, KeyRole.CENTRAL, "central", ring=tmp_path / "ring"))


@pytest.fixture
def ring(tmp_path: Path, signer: Signer) -> KeyRing:
    return load_ring(tmp_path / "ring")


@pytest.fixture
def unsigned(good: dict[str, Any]) -> dict[str, Any]:
    del good["grant"]
    good["owner"] = {"kind": "natural", "id_kind": "thai", "id_number": NUMBER}
    return good


def sign(signer: Signer, *lines: bytes) -> tuple[list[bytes], list[SigningProblem]]:
    problems: list[SigningProblem] = []
    return list(sign_lines(lines, signer, problems.append)), problems


def test_the_number_goes_and_the_grant_comes(
    signer: Signer, ring: KeyRing, unsigned: dict[str, Any]
) -> None:
    [line], problems = sign(signer, json.dumps(unsigned).encode())
    assert not problems
    assert NUMBER.encode() not in line
    record = read_record(line)
    assert record.owner.id_digest == owner_digest(NUMBER, FLEET_KEY)
    assert check_grant(record, ring) is GrantState.GENUINE


def test_a_number_may_be_typed_with_hyphens_and_thai_digits(
    signer: Signer, unsigned: dict[str, Any]
) -> None:
    unsigned["owner"]["id_number"] = "๑-1017-00230-70-8"
    [line], _ = sign(signer, json.dumps(unsigned).encode())
    assert read_record(line).owner.id_digest == owner_digest(NUMBER, FLEET_KEY)


def test_an_owner_is_digested_once(signer: Signer, unsigned: dict[str, Any]) -> None:
    line = json.dumps(unsigned).encode()
    sign(signer, line)
    started = time.perf_counter()
    sign(signer, *[line] * 20)
    assert time.perf_counter() - started < 20 * 0.02


def test_the_digest_depends_on_the_fleet() -> None:
    assert owner_digest(NUMBER, FLEET_KEY) != owner_digest(NUMBER, b"j" * 32)


def test_a_short_fleet_key_is_refused(signer: Signer) -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Signer(b"short", signer._central)


@pytest.mark.parametrize(
    ("owner", "field", "reason"),
    [
        ({"id_number": "1101700230700"}, "owner.id_number", "check digit"),
        ({"id_number": "12"}, "owner.id_number", "too short"),
        ({"id_number": 1101700230708}, "owner.id_number", "a character that no ID has"),
        ({"id_kind": "passport"}, "owner.id_kind", "does not fit"),
        ({"kind": "ghost"}, "owner.kind", "not one of the values"),
    ],
)
def test_a_wrong_owner_is_named_with_its_line(
    signer: Signer, unsigned: dict[str, Any], owner: dict[str, Any], field: str, reason: str
) -> None:
    right = json.dumps(unsigned).encode()
    wrong = json.dumps({**unsigned, "owner": {**unsigned["owner"], **owner}}).encode()
    signed, [problem] = sign(signer, right, b"\n", wrong, right)
    assert len(signed) == 2
    assert (problem.line, problem.field) == (3, field)
    assert reason in problem.reason
    assert NUMBER not in problem.reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "the line is not JSON"),
        (b"[]", "the line is not an object"),
        (b'"\xff"', "the text is not valid UTF-8"),
        (b'{"version": 1}', "it is missing"),
        (b'{"make": "\\ud800"}', "something that JSON cannot say"),
    ],
)
def test_a_line_that_is_no_record_is_said_plainly(signer: Signer, line: bytes, reason: str) -> None:
    signed, [problem] = sign(signer, line)
    assert not signed
    assert reason in problem.reason
