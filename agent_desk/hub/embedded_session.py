"""One signed-in person at the embedded hub."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from agent_desk.base.clock import MICROSECONDS, Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE, FactId, GroupId, OriginId, StaffId, SubjectId, is_uuid
from agent_desk.facts.bundle import from_inner
from agent_desk.facts.hub_kinds import ORIGIN_OPENED
from agent_desk.facts.kind import Catalogue
from agent_desk.facts.link import FIRST_PREV, delivery_key, forked_prev, is_hub_origin
from agent_desk.hub.embedded_bundle import links_of
from agent_desk.hub.embedded_file import Cursor, HubFile
from agent_desk.hub.embedded_heal import Healing, hangs_on, unfilled
from agent_desk.hub.embedded_journal import HUB, Writing, centre_of, link_of, origin_of
from agent_desk.hub.embedded_judge import (
    OriginRow,
    refuse,
    refuse_broken_chain,
    refuse_wrong_macs,
)
from agent_desk.hub.embedded_reading import (
    Reader,
    elsewhere,
    grants_version,
    own_heads,
    person,
)
from agent_desk.hub.embedded_settling import Settling
from agent_desk.hub.port import (
    Beat,
    Erased,
    Fork,
    Head,
    Held,
    Judged,
    Offered,
    Opened,
    Outgoing,
    Presence,
    Pulled,
    Taken,
    Verdict,
    taken,
)

PAGE = 2000
_MOST_SEQS = 1000
_DAY_US = 86_400 * MICROSECONDS
_LONGEST_SEAT = 64


class EmbeddedSession:
    """The verbs of :class:`~agent_desk.hub.port.HubSession` on the hub's file."""

    def __init__(self, file: HubFile, catalogue: Catalogue, clock: Clock, staff: StaffId) -> None:
        self._file = file
        self._catalogue = catalogue
        self._clock = clock
        self._staff = staff
        self._closed = False

    def open_origin(self, origin: OriginId, seat: str, forked: Fork | None = None) -> Opened:
        """Bind an origin to my person; again = the same answer."""
        if not is_uuid(origin) or len(seat) > _LONGEST_SEAT or not seat.isprintable():
            raise refuse("rights")
        with self._writing() as (cursor, writing):
            if not writing.opened:
                raise refuse("closed")
            start = FIRST_PREV if forked is None else self._fork_start(cursor, forked)
            known = cursor.execute(
                "select staff, code, forked_from, forked_seq from origin where id = ?", (origin,)
            ).fetchone()
            if known[0] != self._staff if known else is_hub_origin(writing.centre.secret, origin):
                raise refuse("author")
            if known is not None and forked is not None and known[2:] != (forked.origin, forked.seq):
                raise refuse("fork")
            code = known[1] if known else self._open(cursor, writing, origin, seat, forked, start)
            return Opened(origin, delivery_key(writing.centre.secret, origin), code)

    def own_digests(self, origin: OriginId, seqs: Sequence[int]) -> Mapping[int, bytes]:
        """The link digests of one of my origins at some places."""
        if len(seqs) > _MOST_SEQS:
            raise refuse("rights")
        with self._writing() as (cursor, _):
            self._refuse_others(cursor, origin)
            rows = cursor.execute(
                "select seq, link from journal where origin = ? and seq in (select value from json_each(?))",
                (origin, json.dumps(list(seqs))),
            )
            return {int(seq): bytes(link) for seq, link in rows.fetchall()}

    def offer(self, links: Sequence[Outgoing]) -> Offered:
        """Bring links that a restored hub lost."""
        with self._writing() as (cursor, writing):
            return Healing(cursor, writing, self._catalogue).offer(self._staff, links)

    def push(self, links: Sequence[Outgoing]) -> list[Judged]:
        """Send the next links of one origin, in order: all are written, or none."""
        if not links:
            return []
        if len({outgoing.link.origin for outgoing in links}) != 1:
            raise refuse("chain")
        with self._writing() as (cursor, writing):
            return self._push(cursor, writing, links)

    def take_bundle(self, text: str) -> Taken:
        """Bring links that came in a file: all of them, or none."""
        bundle = from_inner(text)
        with self._writing() as (cursor, writing):
            judged: list[Judged] = []
            for links in links_of(cursor, writing.centre.id, writing.centre.secret, bundle):
                judged += self._push(cursor, writing, links)
            return taken(judged)

    def _push(self, cursor: Cursor, writing: Writing, links: Sequence[Outgoing]) -> list[Judged]:
        if not writing.opened:
            raise refuse("closed")
        origin = _origin(cursor, links[0].link.origin)
        refuse_broken_chain(links, origin)
        refuse_wrong_macs(links, origin, self._staff, writing.centre.secret)
        _refuse_fork(cursor, links, origin)
        fresh = [outgoing for outgoing in links if outgoing.link.seq > origin.head_seq]
        if fresh:
            writing.take(fresh, origin, self._staff)
        healing = Healing(cursor, writing, self._catalogue)
        healing.offer(self._staff, [one for one in links if healing.is_named_as_lost(one.link)])
        healing.settle(origin.id)
        return _answer(cursor, origin, links)

    def beat(self, presence: Presence, known: Sequence[Head]) -> Beat:
        """Say how I am, hear what is new. A person who has left hears only that."""
        with self._open_file().noting() as cursor:
            now = self._clock.now_us()
            centre = centre_of(cursor)
            me = person(cursor, centre.id, self._staff)
            if me.active:
                _note_presence(cursor, presence, self._staff, now)
            return Beat(
                epoch=centre.epoch,
                opened=centre.opened,
                hub_us=now,
                grants_version=grants_version(cursor, self._staff),
                me=me,
                heads=Reader(cursor, me).heads(known),
                hub_origin=centre.hub_origin,
                lacking=Reader(cursor, me).lacking(known),
                holes=unfilled(cursor) if me.active and centre.opened else (),
                own_heads=own_heads(cursor, self._staff),
                elsewhere=elsewhere(cursor, self._staff, presence.seat, now),
                oldest_client=centre.oldest_client,
                grace_us=centre.grace,
            )

    def pull(self, origin: OriginId, group: GroupId, after: int, upto: int, limit: int = PAGE) -> list[Pulled]:
        """The facts of one head between two positions, in order of seq."""
        with self._reader() as reader:
            reader.must_follow(origin, group)
            return reader.facts(
                "j.origin = :origin and j.seq > :after and j.seq <= :upto"
                " and (j.grp = :group or :group = '@' || j.reader"
                " or j.subject in (select subject from audience where grp = :group))"
                " and (j.author = :me or not exists (select 1 from json_each(:days) d"
                "   where d.key = j.kind and d.value > 0"
                "   and j.keyed <= :now - d.value * :day))"
                " order by j.seq limit :limit",
                {
                    "origin": origin,
                    "group": group,
                    "after": after,
                    "upto": upto,
                    "limit": max(0, min(limit, PAGE)),
                    "now": self._clock.now_us(),
                    "day": _DAY_US,
                    "days": json.dumps({kind.name: kind.keep_days for kind in self._catalogue}),
                },
            )

    def pull_subject(self, subject: SubjectId) -> list[Pulled]:
        """Every fact of one subject that I may read, in the order the hub took them."""
        with self._reader() as reader:
            return reader.facts("j.subject = :subject order by j.received, j.origin, j.seq", {"subject": subject})

    def rule(self, fact: FactId, verdict: Verdict, reason: str) -> None:
        """Let a held fact count from now on, or never."""
        with self._settling() as settling:
            settling.rule(fact, verdict, reason)

    def held(self) -> list[Held]:
        """Held facts I may rule, the oldest first."""
        with self._settling() as settling:
            return settling.held()

    def erase(self, fact: FactId, names: Sequence[str], why: str) -> Erased:
        """Let personal values of a fact go for good."""
        with self._settling() as settling:
            return settling.erase(fact, names, why)

    def erase_subject(self, subject: SubjectId, names: Sequence[str], why: str) -> list[Erased]:
        """The same for every fact of one subject."""
        with self._settling() as settling:
            return settling.erase_subject(subject, names, why)

    def close(self) -> None:
        """End the session; never raises."""
        self._closed = True

    def _open_file(self) -> HubFile:
        if self._closed:
            raise DeskError("hub_away", why="closed")
        return self._file

    @contextmanager
    def _writing(self) -> Iterator[tuple[Cursor, Writing]]:
        """A transaction that is refused to people who have left."""
        with self._open_file().writing() as cursor:
            writing = Writing(cursor, self._catalogue, self._clock)
            if not person(cursor, writing.centre.id, self._staff).active:
                raise refuse("rights")
            yield cursor, writing

    @contextmanager
    def _settling(self) -> Iterator[Settling]:
        with self._writing() as (cursor, writing):
            yield Settling(cursor, writing, self._catalogue, self._staff)

    @contextmanager
    def _reader(self) -> Iterator[Reader]:
        with self._open_file().reading() as cursor:
            yield Reader(cursor, person(cursor, centre_of(cursor).id, self._staff))

    def _refuse_others(self, cursor: Cursor, origin: OriginId) -> None:
        row = origin_of(cursor, origin)
        if row is None:
            raise refuse("centre")
        if row.staff != self._staff:
            raise refuse("author")

    def _fork_start(self, cursor: Cursor, forked: Fork) -> bytes:
        """What a forked origin's first link hangs on; only one's own origin is gone on from, only at a link it has."""
        self._refuse_others(cursor, forked.origin)
        if link_of(cursor, forked.origin, forked.seq) != forked.digest:
            raise refuse("fork")
        return forked_prev(forked.origin, forked.seq, forked.digest)

    def _open(
        self, cursor: Cursor, writing: Writing, origin: OriginId, seat: str, forked: Fork | None, start: bytes
    ) -> int:
        cursor.execute("update state set last_code = last_code + 1")
        code = int(cursor.execute("select last_code from state").fetchone()[0])
        cursor.execute(
            "insert into origin (id, staff, seat, code, opened, head_seq, head_digest, forked_from, forked_seq)"
            " values (?, ?, ?, ?, ?, 0, ?, ?, ?)",
            (
                origin,
                self._staff,
                seat,
                code,
                writing.now,
                start,
                forked.origin if forked else None,
                forked.seq if forked else None,
            ),
        )
        fields: dict[str, object] = {"origin": origin, "staff": self._staff, "seat": seat, "code": code}
        if forked is not None:
            fields |= {"forked_from": forked.origin, "forked_seq": forked.seq}
        writing.say(ORIGIN_OPENED, EVERYONE, fields, subject=origin)
        return code


def _origin(cursor: Cursor, origin: OriginId) -> OriginRow:
    row = origin_of(cursor, origin)
    if row is None:
        raise refuse("centre")
    if row.staff == HUB:
        raise refuse("author")
    return row


def _refuse_fork(cursor: Cursor, links: Sequence[Outgoing], origin: OriginRow) -> None:
    """``fork`` if the hub holds another link at a place, or the batch hangs on another head."""
    first, last = links[0].link, links[-1].link
    if first.seq == origin.head_seq + 1 and not hangs_on(cursor, origin, first.prev):
        raise refuse("fork")
    rows = cursor.execute(
        "select seq, link from journal where origin = ? and seq between ? and ?",
        (origin.id, first.seq, last.seq),
    )
    here = dict(rows.fetchall())
    if any(here.get(one.link.seq, one.link.digest) != one.link.digest for one in links):
        raise refuse("fork")


def _answer(cursor: Cursor, origin: OriginRow, links: Sequence[Outgoing]) -> list[Judged]:
    """The verdicts of a batch. What was here before is a duplicate, but held stays held.

    An answer may have been lost: a seat that asks again must not take *held* for success.
    """
    rows = cursor.execute(
        "select j.seq, j.fact, coalesce(u.verdict, j.verdict), case when u.verdict is null then j.reason else '' end,"
        " j.received from journal j left join ruling u on u.origin = j.origin and u.seq = j.seq"
        " where j.origin = ? and j.seq between ? and ? order by j.seq",
        (origin.id, links[0].link.seq, links[-1].link.seq),
    )
    judged = []
    for seq, fact, told, reason, received in rows.fetchall():
        verdict = Verdict(told)
        if seq <= origin.head_seq and verdict is Verdict.ACCEPTED:
            verdict = Verdict.DUPLICATE
        judged.append(Judged(seq, FactId(fact), verdict, reason, received))
    return judged


def _note_presence(cursor: Cursor, said: Presence, staff: StaffId, now: int) -> None:
    cursor.execute(
        "insert or replace into presence (seat, staff, state, since, unsent, oldest_unsent, client,"
        " said, beaten) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            said.seat,
            staff,
            said.state,
            said.since_us,
            said.unsent,
            said.oldest_unsent_us,
            said.client,
            json.dumps(dict(said.said)),
            now,
        ),
    )
