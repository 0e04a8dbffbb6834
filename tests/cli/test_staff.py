from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Kiosk


def badges(kiosk: Kiosk) -> dict[str, dict[str, object]]:
    return {person["badge"]: person for person in json.loads(kiosk.ok("staff", "list", "--json"))}


def test_a_pin_is_asked_for_twice_and_never_shown(kiosk: Kiosk) -> None:
    result = kiosk.run(
        "staff", "add", "T-7", "สมชาย", "--role", "technician", typed="864201\n864201\n"
    )
    assert result.exit_code == 0
    assert "864201" not in result.output
    assert badges(kiosk)["T-7"]["name"] == "สมชาย"


def test_a_pin_typed_differently_is_asked_again(kiosk: Kiosk) -> None:
    typed = "864201\n864202\n864201\n864201\n"
    kiosk.ok("staff", "add", "T-7", "สมชาย", "--role", "technician", typed=typed)
    assert "T-7" in badges(kiosk)


def test_scripts_give_pins_in_a_file(kiosk: Kiosk) -> None:
    kiosk.ok("staff", "add", "T-8", "A", "--role", "registrar", "--pins", "-", typed="T-8 864201")
    assert badges(kiosk)["T-8"]["role"] == "registrar"


def test_a_file_of_pins_that_others_may_read_is_refused(kiosk: Kiosk) -> None:
    pins = kiosk.folder / "pins"
    pins.write_text("T-8 864201\n")
    pins.chmod(0o644)
    said = kiosk.refuses("staff", "add", "T-8", "A", "--role", "registrar", "--pins", pins)
    assert "chmod 600" in said


def test_a_badge_is_never_given_twice(kiosk: Kiosk) -> None:
    said = kiosk.refuses(
        "staff", "add", "T-101", "A", "--role", "registrar", "--pins", "-", typed="T-101 864201"
    )
    assert said == "badge T-101 exists; a badge is never given twice"


def test_who_is_disabled_stays_listed(kiosk: Kiosk) -> None:
    kiosk.ok("staff", "disable", "T-101")
    assert badges(kiosk)["T-101"]["disabled_at"] is not None
    assert "was disabled before" in kiosk.refuses("staff", "disable", "T-101")


def test_no_list_shows_a_pin_hash(kiosk: Kiosk) -> None:
    assert "argon2" not in kiosk.ok("staff", "list", "--json") + kiosk.ok("staff", "list")


def test_a_role_that_does_not_exist_is_wrong_use(kiosk: Kiosk) -> None:
    assert kiosk.run("staff", "add", "T-9", "A", "--role", "king").exit_code == 2
