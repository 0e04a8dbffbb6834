"""`kiosk job`: print jobs, what is known of them, and how a doubt is ended."""

from __future__ import annotations

from dataclasses import asdict

import click

from kiosk.bootstrap import now_utc
from kiosk.cli.common import (
    NUMBER,
    json_option,
    local_time,
    settings_of,
    store_of,
    write_json,
    write_table,
)
from kiosk.cli.people import pins_option, sign_in_all
from kiosk.domain.job import ON_PRINTER, JobState
from kiosk.store import issues, jobs
from kiosk.store.engine import reading
from kiosk.store.issues import Issue
from kiosk.store.jobs import Evidence, Job
from kiosk.usecases.resolving import ResolveProblem, Statement, resolve

MASK = "(read it from the paper)"
"""Shown for the serial of a job in doubt: people say what they see, not what we expect."""

TIMES = ("requested_at", "claimed_at", "sending_at", "ended_at", "taken_at")
OUTCOMES = {
    "printed": JobState.PRINTED,
    "no-output": JobState.NO_OUTPUT,
    "spoiled": JobState.SPOILED,
}


@click.group()
def job() -> None:
    """List print jobs, look at one, and resolve a doubt."""


@job.command("list")
@click.option(
    "--state",
    "states",
    type=click.Choice([state.value for state in JobState]),
    multiple=True,
    help="Only these; repeatable.",
)
@click.option("-n", "count", type=NUMBER, default=20, show_default=True, help="How many.")
@json_option
@click.pass_context
def list_(
    ctx: click.Context,
    states: tuple[str, ...],
    count: int,
    *,
    as_json: bool,
) -> None:
    """List the last jobs, newest first."""
    with store_of(settings_of(ctx)) as engine, reading(engine) as connection:
        if states:
            found = jobs.in_state(connection, *map(JobState, states))[::-1][:count]
        else:
            found = jobs.newest(connection, count)
    if as_json:
        write_json([_shown(one) for one in found])
        return
    head = ("job", "state", "reference", "serial", "requested", "cause")
    rows = [
        (one.id, one.state, one.reference, _serial(one), one.requested_at, one.cause)
        for one in found
    ]
    write_table(head, rows)


@job.command()
@click.argument("job_id", metavar="ID")
@json_option
@click.pass_context
def show(ctx: click.Context, job_id: str, *, as_json: bool) -> None:
    """Show one job: its states and times, its sticker, and the evidence of what came out."""
    with store_of(settings_of(ctx)) as engine, reading(engine) as connection:
        found = jobs.by_id(connection, job_id)
        if found is None:
            raise ResolveProblem(f"there is no job {job_id}; `kiosk job list` shows them")
        known = jobs.evidence(connection, found)
        issue = issues.of_job(connection, found)
    if as_json:
        write_json(
            _shown(found)
            | {
                "sticker": None if issue is None else _sticker(issue),
                "evidence": [asdict(evidence) for evidence in known],
            }
        )
        return
    _write_job(found, issue, known)


def _write_job(found: Job, issue: Issue | None, known: list[Evidence]) -> None:
    for name, value in _shown(found).items():
        if value is not None:
            at = getattr(found, name, None) if name in TIMES else None
            click.echo(f"{name:13} {value if at is None else local_time(at)}")
    if issue is not None:
        click.echo(f"{'sticker':13} {_sticker(issue)}")
    for evidence in known:
        detail = ", ".join(f"{key} {value}" for key, value in evidence.detail.items())
        click.echo(
            f"{'evidence':13} {local_time(evidence.at)} {evidence.kind} by {evidence.by}: {detail}"
        )


@job.command("resolve")
@click.argument("job_id", metavar="ID")
@click.option(
    "--as", "outcome", type=click.Choice(list(OUTCOMES)), required=True, help="What came out."
)
@click.option(
    "--by", "badges", metavar="BADGE", multiple=True, required=True, help="Who says so; repeatable."
)
@click.option("--serial", help="The serial on the paper, read from it.")
@click.option("--why", required=True, help="What was seen, in a few words, for the log.")
@pins_option
@click.pass_context
def resolve_(
    ctx: click.Context,
    job_id: str,
    outcome: str,
    badges: tuple[str, ...],
    serial: str | None,
    why: str,
    pins_path: str | None,
) -> None:
    """End the doubt about a job by what people saw. Each person's PIN is asked for."""
    settings = settings_of(ctx)
    people_needed = settings.resolve.people
    with store_of(settings) as engine:
        people = sign_in_all(engine, badges, pins_path)
        statement = Statement(OUTCOMES[outcome], people, serial, why)
        ended = resolve(engine, now_utc, job_id, statement, people_needed=people_needed)
    click.echo(f"Job {ended.id} of {ended.reference} is {ended.state}.")


def _serial(one: Job) -> str | None:
    return MASK if one.state in ON_PRINTER else one.serial


def _shown(one: Job) -> dict[str, object]:
    shown: dict[str, object] = {
        "id": one.id,
        "state": one.state,
        "reference": one.reference,
        "version": one.version,
        "fence": one.fence,
        "attempt": one.attempt,
        "printer": one.printer,
        "serial": _serial(one),
        "cause": one.cause,
    }
    return shown | {name: getattr(one, name) for name in TIMES}


def _sticker(issue: Issue) -> str:
    return issue.validity if issue.void_reason is None else f"void ({issue.void_reason})"
