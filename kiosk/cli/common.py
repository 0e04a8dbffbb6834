"""What several commands share: the settings, the database, JSON out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.settings import Settings, load_settings


def settings_of(ctx: click.Context) -> Settings:
    """Read the settings file named on the command line. Raises SettingsError."""
    path: Path = ctx.find_root().obj
    return load_settings(path)


_F = TypeVar("_F", bound=Callable[..., Any])


def json_option(command: _F) -> _F:
    """Give a command `--json`."""
    option = click.option("--json", "as_json", is_flag=True, help="Write JSON for scripts.")
    return option(command)


def write_json(value: object) -> None:
    """Write one JSON document to standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
