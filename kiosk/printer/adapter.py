"""A printer that speaks ESC/POS, behind the port that the use cases know."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf

from kiosk.domain.printing import (
    Capabilities,
    Confirmed,
    Doubt,
    EvidenceKind,
    NothingSent,
    Picture,
    PrinterState,
    PrinterStatus,
    SendOutcome,
)
from kiosk.domain.service import FACTORY, Tuning
from kiosk.printer import commands, jobs, probe, status
from kiosk.printer.device import Device
from kiosk.printer.links.link import LinkLostError, StalledError
from kiosk.printer.lock import DeviceLock
from kiosk.printer.replies import Reply, StatusByte
from kiosk.printer.watch import Watch
from kiosk.usecases.failpoints import Point, bytes_before_death, reach

STATUS_TIMEOUT_S = 0.5
"""A real-time answer takes milliseconds; after this the printer is silent."""

POLL_S = 0.25
"""How often a printer that reports nothing by itself is asked whether it stopped."""

PROBE_AGAIN_S = 30.0
"""After a probe without an answer: soon for a busy printer, seldom for one that is deaf to it."""

_DOTS_PER_MM = 8
_SLOWEST_SHARE = 0.5  # cold, dark or low on power, a printer runs at half its rated speed
_HEAD_TO_CUTTER_MM = 15
_CUT_AND_ANSWER_S = 3.0  # the cutter, the way of the answer, and a printer that starts slowly


class EscposPrinter:
    """One device, ours alone while `lock` is held. Used by one thread.

    `known` are capabilities stored at an earlier probe. They are asked anew at the first chance, as
    the printer may have been exchanged, and hold while it does not tell. `has_margins`: its
    pictures obey GS L, which no printer tells.
    """

    def __init__(
        self,
        device: Device,
        *,
        name: str,
        speed_mm_s: float,
        known: Capabilities | None = None,
        has_margins: bool = True,
        lock: DeviceLock | None = None,
    ) -> None:
        self.name = name
        self._device = device
        self._speed_mm_s = speed_mm_s
        self._known = known
        self._probe_at = -inf
        self._has_margins = has_margins
        self._lock = lock

    def status(self) -> PrinterStatus:
        """Ask DLE EOT 1-4, one after the other, so that each answer has its question."""
        try:
            return self._ask_status()
        except LinkLostError:
            pass  # a printer may close an idle line; the first reconnect is at once
        try:
            return self._ask_status()
        except LinkLostError as lost:
            return PrinterStatus(PrinterState.UNREACHABLE, str(lost))

    def capabilities(self, *, again: bool = False) -> Capabilities | None:
        """Probe when the printer is ready for it. Its silence is no answer and changes nothing."""
        is_due = again or time.monotonic() >= self._probe_at
        if is_due and self.status().is_ready:
            found = probe.probe(self._device)
            self._probe_at = inf if found else time.monotonic() + PROBE_AGAIN_S
            self._known = found or self._known
        return self._known

    def _surely_can(self) -> Capabilities:
        return self.capabilities() or probe.NOTHING

    def encode(self, picture: Picture, process_id: int, tuning: Tuning = FACTORY) -> bytes:
        """Return the whole job, asking for the best evidence this printer gives."""
        can = self._surely_can()
        return jobs.compose(
            picture,
            process_id,
            by_process_id=can.process_id,
            may_clear=can.clear_buffer,
            has_margins=self._has_margins,
            tuning=tuning,
        )

    def send(
        self, job: bytes, *, process_id: int, on_first_byte: Callable[[], None] | None = None
    ) -> SendOutcome:
        """Print. `on_first_byte` runs when the printer is known to listen, before any byte.

        Raises what `on_first_byte` raises, with nothing sent, and ValueError for a job that does
        not ask for the confirmation of `process_id`.
        """
        watch = Watch(process_id, jobs.awaited_evidence(job, process_id))
        before = self.status()
        if not before.is_ready:
            return NothingSent(before)
        try:
            self._device.settle()
        except LinkLostError as lost:
            return NothingSent(PrinterStatus(PrinterState.UNREACHABLE, str(lost)))
        if on_first_byte is not None:
            on_first_byte()
        try:
            self._hand_over(job)
        except LinkLostError as lost:
            if lost.sent == 0:
                return NothingSent(PrinterStatus(PrinterState.UNREACHABLE, str(lost)))
            sent = len(job) if lost.sent is None else lost.sent
            return Doubt(_cause(lost), sent)
        return self._await(watch, job)

    def _hand_over(self, job: bytes) -> None:
        last = bytes_before_death()
        if last is not None:
            self._device.write(job[:last])
            reach(Point.JOB_BYTES)
        self._device.write(job)
        reach(Point.JOB_SENT)

    def clear(self) -> bool:
        """Ask DLE DC4 8, which works in an error too."""
        try:
            return probe.clear(self._device)
        except LinkLostError:
            return False

    def cut_count(self) -> int | None:
        """Ask GS g 2. It is answered in stream, so a stopped printer does not tell."""
        if not self._surely_can().counters:
            return None
        try:
            return probe.cut_count(self._device)
        except LinkLostError:
            return None

    def close(self) -> None:
        """Close the line, then give the lock back."""
        self._device.drop()
        if self._lock is not None:
            self._lock.release()

    def longest_wait_s(self, job: bytes) -> float:
        """Return how long a job may take until its confirmation, on a slow day."""
        moved_mm = jobs.paper_dots(job) / _DOTS_PER_MM + _HEAD_TO_CUTTER_MM
        moving_s = moved_mm / (self._speed_mm_s * _SLOWEST_SHARE)
        return len(job) / self._device.bytes_per_s + moving_s + _CUT_AND_ANSWER_S

    def _ask_status(self) -> PrinterStatus:
        answers: dict[int, int] = {}
        for kind in status.ALL_KINDS:
            question = commands.status_request(kind)
            answer = self._device.ask(question, _is_status, STATUS_TIMEOUT_S)
            if not isinstance(answer, StatusByte):
                self._device.drop()  # a late answer must not meet the next question
                break
            answers[kind] = answer.value
        return status.from_answers(answers)

    def _await(self, watch: Watch, job: bytes) -> SendOutcome:
        sent = len(job)
        wait_s = self.longest_wait_s(job)
        try:
            self._listen(watch, time.monotonic() + wait_s)
        except LinkLostError as lost:
            return Doubt(_cause(lost), sent)
        if watch.trouble is not None:
            return Doubt(watch.trouble, sent)
        if not watch.is_confirmed:
            return Doubt(f"no confirmation within {wait_s:.1f} s", sent)
        return self._confirm(watch.awaited, sent)

    def _listen(self, watch: Watch, until: float) -> None:
        """Read replies until something is decided or time is over."""
        poll_at = time.monotonic() + POLL_S
        while (now := time.monotonic()) < until:
            for reply in self._device.replies(min(until, poll_at) - now):
                watch.take(reply)
            if watch.trouble is not None or watch.is_confirmed:
                return
            if time.monotonic() >= poll_at:
                poll_at = time.monotonic() + POLL_S
                if not watch.reports_itself:
                    self._device.write(commands.status_request(commands.STATUS_PRINTER))

    def _confirm(self, kind: EvidenceKind, sent: int) -> SendOutcome:
        """Weaker evidence needs a clean status on top."""
        if kind is EvidenceKind.PROCESSED:
            after = self.status()
            if not after.is_ready:
                return Doubt(f"{after.state.value} after the cut", sent)
        return Confirmed(kind)


def _cause(lost: LinkLostError) -> str:
    return str(lost) if isinstance(lost, StalledError) else f"line lost: {lost}"


def _is_status(reply: Reply) -> bool:
    return isinstance(reply, StatusByte)
