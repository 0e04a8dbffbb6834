"""What a network can send: each answers with a clear problem, and nothing is harmed."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from kiosk.sticker.key_making import new_key, retire_key, revoke_key
from kiosk.sticker.keys import KeyRole
from kiosk.sync.server.limits import Limits

if TYPE_CHECKING:
    from tests.sync.server.conftest import Central

pytestmark = pytest.mark.usefixtures("unharmed")


def kind(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - httpx.Response, or our own reading of one
    document = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(document) >= {"type", "title", "status", "detail", "permanent"}
    assert document["status"] == answer.status_code
    return document["status"], document["type"].rpartition(":")[2]


def test_a_truncated_file(central: Central) -> None:
    lines = central.some(50)
    head, signature = central.sealed(central.envelope(lines))
    body = gzip.compress(head + b"\n" + b"".join(lines))
    for cut in (len(body) // 2, len(body) - 1, 20, 0):
        answer = central.post(body[:cut], signature)
        assert kind(answer) == (422, "bad-content")
        assert "ends too early" in answer.json()["detail"]


def test_a_damaged_file(central: Central) -> None:
    lines = central.some(50)
    head, signature = central.sealed(central.envelope(lines))
    body = bytearray(gzip.compress(head + b"\n" + b"".join(lines)))
    body[len(body) // 2] ^= 255
    assert kind(central.post(bytes(body), signature)) == (422, "bad-content")
    assert kind(central.post(b"not gzip at all", signature)) == (422, "bad-content")


def test_content_that_is_not_the_envelopes(central: Central) -> None:
    lines = central.some(3)
    head, signature = central.sealed(central.envelope(lines))
    for other in (central.some(3, version=2), lines[:2], [*lines, b"\n"], []):
        body = gzip.compress(head + b"\n" + b"".join(other))
        assert kind(central.post(body, signature)) == (422, "bad-content")


def test_an_envelope_in_the_body_that_was_not_signed(central: Central) -> None:
    lines = central.some(1)
    _, signature = central.sealed(central.envelope(lines))
    other = json.dumps(central.envelope(lines, source="else")).encode()
    answer = central.post(gzip.compress(other + b"\n" + lines[0]), signature)
    assert kind(answer) == (422, "bad-content")


def test_a_wrong_key(central: Central) -> None:
    stranger = new_key(central.home.folder, KeyRole.CENTRAL, "stranger")
    (central.home.folder / "stranger.toml").unlink()
    assert kind(central.push(central.some(1), key=stranger)) == (401, "unknown-key")


def test_a_key_of_another_role(central: Central) -> None:
    assert kind(central.push(central.some(1), key=central.home.key)) == (401, "unknown-key")


def test_a_revoked_and_a_retired_key(central: Central) -> None:
    ring = central.home.folder / "ring"
    second = new_key(central.home.folder, KeyRole.CENTRAL, "second", ring=ring)
    third = new_key(central.home.folder, KeyRole.CENTRAL, "third", ring=ring)
    assert central.push(central.some(1), key=second).status_code == 200
    revoke_key(ring, "second")
    assert kind(central.push(central.some(1), 2, key=second)) == (401, "unknown-key")
    retire_key(ring, "third", datetime(2026, 11, 1, tzinfo=UTC))
    assert kind(central.push(central.some(1), 2, key=third)) == (401, "retired-key")
    assert kind(central.push(central.some(1), 2, key=third, made_at="2026-10-01T00:00:00Z")) == (
        401,
        "retired-key",
    )


def test_no_signature_and_a_forged_one(central: Central) -> None:
    lines = central.some(1)
    head, signature = central.sealed(central.envelope(lines))
    body = gzip.compress(head + b"\n" + lines[0])
    assert kind(central.post(body, None)) == (401, "unsigned")
    for forged in ("x", "AAAA", signature[:-4] + "AAAA"):
        assert kind(central.post(body, forged)) == (401, "bad-signature")


def test_a_replay_from_last_month_that_was_applied(central: Central) -> None:
    lines = central.some(2)
    head, signature = central.sealed(central.envelope(lines))
    body = gzip.compress(head + b"\n" + b"".join(lines))
    first = central.post(body, signature)
    central.push(central.some(2, version=2), first=3)
    central.home.clock.pass_(days=30)
    again = central.post(body, signature)
    assert (again.status_code, again.json()) == (200, first.json())
    assert central.home.sql("SELECT DISTINCT version FROM renewals") == [(2,)]
    assert central.get("/sync/v1/status").json()["watermarks"] == {"tax": 4}


def test_a_replay_from_last_month_that_never_arrived(central: Central) -> None:
    old = central.some(2)
    envelope = central.envelope(old)
    central.push(central.some(3, version=2))
    central.home.clock.pass_(days=30)
    assert kind(central.push(old, **envelope)) == (409, "overlap")


def test_a_batch_for_another_kiosk(central: Central) -> None:
    assert kind(central.push(central.some(1), audience="BKK-5-2")) == (403, "wrong-audience")


def test_a_zip_bomb(serve: Callable[..., Any], central: Central) -> None:
    head, signature = central.sealed(central.envelope([b"\n"] * 5))
    bomb = zlib.compressobj(9, wbits=31)
    body = bomb.compress(head + b"\n")
    zeros = bytes(2**20)
    body += b"".join(bomb.compress(zeros) for _ in range(200)) + bomb.flush()
    began = time.monotonic()
    assert kind(central.post(body, signature)) == (413, "too-large")
    assert time.monotonic() - began < 5
    with serve(Limits(unpacked_bytes=50_000, per_s=1000, burst=1000)) as small:
        assert kind(small.push(small.some(200))) == (413, "too-large")


def test_a_slow_sender(serve: Callable[..., Any], central: Central) -> None:
    with serve(Limits(body_s=0.2, per_s=1000, burst=1000)) as hasty:
        lines = hasty.some(1)
        head, signature = hasty.sealed(hasty.envelope(lines))
        body = gzip.compress(head + b"\n" + lines[0])

        def trickle() -> Iterator[bytes]:
            for byte in body[:10]:
                yield bytes([byte])
                time.sleep(0.05)
            yield body[10:]

        assert kind(hasty.post(trickle(), signature)) == (408, "too-slow")


def test_records_with_a_wrong_field_are_refused_one_by_one(central: Central) -> None:
    good = central.some(1)[0]
    wrong = [
        b"\x00\x00\n",
        b"\xff\xfe not UTF-8\n",
        good.replace(b'"version":1', b'"version":1e400'),
        good.replace(b'"version":1', b'"version":99999999999999999999999'),
        good.replace(b"REF0000001", b"REF\\u00000001"),
        good.replace(b'"paid"', b'"gone"'),
        b"[" * 5000 + b"\n",
        b"x" * 200_000 + b"\n",
        b'{"reference": "REF0000007"}\n',
        json.dumps(dict.fromkeys(json.loads(good), -1.5)).encode() + b"\n",  # every field is wrong
    ]
    lines = [*central.some(2, start=500), *wrong, *central.some(1, start=600)]
    answer = central.push(lines)
    assert answer.status_code == 200
    assert (answer.json()["applied"], answer.json()["rejected"]) == (3, len(wrong))
    status = central.get("/sync/v1/status").json()
    assert status["watermarks"] == {"tax": len(lines)}
    assert status["rejected_open"] == len(wrong)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": ""},
        {"source": "a b"},
        {"source": 7},
        {"first_seq": 0},
        {"first_seq": -1},
        {"first_seq": 9, "last_seq": 2},
        {"last_seq": 2**60},
        {"first_seq": 1.5},
        {"sha256": "0" * 63},
        {"sha256": "Z" * 64},
        {"snapshot": "yes"},
        {"made_at": "2026-11-21T05:00:00"},
        {"made_at": "yesterday"},
        {"made_at": "9999-12-31T23:59:59-12:00"},
        {"made_at": "0001-01-01T00:00:00+12:00"},
        {"made_at": None},
    ],
)
def test_an_envelope_with_a_wrong_field(central: Central, changes: dict[str, object]) -> None:
    assert kind(central.push(central.some(1), **changes)) == (422, "bad-envelope")


def test_an_envelope_that_is_none(central: Central) -> None:
    for text in (b"", b"[]", b"{", b"{}", b'{"source": "a",\n}', b"\xff", b"x" * 900):
        from kiosk.sticker.cose import sign1  # noqa: PLC0415 - this test alone
        from kiosk.sticker.grant import to_base64url  # noqa: PLC0415 - likewise

        signature = to_base64url(sign1(text, central.key))
        answer = central.post(gzip.compress(text + b"\n"), signature)
        assert kind(answer) == (422, "bad-envelope")


def test_a_body_of_another_type(central: Central) -> None:
    lines = central.some(1)
    head, signature = central.sealed(central.envelope(lines))
    body = gzip.compress(head + b"\n" + lines[0])
    for named in ("application/json", "text/plain", "application/x-ndjson", ""):
        answer = central.post(body, signature, **{"Content-Type": named})
        assert kind(answer) == (415, "wrong-type")


def test_a_clock_ten_years_off(central: Central) -> None:
    lines = central.some(1)
    central.home.clock.now = datetime(2036, 11, 21, tzinfo=UTC)
    target = "/sync/v1/status"
    real = datetime(2026, 11, 21, tzinfo=UTC).timestamp()
    answer = central.http.get(target, headers=central.authorised("GET", target, at=real))
    assert kind(answer) == (401, "stale-request")
    assert "2110841" not in answer.json()["title"]
    pushed = central.push(lines, made_at="2026-11-21T00:00:00+07:00")
    assert pushed.status_code == 200
    reasons = {reason.value for reason in central.home.desk().machine().reasons}
    assert "K-313" in reasons


def test_a_kiosk_whose_clock_is_ten_years_behind_says_so_and_prints_nothing(
    central: Central,
) -> None:
    assert central.push(central.some(1)).status_code == 200
    made_at = central.home.clock().isoformat()
    central.home.clock.now = datetime(2016, 11, 21, tzinfo=UTC)
    answer = central.push(central.some(1, start=2), 2, made_at=made_at)
    assert kind(answer) == (401, "stale-request")
    assert "this kiosk's clock says 2016-11-21T00:00:00Z" in answer.json()["detail"]
    reasons = {reason.value for reason in central.home.desk().machine().reasons}
    assert "K-313" in reasons


def test_central_with_a_clock_ten_years_ahead_stops_no_kiosk_until_then(central: Central) -> None:
    answer = central.push(central.some(1), made_at="2036-11-21T00:00:00+07:00")
    assert kind(answer) == (401, "stale-request")
    assert not answer.json()["permanent"]
    assert "2036-11-20T17:00:00Z" in answer.json()["detail"]
    assert central.push(central.some(1)).status_code == 200
    reasons = {reason.value for reason in central.home.desk().machine().reasons}
    assert "K-313" not in reasons


def test_requests_without_or_with_another_pass(central: Central) -> None:
    target = "/sync/v1/print-log?after=0"
    for headers in (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "COSE x"},
        central.authorised("POST", target),
        central.authorised("GET", "/sync/v1/print-log?after=9"),
        central.authorised("GET", target, at=0),
    ):
        answer = central.http.get(target, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "COSE"
        assert kind(answer)[1] in ("unsigned", "bad-signature", "stale-request")


def test_too_many_requests(serve: Callable[..., Any], central: Central) -> None:
    with serve(Limits(per_s=1, burst=3)) as calm:
        answers = [calm.http.get("/health") for _ in range(6)]
    assert [a.status_code for a in answers[:3]] == [200, 200, 200]
    assert kind(answers[5]) == (429, "too-many")
    assert answers[5].headers["retry-after"] == "1"


@pytest.mark.parametrize("signed", [{}, {"Authorization": "COSE x"}, {"Batch-Signature": "x"}])
def test_strangers_do_not_keep_central_out(
    serve: Callable[..., Any], central: Central, signed: dict[str, str]
) -> None:
    with serve(Limits(per_s=0.001, burst=3)) as calm:
        answers = [calm.http.get("/health", headers=signed) for _ in range(4)]
        assert kind(answers[3]) == (429, "too-many")
        assert calm.push(calm.some(1)).status_code == 200
        assert [calm.get("/sync/v1/status").status_code for _ in range(3)] == [200, 200, 429]


def test_places_and_ways_that_do_not_exist(central: Central) -> None:
    answer = central.http.get("/sync/v2/status")
    assert kind(answer) == (404, "not-found")
    assert answer.json()["detail"] == "This interface has no address /sync/v2/status."
    answer = central.http.get("/sync/v1/batches")
    assert kind(answer) == (405, "wrong-method")
    assert "POST" in answer.headers["allow"]


def test_the_disk_is_full(central: Central, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil  # noqa: PLC0415 - this test alone
    from types import SimpleNamespace  # noqa: PLC0415 - likewise

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
        answer = central.push(central.some(1))
    assert kind(answer) == (503, "disk-full")
    assert answer.headers["retry-after"] == "60"


def test_the_disk_gets_full_in_the_middle_of_a_batch(central: Central) -> None:
    engine = central.home.engine

    def shrink(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401 - the driver is untyped
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 200}")

    def free(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401 - likewise
        connection.execute("PRAGMA max_page_count=1073741823")

    lines = central.some(3000)
    event.listen(engine, "checkout", shrink)
    answer = central.push(lines)
    event.remove(engine, "checkout", shrink)
    assert kind(answer) == (503, "disk-full")
    event.listen(engine, "checkout", free)
    assert central.get("/sync/v1/status").json()["watermarks"] == {}
    again = central.push(lines)
    assert (again.status_code, again.json()["lines"]) == (200, 3000)
    assert central.home.one("SELECT count(*) FROM renewals") == 3000
    event.remove(engine, "checkout", free)


def test_hash_is_over_the_lines_alone(central: Central) -> None:
    lines = central.some(2)
    last = lines[-1].rstrip(b"\n")
    digest = hashlib.sha256(lines[0] + last).hexdigest()
    assert central.push([lines[0], last], sha256=digest).status_code == 200
