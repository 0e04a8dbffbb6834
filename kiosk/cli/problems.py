"""How trouble is said on the command line: one sentence, exit code 1, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from kiosk.settings import SettingsError


@contextmanager
def said() -> Iterator[None]:
    """Turn every expected problem into one line on standard error and exit code 1."""
    try:
        yield
    except SettingsError as error:
        _stop(str(error), code=2)
    except BrokenPipeError:
        raise  # The reader has seen enough, as `| head` does; click ends quietly.
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _stop(f"{where}{error.strerror or error}")
    except Exception as error:
        if not _is_expected(error):
            raise
        _stop(str(error))


def _is_expected(error: Exception) -> bool:
    # Ours are written for people; any other exception is a bug and shows itself.
    return type(error).__module__.startswith("kiosk.")


def _stop(sentence: str, code: int = 1) -> None:
    click.echo(f"kiosk: {sentence}", err=True)
    sys.exit(code)
