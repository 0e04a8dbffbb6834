"""Take a picture of every screen in each language, size and theme, posed on a fake desk.

Usage: ``python tests/e2e/screenshots.py [--out DIR] [--only NAME] [--size SIZE] [--theme NAME]``.
Each option may be given several times. Without any, or with ``--docs``, the small pictures of
docs/screens.md are taken anew too.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# Run as a script, only this folder is searched; the tests' own modules stand two above.
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.e2e.gallery import take_gallery
from tests.e2e.stage import FLAGS, POSES, SIZES, find_chromium, posed

LANGUAGES = ("th", "en")
THEMES = ("light", "dark", "yellow")


def main() -> int:
    parser = argparse.ArgumentParser(description="Take a picture of every screen.")
    parser.add_argument("--out", type=Path, default=Path("out/screens"))
    parser.add_argument("--only", action="append", choices=POSES, help="a screen by its name")
    parser.add_argument("--size", action="append", choices=SIZES)
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--language", action="append", choices=LANGUAGES)
    parser.add_argument("--docs", action="store_true", help="only the pictures of docs/screens.md")
    parser.add_argument("--text", choices=("normal", "large", "largest"), default="normal")
    asked = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        sys.stderr.write("No Chromium found: install it, or name it in KIOSK_CHROMIUM.\n")
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    each = itertools.product(
        asked.size or SIZES,
        asked.language or LANGUAGES,
        asked.theme or THEMES,
        asked.only or POSES,
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for size, language, theme, name in () if asked.docs else each:
            with posed(browser, size, is_demo=True) as stage:
                stage.prefer(language, theme, asked.text)
                POSES[name](stage)
                stage.settle()
                path = asked.out / f"{name}-{language}-{size}-{theme}.png"
                stage.page.screenshot(path=path)
                sys.stdout.write(f"{path}\n")
        if asked.docs or not (asked.only or asked.size or asked.theme or asked.language):
            for path in take_gallery(browser):
                sys.stdout.write(f"{path}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
