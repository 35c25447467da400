"""Runs simulated histories: ``python -m tests.faults.simulation --seed N [--steps …]`` or ``--count N``."""

from __future__ import annotations

import argparse
import ast
import secrets
import sys
import time

import pytest

from tests.faults.simulation import bugs
from tests.faults.simulation.histories import History
from tests.faults.simulation.running import EMBEDDED, POSTGRES, run_many, run_one, stage_before, the_history, told


def main() -> int:
    """Run what is asked for; 1 when something broke."""
    asked = _parse()
    with pytest.MonkeyPatch.context() as patch:
        if asked.bug:
            bugs.BUGS[asked.bug](patch)
        if asked.steps is not None:
            return _steps(asked.seed, asked.hub, tuple(ast.literal_eval(asked.steps)))
        if asked.count == 1 or asked.bug:
            return _one_by_one(asked.hub, asked.seed, asked.count)
    return _many(asked.hub, asked.seed, asked.count)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first seed; without it a fresh one is drawn")
    parser.add_argument("--count", type=int, default=1, help="how many seeds, on all cores")
    parser.add_argument("--steps", help="these steps instead of those of the seed, as a Python list")
    parser.add_argument("--hub", choices=[EMBEDDED, POSTGRES], default=EMBEDDED)
    parser.add_argument("--bug", choices=sorted(bugs.BUGS), help="plant a known bug first")
    asked = parser.parse_args()
    if asked.seed is None:
        asked.seed = secrets.randbits(32)
    return asked


def _steps(seed: int, hub: str, steps: tuple[tuple[object, ...], ...]) -> int:
    with stage_before(hub) as stage:
        broken = stage.broken(History(seed, the_history(seed, hub).seats, steps))
    print(broken or "nothing broken")
    return bool(broken)


def _one_by_one(hub: str, seed: int, count: int) -> int:
    with stage_before(hub) as stage:
        for each in range(seed, seed + count):
            outcome = run_one(stage, hub, each)
            print(outcome.line(), flush=True)
            if outcome.broken:
                print(told(stage, hub, each))
                return 1
    return 0


def _many(hub: str, seed: int, count: int) -> int:
    broken: list[int] = []
    start = time.monotonic()
    for outcome in run_many(hub, range(seed, seed + count)):
        print(outcome.line(), flush=True)
        if outcome.broken:
            broken.append(outcome.seed)
    print(f"{count} histories in {time.monotonic() - start:.0f} s, {len(broken)} broken")
    if broken:
        with stage_before(hub) as stage:
            print(told(stage, hub, broken[0]))
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
