"""The sync process dies at every step of a push; afterwards the kiosk equals central."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pysqlite3
import pytest

from kiosk.cli.init import make_fleet_key
from kiosk.domain.renewal import PaidRecord, PaymentStatus
from kiosk.sticker import cbor
from kiosk.sticker.cose import sign1
from kiosk.sticker.grant import to_base64url
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyRole, SigningKey, load_signing_key
from kiosk.store.renewals import RenewalRow
from kiosk.sync.wire import read_row

START_S = 20
BATCHES, LINES = 4, 350
NOTHING = hashlib.sha256(b"").digest()
POINTS = (
    "slice-written:1",
    "slice-written:4",
    "slice-committed:1",
    "slice-committed:3",
    "batch-stored:2",
    "batch-accepted:2",
    "batch-end-written:1",
    "batch-end-committed:2",
)
SETTINGS = """
[kiosk]
id = "BKK-5-1"
office = "BKK-5"
[printer.sticker]
device = "tcp://127.0.0.1:9"
[keys]
ring = "ring"
sync = "sync.pem"
[sync]
listen = "127.0.0.1:{port}"
"""


@dataclass
class Pushed:
    """One batch as central keeps it, to be sent any number of times, and what it should hear."""

    last: int
    body: bytes
    signature: str
    answer: dict[str, object]


class Truth:
    """What a kiosk that never dies makes of the same lines, one after the other."""

    def __init__(self) -> None:
        self.records: dict[str, tuple[int, bytes]] = {}

    def hear(self, line: bytes) -> str:
        row = read_row(line)
        if not isinstance(row, RenewalRow):
            return "rejected"
        version, record = self.records.get(row.reference, (0, b""))
        if row.version < version:
            return "older"
        if row.version == version:
            return "repeated" if row.record == record else "conflicts"
        self.records[row.reference] = row.version, row.record
        return "applied"

    def hear_all(self, lines: list[bytes]) -> dict[str, int]:
        counts = Counter(map(self.hear, lines))
        kinds = ("applied", "repeated", "older", "rejected", "conflicts")
        return {"lines": len(lines), **{kind: counts[kind] for kind in kinds}}


@dataclass
class Scene:
    folder: Path
    url: str
    key: SigningKey
    batches: list[Pushed]
    truth: Truth

    @contextmanager
    def kiosk(self, failpoint: str = "") -> Iterator[subprocess.Popen[bytes]]:
        """Run the real sync process; it is killed at the end if it still lives."""
        command = (sys.executable, "-m", "kiosk", "--config", "kiosk.toml", "run", "sync")
        running = subprocess.Popen(
            command,
            cwd=self.folder,
            env=os.environ | {"KIOSK_FAILPOINT": failpoint},
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("wb"),
        )
        try:
            self._wait(running)
            yield running
        finally:
            running.kill()
            running.wait(10)

    def _wait(self, running: subprocess.Popen[bytes]) -> None:
        ends_at = time.monotonic() + START_S
        while time.monotonic() < ends_at and running.poll() is None:
            try:
                httpx.get(f"{self.url}/health", timeout=5)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        pytest.fail((self.folder / "stderr").read_text())

    def push(self, batch: Pushed) -> httpx.Response:
        headers = {"Content-Type": "application/gzip", "Batch-Signature": batch.signature}
        url = f"{self.url}/sync/v1/batches"
        return httpx.post(url, content=batch.body, headers=headers, timeout=30)

    def push_all(self) -> None:
        for batch in self.batches:
            self.push(batch)

    def status(self) -> dict[str, Any]:
        target = "/sync/v1/status"
        signed = to_base64url(
            sign1(cbor.write(["GET", target, int(time.time()), NOTHING]), self.key)
        )
        headers = {"Authorization": f"COSE {signed}"}
        found: dict[str, Any] = httpx.get(self.url + target, headers=headers, timeout=30).json()
        return found

    def bring_to_the_end(self) -> None:
        """Send everything again, in any order and twice, as long as the watermark asks for it."""
        order = random.Random(7)  # noqa: S311 - an order, no secret
        for _ in range(3 * len(self.batches)):
            todo = order.sample(self.batches, len(self.batches))
            for batch in todo:
                answer = self.push(batch)
                assert answer.status_code in (200, 409), answer.text
                if answer.status_code == 409:
                    assert answer.json()["type"].endswith(":gap")
            if self.status()["watermarks"].get("tax") == self.batches[-1].last:
                return
        pytest.fail("the batches do not all go in")

    def check(self) -> None:
        """The kiosk's records are central's, one by one, and its log is whole."""
        with pysqlite3.connect(self.folder / "kiosk.db") as database:
            kept = dict(database.execute("SELECT reference, record FROM renewals"))
            ends = database.execute(
                "SELECT count(*) FROM audit_events WHERE event = 'records-imported'"
            ).fetchone()
            told = database.execute("SELECT answer FROM batches ORDER BY first_seq").fetchall()
        assert kept == {name: record for name, (_, record) in self.truth.records.items()}
        assert [json.loads(answer) for (answer,) in told] == [each.answer for each in self.batches]
        assert ends == (len(self.batches),)
        assert list((self.folder / "spool").iterdir()) == []


def records(model: PaidRecord) -> Iterator[PaidRecord]:
    """Yield records whose versions come in no order, a refund or a contradiction now and then."""
    dice = random.Random(3)  # noqa: S311 - no secret
    for _ in range(BATCHES * LINES):
        version = dice.randrange(1, 9)
        status = PaymentStatus.REFUNDED if version % 4 == 0 else PaymentStatus.PAID
        reference = f"REF{dice.randrange(LINES):07d}"
        fines = 100 if dice.randrange(8) == 0 else 0
        yield replace(
            model,
            reference=reference,
            version=version,
            status=status,
            fines_satang=fines,
            grant=None,
        )


def sealed(lines: list[bytes], first: int, key: SigningKey, counts: dict[str, int]) -> Pushed:
    place = {"source": "tax", "first_seq": first, "last_seq": first + len(lines) - 1}
    envelope = place | {
        "audience": "BKK-5-1",
        "sha256": hashlib.sha256(b"".join(lines)).hexdigest(),
        "snapshot": False,
        "made_at": datetime.now(UTC).isoformat(),
    }
    head = json.dumps(envelope).encode()
    body = gzip.compress(head + b"\n" + b"".join(lines), 1)
    signature = to_base64url(sign1(head, key))
    return Pushed(first + len(lines) - 1, body, signature, place | counts)


@pytest.fixture(scope="module")
def material(
    tmp_path_factory: pytest.TempPathFactory, model_home: Path, model_record: PaidRecord
) -> Scene:
    folder = Path(shutil.copytree(model_home, tmp_path_factory.mktemp("torture") / "model"))
    new_key(folder, KeyRole.SYNC, "sync", kiosk="BKK-5-1", ring=folder / "ring")
    make_fleet_key(folder / "fleet.key")
    key = load_signing_key(folder / "central.pem")
    lines = [msgspec.json.encode(record) + b"\n" for record in records(model_record)]
    lines[LINES - 50 :: LINES] = [b"{}\n"] * BATCHES  # none of them in a first slice
    truth = Truth()
    batches = []
    for start in range(0, len(lines), LINES):
        part = lines[start : start + LINES]
        batches.append(sealed(part, start + 1, key, truth.hear_all(part)))
    return Scene(folder, "", key, batches, truth)


@pytest.fixture
def scene(tmp_path: Path, material: Scene) -> Scene:
    folder = Path(shutil.copytree(material.folder, tmp_path / "kiosk"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "kiosk.toml").write_text(SETTINGS.format(port=port))
    return replace(material, folder=folder, url=f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_step_of_a_batch(scene: Scene, point: str) -> None:
    with scene.kiosk(point) as running, pytest.raises(httpx.TransportError):
        scene.push_all()
    assert running.returncode == -signal.SIGKILL
    with scene.kiosk():
        scene.bring_to_the_end()
    scene.check()


def test_a_batch_cut_off_is_finished_without_central(scene: Scene) -> None:
    with scene.kiosk("slice-committed:2") as running, pytest.raises(httpx.TransportError):
        scene.push(scene.batches[0])
    assert running.returncode == -signal.SIGKILL
    with scene.kiosk():
        ends_at = time.monotonic() + START_S
        while "tax" not in scene.status()["watermarks"] and time.monotonic() < ends_at:
            time.sleep(0.05)
        assert scene.status()["watermarks"] == {"tax": LINES}
        scene.bring_to_the_end()
    scene.check()


def test_a_batch_that_a_power_cut_tore_is_left_to_central(scene: Scene) -> None:
    with scene.kiosk("slice-committed:1"), pytest.raises(httpx.TransportError):
        scene.push(scene.batches[0])
    [kept] = (scene.folder / "spool").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    with scene.kiosk():
        ends_at = time.monotonic() + START_S
        while kept.exists() and time.monotonic() < ends_at:
            time.sleep(0.05)
        assert scene.status()["watermarks"] == {}
        assert scene.status()["rejected_open"] == 0
        scene.bring_to_the_end()
    scene.check()


def test_the_network_goes_at_every_part_of_a_body(scene: Scene) -> None:
    batch = scene.batches[0]
    host, port = scene.url.rpartition("//")[2].split(":")
    head = (
        "POST /sync/v1/batches HTTP/1.1\r\nHost: kiosk\r\nContent-Type: application/gzip\r\n"
        f"Batch-Signature: {batch.signature}\r\nContent-Length: {len(batch.body)}\r\n\r\n"
    ).encode()
    whole = head + batch.body
    with scene.kiosk():
        for part in range(8):
            with socket.create_connection((host, int(port)), timeout=10) as line:
                line.sendall(whole[: len(whole) * part // 8])
        assert scene.status()["watermarks"] == {}
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(whole)  # and gone before the answer
        scene.bring_to_the_end()
    scene.check()


@pytest.mark.parametrize("point", ["head-written", "head-committed"])
def test_killed_while_a_head_is_acknowledged(scene: Scene, point: str) -> None:
    target = "/sync/v1/print-log"

    def ask(method: str, place: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        body = json.dumps(more["json"]).encode() if more else b""
        claims = [method, place, int(time.time()), hashlib.sha256(body).digest()]
        signed = to_base64url(sign1(cbor.write(claims), scene.key))
        headers = {"Authorization": f"COSE {signed}", "Content-Type": "application/json"}
        return httpx.request(method, scene.url + place, headers=headers, content=body, timeout=30)

    with scene.kiosk(point):
        head = ask("GET", f"{target}?after=0").json()["head"]
        with pytest.raises(httpx.TransportError):
            ask("POST", f"{target}/ack", json=head)
    with scene.kiosk():
        for _ in range(2):
            assert ask("POST", f"{target}/ack", json=head).status_code == 200
    with pysqlite3.connect(scene.folder / "kiosk.db") as database:
        query = "SELECT count(*) FROM audit_events WHERE event = 'head-published'"
        assert database.execute(query).fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM audit_anchors").fetchone() == (1,)
