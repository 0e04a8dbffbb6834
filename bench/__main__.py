"""`make bench`: run every measurement, print a table, write JSON; exit 1 if a limit is broken."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figure import Figure

BENCHES = ("sticker", "tap", "start", "page", "sync", "push", "lookup", "busy")
SIZED = ("sync", "push", "lookup", "busy")
RESULTS = Path(__file__).parent / "results" / "bench.json"


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help=f"of {', '.join(BENCHES)} (default: all), and a number of records"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller tables")
    wanted = parser.parse_args()
    rows = [int(name) for name in wanted.names if name.isdecimal()]
    names = [name for name in wanted.names if not name.isdecimal()]
    if unknown := set(names) - set(SIZED if rows else BENCHES):
        parser.error(f"cannot measure {', '.join(sorted(unknown))}{' at a size' * bool(rows)}")
    figures: list[Figure] = []
    for name in names or (SIZED if rows else BENCHES):
        print(f"measuring {name} …", file=sys.stderr)
        bench = import_module(f"bench.{name}")
        figures += bench.run(rows[0]) if rows else bench.results(quick=wanted.quick)
    _print(figures)
    _write(figures)
    return 0 if all(figure.holds for figure in figures) else 1


def _print(figures: list[Figure]) -> None:
    table = Table("figure", "value", "spread", "limit", "", "what was compared")
    for figure in figures:
        limit = f"≤ {figure.at_most:g}" if figure.at_most is not None else ""
        limit = f"≥ {figure.at_least:g}" if figure.at_least is not None else limit
        value = f"{figure.value:.3g} {figure.unit}"
        verdict = "holds" if figure.holds else "BROKEN"
        table.add_row(figure.name, value, f"±{figure.spread:.2g}", limit, verdict, figure.note)
    Console(width=160).print(table)


def _write(figures: list[Figure]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    rows = [asdict(figure) | {"holds": figure.holds} for figure in figures]
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "figures": rows,
    }
    RESULTS.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
