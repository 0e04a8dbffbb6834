"""The torture finds each mistake that it was made to find."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("bug", "attack", "found"),
    [
        ("retry-in-recovery", "kill-at-point", "valid stickers of"),
        ("sending-after-first-byte", "kill-at-point", "a whole sticker of"),
        ("missing-index", "nothing", "the kiosk refuses its database"),
        ("sync-normal", "kill-at-point", "a whole sticker of"),
        ("counter-alone", "fault", "a whole sticker of"),
        ("blank-back", "kill-at-point", "and its blank is left"),
    ],
)
def test_a_bug_planted_on_purpose_is_found_on_the_paper(
    torture: Callable[..., subprocess.CompletedProcess[str]], bug: str, attack: str, found: str
) -> None:
    """Any run finds it in time; the attack it falls to is chosen so that it takes seconds."""
    power_cuts = "1" if bug == "sync-normal" else "0"
    words = ("--cycles", "400", "--seed", "1", "--attack", attack, "--power-cuts", power_cuts)
    ended = torture(*words, "--plant", bug)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert found in ended.stdout
