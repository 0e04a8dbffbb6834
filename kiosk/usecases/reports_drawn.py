"""The shift report as lines on plain paper, Thai first, and the code of the log's head."""

from __future__ import annotations

from kiosk.domain.thai import long_datetime
from kiosk.sticker.receipt import Row
from kiosk.store.stock import Roll
from kiosk.usecases.reporting import ShiftReport

_HASH_GROUP = 16


def head_code(report: ShiftReport) -> str:
    """Return what the QR says, in letters that QR holds best: kiosk, row and hash of the head."""
    return f"HEAD:{report.kiosk}:{report.head_number}:{report.head_hash}".upper()


def report_rows(report: ShiftReport) -> list[Row]:
    """Lay the report out as rows; the hash of the head stands there in full."""
    since = "–" if report.since is None else long_datetime(report.since, "th")
    hashed = report.head_hash
    return [
        Row("รายงานประจำกะ", is_title=True),
        Row("Shift report"),
        Row(report.office),
        Row("ตู้ / kiosk", report.kiosk),
        Row("ตั้งแต่ / from", since),
        Row("ถึง / to", long_datetime(report.until, "th")),
        Row(),
        Row("พิมพ์แล้ว / printed", str(report.printed)),
        Row("เสีย / spoiled", str(report.spoiled)),
        Row("ไม่มีกระดาษออก / no output", str(report.no_output)),
        Row("ยกเลิก / cancelled", str(report.cancelled)),
        Row("รอตรวจสอบ / in doubt", str(report.in_doubt)),
        *(row for roll in report.rolls for row in _roll(roll)),
        Row(),
        Row("บันทึกล่าสุด / log head", str(report.head_number)),
        *(Row(hashed[at : at + _HASH_GROUP * 2]) for at in range(0, len(hashed), _HASH_GROUP * 2)),
    ]


def _roll(roll: Roll) -> list[Row]:
    accounted = roll.issued + roll.spoiled + roll.returned + roll.left
    sign = "=" if accounted == roll.blanks else "≠"
    return [
        Row(),
        Row(f"ม้วน / roll {roll.first}–{roll.last}"),
        Row("บรรจุ / loaded", str(roll.blanks)),
        Row(f"{sign} ออกแล้ว / issued", str(roll.issued)),
        Row("+ เสีย / spoiled", str(roll.spoiled)),
        Row("+ คืน / returned", str(roll.returned)),
        Row("+ เหลือ / left", str(roll.left)),
    ]
