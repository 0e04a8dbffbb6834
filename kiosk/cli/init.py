"""`kiosk init`: a new kiosk's folder: settings, keys, database."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from kiosk.domain.offices import OFFICES
from kiosk.printer.address import AddressError, parse_address
from kiosk.settings import SettingsError, load_settings
from kiosk.sticker.key_making import new_key
from kiosk.sticker.keys import KeyProblem, KeyRole, SigningKey

_SETTINGS = """\
# Settings of this kiosk; config/kiosk.toml of the project explains every one there is.
[kiosk]
id = "{kiosk}"
office = "{office}"
is_demo = {is_demo}

[printer.sticker]
device = "{device}"
speed_mm_s = {speed_mm_s}

[printer.receipt]
device = "{receipt}"
speed_mm_s = {speed_mm_s}

[ui]
port = {port}

[sync]
listen = "{listen}"
"""


def _device(_ctx: click.Context, _option: click.Parameter, text: str) -> str:
    try:
        parse_address(text)
    except AddressError as error:
        raise click.BadParameter(str(error)) from error
    return text


@click.command()
@click.option("--id", "kiosk", required=True, help="This kiosk's id, as central's grants name it.")
@click.option(
    "--office", type=click.Choice(list(OFFICES)), required=True, help="The office it stands in."
)
@click.option(
    "--device",
    required=True,
    callback=_device,
    help="The sticker printer, e.g. file:///dev/usb/lp0.",
)
@click.pass_context
def init(ctx: click.Context, kiosk: str, office: str, device: str) -> None:
    """Make a new kiosk: settings file, keys and database. Nothing that exists is replaced."""
    path: Path = ctx.find_root().obj
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise KeyProblem(f"{path} exists; this folder is a kiosk already")
    write_settings(path, kiosk=kiosk, office=office, device=device)
    try:
        settings = load_settings(path)
    except SettingsError:
        path.unlink()  # else it would stand in the way of the next try
        raise
    make_kiosk_keys(folder, kiosk)
    make_database(settings.kiosk.database, kiosk)
    click.echo(f"Made kiosk {kiosk} in {folder.resolve()}.")
    ring = folder / "keys" / "ring"
    click.echo(f"Give central kiosk.toml and sync.toml of {ring}, and put central's key there.")


def write_settings(
    path: Path,
    *,
    kiosk: str,
    office: str,
    device: str,
    receipt: str = "",
    port: int = 8080,
    is_demo: bool = False,
    speed_mm_s: int = 150,
    listen: str = "",
) -> None:
    """Write a settings file that holds what every kiosk must say."""
    text = _SETTINGS.format(
        kiosk=kiosk,
        office=office,
        device=device,
        receipt=receipt,
        port=port,
        is_demo=str(is_demo).lower(),
        speed_mm_s=speed_mm_s,
        listen=listen,
    )
    path.write_text(text, encoding="utf-8")


def make_kiosk_keys(folder: Path, kiosk: str) -> SigningKey:
    """Make the kiosk's own keys, for stickers and for the print log, and return the first.

    Private in `keys/`, public in `keys/ring/`. Raises KeyProblem.
    """
    ring = folder / "keys" / "ring"
    ring.mkdir(parents=True, exist_ok=True)
    new_key(folder / "keys", KeyRole.SYNC, "sync", kiosk=kiosk, ring=ring)
    return new_key(folder / "keys", KeyRole.KIOSK, "kiosk", kiosk=kiosk, ring=ring)


def make_fleet_key(path: Path) -> bytes:
    """Write a new secret for ID digests, readable by its owner alone."""
    key = secrets.token_bytes(32)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(key.hex() + "\n", encoding="ascii")
    return key


def make_database(path: Path, kiosk: str) -> None:
    """Make or upgrade the database of a kiosk. Raises StoreError."""
    from kiosk.store.schema import prepare  # noqa: PLC0415 - Alembic is slow to load

    prepare(path, kiosk)
