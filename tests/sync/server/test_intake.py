"""What is left of a batch when its process dies, another one is quicker, or the spool is gone."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from kiosk.store.batches import Offer
from kiosk.store.errors import DatabaseBusy
from kiosk.sync.server.intake import Intake
from kiosk.sync.server.limits import Limits
from kiosk.sync.server.problems import ApiProblem, Kind
from kiosk.sync.wire import read_row
from kiosk.usecases import receiving

if TYPE_CHECKING:
    from tests.conftest import Home

HEAD = b'{"source": "tax"}'
APPLIED = {"lines": 5, "applied": 3, "repeated": 1, "older": 0, "rejected": 1, "conflicts": 0}


class DiesError(BaseException):
    """The process ends here, whatever would have caught an error."""


@dataclass
class Spool:
    """A kiosk's spool folder, and batches that go into it."""

    home: Home
    folder: Path

    def intake(self, should_yield: Callable[[], bool] | None = None, **limits: Any) -> Intake:  # noqa: ANN401 - as Limits says
        return Intake(
            self.home.engine, self.folder, self.home.clock, Limits(**limits), should_yield
        )

    def lines(self, source: str) -> list[bytes]:
        """Three records, one of them twice, and a line that is none."""
        model = replace(self.home.model, grant=None)
        records = [replace(model, reference=f"{source}{number}") for number in (1, 2, 3, 3)]
        return [msgspec.json.encode(record) + b"\n" for record in records] + [b"{}\n"]

    def offer(self, source: str = "tax") -> Offer:
        digest = hashlib.sha256(b"".join(self.lines(source))).hexdigest()
        return Offer(source, 1, 5, digest, is_snapshot=False, made_at=self.home.clock())

    def push(self, intake: Intake, source: str = "tax") -> dict[str, object]:
        """Push a batch and return what became of its records."""
        body = gzip.compress(HEAD + b"\n" + b"".join(self.lines(source)))
        answer = json.loads(intake.take(self.offer(source), HEAD, BytesIO(body)))
        return {kind: answer[kind] for kind in APPLIED}

    def die_in(self) -> None:
        """Leave a batch behind that is accepted and not applied."""

        def die() -> bool:
            raise DiesError

        with pytest.raises(DiesError):
            self.push(self.intake(die))
        assert self.names() == ["1.gz"]

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def spool(bare_home: Home) -> Spool:
    return Spool(bare_home, bare_home.folder / "spool")


def test_what_a_crash_left_is_finished_without_central(spool: Spool) -> None:
    spool.die_in()
    assert spool.intake().finish_left_over() == 1
    assert spool.names() == []
    assert spool.push(spool.intake()) == APPLIED
    assert spool.home.one("SELECT count(*) FROM rejects") == 1


def test_a_torn_file_is_left_to_central(spool: Spool) -> None:
    spool.die_in()
    kept = spool.folder / "1.gz"
    kept.write_bytes(kept.read_bytes()[:-20])
    assert spool.intake().finish_left_over() == 0
    assert spool.names() == []
    assert spool.home.one("SELECT count(*) FROM renewals") == 0
    assert spool.push(spool.intake()) == APPLIED


def test_files_of_no_batch_are_removed(spool: Spool) -> None:
    intake = spool.intake()
    for name in ("77.gz", "batch.gz", "0123abcd.part"):
        (spool.folder / name).write_bytes(b"x")
    assert intake.finish_left_over() == 0
    assert spool.names() == []


def test_a_file_is_kept_while_the_database_is_busy(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.die_in()

    def busy(*_: object, **__: object) -> str:
        raise DatabaseBusy("kiosk.db")

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "apply_batch", busy)
        assert spool.intake().finish_left_over() == 0
    assert spool.names() == ["1.gz"]
    assert spool.intake().finish_left_over() == 1


def test_a_batch_does_not_wait_for_ever_for_another_source(spool: Spool) -> None:
    is_applying, may_go_on = threading.Event(), threading.Event()

    def wait() -> bool:
        is_applying.set()
        return not may_go_on.wait(10)

    intake = spool.intake(wait, busy_s=0.05)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(spool.push, intake)
        assert is_applying.wait(10)
        with pytest.raises(ApiProblem) as refused:
            spool.push(intake, "fines")
        may_go_on.set()
        assert first.result() == APPLIED
    assert refused.value.kind is Kind.BUSY
    assert spool.push(intake, "fines") == APPLIED


def test_a_batch_that_another_process_applies_is_answered_with_all_its_records(
    spool: Spool,
) -> None:
    others: list[str] = []

    def another_is_quicker() -> bool:
        if not others:
            home = spool.home
            lines = spool.lines("tax")
            others.append(receiving.apply_batch(home.engine, 1, lines, read_row, home.clock))
        return False

    intake = spool.intake(another_is_quicker)
    with pytest.raises(ApiProblem) as refused:
        spool.push(intake)
    assert refused.value.kind is Kind.BUSY
    assert spool.push(intake) == APPLIED
    assert spool.home.events().count("records-imported") == 1


def test_a_spool_that_is_gone_is_said_to_central(spool: Spool) -> None:
    intake = spool.intake()
    shutil.rmtree(spool.folder)
    with pytest.raises(ApiProblem) as refused:
        spool.push(intake)
    assert refused.value.kind is Kind.UNUSABLE
