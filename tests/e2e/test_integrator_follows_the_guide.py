"""A new integrator follows docs/sync.md: records in, three stickers out, and the log names them.

`KIOSK_GUIDE_RECORDS=100000` does it with as many as the guide says; `--log-cli-level=info` tells
how long that took.
"""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

GUIDE = (Path(__file__).parents[2] / "docs" / "sync.md").read_text("utf-8")
RECORDS = int(os.environ.get("KIOSK_GUIDE_RECORDS", "1000"))
START_S = 60
PRINT_MS = 20_000
BOX_S = 600

measured = logging.getLogger(__name__)


@dataclass(frozen=True)
class Terminal:
    """An empty folder in which the guide's `kiosk demo` runs."""

    folder: Path
    screens: str
    central: str
    peak_mb: Callable[[], float]

    def type(self, box: str) -> str:
        """Type a box of the guide."""
        box = box.replace("http://127.0.0.1:8090", self.central).replace("100000", str(RECORDS))
        ran = subprocess.run(
            ["sh", "-e", "-c", box],
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=BOX_S,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout
        return ran.stdout


def environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    [demo] = re.findall(r"(?m)^kiosk demo.*$", GUIDE)
    child = subprocess.Popen(
        demo.split(),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(),
    )

    def peak_mb() -> float:
        status = Path(f"/proc/{child.pid}/status").read_text("ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1000 if found else 0.0

    try:
        screens = said(child, "Serving the screens at")
        yield Terminal(tmp_path, screens, said(child, "Serving central's jobs at"), peak_mb)
    finally:
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=START_S)


def said(child: subprocess.Popen[str], words: str) -> str:
    """Return the address that follows some words of the demo's."""
    assert child.stdout is not None
    for line in child.stdout:
        if found := re.search(rf"{words} (http://127\.0\.0\.1:\d+)", line):
            return found[1]
    raise AssertionError(f"the demo ended without saying {words!r}")


def collect(page: Page, screens: str, reference: str, owner_id: str) -> None:
    """Take one sticker out, as a visitor who types."""
    page.context.clear_cookies()
    page.goto(screens)
    page.get_by_test_id("start").click()
    page.get_by_test_id("reference").fill(reference)
    page.get_by_test_id("owner-id").fill(owner_id)
    page.get_by_test_id("continue").click()
    page.get_by_test_id("print").click()
    printed = page.locator("[data-testid=job-state][data-state=printed]")
    expect(printed).to_be_attached(timeout=PRINT_MS)


@pytest.mark.timeout(900)
def test_three_stickers_of_pushed_records_are_named_by_the_log(
    terminal: Terminal, browser: Browser
) -> None:
    part = GUIDE.partition("### The same with curl")[0]
    _demo, push, fetch = re.findall(r"(?ms)^```sh\n(.*?)^```", part)
    before_mb, began = terminal.peak_mb(), time.monotonic()
    told = terminal.type(push)
    spent_s, after_mb = time.monotonic() - began, terminal.peak_mb()
    told_mb = f"peak of the demo {before_mb:.0f} MB before, {after_mb:.0f} MB after"
    measured.info("%d records made, signed and pushed in %.1f s; %s", RECORDS, spent_s, told_mb)
    people = re.findall(r"reference (\S+), ID (\d{13})", told)
    assert len(people) == 3
    already = len(list((terminal.folder / "demo" / "tray").glob("*.png")))
    page = browser.new_context(reduced_motion="reduce").new_page()
    for reference, owner_id in people:
        collect(page, terminal.screens, reference, owner_id)
    page.context.close()
    assert len(list((terminal.folder / "demo" / "tray").glob("*.png"))) == already + 3
    shown = [json.loads(line) for line in terminal.type(fetch).splitlines() if line[:1] == "{"]
    named = {fact["fact"].get("reference") for fact in shown}
    assert named >= {reference for reference, _ in people}
