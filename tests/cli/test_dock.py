"""The demonstration's dock, asked without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from kiosk.bootstrap import template_of
from kiosk.cli.dock.app import create_dock
from kiosk.cli.dock.cards import Card, read_cards
from kiosk.cli.dock.paper import TrayReader
from kiosk.cli.dock.words import FAULT_GROUPS, STORIES
from kiosk.domain.job import VoidReason
from kiosk.domain.printing import Doubt, Picture
from kiosk.printer.emulator.fault import catalogue, parse_fault
from kiosk.printer.emulator.mechanism import Piece
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.settings import load_settings
from kiosk.sticker.keys import KeyRing, load_ring
from kiosk.sticker.picture import draw
from kiosk.store import issues
from kiosk.store.engine import reading, writing
from kiosk.sync.demo_cases import named_cases

if TYPE_CHECKING:
    from conftest import Spooled

HERE = "http://127.0.0.1:8080/demo"
OURS = {"X-Demo": "1"}
CARD = Card("car", "DLT69000001", "1101700230708", "DLT1:ABC", "A private car.")


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[PrinterEmulator]:
    with PrinterEmulator(tray=tmp_path / "tray") as running:
        yield running


@pytest.fixture
def receipts(tmp_path: Path) -> Iterator[PrinterEmulator]:
    with PrinterEmulator(tray=tmp_path / "receipts") as running:
        yield running


@pytest.fixture
def dock(
    spooled: Spooled, emulator: PrinterEmulator, receipts: PrinterEmulator
) -> Callable[..., FlaskClient]:
    """Build the dock over the kiosk that prints; `ring` other than the kiosk's own on demand."""

    def build(ring: KeyRing | None = None) -> FlaskClient:
        settings = load_settings(spooled.kiosk.config)
        believed = load_ring(settings.keys.ring) if ring is None else ring
        folder = emulator.tray.folder
        assert folder is not None
        tray = TrayReader(folder, spooled.spool.engine, believed, template_of(settings))
        slips = receipts.tray.folder
        assert slips is not None
        staff = [("T-101", "ช่าง", "technician", "271828")]
        app = create_dock(emulator, receipts, tray, slips, [CARD], staff)
        return app.test_client()

    return build


@pytest.fixture
def client(dock: Callable[..., FlaskClient]) -> FlaskClient:
    return dock()


@pytest.fixture
def sticker(spooled: Spooled) -> Picture:
    """The dots of a sticker that the kiosk has printed."""
    spooled.take()
    with reading(spooled.spool.engine) as connection:
        issue = issues.by_serial(connection, "A0000001")
    assert issue is not None
    return draw(issue.fields, spooled.spool.template, issue.code).picture


def fall(emulator: PrinterEmulator, picture: Picture, rows: int | None = None) -> None:
    """Let paper fall into the tray: the whole picture, or its first rows torn off."""
    all_rows = [
        picture.bits[at : at + picture.stride].ljust(72, b"\0")
        for at in range(0, len(picture.bits), picture.stride)
    ]
    blank = [bytes(72)] * 24
    emulator.tray.drop(Piece((*blank, *all_rows[:rows], *blank), was_cut=rows is None))


def newest(client: FlaskClient) -> dict[str, Any]:
    piece: dict[str, Any] = client.get("/state", base_url=HERE).json["tray"][0]
    return piece


def order(client: FlaskClient, printer: str = "sticker", **what: str) -> dict[str, Any]:
    answer = client.post(f"/printer/{printer}", base_url=HERE, json=what, headers=OURS)
    assert answer.status_code == 200
    state: dict[str, Any] = answer.json
    return state


def test_every_named_case_has_words() -> None:
    cases = named_cases(date(2026, 11, 21), "BKK-5-1", "BKK-5")
    assert {case.name for case in cases} == set(STORIES)


def test_every_fault_there_is_has_a_button_that_works() -> None:
    specs = [button.spec for group in FAULT_GROUPS for button in group.buttons]
    assert {parse_fault(spec).name for spec in specs} == set(catalogue())
    assert len(specs) == len(set(specs))


def test_the_page_shows_cards_faults_and_the_kiosk(client: FlaskClient) -> None:
    answer = client.get("/", base_url=HERE)
    page = answer.text
    assert 'data-code="DLT1:ABC"' in page
    assert page.count("data-fault=") == sum(len(group.buttons) for group in FAULT_GROUPS)
    assert re.search(r'<iframe[^>]* src="/"', page)
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page)


def test_cards_that_print_come_first_and_an_unknown_case_says_its_note(tmp_path: Path) -> None:
    for number, case in enumerate(("refunded", "car", "news")):
        text = f'{{"case": "{case}", "reference": "R{number}", "id_number": "1", '
        text += f'"collection_code": "DLT1:X", "note": "about {case}"}}'
        (tmp_path / f"{case}.json").write_text(text)
    cards = read_cards(tmp_path)
    assert [card.case for card in cards] == ["car", "refunded", "news"]
    assert cards[2].story.outcome.en == "about news"


def test_a_fault_is_set_shown_and_mended(client: FlaskClient) -> None:
    broken = order(client, do="inject", fault="paper-out")
    assert (broken["light"], broken["roll"], broken["faults"]) == ("stop", "end", ["paper-out"])
    mended = order(client, do="refill")
    assert (mended["light"], mended["roll"], mended["faults"]) == ("ready", "full", [])


def test_the_receipt_printer_breaks_and_mends_on_its_own(client: FlaskClient) -> None:
    broken = order(client, "receipt", do="inject", fault="paper-out")
    assert (broken["receipt"]["light"], broken["receipt"]["faults"]) == ("stop", ["paper-out"])
    assert (broken["light"], broken["faults"]) == ("ready", [])
    assert order(client, "receipt", do="mend")["receipt"]["light"] == "ready"


def test_a_printer_that_is_not_there_takes_no_order(client: FlaskClient) -> None:
    answer = client.post("/printer/oven", base_url=HERE, json={"do": "mend"}, headers=OURS)
    assert answer.status_code == 400


def test_plain_paper_is_shown_the_newest_first(
    client: FlaskClient, receipts: PrinterEmulator
) -> None:
    for _ in range(4):
        receipts.tray.drop(Piece((b"\xff" * 72,) * 8, was_cut=True))
    shown = client.get("/state", base_url=HERE).json["receipt"]
    assert (shown["pieces"], shown["tray"]) == (4, ["00004", "00003", "00002"])
    assert client.get("/slips/00004.png", base_url=HERE).data.startswith(b"\x89PNG")
    assert client.get("/slips/..%2F..%2Fkiosk.toml.png", base_url=HERE).status_code == 404


def test_mending_all_puts_everything_right(client: FlaskClient) -> None:
    order(client, do="inject", fault="power-cut")
    assert order(client, do="inject", fault="cover-open")["light"] == "dark"
    assert order(client, do="mend")["light"] == "ready"


@pytest.mark.parametrize(
    "headers", [{}, {"X-Demo": "1", "Origin": "http://evil.example"}, {"X-Demo": "0"}]
)
def test_another_sites_page_cannot_press_the_buttons(
    client: FlaskClient, emulator: PrinterEmulator, headers: dict[str, str]
) -> None:
    what = {"do": "inject", "fault": "paper-out"}
    answer = client.post("/printer/sticker", base_url=HERE, json=what, headers=headers)
    assert answer.status_code == 403
    assert not emulator.machine.faults


def test_the_kiosks_own_origin_may(client: FlaskClient) -> None:
    headers = OURS | {"Origin": "http://127.0.0.1:8080"}
    what = {"do": "mend"}
    assert (
        client.post("/printer/sticker", base_url=HERE, json=what, headers=headers).status_code
        == 200
    )


def test_the_dock_answers_under_loopback_names_only(client: FlaskClient) -> None:
    assert client.get("/state", base_url="http://evil.example/demo").status_code == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"do": "state"}', b'{"do": "inject"}', b'{"do": "inject", "fault": "x"}'],
)
def test_an_order_that_makes_no_sense_changes_nothing(
    client: FlaskClient, emulator: PrinterEmulator, body: bytes
) -> None:
    sent = client.post(
        "/printer/sticker", base_url=HERE, data=body, headers=OURS, content_type="application/json"
    )
    assert sent.status_code == 400
    assert not emulator.machine.faults


def test_a_printed_sticker_is_told_genuine_until_it_is_void(
    client: FlaskClient, emulator: PrinterEmulator, sticker: Picture, spooled: Spooled
) -> None:
    fall(emulator, sticker)
    piece = newest(client)
    assert (piece["verdict"], piece["serial"]) == ("genuine", "A0000001")
    assert client.get(f"/tray/{piece['name']}.png", base_url=HERE).data.startswith(b"\x89PNG")
    with writing(spooled.spool.engine) as connection:
        issue = issues.by_serial(connection, "A0000001")
        assert issue is not None
        assert issues.void(connection, issue, VoidReason.SPOILED)
    assert newest(client)["verdict"] == "void"


def test_a_void_sticker_stays_void_when_its_blank_serves_again(
    client: FlaskClient, emulator: PrinterEmulator, spooled: Spooled
) -> None:
    job = spooled.take(Doubt("line lost", 900))
    engine = spooled.spool.engine
    with reading(engine) as connection:
        issue = issues.by_serial(connection, "A0000001")
    assert issue is not None
    fall(emulator, draw(issue.fields, spooled.spool.template, issue.code).picture)
    assert newest(client)["verdict"] == "genuine"  # nobody knows better yet
    spooled.recover()
    words = ("job", "resolve", job, "--as", "no-output", "--by", "T-101", "--why", "empty tray")
    spooled.kiosk.ok(*words, "--pins", "-", typed=spooled.kiosk.pins)
    spooled.take()
    with reading(engine) as connection:
        later = issues.by_serial(connection, "A0000001")
    assert later is not None
    assert later.id != issue.id
    assert newest(client)["verdict"] == "void"


def test_half_a_sticker_is_no_sticker(
    client: FlaskClient, emulator: PrinterEmulator, sticker: Picture
) -> None:
    fall(emulator, sticker, rows=400)
    assert (newest(client)["verdict"], newest(client)["serial"]) == ("part", "A0000001")


def test_one_other_dot_makes_another_paper(
    client: FlaskClient, emulator: PrinterEmulator, sticker: Picture
) -> None:
    bits = bytearray(sticker.bits)
    bits[len(bits) // 2] ^= 1
    fall(emulator, Picture(sticker.width, sticker.height, bytes(bits)))
    assert newest(client)["verdict"] == "other"


def test_a_sticker_of_keys_that_nobody_believes_is_not_genuine(
    dock: Callable[..., FlaskClient], emulator: PrinterEmulator, sticker: Picture
) -> None:
    fall(emulator, sticker)
    assert newest(dock(KeyRing(())))["verdict"] == "forged"


def test_blank_paper_and_files_beside_the_tray_are_nothing(
    client: FlaskClient, emulator: PrinterEmulator, tmp_path: Path
) -> None:
    emulator.tray.drop(Piece((bytes(72),) * 8, was_cut=True))
    assert newest(client)["verdict"] == "other"
    (tmp_path / "secret.png").write_bytes(b"secret")
    assert client.get("/tray/..%2Fsecret.png", base_url=HERE).status_code == 404
