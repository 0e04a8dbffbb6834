from __future__ import annotations

import re

import pytest

from kiosk.domain.audit import CATALOGUE, Actor, AuditEvent, UnknownEventError, check_event


def test_every_event_stands_in_the_catalogue_with_a_line_about_it() -> None:
    assert set(CATALOGUE) == set(AuditEvent)
    for event, spec in CATALOGUE.items():
        assert re.fullmatch(r"[A-Z].+\.", spec.doc), event
        assert set(spec.who) <= {*map(str, Actor), "staff"}, event
        assert spec.who, event
        assert spec.required, event


@pytest.mark.parametrize("event", AuditEvent)
def test_an_event_wants_its_actor_and_all_its_fields(event: AuditEvent) -> None:
    spec = CATALOGUE[event]
    for who in ("staff:T-1", *map(str, Actor)):
        if ("staff" if who.startswith("staff:") else who) in spec.who:
            check_event(event, who, {*spec.required, "more"})
            for field in spec.required:
                with pytest.raises(UnknownEventError, match=field):
                    check_event(event, who, spec.required - {field})
        else:
            with pytest.raises(UnknownEventError, match="cannot cause it"):
                check_event(event, who, spec.required)


@pytest.mark.parametrize("actor", ["", "somebody", "staff", "staff:"])
def test_nobody_is_no_actor(actor: str) -> None:
    with pytest.raises(UnknownEventError):
        check_event(AuditEvent.SERVICE_STOPPED, actor, {"why"})
