"""The command line: one file a noun, words for people, exit codes 0, 1 and 2.

0: done. 1: something is wrong and was said in one sentence. 2: the command was used wrongly.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from kiosk.cli.memory import give_memory_back
from kiosk.cli.problems import said
from kiosk.cli.streams import settle_streams

_COMMANDS = {
    "audit": "kiosk.cli.audit:audit",
    "central": "kiosk.cli.central:central",
    "codes": "kiosk.cli.codes:codes",
    "db": "kiosk.cli.db:db",
    "demo": "kiosk.cli.demo:demo",
    "doctor": "kiosk.cli.doctor:doctor",
    "init": "kiosk.cli.init:init",
    "job": "kiosk.cli.job:job",
    "keys": "kiosk.cli.keys:keys",
    "metrics": "kiosk.cli.metrics:metrics",
    "printer": "kiosk.cli.printer:printer",
    "run": "kiosk.cli.run:run",
    "settings": "kiosk.cli.settings:settings",
    "staff": "kiosk.cli.staff:staff",
    "sticker": "kiosk.cli.sticker:sticker",
    "stock": "kiosk.cli.stock:stock",
    "sync": "kiosk.cli.sync:sync",
}


class _Lazy(click.Group):
    """Loads a command's module when it is asked for: `kiosk run ui` never loads a printer."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        target = _COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; any expected trouble is one sentence on standard error."""
        with said():
            return super().invoke(ctx)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="KIOSK_CONFIG",
    default=Path("kiosk.toml"),
    show_default=True,
    help="The settings file.",
)
@click.version_option(package_name="kiosk", prog_name="kiosk")
@click.pass_context
def cli(ctx: click.Context, config: Path) -> None:
    """Print annual vehicle tax stickers at a self-service kiosk."""
    ctx.obj = config
    give_memory_back()


def main() -> None:
    """Run the command line and exit with its code."""
    settle_streams()
    sys.exit(cli.main(prog_name="kiosk", standalone_mode=True))
