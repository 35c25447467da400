"""Centres to try hubs with. Those on the one real PostgreSQL server have a database each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hub.centre import PgCentre, add_centre, found_hub
from tests.hub.contract import Centre
from tests.hub.embedded_centre import EmbeddedCentre
from tests.peers.postgres import PostgresServer

NewHub = Callable[[], PgCentre]


@pytest.fixture(scope="session")
def new_postgres_hub(postgres_server: PostgresServer) -> Iterator[NewHub]:
    """Makes a fresh hub with its centre; what is still open is closed at the end of the run."""
    made: list[PgCentre] = []

    def fresh() -> PgCentre:
        made.append(add_centre(found_hub(postgres_server)))
        return made[-1]

    yield fresh
    for centre in made:
        centre.close()


@pytest.fixture
def fresh_postgres_hub(new_postgres_hub: NewHub) -> Iterator[PgCentre]:
    """A hub nobody else has touched."""
    centre = new_postgres_hub()
    yield centre
    centre.close()


@pytest.fixture(scope="module")
def shared_postgres_hub(new_postgres_hub: NewHub) -> PgCentre:
    """One hub for a whole module."""
    return new_postgres_hub()


@pytest.fixture
def postgres_hub(shared_postgres_hub: PgCentre) -> Iterator[PgCentre]:
    """The module's hub; sessions opened in a test are closed after it."""
    yield shared_postgres_hub
    shared_postgres_hub.close()


@pytest.fixture(params=["embedded", "postgres"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    """The small centre on each hub in turn, nobody at work yet."""
    made: Centre
    if request.param == "embedded":
        made = EmbeddedCentre(tmp_path)
    else:
        from tests.hub.postgres_centre import PostgresCentre

        made = PostgresCentre(request.getfixturevalue("postgres_server"))
    yield made
    made.close()
