"""What can go wrong, and how it is found: one file a fault in the folder `faults`.

A fault subclasses `Fault`, says its name and meaning, and overrides the hooks it needs. Its file
needs no entry anywhere: the catalogue is what lies in the folder.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from kiosk.printer.emulator.machine import Machine


class Fault:
    """One thing that goes wrong. Hooks are called with the machine's lock held.

    `at` counts rows or bytes (see `unit`) from the moment the fault is set; None is at once.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    unit: ClassVar[str] = ""

    def __init__(self, at: int | None = None) -> None:
        self.at = at

    def begin(self, machine: Machine) -> None:
        """Break what breaks at once."""

    def mend(self, machine: Machine) -> None:
        """Do what a person does to put it right."""

    def on_received(self, machine: Machine, chunk: bytes) -> bytes:  # noqa: ARG002 - a hook
        """Return what the printer gets of the bytes that arrived."""
        return chunk

    def wire_s(self, count: int) -> float:  # noqa: ARG002 - a hook
        """Return how much longer so many bytes take on the wire."""
        return 0.0

    def on_move(self, machine: Machine) -> None:
        """Act after paper moved, a row or a feed."""

    def may_cut(self, machine: Machine) -> bool:  # noqa: ARG002 - a hook
        """Whether the cutter moves."""
        return True

    def on_reply(self, reply: bytes) -> bytes:
        """Return what the host gets of one whole reply."""
        return reply


class RowFault(Fault):
    """A fault that strikes at once, or when `at` more rows of paper have moved.

    A feed is not interrupted: when the row lies in one, the fault strikes at its end.
    """

    unit = "row"

    def strike(self, machine: Machine) -> None:
        """Do the damage."""
        raise NotImplementedError

    def begin(self, machine: Machine) -> None:
        """Strike, unless rows are to be counted first."""
        self._strikes_at: int | None = machine.mechanism.rows_moved + (self.at or 0)
        self.on_move(machine)

    def on_move(self, machine: Machine) -> None:
        """Strike once, when the row is reached."""
        if self._strikes_at is not None and machine.mechanism.rows_moved >= self._strikes_at:
            self._strikes_at = None
            self.strike(machine)


class UnknownFaultError(ValueError):
    """No file of the catalogue has that name, or it takes no such number."""


@functools.cache
def catalogue() -> Mapping[str, type[Fault]]:
    """Return every fault by name. Reads the folder at the first call."""
    from kiosk.printer.emulator import faults  # noqa: PLC0415 - a fault's file imports this one

    for module in pkgutil.iter_modules(faults.__path__):
        importlib.import_module(f"{faults.__name__}.{module.name}")
    found = sorted(_leaves(Fault), key=lambda kind: kind.name)
    return MappingProxyType({kind.name: kind for kind in found})


def _leaves(kind: type[Fault]) -> list[type[Fault]]:
    below = kind.__subclasses__()
    return [leaf for child in below for leaf in _leaves(child)] if below else [kind]


def parse_fault(spec: str) -> Fault:
    """Read `name` or `name@N`. Raises `UnknownFaultError` with the names there are."""
    name, marked, number = spec.partition("@")
    kind = catalogue().get(name)
    if kind is None:
        raise UnknownFaultError(f"no fault named {name!r}; there are: {', '.join(catalogue())}")
    if not marked:
        return kind()
    if not kind.unit:
        raise UnknownFaultError(f"{name} takes no number")
    if not number.isdecimal():
        raise UnknownFaultError(f"{name}@N wants the number of a {kind.unit}, not {number!r}")
    return kind(int(number))
