from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kiosk.sticker.cose import CoseProblem, Opened, open1, sign1
from kiosk.sticker.key_making import new_key, retire_key, revoke_key
from kiosk.sticker.keys import KeyProblem, KeyRing, KeyRole, load_ring, load_signing_key

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_key_signs_and_its_ring_verifies(tmp_path: Path) -> None:
    made = new_key(tmp_path / "keys", KeyRole.KIOSK, "BKK-5-1", kiosk="BKK-5-1")
    loaded = load_signing_key(tmp_path / "keys" / "BKK-5-1.pem")
    ring = load_ring(tmp_path / "keys")
    assert open1(sign1(b"x", loaded), ring) == Opened(b"x", made.kid)
    (key,) = ring
    assert (key.name, key.role, key.kiosk) == ("BKK-5-1", KeyRole.KIOSK, "BKK-5-1")


def test_a_private_key_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    new_key(tmp_path, KeyRole.CENTRAL, "central")
    path = tmp_path / "central.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    for mode in (0o640, 0o604, 0o620):
        path.chmod(mode)
        with pytest.raises(KeyProblem, match=r"open to others .*chmod 600"):
            load_signing_key(path)


def test_a_private_key_is_in_no_text(tmp_path: Path) -> None:
    key = new_key(tmp_path, KeyRole.CENTRAL, "central")
    assert "private" not in repr(key)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    new_key(tmp_path, KeyRole.CENTRAL, "central")
    before = (tmp_path / "central.pem").read_bytes()
    with pytest.raises(KeyProblem, match="never overwritten"):
        new_key(tmp_path, KeyRole.CENTRAL, "central")
    assert (tmp_path / "central.pem").read_bytes() == before


def test_a_key_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    ring = tmp_path / "ring"
    ring.mkdir()
    (ring / "central.toml").write_text("somebody else's", "utf-8")
    with pytest.raises(KeyProblem, match=r"central\.toml exists already"):
        new_key(tmp_path, KeyRole.CENTRAL, "central", ring=ring)
    assert not (tmp_path / "central.pem").exists()
    assert (ring / "central.toml").read_text("utf-8") == "somebody else's"
    (ring / "central.toml").unlink()
    new_key(tmp_path, KeyRole.CENTRAL, "central", ring=ring)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 65, "a b", "ก"])
def test_a_name_cannot_leave_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="cannot name a key"):
        new_key(tmp_path, KeyRole.CENTRAL, name)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"hello", "not an unencrypted private key"),
        (b"", "not an unencrypted private key"),
        (b"\xff\x00", "not an unencrypted private key"),
    ],
)
def test_a_wrong_private_key_file_is_named(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyProblem, match=sentence) as caught:
        load_signing_key(path)
    assert str(path) in str(caught.value)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="cannot read the private key"):
        load_signing_key(tmp_path / "none.pem")
    with pytest.raises(KeyProblem, match="does not exist"):
        load_ring(tmp_path / "none")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('role = "king"\npublic_key = "AA=="', "role"),
        ('role = "central"', "public_key"),
        ('role = "central"\npublic_key = "AA=="', "has 1 bytes"),
        ('role = "central"\npublic_key = "?"', "not base64"),
        ('role = "central"\npublic_key = "AA=="\nrevokd = true', "revokd"),
        ("role =", "not a trusted key"),
        ("\x00", "not a trusted key"),
    ],
)
def test_a_wrong_trusted_key_is_named(content: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(content)
    with pytest.raises(KeyProblem, match=sentence) as caught:
        load_ring(tmp_path)
    assert "bad.toml" in str(caught.value)


def test_a_revoked_key_is_not_known_any_more(tmp_path: Path) -> None:
    key = new_key(tmp_path, KeyRole.CENTRAL, "central")
    with (tmp_path / "central.toml").open("a") as file:
        file.write("revoked = true\n")
    assert open1(sign1(b"x", key), load_ring(tmp_path)) is CoseProblem.UNKNOWN_KEY


def test_a_retired_key_keeps_its_time(tmp_path: Path) -> None:
    key = new_key(tmp_path, KeyRole.KIOSK, "kiosk")
    with (tmp_path / "kiosk.toml").open("a") as file:
        file.write("not_after = 2027-01-01T07:00:00+07:00\n")
    found = load_ring(tmp_path).find(key.kid, KeyRole.KIOSK)
    assert found is not None
    assert found.may_have_signed_at(datetime(2027, 1, 1, tzinfo=UTC))
    assert not found.may_have_signed_at(datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC))


def test_roles_do_not_stand_in_for_each_other(tmp_path: Path) -> None:
    key = new_key(tmp_path, KeyRole.SYNC, "sync")
    ring = load_ring(tmp_path)
    assert ring.find(key.kid, KeyRole.CENTRAL) is None
    assert ring.find(key.kid, KeyRole.SYNC) is not None
    assert len(ring.only(KeyRole.CENTRAL)) == 0


def test_the_same_key_under_two_roles_is_refused(tmp_path: Path) -> None:
    new_key(tmp_path, KeyRole.CENTRAL, "a")
    text = (tmp_path / "a.toml").read_text()
    (tmp_path / "b.toml").write_text(text.replace("central", "kiosk"))
    with pytest.raises(KeyProblem, match="share the id"):
        load_ring(tmp_path)


def test_an_empty_ring_trusts_nobody() -> None:
    assert len(KeyRing()) == 0
    assert KeyRing().find(os.urandom(4)) is None


def test_a_retired_key_verifies_what_came_while_it_was_valid(tmp_path: Path) -> None:
    ring_folder = tmp_path / "ring"
    old = new_key(tmp_path, KeyRole.CENTRAL, "old", ring=ring_folder)
    end = datetime(2027, 1, 1, tzinfo=UTC)
    retire_key(ring_folder, "old", end)
    ring = load_ring(ring_folder)
    assert ring.at(end).find(old.kid) is not None
    assert ring.at(end + timedelta(seconds=1)).find(old.kid) is None
    revoke_key(ring_folder, "old")
    [key] = load_ring(ring_folder)
    assert (key.not_after, key.revoked) == (end, True)
    assert load_ring(ring_folder).at(end).find(old.kid) is None


def test_a_credential_handed_over_by_systemd_may_show_an_access_lists_mask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = new_key(tmp_path, KeyRole.KIOSK, "kiosk")
    path = tmp_path / "kiosk.pem"
    path.chmod(0o440)
    with pytest.raises(KeyProblem, match="open to others"):
        load_signing_key(path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load_signing_key(path).kid == made.kid
    path.chmod(0o444)
    with pytest.raises(KeyProblem, match="open to others"):
        load_signing_key(path)
