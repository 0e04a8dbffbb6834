"""The example in config/ is the reference of the settings: complete, valid, its defaults true."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "config" / "kiosk.toml"
REQUIRED = object()


def known_settings(
    section: type[msgspec.Struct] = Settings, prefix: str = ""
) -> Iterator[tuple[str, object]]:
    """Dotted name and default of each setting; the default as TOML would have it."""
    for field in msgspec.structs.fields(section):
        name = prefix + field.name
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from known_settings(field.type, f"{name}.")
        elif field.required:
            yield name, REQUIRED
        else:
            made = field.default_factory
            default = field.default if made is msgspec.NODEFAULT else made()
            yield name, msgspec.json.decode(msgspec.json.encode(default, enc_hook=str))


def described_settings() -> dict[str, list[str]]:
    """The comment lines over each setting of the example, by dotted name."""
    described: dict[str, list[str]] = {}
    table = ""
    comment: list[str] = []
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            comment.append(line.removeprefix("#").strip())
            continue
        if heading := re.fullmatch(r"\[([\w.]+)\]", line):
            table = heading[1]
        elif setting := re.match(r"(\w+) = ", line):
            described[f"{table}.{setting[1]}"] = comment
        comment = []
    return described


def test_the_example_can_be_used() -> None:
    assert load_settings(EXAMPLE).kiosk.id == "BKK-5-1"


def test_the_example_shows_every_setting() -> None:
    assert sorted(described_settings()) == sorted(name for name, _ in known_settings())


@pytest.mark.parametrize(("name", "default"), list(known_settings()))
def test_the_example_explains_a_setting_and_tells_its_default(name: str, default: object) -> None:
    *meaning, last = described_settings()[name]
    assert meaning, f"{name}: no word on what it means"
    if default is REQUIRED:
        assert last == "required"
    else:
        _, said, value = last.partition("default: ")
        assert said, f"{name}: its comment does not end with the default"
        assert tomllib.loads(f"it = {value}")["it"] == default


def test_the_touch_screen_opens_the_port_of_the_example() -> None:
    ui = load_settings(EXAMPLE).ui
    unit = (ROOT / "systemd" / "touchscreen.service").read_text("utf-8")
    assert f"#http://{ui.host}:{ui.port}/\n" in unit


@pytest.mark.parametrize(("key", "unit"), [("kiosk", "kiosk-printer"), ("fleet", "kiosk-ui")])
def test_a_private_key_of_the_example_is_the_credential_of_its_unit(key: str, unit: str) -> None:
    path = getattr(load_settings(EXAMPLE).keys, key)
    assert path.parent == Path(f"/run/credentials/{unit}.service")
    text = (ROOT / "systemd" / f"{unit}.service").read_text("utf-8")
    assert f"\nLoadCredential={path.name}:/etc/kiosk/keys/{path.name}\n" in text
