"""Whether paper numbers may be drawn on this machine: not after its disk was copied or set back, until a person has
said which machine keeps them. Short numbers need no such care: each origin has a code of its own."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent_desk.storage.connection import Connection

NAMED = "machine_named"
"""The projection of ``people.machine_named``: who keeps the numbers of an origin that was left."""


class Numbers(StrEnum):
    """What may be done with the numbers of this person and seat, on this machine."""

    FREE = "free"
    ASKED = "asked"
    """This disk went on in a new origin, and nobody has said yet which machine keeps the numbers."""
    ELSEWHERE = "elsewhere"
    """Another machine with the same seat number keeps them: this one needs a seat number and a book of its own."""


def numbers(connection: Connection, tables: Container[str], staff: str, seat: str) -> Numbers:
    """What this store's facts say of it. ``seat`` is the seat number the machine has now."""
    own = lineage(connection)
    if not own:
        return Numbers.FREE
    named = _named(connection, [one.origin for one in own], staff) if NAMED in tables else []
    if own[-1].forked and all(origin != own[-1].origin for origin, _, _ in named):
        return Numbers.ASKED
    if not named:
        return Numbers.FREE
    origin, keeps, where = named[-1]
    mine = any(one.origin == origin and not one.left for one in own)
    return Numbers.ELSEWHERE if keeps is not mine and where == seat else Numbers.FREE


@dataclass(frozen=True)
class Step:
    """One origin of a store. ``forked``: it goes on from another; ``left``: another goes on from it."""

    origin: str
    forked: bool
    left: bool


def lineage(connection: Connection) -> list[Step]:
    """Every origin of this store, the one written in last."""
    rows = connection.exec_driver_sql(
        "SELECT origin, forked_from IS NOT NULL, left_at IS NOT NULL FROM own_origin"
        " ORDER BY closed DESC, opened, origin"
    ).fetchall()
    return [Step(str(origin), bool(forked), bool(left)) for origin, forked, left in rows]


def _named(connection: Connection, own: list[str], staff: str) -> list[tuple[str, bool, str]]:
    """What this person has said of these origins and of those that go on from them, the oldest first."""
    marks = ",".join("?" * len(own))
    rows = connection.exec_driver_sql(
        f"SELECT origin, keeps_numbers, seat FROM {NAMED} WHERE author = ?"
        f" AND (origin IN ({marks}) OR forked_from IN ({marks})) ORDER BY happened, fact",
        (staff, *own, *own),
    ).fetchall()
    return [(str(origin), bool(keeps), str(seat)) for origin, keeps, seat in rows]
