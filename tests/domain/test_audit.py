from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.audit import (
    CATALOGUE,
    GENESIS,
    Actor,
    AuditEvent,
    UnknownEventError,
    check_event,
    payload_digest,
    row_hash,
)


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


def test_the_same_payload_under_another_salt_has_another_digest() -> None:
    assert payload_digest(b"a" * 16, "{}") != payload_digest(b"b" * 16, "{}")


row = st.fixed_dictionaries(
    {
        "number": st.integers(0, 300),
        "at": st.text("12", max_size=3),
        "event": st.text("12", max_size=3),
        "actor": st.text("12", max_size=3),
        "digest": st.binary(max_size=3),
        "previous": st.binary(max_size=3),
    }
)


@given(row, row)
def test_different_rows_have_different_hashes(one: dict[str, str], other: dict[str, str]) -> None:
    # Few letters, so that the same text cut at other places comes up.
    assert (row_hash(**one) == row_hash(**other)) is (one == other)  # type: ignore[arg-type]


def test_the_hash_of_a_row_never_changes_its_recipe() -> None:
    # Old logs must verify for ever: this value may not change.
    found = row_hash(
        number=1,
        at="2026-11-21T05:00:00.000000+00:00",
        event="process-started",
        actor="system",
        digest=payload_digest(b"\x00" * 16, '{"process":"ui"}'),
        previous=GENESIS,
    )
    assert found.hex() == "5113c10c4b4dee0e6b868a11201a9131398e7023fd5f3d360c6dae422c66f6e6"
