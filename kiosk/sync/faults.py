"""What can still be said of a line that is no record: which field, why, and whose it was."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

_PATH: Final = re.compile(r" - at `\$\.?([^`]*)`$")

_SENTENCES: Final = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"Object missing required field `(.+)`", "it is missing"),
        (r"Expected `(.+?)(?: \| null)?`, got `(.+)`", "it must be {0}, not {1}"),
        (r"Expected `str` of length >= 1", "it is empty"),
        (r"Expected `str` of length >= (\d+)", "it is shorter than {0} characters"),
        (r"Expected `str` of length <= (\d+)", "it is longer than {0} characters"),
        (r"Expected `int` >= (-?\d+)", "it is less than {0}"),
        (r"Expected `int` <= (-?\d+)", "it is more than {0}"),
        (r"Invalid enum value (.+)", "{0} is not one of the values it may have"),
        (r"Expected `datetime` with a timezone component", "the time has no offset from UTC"),
        (r"Invalid RFC3339 encoded datetime", "it is no time such as 2026-11-21T09:30:00+07:00"),
        (r"Invalid RFC3339 encoded date", "it is no date such as 2026-11-21"),
        (r"(?:Number|Integer value) out of range", "the number is too large"),
        (r"Input data was truncated", "the line ends in the middle of the record"),
        (r"JSON is malformed: (.+)", "the line is not JSON: {0}"),
    )
)

_WORDS: Final = {
    "str": "text",
    "int": "a whole number",
    "float": "a number with decimals",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "datetime": "a time",
    "date": "a date",
}

_SALVAGED: Final = re.compile(rb'"reference"[ \t]*:[ \t]*"([!-\[\]-~]{1,40})"')
_REFERENCE: Final = re.compile(r"[!-~]{1,40}")
_MAX_INTEGER: Final = 2**53
_SEARCHED_BYTES: Final = 64 * 1024


def sentence(error: Exception) -> tuple[str, str]:
    """Turn a decoder's error into the field's dotted path (`line` for none) and one sentence."""
    if isinstance(error, UnicodeDecodeError):
        return "line", "the text is not valid UTF-8"
    if isinstance(error, RecursionError):
        return "line", "the line is nested too deeply"
    if isinstance(error, OverflowError):  # the only time that is brought to UTC
        return "paid_at", "the time lies outside the calendar"
    message = str(error)
    path = _PATH.search(message)
    field = path.group(1) if path else ""
    message = _PATH.sub("", message)
    if missing := _SENTENCES[0][0].fullmatch(message):
        field = f"{field}.{missing.group(1)}" if field else missing.group(1)
    return field or "line", _translated(message)


def _translated(message: str) -> str:
    for pattern, words in _SENTENCES:
        if found := pattern.fullmatch(message):
            return words.format(*(_WORDS.get(part, part) for part in found.groups()))
    return message[:1].lower() + message[1:]


def readable_reference(line: bytes) -> str | None:
    """Return the reference of a line as far as it can be read, in broken JSON too.

    A line that names two different ones has none that may be trusted.
    """
    whole = _whole(line)
    if whole is not None:
        value = whole.get("reference")
        return value if isinstance(value, str) and _REFERENCE.fullmatch(value) else None
    found = set(_SALVAGED.findall(line[:_SEARCHED_BYTES]))
    return found.pop().decode("ascii") if len(found) == 1 else None


def readable_number(line: bytes, name: str) -> int | None:
    """Return a whole number of the record's top level, from whole JSON alone.

    A number out of a torn line could be cut short, and would release a hold too early.
    """
    value = (_whole(line) or {}).get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 < value <= _MAX_INTEGER else None


def _whole(line: bytes) -> dict[str, object] | None:
    """Read a line as any JSON object whose keys are unique, None if it is none."""
    try:
        if line.count(b'"reference"') > 1 or line.count(b'"version"') > 1:
            json.loads(line, object_pairs_hook=_unique)
        found = msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is given twice")
    return found
