"""What a person may read at the embedded hub: themselves, heads, and facts row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent_desk.base.clock import MICROSECONDS
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE, CentreId, FactId, GroupId, OriginId, StaffId
from agent_desk.facts.kind import Role
from agent_desk.facts.link import Link
from agent_desk.facts.personal import Personal
from agent_desk.hub.embedded_file import Cursor
from agent_desk.hub.embedded_journal import HUB, centre_of, personal_from
from agent_desk.hub.port import Head, Me, Pulled, Verdict

PRESENT_US = 20 * MICROSECONDS
"""A seat unheard for four beats is no longer counted as present."""


def grants_of(cursor: Cursor, staff: StaffId) -> dict[GroupId, Role]:
    """The rights a person holds now."""
    rows = cursor.execute("select grp, role from staff_right where staff = ? and until is null", (staff,))
    return {GroupId(group): Role(role) for group, role in rows.fetchall()}


def person(cursor: Cursor, centre: CentreId, staff: StaffId) -> Me:
    """Who this person is to the hub now."""
    number, name, active = cursor.execute("select number, name, active from staff where id = ?", (staff,)).fetchone()
    return Me(staff, number, name, centre, grants_of(cursor, staff), bool(active))


def grants_version(cursor: Cursor, staff: StaffId) -> int:
    """Grows with every change of a person's rights."""
    row = cursor.execute("select grants_version from staff where id = ?", (staff,)).fetchone()
    return int(row[0])


def own_heads(cursor: Cursor, staff: StaffId) -> dict[OriginId, tuple[int, bytes]]:
    """How far the hub has come in each of a person's own origins."""
    rows = cursor.execute("select id, head_seq, head_digest from origin where staff = ?", (staff,))
    return {OriginId(origin): (seq, digest) for origin, seq, digest in rows.fetchall()}


def elsewhere(cursor: Cursor, staff: StaffId, seat: str, now: int) -> tuple[str, ...]:
    """Other seats on which the same person beat lately."""
    rows = cursor.execute(
        "select seat from presence where staff = ? and seat <> ? and state <> 'signed_out'"
        " and beaten > ? order by seat",
        (staff, seat, now - PRESENT_US),
    )
    return tuple(seat for (seat,) in rows.fetchall())


class Reader:
    """One person's eyes: row rules read what is frozen in the row, the person's rights and shares."""

    def __init__(self, cursor: Cursor, me: Me) -> None:
        self._cursor = cursor
        self._me = me
        self._opened = centre_of(cursor).opened
        self._groups = {EVERYONE, GroupId(f"@{me.staff}")} | {
            group for group, role in me.grants.items() if role is not Role.ADMIN
        }
        self._all = me.grants.get(EVERYONE) is Role.MANAGER

    def heads(self, known: Sequence[Head]) -> tuple[Head, ...]:
        """Heads I may follow that lie beyond the known ones; none while the hub waits for its healing."""
        if not (self._me.active and self._opened):
            return ()
        rows = self._cursor.execute(
            "select h.origin, h.grp, h.seq from head h"
            " where :all or h.grp in (select value from json_each(:groups))"
            " or h.origin in (select id from origin where staff = :me) order by 1, 2",
            self._values({}),
        )
        at = {(head.origin, head.group): head.seq for head in known}
        return tuple(
            Head(OriginId(origin), GroupId(group), seq)
            for origin, group, seq in rows.fetchall()
            if seq > at.get((origin, group), 0)
        )

    def must_follow(self, origin: OriginId, group: GroupId) -> None:
        """Raise unless I may follow this head now.

        A seat takes a page that ends early for the whole of what there is, so whose rights were taken in the middle of
        a pull is not answered with nothing. Raises ``hub_refused`` ``rights`` or ``hub_away`` ``rights_moved``.
        """
        if not self._me.active:
            raise DeskError("hub_refused", why="rights")
        if self._all or group in self._groups:
            return
        mine = self._cursor.execute("select 1 from origin where id = ? and staff = ?", (origin, self._me.staff))
        if mine.fetchone() is None:
            raise DeskError("hub_away", why="rights_moved")

    def lacking(self, known: Sequence[Head]) -> tuple[Head, ...]:
        """Of the known heads, those of which this hub holds less; a closed one names its own origins alone."""
        if not self._me.active:
            return ()
        rows = self._cursor.execute("select id, head_seq, staff from origin").fetchall()
        here = {origin: (seq, staff) for origin, seq, staff in rows}
        return tuple(
            replace(head, seq=seq)
            for head in known
            for seq, staff in [here.get(head.origin, (0, HUB))]
            if head.seq > seq and (self._all or head.group in self._groups) and (staff == HUB or self._opened)
        )

    def facts(self, where: str, values: Mapping[str, Any]) -> list[Pulled]:
        """The links I may read among those that ``where`` names, with bodies and personal values.

        A hub that waits for its healing shows nothing: it has forgotten who left and what was erased.
        """
        if not (self._me.active and self._opened):
            return []
        rows = self._cursor.execute(
            "select j.origin, j.seq, j.fact, j.kind, j.prev, j.content, j.link, j.mac,"
            " coalesce(c.body, f.body), c.personal, coalesce(u.verdict, j.verdict),"
            " case when u.verdict is null then j.reason else '' end, j.received"
            " from journal j join fact f on f.id = j.fact"
            " left join ruling u on u.origin = j.origin and u.seq = j.seq"
            " left join conflict c on c.origin = j.origin and c.seq = j.seq"
            " where (:all or j.author = :me or j.reader = :me"
            " or j.grp in (select value from json_each(:groups))"
            " or j.subject in (select subject from audience"
            "   where grp in (select value from json_each(:groups))))"
            f" and {where}",
            self._values(values),
        )
        return [self._pulled(row) for row in rows.fetchall()]

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        groups = json.dumps(sorted(self._groups))
        return {**values, "all": self._all, "me": self._me.staff, "groups": groups}

    def _pulled(self, row: Sequence[Any]) -> Pulled:
        origin, seq, fact, kind, prev, content, digest, mac, body, beside, verdict, reason, us = row
        return Pulled(
            link=Link(OriginId(origin), seq, FactId(fact), kind, prev, content, digest, mac),
            body=body.decode("utf-8", "surrogatepass"),
            personal=self._personal(fact) if beside is None else personal_from(beside),
            standing=Verdict(verdict),
            reason=reason,
            hub_us=us,
        )

    def _personal(self, fact: str) -> tuple[Personal, ...]:
        rows = self._cursor.execute("select field, value, salt from personal where fact = ? order by field", (fact,))
        return tuple(Personal(*row) for row in rows.fetchall())
