"""Walks every chain of the embedded hub again: nothing lost, nothing altered, nothing doubled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, OriginId
from agent_desk.facts.body import parse
from agent_desk.facts.hub_kinds import DISPUTE, ERASED, VERDICT
from agent_desk.facts.link import Link, delivery_key, holds, mac_of
from agent_desk.facts.personal import Personal
from agent_desk.hub.embedded_file import Cursor
from agent_desk.hub.embedded_heal import all_named, gaps, unfilled
from agent_desk.hub.embedded_journal import HUB, link_of, personal_from
from agent_desk.hub.embedded_judge import is_letter_box, readable
from agent_desk.hub.port import Verdict
from agent_desk.hub.report import AuditReport, Problem, root_of

_RULED = "select 1 from ruling u where u.origin = j.origin and u.seq = j.seq"


def audit(cursor: Cursor) -> AuditReport:
    """The whole walk, in one view of the file."""
    heads = cursor.execute("select id, head_seq, head_digest from origin order by id").fetchall()
    problems: list[Problem] = []
    for origin, seq, digest in heads:
        problems += _walk(cursor, origin, seq, digest)
    problems += _loose_ends(cursor)
    problems += [
        ("hole_waiting", {"origin": origin, "first": first, "last": last, "waiting": waiting})
        for origin, first, last, waiting in gaps(cursor)
    ]
    problems += _personal(cursor)
    problems += _erased(cursor)
    problems += _rulings(cursor)
    return AuditReport(
        centres=_count(cursor, "centre"),
        origins=len(heads),
        links=_count(cursor, "journal"),
        facts=_count(cursor, "fact"),
        held=_count(cursor, f"journal j where verdict = 'held' and not exists ({_RULED})"),
        conflicts=_count(cursor, "conflict"),
        disputes=_count(cursor, f"journal where kind = '{DISPUTE.name}' and verdict = 'accepted'"),
        delivered_for_others=_count(cursor, "journal where delivered_by <> author"),
        numbers=_count(cursor, "number_claim"),
        problems=problems,
        explained=[("hole", {"origin": one.origin, "first": one.first, "last": one.last}) for one in unfilled(cursor)],
        root_digest=root_of((origin, seq, digest) for origin, seq, digest in heads if seq),
    )


def _count(cursor: Cursor, of: str) -> int:
    return int(cursor.execute(f"select count(*) from {of}").fetchone()[0])


def _walk(cursor: Cursor, origin: str, head_seq: int, head_digest: bytes) -> Iterator[Problem]:
    """One chain: gaps, links that do not hang on the one before, altered links and bodies."""
    key = _key(cursor, origin)
    expected, before = 1, link_of(cursor, origin, 0)
    for row in _links(cursor, origin):
        link, body = _link_of(row), row[8]
        where: dict[str, str | int] = {"origin": origin, "seq": link.seq}
        if link.seq != expected and not all_named(cursor, origin, expected, link.seq - 1):
            yield "gap", {"origin": origin, "from": expected, "upto": link.seq - 1}
        elif link.seq == expected and before not in (None, link.prev):
            yield "chain", where
        if body is None:
            yield "body_missing", where
        elif not _holds(link, body):
            yield "altered", where
        elif not _placed(body, row):
            yield "misplaced", where
        if link.mac is not None and link.mac != mac_of(key, link.digest):
            yield "mac", where
        expected, before = link.seq + 1, link.digest
    if (expected - 1, before or b"") != (head_seq, head_digest):
        yield "head", {"origin": origin, "seq": head_seq, "last": expected - 1}


def _holds(link: Link, body: bytes) -> bool:
    try:
        return holds(link, body.decode("utf-8", "surrogatepass"))
    except ValueError:  # bytes that are no text any more, ids that are no UUIDs
        return False


def _placed(text: bytes, row: tuple[Any, ...]) -> bool:
    """Whether the columns that row rules read say what the body says."""
    (fact, kind), (verdict, keyed) = row[2:4], row[9:11]
    (author, group, subject), in_fact = row[11:14], row[14:17]
    body = readable(text.decode("utf-8", "surrogatepass"), fact, kind)
    if body is None or (is_letter_box(body.group) and author != HUB):
        told, when = (author, f"@{author}", fact), 0
    else:
        told, when = (body.author, body.group, body.subject), body.keyed
    return told == (author, group, subject) and keyed == when and (told == in_fact or verdict == Verdict.CONFLICT.value)


def _key(cursor: Cursor, origin: str) -> bytes:
    secret = cursor.execute("select hub_secret from state").fetchone()[0]
    return delivery_key(secret, OriginId(origin))


def _links(cursor: Cursor, origin: str) -> Iterator[tuple[Any, ...]]:
    rows = cursor.execute(
        "select j.origin, j.seq, j.fact, j.kind, j.prev, j.content, j.link, j.mac,"
        " case when j.verdict = 'conflict' then c.body else f.body end,"
        " j.verdict, j.keyed, j.author, j.grp, j.subject, f.author, f.grp, f.subject"
        " from journal j left join fact f on f.id = j.fact"
        " left join conflict c on c.origin = j.origin and c.seq = j.seq"
        " where j.origin = ? order by j.seq",
        (origin,),
    )
    yield from rows.fetchall()


def _link_of(row: tuple[Any, ...]) -> Link:
    origin, seq, fact, kind, prev, content, digest, mac = row[:8]
    return Link(OriginId(origin), seq, FactId(fact), kind, prev, content, digest, mac)


def _loose_ends(cursor: Cursor) -> Iterator[Problem]:
    """Facts no chain knows, heads no link reaches, chains and numbers nobody explains."""
    checks = (
        ("fact_unlinked", "select id from fact where id not in (select fact from journal)"),
        (
            "origin_unknown",
            "select distinct origin from journal where origin not in (select id from origin)",
        ),
        (
            "group_head",
            "select distinct j.origin from journal j left join head h"
            " on h.origin = j.origin and h.grp = j.grp where coalesce(h.seq, 0) < j.seq",
        ),
        (
            "number_unexplained",
            "select number from number_claim where fact not in (select j.fact from journal j left join ruling u"
            " on u.origin = j.origin and u.seq = j.seq where coalesce(u.verdict, j.verdict) = 'accepted')",
        ),
    )
    for code, query in checks:
        for (which,) in cursor.execute(query).fetchall():
            yield code, {"which": which}


def _personal(cursor: Cursor) -> Iterator[Problem]:
    """Personal values that no longer fit what the body says of them; erased ones are in order."""
    rows = cursor.execute(
        "select p.fact, p.field, p.value, p.salt, f.body from personal p"
        " join fact f on f.id = p.fact where p.value is not null"
    )
    for fact, name, value, salt, body in rows.fetchall():
        if _told(body, name) != Personal(name, value, salt).digest:
            yield "personal_altered", {"fact": fact, "field": name}


def _erased(cursor: Cursor) -> Iterator[Problem]:
    """Values gone that nobody said are gone, values that came back, and what was said and not done."""
    said = {
        (str(fields["about"]), str(line["name"])): fact
        for fact, fields in _hub_said(cursor, ERASED.name)
        for line in fields["names"]
    }
    marked = {
        (fact, name): by for fact, name, by in cursor.execute("select fact, field, told_by from erased").fetchall()
    }
    for (fact, name), by in marked.items():
        if said.get((fact, name)) != by:
            yield "erasure_untold", {"fact": fact, "field": name}
    for fact, name in said.keys() - marked.keys():
        yield "erasure_undone", {"fact": fact, "field": name}
    for fact, name, value in cursor.execute("select fact, field, value from personal").fetchall():
        if value is None and (fact, name) not in marked:
            yield "value_missing", {"fact": fact, "field": name}
        elif value is not None and (fact, name) in marked:
            yield "erased_back", {"fact": fact, "field": name}
    rows = cursor.execute(
        "select j.fact, c.personal from conflict c join journal j on j.origin = c.origin and j.seq = c.seq"
    )
    for fact, text in rows.fetchall():
        for one in personal_from(text):
            if one.value is not None and (fact, one.field) in marked:
                yield "erased_back", {"fact": fact, "field": one.field}


def _rulings(cursor: Cursor) -> Iterator[Problem]:
    """Rulings of links that were not held, or of which no fact of the hub tells."""
    told = {
        fact: (fields["about"], fields["origin"], fields["seq"], fields["verdict"])
        for fact, fields in _hub_said(cursor, VERDICT.name)
    }
    rows = cursor.execute(
        "select u.origin, u.seq, u.fact, u.verdict, u.told_by, j.verdict from ruling u"
        " left join journal j on j.origin = u.origin and j.seq = u.seq and j.fact = u.fact"
    )
    for origin, seq, fact, verdict, by, was in rows.fetchall():
        said = (fact, origin, seq, "released" if verdict == "accepted" else verdict)
        if was != "held" or told.get(by) != said:
            yield "ruling_untold", {"which": fact}


def _hub_said(cursor: Cursor, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The hub's own facts of a kind: id and fields."""
    rows = cursor.execute("select id, body from fact where kind = ? and author = ?", (kind, HUB))
    for fact, body in rows.fetchall():
        try:
            yield fact, parse(body.decode("utf-8", "surrogatepass")).fields
        except (DeskError, ValueError):
            continue


def _told(body: bytes, name: str) -> str | None:
    try:
        return parse(body.decode("utf-8", "surrogatepass")).personal.get(name)
    except (DeskError, ValueError):
        return None
