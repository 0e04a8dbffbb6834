"""Batches: lines under an envelope that names their source, kiosk, place and content."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from kiosk.sticker.cose import sign1
from kiosk.sticker.keys import SigningKey

FAST: Final = 1
"""Compression level: records shrink to a third at once, and to little less with more work."""

STORED: Final = 0
"""Compression level: none, where no network is spared by it."""


class Envelope(msgspec.Struct, frozen=True):
    """First line of a batch. `sha256`: hex, over all bytes after this line.

    `snapshot`: the batch may start a chain at its own first number, on a disk that is new.
    """

    source: str
    audience: str
    first_seq: int
    last_seq: int
    sha256: str
    snapshot: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How much goes into one batch at most: lines, and bytes before compression.

    Small ones lose little when a line breaks; large ones cost fewer commits.
    """

    lines: int = 10_000
    size_bytes: int = 8 * 1024 * 1024

    def halved(self) -> BatchLimits:
        """Return half of it, for a kiosk that takes no batch so large."""
        return BatchLimits(max(self.lines // 2, 1), max(self.size_bytes // 2, 1))


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch ready to be sent: its place in the source, its body and its signature."""

    first_seq: int
    last_seq: int
    body: bytes
    signature: str

    @property
    def lines(self) -> int:
        """How many lines it holds."""
        return self.last_seq - self.first_seq + 1


@dataclass(frozen=True, slots=True)
class Chain:
    """What all batches of one push to one kiosk share."""

    source: str
    audience: str
    key: SigningKey
    level: int = FAST

    def batches(
        self, lines: Iterable[bytes], first_seq: int, limits: BatchLimits, *, is_snapshot: bool
    ) -> Iterator[Batch]:
        """Cut lines into signed batches, the first of which begins at `first_seq`.

        Only the first may be a snapshot: the others follow it. One batch is in memory at a time.
        """
        for part in _parts(lines, limits):
            yield self._seal(part, first_seq, is_snapshot=is_snapshot)
            first_seq += len(part)
            is_snapshot = False

    def nothing_new(self, last_seq: int) -> Batch:
        """Return a batch of no lines: it says that the source ends at `last_seq` as of now."""
        return self._seal([], last_seq + 1, is_snapshot=False)

    def _seal(self, part: list[bytes], first_seq: int, *, is_snapshot: bool) -> Batch:
        last_seq = first_seq + len(part) - 1
        content = b"".join(part)
        envelope = Envelope(
            source=self.source,
            audience=self.audience,
            first_seq=first_seq,
            last_seq=last_seq,
            sha256=hashlib.sha256(content).hexdigest(),
            snapshot=is_snapshot,
            made_at=datetime.now(UTC),
        )
        head = msgspec.json.encode(envelope)
        body = gzip.compress(b"%b\n%b" % (head, content), self.level, mtime=0)
        return Batch(first_seq, last_seq, body, base64url(sign1(head, self.key)))


def base64url(raw: bytes) -> str:
    """Return bytes as base64url without padding, as headers carry them."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _parts(lines: Iterable[bytes], limits: BatchLimits) -> Iterator[list[bytes]]:
    """Gather lines, each with its end, up to the limits; a line too large comes alone."""
    part: list[bytes] = []
    size = 0
    for raw in lines:
        line = raw if raw.endswith(b"\n") else raw + b"\n"
        if part and (len(part) == limits.lines or size + len(line) > limits.size_bytes):
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line)
    if part:
        yield part
