"""The technician's guide shows every picture there is, and the pictures stay small."""

from __future__ import annotations

import re

from tests.e2e.desk_gallery import FOLDER, SHOTS
from tests.e2e.desk_poses import DESK_POSES
from tests.e2e.desk_rolls import NUMBERED

MOST_BYTES = 60_000


def test_the_guide_and_the_folder_hold_the_same_pictures() -> None:
    guide = (FOLDER.parents[1] / "technician.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\(pictures/desk/([^)]+)\)", guide))
    files = {f"{name}-{language}.png" for name, language in SHOTS}
    assert shown == files == {path.name for path in FOLDER.iterdir()}
    assert {name for name, _ in SHOTS} | NUMBERED <= DESK_POSES.keys()


def test_pictures_of_the_desk_stay_small() -> None:
    assert not [path.name for path in FOLDER.iterdir() if path.stat().st_size > MOST_BYTES]
