"""Who does it: badges on the command line, proved by PINs that never stand on it."""

from __future__ import annotations

import os
import stat
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from getpass import GetPassWarning
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kiosk.usecases.staffing import StaffProblem

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from kiosk.store.people import Person

_F = TypeVar("_F", bound=Callable[..., Any])


def pins_option(command: _F) -> _F:
    """Give a command `--pins FILE`, for scripts; without it PINs are asked for, hidden."""
    option = click.option(
        "--pins",
        "pins_path",
        metavar="FILE",
        help="Read PINs from lines of BADGE PIN; - is standard input. Else they are asked for.",
    )
    return option(command)


def sign_in_all(engine: Engine, badges: Sequence[str], pins_path: str | None) -> list[Person]:
    """Return the people whose badges and PINs these are. Raises StaffProblem at the first wrong."""
    from kiosk.bootstrap import now_utc  # noqa: PLC0415 - slow to load
    from kiosk.usecases.staffing import sign_in  # noqa: PLC0415 - loads with the store

    distinct = list(dict.fromkeys(badges))
    pins = read_pins(pins_path)
    return [sign_in(engine, now_utc, badge, pin_of(badge, pins)) for badge in distinct]


def actor_of(engine: Engine, badge: str | None, pins_path: str | None) -> str:
    """Return who the log names: the member of staff who proves to be it, or the system."""
    if badge is None:
        return "system"
    (person,) = sign_in_all(engine, [badge], pins_path)
    return f"staff:{person.badge}"


def read_pins(path: str | None) -> Mapping[str, str]:
    """Read a file of PINs by badge. Raises StaffProblem, also when others may read it."""
    if path is None:
        return {}
    text = sys.stdin.read() if path == "-" else _read_private(Path(path))
    lines = [line.split() for line in text.splitlines() if line.strip()]
    for number, words in enumerate(lines, start=1):
        if len(words) != 2:  # noqa: PLR2004 - a badge and a PIN
            raise StaffProblem(f"{path}: entry {number} is not a badge, a space and a PIN")
    return {words[0]: words[1] for words in lines}


def pin_of(badge: str, pins: Mapping[str, str], *, is_new: bool = False) -> str:
    """Return the PIN of a badge: from the file, or asked for without showing it.

    Raises StaffProblem if the file lacks it, or where nobody can be asked.
    """
    if badge in pins:
        return pins[badge]
    if pins:
        raise StaffProblem(f"the file of PINs has none for badge {badge}")
    with warnings.catch_warnings():
        # It warns that what is typed will show, and asks all the same.
        warnings.simplefilter("error", GetPassWarning)
        try:
            answer: str = click.prompt(
                f"PIN of {badge}", hide_input=True, confirmation_prompt=is_new, err=True
            )
        except GetPassWarning:
            raise StaffProblem("PINs are asked for at a terminal; elsewhere give --pins") from None
    return answer


def _read_private(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise StaffProblem(f"{path} is open to others; run: chmod 600 {path}")
        return file.read()
