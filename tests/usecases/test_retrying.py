"""Refused lines tried again: what stays refused, what others settled, what holds nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from kiosk.store.renewals import Rejected, RenewalRow
from kiosk.sync.wire import read_row
from kiosk.usecases.importing import import_lines
from kiosk.usecases.retrying import RetryResult, discard_reject, list_rejects, retry_rejects

if TYPE_CHECKING:
    from tests.conftest import Home

Take = Callable[..., None]
HELD = "SELECT cause, release_version FROM holds WHERE released_at IS NULL"


def line(home: Home, **changes: object) -> bytes:
    return msgspec.json.encode(replace(home.model, grant=None, **changes))  # type: ignore[arg-type] # fields of a record


@pytest.fixture
def take(bare_home: Home) -> Take:
    """Takes lines in as one file."""

    def take(*lines: bytes) -> None:
        name = f"file {lines}"
        import_lines(bare_home.engine, name, lines, read_row, bare_home.clock, sha256=name)

    return take


def retry(home: Home, decode: Callable[[bytes], RenewalRow | Rejected] = read_row) -> RetryResult:
    return retry_rejects(home.engine, None, decode, home.clock)


def results(home: Home) -> list[str]:
    said = "SELECT json_extract(payload, '$.result') FROM audit_events WHERE event = ?"
    return [row[0] for row in home.sql(f"{said} ORDER BY number", "reject-retried")]


def test_a_fence_that_went_back_stays_refused_and_held(bare_home: Home, take: Take) -> None:
    take(line(bare_home, fence=5))
    take(line(bare_home, version=2, fence=4))
    for _ in range(2):
        assert retry(bare_home) == RetryResult(tried=1, settled=0)
    assert bare_home.one("SELECT count(*) FROM rejects") == 1
    assert bare_home.sql(HELD) == [("rejected", 2)]
    assert results(bare_home) == ["still-refused"] * 2


def test_a_line_that_no_update_makes_readable_stays_refused(bare_home: Home, take: Take) -> None:
    take(b"{}")
    assert retry(bare_home) == RetryResult(tried=1, settled=0)
    assert len(list_rejects(bare_home.engine)) == 1


def test_an_overtaken_line_is_settled_by_a_retry(bare_home: Home, take: Take) -> None:
    wrong = line(bare_home).replace(b'"paid"', b'"payed"')
    take(line(bare_home, version=2), wrong)

    def updated(raw: bytes) -> RenewalRow | Rejected:
        return read_row(raw.replace(b'"payed"', b'"paid"'))

    assert retry(bare_home, updated) == RetryResult(tried=1, settled=1)
    assert bare_home.sql("SELECT version FROM renewals") == [(2,)]
    assert results(bare_home) == ["known-already"]
    assert list_rejects(bare_home.engine) == []


def test_a_line_that_a_good_record_settles_meanwhile_is_settled(
    bare_home: Home, take: Take
) -> None:
    wrong = line(bare_home).replace(b'"paid"', b'"payed"')
    take(wrong)

    def meanwhile(raw: bytes) -> RenewalRow | Rejected:
        take(line(bare_home, version=2))
        return read_row(raw.replace(b'"payed"', b'"paid"'))

    assert retry(bare_home, meanwhile) == RetryResult(tried=1, settled=1)
    assert bare_home.sql("SELECT version FROM renewals") == [(2,)]
    assert bare_home.sql("SELECT settled_how FROM rejects") == [("superseded",)]
    assert results(bare_home) == []


def test_a_line_without_reference_is_given_up_and_holds_nobody(bare_home: Home, take: Take) -> None:
    take(b"{}")
    [reject] = list_rejects(bare_home.engine)
    assert discard_reject(bare_home.engine, reject.id, bare_home.clock)
    assert list_rejects(bare_home.engine) == []
    assert results(bare_home) == ["discarded"]
    assert "holds-released" not in bare_home.events()
