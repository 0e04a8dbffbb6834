"""The printer as one thing: ears, motor, mechanism, voice, and whatever is wrong with it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kiosk.domain.printing import Capabilities
from kiosk.printer.emulator import answers
from kiosk.printer.emulator.ailments import Ailments
from kiosk.printer.emulator.fault import Fault, parse_fault
from kiosk.printer.emulator.host import HostLine
from kiosk.printer.emulator.mechanism import Mechanism, Sensors, Trouble
from kiosk.printer.emulator.motor import Motor
from kiosk.printer.emulator.parser import Parser
from kiosk.printer.emulator.tap import AskStatus, RealTime, RealTimeTap, Recover
from kiosk.printer.emulator.tray import Tray

FULL = Capabilities(process_id=True, counters=True, clear_buffer=True)
CLONE = Capabilities(process_id=False, counters=False, clear_buffer=False)
DEFAULT_BUFFER_BYTES = 64 * 1024


class Machine:
    """One emulated printer without a plug; all of it is guarded by `lock`."""

    def __init__(
        self,
        tray: Tray,
        *,
        speed_mm_s: float | None = None,
        abilities: Capabilities = FULL,
        buffer_bytes: int = DEFAULT_BUFFER_BYTES,
    ) -> None:
        self.tray = tray
        self.mechanism = Mechanism()
        self.abilities = abilities
        self.lock = threading.Condition()
        self.ailments = Ailments(self)
        self._parser, self._tap = Parser(), RealTimeTap()
        self.motor = Motor(self, speed_mm_s, buffer_bytes)
        self._is_dark = False
        self._line = HostLine()
        self._auto_status_mask = 0
        self._told = b""

    @property
    def sensors(self) -> Sensors:
        """What the printer feels now."""
        return self.mechanism.sensors

    def switch_on(self) -> None:
        """Start to carry out what is buffered."""
        self.motor.start()

    def switch_off(self) -> None:
        """Stop for good."""
        self.motor.stop()

    # The line to the host

    def attach(self, send: Callable[[bytes], None], drop_line: Callable[[], None]) -> None:
        """Take a host's line: replies go to `send`, `drop_line` hangs up."""
        with self.lock:
            self._line.attach(send, drop_line)

    def detach(self) -> None:
        """Lose the host. What is buffered is printed all the same."""
        with self.lock:
            self._line.detach()
            self.lock.notify_all()

    def hang_up(self) -> None:
        """Drop the line, if a host is there."""
        with self.lock:
            self._line.hang_up()

    def reply(self, raw: bytes) -> None:
        """Say one whole reply, unless a fault swallows it or nobody listens."""
        with self.lock:
            raw = self.ailments.said(raw)
            if raw and not self._is_dark:
                self._line.say(raw)

    def receive(self, chunk: bytes) -> None:
        """Take bytes from the host; waits while the buffer is full and the printer works."""
        with self.lock:
            chunk = self.ailments.received(chunk)
            if self._is_dark:
                return
            for stretch, command in self._tap.split(chunk):
                for order in self._parser.feed(stretch):
                    self.motor.put(order)
                if command is not None:
                    self._obey(command)

    def _obey(self, command: RealTime) -> None:
        if isinstance(command, AskStatus):
            self.reply(answers.status_byte(command.kind, self.sensors))
        elif isinstance(command, Recover):
            if not command.restart:
                self.forget()
            if self.sensors.trouble is Trouble.CUTTER:
                self.sensors.trouble = Trouble.NONE
            self.announce()
        elif self.abilities.clear_buffer:
            self.forget()
            self.reply(answers.CLEARED)

    # Power

    @property
    def is_dark(self) -> bool:
        """Whether the power is out: nobody answers, and a call is hung up at once."""
        return self._is_dark

    def lose_power(self) -> None:
        """Stop in the middle: the line, the buffer and every setting of the host are gone."""
        with self.lock:
            self._is_dark = True
            self.hang_up()
            self.forget()
            self._auto_status_mask, self._told = 0, b""
            self.motor.forget_settings()

    def regain_power(self) -> None:
        """Come back empty; the paper hangs where it stopped."""
        with self.lock:
            self._is_dark = False

    # Work

    def forget(self) -> None:
        """Drop everything received and not yet printed."""
        with self.lock:
            self.motor.clear()
            self._parser.reset()
            self.mechanism.drop_line()

    def tear_off(self) -> None:
        """Take out the paper that hangs there uncut."""
        with self.lock:
            piece = self.mechanism.tear()
            if piece is not None:
                self.tray.drop(piece)

    def set_auto_status(self, mask: int) -> None:
        """Report changes from now on, and the present state at once; 0 ends it."""
        self._auto_status_mask, self._told = mask, b""
        self.announce()

    def announce(self) -> None:
        """Tell the host about a change, if it asked for that."""
        with self.lock:
            state = answers.auto_status(self.sensors)
            if self._auto_status_mask and state != self._told:
                self._told = state
                self.reply(state)
            self.lock.notify_all()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing is buffered or moving; False when time ran out first."""
        with self.lock:
            return self.lock.wait_for(
                lambda: self.motor.is_empty and not self.motor.is_moving, timeout_s
            )

    def wait_still(self, timeout_s: float) -> bool:
        """Wait until nothing can move by itself: no host, and idle, stopped or dark."""
        with self.lock:
            return self.lock.wait_for(
                lambda: (
                    not self._line.is_there
                    and (self._is_dark or self.sensors.is_stopped or self.motor.is_empty)
                    and not self.motor.is_moving
                ),
                timeout_s,
            )

    # Faults

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong now."""
        with self.lock:
            return self.ailments.all

    def inject(self, spec: str) -> None:
        """Set a fault, `name` or `name@N`; one already set by that name is mended first."""
        fault = parse_fault(spec)
        with self.lock:
            self.ailments.begin(fault)
            self.announce()

    def mend(self, name: str) -> None:
        """Put one fault right; nothing happens when it is not set."""
        with self.lock:
            if self.ailments.mend(name):
                self.announce()
