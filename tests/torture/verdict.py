"""The invariants, asked of the paper first and of the database second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from kiosk.domain.job import EDGES, JobState
from kiosk.store import jobs as store_jobs
from kiosk.store.engine import reading
from kiosk.store.proof import Broken, verify
from kiosk.usecases.stocking import reconcile
from tests.torture.house import House
from tests.torture.paper import Sheet

_JOBS = (
    "SELECT j.reference, j.attempt, j.serial, j.state, i.validity FROM jobs j"
    " LEFT JOIN issues i ON i.job_number = j.number"
)
_ERRANDS = (
    "SELECT r.kind, r.state, r.outcome, b.fate FROM service_requests r"
    " JOIN blanks b ON b.serial = r.serial WHERE r.outcome IS NULL OR r.outcome <> 'not-ready'"
)
_SLIPS_ON_BLANKS = (
    "SELECT count(*) FROM service_requests WHERE kind = 'status' AND serial IS NOT NULL"
)
_ON_PAPER = {"test-print": "TEST:", "report": "HEAD:"}
"""What the QR of such a page begins with."""

_WHOLE_STATES = ("sending", "in_doubt", "printed", "spoiled")

KINDS = ("doubles", "lost", "phantoms", "broken")
"""What can be wrong."""

Key = tuple[str, int, str]
"""Reference, attempt and serial: what a QR and a job have in common."""


@dataclass(slots=True)
class Verdict:
    """What was found wrong in so many cycles; empty lists are what we want."""

    cycles: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    doubles: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    phantoms: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.doubles or self.lost or self.phantoms or self.broken)

    def __iadd__(self, other: Verdict) -> Self:
        for name in KINDS:
            getattr(self, name).extend(getattr(other, name))
        self.cycles += other.cycles
        self.outcomes.update(other.outcomes)
        return self

    def lines(self) -> Iterable[str]:
        """Tell each thing that is wrong."""
        for name in KINDS:
            for what in getattr(self, name):
                yield f"{name}: {what}"


def forgotten(house: House, shown: Path) -> list[str]:
    """Name what a person saw on the screen before the power went out and is not known after it."""
    try:
        job_id, seen = shown.read_text(encoding="ascii").split()
    except (FileNotFoundError, ValueError):
        return []  # nothing was shown, or the pen broke off
    with reading(house.engine) as connection:
        job = store_jobs.by_id(connection, job_id)
    if job is not None and (job.state == seen or may_become(JobState(seen), job.state)):
        return []
    return [f"job {job_id} was shown as {seen} and is {'gone' if job is None else job.state}"]


def may_become(before: JobState, after: JobState) -> bool:
    """Whether steps lead from one state to the other."""
    return any(b is after or may_become(b, after) for a, b in EDGES if a is before)


def outcomes(house: House) -> Counter[str]:
    """Count the jobs by what became of them."""
    with reading(house.engine) as connection:
        rows = connection.exec_driver_sql("SELECT state, count(*) FROM jobs GROUP BY 1").fetchall()
    return Counter(dict(map(tuple, rows)))


def judge(house: House, sheets: Collection[Sheet], *, with_log: bool) -> Verdict:
    """Compare all paper that ever fell with the database."""
    verdict = Verdict()
    with reading(house.engine) as connection:
        rows = connection.exec_driver_sql(_JOBS).fetchall()
        errands = [tuple(row) for row in connection.exec_driver_sql(_ERRANDS)]
        if connection.exec_driver_sql(_SLIPS_ON_BLANKS).scalar():
            verdict.broken.append("a slip used a blank up")
        if with_log:
            proof = verify(connection)
            if isinstance(proof, Broken):
                verdict.broken.append(proof.what)
            check = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            if check != "ok":
                verdict.broken.append(str(check))
    jobs = {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}
    paper = Counter(_key(claims) for sheet in sheets for claims in sheet.claims)
    whole = {_key(claims) for sheet in sheets for claims in sheet.whole}
    _compare(jobs, paper, whole, verdict)
    _compare_errands(errands, sheets, verdict)
    rolls = reconcile(house.engine)
    if not all(roll.holds for roll in rolls):
        verdict.broken.append("a roll's equation does not hold")
    used = sum(found.roll.issued + found.roll.spoiled for found in rolls)
    cut = sum(sheet.was_cut for sheet in sheets)
    if cut > used:
        verdict.broken.append(f"{cut} pieces were cut, and only {used} blanks count as used")
    return verdict


def _compare_errands(
    errands: Sequence[tuple[str, str, str | None, str]], sheets: Collection[Sheet], verdict: Verdict
) -> None:
    """Compare the pages that are no stickers with what staff asked for, by their number."""
    for kind, _, outcome, fate in errands:
        if fate != "spoiled":
            verdict.broken.append(f"a {kind} ended {outcome}, and its blank is {fate}")
    for kind, begin in _ON_PAPER.items():
        of_kind = [state for asked, state, _, _ in errands if asked == kind]
        done, used = of_kind.count("done"), len(of_kind)
        lie = sum(text.startswith(begin) for sheet in sheets for text in sheet.others)
        if lie > used:
            verdict.phantoms.append(f"{lie} {kind} pages lie there, and {used} used a blank up")
        if lie < done:
            verdict.lost.append(f"{done} {kind} pages are done, and {lie} lie there")


def _key(claims: object) -> Key:
    return claims.grant.reference, claims.attempt, claims.serial  # type: ignore[attr-defined] # StickerClaims


def _compare(
    jobs: dict[Key, tuple[str, str | None]], paper: Counter[Key], whole: set[Key], verdict: Verdict
) -> None:
    good: Counter[str] = Counter()
    for key, count in paper.items():
        state, validity = jobs.get(key, ("missing", None))
        if state not in _WHOLE_STATES:
            verdict.phantoms.append(f"a whole sticker of {key}, whose job is {state}")
        if validity != "void":
            good[key[0]] += count
    for reference, count in good.items():
        if count > 1:
            verdict.doubles.append(f"{count} valid stickers of {reference}")
    for key, (state, _) in jobs.items():
        if state == "printed" and key not in whole:
            verdict.lost.append(f"{key} is PRINTED and there is no whole paper")
