"""How the embedded hub heals after its file was set back to an older copy; as the PostgreSQL hub does in SQL."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping, Sequence

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE, FactId, OriginId, StaffId, is_uuid
from agent_desk.facts.body import Body, parse
from agent_desk.facts.hub_kinds import (
    CENTRE_SET,
    DISPUTE,
    ERASED,
    GROUP_SET,
    HOLE_NAMED,
    ORIGIN_OPENED,
    RESTORED,
    SEAT_ENROLLED,
    STAFF_SET,
    VERDICT,
)
from agent_desk.facts.kind import Catalogue
from agent_desk.facts.link import (
    FIRST_PREV,
    Link,
    delivery_key,
    forked_prev,
    holds,
    hub_origin_of,
    is_hub_origin,
    mac_of,
)
from agent_desk.hub.embedded_file import Cursor
from agent_desk.hub.embedded_journal import (
    HUB,
    Writing,
    erased_names,
    link_of,
    may_read,
    origin_of,
    personal_from,
    personal_text,
    scrubbed,
)
from agent_desk.hub.embedded_judge import OriginRow, refuse
from agent_desk.hub.embedded_settling import hub_settling
from agent_desk.hub.port import Hole, Offered, Outgoing, Verdict
from agent_desk.hub.report import root_of

_JUMP = 100
"""Codes left out at a restore: some may have been given after the copy was made."""
_DAY_US = 86_400_000_000


def close(cursor: Cursor, now: int) -> None:
    """End the epoch and wait: what came after the copy is not here."""
    (epoch,) = cursor.execute("select epoch from state").fetchone()
    cursor.execute(
        "update state set epoch = ?, opened = 0, restored = ?, healed = null, last_code = last_code + ?",
        (f"{uuid.uuid4()}<{epoch.partition('<')[0]}", now, _JUMP),
    )


def unfilled(cursor: Cursor) -> tuple[Hole, ...]:
    """Named holes of which links are still missing."""
    rows = cursor.execute(
        "select origin, first, last from hole h where last - first + 1 >"
        " (select count(*) from journal j where j.origin = h.origin and j.seq between h.first and h.last)"
    )
    return tuple(Hole(OriginId(origin), first, last) for origin, first, last in rows.fetchall())


def gaps(cursor: Cursor) -> tuple[tuple[OriginId, int, int, int], ...]:
    """Links lost and not named: origin, first, last, and how many wait behind them."""
    rows = cursor.execute(
        "with known as (select origin, seq, 1 as here from offered union all"
        " select distinct forked_from, forked_seq, 0 from origin o where forked_seq > 0"
        " and not exists (select 1 from journal j where j.origin = o.forked_from and j.seq = o.forked_seq)"
        " and not exists (select 1 from offered w where w.origin = o.forked_from and w.seq = o.forked_seq))"
        " select k.origin, coalesce(lag(k.seq) over (partition by k.origin order by k.seq), o.head_seq, 0) + 1,"
        " k.seq - k.here, count(*) over (partition by k.origin order by k.seq desc)"
        " from known k left join origin o on o.id = k.origin where k.seq > coalesce(o.head_seq, 0) order by 1, 2"
    ).fetchall()
    return tuple(
        (OriginId(origin), first, last, waiting)
        for origin, first, last, waiting in rows
        if first <= last and not all_named(cursor, origin, first, last)
    )


def all_named(cursor: Cursor, origin: str, first: int, last: int) -> bool:
    """Whether each of these links lies in a hole that somebody named."""
    holes = cursor.execute("select first, last from hole where origin = ? order by 1", (origin,)).fetchall()
    for start, end in holes:
        if start <= first:
            first = max(first, end + 1)
    return first > last


def hangs_on(cursor: Cursor, origin: OriginRow, prev: bytes) -> bool:
    """Whether a link may be the next one. What hung on a link that was named as lost says itself on which."""
    if prev == origin.head_digest:
        return True
    row = cursor.execute("select forked_from, forked_seq from origin where id = ?", (origin.id,)).fetchone()
    return not origin.head_seq and not origin.head_digest and bool(row[0]) and all_named(cursor, row[0], row[1], row[1])


class Healing:
    """The verbs of healing in one transaction."""

    def __init__(self, cursor: Cursor, writing: Writing, catalogue: Catalogue) -> None:
        self._cursor = cursor
        self._writing = writing
        self._catalogue = catalogue

    def open_again(self) -> None:
        """Speak in a new origin that hangs on the old one, and take what waits. Raises ``heal_not_begun``."""
        opened, restored, epoch = self._cursor.execute("select opened, restored, epoch from state").fetchone()
        if opened or restored is None:
            raise DeskError("heal_not_begun")
        old = origin_of(self._cursor, self._writing.centre.hub_origin)
        if old is None:
            raise refuse("centre")
        rows = self._cursor.execute(
            "select origin, max(seq), link from journal where received < ? group by origin", (restored,)
        ).fetchall()
        new = hub_origin_of(self._writing.centre.secret, uuid.uuid4().bytes)
        self._add_origin(new, HUB, "", self._own_code(), self._writing.now, old.id, old.head_seq,
                         forked_prev(old.id, old.head_seq, old.head_digest))  # fmt: skip
        self._cursor.execute("update centre set hub_origin = ?", (new,))
        self._cursor.execute("update state set opened = 1, healed = ?", (self._writing.now,))
        self._writing.now_open(new)
        fields = {"epoch": epoch, "before": epoch.partition("<")[2], "origin": old.id, "seq": old.head_seq,
                  "backup": root_of(rows)}  # fmt: skip
        self._writing.say(RESTORED, EVERYONE, fields)
        self._rule_what_was_ruled()
        for (origin,) in self._cursor.execute("select distinct origin from offered").fetchall():
            self.settle(origin)

    def offer(self, by: StaffId, links: Sequence[Outgoing]) -> Offered:
        """See :meth:`agent_desk.hub.port.HubSession.offer`."""
        opened, restored = self._cursor.execute("select opened, restored from state").fetchone()
        if restored is None or not links:
            return Offered(0, 0)
        name = links[0].link.origin
        key = delivery_key(self._writing.centre.secret, name)
        for one in links:
            _refuse_unsound(one, name, key)
        origin = origin_of(self._cursor, name)
        hubs = origin.staff == HUB if origin else self._known_by_itself(links[0])
        if not hubs and not opened:
            return Offered(0, 0)
        before = self._count("journal", links)
        for one in links:
            if not self._here(one) and self._keep(by, one) and hubs:
                self._replay(one)
        self.settle(name)
        return Offered(self._count("journal", links) - before, self._count("offered", links))

    def name_hole(self, origin: OriginId, first: int, last: int, why: str, by: StaffId) -> None:
        """Nobody holds these links any more. Raises ``hole_unknown``."""
        if (origin, first, last) not in {one[:3] for one in gaps(self._cursor)}:
            raise DeskError("hole_unknown")
        fields = {"origin": origin, "first": first, "last": last, "why": why, "by": by}
        told_by = self._writing.say(HOLE_NAMED, EVERYONE, fields)
        self._keep_hole(origin, first, last, told_by, self._writing.now)
        self.settle(origin)

    def is_named_as_lost(self, link: Link) -> bool:
        """Whether a sealed link lies in a hole that somebody named, and has not come back yet."""
        return link.mac is not None and bool(
            self._cursor.execute(
                "select 1 from hole where origin = :origin and :seq between first and last"
                " and not exists (select 1 from journal where origin = :origin and seq = :seq)",
                {"origin": link.origin, "seq": link.seq},
            ).fetchone()
        )

    def settle(self, name: str) -> None:
        """Take what hangs on what is here: onto the head, over a named hole, and into one."""
        while (origin := origin_of(self._cursor, name)) is not None:
            (opened,) = self._cursor.execute("select opened from state").fetchone()
            rows = self._next(origin) if origin.staff == HUB or opened else []
            if not rows:
                break
            self._take(origin, rows)
        self._fill_holes(name)
        self._cursor.execute(
            "delete from offered where origin = ? and exists (select 1 from journal j"
            " where j.origin = offered.origin and j.seq = offered.seq and j.link = offered.link)",
            (name,),
        )
        children = self._cursor.execute(
            "select id from origin where forked_from = ? and exists (select 1 from offered w where w.origin = id)",
            (name,),
        )
        for (child,) in children.fetchall():  # it may have waited for a link of this one
            self.settle(child)

    # -- what waits -----------------------------------------------------------------------------

    def _next(self, origin: OriginRow) -> list[tuple[StaffId, Outgoing]]:
        prev: bytes | None
        seq, prev = origin.head_seq + 1, origin.head_digest
        while not self._waiting("origin = ? and seq = ?", (origin.id, seq)) and (
            over := self._cursor.execute(
                "select max(last) from hole where origin = ? and ? between first and last", (origin.id, seq)
            ).fetchone()[0]
        ):
            seq, prev = over + 1, None
        found = []
        for by, one in self._waiting("origin = ? and seq >= ? order by seq limit 500", (origin.id, seq)):
            if one.link.seq != seq:
                break
            if prev not in (None, one.link.prev) and not (seq == 1 and hangs_on(self._cursor, origin, one.link.prev)):
                break
            found.append((by, one))
            seq, prev = seq + 1, one.link.digest
        return found

    def _take(self, origin: OriginRow, rows: Sequence[tuple[StaffId, Outgoing]]) -> None:
        for by, one in rows:
            if origin.staff == HUB:
                self._writing.write_again(one, parse(one.body), by, self._reader(one))
            elif not self._taken(origin, by, one):
                break
        self._hang_forks(origin.id)

    def _taken(self, origin: OriginRow, by: StaffId, one: Outgoing) -> bool:
        """What speaks for somebody else goes: push would have refused it, so no honest seat waits for it here."""
        try:
            self._writing.take([one], origin, by)
        except DeskError as problem:
            if problem.facts.get("why") not in {"author", "centre"}:
                raise
            self._cursor.execute("delete from offered where origin = ? and seq = ?", (origin.id, one.link.seq))
            return False
        return True

    def _fill_holes(self, name: str) -> None:
        while True:
            fitting = [
                (by, one)
                for by, one in self._waiting(
                    "origin = ? and exists (select 1 from hole h where h.origin = offered.origin"
                    " and offered.seq between h.first and h.last) order by seq",
                    (name,),
                )
                if self._fits_between(one.link)
            ]
            if not fitting:
                return
            by, one = fitting[0]
            origin = origin_of(self._cursor, name)
            if origin is None:
                return
            self._take(origin, [(by, one)])
            if origin.staff != HUB:
                self._tell_late(one.link)

    def _fits_between(self, link: Link) -> bool:
        if self._cursor.execute(
            "select 1 from journal where origin = ? and seq = ?", (link.origin, link.seq)
        ).fetchone():
            return False
        before = link_of(self._cursor, link.origin, link.seq - 1)
        after = self._cursor.execute(
            "select prev from journal where origin = ? and seq = ?", (link.origin, link.seq + 1)
        ).fetchone()
        if before is None and after is None:
            return False
        return before in (None, link.prev) and (after is None or after[0] == link.digest)

    def _tell_late(self, link: Link) -> None:
        row = self._cursor.execute(
            "select grp, subject, author, verdict from journal where origin = ? and seq = ?", (link.origin, link.seq)
        ).fetchone()
        group, subject, author, verdict = row
        if verdict in (Verdict.ACCEPTED.value, Verdict.DUPLICATE.value):
            fields = {"about": link.fact, "origin": link.origin, "seq": link.seq, "verdict": "accepted",
                      "reason": "late"}  # fmt: skip
            reader = None if may_read(self._cursor, author, group) else author
            self._writing.say(VERDICT, group, fields, subject, reader)

    def _waiting(self, where: str, values: tuple[object, ...]) -> list[tuple[StaffId, Outgoing]]:
        rows = self._cursor.execute(
            "select offered_by, origin, seq, fact, kind, prev, content, link, mac, body, personal from offered where "
            + where, values,
        ).fetchall()  # fmt: skip
        return [
            (
                StaffId(row[0]),
                Outgoing(Link(*row[1:9]), row[9].decode("utf-8", "surrogatepass"), personal_from(row[10])),
            )
            for row in rows
        ]

    def _keep(self, by: StaffId, one: Outgoing) -> bool:
        link = one.link
        values = scrubbed(one.personal, erased_names(self._cursor, link.fact))
        kept = self._cursor.execute(
            "insert into offered (origin, seq, fact, kind, prev, content, link, mac, body, personal, offered_by,"
            " received) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            (link.origin, link.seq, link.fact, link.kind, link.prev, link.content, link.digest, link.mac,
             one.body.encode("utf-8", "surrogatepass"), personal_text(values), by, self._writing.now),
        )  # fmt: skip
        return bool(kept.rowcount)

    def _here(self, one: Outgoing) -> bool:
        return self._count("journal", [one]) == 1

    def _count(self, table: str, links: Sequence[Outgoing]) -> int:
        return sum(
            self._cursor.execute(
                f"select count(*) from {table} where origin = ? and seq = ? and link = ?",
                (one.link.origin, one.link.seq, one.link.digest),
            ).fetchone()[0]
            for one in links
        )

    # -- origins --------------------------------------------------------------------------------

    def _known_by_itself(self, first: Outgoing) -> bool:
        """An earlier restore began this hub origin: its first link says so, under the hub's mac."""
        with contextlib.suppress(DeskError):
            body = parse(first.body)
            own = is_hub_origin(self._writing.centre.secret, first.link.origin)
            if own and first.link.seq == 1 and body.kind == RESTORED.name:
                self._add_origin(first.link.origin, HUB, "", self._own_code(), body.happened,
                                 body.fields["origin"], body.fields["seq"], first.link.prev)  # fmt: skip
                return True
        return False

    def _own_code(self) -> int:
        return int(self._cursor.execute("select min(min(code), 0) - 1 from origin").fetchone()[0])

    def _add_origin(
        self, origin: str, staff: str, seat: str, code: int, opened: int, forked: str | None, seq: int | None,
        start: bytes,
    ) -> None:  # fmt: skip
        self._cursor.execute(
            "insert into origin (id, staff, seat, code, opened, head_seq, head_digest, forked_from, forked_seq)"
            " values (?, ?, ?, ?, ?, 0, ?, ?, ?)",
            (origin, staff, seat, code, opened, start, forked, seq),
        )

    def _hang_forks(self, name: str) -> None:
        rows = self._cursor.execute(
            "select id, forked_seq from origin where forked_from = ? and head_seq = 0 and head_digest = x''", (name,)
        ).fetchall()
        for origin, seq in rows:
            before = link_of(self._cursor, name, seq)
            if before is not None:
                start = forked_prev(OriginId(name), seq, before)
                self._cursor.execute("update origin set head_digest = ? where id = ?", (start, origin))

    # -- saying it all again --------------------------------------------------------------------

    def _replay(self, one: Outgoing) -> None:
        body = parse(one.body)
        replay = {
            STAFF_SET.name: self._staff_set, GROUP_SET.name: self._group_set, SEAT_ENROLLED.name: self._seat_enrolled,
            ORIGIN_OPENED.name: self._origin_opened, VERDICT.name: self._ruled, ERASED.name: self._erased,
            HOLE_NAMED.name: self._hole_named, CENTRE_SET.name: self._centre_set,
        }.get(body.kind)  # fmt: skip
        if replay is not None:
            replay(body)

    def _said(self, kind: str) -> Iterator[Body]:
        rows = self._cursor.execute(
            "select body from fact where kind = :kind and author = :hub"
            " union select body from offered where kind = :kind and origin in (select id from origin where staff = :hub)",
            {"kind": kind, "hub": HUB},
        ).fetchall()
        for (text,) in rows:
            yield parse(text.decode("utf-8"))

    def _newer(self, body: Body, *names: str) -> list[Body]:
        return [
            one for one in self._said(body.kind)
            if one.happened > body.happened and all(one.fields.get(name) == body.fields.get(name) for name in names)
        ]  # fmt: skip

    def _group_set(self, body: Body) -> None:
        if not self._newer(body, "code"):
            self._cursor.execute(
                "insert into staff_group values (?, ?) on conflict do update set name = excluded.name",
                (body.fields["code"], body.fields["name"]),
            )

    def _seat_enrolled(self, body: Body) -> None:
        self._cursor.execute(
            "insert into seat values (?, ?, ?) on conflict do update set name = excluded.name,"
            " enrolled = excluded.enrolled where enrolled < excluded.enrolled",
            (body.fields["seat"], body.fields["name"], body.happened),
        )

    def _centre_set(self, body: Body) -> None:
        if not self._newer(body):
            self._cursor.execute(
                "update state set grace_us = ?, oldest_client = ?",
                (body.fields["grace_days"] * _DAY_US, body.fields["oldest_client"]),
            )

    def _origin_opened(self, body: Body) -> None:
        told = body.fields
        if origin_of(self._cursor, told["origin"]) is not None:
            return
        code = told["code"]
        if self._cursor.execute("select 1 from origin where code = ?", (code,)).fetchone():
            self._cursor.execute("update state set last_code = last_code + 1")
            (code,) = self._cursor.execute("select last_code from state").fetchone()
        self._cursor.execute("update state set last_code = max(last_code, ?)", (code,))
        forked, seq = told.get("forked_from"), told.get("forked_seq")
        self._add_origin(told["origin"], told["staff"], told["seat"], code, body.happened, forked, seq,
                         b"" if forked else FIRST_PREV)  # fmt: skip
        if forked:
            self._hang_forks(forked)
        self.settle(told["origin"])

    def _erased(self, body: Body) -> None:
        names = [line["name"] for line in body.fields["names"]]
        settling = hub_settling(self._cursor, self._writing, self._catalogue)
        settling.erase_values(FactId(body.fields["about"]), names, body.id)

    def _hole_named(self, body: Body) -> None:
        told = body.fields
        self._keep_hole(told["origin"], told["first"], told["last"], body.id, body.happened)
        self.settle(told["origin"])

    def _keep_hole(self, origin: str, first: int, last: int, told_by: str, made: int) -> None:
        self._cursor.execute(
            "insert into hole values (?, ?, ?, ?, ?) on conflict do nothing", (origin, first, last, told_by, made)
        )

    def _ruled(self, body: Body) -> None:
        if body.fields["verdict"] in ("released", "voided") and self._writing.opened:
            self._writing.rule_again(body.fields["origin"], body.fields["seq"], body.fields["verdict"], body.id)

    def _rule_what_was_ruled(self) -> None:
        for body in self._said(VERDICT.name):
            self._ruled(body)

    def _reader(self, one: Outgoing) -> str | None:
        """Who had it in the letter box: the author whom its group does not reach."""
        body = parse(one.body)
        if body.kind == VERDICT.name:
            origin = origin_of(self._cursor, body.fields["origin"])
            people = [origin.staff] if origin else []
        elif body.kind == DISPUTE.name:
            people = [body.fields["later_author"], body.fields["first_author"]]
        else:
            people = []
        return next((one for one in people if not may_read(self._cursor, one, body.group)), None)

    # -- people ---------------------------------------------------------------------------------

    def _staff_set(self, body: Body) -> None:
        """A person as of then; what is known from a later day stays. Who has a new password since needs another."""
        told, staff = body.fields, body.fields["staff"]
        newer = self._newer(body, "staff")
        later = min((one.happened for one in newer if one.fields.get("changed") != "password"), default=None)
        known = self._cursor.execute("select 1 from staff where id = ?", (staff,)).fetchone()
        if not known:
            taken = self._cursor.execute("select 1 from staff where number = ?", (told["number"],)).fetchone()
            number = f"{told['number']}#{staff[:8]}" if taken else told["number"]
            self._cursor.execute(
                "insert into staff values (?, ?, ?, x'', ?, ?, 0)",
                (staff, number, told["name"], int(told["active"]), None if told["active"] else body.happened),
            )
        elif later is None:
            self._cursor.execute(
                "update staff set name = ?, active = ?, ended = case when ? then null else coalesce(ended, ?) end,"
                " grants_version = grants_version + 1 where id = ?",
                (told["name"], int(told["active"]), told["active"], body.happened, staff),
            )
        self._rights(staff, {line["granted"]: line["role"] for line in told["grants"]}, body.happened, later)
        if told.get("changed") == "password" and not any(one.fields.get("changed") == "password" for one in newer):
            self._cursor.execute("update staff set verifier = x'' where id = ?", (staff,))

    def _rights(self, staff: str, grants: Mapping[str, str], when: int, later: int | None) -> None:
        rows = self._cursor.execute("select grp, role, since, until from staff_right where staff = ?", (staff,))
        lasting = [row for row in rows.fetchall() if row[2] < when and (row[3] is None or row[3] > when)]
        for group, role, since, until in lasting:
            if grants.get(group) == role:
                continue
            self._cursor.execute(
                "update staff_right set until = ? where staff = ? and grp = ? and role = ? and since = ?",
                (when, staff, group, role, since),
            )
            if later is not None and (until is None or until > later):
                self._right(staff, group, role, later, until)
        for group, role in grants.items():
            if (group, role) not in {row[:2] for row in lasting}:
                self._right(staff, group, role, when, later)

    def _right(self, staff: str, group: str, role: str, since: int, until: int | None) -> None:
        self._cursor.execute(
            "insert into staff_right (staff, grp, role, since, until) values (?, ?, ?, ?, ?) on conflict do nothing",
            (staff, group, role, since, until),
        )


def _refuse_unsound(one: Outgoing, origin: OriginId, key: bytes) -> None:
    link = one.link
    try:
        sound = link.origin == origin and link.seq > 0 and is_uuid(link.fact) and holds(link, one.body)
    except (UnicodeEncodeError, ValueError):
        sound = False
    if not sound:
        raise refuse("chain")
    if link.mac is None or link.mac != mac_of(key, link.digest):
        raise refuse("mac")
