"""`kiosk keys`: make keys, and list whose signatures are believed here."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import click

from kiosk.cli.common import (
    json_option,
    local_time,
    settings_of,
    write_json,
    write_table,
)
from kiosk.cli.init import make_fleet_key
from kiosk.domain.thai import BANGKOK
from kiosk.settings import Settings
from kiosk.sticker.key_making import new_key, retire_key, revoke_key
from kiosk.sticker.keys import KeyProblem, KeyRole, load_ring

FLEET = "fleet"
AT_ONCE = "A kiosk that runs on this ring sees it within a second."

ring_option = click.option(
    "--ring",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of the keys believed; else keys.ring. With it no settings file is needed.",
)


@click.group()
def keys() -> None:
    """Make keys and list them."""


@keys.command()
@click.argument("role", type=click.Choice([*(role.value for role in KeyRole), FLEET]))
@click.argument("name", required=False)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the private key goes; else the folder of keys.kiosk.",
)
@click.option(
    "--ring",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the public key goes; else keys.ring.",
)
@click.pass_context
def new(
    ctx: click.Context, role: str, name: str | None, folder: Path | None, ring: Path | None
) -> None:
    """Make a key. ROLE central signs grants, kiosk stickers, sync print logs.

    `fleet` makes the fleet's secret for ID digests. A key that exists is never replaced. With both
    folders named no settings file is needed, as at central.
    """
    if role == FLEET:
        _new_fleet_key(settings_of(ctx).keys.fleet if folder is None else folder / "fleet.key")
        return
    kiosk = None
    is_kiosks = role != KeyRole.CENTRAL
    if folder is None or ring is None or is_kiosks:
        settings = settings_of(ctx)
        kiosk = settings.kiosk.id if is_kiosks else None
        folder, ring = folder or settings.keys.kiosk.parent, ring or settings.keys.ring
    name = name or role
    key = new_key(folder, KeyRole(role), name, kiosk=kiosk, ring=ring)
    click.echo(f"Made key {key.kid.hex()} of role {role}.")
    click.echo(f"Private: {folder / name}.pem (keep it here)")
    click.echo(f"Public:  {ring / name}.toml (give it to whoever shall believe it)")


def _new_fleet_key(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        make_fleet_key(path)
    except FileExistsError:
        raise KeyProblem(f"{path} exists already; keys are never overwritten") from None
    click.echo(f"Made the fleet key {path}; every kiosk of the fleet and central need this one.")


@keys.command()
@click.argument("name")
@click.option(
    "--not-after",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d"]),
    required=True,
    help="When its time ends, like 2027-01-01T00:00:00+07:00; a day ends in Bangkok.",
)
@ring_option
@click.pass_context
def retire(ctx: click.Context, name: str, not_after: datetime, ring: Path | None) -> None:
    """End a believed key's time; what it signed and was received until then stays good."""
    if not_after.tzinfo is None:
        not_after = datetime.combine(not_after.date() + timedelta(days=1), time(), BANGKOK)
    key = retire_key(ring or settings_of(ctx).keys.ring, name, not_after.astimezone(UTC))
    click.echo(f"Key {key.kid.hex()} ({name}) is believed until {local_time(not_after)}.")
    click.echo(AT_ONCE)


@keys.command()
@click.argument("name")
@ring_option
@click.pass_context
def revoke(ctx: click.Context, name: str, ring: Path | None) -> None:
    """Believe a key no more, nor anything that it ever signed: it was stolen."""
    key = revoke_key(ring or settings_of(ctx).keys.ring, name)
    click.echo(f"Key {key.kid.hex()} ({name}) is not believed any more.")
    click.echo(AT_ONCE)


@keys.command("list")
@ring_option
@json_option
@click.pass_context
def list_(ctx: click.Context, ring: Path | None, *, as_json: bool) -> None:
    """List the keys that are believed here, and whether the private ones are kept well."""
    believed_in, private_paths = (ring, ()) if ring else _of_kiosk(settings_of(ctx))
    believed = [
        {
            "name": key.name,
            "role": key.role,
            "id": key.kid.hex(),
            "kiosk": key.kiosk,
            "not_after": key.not_after,
            "revoked": key.revoked,
        }
        for key in load_ring(believed_in)
    ]
    private = {str(path): _kept(path) for path in private_paths}
    if as_json:
        write_json({"believed": believed, "private": private})
        return
    head = ("name", "role", "id", "kiosk", "not_after", "revoked")
    write_table(head, [[key[column] for column in head] for key in believed])
    for path, kept in private.items():
        click.echo(f"{path}: {kept}")


def _of_kiosk(settings: Settings) -> tuple[Path, tuple[Path, ...]]:
    keys = settings.keys
    return keys.ring, (keys.kiosk, keys.sync, keys.fleet)


def _kept(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        return f"not here ({error.strerror})"
    is_open = mode & (stat.S_IRWXG | stat.S_IRWXO)
    return f"open to others (mode {mode:04o}); run: chmod 600 {path}" if is_open else "there"
