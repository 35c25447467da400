"""Walks every chain of a PostgreSQL hub again: nothing lost, nothing altered, nothing doubled.

It runs as the hub's owner and trusts nothing the verbs once checked: whoever can write to the
tables past them shows up here, unless they also hold the hub's secret and re-made every link
after the altered one; the root digest on yesterday's paper then still differs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import psycopg
from psycopg import errors

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, FactId, OriginId
from agent_desk.facts.body import parse
from agent_desk.facts.hub_kinds import HUB_STAFF
from agent_desk.facts.kind import Catalogue
from agent_desk.facts.link import FIRST_PREV, Link, delivery_key, forked_prev, hangs_together, holds, mac_of
from agent_desk.facts.personal import Personal
from agent_desk.hub.projecting import differing_sql, literal
from agent_desk.hub.report import AuditReport, Problem, root_of

_PAGE = 2000


def audit(connection: psycopg.Connection[Any], catalogue: Catalogue) -> AuditReport:
    """The whole walk, in one view of the database. ``connection`` may become the hub's owner."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        connection.execute("set local role desk_owner")
        connection.execute("set local statement_timeout = 0")
        heads = connection.execute("select id::text, head_seq, head_digest from desk.origin order by id").fetchall()
        problems = [
            *_walk(connection), *_waiting(connection), *_heads(connection), *_loose_ends(connection),
            *_numbers(connection, catalogue), *_personal(connection), *_erased(connection),
            *_projections(connection, catalogue), *_rights(connection), *_guards(connection),
        ]  # fmt: skip
        return AuditReport(
            **{name: _count(connection, of) for name, of in _COUNTED.items()},
            problems=problems,
            away=dict(
                _ask(connection, "select part, count(*)::integer from desk.archived group by part order by part")
            ),
            explained=list(_explained(connection)),
            root_digest=root_of((origin, seq, digest) for origin, seq, digest in heads if seq),
        )


_COUNTED: Mapping[str, str] = {
    "centres": "desk.centre",
    "origins": "desk.origin",
    "links": "desk.journal",
    "facts": "(select id from desk.fact union all select id from desk.archived) known",
    "held": "desk.journal j where verdict = 'held' and not exists"
    " (select from desk.ruling u where u.origin = j.origin and u.seq = j.seq)",
    "conflicts": "desk.conflict",
    "disputes": "desk.journal where kind = 'hub.dispute' and verdict = 'accepted'",
    "delivered_for_others": "desk.journal where delivered_by <> author",
    "numbers": "desk.number_claim",
}


def _ask(connection: psycopg.Connection[Any], query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()


def _count(connection: psycopg.Connection[Any], of: str) -> int:
    return int(_ask(connection, f"select count(*) from {of}")[0][0])


_LINKS = """
  select j.origin::text, j.seq, j.fact::text, j.kind, j.prev, j.content, j.link, j.mac, j.verdict,
    j.reason, j.grp, j.author::text, j.subject::text, j.centre::text,
    case when j.verdict = 'conflict' then c.body else f.body end,
    case when j.verdict = 'conflict' then c.raw else f.raw end,
    f.grp, f.author::text, f.subject::text, f.happened, f.content, f.kind, a.content
  from desk.journal j
  left join desk.fact f on f.centre = j.centre and f.id = j.fact
  left join desk.conflict c on c.origin = j.origin and c.seq = j.seq
  left join desk.archived a on a.centre = j.centre and a.id = j.fact and f.id is null and j.verdict <> 'conflict'
  order by j.origin, j.seq
"""


def _walk(connection: psycopg.Connection[Any]) -> Iterator[Problem]:
    """Every chain: gaps, links that do not hang on the one before, altered links, bodies, macs."""
    keys, origins = _origins(connection)
    named = _named(connection)
    origin, expected = "", 1
    before: bytes | None = FIRST_PREV
    with connection.cursor(name="audit_links") as cursor:
        cursor.itersize = _PAGE
        for row in cursor.execute(_LINKS):
            link = Link(OriginId(row[0]), row[1], FactId(row[2]), *row[3:8])
            if link.origin != origin:
                origin, expected = link.origin, 1
                before = origins.get(origin, FIRST_PREV)
            where: dict[str, str | int] = {"origin": link.origin, "seq": link.seq}
            if link.seq != expected and not is_named(named, origin, expected, link.seq - 1):
                yield "gap", {"origin": link.origin, "from": expected, "upto": link.seq - 1}
            elif link.seq == expected and before not in (None, link.prev):
                yield "chain", where
            yield from _one(link, row, keys.get(origin), where)
            expected, before = link.seq + 1, link.digest


def _one(link: Link, row: tuple[Any, ...], key: bytes | None, where: Mapping[str, str | int]) -> Iterator[Problem]:
    body, raw = row[14], row[15]
    text = raw.decode("utf-8", "surrogatepass") if raw is not None else body
    if text is None:
        yield from _away(link, row[22], where)
    elif not holds(link, text):
        yield "altered", where
    elif not _placed(text, row):
        yield "misplaced", where
    if key is None:
        yield "origin_unknown", {"which": link.origin}
    elif link.mac is not None and link.mac != mac_of(key, link.digest):
        yield "mac", where


def _away(link: Link, remembered: bytes | None, where: Mapping[str, str | int]) -> Iterator[Problem]:
    """A link whose body is not here: in order when its month was taken away with just this content."""
    if remembered is None:
        yield "body_missing", where
    elif remembered != link.content or not hangs_together(link):
        yield "altered", where


def _placed(text: str, row: tuple[Any, ...]) -> bool:
    """Whether the columns row rules read say what the body says."""
    verdict, reason, group, author, subject, centre = row[8:14]
    if group == f"@{author}" and (verdict != "held" or reason in {"unreadable", "too_large", "field_wrong", "group"}):
        return True  # kept in its author's box: unreadable, or meant for a group that is not theirs
    if verdict == "held" and reason in {"unreadable", "too_large", "field_wrong"}:
        return True
    try:
        body = parse(text)
    except DeskError:
        return False
    told = (body.group, body.author, body.subject, body.centre, body.kind)
    if told != (group, author, subject, centre, row[3]):
        return False
    fact_told = (body.group, body.author, body.subject, body.happened)
    return verdict == "conflict" or fact_told == row[16:20]


def _origins(
    connection: psycopg.Connection[Any],
) -> tuple[dict[str, bytes], dict[str, bytes | None]]:
    """Each origin's delivery key, and what its first link must hang on (None: on a link that is not here)."""
    rows = _ask(
        connection,
        "select o.id::text, s.hub_secret, o.forked_from::text, o.forked_seq, j.link"
        " from desk.origin o join desk.secret s on s.centre = o.centre"
        " left join desk.journal j on j.origin = o.forked_from and j.seq = o.forked_seq",
    )
    keys = {origin: delivery_key(secret, OriginId(origin)) for origin, secret, *_ in rows}
    forks = {origin: (forked, seq, digest) for origin, _, forked, seq, digest in rows if forked is not None}
    return keys, {origin: _start(origin, forks) for origin in forks}


def _start(origin: str, forks: Mapping[str, tuple[str, int, bytes | None]]) -> bytes | None:
    """What the first link of an origin hangs on. One that forked before the first link of another hangs on
    what that one hangs on in turn; that a link is not here which it claims is told with the gaps."""
    chain: list[tuple[str, int]] = []
    digest: bytes | None = FIRST_PREV
    at = origin
    while at in forks and len(chain) <= len(forks):
        forked, seq, digest = forks[at]
        chain.append((forked, seq))
        if seq:
            break
        at, digest = forked, FIRST_PREV
    for forked, seq in reversed(chain):
        digest = None if digest is None else forked_prev(OriginId(forked), seq, digest)
    return digest


def _named(connection: psycopg.Connection[Any]) -> list[tuple[str, int, int]]:
    return [tuple(row) for row in _ask(connection, "select origin::text, first, last from desk.hole order by 1, 2")]


def is_named(named: Iterable[tuple[str, int, int]], origin: str, first: int, last: int) -> bool:
    """Whether missing links lie in holes that somebody named."""
    for one, start, end in sorted(named):
        if one == origin and start <= first:
            first = max(first, end + 1)
    return first > last


def _explained(connection: psycopg.Connection[Any]) -> Iterator[Problem]:
    """Named holes that nothing has filled since."""
    rows = _ask(
        connection,
        "select h.origin::text, h.first, h.last, n.why from desk.hole h left join desk.hole_named n"
        " on n.fact = h.told_by::text where h.last - h.first + 1 > (select count(*) from desk.journal j"
        " where j.origin = h.origin and j.seq between h.first and h.last) order by 1, 2",
    )
    for origin, first, last, why in rows:
        yield "hole", {"origin": origin, "first": first, "last": last, "why": why or ""}


def _waiting(connection: psycopg.Connection[Any]) -> Iterator[Problem]:
    """Links that seats brought a restored hub and that hang on nothing here: what is before them is lost."""
    rows = _ask(
        connection,
        "select g.origin::text, g.first, g.last, g.waiting from desk.centre c, desk.gaps(c.id) g order by 1, 2",
    )
    for origin, first, last, waiting in rows:
        yield "hole_waiting", {"origin": origin, "first": first, "last": last, "waiting": waiting}


def _heads(connection: psycopg.Connection[Any]) -> Iterator[Problem]:
    """Heads that are not the last link of their chain."""
    rows = _ask(
        connection,
        "select o.id::text, o.head_seq, coalesce(j.seq, 0), o.head_digest, j.link from desk.origin o"
        " left join lateral (select seq, link from desk.journal where origin = o.id"
        " order by seq desc limit 1) j on true",
    )
    for origin, head, last, digest, link in rows:
        if head != last or (last and digest != link):
            yield "head", {"origin": origin, "seq": head, "last": last}


_STANDS = (
    "coalesce((select verdict from desk.ruling u where u.origin = j.origin and u.seq = j.seq), j.verdict) = 'accepted'"
)
_IN_A_HOLE = (
    "exists (select from desk.hole h where h.origin = v.origin::uuid and v.seq between h.first and h.last)"
    " and not exists (select from desk.journal g where g.origin = v.origin::uuid and g.seq = v.seq)"
)
_LOOSE = {
    "fact_unlinked": "select id::text from desk.fact f where not exists (select from desk.journal j"
    " where j.origin = f.origin and j.seq = f.seq and j.fact = f.id)",
    "archived_unlinked": "select id::text from desk.archived a where not exists (select from desk.journal j"
    " where j.origin = a.origin and j.seq = a.seq and j.fact = a.id and j.content = a.content and j.grp = a.grp"
    " and j.author = a.author and j.subject = a.subject)",
    "fact_doubled": "select id::text from desk.fact join desk.archived using (centre, id)",
    "group_head": "select distinct j.origin::text from desk.journal j left join desk.head h"
    " on h.centre = j.centre and h.origin = j.origin and h.grp = j.grp"
    " where coalesce(h.seq, 0) < j.seq",
    "number_unexplained": "select number from desk.number_claim n where not exists (select from"
    f" desk.journal j where j.fact = n.fact and j.centre = n.centre and {_STANDS})",
    "audience_unexplained": "select subject::text from desk.audience a where not exists (select from"
    " desk.journal j join desk.fact f using (origin, seq) join desk.kind k on k.name = f.kind"
    f" where f.id = a.fact and f.subject = a.subject and k.widens and {_STANDS}"
    " and f.body::jsonb->'fields'->>'to_group' = a.grp)",
    "verdict_untold": "select fact::text from desk.journal j where verdict in ('held', 'conflict')"
    " and not exists (select from desk.hub_verdict v where v.about = j.fact::text"
    " and v.origin = j.origin::text and v.seq = j.seq)",
    "ruling_untold": "select fact::text from desk.ruling r where not exists (select from desk.journal j"
    " where j.origin = r.origin and j.seq = r.seq and j.verdict = 'held') or not exists (select from"
    " desk.hub_verdict v where v.fact = r.told_by::text"
    " and v.verdict = case r.verdict when 'accepted' then 'released' else r.verdict end"
    " and v.about = r.fact::text and v.origin = r.origin::text and v.seq = r.seq)",
    "ruling_undone": "select about from desk.hub_verdict v where verdict in ('released', 'voided') and not exists"
    f" (select from desk.ruling r where r.told_by = v.fact::uuid) and not ({_IN_A_HOLE})",
    "verdict_changed": "select about from desk.hub_verdict v where verdict in ('held', 'conflict')"
    " and not exists (select from desk.journal j where j.origin = v.origin::uuid and j.seq = v.seq"
    f" and j.fact = v.about::uuid and j.verdict = v.verdict and j.reason = v.reason) and not ({_IN_A_HOLE})",
}  # fmt: skip


def _loose_ends(connection: psycopg.Connection[Any]) -> Iterator[Problem]:
    """Facts no chain knows, heads behind their links, numbers and shares nobody explains."""
    for code, query in _LOOSE.items():
        for (which,) in _ask(connection, query):
            yield code, {"which": which}


def _numbers(connection: psycopg.Connection[Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Paper numbers used by two subjects of which no dispute tells, and numbers not claimed."""
    for kind in catalogue:
        if kind.claim is None:
            continue
        book, number = (f"f.body::jsonb->'fields'->>{literal(each)}" for each in
                        (kind.claim.book, kind.claim.number))  # fmt: skip
        rows = _ask(
            connection,
            f"select used.fact::text, used.number, n.fact is null from (select f.id as fact, f.centre,"
            f" f.subject, {book} as book, {number} as number from desk.fact f join desk.journal j"
            f" using (origin, seq) where f.kind = {literal(kind.name)} and {_STANDS}"
            " offset 0) used left join desk.number_claim n using (centre, book, number)"
            " where used.number is not null and used.book is not null and (n.fact is null"
            " or n.subject <> used.subject and not exists (select from desk.dispute d"
            " where used.fact::text in (d.first, d.later) and d.number = used.number))",
        )
        for fact, told, unclaimed in rows:
            yield "number_unclaimed" if unclaimed else "number_doubled", {"fact": fact, "number": told}


def _personal(connection: psycopg.Connection[Any]) -> Iterator[Problem]:
    """Personal values that no longer fit what the body says of them; erased ones are in order."""
    with connection.cursor(name="audit_personal") as cursor:
        cursor.itersize = _PAGE
        for fact, name, value, salt, body in cursor.execute(
            "select p.fact::text, p.field, p.value, p.salt, f.body from desk.personal p"
            " join desk.fact f on f.centre = p.centre and f.id = p.fact where p.value is not null"
        ):
            if _told_digest(body, name) != Personal(name, value, salt).digest:
                yield "personal_altered", {"fact": fact, "field": name}


_BESIDE = (
    "desk.conflict c cross join lateral jsonb_array_elements("
    "case when jsonb_typeof(c.personal) = 'array' then c.personal else '[]' end) one"
)
_ERASURES = {
    "value_missing": "select p.fact::text, p.field from desk.personal p where p.value is null and not exists"
    " (select from desk.erased e where e.centre = p.centre and e.fact = p.fact and e.field = p.field)",
    "erased_back": "select e.fact::text, e.field from desk.erased e where exists (select from desk.personal p"
    " where p.centre = e.centre and p.fact = e.fact and p.field = e.field and p.value is not null)"
    f" or exists (select from {_BESIDE} where c.centre = e.centre and c.fact = e.fact"
    " and one->>0 = e.field and one->>1 is not null)",
    "erasure_untold": "select e.fact::text, e.field from desk.erased e where not exists (select from desk.erasure s"
    " join desk.erased_value v on v.fact = s.fact where s.fact = e.told_by::text and s.centre = e.centre::text"
    " and s.about = e.fact::text and v.name = e.field)",
    "erasure_undone": "select s.about, v.name from desk.erasure s join desk.erased_value v on v.fact = s.fact"
    " where not exists (select from desk.erased e where e.centre::text = s.centre and e.fact::text = s.about"
    " and e.field = v.name)",
}


def _erased(connection: psycopg.Connection[Any]) -> Iterator[Problem]:
    """Values gone that nobody said are gone, values that came back, and what was said and not done."""
    for code, query in _ERASURES.items():
        for fact, name in _ask(connection, query):
            yield code, {"fact": fact, "field": name}


def _told_digest(body: str, name: str) -> object:
    try:
        return json.loads(body)["personal"].get(name)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _projections(connection: psycopg.Connection[Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Projection rows that are not what their bodies make."""
    for projection in catalogue.projections:
        try:
            with connection.transaction():
                differing = _ask(connection, differing_sql(catalogue, projection))[0][0]
        except errors.DataError:
            yield "projection_unreadable", {"table": projection.name}
        except errors.UndefinedTable:
            yield "projection_missing", {"table": projection.name}
        else:
            if differing:
                yield "projection", {"table": projection.name, "rows": differing}


_GUARDS = {
    "database_open": "select datname from pg_database where datname = current_database()"
    " and (has_database_privilege('public', oid, 'temp') or has_database_privilege('public', oid, 'connect'))",
    "rules_off": "select relname from pg_class where relnamespace = 'desk'::regnamespace"
    " and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)",
    "guard_off": "select c.relname from pg_class c where c.relnamespace = 'desk'::regnamespace"
    " and c.relname in ('journal', 'fact', 'conflict', 'ruling', 'personal', 'number_claim', 'audience', 'hole',"
    " 'erased')"
    " and 2 <> (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgenabled = 'O'"
    " and t.tgname in ('append_only', 'no_truncate'))",
    "ddl_open": "select current_database() where not exists"
    " (select from pg_event_trigger where evtname = 'desk_no_ddl' and evtenabled = 'O')",
    "role_mighty": "select rolname from pg_roles where (rolname like 'desk\\_%' and (rolsuper or"
    " rolbypassrls or rolcreatedb)) or (rolname in ('desk_owner', 'desk_engine', 'desk_registrar',"
    " 'desk_member') and rolcanlogin)",
}


_UNTOLD = """
    select p.number from desk.staff p
    left join lateral (
      select s.fact, s.name, s.active from desk.staff_set s
      where s.centre = p.centre::text and s.staff = p.id::text order by s.happened desc, s.fact desc limit 1) said on true
    where p.id <> %(hub)s
      and not exists (select from desk.offered w join desk.origin o on o.id = w.origin and o.staff = %(hub)s
                      where w.centre = p.centre and w.kind = 'hub.staff_set')
      and ((said.name, said.active) is distinct from (p.name, p.active) or array(
        select g.granted || '=' || g.role from desk.staff_grant g where g.fact = said.fact order by 1)
        <> array(select r.grp || '=' || r.role from desk.staff_right r
                 where r.centre = p.centre and r.staff = p.id and r.until is null order by 1))
    order by 1
"""


def _rights(connection: psycopg.Connection[Any]) -> Iterator[Problem]:
    """People whose rights, name or standing are not what the hub last said of them: a backup may be written in."""
    for (number,) in connection.execute(_UNTOLD, {"hub": HUB_STAFF}).fetchall():
        yield "rights_untold", {"number": number}


def _guards(connection: psycopg.Connection[Any]) -> Iterator[Problem]:
    """Doors that stand open: what a restore leaves unset, or somebody switched off."""
    connection.execute("reset role")
    for code, query in _GUARDS.items():
        for (which,) in _ask(connection, query):
            yield code, {"which": which}


def chain_of(connection: psycopg.Connection[Any], centre: CentreId) -> Iterator[dict[str, Any]]:
    """The hub's own facts of a centre, in order, as a backup writes them down."""
    with connection.cursor(name="hub_chain") as cursor:
        cursor.itersize = _PAGE
        for origin, seq, kind, prev, content, link, mac, body in cursor.execute(
            "select j.origin::text, j.seq, j.kind, j.prev, j.content, j.link, j.mac, f.body from desk.journal j"
            " join desk.origin o on o.id = j.origin and o.staff = %s"
            " join desk.fact f on f.centre = j.centre and f.id = j.fact"
            " where o.centre = %s order by o.code desc, j.seq", (HUB_STAFF, centre),
        ):  # fmt: skip
            yield {
                "origin": origin, "seq": seq, "kind": kind, "prev": prev.hex(), "content": content.hex(),
                "link": link.hex(), "mac": mac.hex(), "body": body,
            }  # fmt: skip
