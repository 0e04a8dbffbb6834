from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Kiosk


def test_each_setting_tells_whether_the_file_says_it(kiosk: Kiosk) -> None:
    shown = json.loads(kiosk.ok("settings", "show", "--json"))["settings"]
    assert shown["kiosk.id"] == {"value": "BKK-5-1", "from": "file"}
    assert shown["stock.low"] == {"value": 50, "from": "default"}


def test_paths_are_shown_as_they_will_be_used(kiosk: Kiosk) -> None:
    shown = json.loads(kiosk.ok("settings", "show", "--json"))["settings"]
    assert shown["keys.fleet"]["value"] == str(kiosk.folder / "keys" / "fleet.key")


def test_no_secret_is_shown(kiosk: Kiosk) -> None:
    secret = (kiosk.folder / "keys" / "fleet.key").read_text().strip()
    assert secret not in kiosk.ok("settings", "show")


def test_people_get_one_line_a_setting(kiosk: Kiosk) -> None:
    assert 'ui.language\t"th"\tdefault' in kiosk.ok("settings", "show").splitlines()


def test_every_path_of_the_file_is_taken_from_its_folder(kiosk: Kiosk) -> None:
    files = '[sticker]\ntemplate = "own.toml"\n\n[sync]\ntls_cert = "c.pem"\ntls_key = "k.pem"'
    kiosk.set_line("[sync]", files)
    shown = json.loads(kiosk.ok("settings", "show", "--json"))["settings"]
    for name, file in {
        "kiosk.database": "kiosk.db",
        "printer.sticker.locks": "locks",
        "sticker.template": "own.toml",
        "sync.inbox": "inbox",
        "sync.tls_cert": "c.pem",
        "sync.tls_key": "k.pem",
    }.items():
        assert shown[name]["value"] == str(kiosk.folder / file)


def test_our_own_template_and_no_certificate_are_no_paths(kiosk: Kiosk) -> None:
    shown = json.loads(kiosk.ok("settings", "show", "--json"))["settings"]
    assert shown["sticker.template"]["value"] == "annual"
    assert shown["sync.tls_cert"]["value"] == ""
