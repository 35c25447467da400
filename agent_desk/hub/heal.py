"""Heals a restored hub: it hears again what it once said itself, opens, and takes back what seats still hold.

While it is closed only the hub's own facts are taken, from seats and from files: people who left, rights,
erasures, verdicts. Then it opens; seats send again what it lost, colleagues bring what only they hold, and
what nobody holds is a hole that an administrator names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, OriginId
from agent_desk.facts.hub_kinds import HUB_STAFF
from agent_desk.facts.link import Link, holds
from agent_desk.hub.port import Offered, Outgoing
from agent_desk.hub.postgres import PostgresSession, translated
from agent_desk.hub.report import root_of
from agent_desk.hub.wire import offer_text

_PAGE = 500


@dataclass(frozen=True)
class Gap:
    """Links ``first`` … ``last`` of an origin that the hub lost and nobody has brought; ``waiting`` lie behind them.

    ``number`` is the staff number, '' when the hub does not know the origin any more; ``hubs`` are the hub's own.
    """

    origin: str
    number: str
    seat: str
    first: int
    last: int
    waiting: int
    hubs: bool


@dataclass(frozen=True)
class Named:
    """Links that an administrator has named as lost; ``filled`` of them turned up since."""

    origin: str
    first: int
    last: int
    why: str
    filled: int


@dataclass(frozen=True)
class Kept:
    """A link offered for a place where the hub has another one: kept, and in nobody's sums."""

    origin: str
    seq: int
    fact: str


@dataclass(frozen=True)
class Healing:
    """How far a hub's healing has come. Times in µs since 1970 UTC, 0 for never."""

    centre: str
    name: str
    opened: bool
    at_home: bool
    restored: int
    healed: int
    own_links: int
    """How many facts of its own the hub holds."""
    without_password: tuple[str, ...]
    """Staff numbers of active people who need a new password."""
    gaps: tuple[Gap, ...]
    named: tuple[Named, ...]
    kept: tuple[Kept, ...]

    def as_dict(self) -> dict[str, Any]:
        """For another program."""
        return asdict(self)


def close(connection: psycopg.Connection[Any]) -> str:
    """Close every centre of the hub here and end its epoch; answers the root digest over what it holds.

    ``connection`` is a superuser's, here and below.
    """
    with connection.transaction():
        connection.execute("select desk.heal_close(id) from desk.centre")
    return _root(connection, "select id::text, head_seq, head_digest from desk.origin")


def at_home(connection: psycopg.Connection[Any]) -> bool:
    """Whether the hub is open in no other place than this."""
    row = connection.execute("select coalesce(bool_and(home = desk.here()), true) from desk.state").fetchone()
    return bool(row and row[0])


def deliver(connection: psycopg.Connection[Any], path: Path) -> Offered:
    """Bring the hub its own facts from a newer backup's file. Raises :class:`DeskError` ``heal_file_wrong``."""
    taken = waiting = 0
    for links in _pages(_read(path)):
        origin = links[0].link.origin
        try:
            with connection.transaction():
                row = connection.execute(
                    "select desk.take_offer(c.id, %s::uuid, %s::uuid, %s) from desk.centre c"
                    " where c.id = (%s::jsonb->>'centre')::uuid",
                    (HUB_STAFF, origin, offer_text(links), links[0].body),
                ).fetchone()
        except psycopg.Error as problem:
            if translated(problem).code == "hub_refused":
                raise DeskError("heal_file_wrong", file=path.name) from None
            raise translated(problem) from None
        if row is None:
            raise DeskError("heal_file_wrong", file=path.name)
        taken, waiting = taken + row[0]["taken"], waiting + row[0]["waiting"]
    return Offered(taken, waiting)


def open_again(connection: psycopg.Connection[Any]) -> None:
    """Open every centre that is closed here: from now on seats may send.

    Raises :class:`DeskError` ``heal_not_begun`` for a copy of a hub, or one that was never closed.
    """
    with connection.transaction():
        rows = connection.execute(
            "select centre::text, restored, home = desk.here() from desk.state where not opened or home <> desk.here()"
        ).fetchall()
        if not rows:
            raise DeskError("heal_not_begun")
        for centre, restored, here in rows:
            if not here or restored is None:
                raise DeskError("heal_not_begun")
            root = _root(
                connection,
                "select distinct on (origin) origin::text, seq, link from desk.journal"
                " where centre = %(centre)s and received < %(before)s order by origin, seq desc",
                {"centre": centre, "before": restored},
            )
            connection.execute("select desk.heal_open(%s, %s)", (centre, root))


def name_hole(session: PostgresSession, origin: str, first: int, last: int, why: str) -> None:
    """Say as an administrator that nobody holds these links any more. Raises ``hole_unknown``."""
    session.ask("select desk.name_hole(%s::uuid, %s, %s, %s)", origin, first, last, why)


def set_password(connection: psycopg.Connection[Any], number: str, verifier: str) -> None:
    """A new password for somebody, set by the database's administrator. Raises ``staff_unknown``."""
    row = connection.execute(
        "select desk.password_again(login, %s) from desk.staff where number = %s and active", (verifier, number)
    ).fetchone()
    if row is None:
        raise DeskError("staff_unknown")


def without_password(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Staff numbers of active people whom no password lets in. Empty where verifiers may not be read."""
    try:
        with connection.transaction():
            rows = connection.execute(
                "select s.number from desk.staff s left join pg_authid r on r.rolname = s.login"
                " where s.active and r.rolpassword is null and s.id <> %s order by s.number",
                (HUB_STAFF,),
            ).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        return ()
    return tuple(number for (number,) in rows)


def healing(connection: psycopg.Connection[Any]) -> tuple[Healing, ...]:
    """How far each centre's healing has come."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        rows = connection.execute(
            "select c.id::text, c.name, s.opened and s.home = desk.here(), s.home = desk.here(),"
            " coalesce(s.restored, 0), coalesce(s.healed, 0),"
            " (select count(*) from desk.journal j where j.centre = c.id and j.author = %s)"
            " from desk.centre c join desk.state s on s.centre = c.id order by c.name",
            (HUB_STAFF,),
        ).fetchall()
        without = without_password(connection)
        return tuple(_told(connection, row, without) for row in rows)


_LISTED: tuple[tuple[str, type[Any]], ...] = (
    (
        "select g.origin::text, coalesce(s.number, ''), coalesce(g.seat, ''), g.first, g.last, g.waiting,"
        f" coalesce(g.staff = '{HUB_STAFF}', false) from desk.gaps(%s) g"
        " left join desk.staff s on s.id = g.staff and s.centre = %s",
        Gap,
    ),
    (
        "select h.origin::text, h.first, h.last, coalesce((select n.why from desk.hole_named n"
        " where n.fact = h.told_by::text), ''), (select count(*) from desk.journal j where j.origin = h.origin"
        " and j.seq between h.first and h.last) from desk.hole h where %s = h.centre and %s = h.centre"
        " order by h.origin, h.first",
        Named,
    ),
    (
        "select w.origin::text, w.seq, w.fact::text from desk.offered w join desk.journal j"
        " on j.origin = w.origin and j.seq = w.seq where %s = w.centre and %s = w.centre order by 1, 2",
        Kept,
    ),
)


def gaps(connection: psycopg.Connection[Any], centre: str) -> tuple[Gap, ...]:
    """What a centre's hub lost and nobody has brought or named."""
    found: tuple[Gap, ...] = _of(connection, _LISTED[0][0], centre, Gap)
    return found


def _told(connection: psycopg.Connection[Any], row: tuple[Any, ...], without: tuple[str, ...]) -> Healing:
    centre, name, opened, here, restored, healed, own_links = row
    lost, named, kept = (_of(connection, query, centre, made) for query, made in _LISTED)
    return Healing(centre, name, opened, here, restored, healed, own_links, without, lost, named, kept)


def _of(connection: psycopg.Connection[Any], query: str, centre: str, made: type[Any]) -> tuple[Any, ...]:
    return tuple(made(*row) for row in connection.execute(query.encode(), (centre, centre)).fetchall())


def _root(connection: psycopg.Connection[Any], query: str, values: dict[str, object] | None = None) -> str:
    rows = connection.execute(query.encode(), values).fetchall()
    return root_of((origin, seq, digest) for origin, seq, digest in rows if seq)


def _read(path: Path) -> Iterator[Outgoing]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield _outgoing(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DeskError("heal_file_wrong", file=path.name) from None


def _outgoing(told: dict[str, Any]) -> Outgoing:
    prev, content, digest, mac = (bytes.fromhex(told[name]) for name in ("prev", "content", "link", "mac"))
    fact = FactId(json.loads(told["body"])["id"])
    link = Link(OriginId(told["origin"]), int(told["seq"]), fact, told["kind"], prev, content, digest, mac)
    if not holds(link, told["body"]):
        raise ValueError
    return Outgoing(link, told["body"])


def _pages(links: Iterator[Outgoing]) -> Iterator[Sequence[Outgoing]]:
    for _, same in groupby(links, lambda each: each.link.origin):
        page: list[Outgoing] = []
        for each in same:
            page.append(each)
            if len(page) == _PAGE:
                yield page
                page = []
        if page:
            yield page
