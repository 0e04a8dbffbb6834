"""docs/sync.md word by word: a newcomer's terminal, against a real sync process."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.cli.demo_home import furnish
from kiosk.processes.sync import ready_sync
from kiosk.settings import load_settings
from kiosk.sync.server.problems import MEANINGS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sync.md").read_text("utf-8")
SERVER_PART = PAGE.partition("## With the client\n")[0]
RECORDS = 300


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder in which `kiosk demo` runs, as far as central can tell, and its address."""
    demo = tmp_path / "demo"
    furnish(demo, port=0, printer_port=9, sync_port=0, speed_mm_s=250, records=0)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    stop = threading.Event()
    ready = ready_sync(load_settings(demo / "kiosk.toml"))
    running = threading.Thread(target=ready.run, args=(stop,))
    running.start()
    assert ready.address is not None
    yield tmp_path, ready.address
    stop.set()
    running.join(20)


def typed(folder: Path, address: str, box: str) -> str:
    """Type a box of the guide into a shell."""
    box = box.replace("http://127.0.0.1:8090", address).replace("100000", str(RECORDS))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["sh", "-e", "-c", box],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_guide_can_be_typed_from_top_to_bottom(terminal: tuple[Path, str]) -> None:
    demo, central, fetch, curl, status = re.findall(r"(?ms)^```sh\n(.*?)^```", SERVER_PART)
    assert demo.startswith("kiosk demo")
    typed(*terminal, central)
    fetch = fetch.partition("\n")[0]  # nothing was printed here: there is nothing to show
    typed(*terminal, fetch)
    answer = json.loads(typed(*terminal, curl))
    [said, _envelope] = re.findall(r"(?ms)^```json\n(.*?)^```", SERVER_PART)
    assert answer == json.loads(said)
    found = json.loads(typed(*terminal, status))
    assert found["watermarks"] == {"counter": 3, "paid": RECORDS}
    assert found["records"] >= RECORDS


def test_every_problem_is_in_the_guide_as_it_is_in_the_code() -> None:
    rows = re.findall(r"(?m)^\| (\d+) \| `([a-z-]+)` \| (.+?) \| (yes|no) \| .+ \|$", SERVER_PART)
    assert rows == [
        (str(meaning.status), kind.value, meaning.title, "yes" if meaning.permanent else "no")
        for kind, meaning in MEANINGS.items()
    ]


def test_the_sample_needs_nothing_of_the_kiosks() -> None:
    assert "import kiosk" not in (ROOT / "docs" / "samples" / "seal.py").read_text("utf-8")
