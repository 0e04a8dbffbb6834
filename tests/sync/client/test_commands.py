"""`kiosk central push` and `collect`, as cron runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import cli

if TYPE_CHECKING:
    from tests.sync.client.conftest import Central, FakeKiosk

MakeFile = Callable[..., Path]
Run = Callable[..., Result]


# A test run in the background of a shell inherits that interrupts are ignored.
INTERRUPTIBLE = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from kiosk.cli import main
main()
"""


@pytest.fixture
def run(central: Central) -> Run:
    """Run `kiosk central …` with central's key."""

    def command(verb: str, *words: str | Path, typed: bytes | None = None) -> Result:
        key = ["--key", str(central.folder / "central.pem")]
        line = ["central", verb, *key, "--give-up", "1", *map(str, words)]
        result = CliRunner().invoke(cli, line, input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return command


def listed(tmp_path: Path, *kiosks: FakeKiosk, more: str = "") -> Path:
    path = tmp_path / "kiosks.toml"
    entries = (f'[[kiosk]]\nid = "{each.name}"\nurl = "{each.url}"\n{more}' for each in kiosks)
    path.write_text("".join(entries), "utf-8")
    return path


def test_a_push_is_one_line_and_code_0(run: Run, fake: FakeKiosk, make_file: MakeFile) -> None:
    path = make_file(25)
    result = run("push", path, "--to", fake.url)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "BKK-5-1: 25 lines sent; has paid up to line 25\n"
    again = run("push", path, "--to", fake.url)
    assert again.stdout == "BKK-5-1: 0 lines sent; has paid up to line 25\n"


def test_standard_input_is_pushed(run: Run, fake: FakeKiosk) -> None:
    lines = b'{"n":1}\n{"n":2}\n{"n":3}'
    assert run("push", "-", "--to", fake.url, "--source", "live", typed=lines).exit_code == 0
    assert fake.chains == {"live": [b'{"n":1}\n', b'{"n":2}\n', b'{"n":3}\n']}
    more = run(
        "push", "-", "--to", fake.url, "--source", "live", "--first-seq", "next", typed=lines
    )
    assert more.exit_code == 0
    assert fake.watermark("live") == 6


def test_a_failure_is_one_line_and_code_1(
    run: Run, central: Central, tmp_path: Path, make_file: MakeFile
) -> None:
    kiosks = [central.start(f"K-{n}") for n in range(3)]
    kiosks[1].faults["status"] = [(401, {"title": "unknown key"}, {})]
    path = make_file(30, "K-0", "K-1", "K-2")
    result = run("push", path, "--kiosks", listed(tmp_path, *kiosks))
    assert result.exit_code == 1
    assert result.stderr == "kiosk: K-1: unknown key\n"
    assert len(result.stdout.splitlines()) == 2


def test_refused_records_and_lines_for_nobody_are_code_1(
    run: Run, fake: FakeKiosk, tmp_path: Path
) -> None:
    path = tmp_path / "paid.ndjson"
    path.write_bytes(b'{"kiosk":"BKK-5-1"}\n{"kiosk":"BKK-5-1","broken":1}\n{"kiosk":"K-9"}\n')
    result = run("push", path, "--kiosks", listed(tmp_path, fake))
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "kiosk: BKK-5-1: 2 lines sent now, of them 1 refused; see `kiosk sync rejected` there",
        "kiosk: 1 line is for kiosks not listed: K-9",
    ]


def test_records_in_conflict_are_looked_for_where_they_are_named(
    run: Run, fake: FakeKiosk, make_file: MakeFile
) -> None:
    taken = {"last_seq": 5, "applied": 1, "rejected": 1, "conflicts": 3}
    fake.faults["batches"] = [(200, taken, {})]
    result = run("push", make_file(5), "--to", fake.url)
    assert result.exit_code == 1
    assert result.stderr == (
        "kiosk: BKK-5-1: 5 lines sent now, of them 1 refused and 3 in conflict; "
        "see `kiosk sync rejected` and `kiosk sync status` there\n"
    )


def test_a_listed_kiosk_may_receive_everything(
    run: Run, fake: FakeKiosk, tmp_path: Path, make_file: MakeFile
) -> None:
    path = make_file(6, "BKK-5-1", "K-9")
    kiosks = listed(tmp_path, fake, more='receives = "all"\n')
    assert run("push", path, "--kiosks", kiosks).exit_code == 0
    assert fake.watermark("paid") == 6


def test_a_script_reads_json(run: Run, fake: FakeKiosk, make_file: MakeFile) -> None:
    found = json.loads(run("push", make_file(5), "--to", fake.url, "--json").stdout)
    assert found["is_clean"]
    assert found["outcomes"][0]["sent"] == 5


@pytest.mark.parametrize(
    "words",
    [
        ["paid.ndjson"],
        ["paid.ndjson", "--to", "http://k.example"],
        ["paid.ndjson", "--to", "http://127.0.0.1:9", "--kiosks", "list.toml"],
        ["paid.ndjson", "--to", "http://127.0.0.1:9", "--to", "http://127.0.0.1:9"],
        ["paid.ndjson", "--to", "http://127.0.0.1:9", "--first-seq", "0"],
        ["paid.ndjson", "--to", "http://127.0.0.1:9", "--first-seq", "x"],
        ["paid.ndjson", "--to", "http://127.0.0.1:9", "--source", "a b"],
        ["paid.ndjson", "--to", "http://127.0.0.1:9", "--ca", "paid.ndjson"],
        ["paid.ndjson", "--kiosks", "list.toml"],
        ["paid.ndjson", "--kiosks", "none.toml"],
        ["paid.ndjson", "--to", "http://127.0.0.1:99999"],
        ["-", "--to", "http://127.0.0.1:9"],
    ],
)
def test_wrong_use_is_code_2_and_asks_nobody(
    run: Run,
    fake: FakeKiosk,
    make_file: MakeFile,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
) -> None:
    monkeypatch.chdir(make_file(1).parent)
    Path("list.toml").write_text(f'[[kiosk]]\nurl = "{fake.url}"\n', "utf-8")
    result = run("push", *words)
    assert result.exit_code == 2
    assert result.stderr
    assert fake.asked == []


def test_a_file_that_is_not_there_is_said(run: Run, fake: FakeKiosk) -> None:
    result = run("push", "none.ndjson", "--to", fake.url)
    assert (result.exit_code, result.stderr) == (1, "kiosk: none.ndjson: there is no such file.\n")


def test_a_log_is_collected(run: Run, fake: FakeKiosk, central: Central, tmp_path: Path) -> None:
    fake.print_fact(3)
    words = ["--from", fake.url, "--to", tmp_path / "log.ndjson", "--ring", central.folder / "ring"]
    result = run("collect", *words)
    assert result.exit_code == 0
    assert result.stdout == f"BKK-5-1: 3 new facts; {tmp_path}/log.ndjson ends at number 6\n"
    assert json.loads(run("collect", *words, "--json").stdout)["new"] == 0
    fake.facts.clear()
    fake._grow(2)
    cut = run("collect", *words)
    assert cut.exit_code == 1
    assert cut.stderr == f"kiosk: {fake.url}: its log ends at 2, before fact 6\n"
    assert run("collect", "--from", "http://k.example", *words[2:]).exit_code == 2


def test_a_log_is_kept_in_a_file_alone(
    run: Run, fake: FakeKiosk, central: Central, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("collect", "--from", fake.url, "--to", "-", "--ring", central.folder / "ring")
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_client_that_is_killed_at_any_batch_is_simply_run_again(
    central: Central, fake: FakeKiosk, make_file: MakeFile
) -> None:
    path = make_file(60)
    command = [sys.executable, "-m", "kiosk", "central", "push", str(path), "--to", fake.url]
    command += ["--key", str(central.folder / "central.pem"), "--batch-lines", "20"]
    running: list[subprocess.Popen[bytes]] = []

    def kill(name: str) -> None:
        # Each life of the client sees one batch on its way, and dies before or after its answer.
        if name == "batches" and len(running) < 3:
            time.sleep(0.05 * (len(running) - 1))
            os.kill(running[-1].pid, signal.SIGKILL)
            running[-1].wait(10)

    fake.on_request = kill
    for _ in range(10):
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        if running[-1].wait(30) == 0:
            break
    assert running[-1].returncode == 0
    assert len(running) == 3
    assert fake.chains["paid"] == path.read_bytes().splitlines(keepends=True)


def test_an_interrupt_does_not_wait_for_a_silent_kiosk(
    central: Central, fake: FakeKiosk, make_file: MakeFile
) -> None:
    path, asked = make_file(5), threading.Event()
    release = threading.Event()

    def be_silent(name: str) -> None:
        if name == "batches":
            asked.set()
            release.wait(30)

    fake.on_request = be_silent
    command = [sys.executable, "-c", INTERRUPTIBLE, "central", "push", str(path)]
    command += ["--to", fake.url, "--key", str(central.folder / "central.pem")]
    client = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert asked.wait(20)
    client.send_signal(signal.SIGINT)
    _, said = client.communicate(timeout=10)
    release.set()
    assert client.returncode == 1
    assert said.split() == [b"Aborted!"]
