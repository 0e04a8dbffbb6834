from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sticker import layout
from kiosk.sticker.elements import Qr, Text
from kiosk.sticker.layout import TemplateProblem, load_template, parse_template

OURS = Path(layout.__file__).parent / "templates" / "annual.toml"

SPECIMEN = '[specimen]\ntext = "S"\ny = 10\nheight = 40\nsize = 24\n'
QR = '[[element]]\nkind = "qr"\nname = "code"\nx = 0\ny = 0\nsize = 345\n'
SMALLEST = f"height = 400\n{SPECIMEN}{QR}"


def text_element(**changes: object) -> str:
    values: dict[str, object] = {
        "name": '"word"',
        "text": '"{plate}"',
        "x": 8,
        "baseline": 390,
        "width": 300,
        "size": 24,
    }
    values |= changes
    lines = "".join(f"{key} = {value}\n" for key, value in values.items())
    return f'[[element]]\nkind = "text"\n{lines}'


def test_our_template_names_every_field() -> None:
    texts = [element for element in load_template().element if isinstance(element, Text)]
    named = frozenset().union(*(text.fields for text in texts))
    assert named == layout.FIELDS


def test_a_template_of_the_office_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SMALLEST + text_element())
    qr, text = load_template(path).element
    assert isinstance(qr, Qr)
    assert isinstance(text, Text)
    assert text.fields == {"plate"}


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (SMALLEST + text_element(colour='"red"'), "element word: .*unknown field `colour`"),
        (SMALLEST + text_element(size='"big"'), "element word: .*`int`.*size"),
        (SMALLEST + text_element(size=23), "element word: .*>= 24.*size"),
        (SMALLEST + text_element(weight='"heavy"'), "element word: .*heavy.*weight"),
        (SMALLEST + text_element(text='"{owner}"'), "element word: there is no field 'owner'"),
        (SMALLEST + text_element(text='"{}"'), "element word: there is no field ''"),
        (SMALLEST + text_element(text='"{plate"'), "element word: the braces"),
        (SMALLEST + text_element(min_size=30), "element word: min_size is larger"),
        (SMALLEST + text_element(top=391), "element word: the baseline"),
        (SMALLEST + text_element(width=570), "element word: dots 8-578 across .* leave"),
        (SMALLEST + text_element(baseline=5), "element word: .* leave the sticker"),
        (SMALLEST + text_element(name='"code"'), "element code: the name is used twice"),
        (SMALLEST + '[[element]]\nkind = "star"\nname = "x"\n', "element x: .*star"),
        (SMALLEST + '[[element]]\nname = "x"\n', "element x: .*kind"),
        (SMALLEST + "[[element]]\n", "element number 2: "),
        (SMALLEST.replace("height = 400", "hight = 400"), "hight"),
        (SMALLEST.replace("y = 10", "y = 390"), "specimen band"),
        (SMALLEST + QR.replace("code", "more"), "2 elements of kind qr"),
        (f"height = 400\n{SPECIMEN}element = []\n", "element"),
        (f"height = 400\n{QR}", "specimen"),
        (
            SMALLEST
            + '[[element]]\nkind = "frame"\nname = "f"\nx=0\ny=0\nwidth=8\nheight=9\nline=4',
            "element f: line and radius",
        ),
        ("height = ", "own.toml"),
    ],
)
def test_a_wrong_template_is_one_clear_sentence(source: str, sentence: str) -> None:
    with pytest.raises(TemplateProblem, match=sentence) as caught:
        parse_template(source, "own.toml")
    assert str(caught.value).startswith("own.toml")
    assert "\n" not in str(caught.value)


@given(st.text())
def test_any_text_gets_an_answer(source: str) -> None:
    with pytest.raises(TemplateProblem):
        parse_template(source, "own.toml")


def test_a_missing_or_binary_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateProblem, match=r"cannot read the template .*none\.toml"):
        load_template(tmp_path / "none.toml")
    (tmp_path / "bin.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateProblem, match="not UTF-8"):
        load_template(tmp_path / "bin.toml")


def test_the_qr_stays_within_45_mm() -> None:
    (code,) = (element for element in load_template().element if isinstance(element, Qr))
    assert code.size / 8 <= 45
