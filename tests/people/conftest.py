"""A centre with people, a cable that can be pulled, and seats whose clock can be turned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest
from nacl import pwhash

from agent_desk.base.clock import MICROSECONDS, Clock, system_us
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, GroupId
from agent_desk.facts.hub_kinds import HUB_KINDS
from agent_desk.facts.kind import Catalogue, Role
from agent_desk.hub.embedded import CHEAP, EmbeddedHub
from agent_desk.hub.port import Hub, HubSession, Presence
from agent_desk.hub.report import AuditReport
from agent_desk.people import recovery
from agent_desk.people.model import PEOPLE_KINDS
from agent_desk.people.place import Place
from agent_desk.people.shelf import Shelf
from agent_desk.people.sign_in import Entered, SeatInfo, SignIn
from agent_desk.people.verifier import Cost, Verifier
from agent_desk.settings.secrets import MemoryVault, Vault
from agent_desk.storage.store import Store
from agent_desk.sync.link_state import LinkState
from agent_desk.sync.pump import Credentials, News, Pump
from tests.factory import TEST_KINDS

CATALOGUE = Catalogue([*HUB_KINDS, *PEOPLE_KINDS, *TEST_KINDS])
QUICK = Cost(pwhash.argon2id.OPSLIMIT_MIN, pwhash.argon2id.MEMLIMIT_MIN)
DAY_US = 86_400 * MICROSECONDS
GRACE_DAYS = 5

PEOPLE: Mapping[str, tuple[str, Mapping[str, Role]]] = {
    "8001": ("张伟", {"A": Role.AGENT}),
    "8002": ("王芳", {"A": Role.AGENT}),
    "8003": ("李娜", {"A": Role.LEADER}),
    "8004": ("刘洋", {"*": Role.MANAGER}),
    "8005": ("陈静", {"B": Role.LEADER}),
    "8006": ("赵敏", {"*": Role.ADMIN}),
}


def password_of(number: str) -> str:
    """Each person's first password."""
    return f"pw-{number}-Geheim"


class Wall:
    """A wall clock that tests turn."""

    def __init__(self) -> None:
        self.ahead_us = 0

    def __call__(self) -> int:
        return system_us() + self.ahead_us

    def pass_days(self, days: float) -> None:
        self.ahead_us += int(days * DAY_US)

    def pass_seconds(self, seconds: float) -> None:
        self.ahead_us += int(seconds * MICROSECONDS)


class Cable:
    """The way to the hub. ``fault`` is raised instead of connecting as long as it is set."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.fault: DeskError | None = None
        self.asked: list[str] = []

    def connect(self, number: str, password: str) -> HubSession:
        self.asked.append(number)
        if self.fault is not None:
            raise self.fault
        return self.hub.connect(number, password)

    def pull(self) -> None:
        """Nobody answers."""
        self.fault = DeskError("hub_away", why="cable")

    def plug(self) -> None:
        self.fault = None


class CentreHub(Hub, Protocol):
    """A hub as these tests need it, whichever it is."""

    def set_staff(
        self,
        number: str,
        *,
        grants: Mapping[GroupId, Role] | None = None,
        active: bool | None = None,
        password: str | None = None,
    ) -> None:
        """What an administrator does meanwhile."""

    def set_centre(self, *, grace_days: int | None = None, oldest_client: str | None = None) -> None:
        """What the centre sets for all its seats."""

    def audit(self) -> AuditReport:
        """Walk every chain."""

    def bodies(self) -> list[str]:
        """Every body that seats wrote."""


class TrialHub(EmbeddedHub):
    """The embedded hub, with a look inside."""

    def bodies(self) -> list[str]:
        with self._file.reading() as cursor:
            rows = cursor.execute("select body from fact where kind not like 'hub.%'").fetchall()
        return [row[0] if isinstance(row[0], str) else row[0].decode("utf-8") for row in rows]


@dataclass
class Centre:
    """A hub with its people."""

    id: CentreId
    hub: CentreHub
    wall: Wall
    recovery_private: bytes
    recovery_public: bytes
    staff: Mapping[str, str]


@dataclass
class Seat:
    """One installation: its folder, vault and door. ``restart`` is closing and opening the program."""

    centre: Centre
    folder: Path
    vault: Vault
    cable: Cable
    number: str = "1"
    opened: list[Shelf] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.close()
        self.clock = Clock(self.centre.wall)
        self.place = Place(self.folder)
        self.shelf = Shelf(self.place, self.vault, self.centre.id, CATALOGUE, self.clock, self.centre.recovery_public)
        self.opened.append(self.shelf)
        self.verifier = Verifier(QUICK, self.clock.raw_us)
        self.door = SignIn(
            self.cable,
            self.shelf,
            SeatInfo(self.centre.id, self.number, "test"),
            self.clock,
            self.verifier,
        )

    def enter(self, number: str, password: str | None = None) -> Entered:
        return self.door.enter(number, password_of(number) if password is None else password)

    def visit(self, number: str) -> None:
        """Sign in once on line and go."""
        self.door.leave(self.enter(number))

    def pump(self, entered: Entered) -> Pump:
        """A pump for a session, worked by hand with ``round()``; call ``stop()``."""
        news: list[News] = []

        def presence(state: LinkState) -> Presence:
            return Presence(self.number, "ready", self.clock.now_us(), state.unsent, 0, "test")

        return Pump(
            entered.store,
            self.cable,
            Credentials(entered.who.number, entered.password.value),
            presence,
            news.append,
            catalogue=CATALOGUE,
            clock=self.clock,
            others=lambda: self.shelf.drainable(entered.store),
        )

    def drain(self, entered: Entered) -> None:
        """One round of the pump, which must go through."""
        pump = self.pump(entered)
        pump.round()
        state = pump.state
        pump.stop()
        assert state.kind.value in {"linked", "lagging"}, state

    def close(self) -> None:
        while self.opened:
            self.opened.pop().close()


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def centre(tmp_path: Path, wall: Wall) -> Iterator[Centre]:
    hub = TrialHub(tmp_path / "hub.db", CATALOGUE, Clock(wall), CHEAP)
    made = hub.create_centre("试验中心")
    staff = {}
    for code in ("A", "B"):
        hub.add_group(code, f"Group {code}")
    for number, (name, grants) in PEOPLE.items():
        told = {GroupId(group): role for group, role in grants.items()}
        staff[number] = hub.add_staff(number, name, told, password_of(number))
    hub.enrol_seat("1", "Seat 1")
    hub.enrol_seat("2", "Seat 2")
    hub.set_centre(grace_days=GRACE_DAYS)
    private, public = recovery.new_key_pair()
    yield Centre(made, hub, wall, private, public, staff)
    hub.close()


@pytest.fixture
def seat(centre: Centre, tmp_path: Path) -> Iterator[Seat]:
    made = Seat(centre, tmp_path / "seat-1", MemoryVault(), Cable(centre.hub))
    yield made
    made.close()


@pytest.fixture
def other_seat(centre: Centre, tmp_path: Path) -> Iterator[Seat]:
    made = Seat(centre, tmp_path / "seat-2", MemoryVault(), Cable(centre.hub), "2")
    yield made
    made.close()


def kinds_in(store: Store) -> list[str]:
    """What was written in a store, in order."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT kind FROM fact ORDER BY stored, id").fetchall()
    return [row[0] for row in rows]
