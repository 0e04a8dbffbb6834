"""How the emulated printers stand, in words for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kiosk.cli.dock.paper import Paper, TrayReader, Verdict
from kiosk.cli.dock.words import Said
from kiosk.printer.emulator.machine import Machine
from kiosk.printer.emulator.mechanism import DOTS_PER_MM, Trouble
from kiosk.printer.emulator.server import PrinterEmulator

PIECES_SHOWN: Final = 7
SLIPS_SHOWN: Final = 3

_VERDICTS: Final = {
    Verdict.GENUINE: Said("ของแท้ ใช้ได้", "Genuine, valid"),
    Verdict.VOID: Said("ของแท้ แต่ยกเลิกแล้ว", "Genuine, but void"),
    Verdict.PART: Said("พิมพ์ไม่ครบแผ่น", "Not a whole sticker"),
    Verdict.FORGED: Said("ลายเซ็นไม่ถูกต้อง", "Signature does not hold"),
    Verdict.OTHER: Said("ไม่ใช่ป้ายภาษี", "Not a sticker"),
}

_TROUBLES: Final = {
    Trouble.CUTTER: Said("ใบมีดติด", "Cutter jammed"),
    Trouble.TOO_HOT: Said("หัวร้อน", "Too hot"),
    Trouble.UNRECOVERABLE: Said("เครื่องเสีย ต้องซ่อม", "Broken, needs repair"),
}


_READY: Final = Said("พร้อม", "Ready")


def state_of(
    stickers: PrinterEmulator, receipts: PrinterEmulator, tray: TrayReader, slips: Path
) -> dict[str, Any]:
    """Return all that changes on the dock: both printers, what is wrong, and their paper."""
    fallen = sorted(path.stem for path in slips.glob("*.png"))
    return {
        **_printer(stickers),
        "pieces": len(tray.names()),
        "tray": [_piece(paper) for paper in tray.newest(PIECES_SHOWN)],
        "receipt": {
            **_printer(receipts),
            "pieces": len(fallen),
            "tray": fallen[-SLIPS_SHOWN:][::-1],
        },
    }


def _printer(emulator: PrinterEmulator) -> dict[str, Any]:
    machine = emulator.machine
    with machine.lock:
        sensors = machine.sensors
        light, said = _light(machine)
        faults = [
            fault.name if fault.at is None else f"{fault.name}@{fault.at}"
            for fault in machine.faults
        ]
        hanging_mm = machine.mechanism.rows_out / DOTS_PER_MM
        roll = "end" if sensors.paper_end else "near" if sensors.near_end else "full"
    return {
        "light": light,
        "said": _both(said),
        "faults": faults,
        "hanging_mm": hanging_mm,
        "roll": roll,
        "cover_open": sensors.cover_open,
    }


def _light(machine: Machine) -> tuple[str, Said]:
    """Say what a person would see first; the light is `dark`, `stop`, `busy`, `warn` or `ready`."""
    sensors = machine.sensors
    seen = (
        (machine.is_dark, "dark", Said("ไฟดับ", "No power")),
        (sensors.trouble in _TROUBLES, "stop", _TROUBLES.get(sensors.trouble, _READY)),
        (sensors.cover_open, "stop", Said("ฝาเปิดอยู่", "Cover open")),
        (sensors.paper_end, "stop", Said("กระดาษหมด", "Out of paper")),
        (sensors.switched_offline, "stop", Said("ออฟไลน์", "Offline")),
        (not machine.wait_idle(0), "busy", Said("กำลังพิมพ์", "Printing")),
        (sensors.near_end, "warn", Said("กระดาษใกล้หมด", "Paper nearly out")),
    )
    return next(((light, said) for holds, light, said in seen if holds), ("ready", _READY))


def _piece(paper: Paper) -> dict[str, Any]:
    return {
        "name": paper.name,
        "serial": paper.serial,
        "plate": f"{paper.plate} {paper.province}".strip(),
        "verdict": paper.verdict.value,
        "said": _both(_VERDICTS[paper.verdict]),
    }


def _both(said: Said) -> dict[str, str]:
    return {"th": said.th, "en": said.en}
