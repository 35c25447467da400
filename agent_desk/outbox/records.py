"""Reads from the store what the hub has not taken, or has taken under protest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agent_desk.base.ids import FactId, GroupId
from agent_desk.outbox.model import MOST_SHOWN, Entry, Outbox, Standing

if TYPE_CHECKING:
    from agent_desk.storage.connection import Connection
    from agent_desk.storage.store import Store

_UNSENT = (
    "SELECT f.id, f.kind, f.stored, f.happened, '', f.body, o.key IS NULL FROM own_origin o"
    " JOIN journal j ON j.origin = o.origin AND j.seq > o.acked_seq AND j.seq <= coalesce(o.left_at, j.seq)"
    " JOIN fact f ON f.id = j.fact ORDER BY f.stored, j.seq LIMIT ?"
)
_UNSENT_COUNT = (
    "SELECT o.key IS NULL, count(*) FROM own_origin o"
    " JOIN journal j ON j.origin = o.origin AND j.seq > o.acked_seq AND j.seq <= coalesce(o.left_at, j.seq) GROUP BY 1"
)
_JUDGED = (
    "SELECT f.id, f.kind, s.hub_us, f.happened, s.reason, f.body, 0, f.author, f.grp,"
    " coalesce((SELECT p.number || ' ' || p.name FROM staff_set p WHERE p.staff = f.author"
    " ORDER BY p.happened DESC, p.fact DESC LIMIT 1), '') FROM standing s"
    " JOIN fact f ON f.id = s.fact WHERE s.verdict = ? ORDER BY s.hub_us, f.id LIMIT ?"
)
_JUDGED_COUNT = "SELECT count(*) FROM standing s JOIN fact f ON f.id = s.fact WHERE s.verdict = ?"
_DISPUTED = (
    "SELECT f.id, f.kind, d.happened, f.happened, d.book || ' ' || d.number, f.body FROM dispute d"
    " JOIN fact f ON f.id IN (d.first, d.later)"
    " LEFT JOIN standing s ON s.fact = f.id"
    " WHERE coalesce(s.verdict, '') <> 'voided'"
    " GROUP BY f.id ORDER BY d.happened, f.id LIMIT ?"
)
_DISPUTED_COUNT = (
    "SELECT count(DISTINCT f.id) FROM dispute d JOIN fact f ON f.id IN (d.first, d.later)"
    " LEFT JOIN standing s ON s.fact = f.id WHERE coalesce(s.verdict, '') <> 'voided'"
)


def look(store: Store, most: int = MOST_SHOWN) -> Outbox:
    """Everything not on the hub, in one consistent view. Takes a while with many: call it on a lane."""
    counts: dict[Standing, int] = {}
    entries: list[Entry] = []
    with store.reading() as connection:
        if "dispute" in store.tables:
            entries += _entries(connection, _DISPUTED, (most,), Standing.DISPUTED)
            counts[Standing.DISPUTED] = _count(connection, _DISPUTED_COUNT)
        for standing in (Standing.CONFLICT, Standing.HELD):
            entries += _entries(connection, _JUDGED, (standing.value, most), standing)
            counts[standing] = _count(connection, _JUDGED_COUNT, (standing.value,))
        for row in connection.exec_driver_sql(_UNSENT, (most,)):
            entries.append(_entry(row, Standing.UNPROVEN if row[6] else Standing.UNSENT))
        for unproven, number in connection.exec_driver_sql(_UNSENT_COUNT):
            counts[Standing.UNPROVEN if unproven else Standing.UNSENT] = int(number)
    return Outbox(tuple(_sorted(entries)), {standing: number for standing, number in counts.items() if number})


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    order = {standing: place for place, standing in enumerate(Standing)}
    return sorted(entries, key=lambda one: (order[one.standing], one.since_us))


def _entries(connection: Connection, query: str, given: tuple[Any, ...], standing: Standing) -> list[Entry]:
    return [_entry(row, standing) for row in connection.exec_driver_sql(query, given)]


def _entry(row: Any, standing: Standing) -> Entry:
    told = Entry(FactId(row[0]), row[1], standing, row[2], row[3], row[4], _fields(row[5]))
    return told if len(row) < 10 else replace(told, author=row[7], group=GroupId(row[8]), writer=row[9])


def _fields(body: str) -> Mapping[str, Any]:
    """The public fields of a body; nothing of one that nobody can read."""
    try:
        fields = json.loads(body)["fields"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _count(connection: Connection, query: str, given: tuple[Any, ...] = ()) -> int:
    return int(connection.exec_driver_sql(query, given).scalar_one())
