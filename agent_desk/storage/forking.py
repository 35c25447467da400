"""A store whose disk was copied or set back: its own links beyond the common ones move to a new origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, OriginId
from agent_desk.facts.link import FIRST_PREV, forked_prev, make_link

if TYPE_CHECKING:
    from agent_desk.storage.connection import Connection
    from agent_desk.storage.writing import Writing


def start_of(connection: Connection, origin: str) -> bytes:
    """What the first link of an own origin hangs on."""
    row = connection.exec_driver_sql(
        "SELECT forked_from, forked_seq FROM own_origin WHERE origin = ?", (origin,)
    ).fetchone()
    if row is None or row[0] is None:
        return FIRST_PREV
    return forked_prev(OriginId(row[0]), row[1], link_of(connection, row[0], row[1]))


def link_of(connection: Connection, origin: str, seq: int) -> bytes:
    """The digest of one of our links; link 0 is what the first one hangs on."""
    if seq == 0:
        return start_of(connection, origin)
    row = connection.exec_driver_sql(
        "SELECT digest FROM journal WHERE origin = ? AND seq = ?", (origin, seq)
    ).fetchone()
    if row is None:
        raise DeskError("person_missing")
    return bytes(row[0])


def move(writing: Writing, old: OriginId, common: int, new: OriginId, key: bytes, code: int) -> int:
    """Go on in ``new`` from link ``common`` of ``old``; answers how many links moved.

    The links of ours beyond it are kept as left, their facts get new links in the same order. ``old`` is
    closed and from now on read like anybody's: what another machine wrote in it takes the places given up.
    A fact whose other links stand already gets its new one all the same: the hub answers *duplicate*.
    """
    run = writing.connection.exec_driver_sql
    known = run("SELECT closed, left_at FROM own_origin WHERE origin = ?", (old,)).fetchone()
    if known is None:
        raise DeskError("person_missing")
    if known[1] is not None:
        return 0
    prev = forked_prev(old, common, link_of(writing.connection, old, common))
    leaving = run(
        "SELECT seq, fact, kind, content FROM journal WHERE origin = ? AND seq > ? ORDER BY seq", (old, common)
    )
    rows = leaving.fetchall()
    run(
        "INSERT INTO left_link (origin, seq, fact, kind, prev, content, digest, mac, left)"
        " SELECT origin, seq, fact, kind, prev, content, digest, mac, ? FROM journal WHERE origin = ? AND seq > ?",
        (writing.now_us(), old, common),
    )
    run("DELETE FROM journal WHERE origin = ? AND seq > ?", (old, common))
    run(
        "INSERT INTO own_origin (origin, opened, key, code, closed, forked_from, forked_seq) VALUES (?,?,?,?,?,?,?)",
        (new, writing.now_us(), key, code, known[0], old, common),
    )
    run("UPDATE own_origin SET closed = 1, left_at = ?, acked_seq = ? WHERE origin = ?", (common, common, old))
    for seq, (_, fact, kind, content) in enumerate(rows, 1):
        link = make_link(new, seq, prev, FactId(fact), content, kind, key)
        writing.hang(link)
        prev = link.digest
    return len(rows)
