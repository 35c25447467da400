"""Every sentence about the pump is tried on both hubs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sync.desk import Centre, EmbeddedCentre, Seat, join
from tests.sync.postgres_centre import found


@pytest.fixture(params=["embedded", "postgres"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    """A fresh centre with groups A and B and six people."""
    if request.param == "embedded":
        made = EmbeddedCentre.found(tmp_path)
        yield made
        made.hub.close()
    else:
        on_postgres = found(request.getfixturevalue("postgres_server"))
        yield on_postgres
        on_postgres.database.server.drop_database(on_postgres.database.name)


@pytest.fixture
def seat(centre: Centre, tmp_path: Path) -> Iterator[Callable[..., Seat]]:
    """Signs people in; their stores are closed after the test."""
    joined: list[Seat] = []

    def sign_in(number: str, **others: Any) -> Seat:
        joined.append(join(others.pop("hub", centre.hub), number, tmp_path, **others))
        return joined[-1]

    yield sign_in
    for one in joined:
        one.close()
