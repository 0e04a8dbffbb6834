"""`make torture CYCLES=N SEED=S`: kill kiosks, cut powers, break paper, and read what came out.

Each cycle is drawn from the seed. Ends with one line, and exit code 1 if it names anything.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import traceback
from pathlib import Path

import structlog
from child import hasten
from episode import live, warm_up
from house import build_model, move_in
from plan import Attack, Taste
from planted import Bug
from verdict import Verdict

EPISODE_CYCLES = 100
_RAM = Path("/dev/shm")  # noqa: S108 - a kill needs no disk, and power cuts are played on copies


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--plant", type=Bug, choices=list(Bug), default=None)
    parser.add_argument("--attack", type=Attack, choices=list(Attack), default=None)
    parser.add_argument("--power-cuts", type=float, default=Taste().power_cuts)
    wanted = parser.parse_args()
    hasten()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(
        prefix="torture-", dir=_RAM if _RAM.is_dir() else None
    ) as folder:
        counts = _run(Path(folder), wanted)
    doubles, lost, phantoms, broken, done = counts
    trouble = f", {broken} broken" if broken else ""
    print(
        f"{done} cycles: {doubles} doubles, {lost} lost, {phantoms} phantoms{trouble},"
        f" seed {wanted.seed}"
    )
    return 1 if doubles or lost or phantoms or broken else 0


def _run(folder: Path, wanted: argparse.Namespace) -> list[int]:
    """Share the episodes among workers and add up what they found."""
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
    sums = [0] * 5
    for told in pipes:
        with os.fdopen(told) as said:
            for line in said:
                sums = [a + int(b) for a, b in zip(sums, line.split(), strict=True)]
    for _ in pipes:
        _, status = os.wait()
        sums[3] += status != 0
    return sums


def _work(
    folder: Path, lives: list[tuple[int, int]], wanted: argparse.Namespace, tell: int
) -> None:
    code = 1
    try:
        home = folder / f"worker-{os.getpid()}"
        taste = Taste(wanted.attack, wanted.power_cuts)
        house = move_in(folder / "model", home)
        warm_up(house)
        for number, cycles in lives:
            house = move_in(folder / "model", home, house.engine)
            found = live(house, f"{wanted.seed}/{number}", cycles, taste, wanted.plant)
            os.write(tell, _line(found))
            if not found.is_clean:
                break
        code = 0
    except BaseException:  # noqa: BLE001 - told here, and counted by the exit code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _line(found: Verdict) -> bytes:
    counts = (found.doubles, found.lost, found.phantoms, found.broken)
    return (" ".join(str(len(one)) for one in counts) + f" {found.cycles}\n").encode()


if __name__ == "__main__":
    sys.exit(main())
