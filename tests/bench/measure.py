"""Ratios against a floor measured in the same run: medians of interleaved turns, never bare seconds."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ratio:
    """One figure: ``measured`` and ``floor`` are medians in milliseconds, ``bar`` the promise."""

    what: str
    against: str
    measured: float
    floor: float
    bar: float
    turns: int

    @property
    def ratio(self) -> float:
        """How many times the floor it takes."""
        return self.measured / self.floor

    @property
    def kept(self) -> bool:
        """Whether the promise holds in this run."""
        return self.ratio <= self.bar


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def against(
    what: str, work: Callable[[], object], floor_name: str, floor: Callable[[], object], *, bar: float, turns: int
) -> Ratio:
    """Let both take turns, so that a busy machine slows them alike, and compare medians."""
    works, floors = [], []
    for _ in range(turns):
        floors.append(milliseconds(floor))
        works.append(milliseconds(work))
    return Ratio(what, floor_name, statistics.median(works), statistics.median(floors), bar, turns)


def report(*ratios: Ratio) -> None:
    """Print a table; with AGENT_DESK_BENCH_JSON also append each figure as a line of JSON there."""
    print()
    for one in ratios:
        verdict = "kept" if one.kept else "NOT KEPT"
        print(
            f"{one.what:<44} {one.measured:9.3f} ms  / {one.against:<40} {one.floor:8.3f} ms"
            f"  = {one.ratio:6.2f} x  (bar {one.bar:g} x, {verdict}, {one.turns} turns)"
        )
    path = os.environ.get("AGENT_DESK_BENCH_JSON")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            for one in ratios:
                file.write(json.dumps({**asdict(one), "ratio": one.ratio, "kept": one.kept}) + "\n")
