"""The whole of it: a demo kiosk, a real browser, and the sticker in the tray."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from kiosk.sticker.code import StickerClaims, read_sticker_code
from kiosk.sticker.keys import load_ring

pytestmark = pytest.mark.browser

START_S = 60


@dataclass(frozen=True)
class Demo:
    """A running `kiosk demo`."""

    folder: Path
    address: str

    def card(self, case: str) -> dict[str, str]:
        text = (self.folder / "cards" / f"{case}.json").read_text(encoding="utf-8")
        card: dict[str, str] = json.loads(text)
        return card

    def tray(self) -> list[Path]:
        return sorted((self.folder / "tray").glob("*.png"))

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        config = str(self.folder / "kiosk.toml")
        command = [sys.executable, "-m", "kiosk", "--config", config, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo") / "kiosk"
    command = [sys.executable, "-m", "kiosk", "demo", "--dir", str(folder), "--no-browser"]
    child = subprocess.Popen(
        [*command, "--records", "200"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        yield Demo(folder, said_address(child))
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(START_S)


def said_address(child: subprocess.Popen[str]) -> str:
    said = []
    while line := child.stdout.readline():
        said.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if found:
            return found[0]
    raise AssertionError("the demo ended without an address:\n" + "".join(said))


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1080, "height": 1920})
    page = context.new_page()
    page.goto(demo.address)
    yield page
    context.close()


def type_in(page: Page, card: dict[str, str]) -> None:
    page.get_by_test_id("start").click()
    page.get_by_test_id("reference").fill(card["reference"])
    page.get_by_test_id("owner-id").fill(card["id_number"])
    page.get_by_test_id("continue").click()


def scan(page: Page, code: str) -> None:
    """Type as a scanner does: a burst of keys that ends with Enter."""
    page.locator("body").click(position={"x": 5, "y": 5}, trial=True)
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def wait_for_paper(demo: Demo, count: int) -> Path:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if len(demo.tray()) >= count:
            return demo.tray()[count - 1]
        time.sleep(0.05)
    raise AssertionError(f"only {len(demo.tray())} stickers came out")


def claims_on(demo: Demo, paper: Path) -> StickerClaims:
    [symbol] = zxingcpp.read_barcodes(Image.open(paper), formats=zxingcpp.BarcodeFormat.QRCode)
    claims = read_sticker_code(symbol.text, load_ring(demo.folder / "keys" / "ring"))
    assert isinstance(claims, StickerClaims)
    return claims


def test_an_owner_types_looks_prints_and_takes_the_sticker(demo: Demo, page: Page) -> None:
    card = demo.card("car")
    before = len(demo.tray())
    type_in(page, card)
    expect(page.get_by_test_id("preview")).to_be_visible()
    page.get_by_test_id("print").click()
    expect(page.get_by_test_id("finish")).to_be_visible(timeout=20_000)
    claims = claims_on(demo, wait_for_paper(demo, before + 1))
    assert claims.grant.reference == card["reference"]
    assert claims.grant.kiosk == "BKK-5-1"
    assert abs((datetime.now(UTC) - claims.issued_at).total_seconds()) < 60
    page.get_by_test_id("finish").click()
    expect(page.get_by_test_id("start")).to_be_visible()
    assert card["reference"] not in page.content()


def test_a_scan_opens_the_vehicle_and_one_tap_prints_it(demo: Demo, page: Page) -> None:
    card = demo.card("motorcycle")
    before = len(demo.tray())
    scan(page, card["collection_code"])
    page.get_by_test_id("print").click()
    expect(page.get_by_test_id("finish")).to_be_visible(timeout=20_000)
    assert claims_on(demo, wait_for_paper(demo, before + 1)).grant.reference == card["reference"]


def test_a_second_print_is_answered_and_not_made(demo: Demo, page: Page) -> None:
    card = demo.card("already-printed")
    before = len(demo.tray())
    type_in(page, card)
    expect(page.locator("body")).to_contain_text("K-113")
    expect(page.get_by_test_id("print")).to_have_count(0)
    time.sleep(0.5)
    assert len(demo.tray()) == before


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("refunded", "K-103"),
        ("pending", "K-102"),
        ("frozen", "K-105"),
        ("wrong-office", "K-107"),
        ("expired", "K-109"),
        ("by-post", "K-110"),
        ("tampered", "K-111"),
        ("late-arrival", "K-103"),
        ("printed-elsewhere", "K-117"),
    ],
)
def test_a_renewal_that_may_not_print_says_why(
    demo: Demo, page: Page, case: str, code: str
) -> None:
    type_in(page, demo.card(case))
    expect(page.locator("body")).to_contain_text(code)
    expect(page.get_by_test_id("print")).to_have_count(0)


def test_afterwards_the_log_and_the_stock_hold(demo: Demo) -> None:
    verified = demo.command("audit", "verify")
    assert verified.returncode == 0, verified.stderr
    assert verified.stdout.startswith("ok")
    reconciled = demo.command("stock", "reconcile")
    assert reconciled.returncode == 0, reconciled.stderr
