"""`kiosk codes`: what the screens say beside each code that people quote on the telephone."""

from __future__ import annotations

import re
from typing import Final

import click

from kiosk.cli.common import json_option, write_json, write_table
from kiosk.domain.reasons import Reason
from kiosk.domain.thai import Language
from kiosk.ui.messages import LANGUAGES, read_catalogue

_HEAD = """\
# Codes on the screen

Written by `kiosk codes --markdown > docs/codes.md` from the words of the screens; a test keeps the
two equal. For whoever is asked on the telephone: a code never changes its meaning. `…` stands for
what the screen fills in.

1xx: the renewal. 2xx: what was typed or scanned. 3xx: the machine. 4xx: the print itself. 5xx:
something broke.

| code | on the screen | what it says to do |
|---|---|---|
"""

_FILLED_IN: Final = re.compile(r"%\(\w+\)[sd]")
_WHERE_LINES_BREAK: Final = re.compile("[\u200b\u2060]")

Words = dict[str, dict[str, str]]
"""By part (`title`, `next`), then by language."""


@click.command()
@click.option("--markdown", is_flag=True, help="Write the page docs/codes.md.")
@json_option
def codes(*, markdown: bool, as_json: bool) -> None:
    """List every code that a screen can show, with its words in Thai and English."""
    found = _codes()
    if markdown:
        click.echo(_page(found), nl=False)
    elif as_json:
        write_json(found)
    else:
        rows = [(code, *words["title"].values()) for code, words in found.items()]
        write_table(("code", *LANGUAGES), rows)


def _codes() -> dict[str, Words]:
    catalogues = {language: read_catalogue(language) for language in LANGUAGES}

    def said(language: Language, key: str) -> str:
        text = str(catalogues[language][key].string)
        return _WHERE_LINES_BREAK.sub("", _FILLED_IN.sub("…", text))

    return {
        reason.value: {
            part: {language: said(language, f"reason.{reason}.{part}") for language in LANGUAGES}
            for part in ("title", "next")
        }
        for reason in Reason
    }


def _page(found: dict[str, Words]) -> str:
    rows = (
        f"| {code} | {'<br>'.join(words['title'].values())} "
        f"| {'<br>'.join(words['next'].values())} |\n"
        for code, words in found.items()
    )
    return _HEAD + "".join(rows)
