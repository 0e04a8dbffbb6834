"""What a printer says back, cut out of one stream of bytes.

Every kind of reply shares the line, in any order and in pieces of any size. The first byte tells
the kind, and the kinds do not overlap: bit 7 is never set; with bit 4 clear it is the answer to
GS r; with bit 4 set the two lowest bits are 00 for a frame of automatic status, 10 for DLE EOT,
and 01 or 11 for XON, XOFF and the five leaders of blocks.

Inside a frame or a block the reading depends on what is open:

* Automatic status (four bytes) goes on with three bytes that look like GS r answers and are not.
  DLE EOT answers and XON/XOFF may come between them and are taken out. Anything else breaks it.
* A block goes on to its NUL. Printers send blocks in one piece, so a printable byte (20h..7Eh)
  belongs to the block even where it looks like a reply. XON/XOFF may come between. Any other
  byte breaks the block and is read afresh.

What breaks is reported as `Garbage` and never guessed at. A frame left open is ended by `flush`,
called before a question is asked, so that half a reply cannot swallow the next one.
"""

from __future__ import annotations

from dataclasses import dataclass

_ASB_BYTES = 4
_XON, _XOFF = 0x11, 0x13
_LEADERS = frozenset(b"\x35\x37\x3b\x3d\x5f")
_MAX_BLOCK_BYTES = 256  # the longest reply of any known command is far shorter
_PRINTABLE = range(0x20, 0x7F)


@dataclass(frozen=True, slots=True)
class StatusByte:
    """Answer to DLE EOT n; which n is known only from the question."""

    value: int


@dataclass(frozen=True, slots=True)
class AutoStatus:
    """Automatic status: four bytes, sent on each change."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class PaperSensor:
    """Answer to GS r, one byte."""

    value: int


@dataclass(frozen=True, slots=True)
class FlowControl:
    """XON (`may_send`) or XOFF."""

    may_send: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A reply of any length: its leader and what stands between leader and NUL."""

    leader: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that are no reply, or a reply that broke off."""

    raw: bytes


Reply = StatusByte | AutoStatus | PaperSensor | FlowControl | Block | Garbage


class ReplyDecoder:
    """Turns received bytes into replies, whatever the pieces they arrive in."""

    def __init__(self) -> None:
        self._open = bytearray()

    @property
    def is_inside_reply(self) -> bool:
        """Whether a reply has begun and not ended."""
        return bool(self._open)

    def feed(self, received: bytes) -> list[Reply]:
        """Return the replies that are complete after these bytes."""
        replies: list[Reply] = []
        for byte in received:
            if not self._open:
                self._begin(byte, replies)
            elif self._open[0] in _LEADERS:
                self._continue_block(byte, replies)
            else:
                self._continue_frame(byte, replies)
        return replies

    def flush(self) -> list[Reply]:
        """End a reply that was left open; it comes back as garbage."""
        if not self._open:
            return []
        broken = Garbage(bytes(self._open))
        self._open.clear()
        return [broken]

    def _begin(self, byte: int, replies: list[Reply]) -> None:
        single = _single(byte)
        if single is not None:
            replies.append(single)
        elif is_frame_head(byte) or byte in _LEADERS:
            self._open.append(byte)
        else:
            replies.append(Garbage(bytes((byte,))))

    def _continue_frame(self, byte: int, replies: list[Reply]) -> None:
        if byte & 0x90 == 0:
            self._open.append(byte)
            if len(self._open) == _ASB_BYTES:
                replies.append(AutoStatus(bytes(self._open)))
                self._open.clear()
            return
        single = _single(byte)
        if single is not None:
            replies.append(single)
        else:
            replies.extend(self.flush())
            self._begin(byte, replies)

    def _continue_block(self, byte: int, replies: list[Reply]) -> None:
        if byte == 0:
            replies.append(Block(self._open[0], bytes(self._open[1:])))
            self._open.clear()
        elif byte in _PRINTABLE and len(self._open) < _MAX_BLOCK_BYTES:
            self._open.append(byte)
        elif byte in (_XON, _XOFF):
            replies.append(FlowControl(may_send=byte == _XON))
        else:
            replies.extend(self.flush())
            self._begin(byte, replies)


def is_frame_head(byte: int) -> bool:
    """Whether a byte opens a frame of automatic status."""
    return byte & 0x93 == 0x10  # noqa: PLR2004 - the fixed bits, from the facts of the printer


def _single(byte: int) -> Reply | None:
    """Return the reply that this byte is by itself, or None."""
    if byte & 0x93 == 0x12:  # noqa: PLR2004 - the fixed bits of a DLE EOT answer
        return StatusByte(byte)
    if byte in (_XON, _XOFF):
        return FlowControl(may_send=byte == _XON)
    if byte & 0x90 == 0:
        return PaperSensor(byte)
    return None
