"""What is wrong with a settings file, in words for the operator."""

from __future__ import annotations

import re

_IN_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text in quotation marks",
    "bool": "true or false",
    "array": "a list in brackets",
    "object": "a table of its own",
}


def sentence(problem: str) -> str:
    """Turn msgspec's words into ours: the key first, then what is wrong with it."""
    what, _, where = problem.partition(" - at `$")
    key = where.rstrip("`").lstrip(".") or "the file"
    unknown = re.match(r"Object contains unknown field `(.+)`", what)
    if unknown:
        name = unknown[1] if key == "the file" else f"{key}.{unknown[1]}"
        return f"there is no setting {name}; config/kiosk.toml lists them all"
    missing = re.match(r"Object missing required field `(.+)`", what)
    if missing:
        name = missing[1] if key == "the file" else f"{key}.{missing[1]}"
        return f"the setting {name} is missing; config/kiosk.toml shows an example"
    wanted = re.match(r"Expected `(\w+).*?`, got `(\w+)`", what)
    if wanted and wanted[1] in _IN_WORDS:
        found = _IN_WORDS.get(wanted[2], wanted[2])
        return f"{key} has to be {_IN_WORDS[wanted[1]]}, not {found}"
    if re.match(r"Expected `str` matching regex", what):
        return f"{key} has to be letters, digits and hyphens"  # the one pattern that there is
    bound = re.match(r"Expected `(\w+)` (<=|>=) (\S+)", what)
    if bound and bound[1] in _IN_WORDS:
        limit = "at most" if bound[2] == "<=" else "at least"
        return f"{key} has to be {_IN_WORDS[bound[1]]} of {limit} {bound[3]}"
    return f"{key}: {what[0].lower()}{what[1:]}"
