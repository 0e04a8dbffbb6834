"""What waits for people after an import: refused records, and stickers that central stopped."""

from __future__ import annotations

from dataclasses import asdict, astuple

import click

from kiosk.bootstrap import now_utc
from kiosk.cli.common import NUMBER, json_option, settings_of, store_of, write_json, write_table
from kiosk.cli.people import actor_of, pins_option
from kiosk.store.imports import Reject
from kiosk.sync.wire import read_row
from kiosk.usecases import retrying
from kiosk.usecases.conflicting import settle_conflict


class NotWaiting(ValueError):  # noqa: N818 - it is said to a person, who caused it
    """Nothing of that number waits for people; the message is one sentence."""


@click.command()
@json_option
@click.pass_context
def rejected(ctx: click.Context, *, as_json: bool) -> None:
    """List the records that were refused and wait for people; exit 1 when there are any."""
    with store_of(settings_of(ctx)) as engine:
        found = retrying.list_rejects(engine)
    if as_json:
        write_json([_shown(reject) for reject in found])
    else:
        head = ("id", "file", "line", "reference", "field", "reason", "received")
        rows = [
            (r.id, r.source, r.line or None, r.reference, r.field, r.reason, r.received_at)
            for r in found
        ]
        write_table(head, rows)
    if found:
        ctx.exit(1)


def _shown(reject: Reject) -> dict[str, object]:
    columns = asdict(reject) | {"raw": reject.raw.decode("utf-8", "replace")}
    return {name: value for name, value in columns.items() if not name.startswith("settled")}


@click.command()
@click.argument("ids", metavar="[ID]...", type=NUMBER, nargs=-1)
@click.pass_context
def retry(ctx: click.Context, ids: tuple[int, ...]) -> None:
    """Try refused records again, all of them or those named; exit 1 when some stay refused."""
    with store_of(settings_of(ctx)) as engine:
        result = retrying.retry_rejects(engine, ids or None, read_row, now_utc)
    click.echo(f"Tried {result.tried}, settled {result.settled}.")
    if result.settled < max(result.tried, len(set(ids))):
        ctx.exit(1)


@click.command()
@click.argument("reject_id", metavar="ID", type=NUMBER)
@click.option("--by", "badge", metavar="BADGE", required=True, help="Who gives it up.")
@pins_option
@click.pass_context
def discard(ctx: click.Context, reject_id: int, badge: str, pins_path: str | None) -> None:
    """Give a refused record up and lift its hold; the line itself is kept."""
    with store_of(settings_of(ctx)) as engine:
        actor = actor_of(engine, badge, pins_path)
        if not retrying.discard_reject(engine, reject_id, now_utc, actor=actor):
            raise NotWaiting(
                f"no refused record {reject_id} waits; `kiosk sync rejected` lists them"
            )
    click.echo(f"Gave up record {reject_id}.")


@click.command()
@json_option
@click.pass_context
def conflicts(ctx: click.Context, *, as_json: bool) -> None:
    """List stickers that are outside although central stopped them since; exit 1 when some are."""
    with store_of(settings_of(ctx)) as engine:
        found = retrying.status(engine).open_conflicts
    if as_json:
        write_json([asdict(conflict) for conflict in found])
    else:
        head = ("id", "reference", "version", "serial", "what", "raised")
        write_table(head, [astuple(one) for one in found])
    if found:
        ctx.exit(1)


@click.command()
@click.argument("conflict_id", metavar="ID", type=NUMBER)
@click.option("--by", "badge", metavar="BADGE", required=True, help="Who saw to it.")
@click.option("--how", required=True, help="What was done, in a few words.")
@pins_option
@click.pass_context
def settle(
    ctx: click.Context, conflict_id: int, badge: str, how: str, pins_path: str | None
) -> None:
    """Note how people saw to a sticker that central has stopped."""
    with store_of(settings_of(ctx)) as engine:
        actor = actor_of(engine, badge, pins_path)
        if not settle_conflict(engine, conflict_id, how, now_utc, actor=actor):
            raise NotWaiting(f"no conflict {conflict_id} waits; `kiosk sync conflicts` lists them")
    click.echo(f"Settled conflict {conflict_id}.")
