"""A hub that may be killed: a PostgreSQL of its own, durable, behind a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.ward import Ward
from tests.peers.postgres import PostgresServer
from tests.peers.proxy import Proxy
from tests.sync.postgres_centre import found


@pytest.fixture(scope="session")
def only_mortal_server() -> Iterator[PostgresServer]:
    """One server with fsync on for all fault tests."""
    with PostgresServer(fsync=True) as server:
        yield server


@pytest.fixture
def mortal_server(only_mortal_server: PostgresServer) -> PostgresServer:
    """A server with fsync on: what it confirmed must survive its death. It lives again for the next test."""
    if not only_mortal_server.running:
        only_mortal_server.start()
    return only_mortal_server


@pytest.fixture
def ward(mortal_server: PostgresServer, tmp_path: Path) -> Iterator[Ward]:
    """A fresh centre on the mortal server, reached through a proxy."""
    centre = found(mortal_server)
    with Proxy(mortal_server.host, mortal_server.port) as proxy:
        ward = Ward(centre, proxy, tmp_path)
        yield ward
        ward.close()
    mortal_server.drop_database(centre.database.name)
