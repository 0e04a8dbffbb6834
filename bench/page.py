"""Every kind of page that a visitor asks for, from a server and a database as in service."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from bench.figure import Figure, median, p95, spread
from bench.screen import Screen
from bench.tap import office, running
from kiosk.cli.demo import free_port

PAGES = ("/collect", "/plate", "/vehicle", "/vehicles", "/status", "/away", "/health")


def results(*, quick: bool) -> list[Figure]:
    """Ask for one page after the other, round after round."""
    rounds = 10 if quick else 100
    ports = free_port(18080), free_port(18180)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        with office(Path(name), None, 6, ports=ports) as at, running(home, "ui"):
            screen = Screen(home, ports[0])
            card = json.loads((home / "cards" / "car.json").read_text(encoding="utf-8"))
            for reference in at.references:
                screen.scan(reference)
                screen.post("/vehicles/gather")
            screen.post("/collect", reference=card["reference"], owner_id=card["id_number"])
            spent = {path: [screen.page_ms(path)[1] for _ in range(rounds)] for path in PAGES}
    slowest = max(PAGES, key=lambda path: median(spent[path]))
    every = [spent_ms for path in PAGES for spent_ms in spent[path][1:]]
    return [
        Figure(
            "page: until the whole of it is there, p95",
            p95(every),
            "ms",
            spread(every),
            at_most=20,
            note=f"median {median(every):.1f} ms over {len(PAGES)} kinds, {rounds} of each, HTTP "
            f"included; the slowest is {slowest} with a median of {median(spent[slowest]):.1f} ms",
        )
    ]
