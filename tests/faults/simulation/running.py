"""Runs histories one after the other or on several cores, and tells of a broken one how to see it again."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shlex
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests.faults.simulation.histories import Found, History, Stage, a_folder, history_of
from tests.faults.simulation.places import PostgresPlace
from tests.faults.simulation.world import Parts
from tests.peers.postgres import PostgresServer

EMBEDDED, POSTGRES = "embedded", "postgres"
POSTGRES_SEATS = 5
"""Most seats before a PostgreSQL hub: each sign-in there costs 20 ms and more."""
_AT_A_TIME = 20


@dataclass(frozen=True)
class Outcome:
    """How one history went."""

    seed: int
    hub: str
    seats: int
    steps: int
    seconds: float
    broken: str

    def line(self) -> str:
        """One line of the long form's report."""
        told = f"seed {self.seed:>10}  {self.hub}  {self.seats:2} seats  {self.steps:2} steps  {self.seconds:5.2f} s"
        return f"{told}  BROKEN: {self.broken}" if self.broken else told


@contextlib.contextmanager
def stage_before(hub: str, parts: Parts | None = None, server: PostgresServer | None = None) -> Iterator[Stage]:
    """A stage before a hub of this kind; a PostgreSQL server is started when none is handed in."""
    folder = a_folder()
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        found: Found | None = None
        if hub == POSTGRES:
            running = server or stack.enter_context(PostgresServer(fsync=True))

            def found(_: Path) -> PostgresPlace:
                return PostgresPlace(running)

        yield Stage(folder, found, parts or Parts())


def the_history(seed: int, hub: str) -> History:
    """The history of a seed before this kind of hub."""
    return history_of(seed, most_seats=POSTGRES_SEATS if hub == POSTGRES else 20)


def run_one(stage: Stage, hub: str, seed: int) -> Outcome:
    """Run the history of one seed."""
    history = the_history(seed, hub)
    start = time.monotonic()
    broken = stage.broken(history)
    return Outcome(seed, hub, history.seats, len(history.steps), time.monotonic() - start, broken)


def run_some(hub: str, seeds: Sequence[int]) -> list[Outcome]:
    """Run some seeds on a stage of their own; what a further process does."""
    with stage_before(hub) as stage:
        return [run_one(stage, hub, seed) for seed in seeds]


def run_many(hub: str, seeds: Sequence[int], processes: int = 0) -> Iterator[Outcome]:
    """Run seeds on several cores and answer each as it is done."""
    at_a_time = _AT_A_TIME if hub == EMBEDDED else 4 * _AT_A_TIME
    parcels = [seeds[n : n + at_a_time] for n in range(0, len(seeds), at_a_time)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=spawn) as pool:
        for done in as_completed([pool.submit(run_some, hub, parcel) for parcel in parcels]):
            yield from done.result()


def told(stage: Stage, hub: str, seed: int, tries: int = 200) -> str:
    """What is broken by a seed, in the fewest steps found, and the command that shows it again."""
    history = the_history(seed, hub)
    short = stage.shrink(history, tries)
    why = stage.broken(short)
    if not why:  # chance was in it: the whole history is all that can be told
        short, why = history, stage.broken(history) or "nothing, this time"
    return f"{why}\nin {len(short.steps)} of {len(history.steps)} steps at {short.seats} seats; again:\n{command(short, hub)}"


def command(history: History, hub: str) -> str:
    """One line for a shell that runs a history again."""
    steps = shlex.quote(repr(list(history.steps)))
    before = "" if hub == EMBEDDED else f" --hub {hub}"
    return f"python -m tests.faults.simulation --seed {history.seed}{before} --steps {steps}"


def broken_among(stage: Stage, hub: str, seeds: Iterable[int]) -> tuple[int, str]:
    """The first of these seeds whose history breaks something, and what; nothing and no words when all hold."""
    for seed in seeds:
        why = stage.broken(the_history(seed, hub))
        if why:
            return seed, why
    return -1, ""
