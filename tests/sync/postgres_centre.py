"""The same centre on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent_desk.facts.kind import Catalogue
from agent_desk.hub import founding
from agent_desk.hub.address import HubAddress, SeatFile
from agent_desk.hub.audit import audit
from agent_desk.hub.people import People
from agent_desk.hub.postgres import PostgresHub
from agent_desk.hub.report import AuditReport
from tests.factory import a_catalogue
from tests.peers.postgres import Database, PostgresServer
from tests.sync.desk import PASSWORD, STAFF, Centre, EmbeddedCentre


@dataclass
class PostgresCentre:
    """A centre in a database of its own."""

    seat_file: SeatFile
    database: Database

    @property
    def hub(self) -> PostgresHub:
        """Where seats sign in."""
        return PostgresHub(self.seat_file)

    def through(self, host: str, port: int) -> PostgresHub:
        """The same hub behind a proxy."""
        address = HubAddress(host, port, self.seat_file.hub.database, "verify-full", self.seat_file.hub.certificate)
        told = {**vars(self.seat_file), "hub": address}
        return PostgresHub(SeatFile(**told))

    def set_grants(self, number: str, grants: Mapping[str, str], active: bool = True) -> None:
        """Give somebody other rights from now on."""
        session = self.hub.connect("8005", PASSWORD.format("8005"))
        People(session).set(number, grants=dict(grants), active=active)
        session.close()

    def audit(self) -> AuditReport:
        """Walk every chain."""
        with self.database.connect(autocommit=True) as owner:
            return audit(owner, a_catalogue())

    def sold(self) -> list[str]:
        """The ids of every sale the hub holds, each as often as it holds it."""
        with self.database.connect(autocommit=True) as owner:
            rows = owner.execute("select id::text from desk.fact where kind = 'test.sold' order by 1").fetchall()
        return [row[0] for row in rows]

    def counted(self, sql: str) -> int:
        """One number, asked as the owner."""
        with self.database.connect(autocommit=True) as owner:
            row = owner.execute(sql).fetchone()
        assert row is not None
        return int(row[0])


def found(server: PostgresServer, catalogue: Catalogue | None = None) -> PostgresCentre:
    """Make the centre with its groups and people."""
    catalogue = catalogue or a_catalogue()

    def fill(database: Database) -> None:
        with database.connect(autocommit=True) as owner:
            founding.upgrade(owner, catalogue)

    database = server.create_database(server.template(f"sync {len(list(catalogue))}", fill))
    with database.connect(autocommit=True) as owner:
        made = founding.found(owner, "展馆服务中心", "00" * 32, ("8005", "员工8005", PASSWORD.format("8005")))
    address = HubAddress(server.host, server.port, database.name, "verify-full", str(server.authority))
    seat_file = SeatFile(made.id, made.name, made.salt, made.recovery_key, address, "7", "7 号台")
    centre = PostgresCentre(seat_file, database)
    session = centre.hub.connect("8005", PASSWORD.format("8005"))
    people = People(session)
    for group in ("A", "B"):
        people.set_group(group, f"{group} 组")
    for number, grants in STAFF.items():
        if number != "8005":
            people.add(number, f"员工{number}", dict(grants), PASSWORD.format(number))
    session.close()
    return centre


def on_each_hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    """A fresh centre for a fixture that takes ``embedded`` and ``postgres`` in turn."""
    if request.param == "embedded":
        made = EmbeddedCentre.found(tmp_path)
        yield made
        made.hub.close()
    else:
        on_postgres = found(request.getfixturevalue("postgres_server"))
        yield on_postgres
        on_postgres.database.server.drop_database(on_postgres.database.name)
