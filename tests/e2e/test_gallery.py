"""The page of the screens shows every picture there is, and the pictures stay small."""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image

from tests.e2e.gallery import COLOURS, FOLDER, SHOTS, small
from tests.e2e.poses import POSES

MOST_PICTURES = 30
MOST_BYTES = 40_000


def test_the_page_and_the_folder_hold_the_same_pictures() -> None:
    page = (FOLDER.parents[1] / "screens.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\(pictures/screens/([^)]+)\)", page))
    assert shown == {shot.file for shot in SHOTS} == {path.name for path in FOLDER.iterdir()}
    assert {shot.name for shot in SHOTS} <= POSES.keys()


def test_pictures_stay_small() -> None:
    pictures = list(FOLDER.iterdir())
    assert len(pictures) <= MOST_PICTURES
    assert not [path.name for path in pictures if path.stat().st_size > MOST_BYTES]


def test_a_picture_is_made_small_and_keeps_its_shape() -> None:
    screen = BytesIO()
    Image.effect_noise((1080, 1920), 60).save(screen, "PNG")
    made = Image.open(BytesIO(small(screen.getvalue(), 360)))
    assert made.size == (360, 640)
    assert made.mode == "P"
    assert len(made.getcolors() or []) <= COLOURS
