"""The print log over HTTP: signed, in pages, and never lost."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.sticker.cose import Opened, open1
from kiosk.sticker.grant import from_base64url
from kiosk.sticker.keys import KeyRole, load_ring
from kiosk.store import log, outbox
from kiosk.store.engine import reading, writing

if TYPE_CHECKING:
    from tests.sync.server.conftest import Central

PAGE = "/sync/v1/print-log"


@pytest.fixture
def printed(central: Central) -> Central:
    """A kiosk with seven facts, each after another event."""
    with writing(central.home.engine) as connection:
        for number in range(7):
            now = central.home.clock() + timedelta(seconds=number)
            started = AuditEvent.PROCESS_STARTED
            log.append(connection, now, started, Actor.SYSTEM, {"process": "ui"})
            log.append(connection, now, started, Actor.SYSTEM, {"process": str(number)})
            fact = {"at": now.isoformat(), "job": str(number), "plate": "1กข"}
            text = json.dumps(fact, ensure_ascii=False)
            log.publish(connection, f"{number}:printed", "job-printed", text)
    return central


def test_pages_follow_each_other_to_the_end(printed: Central) -> None:
    after, jobs, more = 0, [], True
    while more:
        page = printed.get(f"{PAGE}?after={after}&limit=3").json()
        assert page["after"] == after
        jobs += [fact["fact"]["job"] for fact in page["facts"]]
        after, more = page["last"], page["more"]
    assert jobs == [str(number) for number in range(7)]
    assert page["head"]["number"] == 14
    assert page["facts"][0] == {
        "number": 14,
        "key": "6:printed",
        "kind": "job-printed",
        "at": (printed.home.clock() + timedelta(seconds=6)).isoformat(),
        "fact": {"job": "6", "plate": "1กข"},
    }


def test_a_page_is_signed_by_the_kiosk_over_its_exact_bytes(printed: Central) -> None:
    answer = printed.get(PAGE)
    ring = load_ring(printed.home.folder / "ring").only(KeyRole.SYNC)
    message = from_base64url(answer.headers["log-signature"])
    assert message is not None
    opened = open1(message, ring)
    assert isinstance(opened, Opened)
    assert opened.payload == hashlib.sha256(answer.content).digest()


def test_what_was_asked_past_has_arrived(printed: Central) -> None:
    status = printed.get("/sync/v1/status").json()["print_log"]
    assert status == {
        "last": 14,
        "undelivered": 7,
        "oldest_at": printed.home.clock().isoformat(timespec="seconds"),
    }
    printed.get(f"{PAGE}?after=0")
    assert printed.get("/sync/v1/status").json()["print_log"]["undelivered"] == 7
    printed.get(f"{PAGE}?after=6")
    assert printed.get("/sync/v1/status").json()["print_log"]["undelivered"] == 4
    first = printed.get(f"{PAGE}?after=0&limit=1").json()["facts"]
    assert [fact["number"] for fact in first] == [2]


def test_an_acknowledged_head_anchors_the_log_once(printed: Central) -> None:
    head = printed.get(PAGE).json()["head"]
    for _ in range(3):
        answer = printed.acknowledge(head["number"], head["hash"])
        assert (answer.status_code, answer.json()) == (200, {"number": 14})
    assert printed.home.events().count("head-published") == 1
    with reading(printed.home.engine) as connection:
        assert outbox.is_anchored(connection, 14, "central")
    assert printed.get("/sync/v1/status").json()["print_log"]["undelivered"] == 0


def test_a_head_that_the_log_does_not_have_is_refused(printed: Central) -> None:
    head = printed.get(PAGE).json()["head"]
    for number, digest in ((13, head["hash"]), (14, "0" * 64), (99, head["hash"])):
        answer = printed.acknowledge(number, digest)
        assert answer.status_code == 409
        assert answer.json()["type"].endswith(":head-differs")
    assert "head-published" not in printed.home.events()


def test_a_log_that_was_cut_is_told(printed: Central) -> None:
    answer = printed.get(f"{PAGE}?after=15")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":log-behind")
    assert answer.json()["head"] == 14


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=1.0", "after=", "limit=0", "limit=5001", "after=٣"]
)
def test_a_place_that_is_none_is_refused(printed: Central, query: str) -> None:
    answer = printed.get(f"{PAGE}?{query}")
    assert answer.status_code in (400, 401)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"number": 1}', b'{"number": 1, "hash": "x"}']
)
def test_an_acknowledgement_that_is_none_is_refused(printed: Central, body: bytes) -> None:
    target = f"{PAGE}/ack"
    headers = printed.authorised("POST", target, body=body) | {"Content-Type": "application/json"}
    answer = printed.http.post(target, content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:kiosk:sync:malformed")


def test_an_acknowledgement_with_the_pass_of_another_is_refused(printed: Central) -> None:
    head = printed.get(PAGE).json()["head"]
    target = f"{PAGE}/ack"
    headers = printed.authorised("POST", target, body=json.dumps({**head, "number": 1}).encode())
    answer = printed.http.post(target, json=head, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:kiosk:sync:bad-signature")
    assert printed.home.one("SELECT count(*) FROM audit_anchors") == 0


def test_days_offline_drain_without_loss(printed: Central) -> None:
    printed.home.clock.pass_(days=9)
    assert len(printed.get(f"{PAGE}?after=0").json()["facts"]) == 7
