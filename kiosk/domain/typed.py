"""What people type, brought to one spelling.

Keyboards, scanners and copied text spell the same Thai word in several ways that look alike on
paper. Everything that is looked up by a person's typing goes through here first.
"""

import re
import unicodedata
from typing import Final

from kiosk.domain.thai import to_arabic_digits

# Z*: spaces of every kind; Pd: hyphens and dashes; Cf: zero-width marks and soft hyphens.
_SEPARATOR_CATEGORIES: Final = frozenset({"Zs", "Zl", "Zp", "Pd", "Cf"})
_OTHER_SEPARATORS: Final = frozenset("\t\n\v\f\r\u0085\u2212\u2043")  # whitespace controls, minus

# Most records arrive so, by the million: nothing here can change.
_FOLDED_ALREADY: Final = re.compile(r"[0-9A-Za-zก-ฮ]*")
_MARK_RUN: Final = re.compile(r"[ัำิ-ฺ็-๎]{2,}")
_SPLIT_SARA_AM: Final = re.compile(r"ํ([ัิ-ฺ็-๎]*)า")


def without_separators(text: str) -> str:
    """Drop spaces, hyphens, dashes and invisible characters; everything else stays."""
    return "".join(
        character
        for character in text
        if unicodedata.category(character) not in _SEPARATOR_CATEGORIES
        and character not in _OTHER_SEPARATORS
    )


def fold(text: str) -> str:
    """Return the one spelling that all ways of typing `text` share.

    Separators go, Thai digits become 0-9, and Thai vowels and tone marks take one order and one
    form: SARA AM may arrive as two characters, SARA AE as two SARA E, a tone before its vowel.
    Folding twice changes nothing more; letter case is kept.
    """
    if _FOLDED_ALREADY.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFC", to_arabic_digits(without_separators(text)))
    folded = folded.replace("เเ", "แ")
    folded = _SPLIT_SARA_AM.sub(r"\1ำ", folded)
    return _MARK_RUN.sub(lambda run: _ordered(run.group()), folded)


def _ordered(marks: str) -> str:
    # By code point vowels stand before tones; SARA AM alone is out of place, as it ends a cluster.
    return "".join(sorted(marks, key=lambda mark: (mark == "ำ", mark)))
