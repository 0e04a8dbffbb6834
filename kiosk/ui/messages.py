"""Words for people, from the catalogues, compiled in memory when the screens start."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final, cast, get_args

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask
from flask_babel import Babel, Domain, get_domain

from kiosk.domain.thai import Language
from kiosk.ui.here import current_visit

FOLDER: Final = Path(__file__).parent / "translations"
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def read_catalogue(language: str) -> Catalog:
    """Read one language's catalogue, a file a part of the screens.

    Keys are symbolic, such as `collect.title`, and stand in one file only.
    """
    whole = Catalog(locale=language)
    for path in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale=language, abort_invalid=True):
                if entry.id:
                    whole[entry.id] = entry
    return whole


def compile_catalogue(catalogue: Catalog) -> Translations:
    """Make a catalogue usable without a compiled file beside it, which could be out of date."""
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


class Catalogues(Domain):
    """Answers Flask-Babel from the compiled catalogues, in the visitor's language."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # flask-babel has no types
        self._compiled: Mapping[str, Translations] = {
            language: compile_catalogue(read_catalogue(language)) for language in LANGUAGES
        }

    def say(self, language: Language, key: str) -> str:
        """Say something in a language that need not be the visitor's."""
        return str(self._compiled[language].gettext(key))

    def get_translations(self) -> Translations:
        """Return the words of the current visitor's language."""
        return self._compiled[current_language()]


def current_language() -> Language:
    """Return the language the visitor reads."""
    return current_visit().display.language


def say_in(language: Language, key: str) -> str:
    """Say something where there is no visitor, and so no language of theirs."""
    return cast("Catalogues", get_domain()).say(language, key)


def install_messages(app: Flask) -> None:
    """Let templates and code ask for words by their keys."""
    babel = Babel(app, locale_selector=current_language)  # type: ignore[no-untyped-call] # as above
    babel.domain_instance = Catalogues()
