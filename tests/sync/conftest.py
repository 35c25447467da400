"""Every sentence about the pump is tried on both hubs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sync.desk import Centre, Seat, join
from tests.sync.postgres_centre import on_each_hub


@pytest.fixture(params=["embedded", "postgres"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    """A fresh centre with groups A and B and six people."""
    yield from on_each_hub(request, tmp_path)


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
