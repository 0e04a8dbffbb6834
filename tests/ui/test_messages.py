"""Every word is in both catalogues, none is left over, and every reason can be said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kiosk.ui
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaymentStatus
from kiosk.ui.messages import LANGUAGES, read_catalogue
from kiosk.ui.notices import Place
from kiosk.ui.technician.vocabulary import FAMILIES as STAFF_FAMILIES

ROOM = Path(kiosk.ui.__file__).parent

# Keys that are put together where they are used; everything else stands there in full.
FAMILIES = {
    *(f"reason.{reason.value}.{part}" for reason in Reason for part in ("title", "next")),
    *(f"place.{place.value}" for place in Place),
    *(f"job.{state}" for state in ("requested", "claimed", "sending", "printed", "ended")),
    *(f"row.{state}" for state in ("waiting", "printing", "printed", "not")),
    *(f"payment.{status}" for status in PaymentStatus),
    *(
        f"status.{line}"
        for line in ("payment", "sticker", "problem", "note", "delivery", "ems", "policy")
    ),
    *(f"delivery.{state}" for state in ("preparing", "in_transit", "delivered", "returned")),
    *STAFF_FAMILIES,
}


def catalogue(language: str) -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in read_catalogue(language) if entry.id}


def used_keys() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOM / "templates").rglob("*.*"))]
    texts += [path.read_text(encoding="utf-8") for path in sorted(ROOM.glob("*.py"))]
    found = re.findall(r"""(?:\b_|gettext)\(\s*["']([a-z0-9_.K-]+)["']\s*[,)]""", "\n".join(texts))
    return set(found)


def places(text: str) -> set[str]:
    return set(re.findall(r"%\(([a-z_]+)\)s", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing(language: str) -> None:
    missing = (used_keys() | FAMILIES) - set(catalogue(language))
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_left_over(language: str) -> None:
    unused = set(catalogue(language)) - used_keys() - FAMILIES
    assert not unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty_or_unsure(language: str) -> None:
    assert not [key for key, text in catalogue(language).items() if not text.strip()]
    assert not [entry.id for entry in read_catalogue(language) if entry.id and entry.fuzzy]


def test_both_languages_fill_in_the_same_things() -> None:
    thai, english = catalogue("th"), catalogue("en")
    assert thai.keys() == english.keys()
    assert not [key for key in thai if places(thai[key]) != places(english[key])]


def test_thai_words_are_thai_and_official() -> None:
    thai = catalogue("th")
    latin_only = {"language.en", "place.other_office"}
    assert not [
        key for key, text in thai.items() if key not in latin_only and not re.search("[ก-ฮ]", text)
    ]
    whole = "\n".join(thai.values())
    assert "เครื่องหมายการเสียภาษี" not in whole
    assert "เครื่องหมายแสดงการเสียภาษีประจำปี" in whole


def test_the_keys_in_use_are_found_at_all() -> None:
    assert {"attract.start", "vehicle.print", "notice.code", "out.title"} <= used_keys()
