"""The small centre on a real PostgreSQL hub, in a database of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from psycopg import sql

from agent_desk.base.ids import CentreId, StaffId
from agent_desk.facts.kind import Role
from agent_desk.hub import founding, heal
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

    def copied(self) -> tuple[str, list[Any]]:
        """A copy of the database and of the logins; the dump itself is tried in tests/faults/test_restored_hub.py."""
        self.close()
        with self._database.connect(autocommit=True) as owner:
            logins = owner.execute(
                "select rolname, rolcanlogin, rolpassword from pg_authid join desk.staff on login = rolname"
            ).fetchall()
        return self._database.server.create_database(self._database.name).name, logins

    def come_back(self, copy: Any) -> None:
        name, logins = copy
        self.close()
        server = self._database.server
        server.drop_database(self._database.name)
        self._database = server.create_database(name)
        address = dataclasses.replace(self._seat_file.hub, database=self._database.name)
        self._seat_file = dataclasses.replace(self._seat_file, hub=address)
        with self._database.connect(autocommit=True) as owner:
            for login, may, verifier in logins:
                told = sql.SQL("alter role {} {} password {}").format(
                    sql.Identifier(login), sql.SQL("login" if may else "nologin"), sql.Literal(verifier)
                )
                owner.execute(told)
            founding.close_database(owner)
            heal.close(owner)

    def open_again(self) -> None:
        with self._database.connect(autocommit=True) as owner:
            heal.open_again(owner)

    def gaps(self) -> list[tuple[str, int, int, int]]:
        with self._database.connect(autocommit=True) as owner:
            return [(one.origin, one.first, one.last, one.waiting) for one in heal.gaps(owner, self.id)]

    def waiting_values(self) -> list[str]:
        with self._database.connect(autocommit=True) as owner:
            rows = owner.execute(
                "select one->>1 from desk.offered, jsonb_array_elements(personal) one"
                " where one->>1 is not null order by seq"
            ).fetchall()
        return [value for (value,) in rows]

    def name_hole(self, origin: str, first: int, last: int, why: str) -> None:
        admin = self.connect("8005", self.password("8005"))
        try:
            heal.name_hole(admin, origin, first, last, why)
        finally:
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
