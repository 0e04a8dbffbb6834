"""`kiosk sticker`: what a sticker looks like, and whether one is genuine."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click

from kiosk.bootstrap import now_utc, template_of
from kiosk.cli.common import json_option, local_time, settings_of, store_of, write_json
from kiosk.cli.pictures import read_qr
from kiosk.domain.job import Validity
from kiosk.domain.offices import office
from kiosk.domain.sticker import StickerFields, sticker_fields
from kiosk.domain.vehicle import RyClass
from kiosk.settings import Settings
from kiosk.sticker.code import CodeProblem, StickerClaims, read_sticker_code
from kiosk.sticker.keys import load_ring
from kiosk.sticker.picture import draw, to_png
from kiosk.store import issues, renewals
from kiosk.store.engine import reading

SAMPLE = StickerFields(
    year_be=2570,
    expires_on=date(2027, 11, 30),
    plate="1กข1234",
    province="กรุงเทพมหานคร",
    ry_class=RyClass.PRIVATE_CAR,
    make="TOYOTA",
    engine_cc=1496,
    weight_kg=1105,
    tax_satang=165_000,
    office_name="สำนักงานขนส่งกรุงเทพมหานคร",
    is_specimen=True,
)


class StickerProblem(ValueError):  # noqa: N818 - it is said to a person, who caused it
    """A sticker cannot be shown or read; the message is one sentence."""


@click.group()
def sticker() -> None:
    """Draw stickers and verify their codes."""


@sticker.command()
@click.argument("reference", required=False)
@click.option("--sample", "is_sample", is_flag=True, help="A made-up vehicle, as a specimen.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A PNG."
)
@click.option(
    "--scale",
    type=click.IntRange(1, 8),
    default=1,
    show_default=True,
    help="Pixels for each printed dot.",
)
@click.pass_context
def render(
    ctx: click.Context, reference: str | None, output: Path, scale: int, *, is_sample: bool
) -> None:
    """Draw the sticker of a renewal as the preview shows it: serial, time and code left out."""
    if is_sample == (reference is not None):
        raise click.UsageError("Name a REFERENCE, or give --sample.")
    settings = settings_of(ctx)
    fields = SAMPLE if reference is None else _fields(settings, reference)
    drawn = draw(fields, template_of(settings), None)
    output.write_bytes(to_png(drawn.picture, scale))
    click.echo(f"Drew {drawn.picture.width} by {drawn.picture.height} dots into {output}.")


def _fields(settings: Settings, reference: str) -> StickerFields:
    with store_of(settings) as engine, reading(engine) as connection:
        stored = renewals.find(connection, reference)
    if stored is None:
        raise StickerProblem(f"there is no record {reference} at this kiosk")
    return sticker_fields(
        stored.record,
        office_name=office(settings.kiosk.office).name_th,
        is_specimen=settings.kiosk.is_demo,
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of a code here and now; `claims` is what a genuine one says of itself."""

    word: str
    why: str
    claims: StickerClaims | None = None


@sticker.command()
@click.argument("text", required=False)
@click.option(
    "--image",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read the code from a picture (needs the package zxing-cpp).",
)
@json_option
@click.pass_context
def verify(ctx: click.Context, text: str | None, image: Path | None, *, as_json: bool) -> None:
    """Say whether a sticker's code is forged, void, or genuine. TEXT is the code; - is input.

    Exit code 0 means genuine, with no void known here.
    """
    if (text is None) == (image is None):
        raise click.UsageError("Give the TEXT of a code, or --image.")
    if text == "-":
        text = sys.stdin.read()
    settings = settings_of(ctx)
    verdict = _judge(settings, text if image is None else read_qr(image), now_utc())
    if as_json:
        write_json({"verdict": verdict.word, "why": verdict.why} | _said(verdict.claims))
    else:
        click.echo(f"{verdict.word}: {verdict.why}")
        for name, value in _said(verdict.claims).items():
            click.echo(f"  {name:11} {value}")
    if verdict.word != "genuine":
        ctx.exit(1)


_PROBLEMS = {
    CodeProblem.UNREADABLE: ("unreadable", "this is not the code of a sticker"),
    CodeProblem.FORGED: ("forged", "its signatures do not hold"),
    CodeProblem.UNKNOWN_KEY: ("unknown", "no key here knows its signature; are the keys current?"),
}


def _judge(settings: Settings, text: str | None, now: datetime) -> Verdict:
    found = read_sticker_code(text or "", load_ring(settings.keys.ring))
    if isinstance(found, CodeProblem):
        return Verdict(*_PROBLEMS[found])
    if found.grant.kiosk != settings.kiosk.id:
        why = f"signed for kiosk {found.grant.kiosk}, which alone knows whether it was voided"
        return Verdict("genuine", why, found)
    with store_of(settings) as engine, reading(engine) as connection:
        issue = issues.by_serial(connection, found.serial)
    if issue is None:
        return Verdict("unknown", "signed with this kiosk's key, and not in its records", found)
    if (issue.reference, issue.attempt) != (found.grant.reference, found.attempt):
        # A blank that put out nothing serves again, so its serial names the later sticker.
        return Verdict("void", "nothing came out when it was signed; its blank served again", found)
    if issue.validity is Validity.VOID:
        return Verdict("void", f"voided as {issue.void_reason}", found)
    return Verdict("genuine", f"no void known as of {local_time(now)}", found)


def _said(claims: StickerClaims | None) -> dict[str, str]:
    if claims is None:
        return {}
    return {
        "reference": claims.grant.reference,
        "plate": claims.grant.plate,
        "expires_on": claims.grant.expires_on.isoformat(),
        "kiosk": claims.grant.kiosk,
        "serial": claims.serial,
        "issued_at": local_time(claims.issued_at),
        "kiosk_key": claims.kiosk_kid.hex(),
        "central_key": claims.central_kid.hex(),
    }
