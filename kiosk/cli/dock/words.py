"""What the dock says, in both languages at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MID_ROWS: Final = 400
"""Rows of a sticker's eight hundred after which "in the middle" strikes."""

MID_BYTES: Final = 20_000
"""Bytes of a sticker's sixty thousand, likewise."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text in two languages."""

    th: str
    en: str


@dataclass(frozen=True, slots=True)
class Story:
    """What a card's case is about, and what its owner will see; `prints` if a sticker comes.

    `code` is the K- code on the kiosk's screen, empty where it shows none.
    """

    title: Said
    outcome: Said
    code: str = ""
    prints: bool = False


@dataclass(frozen=True, slots=True)
class FaultButton:
    """A fault as the emulator takes it, `name` or `name@N`, and what it is called here."""

    spec: str
    label: Said


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Faults of one kind; `is_rare` ones are folded away at first."""

    title: Said
    buttons: tuple[FaultButton, ...]
    is_rare: bool = False


def _prints(th: str, en: str) -> Story:
    return Story(Said(th, en), Said("พิมพ์ได้", "Prints"), prints=True)


def _refused(code: str, th: str, en: str, why_th: str, why_en: str) -> Story:
    return Story(Said(th, en), Said(why_th, why_en), code)


STORIES: Final[dict[str, Story]] = {
    "car": _prints("รถเก๋ง", "Private car"),
    "pickup": _prints("รถกระบะ", "Pickup, taxed by weight"),
    "motorcycle": _prints("รถจักรยานยนต์", "Motorcycle"),
    "electric": _prints("รถยนต์ไฟฟ้า", "Electric car"),
    "personalised": _prints("ป้ายทะเบียนมีคำ", "Plate with a word"),
    "already-printed": _refused("K-113", "พิมพ์ไปแล้ว", "Printed before", "บอกวันที่พิมพ์", "Says when"),
    "printed-elsewhere": _refused(
        "K-117", "ได้รับที่อื่นแล้ว", "Issued elsewhere", "ไม่พิมพ์ซ้ำ", "Not twice"
    ),
    "refunded": _refused("K-103", "คืนเงินแล้ว", "Refunded", "ไม่พิมพ์", "Refused"),
    "pending": _refused("K-102", "รอยืนยันการชำระ", "Payment pending", "ยังไม่พิมพ์", "Not yet"),
    "frozen": _refused("K-105", "ทะเบียนถูกอายัด", "Registration frozen", "ไม่พิมพ์", "Refused"),
    "problem": _refused("K-118", "มีข้อขัดข้อง", "Held by central", "บอกเหตุผล", "Says why"),
    "fines": Story(
        Said("มีใบสั่งค้างชำระ", "Unpaid fines"),
        Said("พิมพ์ได้ แจ้ง", "with advice"),
        "K-106",
        prints=True,
    ),
    "wrong-office": _refused("K-107", "นัดรับสำนักงานอื่น", "Another office", "บอกที่รับ", "Says where"),
    "expired": _refused("K-109", "รอบภาษีสิ้นสุดแล้ว", "Tax period over", "ไม่พิมพ์", "Refused"),
    "by-post": _refused("K-110", "เลือกรับทางไปรษณีย์", "Comes by post", "บอกเลขพัสดุ", "Says EMS"),
    "tampered": _refused("K-111", "ข้อมูลถูกแก้ไข", "Tampered record", "ไม่พิมพ์", "Refused"),
    "late-arrival": _refused("K-103", "ข้อมูลเก่ามาทีหลัง", "Late old version", "ไม่พิมพ์", "Refused"),
}


def _button(spec: str, th: str, en: str) -> FaultButton:
    return FaultButton(spec, Said(th, en))


FAULT_GROUPS: Final = (
    FaultGroup(
        Said("กระดาษ", "Paper"),
        (
            _button("paper-out", "กระดาษหมด", "Paper out"),
            _button(f"paper-out@{MID_ROWS}", "หมดกลางแผ่น", "Out mid-sticker"),
            _button("near-end", "ใกล้หมด", "Nearly out"),
        ),
    ),
    FaultGroup(
        Said("ตัวเครื่อง", "Machine"),
        (
            _button("cover-open", "ฝาเปิด", "Cover open"),
            _button("cutter-jam", "ใบมีดติด", "Cutter jam"),
            _button("too-hot", "หัวพิมพ์ร้อน", "Head too hot"),
            _button("offline", "ออฟไลน์", "Offline"),
            _button("unrecoverable", "เครื่องเสีย", "Breakdown"),
        ),
    ),
    FaultGroup(
        Said("ไฟฟ้าและการตอบ", "Power and answers"),
        (
            _button(f"power-cut@{MID_ROWS}", "ไฟดับกลางแผ่น", "Power cut mid-sticker"),
            _button("lost-acknowledgement", "คำยืนยันหาย", "Confirmation lost"),
            _button("silent", "ไม่ตอบ", "Silent"),
        ),
    ),
    FaultGroup(
        Said("สายและไฟฟ้า", "Line and power"),
        (
            _button("power-cut", "ไฟดับทันที", "Power cut now"),
            _button(f"power-cut-at-byte@{MID_BYTES}", "ไฟดับขณะรับ", "Power cut receiving"),
            _button(f"disconnect@{MID_BYTES}", "สายหลุด", "Line drops"),
            _button("slow-line", "สายช้า", "Slow line"),
            _button("real-speed", "พิมพ์ช้าแบบจริง", "Real speed"),
            _button("prints-on", "พิมพ์ต่อเอง", "Prints on alone"),
        ),
        is_rare=True,
    ),
    FaultGroup(
        Said("คำตอบแปลก", "Odd answers"),
        (
            _button("half-replies", "ตอบครึ่งเดียว", "Half replies"),
            _button("duplicate-replies", "ตอบซ้ำ", "Duplicate replies"),
            _button("garbage-replies", "สัญญาณรบกวน", "Noise"),
            _button("foreign-ids", "ยืนยันงานอื่น", "Other job's id"),
            _button("no-process-id", "รุ่นไม่มีรหัสงาน", "No process ids"),
            _button("no-margins", "รุ่นไม่เว้นขอบซ้าย", "No left margin"),
        ),
        is_rare=True,
    ),
)
"""Every fault of the emulator's catalogue, the ones that happen in offices first."""
