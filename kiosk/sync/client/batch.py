"""Batches: lines under an envelope that names their source, kiosk, place and content."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Final

import msgspec

from kiosk.sticker.cose import sign1
from kiosk.sticker.keys import SigningKey
from kiosk.sync.client.disk import naming

FAST: Final = 1
"""Compression level: records shrink to a third at once, and to little less with more work."""

STORED: Final = 0
"""Compression level: none, where no network is spared by it."""


_GZIP: Final = 31
"""zlib's number for the gzip container."""

_BLOCK: Final = 256 * 1024


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
    """A batch ready to be sent: its place in the source, its body and its signature.

    The body lies in a nameless file, so that many kiosks' batches take no memory; whoever has the
    batch closes it.
    """

    first_seq: int
    last_seq: int
    body: IO[bytes]
    signature: str

    @property
    def lines(self) -> int:
        """How many lines it holds."""
        return self.last_seq - self.first_seq + 1

    @property
    def size(self) -> int:
        """How many bytes its body has."""
        return self.body.seek(0, os.SEEK_END)

    def close(self) -> None:
        """Let the body go."""
        self.body.close()


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

        Only the first may be a snapshot: the others follow it. Raises OSError when there is no
        room for a batch.
        """
        for part in _parts(lines, limits):
            batch = self._seal(part, first_seq, is_snapshot=is_snapshot)
            first_seq, is_snapshot = batch.last_seq + 1, False
            yield batch

    def nothing_new(self, last_seq: int) -> Batch:
        """Return a batch of no lines: it says that the source ends at `last_seq` as of now."""
        return self._seal([], last_seq + 1, is_snapshot=False)

    def _seal(self, part: list[bytes], first_seq: int, *, is_snapshot: bool) -> Batch:
        last_seq = first_seq + len(part) - 1
        content = b"".join(part)
        part.clear()  # or the lines lie in memory while the batch waits
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
        body = _packed(head + b"\n", content, self.level)
        return Batch(first_seq, last_seq, body, base64url(sign1(head, self.key)))


def _packed(head: bytes, content: bytes, level: int) -> IO[bytes]:
    """Return a file with the gzip of both, to be read from its start."""
    with naming(tempfile.gettempdir()):
        file = tempfile.TemporaryFile(prefix="kiosk-", buffering=0)  # noqa: SIM115 - the batch's owner closes it
        packer = zlib.compressobj(level, wbits=_GZIP)
        file.write(packer.compress(head))
        for start in range(0, len(content), _BLOCK):
            file.write(packer.compress(memoryview(content)[start : start + _BLOCK]))
        file.write(packer.flush())
        file.seek(0)
    return file


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
