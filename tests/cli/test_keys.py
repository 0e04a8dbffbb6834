from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

from kiosk.sticker.keys import KeyRole, load_ring, load_signing_key

if TYPE_CHECKING:
    from conftest import Kiosk


def test_a_new_key_is_private_here_and_believed_there(kiosk: Kiosk) -> None:
    kiosk.ok("keys", "new", "sync", "sync-2026")
    private = kiosk.folder / "keys" / "sync-2026.pem"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    key = load_signing_key(private)
    ring = load_ring(kiosk.folder / "keys" / "ring")
    assert ring.find(key.kid, KeyRole.SYNC) is not None


def test_a_kiosk_key_names_its_kiosk(kiosk: Kiosk) -> None:
    kiosk.ok("keys", "new", "kiosk", "next")
    ring = load_ring(kiosk.folder / "keys" / "ring")
    assert {key.kiosk for key in ring if key.name == "next"} == {"BKK-5-1"}


def test_central_makes_its_key_without_a_kiosk(kiosk: Kiosk) -> None:
    kiosk.config.unlink()
    here = kiosk.folder / "central"
    kiosk.ok("keys", "new", "central", "dlt", "--folder", here, "--ring", here)
    kiosk.ok("keys", "new", "fleet", "--folder", here)
    assert sorted(path.name for path in here.iterdir()) == ["dlt.pem", "dlt.toml", "fleet.key"]
    assert stat.S_IMODE((here / "fleet.key").stat().st_mode) == 0o600


def test_no_key_is_ever_replaced(kiosk: Kiosk) -> None:
    assert "never overwritten" in kiosk.refuses("keys", "new", "kiosk")
    assert "never overwritten" in kiosk.refuses("keys", "new", "fleet")


def test_the_list_shows_who_is_believed_and_no_secret(kiosk: Kiosk) -> None:
    shown = json.loads(kiosk.ok("keys", "list", "--json"))
    assert {key["role"] for key in shown["believed"]} == {"central", "kiosk", "sync"}
    assert set(shown["private"].values()) == {"there"}
    secret = (kiosk.folder / "keys" / "fleet.key").read_text().strip()
    assert secret not in kiosk.ok("keys", "list")


def test_a_key_that_others_may_read_is_told(kiosk: Kiosk) -> None:
    (kiosk.folder / "keys" / "kiosk.pem").chmod(0o640)
    assert "open to others (mode 0640)" in kiosk.ok("keys", "list")


def test_a_retired_key_keeps_its_time_and_no_more(kiosk: Kiosk) -> None:
    assert "believed until 2027-02-01 00:00:00" in kiosk.ok(
        "keys", "retire", "central", "--not-after", "2027-01-31"
    )
    [key] = [key for key in load_ring(kiosk.folder / "keys" / "ring") if key.name == "central"]
    assert str(key.not_after) == "2027-01-31 17:00:00+00:00"
    kiosk.ok("keys", "retire", "central", "--not-after", "2027-01-01T00:00:00+07:00")
    assert not key.revoked


def test_a_revoked_key_is_not_found_any_more(kiosk: Kiosk) -> None:
    kiosk.ok("keys", "revoke", "central")
    ring = load_ring(kiosk.folder / "keys" / "ring")
    [key] = [key for key in ring if key.name == "central"]
    assert key.revoked
    assert ring.find(key.kid) is None


def test_a_key_that_is_not_there_is_named(kiosk: Kiosk) -> None:
    assert "no trusted key 'nobody'" in kiosk.refuses("keys", "revoke", "nobody")
    assert "no trusted key '../x'" in kiosk.refuses("keys", "revoke", "../x")


def test_central_looks_after_its_ring_without_a_kiosk(kiosk: Kiosk) -> None:
    ring = kiosk.folder / "keys" / "ring"
    kiosk.config.unlink()
    named = ("--ring", ring)
    kiosk.ok("keys", "retire", "sync", "--not-after", "2027-01-31", *named)
    kiosk.ok("keys", "revoke", "central", *named)
    shown = json.loads(kiosk.ok("keys", "list", "--json", *named))
    assert shown["private"] == {}
    found = {key["name"]: (bool(key["not_after"]), key["revoked"]) for key in shown["believed"]}
    assert found == {"central": (False, True), "kiosk": (False, False), "sync": (True, False)}


def test_nobody_is_told_to_start_anything_anew_for_a_key(kiosk: Kiosk) -> None:
    assert "estart" not in kiosk.ok("keys", "revoke", "central")
