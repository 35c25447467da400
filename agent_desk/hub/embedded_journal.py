"""What the embedded hub writes down: judged links, heads, claims, and facts of its own origin."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent_desk.base.clock import Clock
from agent_desk.base.ids import (
    EVERYONE,
    CentreId,
    FactId,
    GroupId,
    OriginId,
    StaffId,
    SubjectId,
    uuid7,
)
from agent_desk.facts.body import Body, content_digest
from agent_desk.facts.hub_kinds import DISPUTE, HUB_STAFF, VERDICT
from agent_desk.facts.kind import Catalogue, FactKind, Role
from agent_desk.facts.link import FIRST_PREV, Link, delivery_key, forked_prev, make_link
from agent_desk.facts.personal import NO_SALT, Personal
from agent_desk.hub.embedded_file import Cursor
from agent_desk.hub.embedded_judge import Judge, OriginRow, Placed, Right, Rights, fits, readable, refuse
from agent_desk.hub.embedded_told import Told, told_before
from agent_desk.hub.port import Outgoing, Verdict

HUB = HUB_STAFF


@dataclass(frozen=True)
class CentreRow:
    """The one centre of this file."""

    id: CentreId
    hub_origin: OriginId
    secret: bytes
    epoch: str
    grace: int
    oldest_client: str
    opened: bool


def centre_of(cursor: Cursor) -> CentreRow:
    """The centre, or ``hub_refused centre`` while there is none."""
    row = cursor.execute(
        "select id, hub_origin, hub_secret, epoch, grace_us, oldest_client, opened from centre, state"
    ).fetchone()
    if row is None:
        raise refuse("centre")
    return CentreRow(CentreId(row[0]), OriginId(row[1]), row[2], row[3], row[4], row[5], bool(row[6]))


def origin_of(cursor: Cursor, origin: str) -> OriginRow | None:
    """An origin with its head, or ``None``."""
    row = cursor.execute("select id, staff, head_seq, head_digest from origin where id = ?", (origin,)).fetchone()
    return None if row is None else OriginRow(OriginId(row[0]), StaffId(row[1]), row[2], row[3])


def link_of(cursor: Cursor, origin: str, seq: int) -> bytes | None:
    """The digest of a link; link 0 of an origin is what its first one hangs on."""
    if seq > 0:
        row = cursor.execute("select link from journal where origin = ? and seq = ?", (origin, seq)).fetchone()
        return None if row is None else bytes(row[0])
    row = cursor.execute("select forked_from, forked_seq from origin where id = ?", (origin,)).fetchone()
    if row is None or seq < 0:
        return None
    if row[0] is None:
        return FIRST_PREV
    before = link_of(cursor, row[0], row[1])
    return None if before is None else forked_prev(OriginId(row[0]), row[1], before)


def rights_of(cursor: Cursor, staff: str, grace: int) -> Rights:
    """Every right a person holds or held."""
    ended = cursor.execute("select ended from staff where id = ?", (staff,)).fetchone()
    held = cursor.execute("select grp, role, until from staff_right where staff = ?", (staff,))
    return Rights(
        tuple(Right(GroupId(group), Role(role), until) for group, role, until in held.fetchall()),
        ended[0] if ended else None,
        grace,
    )


def may_read(cursor: Cursor, staff: str, group: str) -> bool:
    """Whether a person's rights open a group to them."""
    if group in {EVERYONE, f"@{staff}"}:
        return True
    found = cursor.execute(
        "select 1 from staff_right where staff = ? and until is null and role <> 'admin'"
        " and (grp = ? or (grp = '*' and role = 'manager'))",
        (staff, group),
    ).fetchone()
    return found is not None


class Writing:
    """One transaction of writing: takes judged links and lets the hub say what follows from them."""

    def __init__(self, cursor: Cursor, catalogue: Catalogue, clock: Clock) -> None:
        self._cursor = cursor
        self._catalogue = catalogue
        self._clock = clock
        self.centre = centre_of(cursor)
        self.now = clock.now_us()

    def take(self, links: Sequence[Outgoing], origin: OriginRow, deliverer: StaffId) -> None:
        """Write down new links of one origin, in order, each with its verdict."""
        judge = Judge(self._catalogue, self.centre.id)
        rights = rights_of(self._cursor, origin.staff, self.centre.grace)
        placed = [judge.place(outgoing, origin.staff, rights) for outgoing in links]
        before = told_before(self._cursor)
        for one in placed:
            link = one.outgoing.link
            told = before.get((link.fact, link.origin, link.seq))
            if told is None:
                self._take_one(self._without_share(one, origin.staff), origin, deliverer)
            else:
                self._take_again(one, told, origin, deliverer)
        self._move_head(origin.id, links[-1])

    @property
    def opened(self) -> bool:
        """Whether seats may send: a restored hub waits for its healing."""
        return self.centre.opened

    def now_open(self, hub_origin: OriginId) -> None:
        """From here the hub speaks in an origin of its own that goes on from the old one."""
        self.centre = replace(self.centre, opened=True, hub_origin=hub_origin)

    def write_again(self, outgoing: Outgoing, body: Body, deliverer: StaffId, reader: str | None) -> None:
        """A fact the hub said itself and lost: as it stood."""
        placed = Placed(outgoing, body.group, body.subject, body.keyed, body, "")
        self._write(placed, Verdict.ACCEPTED, "", HUB, deliverer, reader)
        self._raise_heads(placed, [f"@{reader}"] if reader else [])
        self._move_head(outgoing.link.origin, outgoing)

    def _take_again(self, placed: Placed, told: Told, origin: OriginRow, deliverer: StaffId) -> None:
        """Held stays held, a conflict stays beside the first content, and what a person decided counts."""
        link = placed.outgoing.link
        if told.verdict is Verdict.CONFLICT:
            self._write_link(placed, Verdict.CONFLICT, "", origin.staff, deliverer)
            self._keep_beside(placed)
        else:
            self._write(placed, Verdict.HELD, told.reason, origin.staff, deliverer)
        self._raise_heads(placed)
        if told.ruled:
            self.rule_again(link.origin, link.seq, told.ruled, told.ruled_by)

    def rule_again(self, origin: str, seq: int, ruled: str, told_by: str) -> None:
        """What a person decided about a held link before the hub lost it: ``released`` or ``voided``."""
        row = self._cursor.execute(
            "select j.fact, j.kind, j.prev, j.content, j.link, j.mac, j.grp, j.author, j.subject, j.keyed, f.body"
            " from journal j join fact f on f.id = j.fact where j.origin = ? and j.seq = ? and j.verdict = 'held'"
            " and not exists (select 1 from ruling r where r.origin = j.origin and r.seq = j.seq)",
            (origin, seq),
        ).fetchone()
        if row is None:
            return
        fact, kind, prev, content, digest, mac, group, author, subject, keyed, text = row
        body = readable(text.decode("utf-8", "surrogatepass"), fact, kind)
        if ruled == "released" and body is not None:
            link = Link(OriginId(origin), seq, FactId(fact), kind, prev, content, digest, mac)
            self.let_in(Placed(Outgoing(link, body.text()), group, SubjectId(subject), keyed, body, ""), author)
        stands = Verdict.ACCEPTED if ruled == "released" else Verdict.VOIDED
        self._cursor.execute(
            "insert into ruling (origin, seq, fact, verdict, told_by, made) values (?, ?, ?, ?, ?, ?)",
            (origin, seq, fact, stands.value, told_by, self.now),
        )

    def say(
        self,
        kind: FactKind,
        group: str,
        fields: Mapping[str, Any],
        subject: str | None = None,
        reader: str | None = None,
    ) -> FactId:
        """Write a fact of the hub's own origin; ``reader`` gets it in their letter box as well."""
        if not self.opened:
            raise refuse("closed")
        fact = FactId(uuid7(self.now // 1000))
        body = Body(
            id=fact,
            kind=kind.name,
            version=kind.version,
            centre=self.centre.id,
            group=GroupId(group),
            author=HUB,
            subject=SubjectId(subject or fact),
            happened=self.now,
            keyed=self.now,
            stamp=self._stamp(),
            fields=fields,
        )
        origin = origin_of(self._cursor, self.centre.hub_origin)
        if origin is None:
            raise refuse("centre")
        text = body.text()
        key = delivery_key(self.centre.secret, origin.id)
        link = make_link(origin.id, origin.head_seq + 1, origin.head_digest, fact, content_digest(text), kind.name, key)
        outgoing = Outgoing(link, text)
        placed = Placed(outgoing, body.group, body.subject, self.now, body, "")
        self._write(placed, Verdict.ACCEPTED, "", HUB, HUB, reader)
        self._raise_heads(placed, [f"@{reader}"] if reader else [])
        self._move_head(origin.id, outgoing)
        return fact

    def let_in(self, placed: Placed, author: StaffId) -> None:
        """A fact that was held takes its place as if it were accepted now."""
        self._widen(placed)
        self._claim(placed, author)

    def _stamp(self) -> int:
        last = self._cursor.execute("select last_stamp from state").fetchone()[0]
        stamp = max(int(last) + 1, self._clock.stamp())
        self._cursor.execute("update state set last_stamp = ?", (stamp,))
        return stamp

    def _without_share(self, placed: Placed, author: StaffId) -> Placed:
        """Hold a share by someone who may not read the whole subject, or to no group at all."""
        kind = self._catalogue.get(placed.outgoing.link.kind)
        if placed.reason or placed.body is None or kind is None or not kind.widens:
            return placed
        to_group = placed.body.fields.get("to_group")
        there = self._cursor.execute("select 1 from staff_group where code = ?", (to_group,)).fetchone()
        if there and self._reads_whole(author, placed.subject):
            return placed
        return replace(placed, reason="group")

    def _reads_whole(self, staff: StaffId, subject: SubjectId) -> bool:
        groups = self._all("select distinct grp from fact where subject = ? and author <> ?", (subject, staff))
        shared = self._all("select grp from audience where subject = ?", (subject,))
        return any(may_read(self._cursor, staff, group) for (group,) in shared) or all(
            may_read(self._cursor, staff, group) for (group,) in groups
        )

    def _take_one(self, placed: Placed, origin: OriginRow, deliverer: StaffId) -> None:
        known = self._cursor.execute("select content from fact where id = ?", (placed.outgoing.link.fact,)).fetchone()
        if known is None:
            verdict = Verdict.HELD if placed.reason else Verdict.ACCEPTED
            self._write(placed, verdict, placed.reason, origin.staff, deliverer)
        elif known[0] == placed.outgoing.link.content:
            verdict = Verdict.DUPLICATE
            self._write_link(placed, verdict, "", origin.staff, deliverer)
            self._keep_personal(placed)
        else:
            verdict = Verdict.CONFLICT
            self._write_link(placed, verdict, "", origin.staff, deliverer)
            self._keep_beside(placed)
        if verdict is Verdict.ACCEPTED:
            self._widen(placed)
        self._raise_heads(placed)
        if verdict is Verdict.ACCEPTED:
            self._claim(placed, origin.staff)
        elif verdict is not Verdict.DUPLICATE:
            self._tell(placed, verdict, origin)

    def _write(
        self,
        placed: Placed,
        verdict: Verdict,
        reason: str,
        author: StaffId,
        deliverer: StaffId,
        reader: str | None = None,
    ) -> None:
        link = placed.outgoing.link
        self._cursor.execute(
            "insert into fact (id, kind, author, grp, subject, body, content) values (?, ?, ?, ?, ?, ?, ?)",
            (
                link.fact,
                link.kind,
                author,
                placed.group,
                placed.subject,
                placed.outgoing.body.encode("utf-8", "surrogatepass"),
                link.content,
            ),
        )
        self._write_link(placed, verdict, reason, author, deliverer, reader)
        self._keep_personal(placed)

    def _write_link(
        self,
        placed: Placed,
        verdict: Verdict,
        reason: str,
        author: StaffId,
        deliverer: StaffId,
        reader: str | None = None,
    ) -> None:
        link = placed.outgoing.link
        self._cursor.execute(
            "insert into journal (origin, seq, fact, kind, grp, author, subject, reader, keyed,"
            " prev, content, link, mac, verdict, reason, delivered_by, received)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                link.origin,
                link.seq,
                link.fact,
                link.kind,
                placed.group,
                author,
                placed.subject,
                reader,
                placed.keyed,
                link.prev,
                link.content,
                link.digest,
                link.mac,
                verdict.value,
                reason,
                deliverer,
                self.now,
            ),
        )

    def _keep_personal(self, placed: Placed) -> None:
        """Values that fit come with the fact or later; one that was erased does not come back."""
        body, fact = placed.body, placed.outgoing.link.fact
        if body is None:
            return
        gone = erased_names(self._cursor, fact) if placed.outgoing.personal else set()
        kept = [
            one for one in placed.outgoing.personal if fits(one, body) and (one.value is not None or one.field in gone)
        ]
        self._cursor.executemany(
            "insert into personal (fact, field, value, salt) values (?, ?, ?, ?) on conflict do nothing",
            [(fact, one.field, one.value, one.salt) for one in scrubbed(kept, gone)],
        )

    def _keep_beside(self, placed: Placed) -> None:
        link = placed.outgoing.link
        self._cursor.execute(
            "insert into conflict (origin, seq, body, personal) values (?, ?, ?, ?)",
            (
                link.origin,
                link.seq,
                placed.outgoing.body.encode("utf-8", "surrogatepass"),
                personal_text(scrubbed(placed.outgoing.personal, erased_names(self._cursor, link.fact))),
            ),
        )

    def _widen(self, placed: Placed) -> None:
        kind = self._catalogue.get(placed.outgoing.link.kind)
        if kind is not None and kind.widens and placed.body is not None:
            self._cursor.execute(
                "insert into audience (subject, grp, fact) values (?, ?, ?) on conflict do nothing",
                (placed.subject, placed.body.fields["to_group"], placed.outgoing.link.fact),
            )

    def _raise_heads(self, placed: Placed, more: Iterable[str] = ()) -> None:
        """A fact is news for its own group and for those its subject was shared to."""
        shared = self._all("select grp from audience where subject = ?", (placed.subject,))
        link = placed.outgoing.link
        for group in {placed.group, *more, *(group for (group,) in shared)}:
            self._cursor.execute(
                "insert into head (origin, grp, seq) values (?, ?, ?) on conflict do update"
                " set seq = max(seq, excluded.seq)",
                (link.origin, group, link.seq),
            )

    def _move_head(self, origin: str, last: Outgoing) -> None:
        self._cursor.execute(
            "update origin set head_seq = ?, head_digest = ? where id = ? and head_seq < ?",
            (last.link.seq, last.link.digest, origin, last.link.seq),
        )

    def _claim(self, placed: Placed, author: StaffId) -> None:
        """A number belongs to the first fact that used it; another subject's is a dispute."""
        kind = self._catalogue.get(placed.outgoing.link.kind)
        if kind is None or kind.claim is None or placed.body is None:
            return
        book = placed.body.fields.get(kind.claim.book)
        number = placed.body.fields.get(kind.claim.number)
        if not isinstance(book, str) or not isinstance(number, str):
            return
        later = placed.outgoing.link.fact
        first = self._cursor.execute(
            "select c.fact, c.subject, f.author, f.grp from number_claim c"
            " join fact f on f.id = c.fact where c.book = ? and c.number = ?",
            (book, number),
        ).fetchone()
        if first is None:
            self._cursor.execute(
                "insert into number_claim (book, number, fact, subject) values (?, ?, ?, ?)",
                (book, number, later, placed.subject),
            )
        elif first[1] != placed.subject and not self._disputed(book, number, later):
            self._dispute(book, number, first, placed, author)

    def _disputed(self, book: str, number: str, fact: str) -> bool:
        """Whether it was told before a restore, perhaps the other way round."""
        rows = self._all(
            "select body from fact where kind = :kind and author = :hub union select body from offered"
            " where kind = :kind and origin in (select id from origin where staff = :hub)",
            {"kind": DISPUTE.name, "hub": HUB},
        )
        told = [json.loads(text)["fields"] for (text,) in rows]
        return any(
            (one["book"], one["number"]) == (book, number) and fact in (one["first"], one["later"]) for one in told
        )

    def _dispute(self, book: str, number: str, first: tuple[str, ...], placed: Placed, author: StaffId) -> None:
        fact, first_subject, first_author, first_group = first
        fields = {
            "book": book,
            "number": number,
            "first": fact,
            "later": placed.outgoing.link.fact,
            "first_author": first_author,
            "later_author": author,
        }
        self._say_to_author(DISPUTE, placed.group, fields, placed.subject, author)
        if first_group != placed.group:
            self._say_to_author(DISPUTE, first_group, fields, first_subject, StaffId(first_author))

    def _tell(self, placed: Placed, verdict: Verdict, origin: OriginRow) -> None:
        link = placed.outgoing.link
        fields = {
            "about": link.fact,
            "origin": origin.id,
            "seq": link.seq,
            "verdict": verdict.value,
            "reason": placed.reason if verdict is Verdict.HELD else "",
        }
        self._say_to_author(VERDICT, placed.group, fields, placed.subject, origin.staff)

    def _say_to_author(
        self, kind: FactKind, group: str, fields: Mapping[str, Any], subject: str, author: StaffId
    ) -> None:
        reader = None if may_read(self._cursor, author, group) else author
        self.say(kind, group, fields, subject, reader)

    def _all(self, query: str, values: tuple[object, ...] | dict[str, object]) -> list[Any]:
        rows: list[Any] = self._cursor.execute(query, values).fetchall()
        return rows


def erased_names(cursor: Cursor, fact: str) -> set[str]:
    """Which personal values of a fact must not come back."""
    return {name for (name,) in cursor.execute("select field from erased where fact = ?", (fact,)).fetchall()}


def scrubbed(values: Iterable[Personal], gone: set[str]) -> tuple[Personal, ...]:
    """The same values, those of some fields without their text and salt."""
    return tuple(Personal(one.field, None, NO_SALT) if one.field in gone else one for one in values)


def personal_text(values: Sequence[Personal]) -> str:
    """Personal values of a conflict, kept whole as JSON: field, value, salt in hex."""
    return json.dumps([[one.field, one.value, one.salt.hex()] for one in values])


def personal_from(text: str) -> tuple[Personal, ...]:
    """What :func:`personal_text` wrote."""
    return tuple(Personal(name, value, bytes.fromhex(salt)) for name, value, salt in json.loads(text))
