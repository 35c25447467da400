"""Histories: made from a seed, run, and cut down to the few steps that break something."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from agent_desk.base.clock import Clock
from agent_desk.storage.store import open_store
from agent_desk.sync import pump
from tests.faults.simulation.judge import judge
from tests.faults.simulation.kinds import PEOPLE, the_catalogue
from tests.faults.simulation.places import EmbeddedPlace, Place
from tests.faults.simulation.wire import AtOnce, InTurn
from tests.faults.simulation.world import Broken, Parts, Step, World
from tests.sync.desk import KEY

Found = Callable[[Path], Place]
"""Makes the hub of one history in a folder."""


@dataclass(frozen=True)
class History:
    """What happens in one centre, from its first day on."""

    seed: int
    seats: int
    steps: tuple[Step, ...]


def history_of(seed: int, most_seats: int = 20) -> History:
    """The history that belongs to a seed: mostly a handful of seats, now and then many."""
    chance = random.Random(seed)
    seats = chance.choice([3, 3, 4, 4, 5, 6, 8]) if chance.random() < 0.95 else chance.randint(9, 20)
    seats, count = min(seats, most_seats), chance.randint(15, 70)
    weights = _WEIGHTS | {name: _WEIGHTS[name] * 4 for name in chance.choice(_WEATHERS)}
    return History(seed, seats, tuple(_a_step(chance, seats, weights) for _ in range(count)))


_WEIGHTS = {
    "save": 24, "set": 8, "share": 3, "round": 26, "at": 14, "arrive": 3, "refuse": 3, "rights": 4, "dismiss": 1,
    "back": 2, "kill": 2, "kill_at": 3, "torn": 1, "clock": 2, "time": 2, "hub_down": 1, "hub_crash": 2, "switch": 4,
    "visit": 1, "unproven": 1, "prove": 2, "image": 3, "set_back": 1, "clone": 1, "forge": 2,
}  # fmt: skip
_WEATHERS: tuple[tuple[str, ...], ...] = (
    (),
    ("image", "set_back", "clone"),
    ("rights", "dismiss", "back", "share"),
    ("rights", "set", "share", "visit"),
    ("at", "arrive", "refuse", "hub_crash"),
    ("kill", "kill_at", "torn", "clock"),
)
"""What there is more of than usual in a history."""
_HOURS = (-24 * 400, -24, -1, 0, 0, 1, 24, 24 * 400)


def _a_step(chance: random.Random, seats: int, weights: Mapping[str, int], inside: bool = False) -> Step:
    name = chance.choices(list(weights), list(weights.values()))[0]
    seat, chosen = chance.randrange(seats + 2), chance.randrange(1000)  # a copied disk makes one seat more
    someone = (
        seat % len(PEOPLE) if chance.random() < 0.4 else chance.randrange(len(PEOPLE))
    )  # who sits there, or anybody
    if name == "save":
        return ("save", seat, chance.choice(["sale", "sale", "sale", "note", "personal", "ruled", "witnessed"]), chosen)
    if name == "at":
        if inside:
            return ("round", seat)
        acts = ["cut", "lose", "late", "twice", "kill", "kill_after"]
        act = chance.choice(acts) if chance.random() < 0.6 else _a_step(chance, seats, weights, inside=True)
        return ("at", seat, chance.randrange(6), act)
    more: dict[str, tuple[object, ...]] = {
        "set": (seat, chosen), "share": (seat, chosen), "round": (seat,), "arrive": (seat,),
        "refuse": (seat, chance.random() < 0.5), "rights": (someone, chosen), "dismiss": (someone,),
        "back": (someone,), "kill": (seat,), "kill_at": (seat, chance.randrange(3), chance.random() < 0.5),
        "torn": (seat, chance.randrange(10_000)), "clock": (seat, chance.choice(_HOURS)),
        "time": (chance.choice([1, 60, 3600, 86_400]),), "hub_down": (), "hub_crash": (), "switch": (seat,),
        "visit": (seat, someone), "unproven": (seat, someone), "prove": (seat,), "image": (seat,),
        "set_back": (seat,), "clone": (seat,), "forge": (seat, chosen),
    }  # fmt: skip
    return (name, *more[name])


@dataclass
class Stage:
    """Where histories are run: one empty store and one founded hub, copied for each."""

    folder: Path
    found: Found | None = None
    parts: Parts = field(default_factory=Parts)
    empty: Path = field(init=False)
    hub: Path = field(init=False)

    def __post_init__(self) -> None:
        """Make what every history begins with."""
        self.empty = self.folder / "empty.store"
        open_store(self.empty, KEY, the_catalogue(), Clock()).close()
        EmbeddedPlace.found(self.folder).close()
        self.hub = self.folder / "hub.sqlite"

    def run(self, history: History) -> None:
        """Raises :class:`Broken` (or whatever the desk raised) when a promise was not kept."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        errand = InTurn if history.seed % 2 else AtOnce
        place = self.found(folder) if self.found else EmbeddedPlace(folder, self.hub)
        try:
            with patch.object(pump, "Errand", errand):
                self._run(history, place, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, history: History, place: Place, folder: Path) -> None:
        world = World(place, folder, self.empty, history.seats, history.seed, self.parts)
        try:
            for step in history.steps:
                world.take(step)
            world.settle()
            judge(world)
        finally:
            world.close()

    def broken(self, history: History) -> str:
        """What is broken by this history; nothing when it holds."""
        try:
            self.run(history)
        except Exception as problem:  # noqa: BLE001 - any fault is a finding here
            name = "" if isinstance(problem, Broken) else f"{type(problem).__name__}: "
            return f"{name}{problem}"
        return ""

    def shrink(self, history: History, tries: int = 400) -> History:
        """The same history with every step left out that is not needed to break it (delta debugging, Zeller 2002)."""
        steps, size = list(history.steps), max(1, len(history.steps) // 2)
        while size and tries:
            start = 0
            while start < len(steps) and tries:
                fewer = steps[:start] + steps[start + size :]
                tries -= 1
                if self.broken(History(history.seed, history.seats, tuple(fewer))):
                    steps = fewer
                else:
                    start += size
            size //= 2
        return History(history.seed, history.seats, tuple(steps))


def a_folder() -> Path:
    """In memory where there is room for that: thousands of small stores are made and thrown away."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="agent-desk-storm-", dir=memory if memory.is_dir() else None))
