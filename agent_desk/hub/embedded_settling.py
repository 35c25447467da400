"""What people settle at the embedded hub: held facts that count or never will, and values that go for good."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE, FactId, GroupId, OriginId, StaffId, SubjectId
from agent_desk.facts.body import Body
from agent_desk.facts.hub_kinds import CENTRE_SET, ERASED, VERDICT
from agent_desk.facts.kind import Catalogue, Role
from agent_desk.facts.link import Link
from agent_desk.facts.personal import Personal
from agent_desk.hub.embedded_file import Cursor
from agent_desk.hub.embedded_journal import (
    HUB,
    Writing,
    erased_names,
    may_read,
    personal_from,
    personal_text,
    scrubbed,
)
from agent_desk.hub.embedded_judge import Placed, readable, refuse
from agent_desk.hub.port import Erased, Held, Outgoing, Verdict

RETENTION = "retention"
"""The reason that stands in an erasure by time."""
NEVER_FITS = ("unreadable", "too_large", "field_wrong")
_LONGEST_REASON = 500
_DAY_US = 86_400_000_000
_SAID = {Verdict.ACCEPTED: "released", Verdict.VOIDED: "voided"}
_WAITING = (
    "select j.fact, j.kind, j.grp, s.number, j.reason, j.received, j.author from journal j join staff s on s.id = j.author"
    " where j.verdict = 'held' and not exists (select 1 from ruling r where r.origin = j.origin and r.seq = j.seq)"
    " order by j.received, j.seq"
)


def check_words(text: str, longest: int = _LONGEST_REASON) -> None:
    """Raise ``hub_text_wrong`` unless it is one line of words."""
    if not text.strip() or len(text) > longest or not text.isprintable():
        raise DeskError("hub_text_wrong")


class Settling:
    """The verbs of one person (or of the hub itself) in one transaction."""

    def __init__(self, cursor: Cursor, writing: Writing, catalogue: Catalogue, staff: StaffId) -> None:
        self._cursor = cursor
        self._writing = writing
        self._catalogue = catalogue
        self._staff = staff

    # -- held facts ---------------------------------------------------------------------------

    def held(self) -> list[Held]:
        """Held facts this person may rule, the oldest first."""
        rows = self._cursor.execute(_WAITING).fetchall()
        return [
            Held(FactId(fact), kind, GroupId(group), number, reason, received)
            for fact, kind, group, number, reason, received, author in rows
            if self._may_rule(author, group, reason)
        ]

    def rule(self, fact: FactId, verdict: Verdict, reason: str) -> None:
        """See :meth:`agent_desk.hub.port.HubSession.rule`."""
        row = self._cursor.execute(
            "select j.origin, j.seq, j.kind, j.prev, j.content, j.link, j.mac, j.grp, j.author, j.subject, j.keyed,"
            " j.verdict, j.reason, f.body from journal j join fact f on f.id = j.fact"
            " where j.fact = ? and j.verdict in ('held', 'accepted')",
            (fact,),
        ).fetchone()
        if row is None or verdict not in _SAID or not self._may_rule(row[8], row[7], row[12]):
            raise refuse("rights")
        check_words(reason)
        ruled = self._cursor.execute("select verdict from ruling where origin = ? and seq = ?", row[:2]).fetchone()
        if ruled is not None and ruled[0] == verdict.value:
            return
        if ruled is not None:
            raise DeskError("hub_ruled_already")
        if row[11] != Verdict.HELD.value:
            raise DeskError("hub_not_held")
        if verdict is Verdict.ACCEPTED:
            self._let_in(fact, row)
        self._keep_ruling(fact, row, verdict, reason)

    def _let_in(self, fact: FactId, row: Sequence[Any]) -> None:
        origin, seq, kind, prev, content, digest, mac, group, author, subject, keyed, _, why, told = row
        body = readable(told.decode("utf-8", "surrogatepass"), fact, kind)
        if body is None or why in NEVER_FITS or not self._fits(body):
            raise DeskError("hub_unfit")
        link = Link(OriginId(origin), seq, fact, kind, prev, content, digest, mac)
        placed = Placed(Outgoing(link, body.text()), group, SubjectId(subject), keyed, body, "")
        self._writing.let_in(placed, StaffId(author))

    def _fits(self, body: Body) -> bool:
        kind = self._catalogue.get(body.kind)
        if kind is None or kind.hub_only or body.version > kind.version:
            return False
        try:
            kind.check(body.fields)
        except DeskError:
            return False
        there = self._cursor.execute("select 1 from staff_group where code = ?", (str(body.fields.get("to_group")),))
        return not kind.widens or there.fetchone() is not None

    def _keep_ruling(self, fact: FactId, row: Sequence[Any], verdict: Verdict, reason: str) -> None:
        origin, seq, group, author, subject = row[0], row[1], row[7], row[8], row[9]
        fields = {"about": fact, "origin": origin, "seq": seq, "verdict": _SAID[verdict], "reason": reason,
                  "by": self._staff}  # fmt: skip
        reader = None if may_read(self._cursor, author, group) else author
        told_by = self._writing.say(VERDICT, group, fields, subject, reader)
        self._cursor.execute(
            "insert into ruling (origin, seq, fact, verdict, told_by, made) values (?, ?, ?, ?, ?, ?)",
            (origin, seq, fact, verdict.value, told_by, self._writing.now),
        )

    def _may_rule(self, author: str, group: str, reason: str) -> bool:
        """Whoever leads the group; nobody their own. Letter boxes, and what was written into a group that is not
        its author's, are for managers of the whole centre."""
        if author == self._staff:
            return False
        leads = reason != "group" and self._holds(group, Role.LEADER, Role.MANAGER)
        return leads or self._holds(EVERYONE, Role.MANAGER)

    def _holds(self, group: str, *roles: Role) -> bool:
        row = self._cursor.execute(
            "select role from staff_right where staff = ? and grp = ? and until is null", (self._staff, group)
        ).fetchone()
        return row is not None and Role(row[0]) in roles

    # -- erasing ------------------------------------------------------------------------------

    def erase(self, fact: FactId, names: Sequence[str], why: str) -> Erased:
        """See :meth:`agent_desk.hub.port.HubSession.erase`."""
        row = self._cursor.execute("select grp from fact where id = ?", (fact,)).fetchone()
        whole = self._holds(EVERYONE, Role.MANAGER, Role.ADMIN)
        if not whole and (row is None or not self._holds(row[0], Role.MANAGER)):
            raise refuse("rights")
        check_words(why)
        for name in names:
            check_words(name, 100)
        if row is None and not names:
            raise DeskError("hub_fact_unknown")
        return self._erase(fact, names or self._names(fact), why)

    def erase_subject(self, subject: SubjectId, names: Sequence[str], why: str) -> list[Erased]:
        """See :meth:`agent_desk.hub.port.HubSession.erase_subject`."""
        check_words(why)
        if not self._holds(EVERYONE, Role.MANAGER, Role.ADMIN):
            raise refuse("rights")
        rows = self._cursor.execute("select id from fact where subject = ? order by id", (subject,)).fetchall()
        done = []
        for (fact,) in rows:
            named = [name for name in self._names(fact) if not names or name in names]
            done.append(self._erase(FactId(fact), named, why))
        return [one for one in done if one.names]

    def retain(self) -> int:
        """Let go of values that have been kept as long as their kind says; answers of how many facts."""
        done = 0
        for kind in self._catalogue:
            if not kind.retain_days:
                continue
            rows = self._cursor.execute(
                "select distinct f.id, f.body, j.received from fact f join journal j on j.fact = f.id"
                " where f.kind = ? and j.verdict in ('accepted', 'held') and (exists (select 1 from personal p"
                " where p.fact = f.id and p.value is not null) or exists (select 1 from conflict c join journal k"
                " on k.origin = c.origin and k.seq = c.seq where k.fact = f.id))",
                (kind.name,),
            ).fetchall()
            for fact, told, received in rows:
                body = readable(told.decode("utf-8", "surrogatepass"), fact, kind.name)
                since = received if body is None else min(body.happened, received)
                if since < self._writing.now - kind.retain_days * _DAY_US:
                    done += bool(self._erase(FactId(fact), self._names(fact), RETENTION).names)
        return done

    def _names(self, fact: str) -> list[str]:
        told = self._cursor.execute("select kind, body from fact where id = ?", (fact,)).fetchone()
        body = readable(told[1].decode("utf-8", "surrogatepass"), fact, told[0]) if told else None
        beside = self._cursor.execute("select field from personal where fact = ?", (fact,)).fetchall()
        conflicts = [one.field for _, _, values in self._conflicts(fact) for one in values]
        return sorted({*(body.personal if body else ()), *(name for (name,) in beside), *conflicts})

    def _conflicts(self, fact: str) -> list[tuple[str, int, tuple[Personal, ...]]]:
        rows = self._cursor.execute(
            "select c.origin, c.seq, c.personal from conflict c"
            " join journal j on j.origin = c.origin and j.seq = c.seq where j.fact = ?",
            (fact,),
        ).fetchall()
        return [(origin, seq, personal_from(text)) for origin, seq, text in rows]

    def _erase(self, fact: FactId, names: Iterable[str], why: str) -> Erased:
        gone = erased_names(self._cursor, fact)
        fresh = tuple(sorted(set(names) - gone))
        if not fresh:
            return Erased(fact, (), None)
        values = self._cursor.execute(
            "select value from personal where fact = ? and length(value) > 1", (fact,)
        ).fetchall()
        if any(value in why for (value,) in values):
            raise DeskError("hub_why_tells")
        fields = {"about": fact, "names": [{"name": name} for name in fresh], "why": why, "by": self._staff}
        told_by = self._writing.say(ERASED, EVERYONE, fields)
        self.erase_values(fact, fresh, told_by)
        return Erased(fact, fresh, told_by)

    def erase_values(self, fact: FactId, names: Iterable[str], told_by: str) -> None:
        """Let go of values wherever they lie; they do not come back. The fact need not be here yet."""
        self._cursor.executemany(
            "insert into erased (fact, field, told_by, made) values (?, ?, ?, ?) on conflict do nothing",
            [(fact, name, told_by, self._writing.now) for name in names],
        )
        gone = erased_names(self._cursor, fact)
        self._cursor.execute(
            "update personal set value = null, salt = zeroblob(16) where fact = ? and value is not null"
            " and field in (select field from erased where fact = ?)",
            (fact, fact),
        )
        for origin, seq, values in self._conflicts(fact):
            self._cursor.execute(
                "update conflict set personal = ? where origin = ? and seq = ?",
                (personal_text(scrubbed(values, gone)), origin, seq),
            )
        rows = self._cursor.execute("select origin, seq, personal from offered where fact = ?", (fact,)).fetchall()
        for origin, seq, text in rows:
            self._cursor.execute(
                "update offered set personal = ? where origin = ? and seq = ?",
                (personal_text(scrubbed(personal_from(text), gone)), origin, seq),
            )

    # -- the centre ---------------------------------------------------------------------------

    def set_centre(self, grace_days: int | None, oldest_client: str | None) -> None:
        """What the centre sets for all its seats; what is ``None`` stays."""
        grace = None if grace_days is None else grace_days * _DAY_US
        self._cursor.execute(
            "update state set grace_us = coalesce(?, grace_us), oldest_client = coalesce(?, oldest_client)",
            (grace, oldest_client),
        )
        now = self._cursor.execute("select grace_us, oldest_client from state").fetchone()
        fields = {"grace_days": now[0] // _DAY_US, "oldest_client": now[1], "by": self._staff}
        self._writing.say(CENTRE_SET, EVERYONE, fields)


def hub_settling(cursor: Cursor, writing: Writing, catalogue: Catalogue) -> Settling:
    """What the hub settles by itself: retention, and the words of its owner."""
    return Settling(cursor, writing, catalogue, HUB)
