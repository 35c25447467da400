"""One transaction in the making: the only way anything gets into a store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, GroupId, OriginId
from agent_desk.facts.body import Body, canonical, content_digest
from agent_desk.facts.hub_kinds import ERASED, VERDICT, believable
from agent_desk.facts.link import Link, holds, make_link
from agent_desk.facts.personal import NO_SALT, Personal, seal
from agent_desk.storage import erasing
from agent_desk.storage.connection import Connection
from agent_desk.storage.forking import start_of
from agent_desk.storage.shapes import Answer, Arrived, NewFact, Saved
from agent_desk.storage.waiting import Cursor, Waiting

if TYPE_CHECKING:
    from agent_desk.storage.store import Store

_JOURNAL = "INSERT INTO journal (origin, seq, fact, kind, prev, content, digest, mac) VALUES (?,?,?,?,?,?,?,?)"
_STANDING = (
    "INSERT INTO standing (fact, verdict, reason, hub_us) VALUES (?,?,?,?) ON CONFLICT (fact) DO UPDATE"
    " SET verdict = excluded.verdict, reason = excluded.reason, hub_us = excluded.hub_us"
)
_REPEATED = "INSERT INTO standing (fact, verdict, reason, hub_us) VALUES (?,'accepted','',?) ON CONFLICT DO NOTHING"
"""A second link of a fact says nothing new of it: what was heard of the first one stays."""
_SHARED = "SELECT s.subject FROM share s JOIN standing t ON t.fact = s.fact AND t.verdict = 'accepted' WHERE s.to_group IN ({})"
"""Subjects that were handed to one of my groups; a share with another group opens nothing to me."""


@dataclass
class _Here:
    """What a store holds already, while a page is taken: links by place, the content of facts by id."""

    links: set[tuple[OriginId, int]]
    facts: dict[FactId, bytes]


class Writing:
    """One transaction in the making. Leaving its ``with`` block commits; an exception undoes all."""

    def __init__(self, store: Store, connection: Connection) -> None:
        self._store = store
        self.connection = connection
        self._cursor = connection.cursor()

    def add(self, new: NewFact) -> Saved:
        """Write a fact: body, link and projections together.

        Raises :class:`DeskError` ``fact_unsaveable``, ``fact_too_large``, ``field_missing``,
        ``field_wrong``, ``kind_unknown`` or ``person_missing``; nothing is written then.
        """
        store = self._store
        kind = store.catalogue.get(new.kind)
        if kind is None or kind.hub_only:
            raise DeskError("kind_unknown", kind=new.kind)
        known = self._found(new.id)
        if known is not None:
            return known
        kind.check(new.fields)
        for name in new.personal:
            if name not in kind.personal:
                raise DeskError("field_wrong", kind=new.kind, field=name)
        canonical(dict(new.personal))  # refuses what no store keeps unchanged
        person = store.person
        sealed = [seal(name, value) for name, value in new.personal.items()]
        now = store.clock.now_us()
        body = Body(
            id=new.id, kind=new.kind, version=kind.version,
            centre=person.centre, group=new.group, author=person.staff, subject=new.subject,
            happened=now if new.happened is None else new.happened,
            keyed=now if new.keyed is None else new.keyed,
            stamp=store.clock.stamp(), fields=new.fields,
            personal={value.field: value.digest for value in sealed},
            replaces=new.replaces, witness=new.witness,
        )  # fmt: skip
        text = body.text()
        content = content_digest(text)
        link = self._next_link(new.id, content, new.kind)
        self.hang(link)
        self._write_fact(body, text, content, sealed, now)
        return Saved(new.id, link.seq, now)

    def hang(self, link: Link) -> None:
        """Write down a link of our own."""
        self._cursor.execute(_JOURNAL, _link_row(link))

    def now_us(self) -> int:
        """The desk's time, µs since 1970 UTC."""
        return self._store.clock.now_us()

    def code(self) -> int | None:
        """The code of the origin written in now: another one once the origin was left; ``None`` while unproven."""
        row = self._cursor.execute("SELECT code FROM own_origin WHERE closed = 0").fetchone()
        return None if row is None else cast("int | None", row[0])

    def draw_serial(self, kind: str, day: str) -> int:
        """The next number of a series, 1, 2, 3 …: committed with the fact that bears it, or not."""
        row = self._cursor.execute(
            "INSERT INTO serial (kind, day, last) VALUES (?,?,1)"
            " ON CONFLICT (kind, day) DO UPDATE SET last = last + 1 RETURNING last",
            (kind, day),
        ).fetchone()
        return int(row[0])

    def save_draft(self, draft_id: str, kind: str, text: str) -> None:
        """Keep a form as it stands; the newest text of an id is the one kept."""
        self._cursor.execute(
            "INSERT INTO draft (id, kind, text, changed) VALUES (?,?,?,?) ON CONFLICT (id)"
            " DO UPDATE SET text = excluded.text, changed = excluded.changed",
            (draft_id, kind, text, self._store.clock.now_us()),
        )

    def drop_draft(self, draft_id: str) -> None:
        """Forget a form: its fact is written in the same transaction, or a person threw it away."""
        self._cursor.execute("DELETE FROM draft WHERE id = ?", (draft_id,))

    def meta_set(self, name: str, value: str) -> None:
        """Keep a small named value in the encrypted file."""
        self._cursor.execute(
            "INSERT INTO meta (name, value) VALUES (?,?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def meta_read(self, name: str) -> str | None:
        """A small named value as this transaction sees it."""
        row = self._cursor.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def meta_drop(self, name: str) -> None:
        """Forget a small named value."""
        self._cursor.execute("DELETE FROM meta WHERE name = ?", (name,))

    def erase(self, rows: list[tuple[str, str, str]]) -> None:
        """Let go of personal values: (fact, field, the hub fact that says so). They do not come back."""
        erasing.mark(self._cursor, rows, self.now_us())

    def take(self, *page: Arrived) -> int:
        """Take pulled facts, in order; returns how many of them were not here already.

        Raises :class:`DeskError` ``pulled_altered`` when body, link and digests do not fit.
        """
        waiting, here = Waiting(self._cursor), self._here(page)
        taken = sum(self._take(arrived, waiting, here) for arrived in page)
        waiting.write()
        return taken

    def _take(self, arrived: Arrived, waiting: Waiting, here: _Here) -> bool:
        link = arrived.link
        if not holds(link, arrived.body):
            raise DeskError("pulled_altered", origin=link.origin, seq=link.seq)
        fresh = (link.origin, link.seq) not in here.links
        if fresh:
            here.links.add((link.origin, link.seq))
            waiting.execute(_JOURNAL, _link_row(link))
        known = here.facts.get(link.fact)
        if known is not None and known != link.content:
            waiting.write()
            if arrived.standing == "conflict" or not self._give_way(link.fact):
                return False
            fresh, known = True, None
        if arrived.standing == "duplicate":
            waiting.execute(_REPEATED, (link.fact, arrived.hub_us))
        else:
            waiting.execute(_STANDING, (link.fact, arrived.standing, arrived.reason, arrived.hub_us))
        if not fresh or known is not None:
            return False
        here.facts[link.fact] = link.content
        body = believable(arrived.body)
        if body is None or (body.id, body.kind) != (link.fact, link.kind):
            self._write_unreadable(arrived, waiting)
            return True
        moved = self._store.clock.follow(body.stamp)
        self._write_fact(
            body, arrived.body, link.content, arrived.personal, self._store.clock.now_us(),
            far=moved.far, into=waiting,
        )  # fmt: skip
        if body.kind == VERDICT.name:
            waiting.write()  # what the hub says of a fact comes after the fact
            self._hear_verdict(body, arrived.hub_us)
        elif body.kind == ERASED.name:
            waiting.write()  # the values may have come in the same page
            erasing.hear(self._cursor, body, self.now_us())
        return True

    def _give_way(self, fact: FactId) -> bool:
        """Another content stands under this id: drop ours if it was only read; our own is kept, in conflict."""
        own = self._cursor.execute(
            "SELECT 1 FROM journal j JOIN own_origin o ON o.origin = j.origin WHERE j.fact = ?"
            " AND j.content = (SELECT content FROM fact WHERE id = j.fact)",
            (fact,),
        ).fetchone()
        if own is not None:
            self._cursor.execute(
                "INSERT INTO standing (fact, verdict, reason, hub_us) VALUES (?,'conflict','',?)"
                " ON CONFLICT (fact) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason",
                (fact, self.now_us()),
            )
            return False
        for table, column in self._store.fact_tables():
            if table != "journal":
                self._cursor.execute(f"DELETE FROM {table} WHERE {column} = ?", (fact,))
        return True

    def _here(self, page: Sequence[Arrived]) -> _Here:
        """Which links and facts of a page are here already."""
        asked = json.dumps([(one.link.origin, one.link.seq, one.link.fact) for one in page])
        links = self._cursor.execute(
            "SELECT j.origin, j.seq FROM json_each(?) AS asked CROSS JOIN journal j"
            " ON j.origin = asked.value->>0 AND j.seq = asked.value->>1",
            (asked,),
        ).fetchall()
        facts = self._cursor.execute(
            "SELECT f.id, f.content FROM json_each(?) AS asked CROSS JOIN fact f ON f.id = asked.value->>2", (asked,)
        ).fetchall()
        return _Here({(origin, seq) for origin, seq in links}, dict(facts))

    def answer(self, origin: OriginId, answers: Sequence[Answer]) -> None:
        """Write down the hub's answers to our links, in order: only now they count as sent."""
        accepted = [(one.fact, "accepted", "", one.hub_us) for one in answers if one.verdict == "accepted"]
        self._cursor.executemany(_STANDING, accepted)
        for one in answers:
            if one.verdict == "duplicate":
                self._cursor.execute(_REPEATED, (one.fact, one.hub_us))
            elif one.verdict != "accepted":
                self._set_standing(one.fact, one.verdict, one.reason, one.hub_us)
        if answers:
            self.acknowledge(origin, max(one.seq for one in answers))

    def acknowledge(self, origin: OriginId, seq: int) -> None:
        """The hub holds our links up to ``seq`` (lower than before only after a restored hub)."""
        self._cursor.execute("UPDATE own_origin SET acked_seq = ? WHERE origin = ?", (seq, origin))

    def move_cursor(self, origin: OriginId, group: GroupId, seq: int) -> None:
        """All of ``origin`` for ``group`` up to ``seq`` is here: written with the rows themselves."""
        self._cursor.execute(
            "INSERT INTO cursor (origin, grp, seq) VALUES (?,?,?)"
            " ON CONFLICT (origin, grp) DO UPDATE SET seq = max(seq, excluded.seq)",
            (origin, group, seq),
        )

    def purge(self, keep: Iterable[GroupId]) -> int:
        """Drop other people's facts of groups no longer granted; returns how many. Own ones stay."""
        kept = [*keep, "*", self._box()]
        marks = ",".join("?" * len(kept))
        shared = _SHARED.format(marks) if "share" in self._store.tables else f"SELECT '' WHERE '' IN ({marks})"
        return self._purge(f"grp NOT IN ({marks}) AND subject NOT IN ({shared})", (*kept, *kept), kept[:-1])

    def purge_all(self) -> int:
        """The same for whoever saw everything until now: all is read again, as far as it is still granted.

        A manager also read what lay in others' letter boxes, which the facts themselves do not say.
        """
        return self._purge("grp <> '*' OR author = ''", (), ["*"])

    def _box(self) -> str:
        """One's own letter box."""
        return f"@{self._store.person.staff}"

    def _purge(self, going: str, values: Sequence[str], read: Sequence[str]) -> int:
        self._cursor.execute("DROP TABLE IF EXISTS temp.going")
        self._cursor.execute(
            f"CREATE TEMP TABLE going AS SELECT id FROM fact WHERE author <> ? AND ({going})",
            (self._store.person.staff, *values),
        )
        gone = self._cursor.execute("SELECT count(*) FROM temp.going").fetchone()[0]
        for table, column in self._store.fact_tables():
            self._cursor.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM temp.going)")
        # The letter box is read anew: letters about a group that is gone went with it.
        self._cursor.execute(f"DELETE FROM cursor WHERE grp NOT IN ({','.join('?' * len(read))})", tuple(read))
        self._cursor.execute("DROP TABLE temp.going")
        return int(gone)

    def _found(self, fact: FactId) -> Saved | None:
        row = self._cursor.execute(
            "SELECT j.seq, f.stored FROM fact f JOIN journal j ON j.fact = f.id WHERE f.id = ?",
            (fact,),
        ).fetchone()
        return Saved(fact, row[0], row[1], repeated=True) if row else None

    def _next_link(self, fact: FactId, content: bytes, kind: str) -> Link:
        row = self._cursor.execute(
            "SELECT o.origin, o.key, j.seq, j.digest FROM own_origin o"
            " LEFT JOIN journal j ON j.origin = o.origin"
            " WHERE o.closed = 0 ORDER BY j.seq DESC LIMIT 1"
        ).fetchone()
        if row is None:
            raise DeskError("person_missing")
        origin, key, seq, digest = row
        prev = digest or start_of(self.connection, origin)
        return make_link(OriginId(origin), (seq or 0) + 1, prev, fact, content, kind, key)

    def _write_fact(
        self, body: Body, text: str, content: bytes, personal: Iterable[Personal], stored: int,
        *, far: bool = False, into: Cursor | None = None,
    ) -> None:  # fmt: skip
        into = into or self._cursor
        into.execute(
            "INSERT INTO fact (id, kind, grp, author, subject, happened, stored, content, body,"
            " far) VALUES (?,?,?,?,?,?,?,?,?,?)",
            (body.id, body.kind, body.group, body.author, body.subject, body.happened, stored,
             content, text, int(far)),
        )  # fmt: skip
        values = tuple(personal)
        if values:
            gone = self._erased(body.id)
            kept = [Personal(one.field, None, NO_SALT) if one.field in gone else one for one in values]
            rows = [(body.id, one.field, one.value, one.salt) for one in kept]
            into.executemany("INSERT INTO personal VALUES (?,?,?,?)", rows)
        self._store.projector.project(into, body)

    def _erased(self, fact: str) -> set[str]:
        """Values of a fact that the hub has erased: whoever brings them, they are not kept."""
        return {row[0] for row in self._cursor.execute("SELECT field FROM erased WHERE fact = ?", (fact,))}

    def _write_unreadable(self, arrived: Arrived, into: Cursor) -> None:
        into.execute(
            "INSERT INTO fact (id, kind, grp, author, subject, happened, stored, content, body)"
            " VALUES (?,?,'*','','',0,?,?,?)",
            (arrived.link.fact, arrived.link.kind, self._store.clock.now_us(),
             arrived.link.content, arrived.body),
        )  # fmt: skip

    def _set_standing(self, fact: str, verdict: str, reason: str, hub_us: int) -> None:
        self._cursor.execute(_STANDING, (fact, verdict, reason, hub_us))

    def _hear_verdict(self, body: Body, hub_us: int) -> None:
        verdict = str(body.fields.get("verdict"))
        standing = "accepted" if verdict == "released" else verdict
        about = str(body.fields.get("about"))
        if verdict == "conflict" and not self._is_ours(about, str(body.fields.get("origin")), body.fields.get("seq")):
            return  # the content that stands under this id is the other one
        self._set_standing(about, standing, str(body.fields.get("reason")), hub_us)

    def _is_ours(self, fact: str, origin: str, seq: object) -> bool:
        """Whether the content kept here under an id is the one of that link."""
        row = self._cursor.execute(
            "SELECT 1 FROM journal j JOIN fact f ON f.id = j.fact AND f.content = j.content"
            " WHERE j.origin = ? AND j.seq = ? AND j.fact = ?",
            (origin, seq, fact),
        ).fetchone()
        return row is not None


def _link_row(link: Link) -> tuple[Any, ...]:
    return (link.origin, link.seq, link.fact, link.kind, link.prev, link.content, link.digest,
            link.mac)  # fmt: skip
