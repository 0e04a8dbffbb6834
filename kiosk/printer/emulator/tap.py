"""The ear for real-time commands, which listens before the buffer does.

A printer obeys these as they arrive, wherever they stand: between commands and inside the dots of
a picture as well. The bytes also stay in the stream, for the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_COMMAND = re.compile(rb"\x10(?:\x04[\x01-\x04]|\x05[\x01\x02]|" + re.escape(_CLEAR[1:]) + rb")")
_BEGUN = re.compile(rb"\x10[\x04\x05]?\Z")


@dataclass(frozen=True, slots=True)
class AskStatus:
    """DLE EOT n."""

    kind: int


@dataclass(frozen=True, slots=True)
class Recover:
    """DLE ENQ n: 1 goes on from the failed line (`restart`), 2 drops what is buffered."""

    restart: bool


@dataclass(frozen=True, slots=True)
class ClearBuffer:
    """DLE DC4 8."""


RealTime = AskStatus | Recover | ClearBuffer


class RealTimeTap:
    """Finds real-time commands in a stream that arrives in pieces."""

    def __init__(self) -> None:
        self._begun = b""

    def split(self, chunk: bytes) -> Iterator[tuple[bytes, RealTime | None]]:
        """Yield the chunk in stretches, each with the command that its last byte completes.

        Together the stretches are the chunk; the last one may complete nothing.
        """
        heard = self._begun + chunk
        done = len(self._begun)
        end = 0
        for hit in _COMMAND.finditer(heard):
            end = hit.end()
            yield heard[done:end], _command(hit.group())
            done = end
        self._begun = _open_end(heard[end:])
        if done < len(heard):
            yield heard[done:], None


def _command(raw: bytes) -> RealTime:
    if raw == _CLEAR:
        return ClearBuffer()
    return AskStatus(raw[2]) if raw[1] == 0x04 else Recover(restart=raw[2] == 1)  # noqa: PLR2004 - EOT


def _open_end(heard: bytes) -> bytes:
    """Return the end of what was heard that may still become a command."""
    for length in range(min(len(_CLEAR) - 1, len(heard)), 0, -1):
        if _CLEAR.startswith(heard[-length:]):
            return heard[-length:]
    begun = _BEGUN.search(heard)
    return b"" if begun is None else begun.group()
