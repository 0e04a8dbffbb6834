"""Who may do what at the machine, and what the log says of those who tried."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine

from kiosk.domain.service import ServiceKind, Tuning
from kiosk.domain.staff import MAY, Act, Role, roles_for
from kiosk.store import people
from kiosk.store.engine import writing
from kiosk.usecases import calling, conflicting, retrying, servicing, stocking
from kiosk.usecases.permitting import NotAllowed, permit
from kiosk.usecases.ports import Clock

if TYPE_CHECKING:
    from tests.conftest import Home

DOINGS: dict[str, tuple[Act, Callable[[Home, str], object]]] = {
    "hear a call": (Act.ANSWER_CALLS, lambda home, by: calling.answer(*at(home), by=by)),
    "print a report": (Act.PRINT_REPORT, lambda home, by: home.ask(ServiceKind.REPORT, by=by)),
    "stop": (Act.STOP_SERVICE, lambda home, by: servicing.stop_service(*at(home), by=by, why="w")),
    "print a test": (Act.SERVE_PRINTER, lambda home, by: home.ask(ServiceKind.TEST_PRINT, by=by)),
    "move stickers": (
        Act.SERVE_PRINTER,
        lambda home, by: servicing.tune(
            *at(home), printer="sticker", wanted=Tuning(1, 0, 0), by=by, why="w"
        ),
    ),
    "return": (
        Act.CHANGE_STOCK,
        lambda home, by: stocking.return_roll(*at(home), by=by),
    ),
    "read in": (Act.CHANGE_STOCK, lambda home, by: stocking.read_in(*at(home), "A0000002", by=by)),
    "spoil": (
        Act.CHANGE_STOCK,
        lambda home, by: stocking.spoil_blanks(
            *at(home), first="A0000001", last="A0000001", by=by, why="w"
        ),
    ),
    "settle": (
        Act.SETTLE_CONFLICT,
        lambda home, by: conflicting.settle_conflict(home.engine, 1, "told", home.clock, actor=by),
    ),
    "give up": (
        Act.GIVE_UP_RECORD,
        lambda home, by: retrying.discard_reject(home.engine, 1, home.clock, actor=by),
    ),
}


def at(home: Home) -> tuple[Engine, Clock]:
    return home.engine, home.clock


def refusals(home: Home) -> list[tuple[str, dict[str, str]]]:
    rows = home.sql("SELECT actor, payload FROM audit_events WHERE event = 'act-refused'")
    return [(actor, json.loads(payload)) for actor, payload in rows]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("doing", DOINGS)
def test_a_role_does_what_the_table_says_and_nothing_else(
    kiosk_home: Home, hire: Callable[[str, str], str], role: Role, doing: str
) -> None:
    act, do = DOINGS[doing]
    by = hire("B-1", role)
    before = len(kiosk_home.events())
    if act in MAY[role]:
        do(kiosk_home, by)
        assert refusals(kiosk_home) == []
    else:
        with pytest.raises(NotAllowed, match=f"takes a {' or a '.join(roles_for(act))}"):
            do(kiosk_home, by)
        assert refusals(kiosk_home) == [(by, {"act": act.value})]
        assert len(kiosk_home.events()) == before + 1


def test_only_who_knows_the_machine_puts_it_back_into_service(
    kiosk_home: Home, hire: Callable[[str, str], str]
) -> None:
    registrar, technician = hire("R-1", "registrar"), hire("T-1", "technician")
    servicing.stop_service(*at(kiosk_home), by=registrar, why="smoke")
    with pytest.raises(NotAllowed):
        servicing.resume_service(*at(kiosk_home), by=registrar, why="no more smoke")
    servicing.resume_service(*at(kiosk_home), by=technician, why="no more smoke")
    assert kiosk_home.one("SELECT count(*) FROM service_stops WHERE resumed_at IS NULL") == 0


def test_every_act_is_somebodys() -> None:
    assert all(roles_for(act) for act in Act)


@pytest.mark.parametrize("badge", ["", "X-9"])
def test_a_badge_that_nobody_has_may_nothing(kiosk_home: Home, badge: str) -> None:
    with pytest.raises(NotAllowed):
        permit(*at(kiosk_home), Act.ANSWER_CALLS, by=f"staff:{badge or 'X'}")


def test_a_disabled_badge_may_nothing(kiosk_home: Home, technician: str) -> None:
    permit(*at(kiosk_home), Act.CHANGE_STOCK, by=technician)
    with writing(kiosk_home.engine) as connection:
        people.disable(connection, "T-101", kiosk_home.clock())
    with pytest.raises(NotAllowed):
        permit(*at(kiosk_home), Act.CHANGE_STOCK, by=technician)


def test_the_kiosk_itself_is_not_held_back(kiosk_home: Home) -> None:
    permit(*at(kiosk_home), Act.CHANGE_STOCK, by="system")
    assert refusals(kiosk_home) == []
