"""The cards of the named cases, as the demonstration wrote them into its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.cli.dock.words import STORIES, Said, Story


@dataclass(frozen=True, slots=True)
class Card:
    """What the owner of one case holds; the ID is made up, as everything of the demonstration."""

    case: str
    reference: str
    id_number: str
    collection_code: str
    note: str

    @property
    def story(self) -> Story:
        """What to expect of it; a case that has no words here yet says its note."""
        return STORIES.get(self.case) or Story(Said(self.case, self.case), Said("", self.note))


def read_cards(folder: Path) -> tuple[Card, ...]:
    """Read the cards, those that print first, each kind in the order of references."""
    found = [msgspec.json.decode(path.read_bytes(), type=Card) for path in folder.glob("*.json")]
    return tuple(sorted(found, key=lambda card: (not card.story.prints, card.reference)))
