"""What was erased, and where it may still lie: seats that have not heard of it, their copies, backups of the hub.

Asked of a PostgreSQL hub by IT. A place is named until it says itself that it is clean; of a backup's
folder, which cannot speak, until the folder is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

_BATCH = 200


@dataclass(frozen=True)
class SeatBehind:
    """A person's store on a seat that has not let go of everything yet. Times in µs since 1970 UTC."""

    centre: str
    seat: str
    number: str
    opened: int
    missing: int
    """Facts erased at the hub whose values may still lie there."""
    oldest: int
    """When the oldest of them was erased; 0 when only copies are left."""
    left: tuple[str, ...]
    """Copies there that may hold erased values and that only a person can remove."""


@dataclass(frozen=True)
class BackupBehind:
    """A backup of the hub in which values lie that were erased since. ``here``: its folder is on this machine."""

    folder: str
    taken: int
    holds: int
    here: bool


@dataclass(frozen=True)
class Erasures:
    """Everything ``agent-desk hub erasures`` tells."""

    facts: int
    values: int
    seats: tuple[SeatBehind, ...]
    backups: tuple[BackupBehind, ...]

    @property
    def reached(self) -> bool:
        """Whether no place is known any more that may hold an erased value."""
        return not self.seats and not any(one.here for one in self.backups)

    def as_dict(self) -> dict[str, Any]:
        """For another program."""
        return {**asdict(self), "reached": self.reached}


def retain(connection: psycopg.Connection[Any]) -> int:
    """Let go of personal values kept as long as their kind says, in every centre; answers of how many facts.

    ``connection`` is a superuser's, autocommit on. What is freed is given back to the database at once;
    the server's own log of writes keeps it until it is recycled.
    """
    done = 0
    for (centre,) in connection.execute("select centre::text from desk.state where opened").fetchall():
        while gone := _retained(connection, centre):
            done += gone
    return done


def _retained(connection: psycopg.Connection[Any], centre: str) -> int:
    return int(connection.execute("select desk.retain(%s, %s)", (centre, _BATCH)).fetchall()[0][0])


def sweep(connection: psycopg.Connection[Any]) -> None:
    """Give freed rows back: until then an erased value lies in the dead part of its table."""
    for table in ("personal", "conflict", "offered"):
        connection.execute(f"vacuum desk.{table}".encode())


def erasures(connection: psycopg.Connection[Any]) -> Erasures:
    """Ask as the hub's owner (a superuser's connection)."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        connection.execute("set local role desk_owner")
        facts, values = connection.execute(
            "select count(distinct (centre, fact)), count(*) from desk.erased"
        ).fetchall()[0]
        seats = tuple(_seats(connection))
        backups = connection.execute(_BACKUPS.encode()).fetchall()
    return Erasures(facts, values, seats, tuple(
        BackupBehind(folder, taken, holds, Path(folder).exists()) for folder, taken, holds in backups
    ))  # fmt: skip


_SAID = """
  select e.centre, e.about::uuid as fact, j.origin as hub_origin, j.seq, e.happened as erased,
         f.grp, f.author, f.subject
  from desk.erasure e join desk.journal j on j.fact = e.fact::uuid and j.centre = e.centre::uuid
  left join desk.fact f on f.centre = e.centre::uuid and f.id = e.about::uuid
"""

# A store is known by the origins it wrote in: what one of them tells counts for all it names.
_SEATS = f"""
  with said as materialized ({_SAID}),
  told as (
    select o.own, h.hub_origin, max(h.upto) as upto from desk.erased_here_origin o
    join desk.erased_here h on h.fact = o.fact group by 1, 2),
  named as (
    select o.own, array_agg(distinct o.fact) as facts, max(o.fact) as last from desk.erased_here_origin o group by 1),
  kept as (
    select o.centre, o.id, o.seat, o.staff, o.opened from desk.origin o
    where o.staff <> '00000000-0000-8000-8000-000000000001'
      and not exists (select from named n join desk.erased_here_origin other on other.fact = n.last
                      join desk.origin newer on newer.id = other.own::uuid
                      where n.own = o.id::text and newer.opened > o.opened)),
  missing as (
    select k.id, count(*) as missing, min(s.erased) as oldest
    from kept k join said s on s.centre = k.centre::text
    left join told t on t.own = k.id::text and t.hub_origin = s.hub_origin::text
    where coalesce(t.upto, 0) < s.seq
      and (s.fact is null or s.author is null or s.author = k.staff or s.grp = '*' or s.grp = '@' || k.staff::text
           or exists (select from desk.staff_right r where r.centre = k.centre and r.staff = k.staff
                      and r.role <> 'admin' and (r.grp = s.grp or r.grp = '*' and r.role = 'manager'
                        or r.grp in (select a.grp from desk.audience a where a.centre = k.centre
                                     and a.subject = s.subject and a.from_grp = s.grp))))
    group by k.id),
  left_there as (
    select n.own, array_agg(l.file order by l.file) as files from named n
    join desk.erased_here_left l on l.fact = n.last group by n.own)
  select k.centre::text, k.seat, p.number, k.opened, coalesce(m.missing, 0), coalesce(m.oldest, 0),
         coalesce(l.files, '{{}}')
  from kept k join desk.staff p on p.centre = k.centre and p.id = k.staff
  left join missing m on m.id = k.id left join left_there l on l.own = k.id::text
  where m.id is not null or l.own is not null
  order by k.seat, p.number, k.opened
"""

_BACKUPS = f"""
  select b.folder, b.taken, count(s.fact) from desk.backed_up b
  join ({_SAID}) s on s.centre = b.centre and s.erased > b.taken
  left join desk.journal j on j.centre = s.centre::uuid and j.fact = s.fact and j.received < b.taken
    and j.verdict in ('accepted', 'held')
  where j.fact is not null
  group by b.folder, b.taken order by b.taken
"""


def _seats(connection: psycopg.Connection[Any]) -> Iterator[SeatBehind]:
    for centre, seat, number, opened, missing, oldest, left in connection.execute(_SEATS.encode()).fetchall():
        yield SeatBehind(centre, seat, number, opened, missing, oldest, tuple(left))
