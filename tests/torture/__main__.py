"""`make torture CYCLES=N SEED=S`: kill kiosks, cut powers, break paper, and read what came out.

Each cycle is drawn from the seed. Ends with one line, and exit code 1 if it names anything.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

import structlog

from tests.torture.child import hasten
from tests.torture.episode import live, warm_up
from tests.torture.house import build_model, move_in
from tests.torture.plan import Attack, Taste
from tests.torture.planted import Bug
from tests.torture.verdict import KINDS, Verdict

EPISODE_CYCLES = 100
_WORKERS = 2 * (os.cpu_count() or 1)
"""A cycle waits for its printer as long as it computes."""

_FEW_CYCLES = 50
"""So many cycles print something, or they have tried nothing."""

_RAM = Path("/dev/shm")  # noqa: S108 - a kill needs no disk, and power cuts are played on copies


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=_WORKERS)
    parser.add_argument("--plant", type=Bug, choices=list(Bug), default=None)
    parser.add_argument("--attack", type=Attack, choices=list(Attack), default=None)
    parser.add_argument("--power-cuts", type=float, default=Taste().power_cuts)
    wanted = parser.parse_args()
    hasten()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the folder goes
    with tempfile.TemporaryDirectory(
        prefix="torture-", dir=_RAM if _RAM.is_dir() else None
    ) as folder:
        found, outcomes = _run(Path(folder), wanted)
    if found["cycles"] >= _FEW_CYCLES and not outcomes["printed"]:
        found["broken"] += 1
        print("broken: not one sticker was printed")
    print("jobs: " + ", ".join(f"{count} {state}" for state, count in outcomes.most_common()))
    trouble = f", {found['broken']} broken" if found["broken"] else ""
    print(
        f"{found['cycles']} cycles: {found['doubles']} doubles, {found['lost']} lost,"
        f" {found['phantoms']} phantoms{trouble}, seed {wanted.seed}"
    )
    return 1 if any(found[kind] for kind in KINDS) else 0


def _run(folder: Path, wanted: argparse.Namespace) -> tuple[Counter[str], Counter[str]]:
    """Share the episodes among workers and add up what they found and what became of jobs."""
    model = folder / "model"
    model.mkdir()
    build_model(model, EPISODE_CYCLES + 1)
    lives = [
        (number, min(EPISODE_CYCLES, wanted.cycles - first))
        for number, first in enumerate(range(0, wanted.cycles, EPISODE_CYCLES))
    ]
    pipes = []
    for worker in range(wanted.workers):
        told, tell = os.pipe()
        if os.fork() == 0:
            os.close(told)
            _work(folder, lives[worker :: wanted.workers], wanted, tell)
        os.close(tell)
        pipes.append(told)
    found: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for told in pipes:
        with os.fdopen(told) as said:
            for line in said:
                life = json.loads(line)
                found.update(life["found"])
                outcomes.update(life["outcomes"])
    for _ in pipes:
        _, status = os.wait()
        found["broken"] += status != 0
    return found, outcomes


def _work(
    folder: Path, lives: list[tuple[int, int]], wanted: argparse.Namespace, tell: int
) -> None:
    """Live the lives of one worker, until one goes wrong or nobody listens any more."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent, code = os.getppid(), 1
    try:
        home = folder / f"worker-{os.getpid()}"
        taste = Taste(wanted.attack, wanted.power_cuts)
        house = move_in(folder / "model", home)
        warm_up(house)
        for number, cycles in lives:
            house = move_in(folder / "model", home, house.engine)
            verdict = live(house, f"{wanted.seed}/{number}", cycles, taste, wanted.plant)
            os.write(tell, _line(verdict))
            if not verdict.is_clean or os.getppid() != parent:
                break
        code = 0
    except BaseException:  # noqa: BLE001 - told here, and counted by the exit code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _line(verdict: Verdict) -> bytes:
    found = {kind: len(getattr(verdict, kind)) for kind in KINDS} | {"cycles": verdict.cycles}
    return json.dumps({"found": found, "outcomes": verdict.outcomes}).encode() + b"\n"


if __name__ == "__main__":
    sys.exit(main())
