"""The hub of a simulated centre: made from a template, changed by its administrator, killed, and read as it is."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agent_desk.base.clock import Clock, system_us
from agent_desk.base.ids import GroupId
from agent_desk.facts.kind import Role
from agent_desk.hub import founding
from agent_desk.hub.address import HubAddress, SeatFile
from agent_desk.hub.audit import audit
from agent_desk.hub.embedded import CHEAP, EmbeddedHub
from agent_desk.hub.people import People
from agent_desk.hub.port import Hub
from agent_desk.hub.postgres import PostgresHub, PostgresSession
from agent_desk.hub.report import AuditReport
from tests.faults.simulation.kinds import BOSS, GROUPS, PEOPLE, the_catalogue
from tests.peers.postgres import Database, PostgresServer
from tests.sync.desk import PASSWORD

START_US = 1_790_000_000_000_000
"""The hour at which every simulated history begins (µs since 1970)."""


@dataclass(frozen=True)
class HubRow:
    """One link as the hub keeps it."""

    origin: str
    seq: int
    fact: str
    kind: str
    group: str
    author: str
    subject: str
    reader: str | None
    verdict: str
    reason: str
    body: str


class WorldTime:
    """What time it truly is in the simulated world."""

    def __init__(self) -> None:
        self._now = START_US

    def __call__(self) -> int:
        """Microseconds since 1970; every look takes one of them."""
        self._now += 1
        return self._now

    def pass_by(self, seconds: int) -> None:
        """Let time go by."""
        self._now += seconds * 1_000_000


class RealTime(WorldTime):
    """The machine's own time, for a hub that asks the machine."""

    def __call__(self) -> int:
        """Microseconds since 1970."""
        return system_us()


class Place(Protocol):
    """Where the hub of one history lives."""

    time: WorldTime
    lenient: bool
    """The embedded hub files a fact without rights under its group; the real one in its author's box alone."""

    @property
    def hub(self) -> Hub:
        """Where seats sign in now."""

    def set_staff(self, number: str, grants: Mapping[str, str] | None, active: bool) -> None:
        """What an administrator does."""

    def crash(self) -> None:
        """The hub dies without warning and is started again."""

    def audit(self) -> AuditReport:
        """The hub's own audit."""

    def rows(self) -> list[HubRow]:
        """Every link it holds."""

    def staff(self) -> dict[str, str]:
        """Staff ids by number."""

    def close(self) -> None:
        """Done with this history."""


_ROWS = (
    "select j.origin, j.seq, j.fact, j.kind, j.grp, j.author, j.subject, j.reader, j.verdict, j.reason,"
    " coalesce(c.body, f.body) from {0}journal j left join {0}fact f on f.id = j.fact"
    " left join {0}conflict c on c.origin = j.origin and c.seq = j.seq order by j.origin, j.seq"
)


class EmbeddedPlace:
    """A hub in a file, under the simulated world's own time."""

    lenient = True

    def __init__(self, folder: Path, template: Path | None = None) -> None:
        self.time = WorldTime()
        self.path = folder / "hub.sqlite"
        if template is not None:
            shutil.copyfile(template, self.path)
        self._hub = self._open()

    @classmethod
    def found(cls, folder: Path) -> EmbeddedPlace:
        """A centre with its groups and people, to be copied for every history."""
        place = cls(folder)
        place.hub.create_centre("展馆服务中心")
        for group in GROUPS:
            place.hub.add_group(group, f"{group} 组")
        for number, grants in {**PEOPLE, BOSS: {"*": "admin"}}.items():
            place.hub.add_staff(number, f"员工{number}", _roles(grants), PASSWORD.format(number))
        return place

    def _open(self) -> EmbeddedHub:
        return EmbeddedHub(self.path, the_catalogue(), Clock(self.time), CHEAP)

    @property
    def hub(self) -> EmbeddedHub:
        """Where seats sign in now."""
        return self._hub

    def set_staff(self, number: str, grants: Mapping[str, str] | None, active: bool) -> None:
        """What an administrator does."""
        self._hub.set_staff(number, grants=None if grants is None else _roles(grants), active=active)

    def crash(self) -> None:
        """What has reached the file stays; nothing else does."""
        kept = {path: path.read_bytes() for path in (self.path, self.path.with_name("hub.sqlite-wal")) if path.exists()}
        self._hub.close()
        for path, data in kept.items():
            path.write_bytes(data)
        self._hub = self._open()

    def audit(self) -> AuditReport:
        """The hub's own audit."""
        return self._hub.audit()

    def rows(self) -> list[HubRow]:
        """Every link it holds."""
        with self._hub._file.reading() as cursor:
            rows = cursor.execute(_ROWS.format("")).fetchall()
        return [HubRow(*row[:10], row[10].decode("utf-8")) for row in rows]

    def staff(self) -> dict[str, str]:
        """Staff ids by number."""
        with self._hub._file.reading() as cursor:
            return dict(cursor.execute("select number, id from staff").fetchall())

    def close(self) -> None:
        """Done with this history."""
        self._hub.close()


class PostgresPlace:
    """The real hub: a database of its own for each history, under the machine's time."""

    lenient = False

    def __init__(self, server: PostgresServer) -> None:
        self.time = RealTime()
        self._server = server
        catalogue = the_catalogue()

        def fill(database: Database) -> None:
            with database.connect(autocommit=True) as owner:
                founding.upgrade(owner, catalogue)

        self._database = server.create_database(server.template("simulation", fill))
        with self._database.connect(autocommit=True) as owner:
            made = founding.found(owner, "展馆服务中心", "00" * 32, (BOSS, "主管", PASSWORD.format(BOSS)))
        address = HubAddress(server.host, server.port, self._database.name, "verify-full", str(server.authority))
        self._hub = PostgresHub(SeatFile(made.id, made.name, made.salt, made.recovery_key, address, "7", "7 号台"))
        self._boss = self._sign_in_boss()
        people = People(self._boss)
        for group in GROUPS:
            people.set_group(group, f"{group} 组")
        for number, grants in PEOPLE.items():
            people.add(number, f"员工{number}", dict(grants), PASSWORD.format(number))

    @property
    def hub(self) -> PostgresHub:
        """Where seats sign in now."""
        return self._hub

    def set_staff(self, number: str, grants: Mapping[str, str] | None, active: bool) -> None:
        """What an administrator does."""
        People(self._boss).set(number, grants=None if grants is None else dict(grants), active=active)

    def _sign_in_boss(self) -> PostgresSession:
        return self._hub.connect(BOSS, PASSWORD.format(BOSS))

    def crash(self) -> None:
        """The server is killed as a power cut kills it, and started again."""
        self._boss.close()
        self._server.kill_immediate()
        self._server.start()
        self._boss = self._sign_in_boss()

    def audit(self) -> AuditReport:
        """The hub's own audit."""
        with self._database.connect(autocommit=True) as owner:
            return audit(owner, the_catalogue())

    def rows(self) -> list[HubRow]:
        """Every link it holds."""
        with self._database.connect(autocommit=True) as owner:
            rows = owner.execute(_ROWS.format("desk.")).fetchall()
        return [HubRow(*(one if isinstance(one, int | None) else str(one) for one in row)) for row in rows]

    def staff(self) -> dict[str, str]:
        """Staff ids by number."""
        with self._database.connect(autocommit=True) as owner:
            return {number: str(one) for number, one in owner.execute("select number, id from desk.staff").fetchall()}

    def close(self) -> None:
        """Done with this history."""
        self._boss.close()
        self._server.drop_database(self._database.name)


def _roles(grants: Mapping[str, str]) -> dict[GroupId, Role]:
    return {GroupId(group): Role(role) for group, role in grants.items()}
