"""`kiosk settings`: what this kiosk is set to, and where each value is from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from kiosk.cli.common import json_option, settings_of, write_json, write_table


@click.group()
def settings() -> None:
    """Show what this kiosk is set to."""


@settings.command()
@json_option
@click.pass_context
def show(ctx: click.Context, *, as_json: bool) -> None:
    """Show every setting with its value, and whether the file says it or it is the default.

    Relative paths are shown from the root, as they will be used. Keys are shown as paths only.
    """
    effective = settings_of(ctx)
    path: Path = ctx.find_root().obj
    said = set(_dotted(tomllib.loads(path.read_text(encoding="utf-8"))))
    values = [
        (name, value, "file" if name in said else "default")
        for name, value in _dotted(msgspec.to_builtins(effective, enc_hook=str)).items()
    ]
    if as_json:
        found = {name: {"value": value, "from": origin} for name, value, origin in values}
        write_json({"file": str(path.resolve()), "settings": found})
        return
    click.echo(f"Settings of {path.resolve()}")
    write_table(("setting", "value", "from"), [(n, _text(v), origin) for n, v, origin in values])


def _dotted(tree: dict[str, object]) -> dict[str, object]:
    return dict(_leaves(tree, ""))


def _leaves(tree: dict[str, object], prefix: str) -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _text(value: object) -> str:
    # JSON's spelling of text, numbers, truth and lists is TOML's too.
    return msgspec.json.encode(value).decode()
