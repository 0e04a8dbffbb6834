"""Sources: the names under which lines are numbered, and where the numbers of a push begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final

from kiosk.sync.client.problem import ClientProblem
from kiosk.sync.client.targets import Receives, Target

_SOURCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

_TAKEN: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What a kiosk takes: room for its own name behind the source's."""


class Next(Enum):
    """Tells that a file's lines follow all that a kiosk has of its source."""

    NEXT = "next"


NEXT: Final = Next.NEXT


def own_source(source: str, target: Target) -> str:
    """Name the chain of one kiosk's own records: their numbers are not those of the whole file."""
    return f"{source}.{target.id}"


def check_source(source: str, first_seq: int | Next, targets: Sequence[Target]) -> None:
    """Refuse names that no kiosk takes, and numbers below 1. Raises ClientProblem."""
    if not _SOURCE.fullmatch(source):
        raise _wrong(
            f"{source!r} cannot name a source; use up to 40 letters, digits, dots, hyphens, "
            "underscores"
        )
    for target in targets:
        own = own_source(source, target)
        if target.receives is Receives.OWN and not _TAKEN.fullmatch(own):
            raise _wrong(
                f"{own!r} cannot name the source of one kiosk; use up to 64 letters, digits, dots, "
                "hyphens, underscores"
            )
    if isinstance(first_seq, int) and first_seq < 1:
        raise _wrong("lines are numbered from 1")


def _wrong(sentence: str) -> ClientProblem:
    return ClientProblem(sentence, permanent=True)
