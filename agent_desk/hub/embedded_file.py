"""The file behind the embedded hub: its tables, and transactions that any thread may ask for."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from agent_desk.base.errors import DeskError

Cursor = Any
"""A cursor of :mod:`sqlcipher3.dbapi2`, which carries no types of its own."""

_APPEND_ONLY = ("journal", "fact", "conflict", "number_claim", "audience", "ruling", "hole", "erased")

_TABLES = """
create table centre (id text primary key, name text not null, hub_origin text not null,
  founded integer not null) strict;
create table state (one integer primary key check (one = 1), epoch text not null,
  hub_secret blob not null, last_code integer not null, last_stamp integer not null,
  grace_us integer not null) strict;
create table staff_group (code text primary key, name text not null) strict;
create table staff (id text primary key, number text not null unique, name text not null,
  verifier blob not null, active integer not null, ended integer,
  grants_version integer not null) strict;
create table staff_right (staff text not null, grp text not null, role text not null,
  since integer not null, until integer, primary key (staff, grp, role, since)) strict;
create table seat (number text primary key, name text not null, enrolled integer not null) strict;
create table origin (id text primary key, staff text not null, seat text not null,
  code integer not null unique, opened integer not null, head_seq integer not null,
  head_digest blob not null) strict;
create index ix_origin_staff on origin (staff);
create table head (origin text not null, grp text not null, seq integer not null,
  primary key (origin, grp)) strict, without rowid;
create table journal (origin text not null, seq integer not null, fact text not null,
  kind text not null, grp text not null, author text not null, subject text not null,
  reader text, keyed integer not null, prev blob not null, content blob not null,
  link blob not null, mac blob, verdict text not null, reason text not null,
  delivered_by text not null, received integer not null, primary key (origin, seq)) strict;
create index ix_journal_subject on journal (subject);
create index ix_journal_fact on journal (fact);
create table fact (id text primary key, kind text not null, author text not null,
  grp text not null, subject text not null, body blob not null, content blob not null) strict;
create index ix_fact_subject on fact (subject);
create table conflict (origin text not null, seq integer not null, body blob not null,
  personal text not null, primary key (origin, seq)) strict;
create table personal (fact text not null, field text not null, value text, salt blob not null,
  primary key (fact, field)) strict;
create table number_claim (book text not null, number text not null, fact text not null,
  subject text not null, primary key (book, number)) strict;
create table audience (subject text not null, grp text not null, fact text not null,
  primary key (subject, grp)) strict;
create table presence (seat text not null, staff text not null, state text not null,
  since integer not null, unsent integer not null, oldest_unsent integer not null,
  client text not null, said text not null, beaten integer not null,
  primary key (seat, staff)) strict;
"""

_PROOF = """
alter table state add column opened integer not null default 1;
alter table state add column restored integer;
alter table state add column healed integer;
alter table origin add column forked_from text;
alter table origin add column forked_seq integer;
create table ruling (origin text not null, seq integer not null, fact text not null, verdict text not null,
  told_by text not null, made integer not null, primary key (origin, seq)) strict;
create table offered (origin text not null, seq integer not null, fact text not null, kind text not null,
  prev blob not null, content blob not null, link blob not null, mac blob not null, body blob not null,
  personal text not null, offered_by text not null, received integer not null, primary key (origin, seq)) strict;
create table hole (origin text not null, first integer not null, last integer not null, told_by text not null,
  made integer not null, primary key (origin, first)) strict;
create table erased (fact text not null, field text not null, told_by text not null, made integer not null,
  primary key (fact, field)) strict;
alter table state add column oldest_client text not null default '';
drop trigger if exists conflict_no_update;
"""

_STEPS = (_TABLES, _PROOF)
_VERSION = len(_STEPS)
"""Each step brings a file of the number before it one further."""


class HubFile:
    """One connection behind one lock: transactions follow each other, whoever asks.

    WAL with ``synchronous=FULL``: what was answered is on the disk (with NORMAL a power cut took
    half of it when tried). The file is locked for this process alone. Every fault of it is told as
    :class:`DeskError` ``hub_away``; ``hub_newer`` says that a newer desk made it.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._joined = False
        with told_as_away():
            self._connection: Any = dbapi2.connect(
                str(path), isolation_level=None, check_same_thread=False, timeout=2.0
            )
        try:
            with told_as_away():
                self._prepare()
        except DeskError:
            self.close()
            raise

    def _prepare(self) -> None:
        cursor = self._connection.cursor()
        cursor.execute("pragma locking_mode = exclusive")
        cursor.execute("pragma journal_mode = wal")
        cursor.execute("pragma synchronous = full")
        cursor.execute("pragma mmap_size = 0")
        cursor.execute("pragma secure_delete = on")
        with self.writing() as writer:
            version = writer.execute("pragma user_version").fetchone()[0]
            if version > _VERSION:
                raise DeskError("hub_newer", number=version)
            if version < _VERSION:
                for step in _STEPS[version:]:
                    for statement in step.split(";"):
                        writer.execute(statement)
                for guard in _guards():
                    writer.execute(guard)
                writer.execute(f"pragma user_version = {_VERSION}")

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        """One transaction that writes: all of it or nothing."""
        with self._transaction("begin immediate") as cursor:
            yield cursor

    @contextmanager
    def noting(self) -> Iterator[Cursor]:
        """A transaction that a power cut may undo: for what is true for seconds only, and said again."""
        with self._lock, told_as_away():
            self._connection.execute("pragma synchronous = normal")
            try:
                with self.writing() as cursor:
                    yield cursor
            finally:
                self._connection.execute("pragma synchronous = full")

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """One view of the file in which nothing moves."""
        with self._transaction("begin") as cursor:
            yield cursor

    @contextmanager
    def together(self) -> Iterator[None]:
        """Several transactions of this thread as one: all of them or nothing, synced once."""
        with self.writing():
            self._joined = True
            try:
                yield
            finally:
                self._joined = False

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Cursor]:
        with self._lock, told_as_away():
            cursor = self._connection.cursor()
            if self._joined:
                yield cursor
                return
            cursor.execute(begin)
            try:
                yield cursor
                cursor.execute("commit")
            finally:
                if self._connection.in_transaction:
                    cursor.execute("rollback")
                cursor.close()

    def copy_to(self, path: Path) -> None:
        """Write a whole, consistent copy beside it."""
        with self._lock, told_as_away(), contextlib.closing(dbapi2.connect(str(path))) as copy:
            self._connection.backup(copy)

    def close(self) -> None:
        """End the file; whoever still asks hears ``hub_away``."""
        with self._lock:
            self._connection.close()


@contextmanager
def told_as_away() -> Iterator[None]:
    """A fault of the database file goes up as the port's word for a hub that is not there."""
    try:
        yield
    except dbapi2.Error as problem:
        raise DeskError("hub_away", why=type(problem).__name__) from problem


_ERASING = {
    "conflict": "(old.origin, old.seq, old.body) is not (new.origin, new.seq, new.body) or not exists"
    " (select 1 from journal j join erased e on e.fact = j.fact where j.origin = old.origin and j.seq = old.seq)",
    "personal": "(old.fact, old.field) is not (new.fact, new.field) or new.value is not null"
    " or new.salt <> zeroblob(16) or not exists (select 1 from erased where fact = old.fact and field = old.field)",
}
"""What an update of kept values must be to pass: their erasure, said before."""


def _guards() -> Iterator[str]:
    for table in (*_APPEND_ONLY, "personal"):
        for verb in ("update", "delete"):
            where = f" when {_ERASING[table]}" if verb == "update" and table in _ERASING else ""
            yield (
                f"create trigger if not exists {table}_no_{verb} before {verb} on {table}{where} "
                f"begin select raise(abort, '{table} only grows'); end"
            )
