"""What the screens need to be told."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.thai import Language


@dataclass(frozen=True, slots=True)
class UiSettings:
    """Times in seconds: `idle_s` without a touch until the kiosk asks, `countdown_s` to answer.

    `done_s` is how long "take your sticker" stays up, which `has_chime` rings in. `is_demo` marks
    every screen as a demonstration.
    """

    idle_s: int = 60
    countdown_s: int = 30
    done_s: int = 20
    default_language: Language = "th"
    is_demo: bool = False
    has_chime: bool = True
