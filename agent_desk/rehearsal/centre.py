"""The centre that is rehearsed with: invented people on a real hub that can be torn away and brought back."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlcipher3 import dbapi2

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE, CentreId, GroupId, StaffId
from agent_desk.facts.kind import Catalogue, Role
from agent_desk.hub.address import HubAddress, SeatFile
from agent_desk.hub.embedded import EmbeddedHub
from agent_desk.hub.port import Head, Hub, HubSession, Presence
from agent_desk.hub.report import AuditReport
from agent_desk.hub.throwaway import ThrowawayPostgres
from agent_desk.people.recovery import new_key_pair

NAME = "临江会展中心 · 客户服务中心"
DESK = GroupId("D1")
DESK_NAME = "现场服务台"
SEAT, SEAT_NAME = "3", "3 号台"
OFFICE, OFFICE_NAME = "1", "班长席"
CLERK, SECOND, LEADER, MANAGER, ADMIN = "8012", "8020", "8003", "8001", "8000"
PEOPLE: Mapping[str, tuple[str, Mapping[GroupId, Role]]] = {
    CLERK: ("张伟", {DESK: Role.CLERK}),
    SECOND: ("李娜", {DESK: Role.CLERK}),
    LEADER: ("王芳", {DESK: Role.LEADER}),
    MANAGER: ("陈静", {EVERYONE: Role.MANAGER}),
}
DATABASE = "agent_desk_rehearsal"
CONNECTIONS = 40


@dataclass
class Passwords:
    """One of each person's own, made anew for each rehearsal."""

    _known: dict[str, str] = field(default_factory=dict)

    def of(self, number: str) -> str:
        """The password of a staff number."""
        return self._known.setdefault(number, secrets.token_hex(6))


class Centre(Protocol):
    """What the acts ask of a centre, whichever hub it has. Every verb blocks: call it on a lane."""

    passwords: Passwords
    staff: dict[str, StaffId]
    """Staff number → id."""

    @property
    def kind(self) -> str:
        """Which hub it is, in words."""

    @property
    def hub(self) -> Hub:
        """Where seats sign in."""

    def seat_file(self, seat: str, name: str) -> SeatFile:
        """What a seat is told to join."""

    def kill(self) -> None:
        """Tear the hub away, as a power cut does."""

    def come_back(self) -> None:
        """Start it again with what was on its disk."""

    def audit(self) -> AuditReport:
        """Walk every chain again."""

    def bodies(self) -> dict[str, str]:
        """Every fact of the hub, id → body, read as its owner and past every rule."""

    def personal(self) -> dict[str, dict[str, str]]:
        """Personal values, fact → field → value."""

    def lose(self, fact: str) -> None:
        """Damage: take a fact out of the hub, past every guard (the control of a rehearsal)."""

    def alter(self, fact: str, body: str) -> None:
        """Damage: put another body under a fact, past every guard (the control of a rehearsal)."""

    def close(self) -> None:
        """End everything; nothing is left behind."""


class PostgresCentre:
    """On a PostgreSQL server of its own, made for this rehearsal."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.passwords = Passwords()
        self.staff: dict[str, StaffId] = {}
        self._catalogue = catalogue
        self._server = ThrowawayPostgres(connections=CONNECTIONS)
        self._seat: SeatFile | None = None

    @classmethod
    def found(cls, catalogue: Catalogue) -> PostgresCentre:
        """Make server, hub, people and seats. Raises :class:`DeskError` as :class:`ThrowawayPostgres` does."""
        centre = cls(catalogue)
        try:
            centre._server.start()
            centre._found()
        except BaseException:
            centre.close()
            raise
        return centre

    def _found(self) -> None:
        from agent_desk.hub import founding
        from agent_desk.hub.people import People
        from agent_desk.hub.postgres import PostgresHub

        with self._owner("postgres") as owner:
            founding.create_database(owner, DATABASE)
        _, public = new_key_pair()
        with self._owner() as owner:
            founding.upgrade(owner, self._catalogue)
            made = founding.found(owner, NAME, public.hex(), (ADMIN, "系统管理员", self.passwords.of(ADMIN)))
        address = HubAddress(self._server.host, self._server.port, DATABASE, "disable")
        self._seat = SeatFile(made.id, made.name, made.salt, made.recovery_key, address)
        session = PostgresHub(self._seat).connect(ADMIN, self.passwords.of(ADMIN))
        try:
            people = People(session)
            people.set_group(DESK, DESK_NAME)
            for number, (name, grants) in PEOPLE.items():
                told = {str(group): role.value for group, role in grants.items()}
                self.staff[number] = people.add(number, name, told, self.passwords.of(number))
            for seat, name in ((SEAT, SEAT_NAME), (OFFICE, OFFICE_NAME)):
                people.enrol(seat, name)
        finally:
            session.close()

    def _owner(self, database: str = DATABASE) -> Any:
        import psycopg

        return psycopg.connect(**self._server.keywords(database), autocommit=True)

    @property
    def kind(self) -> str:
        """With its version."""
        with self._owner() as owner:
            row = owner.execute("show server_version").fetchone()
        return f"PostgreSQL {row[0]}, a server of its own on loopback, durable writes on"

    @property
    def hub(self) -> Hub:
        """The one the seat file names."""
        from agent_desk.hub.postgres import PostgresHub

        return PostgresHub(self.seat_file(SEAT, SEAT_NAME))

    def seat_file(self, seat: str, name: str) -> SeatFile:
        """For a seat of this centre."""
        assert self._seat is not None
        told = self._seat
        return SeatFile(told.centre, told.centre_name, told.salt, told.recovery_key, told.hub, seat, name)

    def kill(self) -> None:
        """No checkpoint, no good-bye: the next start recovers from the write-ahead log."""
        self._server.kill_immediate()

    def come_back(self) -> None:
        """On the same port, with the same files."""
        self._server.start()

    def audit(self) -> AuditReport:
        """As ``agent-desk hub audit`` does."""
        from agent_desk.hub.audit import audit

        with self._owner() as owner:
            return audit(owner, self._catalogue)

    def bodies(self) -> dict[str, str]:
        """As the superuser reads them, not as a seat may."""
        with self._owner() as owner:
            return {row[0]: row[1] for row in owner.execute("select id::text, body from desk.fact").fetchall()}

    def personal(self) -> dict[str, dict[str, str]]:
        """As the superuser reads them."""
        told: dict[str, dict[str, str]] = {}
        with self._owner() as owner:
            rows = owner.execute("select fact::text, field, value from desk.personal where value is not null")
            for fact, name, value in rows.fetchall():
                told.setdefault(fact, {})[name] = value
        return told

    def lose(self, fact: str) -> None:
        """A superuser who switches the guards off for himself."""
        with self._owner() as owner:
            owner.execute("set session_replication_role = replica")
            owner.execute("delete from desk.journal where fact = %s::uuid", (fact,))
            owner.execute("delete from desk.fact where id = %s::uuid", (fact,))

    def alter(self, fact: str, body: str) -> None:
        """A superuser who switches the guards off for himself."""
        with self._owner() as owner:
            owner.execute("set session_replication_role = replica")
            owner.execute("update desk.fact set body = %s where id = %s::uuid", (body, fact))

    def close(self) -> None:
        """Server and folder go."""
        self._server.close()


class Cable:
    """A hub in this process that can be torn away: sign-ins then hear what a dead server would answer."""

    def __init__(self) -> None:
        self.hub: EmbeddedHub | None = None

    def connect(self, number: str, password: str) -> HubSession:
        """As the hub behind it, or ``hub_away``."""
        if self.hub is None:
            raise DeskError("hub_away", why="cut")
        return self.hub.connect(number, password)


class EmbeddedCentre:
    """On the embedded hub, where this machine has no PostgreSQL server programs."""

    def __init__(self, folder: Path, catalogue: Catalogue, clock: Clock) -> None:
        self.passwords = Passwords()
        self.staff: dict[str, StaffId] = {}
        self._path = folder / "rehearsal.hub"
        self._catalogue = catalogue
        self._clock = clock
        self._cable = Cable()
        self._centre = CentreId("")

    @classmethod
    def found(cls, folder: Path, catalogue: Catalogue, clock: Clock) -> EmbeddedCentre:
        """Make hub, people and seats."""
        folder.mkdir(parents=True, exist_ok=True)
        centre = cls(folder, catalogue, clock)
        centre.come_back()
        hub = centre._open
        centre._centre = hub.create_centre(NAME)
        hub.add_group(DESK, DESK_NAME)
        for number, (name, grants) in PEOPLE.items():
            centre.staff[number] = hub.add_staff(number, name, grants, centre.passwords.of(number))
        for seat, name in ((SEAT, SEAT_NAME), (OFFICE, OFFICE_NAME)):
            hub.enrol_seat(seat, name)
        return centre

    @property
    def _open(self) -> EmbeddedHub:
        assert self._cable.hub is not None
        return self._cable.hub

    @property
    def kind(self) -> str:
        """Said plainly: it is the lesser one."""
        return "the embedded hub (a file in this process), since no PostgreSQL server could be started here"

    @property
    def hub(self) -> Hub:
        """Through the cable."""
        return self._cable

    def seat_file(self, seat: str, name: str) -> SeatFile:
        """The address in it is never dialled: the hub is in this process."""
        return SeatFile(self._centre, NAME, "00", "", HubAddress("127.0.0.1", 1, "none", "disable"), seat, name)

    def kill(self) -> None:
        """The file is closed under every session's feet."""
        hub, self._cable.hub = self._cable.hub, None
        if hub is not None:
            hub.close()

    def come_back(self) -> None:
        """Open the same file again."""
        self._cable.hub = EmbeddedHub(self._path, self._catalogue, self._clock)

    def audit(self) -> AuditReport:
        """Of the file."""
        return self._open.audit()

    def bodies(self) -> dict[str, str]:
        """What the manager, who sees every group, is handed out."""
        return {fact: body for fact, (body, _) in self._handed_out().items()}

    def personal(self) -> dict[str, dict[str, str]]:
        """What the manager is handed out."""
        return {fact: values for fact, (_, values) in self._handed_out().items() if values}

    def _handed_out(self) -> dict[str, tuple[str, dict[str, str]]]:
        session = self._cable.connect(MANAGER, self.passwords.of(MANAGER))
        told: dict[str, tuple[str, dict[str, str]]] = {}
        try:
            presence = Presence(OFFICE, "counting", self._clock.now_us(), 0, 0, "rehearsal")
            for head in session.beat(presence, ()).heads:
                told.update(_pulled(session, head))
        finally:
            session.close()
        return told

    def lose(self, fact: str) -> None:
        """Past the triggers, with the hub closed."""
        self._damage("delete from journal where fact = ?", (fact,))
        self._damage("delete from fact where id = ?", (fact,))

    def alter(self, fact: str, body: str) -> None:
        """Past the triggers, with the hub closed."""
        self._damage("update fact set body = cast(? as blob) where id = ?", (body, fact))

    def _damage(self, statement: str, values: tuple[str, ...]) -> None:
        self.kill()
        raw = dbapi2.connect(str(self._path), isolation_level=None)
        try:
            for (name,) in raw.execute("select name from sqlite_master where type = 'trigger'").fetchall():
                raw.execute(f"drop trigger {name}")
            raw.execute(statement, values)
        finally:
            raw.close()
        self.come_back()

    def close(self) -> None:
        """Close the file."""
        self.kill()


def _pulled(session: HubSession, head: Head) -> dict[str, tuple[str, dict[str, str]]]:
    rows = session.pull(head.origin, head.group, 0, head.seq, 1_000_000)
    return {
        row.link.fact: (row.body, {one.field: one.value for one in row.personal if one.value is not None})
        for row in rows
    }


def found_centre(folder: Path, catalogue: Catalogue, clock: Clock, *, embedded: bool = False) -> tuple[Centre, str]:
    """The best centre this machine can make, and why it is not on PostgreSQL (``""`` when it is)."""
    if not embedded:
        try:
            return PostgresCentre.found(catalogue), ""
        except DeskError as problem:
            if problem.code not in {"hub.server_missing", "hub.server_not_started"}:
                raise
            why = json.dumps({"code": problem.code, **problem.facts}, ensure_ascii=False, default=str)
    else:
        why = "asked for"
    return EmbeddedCentre.found(folder, catalogue, clock), why
