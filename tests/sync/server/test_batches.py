"""Batches over HTTP: in order, each once, and what is answered."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from kiosk.sticker.grant import check_grant
from kiosk.store import renewals
from kiosk.store.engine import reading, writing
from kiosk.store.errors import DatabaseBusy
from kiosk.usecases import receiving

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from kiosk.usecases.ports import Clock
    from tests.sync.server.conftest import Central


def kind(answer: object) -> tuple[int, str]:
    """Return status and kind of a problem, and check the shape of its document."""
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    document = answer.json()  # type: ignore[attr-defined]
    assert document["status"] == answer.status_code  # type: ignore[attr-defined]
    assert document["title"]
    assert document["detail"].endswith(".")
    assert isinstance(document["permanent"], bool)
    return document["status"], document["type"].rpartition(":")[2]


def versions(central: Central) -> dict[str, int]:
    return dict(central.home.sql("SELECT reference, version FROM renewals"))


def test_a_batch_is_in_when_it_is_answered(central: Central) -> None:
    answer = central.push(central.some(3))
    assert answer.status_code == 200
    assert answer.json() == {
        "source": "tax",
        "first_seq": 1,
        "last_seq": 3,
        "lines": 3,
        "applied": 3,
        "repeated": 0,
        "older": 0,
        "rejected": 0,
        "conflicts": 0,
    }
    assert len(versions(central)) == 3
    assert central.home.events()[-1] == "records-imported"
    assert list(central.spool.iterdir()) == []


def test_a_repeat_is_answered_as_the_first_time_and_changes_nothing(central: Central) -> None:
    bad = [b'{"reference": "REF0000009"}\n']
    first = central.push(central.some(2) + bad)
    before = central.home.events()
    again = central.push(central.some(2) + bad, made_at="2026-11-21T04:59:00+00:00")
    assert again.json() == first.json()
    assert first.json()["rejected"] == 1
    assert central.home.events() == before


def test_a_gap_is_told_the_number_expected(central: Central) -> None:
    central.push(central.some(2))
    answer = central.push(central.some(2, start=4), first=4)
    assert kind(answer) == (409, "gap")
    assert answer.json()["expected_seq"] == 3
    assert central.push(central.some(1, start=3), first=3).status_code == 200


def test_the_next_batch_may_come_while_one_is_being_applied(central: Central) -> None:
    with ThreadPoolExecutor(2) as pool:
        with writing(central.home.engine):  # nothing is applied meanwhile
            first = pool.submit(central.push, central.some(2))
            wait_for_bodies(central, 1)
            second = pool.submit(central.push, central.some(1, start=3), 3)
            wait_for_bodies(central, 2)
            far = central.push(central.some(1, start=9), first=9)
            assert kind(far) == (409, "gap")
        assert first.result().json()["applied"] == 2
        assert second.result().json()["applied"] == 1
    assert len(versions(central)) == 3
    assert list(central.spool.iterdir()) == []


def test_what_follows_a_batch_that_was_not_applied_is_a_gap(
    central: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = receiving.accept

    def fail_once(engine: Engine, offer: receiving.Offer, clock: Clock) -> object:
        if offer.first_seq == 1:
            wait_for_bodies(central, 2)
            raise DatabaseBusy("kiosk.db")
        return accept(engine, offer, clock)

    monkeypatch.setattr(receiving, "accept", fail_once)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(central.push, central.some(2))
        wait_for_bodies(central, 1)
        second = pool.submit(central.push, central.some(1, start=3), 3)
        assert kind(first.result()) == (503, "busy")
        assert kind(second.result()) == (409, "gap")
    assert versions(central) == {}


def wait_for_bodies(central: Central, count: int) -> None:
    ends_at = time.monotonic() + 20
    while len(list(central.spool.glob("*.part"))) < count and time.monotonic() < ends_at:
        time.sleep(0.005)


def test_a_new_kiosk_begins_at_one(central: Central) -> None:
    answer = central.push(central.some(2), first=5)
    assert kind(answer) == (409, "gap")
    assert answer.json()["expected_seq"] == 1


def test_a_partial_overlap_is_refused_whole(central: Central) -> None:
    central.push(central.some(3))
    answer = central.push(central.some(3, start=3), first=3)
    assert kind(answer) == (409, "overlap")
    assert answer.json()["expected_seq"] == 4
    assert len(versions(central)) == 3


def test_the_same_numbers_with_other_content_are_refused(central: Central) -> None:
    central.push(central.some(2))
    assert kind(central.push(central.some(2, version=7))) == (409, "overlap")
    assert set(versions(central).values()) == {1}


def test_a_signed_snapshot_starts_a_chain_on_a_new_disk(central: Central) -> None:
    assert central.push(central.some(2), first=5001, snapshot=True).status_code == 200
    assert central.push(central.some(1, start=9), first=5003).status_code == 200
    assert kind(central.push(central.some(2), first=4000, snapshot=True)) == (409, "overlap")
    status = central.get("/sync/v1/status").json()
    assert status["watermarks"] == {"tax": 5003}


def test_each_source_has_a_chain_of_its_own(central: Central) -> None:
    central.push(central.some(2))
    assert central.push(central.some(1, start=8), source="counter").status_code == 200
    assert central.get("/sync/v1/status").json()["watermarks"] == {"counter": 1, "tax": 2}


def test_version_decides_and_not_arrival(central: Central) -> None:
    central.push(central.some(2, version=5))
    answer = central.push(central.some(2, version=4), first=3)
    assert answer.json()["older"] == 2
    assert set(versions(central).values()) == {5}


def test_duplicate_references_in_a_batch_leave_the_newest(central: Central) -> None:
    lines = [*central.some(2, version=3), *central.some(2, version=9), *central.some(2)]
    answer = central.push(lines).json()
    assert (answer["applied"], answer["older"]) == (4, 2)
    assert versions(central) == {"REF0000001": 9, "REF0000002": 9}


def test_an_empty_batch_says_that_there_is_nothing_new(central: Central) -> None:
    central.push(central.some(2))
    central.home.clock.pass_(hours=3)
    answer = central.push([], first=3)
    assert answer.json()["lines"] == 0
    now = central.home.clock().isoformat()
    assert central.get("/sync/v1/status").json()["data_as_of"] == now
    assert kind(central.push([], first=9)) == (409, "gap")


def test_the_last_batch_again_says_so_too_and_an_earlier_one_says_nothing(central: Central) -> None:
    def as_of() -> str:
        return str(central.get("/sync/v1/status").json()["data_as_of"])

    central.push(central.some(2))
    central.push(central.some(1, start=3), first=3)
    at_first = as_of()
    central.home.clock.pass_(hours=3)
    assert central.push(central.some(2)).status_code == 200
    assert as_of() == at_first
    assert central.push(central.some(1, start=3), first=3).status_code == 200
    assert as_of() == central.home.clock().isoformat()
    assert central.push(central.some(1, start=3), first=3, made_at=at_first).status_code == 200
    assert as_of() == central.home.clock().isoformat()


def test_what_was_pushed_can_be_printed(central: Central) -> None:
    record = central.home.signed()
    central.push(central.lines(record))
    with reading(central.home.engine) as connection:
        stored = renewals.find(connection, record.reference)
    assert stored is not None
    assert check_grant(stored.record, central.home.site.ring) == "genuine"


def test_both_ways_of_naming_gzip_are_taken(central: Central) -> None:
    import gzip  # noqa: PLC0415 - this test alone

    lines = central.some(1)
    head, signature = central.sealed(central.envelope(lines))
    answer = central.http.post(
        "/sync/v1/batches",
        content=gzip.compress(head + b"\n") + gzip.compress(lines[0]),
        headers={
            "Batch-Signature": signature,
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "gzip",
        },
    )
    assert answer.json()["applied"] == 1


def test_a_body_of_unknown_length_is_taken(central: Central) -> None:
    import gzip  # noqa: PLC0415 - this test alone

    lines = central.some(50)
    head, signature = central.sealed(central.envelope(lines))
    body = gzip.compress(head + b"\n" + b"".join(lines))
    blocks = iter([body[i : i + 100] for i in range(0, len(body), 100)])
    assert central.post(blocks, signature).json()["applied"] == 50
