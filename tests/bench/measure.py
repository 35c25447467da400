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
    """One figure: ``measured`` and ``floor`` are medians, ``bar`` the promise (None: no promise, for the record).

    Against a floor the ratio says how many times as much it takes, at most the bar; against a peer (``faster``) how
    many times as fast it is, at least the bar.
    """

    what: str
    against: str
    measured: float
    floor: float
    bar: float | None
    turns: int
    unit: str = "ms"
    faster: bool = False

    @property
    def ratio(self) -> float:
        """How many times the floor it takes, or how many times as fast as the peer it is."""
        return self.floor / self.measured if self.faster else self.measured / self.floor

    @property
    def kept(self) -> bool | None:
        """Whether the promise holds in this run; None where there is none."""
        if self.bar is None:
            return None
        return self.ratio >= self.bar if self.faster else self.ratio <= self.bar


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


def in_turns(turns: int, **works: Callable[[], float]) -> dict[str, float]:
    """Let several take turns, each telling its own measure; return the medians by name."""
    told: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(turns):
        for name, work in works.items():
            told[name].append(work())
    for name, values in told.items():
        print(f"  {name}: {' '.join(f'{value:.4g}' for value in values)}")
    return {name: statistics.median(values) for name, values in told.items()}


def report(*ratios: Ratio) -> None:
    """Print a table; with AGENT_DESK_BENCH_JSON also append each figure as a line of JSON there."""
    print()
    for one in ratios:
        verdict = {True: ", kept", False: ", NOT KEPT", None: ""}[one.kept]
        bar = "no bar" if one.bar is None else f"bar {one.bar:g} x"
        print(
            f"{one.what:<52} {one.measured:10.3f} {one.unit:<5} / {one.against:<40} {one.floor:10.3f} {one.unit:<5}"
            f" = {one.ratio:6.2f} x{' as fast' if one.faster else ''}  ({bar}{verdict}, {one.turns} turns)"
        )
    path = os.environ.get("AGENT_DESK_BENCH_JSON")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            for one in ratios:
                file.write(json.dumps({**asdict(one), "ratio": one.ratio, "kept": one.kept}) + "\n")
