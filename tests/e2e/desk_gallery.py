"""The pictures of the technician's desk: all for `make screenshots`, a few for its guide."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.desk_poses import DESK_POSES
from tests.e2e.desk_rolls import NUMBERED
from tests.e2e.desk_stage import DeskStage, made_house, posed_desk
from tests.e2e.gallery import small

FOLDER = Path(__file__).parents[2] / "docs" / "pictures" / "desk"
SIZE, WIDTH = "1280x800", 600
PREFIX = "desk-"
"""What the name of a pose of the desk begins with, beside those of the public screens."""

SHOW = "([theme, size]) => Object.assign(document.documentElement.dataset, {theme, size})"

SHOTS = (
    *(("sign-in", "th"), ("home", "th"), ("home", "en"), ("home-paper-out", "th")),
    *(("printer-cutter-error", "th"), ("test-judge", "th"), ("load-close-cover", "th")),
    *(("load-serials", "th"), ("stock", "th"), ("doubt-whole", "th"), ("doubt-whole", "en")),
    *(("home-conflicts", "th"), ("printer-registrar", "th"), ("receipt-paper-out", "th")),
)
"""Pose and language of each picture in docs/technician.md; none shows what differs each time."""


def take_desk(
    browser: Browser,
    folder: Path,
    *,
    names: Sequence[str],
    languages: Sequence[str],
    sizes: Sequence[str],
    themes: Sequence[str],
    text: str = "normal",
) -> Iterator[Path]:
    """Take each pose in each way; it is posed once a language, then shown in the rest."""
    if not names:
        return
    with made_house() as house:
        for name, language in itertools.product(names, languages):
            with _posed(browser, house, name, language) as stage:
                for size, theme in itertools.product(sizes, themes):
                    width, height = (int(side) for side in size.split("x"))
                    stage.page.set_viewport_size({"width": width, "height": height})
                    stage.page.evaluate(SHOW, [theme, text])
                    path = folder / f"{PREFIX}{name}-{language}-{size}-{theme}.png"
                    is_whole = stage.page.locator("#pad:visible, dialog[open]").count() == 0
                    stage.page.screenshot(path=path, full_page=is_whole)
                    yield path


def take_desk_gallery(browser: Browser, folder: Path = FOLDER) -> Iterator[Path]:
    """Take every picture of the guide anew."""
    folder.mkdir(parents=True, exist_ok=True)
    with made_house() as house:
        for name, language in SHOTS:
            with _posed(browser, house, name, language) as stage:
                path = folder / f"{name}-{language}.png"
                # Keys stand at the foot of the screen, which a picture of the page has elsewhere.
                has_keys = stage.page.locator("#pad:visible").count() > 0
                picture = stage.page.screenshot(full_page=not has_keys)
                path.write_bytes(small(picture, WIDTH))
                yield path


@contextmanager
def _posed(browser: Browser, house: Path, name: str, language: str) -> Iterator[DeskStage]:
    mode = "numbered" if name in NUMBERED else "plain"
    with posed_desk(browser, house, SIZE, mode=mode) as stage:
        stage.go("sign-in")
        if language != "th":
            stage.page.get_by_test_id("language").click()
            stage.page.wait_for_selector(f"html[lang={language}]")
        DESK_POSES[name](stage)
        stage.settle()
        yield stage
