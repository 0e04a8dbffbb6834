from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sqlalchemy import Engine

from kiosk.domain.printing import Doubt
from kiosk.sticker.picture import to_png
from kiosk.store import issues, jobs
from kiosk.store.engine import reading

if TYPE_CHECKING:
    from conftest import Kiosk, Spooled


def code_of(engine: Engine, job_id: str) -> str:
    with reading(engine) as connection:
        job = jobs.by_id(connection, job_id)
        assert job is not None
        issue = issues.of_job(connection, job)
        assert issue is not None
        return issue.code


def test_a_sample_is_drawn_without_any_record(kiosk: Kiosk, tmp_path: Path) -> None:
    file = tmp_path / "sample.png"
    kiosk.ok("sticker", "render", "--sample", "-o", file, "--scale", "2")
    with Image.open(file) as image:
        assert image.width == 2 * 576


def test_a_renewal_is_drawn_as_its_preview(spooled: Spooled, tmp_path: Path) -> None:
    spooled.kiosk.ok("sticker", "render", spooled.reference, "-o", tmp_path / "r.png")
    with Image.open(tmp_path / "r.png") as image:
        assert image.width == 576


def test_an_unknown_renewal_is_said(kiosk: Kiosk, tmp_path: Path) -> None:
    said = kiosk.refuses("sticker", "render", "DLT-1", "-o", tmp_path / "r.png")
    assert said == "there is no record DLT-1 at this kiosk"


def test_a_printed_sticker_is_genuine(spooled: Spooled, engine: Engine) -> None:
    code = code_of(engine, spooled.take())
    said = spooled.kiosk.ok("sticker", "verify", code)
    assert said.startswith("genuine: no void known as of ")
    found = json.loads(spooled.kiosk.ok("sticker", "verify", "-", "--json", typed=code + "\n"))
    assert (found["verdict"], found["serial"]) == ("genuine", "A0000001")
    believed = json.loads(spooled.kiosk.ok("keys", "list", "--json"))["believed"]
    ids = {key["role"]: key["id"] for key in believed}
    assert (found["kiosk_key"], found["central_key"]) == (ids["kiosk"], ids["central"])


def test_the_code_is_read_off_the_paper(spooled: Spooled, tmp_path: Path) -> None:
    spooled.take()
    (picture,) = spooled.printer.paper
    (tmp_path / "paper.png").write_bytes(to_png(picture))
    assert spooled.kiosk.ok("sticker", "verify", "--image", tmp_path / "paper.png").startswith(
        "genuine"
    )


def test_without_the_reader_one_sentence_says_so(
    kiosk: Kiosk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    said = kiosk.refuses("sticker", "verify", "--image", tmp_path / "any.png")
    assert "needs the package zxing-cpp" in said


def test_a_resolved_doubt_without_output_is_void(spooled: Spooled, engine: Engine) -> None:
    job = spooled.take(Doubt("paper-out", 900))
    code = code_of(engine, job)
    spooled.recover()
    words = ("job", "resolve", job, "--as", "no-output", "--by", "T-101", "--why", "empty tray")
    spooled.kiosk.ok(*words, "--pins", "-", typed=spooled.kiosk.pins)
    result = spooled.kiosk.run("sticker", "verify", code)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (1, "void: voided as no-output")
    spooled.take()  # the blank serves again, under another attempt
    assert spooled.kiosk.run("sticker", "verify", code).stdout.startswith("void: nothing came out")


def test_a_changed_code_is_forged(spooled: Spooled, engine: Engine) -> None:
    code = code_of(engine, spooled.take())
    changed = code[:-9] + ("0" if code[-9] != "0" else "1") + code[-8:]
    result = spooled.kiosk.run("sticker", "verify", changed)
    assert result.exit_code == 1
    assert result.stdout.split(":")[0] in {"forged", "unreadable"}


def test_any_other_text_is_no_sticker(kiosk: Kiosk) -> None:
    result = kiosk.run("sticker", "verify", "hello")
    assert (result.exit_code, result.stdout) == (
        1,
        "unreadable: this is not the code of a sticker\n",
    )
