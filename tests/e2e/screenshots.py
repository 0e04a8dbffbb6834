"""Take a picture of every screen in each language, size and theme, posed on a fake desk,
and of every screen of the technician's desk.

Usage: ``python tests/e2e/screenshots.py [--out DIR] [--only NAME] [--size SIZE] [--theme NAME]``.
Each option may be given several times. Without any, or with ``--docs``, the small pictures of
docs/screens.md and docs/technician.md are taken anew too.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import structlog
from playwright.sync_api import Browser, sync_playwright

# Run as a script, only this folder is searched; the tests' own modules stand two above.
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.e2e.desk_gallery import PREFIX, take_desk, take_desk_gallery
from tests.e2e.desk_poses import DESK_POSES
from tests.e2e.gallery import take_gallery
from tests.e2e.poses import POSES, posed
from tests.e2e.stage import FLAGS, SIZES, find_chromium

LANGUAGES = ("th", "en")
THEMES = ("light", "dark", "yellow")
DESK = [f"{PREFIX}{name}" for name in DESK_POSES]


def main() -> int:
    parser = argparse.ArgumentParser(description="Take a picture of every screen.")
    parser.add_argument("--out", type=Path, default=Path("out/screens"))
    parser.add_argument(
        "--only", action="append", choices=[*POSES, *DESK], help="a screen by its name"
    )
    parser.add_argument("--size", action="append", choices=SIZES)
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--language", action="append", choices=LANGUAGES)
    parser.add_argument("--docs", action="store_true", help="only the pictures in docs")
    parser.add_argument("--text", choices=("normal", "large", "largest"), default="normal")
    asked = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        sys.stderr.write("No Chromium found: install it, or name it in KIOSK_CHROMIUM.\n")
        return 1
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    is_all = not (asked.docs or asked.only or asked.size or asked.theme or asked.language)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        screens = () if asked.docs else (_take_public(browser, asked), _take_desk(browser, asked))
        has_docs = asked.docs or is_all
        pictures = (take_gallery(browser), take_desk_gallery(browser)) if has_docs else ()
        for path in itertools.chain(*screens, *pictures):
            sys.stdout.write(f"{path}\n")
        browser.close()
    return 0


def _take_public(browser: Browser, asked: argparse.Namespace) -> Iterator[Path]:
    names = [name for name in asked.only or POSES if name in POSES]
    asked.out.mkdir(parents=True, exist_ok=True)
    for size, language, theme, name in itertools.product(
        asked.size or SIZES, asked.language or LANGUAGES, asked.theme or THEMES, names
    ):
        with posed(browser, size, is_demo=True) as stage:
            stage.prefer(language, theme, asked.text)
            POSES[name](stage)
            stage.settle()
            path: Path = asked.out / f"{name}-{language}-{size}-{theme}.png"
            stage.page.screenshot(path=path)
            yield path


def _take_desk(browser: Browser, asked: argparse.Namespace) -> Iterator[Path]:
    names = [name.removeprefix(PREFIX) for name in asked.only or DESK if name in DESK]
    asked.out.mkdir(parents=True, exist_ok=True)
    return take_desk(
        browser,
        asked.out,
        names=names,
        languages=asked.language or LANGUAGES,
        sizes=asked.size or SIZES,
        themes=asked.theme or THEMES,
        text=asked.text,
    )


if __name__ == "__main__":
    sys.exit(main())
