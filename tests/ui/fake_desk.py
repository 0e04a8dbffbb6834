"""A desk without database or printer: scripted records, and jobs that are moved by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from kiosk.domain.decide import Eligible, Refused
from kiosk.domain.job import OPEN, WAITING, CancelCause, JobState
from kiosk.domain.plate import Plate
from kiosk.domain.printing import Picture
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import Delivery, PaidRecord
from kiosk.domain.vehicle import RyClass
from kiosk.sticker.receipt import Row
from kiosk.usecases.views import Denied, Found, JobView, MachineView, NeedsId, Opened, SlipView
from tests.records import PAYABLE

AS_OF = datetime(2026, 11, 21, 13, 15, tzinfo=UTC)
PRINTED_AT = datetime(2026, 11, 19, 3, 5, tzinfo=UTC)
OWNER_ID = "1101700230708"
OTHER_ID = "3100600445635"


def record(
    number: int,
    plate: str = "1กข1234",
    *,
    ry: RyClass = RyClass.PRIVATE_CAR,
    make: str = "TOYOTA",
    province: str = "กรุงเทพมหานคร",
    office: str = "BKK-5",
    owner: str = "00",
) -> PaidRecord:
    return replace(
        PAYABLE,
        reference=f"TX-{number:08d}",
        plate=Plate(plate, province),
        vehicle=replace(PAYABLE.vehicle, ry_class=ry, make=make),
        owner=replace(PAYABLE.owner, id_digest=owner),
        paid_at=AS_OF,
        office=office,
        fines_satang=150_000,
    )


def signed_code(reference: str) -> str:
    """As long as a real one; the fake reads the reference out of it."""
    return f"DLT1:{reference}*" + "6BF%T $OE+X.Q/9:" * 8


def blank_picture(_: PaidRecord) -> Picture:
    return Picture(576, 640, bytes([0b11110000] * (72 * 640)))


class FakeDesk:
    """Records by reference with the decision on each; `reasons` put the machine out of service."""

    def __init__(self, draw: Callable[[PaidRecord], Picture] = blank_picture) -> None:
        self.draw = draw
        self.records: dict[str, PaidRecord] = {}
        self.decisions: dict[str, Eligible | Refused] = {}
        self.jobs: dict[str, JobView] = {}
        self.visits: dict[str, str] = {}
        self.reasons: tuple[Reason, ...] = ()
        self.denied: Denied | None = None
        self.taken_jobs: list[str] = []
        self.requests = 0
        self.calls: list[Reason | None] = []
        self.names: dict[str, str] = {}
        self.raised: Exception | None = None
        self.data_as_of: datetime | None = AS_OF
        self.is_broken = False
        self.prints_slips = False
        self.has_left_sticker = False
        self.slip_denied: Denied | None = None
        self.slips: list[tuple[str, str]] = []
        self.ended: list[str] = []
        self.slip_rows: list[list[Row]] = []
        self.slip_view = SlipView(is_open=True, is_printed=False, may_ask_again=False)

    def add(self, added: PaidRecord, *reasons: Reason, advice: tuple[Reason, ...] = ()) -> str:
        self.records[added.reference] = added
        self.decisions[added.reference] = Refused(reasons) if reasons else Eligible(advice)
        return added.reference

    def move(self, job_id: str, state: JobState, **changes: object) -> None:
        self.jobs[job_id] = dataclasses.replace(self.jobs[job_id], state=state, **changes)

    def furnish(self) -> None:
        """Put in a record of each kind the screens must show."""
        self.add(record(1, owner="01"), advice=(Reason.FINES,))
        self.add(record(2, "กขค123", ry=RyClass.MOTORCYCLE, make="HONDA", province="เชียงใหม่"))
        self.add(
            record(3, "ผก1234", ry=RyClass.PRIVATE_TRUCK, make="ISUZU", province="พระนครศรีอยุธยา")
        )
        self.add(record(4, "สุขใจ8888", ry=RyClass.PRIVATE_VAN, make="MERCEDES-BENZ"))
        self.add(record(5, "2ขย7777"), Reason.ALREADY_PRINTED)
        self.add(record(6, "3กษ42"), Reason.FROZEN, Reason.FINES, Reason.INSPECTION_MISSING)
        self.add(record(7, "4กย9", office="BKK-2"), Reason.OTHER_OFFICE)
        self.add(record(8, "10-1234", ry=RyClass.TAXI), Reason.BY_POST)
        self.add(record(9, "9กก9999"), Reason.IN_DOUBT)
        for number, plate in enumerate(("1กก11", "2ขข22", "3คค33"), start=20):
            self.add(record(number, plate, owner="11"))
        self.add(record(23, "4งง44", owner="11"), Reason.FROZEN)
        posted = replace(
            record(30, "5จจ55", owner="22"),
            delivery=Delivery("in transit", "EX123456785TH"),
            policy_number="P012345678",
        )
        self.add(posted, Reason.BY_POST)
        for number in range(40, 54):
            self.add(record(number, f"6ฉฉ{number}", owner="77"))
        told = "เอกสารประกันภัยไม่ครบ กรุณายื่น พ.ร.บ. & ใบรับรองที่สำนักงานขนส่ง"
        self.add(replace(record(31, "6ฉฉ66", owner="33"), problem=told), Reason.PROBLEM_REPORTED)

    def open_by_code(self, text: str) -> Opened | NeedsId | Denied:
        if text.startswith("DLT1:"):
            reference = text.removeprefix("DLT1:").partition("*")[0]
            known = reference in self.records
            return Opened(reference) if known else Denied(Reason.CODE_FORGED)
        if text.upper().startswith("TX-"):
            return NeedsId(text.upper())
        return Denied(Reason.CODE_UNREADABLE)

    def open_by_reference(self, reference: str, owner_id: str) -> Opened | Denied:
        if self.denied is not None:
            return self.denied
        if not reference.startswith("TX-"):
            return Denied(Reason.REFERENCE_MALFORMED)
        if len(owner_id.replace("-", "")) != 13:
            return Denied(Reason.ID_MALFORMED)
        if reference not in self.records:
            return Denied(Reason.NOT_FOUND)
        return Opened(reference) if owner_id == OWNER_ID else Denied(Reason.ID_MISMATCH)

    def open_by_plate(self, plate: str, province: str, owner_id: str) -> Opened | Denied:
        if self.denied is not None:
            return self.denied
        if not plate or not province:
            return Denied(Reason.PLATE_MALFORMED)
        province = self.names.get(province, province)
        for reference, known in self.records.items():
            if known.plate.text == plate.replace(" ", "") and known.plate.province == province:
                return self.open_by_reference(reference, owner_id)
        return Denied(Reason.NOT_FOUND)

    def count_others(self, reference: str) -> int:
        return len(self.of_same_owner(reference)) - 1

    def of_same_owner(self, reference: str) -> tuple[str, ...]:
        asked = self.records[reference].owner.id_digest
        same = [key for key, known in self.records.items() if known.owner.id_digest == asked]
        return (reference, *(key for key in same if key != reference))

    def call_staff(self, about: Reason | None) -> None:
        self.calls.append(about)

    def look(self, reference: str) -> Found | Denied:
        if self.is_broken:
            raise RuntimeError("the desk is broken")
        if self.raised is not None:
            raise self.raised
        if reference not in self.records:
            return Denied(Reason.NOT_FOUND)
        is_printed = Reason.ALREADY_PRINTED in getattr(self.decisions[reference], "reasons", ())
        return Found(
            record=self.records[reference],
            decision=self.decisions[reference],
            issued_at=PRINTED_AT if is_printed else None,
            serial="A0000042" if is_printed else None,
            job=None,
        )

    def request_print(self, reference: str, visit: str) -> JobView | Refused | Denied:
        self.requests += 1
        for job in self.jobs.values():
            if job.reference == reference and job.state in OPEN:
                return job
        if self.reasons:
            return Refused(self.reasons)
        decision = self.decisions[reference]
        if isinstance(decision, Refused):
            return decision
        job_id = f"job-{len(self.jobs) + 1}"
        made = JobView(job_id, reference, JobState.REQUESTED, (), 4, None, None, None)
        self.jobs[job_id] = made
        self.visits[job_id] = visit
        return made

    def request_slip(self, reference: str, visit: str, rows: Sequence[Row]) -> int | Denied:
        if self.slip_denied is not None:
            return self.slip_denied
        self.slips.append((reference, visit))
        self.slip_rows.append([*rows])
        return len(self.slip_rows)

    def slip(self, number: int) -> SlipView | None:
        return self.slip_view if 0 < number <= len(self.slip_rows) else None

    def job(self, job_id: str) -> JobView | None:
        return self.jobs.get(job_id)

    def cancel_waiting(self, visit: str) -> None:
        self.ended.append(visit)
        for job_id, job in list(self.jobs.items()):
            if self.visits[job_id] == visit and job.state in WAITING:
                self.move(job_id, JobState.CANCELLED, cause=CancelCause.SESSION_ENDED.value)

    def taken(self, job_id: str) -> None:
        self.taken_jobs.append(job_id)

    def machine(self) -> MachineView:
        return MachineView(
            reasons=self.reasons,
            data_as_of=self.data_as_of,
            office_th="สำนักงานขนส่งกรุงเทพมหานครพื้นที่ ๕",
            office_en="Bangkok Area Transport Office 5",
            kiosk="BKK-5-1",
            prints_slips=self.prints_slips,
            has_left_sticker=self.has_left_sticker,
        )

    def preview(self, reference: str) -> Picture | Denied:
        return self.draw(self.records[reference])


def furnished(draw: Callable[[PaidRecord], Picture] = blank_picture) -> FakeDesk:
    desk = FakeDesk(draw)
    desk.furnish()
    return desk
