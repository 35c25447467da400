"""How a hub is doing now: its centre, its seats, and what they say still lies unsent on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg

from agent_desk.hub.heal import Gap, gaps

SILENT_US = 20_000_000
"""A seat beats every 5 s with jitter; after three missed beats its state is unknown."""


@dataclass(frozen=True)
class SeatSeen:
    """The last a seat said of one person on it. Times in µs since 1970 UTC.

    ``known`` is False once it fell silent: ``state`` is then only what it last was.
    """

    centre: str
    seat: str
    number: str
    state: str
    known: bool
    seen: int
    unsent: int
    oldest_unsent: int
    client: str


@dataclass(frozen=True)
class CentreSeen:
    """One centre of the hub."""

    id: str
    name: str
    epoch: str
    opened: bool
    staff: int
    links: int
    held: int
    last_received: int
    restored: int
    healed: int
    gaps: tuple[Gap, ...]
    """What a restored hub lost and nobody has brought back yet."""


@dataclass(frozen=True)
class Status:
    """Everything ``agent-desk hub status`` tells."""

    schema: str
    hub_us: int
    centres: tuple[CentreSeen, ...]
    seats: tuple[SeatSeen, ...]
    away: Mapping[str, int] = field(default_factory=dict)
    """Facts whose month was taken out, month by month: nobody is brought them until it is put back."""

    @property
    def unsent(self) -> int:
        """Facts that seats said they still hold."""
        return sum(seat.unsent for seat in self.seats)

    @property
    def oldest_unsent(self) -> int:
        """When the oldest of them was stored, µs; 0 when nothing is unsent."""
        return min((seat.oldest_unsent for seat in self.seats if seat.unsent), default=0)

    def as_dict(self) -> dict[str, Any]:
        """For another program."""
        return {**asdict(self), "unsent": self.unsent, "oldest_unsent": self.oldest_unsent}


def status(connection: psycopg.Connection[Any]) -> Status:
    """Ask as the hub's owner (a superuser's connection)."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        connection.execute("set local role desk_owner")
        now, schema = connection.execute(
            "select (extract(epoch from clock_timestamp()) * 1000000)::bigint,"
            " (select version_num from desk.alembic_version)"
        ).fetchall()[0]
        centres = connection.execute(
            "select c.id::text, c.name, s.epoch, desk.open_here(c.id),"
            " (select count(*) from desk.staff where centre = c.id and active),"
            " (select count(*) from desk.journal where centre = c.id),"
            " (select count(*) from desk.journal j where centre = c.id and verdict = 'held'"
            " and not exists (select from desk.ruling u where u.origin = j.origin and u.seq = j.seq)),"
            " coalesce((select max(received) from desk.journal where centre = c.id), 0),"
            " coalesce(s.restored, 0), coalesce(s.healed, 0)"
            " from desk.centre c join desk.state s on s.centre = c.id order by c.name"
        ).fetchall()
        seats = connection.execute(
            "select p.centre::text, p.seat, s.number, p.state, p.beaten > %s and p.state <> 'signed_out',"
            " p.beaten, p.unsent, p.oldest_unsent, p.client from desk.presence p"
            " join desk.staff s on s.centre = p.centre and s.id = p.staff order by p.seat, s.number",
            (now - SILENT_US,),
        ).fetchall()
        away = connection.execute("select part, count(*) from desk.archived group by part order by part").fetchall()
        seen = tuple(CentreSeen(*(*row, gaps(connection, row[0]))) for row in centres)
    return Status(schema, now, seen, tuple(SeatSeen(*row) for row in seats), dict(away))
