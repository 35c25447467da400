"""A centre of many seats: people in groups of ten, each with a login of their own."""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.hub.people import People
from tests.peers.postgres import PostgresServer
from tests.sync.desk import PASSWORD
from tests.sync.postgres_centre import PostgresCentre, found

GROUP = 10


@dataclass(frozen=True)
class Fleet:
    """The centre and the staff numbers of its people, seat by seat."""

    centre: PostgresCentre
    numbers: tuple[str, ...]


def group_of(seat: int) -> str:
    """The group of a seat: ten neighbours share one."""
    return f"G{seat // GROUP:03}"


def found_fleet(server: PostgresServer, seats: int) -> Fleet:
    """Make the centre with one agent a seat."""
    centre = found(server)
    session = centre.hub.connect("8005", PASSWORD.format("8005"))
    people = People(session)
    numbers = tuple(str(10_000 + seat) for seat in range(seats))
    for first in range(0, seats, GROUP):
        people.set_group(group_of(first), f"{first // GROUP} 组")
    for seat, number in enumerate(numbers):
        people.add(number, f"员工{number}", {group_of(seat): "agent"}, PASSWORD.format(number))
    session.close()
    return Fleet(centre, numbers)
