"""The pictures of docs/screens.md: small, of few colours, one of each screen."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser

from tests.e2e.poses import POSES, posed

FOLDER = Path(__file__).parents[2] / "docs" / "pictures" / "screens"
WIDTHS = {"1080x1920": 360, "1280x800": 600}
COLOURS = 200


class Shot(NamedTuple):
    """How one picture of the page is taken."""

    name: str
    language: str = "th"
    size: str = "1080x1920"
    theme: str = "light"
    text: str = "normal"

    @property
    def file(self) -> str:
        """Name of the picture's file."""
        marks = [self.name, self.language]
        marks += [each for each in (self.theme, self.text) if each not in ("light", "normal")]
        return "-".join([*marks, "wide" if self.size == "1280x800" else "tall"]) + ".png"


SHOTS = (
    *(Shot(name) for name in ("attract", "collect", "collect-owner", "collect-mismatch")),
    *(Shot(name) for name in ("plate", "plate-province", "vehicle", "vehicle-motorcycle")),
    *(Shot(name) for name in ("vehicles", "row", "printing", "take", "already-printed")),
    *(Shot(name) for name in ("refused", "in-doubt", "status-by-post", "called", "out-of-service")),
    *(Shot(name) for name in ("idle", "page-unknown")),
    Shot("vehicle", "en"),
    Shot("attract", "en", "1280x800"),
    Shot("collect", "th", "1280x800"),
    Shot("vehicle", "th", "1280x800"),
    Shot("vehicle", "th", theme="dark"),
    Shot("vehicle", "th", theme="yellow"),
    Shot("vehicle", "th", text="largest"),
)


def take_gallery(browser: Browser, folder: Path = FOLDER) -> list[Path]:
    """Take every picture of the page anew."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for shot in SHOTS:
        with posed(browser, shot.size, is_demo=True) as stage:
            stage.prefer(shot.language, shot.theme, shot.text)
            POSES[shot.name](stage)
            stage.settle()
            path = folder / shot.file
            path.write_bytes(small(stage.page.screenshot(), WIDTHS[shot.size]))
            taken.append(path)
    return taken


def small(png: bytes, width: int) -> bytes:
    """Return a picture of a screen at a width, with a palette of its own."""
    whole = Image.open(BytesIO(png)).convert("RGB")
    scaled = whole.resize((width, whole.height * width // whole.width), Image.Resampling.LANCZOS)
    written = BytesIO()
    few = scaled.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(written, "PNG", optimize=True)
    return written.getvalue()
