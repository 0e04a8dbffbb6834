"""How the printer puts its state into bytes."""

from __future__ import annotations

from kiosk.printer.emulator.mechanism import Sensors, Trouble

_BASE = 0x12
_AUTO_BASE = 0x10
_BIT_2, _BIT_3, _BIT_5, _BIT_6 = 0x04, 0x08, 0x20, 0x40


def status_byte(kind: int, sensors: Sensors) -> bytes:
    """Answer DLE EOT 1-4."""
    bits = {1: _printer, 2: _offline_cause, 3: _errors, 4: _paper}[kind](sensors)
    return bytes((_BASE | bits,))


def auto_status(sensors: Sensors) -> bytes:
    """Return the four bytes of automatic status."""
    first = _AUTO_BASE
    first |= _BIT_3 if sensors.is_stopped else 0
    first |= _BIT_5 if sensors.cover_open else 0
    first |= _BIT_6 if sensors.feeding else 0
    paper = (0x0C if sensors.paper_end else 0) | (0x03 if _is_low(sensors) else 0)
    return bytes((first, _errors(sensors), paper, 0))


def paper_sensor(sensors: Sensors) -> bytes:
    """Answer GS r 1: bits 0 and 1 near end. At the end of the paper nothing answers at all."""
    return bytes((0x03 if _is_low(sensors) else 0,))


def process_id(text: bytes) -> bytes:
    """Answer GS ( H function 48."""
    return b"\x37\x22" + text + b"\0"


def counter(value: int) -> bytes:
    """Answer GS g 2."""
    return b"\x5f" + str(value).encode() + b"\0"


CLEARED = b"\x37\x25\x00"


def _printer(sensors: Sensors) -> int:
    waits = sensors.trouble is Trouble.CUTTER
    stopped = _BIT_3 if sensors.is_stopped else 0
    return stopped | (_BIT_5 if waits else 0) | (_BIT_6 if sensors.feeding else 0)


def _offline_cause(sensors: Sensors) -> int:
    cover = _BIT_2 if sensors.cover_open else 0
    button = _BIT_3 if sensors.feeding else 0
    paper = _BIT_5 if sensors.paper_end else 0
    return cover | button | paper | (_BIT_6 if sensors.trouble is not Trouble.NONE else 0)


def _errors(sensors: Sensors) -> int:
    return {
        Trouble.NONE: 0,
        Trouble.CUTTER: _BIT_3,
        Trouble.UNRECOVERABLE: _BIT_5,
        Trouble.TOO_HOT: _BIT_6,
    }[sensors.trouble]


def _paper(sensors: Sensors) -> int:
    low = _BIT_2 | _BIT_3 if _is_low(sensors) else 0
    return low | (_BIT_5 | _BIT_6 if sensors.paper_end else 0)


def _is_low(sensors: Sensors) -> bool:
    return sensors.near_end or sensors.paper_end
