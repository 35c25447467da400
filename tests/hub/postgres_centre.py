"""The small centre on a real PostgreSQL hub, in a database of its own."""

from __future__ import annotations

from collections.abc import Mapping

from agent_desk.base.ids import CentreId, StaffId
from agent_desk.facts.kind import Role
from agent_desk.hub import founding
from agent_desk.hub.address import HubAddress, SeatFile
from agent_desk.hub.people import People
from agent_desk.hub.port import HubSession
from agent_desk.hub.postgres import PostgresHub, PostgresSession
from agent_desk.hub.report import AuditReport
from tests.hub.centre import found_hub
from tests.hub.contract import CATALOGUE, GROUPS, STAFF
from tests.peers.postgres import PostgresServer


class PostgresCentre:
    """The verbs of :class:`tests.hub.contract.Centre`."""

    def __init__(self, server: PostgresServer) -> None:
        self._database = found_hub(server, CATALOGUE)
        self._sessions: list[PostgresSession] = []
        name = STAFF["8005"][0]
        with self._database.connect(autocommit=True) as owner:
            made = founding.found(owner, "Trial", "00" * 32, ("8005", name, self.password("8005")))
        self.id: CentreId = made.id
        address = HubAddress(server.host, server.port, self._database.name, "verify-full", str(server.authority))
        self._seat_file = SeatFile(made.id, made.name, made.salt, made.recovery_key, address, "1", "Counter 1")
        self._fill()

    def _fill(self) -> None:
        people = self._admin()
        for code, name in GROUPS.items():
            people.set_group(code, name)
        for number, (name, grants) in STAFF.items():
            if number != "8005":
                people.add(number, name, _told(grants), self.password(number))

    def _admin(self) -> People:
        return People(self.connect("8005", self.password("8005")))

    @property
    def hub(self) -> PostgresCentre:
        """This object signs people in, so that it can close their sessions in the end."""
        return self

    def connect(self, number: str, password: str) -> PostgresSession:
        session = PostgresHub(self._seat_file).connect(number, password)
        self._sessions.append(session)
        return session

    def password(self, number: str) -> str:
        return f"secret of {number}"

    def staff(self, number: str) -> StaffId:
        with self._database.connect(autocommit=True) as owner:
            row = owner.execute("select id::text from desk.staff where number = %s", (number,)).fetchone()
        assert row is not None
        return StaffId(row[0])

    def set_staff(self, number: str, grants: Mapping[str, Role], active: bool = True) -> None:
        admin = self.connect("8005", self.password("8005"))
        People(admin).set(number, active=active, grants=_told(grants))
        admin.close()

    def restart(self) -> None:
        self.close()
        self._database.server.stop()
        self._database.server.start()

    def retain(self) -> int:
        from agent_desk.hub.erasures import retain

        with self._database.connect(autocommit=True) as owner:
            return retain(owner)

    def set_centre(self, *, grace_days: int | None = None, oldest_client: str | None = None) -> None:
        self._admin().set_centre(grace_days=grace_days, oldest_client=oldest_client)

    def audit(self) -> AuditReport:
        from agent_desk.hub.audit import audit

        with self._database.connect(autocommit=True) as owner:
            return audit(owner, CATALOGUE)

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        self._sessions.clear()


def _told(grants: Mapping[str, Role]) -> dict[str, str]:
    return {group: role.value for group, role in grants.items()}


def _is_session(session: PostgresSession) -> HubSession:
    """The PostgreSQL session speaks the port: a type checker says so here."""
    return session
