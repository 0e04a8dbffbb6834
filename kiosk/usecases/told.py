"""Problems that are told to the person who met them."""

from __future__ import annotations


class ToldProblem(ValueError):  # noqa: N818 - it is said to a person, who caused it
    """What a person asked for cannot be done; nothing was changed.

    The message is one English sentence, for the command line. `code` names the words that a screen
    has for it, and `params` fill their places.
    """

    def __init__(self, sentence: str, code: str = "other", **params: object) -> None:
        super().__init__(sentence)
        self.code = code
        self.params = {name: str(value) for name, value in params.items()}
