"""A real PostgreSQL for tests: TLS with a certificate authority of its own, SCRAM, one database a test."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import trustme
from psycopg import sql

from agent_desk.hub.throwaway import Certificates, ThrowawayPostgres


class PostgresServer(ThrowawayPostgres):
    """A throw-away server that takes TLS only; `authority` is the PEM file that clients check it with."""

    def __init__(self, *, fsync: bool = False, connections: int = 200) -> None:
        self._keys = tempfile.TemporaryDirectory(prefix="agent-desk-keys-")
        folder = Path(self._keys.name)
        ca = trustme.CA()
        issued = ca.issue_cert("localhost", "127.0.0.1")
        self.authority = folder / "authority.crt"
        ca.cert_pem.write_to_path(str(self.authority))
        files = Certificates(folder / "server.crt", folder / "server.private")
        issued.cert_chain_pems[0].write_to_path(str(files.certificate))
        issued.private_key_pem.write_to_path(str(files.key))
        super().__init__(files, fsync=fsync, connections=connections)
        self._numbers = itertools.count(1)
        self._templates: dict[str, str] = {}

    def close(self) -> None:
        """End the server and forget its keys."""
        super().close()
        self._keys.cleanup()

    def keywords(self, database: str = "postgres", **others: str) -> dict[str, Any]:
        """Return connection keywords that check the server's certificate and name in full."""
        checked = {"sslmode": "verify-full", "sslrootcert": str(self.authority)}
        return super().keywords(database, **(checked | others))

    def create_database(self, template: str = "template1") -> Database:
        """Make a new database as a copy of the template."""
        name = f"test_{next(self._numbers)}"
        self._say(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return Database(self, name)

    def drop_database(self, name: str) -> None:
        """Drop a database and end its sessions; harmless if the server is down."""
        with suppress(psycopg.OperationalError):
            self._say(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def template(self, purpose: str, fill: Callable[[Database], object]) -> str:
        """Return a database filled once for this purpose; `create_database(template=…)` copies it in some 50 ms."""
        if purpose not in self._templates:
            database = self.create_database()
            fill(database)
            self._templates[purpose] = database.name
        return self._templates[purpose]

    def _say(self, statement: sql.Composed) -> None:
        with psycopg.connect(**self.keywords(), autocommit=True) as connection:
            connection.execute(statement)


@dataclass(frozen=True, slots=True)
class Database:
    """One database on a test server."""

    server: PostgresServer
    name: str

    def keywords(self, **others: str) -> dict[str, Any]:
        """Return connection keywords, by default the superuser's."""
        return self.server.keywords(self.name, **others)

    def connect(self, *, autocommit: bool = False, **others: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Open a session, by default as superuser."""
        return psycopg.connect(**self.keywords(**others), autocommit=autocommit)


THE_SERVER = pytest.StashKey[PostgresServer]()


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    """One server for the whole run; tests that kill a server start one of their own.

    Its folder is deleted when the run is over: hundreds of databases may take longer than a test is given.
    """
    server = PostgresServer()
    pytestconfig.stash[THE_SERVER] = server
    server.start()
    yield server
    server.kill_immediate()


@pytest.fixture
def fresh_database(postgres_server: PostgresServer) -> Iterator[Database]:
    """An empty database of its own for one test."""
    database = postgres_server.create_database()
    yield database
    postgres_server.drop_database(database.name)
