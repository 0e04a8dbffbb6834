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
    """What a card's case is about, and what its owner will see; `prints` if a sticker comes."""

    title: Said
    outcome: Said
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


def _refused(th: str, en: str, why_th: str, why_en: str) -> Story:
    return Story(Said(th, en), Said(why_th, why_en))


STORIES: Final[dict[str, Story]] = {
    "car": _prints("รถเก๋ง", "Private car"),
    "pickup": _prints("รถกระบะ", "Pickup, taxed by weight"),
    "motorcycle": _prints("รถจักรยานยนต์", "Motorcycle"),
    "electric": _prints("รถยนต์ไฟฟ้า", "Electric car"),
    "personalised": _prints("ป้ายทะเบียนมีคำ", "Plate with a word"),
    "already-printed": _refused(
        "พิมพ์ไปแล้ว", "Printed before", "บอกวันที่พิมพ์ K-113", "Says when: K-113"
    ),
    "printed-elsewhere": _refused(
        "ได้รับที่อื่นแล้ว", "Issued elsewhere", "ไม่พิมพ์ซ้ำ K-117", "Not twice: K-117"
    ),
    "refunded": _refused("คืนเงินแล้ว", "Refunded", "ไม่พิมพ์ K-103", "Refused: K-103"),
    "pending": _refused("รอยืนยันการชำระ", "Payment pending", "ยังไม่พิมพ์ K-102", "Not yet: K-102"),
    "frozen": _refused("ทะเบียนถูกอายัด", "Registration frozen", "ไม่พิมพ์ K-105", "Refused: K-105"),
    "problem": _refused("มีข้อขัดข้อง", "Held by central", "บอกเหตุผล K-118", "Says why: K-118"),
    "fines": Story(
        Said("มีใบสั่งค้างชำระ", "Unpaid fines"),
        Said("พิมพ์ได้ แจ้ง K-106", "with advice"),
        prints=True,
    ),
    "wrong-office": _refused(
        "นัดรับสำนักงานอื่น", "Another office", "บอกที่รับ K-107", "Says where: K-107"
    ),
    "expired": _refused("รอบภาษีสิ้นสุดแล้ว", "Tax period over", "ไม่พิมพ์ K-109", "Refused: K-109"),
    "by-post": _refused("เลือกรับทางไปรษณีย์", "Comes by post", "บอกเลขพัสดุ K-110", "Says EMS: K-110"),
    "tampered": _refused("ข้อมูลถูกแก้ไข", "Tampered record", "ไม่พิมพ์ K-111", "Refused: K-111"),
    "late-arrival": _refused("ข้อมูลเก่ามาทีหลัง", "Late old version", "ไม่พิมพ์ K-103", "Refused: K-103"),
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
