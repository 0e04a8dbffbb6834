"""What carries out the orders, in the time that their movements take."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kiosk.printer.emulator.buffer import Buffer
from kiosk.printer.emulator.orders import Order
from kiosk.printer.emulator.pace import Pace
from kiosk.printer.emulator.work import Work

if TYPE_CHECKING:
    from kiosk.printer.emulator.machine import Machine


class Motor:
    """The buffer, and a thread that empties it; so printing goes on when the host is gone.

    All of it is guarded by the machine's lock, which is notified of every change.
    """

    def __init__(self, machine: Machine, speed_mm_s: float | None, buffer_bytes: int) -> None:
        self._machine, self._lock = machine, machine.lock
        self._work = Work(machine)
        self._pace = Pace(speed_mm_s)
        self._buffer = Buffer(buffer_bytes)
        self._is_moving = self._is_off = False
        self._thread = threading.Thread(target=self._run, name="printer-mechanism", daemon=True)

    def start(self) -> None:
        """Start to carry out what is buffered."""
        self._thread.start()

    def stop(self) -> None:
        """Stop for good."""
        with self._lock:
            self._is_off = True
            self._lock.notify_all()
        self._thread.join()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is buffered."""
        return not self._buffer

    @property
    def is_moving(self) -> bool:
        """Whether an order is being carried out."""
        return self._is_moving

    def put(self, order: Order) -> None:
        """Buffer an order; waits while there is no room and the mechanism works."""
        with self._lock:
            # A printer that stopped goes on listening, or it could not be cleared.
            self._lock.wait_for(
                lambda: self._buffer.has_room(order) or self._is_stopped or self._is_off
            )
            self._buffer.put(order)
            self._lock.notify_all()

    def clear(self) -> None:
        """Drop everything that is buffered."""
        with self._lock:
            self._buffer.clear()
            self._lock.notify_all()

    def forget_settings(self) -> None:
        """Be as after switching on."""
        self._work = Work(self._machine)
        self._machine.mechanism.set_margin(0)

    def run_at(
        self, speed_mm_s: float | None, buffer_bytes: int | None
    ) -> tuple[float | None, int]:
        """Move at another speed, through another buffer; return what was there before."""
        with self._lock:
            before = (self._pace.speed_mm_s, self._buffer.size_bytes)
            self._pace.speed_mm_s = speed_mm_s
            self._buffer.size_bytes = buffer_bytes or self._buffer.size_bytes
            self._lock.notify_all()
            return before

    @property
    def _is_stopped(self) -> bool:
        return self._machine.sensors.is_stopped

    def _run(self) -> None:
        while (order := self._next_order()) is not None:
            # Time passes first: paper is where it is only when it got there.
            self._pace.spend(self._work.cost(order))
            with self._lock:
                # Meanwhile the buffer may have been cleared, or the cover opened.
                is_due = self._buffer.first is order and not self._is_stopped
                if is_due and self._work.carry_out(order):
                    self._buffer.done(order)
                self._machine.announce()

    def _next_order(self) -> Order | None:
        """Wait for something to do; None when switched off."""
        with self._lock:
            self._is_moving = False
            self._lock.notify_all()
            self._lock.wait_for(lambda: self._is_off or (self._buffer and not self._is_stopped))
            self._is_moving = True
            return None if self._is_off else self._buffer.first
