"""Members of staff by role, and what each role may do at a kiosk.

A technician looks after the machine, a registrar (นายทะเบียน) after the register, a supervisor after
both. What only shows something is open to every role.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What a member of staff is at this office."""

    TECHNICIAN = "technician"
    REGISTRAR = "registrar"
    SUPERVISOR = "supervisor"


class Act(StrEnum):
    """What staff may be allowed to do."""

    ANSWER_CALLS = "answer-calls"
    PRINT_REPORT = "print-report"
    STOP_SERVICE = "stop-service"
    RESUME_SERVICE = "resume-service"
    SERVE_PRINTER = "serve-printer"
    CHANGE_STOCK = "change-stock"
    RESOLVE_DOUBT = "resolve-doubt"
    SETTLE_CONFLICT = "settle-conflict"
    GIVE_UP_RECORD = "give-up-record"


_EVERYBODY: Final = frozenset({Act.ANSWER_CALLS, Act.PRINT_REPORT, Act.STOP_SERVICE})
"""Stopping is always safe; only who knows the machine may put it back into service."""

_MACHINE: Final = frozenset(
    {Act.RESUME_SERVICE, Act.SERVE_PRINTER, Act.CHANGE_STOCK, Act.RESOLVE_DOUBT}
)
_REGISTER: Final = frozenset({Act.SETTLE_CONFLICT, Act.GIVE_UP_RECORD})

MAY: Final[Mapping[Role, frozenset[Act]]] = MappingProxyType(
    {
        Role.TECHNICIAN: _EVERYBODY | _MACHINE,
        Role.REGISTRAR: _EVERYBODY | _REGISTER,
        Role.SUPERVISOR: _EVERYBODY | _MACHINE | _REGISTER,
    }
)
"""Who may do what. Of the people who end a doubt one needs RESOLVE_DOUBT; the others any role."""


def roles_for(act: Act) -> tuple[Role, ...]:
    """Return the roles that may do something."""
    return tuple(role for role, acts in MAY.items() if act in acts)
