"""Seats with a real store and a real pump, on either hub."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from agent_desk.base.clock import Clock
from agent_desk.base.ids import GroupId, OriginId
from agent_desk.facts.kind import Catalogue, Role
from agent_desk.hub.embedded import CHEAP, EmbeddedHub
from agent_desk.hub.port import Hub, Me, Presence
from agent_desk.hub.report import AuditReport
from agent_desk.storage.store import Person, Store, open_store
from agent_desk.sync.link_state import LinkState
from agent_desk.sync.pump import Credentials, News, Pump
from tests.factory import a_catalogue, a_uuid

PASSWORD = "pw-good-{}"
STAFF: dict[str, dict[str, str]] = {
    "8001": {"A": "agent"},
    "8002": {"B": "agent"},
    "8003": {"A": "leader"},
    "8004": {"*": "manager"},
    "8005": {"*": "admin"},
    "8006": {"A": "clerk"},
}
KEY = bytes(range(32))


class Centre(Protocol):
    """A centre whose people are :data:`STAFF`."""

    @property
    def hub(self) -> Hub:
        """Where seats sign in."""

    def set_grants(self, number: str, grants: Mapping[str, str], active: bool = True) -> None:
        """Give somebody other rights from now on."""

    def audit(self) -> AuditReport:
        """Walk every chain."""

    def sold(self) -> list[str]:
        """The ids of every sale the hub holds, each as often as it holds it."""


@dataclass
class EmbeddedCentre:
    """The trial kind of centre."""

    hub: EmbeddedHub

    @classmethod
    def found(cls, folder: Path, catalogue: Catalogue | None = None) -> EmbeddedCentre:
        """Make it with its groups and people."""
        hub = EmbeddedHub(folder / "hub.sqlite", catalogue or a_catalogue(), Clock(), CHEAP)
        hub.create_centre("展馆服务中心")
        for group in ("A", "B"):
            hub.add_group(group, f"{group} 组")
        for number, grants in STAFF.items():
            hub.add_staff(number, f"员工{number}", _roles(grants), PASSWORD.format(number))
        return cls(hub)

    def set_grants(self, number: str, grants: Mapping[str, str], active: bool = True) -> None:
        """Give somebody other rights from now on."""
        self.hub.set_staff(number, grants=_roles(grants), active=active)

    def audit(self) -> AuditReport:
        """Walk every chain."""
        return self.hub.audit()

    def sold(self) -> list[str]:
        """The ids of every sale the hub holds, each as often as it holds it."""
        with self.hub._file.reading() as cursor:
            rows = cursor.execute("select id from fact where kind = 'test.sold' order by 1").fetchall()
        return [row[0] for row in rows]


def _roles(grants: Mapping[str, str]) -> dict[GroupId, Role]:
    return {GroupId(group): Role(role) for group, role in grants.items()}


@dataclass
class Seat:
    """One person at one seat: a store, and a pump turned by hand, round by round."""

    number: str
    store: Store
    pump: Pump
    news: list[News] = field(default_factory=list)

    @property
    def state(self) -> LinkState:
        """What the pump said last."""
        return self.news[-1].state

    def round(self) -> News:
        """One round of the pump."""
        self.pump.round()
        return self.news[-1]

    def facts(self) -> dict[str, str]:
        """Every fact here, by id."""
        with self.store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT id, body FROM fact").fetchall()
        return {row[0]: row[1] for row in rows}

    def standings(self) -> dict[str, str]:
        """What the hub said of each fact, as far as this seat heard."""
        with self.store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT fact, verdict FROM standing").fetchall()
        return {row[0]: row[1] for row in rows}

    def close(self) -> None:
        """Stop and let go."""
        self.pump.stop()
        self.store.close()


def join(
    hub: Hub,
    number: str,
    folder: Path,
    *,
    catalogue: Catalogue | None = None,
    pull_rows: int = 2000,
    push_links: int = 500,
    others: Callable[[], list[Store]] = list,
    name: str = "",
    clock: Clock | None = None,
) -> Seat:
    """Sign a person in on a new seat: store, origin and pump."""
    catalogue = catalogue or a_catalogue()
    clock = clock or Clock()
    session = hub.connect(number, PASSWORD.format(number))
    me = session.beat(a_presence(), []).me
    store = open_store(folder / f"{number}{name}.store", KEY, catalogue, clock)
    store.bind(person_of(me))
    if not store.origins():
        opened = session.open_origin(OriginId(a_uuid()), "7")
        store.add_origin(opened.origin, opened.key, opened.code)
    session.close()
    news: list[News] = []
    pump = Pump(
        store,
        hub,
        Credentials(number, PASSWORD.format(number)),
        a_presence,
        news.append,
        catalogue=catalogue,
        clock=clock,
        chance=random.Random(7),
        tick=0.05,
        pull_rows=pull_rows,
        push_links=push_links,
        others=others,
    )
    return Seat(number, store, pump, news)


def person_of(me: Me) -> Person:
    """The person a store is bound to."""
    return Person(me.staff, me.centre, me.number, me.name)


def a_presence(state: LinkState | None = None) -> Presence:
    """What a seat says each beat."""
    unsent = state.unsent if state else 0
    return Presence("7", "ready", 0, unsent, (state.oldest_us or 0) if state else 0, "0.1.0")
