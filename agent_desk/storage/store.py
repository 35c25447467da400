"""The store: what a person wrote on this seat, durable before anything says so.

One :class:`Store` is one encrypted file of one person. Writing goes through
:meth:`Store.writing`, one transaction at a time, committed with ``synchronous=FULL``; reading
through :meth:`Store.reading`, beside it. Both may be called from any thread (the window calls
them on a lane, the pump on its own thread).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from filelock import FileLock, Timeout
from sqlcipher3 import dbapi2

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, FactId, GroupId, OriginId, StaffId, uuid7
from agent_desk.facts.kind import Catalogue
from agent_desk.facts.link import Link, mac_of
from agent_desk.facts.personal import Personal
from agent_desk.storage import cipher
from agent_desk.storage.connection import Connection, Readers
from agent_desk.storage.projecting import Projector
from agent_desk.storage.shapes import (
    UNCOUNTED,
    Answer,
    Arrived,
    Draft,
    NewFact,
    Origin,
    Person,
    Saved,
    Unsent,
)
from agent_desk.storage.tables import GUARDS, INDEXES, SCHEMA_NUMBER, TABLES
from agent_desk.storage.writing import Writing

__all__ = [
    "UNCOUNTED",
    "Answer",
    "Arrived",
    "Draft",
    "NewFact",
    "Origin",
    "Person",
    "Saved",
    "Store",
    "Unsent",
    "Writing",
    "open_store",
]


class Store:
    """One person's encrypted file on this seat."""

    def __init__(self, path: Path, key: bytes, catalogue: Catalogue, clock: Clock, lock: FileLock) -> None:
        """Use :func:`open_store`."""
        self.path = path
        self.catalogue = catalogue
        self.clock = clock
        self._key = key
        self._lock = lock
        self._turn = threading.RLock()
        self.copying = threading.Lock()
        """Held while copies are made or removed: no copy begun before an erasure outlives it."""
        self._person: Person | None = None
        self.projector = Projector(catalogue)
        self.tables = frozenset((*TABLES, *self.projector.tables))
        """The names of all tables."""
        self._readers = Readers(lambda: cipher.connect(path, key, read_only=True))
        self._writing_on: Connection | None = None
        self._joint: Writing | None = None
        self.listeners: list[Callable[[], None]] = []
        """Called after each commit that wrote a fact, on the writing thread (wakes the pump)."""

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """BEGIN IMMEDIATE … COMMIT on the one writing connection, kept open between turns."""
        connection = self._writer()
        raw = connection.raw
        raw.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:  # a full disk has already undone it
                raw.execute("ROLLBACK")
            raise

    def _writer(self) -> Connection:
        if self._writing_on is None:
            self._writing_on = Connection(cipher.connect(self.path, self._key))
        return self._writing_on

    @property
    def person(self) -> Person:
        """Whose store it is. Raises :class:`DeskError` ``person_missing`` before anybody was bound."""
        if self._person is None:
            raise DeskError("person_missing")
        return self._person

    @property
    def has_person(self) -> bool:
        """Whether somebody has been bound to this store."""
        return self._person is not None

    @contextlib.contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction. When the block has ended without an exception, it is on disk.

        Raises :class:`DeskError` ``disk_full``, ``store_read_only``, ``store_damaged``,
        ``store_busy``, ``store_io`` or ``store_append_only``; nothing was written then.
        """
        with self._turn, self._saying():
            if self._joint is not None:
                yield self._joint
                return
            with self._transaction() as connection:
                yield Writing(self, connection)
        for listener in tuple(self.listeners):
            listener()

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Several writings of this thread as one transaction: all on disk at its end, or none. Readers see it then."""
        with self.writing() as writing:
            self._joint = writing
            try:
                yield
            finally:
                self._joint = None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the store, never waiting for a writer."""
        with self._saying(), self._readers.reading() as connection:
            yield connection

    def save(self, *new: NewFact, drop_draft: str | None = None) -> list[Saved]:
        """Write facts in one transaction and say so only when they are on disk."""
        with self.writing() as writing:
            saved = [writing.add(one) for one in new]
            if drop_draft is not None:
                writing.drop_draft(drop_draft)
        return saved

    def new_id(self) -> FactId:
        """An id for a fact whose form opens now."""
        return FactId(uuid7(self.clock.now_ms()))

    def meta_get(self, name: str) -> str | None:
        """A small named value kept in the encrypted file."""
        with self.reading() as connection:
            row = connection.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def meta_set(self, name: str, value: str) -> None:
        """Keep a small named value."""
        with self.writing() as writing:
            writing.meta_set(name, value)

    def drafts(self) -> list[Draft]:
        """Forms left in the making, oldest first."""
        with self.reading() as connection:
            rows = connection.exec_driver_sql("SELECT id, kind, text, changed FROM draft ORDER BY changed").fetchall()
        return [Draft(*row) for row in rows]

    def save_draft(self, draft_id: str, kind: str, text: str) -> None:
        """Keep a form as it stands."""
        with self.writing() as writing:
            writing.save_draft(draft_id, kind, text)

    # -- people and origins ---------------------------------------------------------------

    def bind(self, person: Person) -> None:
        """Say whose store this is; only once, again only the same person's new name.

        Raises :class:`DeskError` ``store_of_another`` for somebody else.
        """
        if self._person is not None and self._person.staff != person.staff:
            raise DeskError("store_of_another", number=self._person.number)
        if self._person == person:
            return
        with self.writing() as writing:
            for name in ("staff", "centre", "number", "name"):
                writing.meta_set(f"person.{name}", getattr(person, name))
        self._person = person

    def add_origin(self, origin: OriginId, key: bytes | None, code: int | None) -> None:
        """Begin to write in this origin; one opened before unproven gets its key and macs.

        Earlier origins of the store are closed: they only drain.
        """
        with self.writing() as writing:
            run = writing.connection.exec_driver_sql
            run("UPDATE own_origin SET closed = 1 WHERE origin <> ?", (origin,))
            run(
                "INSERT INTO own_origin (origin, opened, key, code) VALUES (?,?,?,?)"
                " ON CONFLICT (origin) DO UPDATE SET closed = 0,"
                " key = coalesce(excluded.key, key), code = coalesce(excluded.code, code)",
                (origin, self.clock.now_us(), key, code),
            )
            if key is not None:
                _fill_macs(writing.connection, origin, key)

    def origins(self) -> list[Origin]:
        """The origins this store writes in or drains, oldest first; the last one is written in."""
        with self.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT origin, key, code, acked_seq, left_at, forked_from FROM own_origin"
                " ORDER BY closed DESC, opened, origin"
            ).fetchall()
        return [Origin(OriginId(row[0]), *row[1:]) for row in rows]

    # -- for the pump -----------------------------------------------------------------------

    def pending(
        self, origin: OriginId, after: int, limit: int = 500, most_bytes: int = 1_000_000
    ) -> list[tuple[Link, str, tuple[Personal, ...]]]:
        """The next links of an own origin beyond ``after``: at most ``limit``, or 1 MB of bodies."""
        with self.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT j.origin, j.seq, j.fact, j.kind, j.prev, j.content, j.digest, j.mac,"
                " f.body FROM journal j JOIN fact f ON f.id = j.fact"
                f" WHERE j.origin = ? AND j.seq > ? AND {_OURS} ORDER BY j.seq LIMIT ?",
                (origin, after, limit),
            ).fetchall()
            rows = _first_bytes(rows, most_bytes)
            if not rows:
                return []
            values = connection.exec_driver_sql(
                "SELECT p.fact, p.field, p.value, p.salt FROM journal j"
                " JOIN personal p ON p.fact = j.fact"
                " WHERE j.origin = ? AND j.seq > ? AND j.seq <= ? ORDER BY p.fact, p.field",
                (origin, after, rows[-1][1]),
            ).fetchall()
        personal: dict[str, list[Personal]] = {}
        for fact, name, value, salt in values:
            personal.setdefault(fact, []).append(Personal(name, value, salt))
        return [
            (Link(*row[:8]), row[8], tuple(personal.get(row[2], ()))) for row in rows
        ]  # fmt: skip

    def unsent(self) -> Unsent:
        """What the hub has not confirmed, and since when (µs since 1970) the oldest waits.

        Chains have no gaps, so two look-ups an origin answer it, however much waits.
        """
        with self.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT coalesce(o.left_at, (SELECT max(seq) FROM journal j WHERE j.origin = o.origin)) - o.acked_seq,"
                " (SELECT f.stored FROM journal n JOIN fact f ON f.id = n.fact"
                " WHERE n.origin = o.origin AND n.seq = o.acked_seq + 1) FROM own_origin o"
            ).fetchall()
        waiting = [(int(count), stored) for count, stored in rows if count]
        return Unsent(sum(count for count, _ in waiting), min((stored for _, stored in waiting), default=None))

    def links_at(self, origin: OriginId, seqs: Sequence[int]) -> dict[int, bytes]:
        """The digests of our links at some places."""
        marks = ",".join("?" * len(seqs))
        with self.reading() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT seq, digest FROM journal WHERE origin = ? AND seq IN ({marks})", (origin, *seqs)
            ).fetchall()
        return {int(seq): bytes(digest) for seq, digest in rows}

    def last_seq(self, origin: OriginId) -> int:
        """How many links of an own origin are here."""
        with self.reading() as connection:
            row = connection.exec_driver_sql("SELECT max(seq) FROM journal WHERE origin = ?", (origin,)).fetchone()
        return int(row[0] or 0) if row else 0

    def link_at(self, origin: OriginId, seq: int) -> bytes | None:
        """The digest of one of our links; ``None`` when we never made it."""
        with self.reading() as connection:
            row = connection.exec_driver_sql(
                "SELECT digest FROM journal WHERE origin = ? AND seq = ?", (origin, seq)
            ).fetchone()
        return None if row is None else cast("bytes", row[0])

    def cursors(self) -> dict[tuple[OriginId, GroupId], int]:
        """How far each origin has been pulled for each group."""
        with self.reading() as connection:
            rows = connection.exec_driver_sql("SELECT origin, grp, seq FROM cursor").fetchall()
        return {(OriginId(row[0]), GroupId(row[1])): row[2] for row in rows}

    def body(self, fact: FactId) -> str | None:
        """The text of one fact's body."""
        with self.reading() as connection:
            row = connection.exec_driver_sql("SELECT body FROM fact WHERE id = ?", (fact,)).fetchone()
        return None if row is None else str(row[0])

    # -- upkeep -----------------------------------------------------------------------------

    def rebuild(self, progress: Callable[[float], None] = lambda _: None) -> int:
        """Drop every projection and make it again from the bodies; returns how many facts."""
        with self._turn, self._saying(), self._transaction() as connection:
            return self.projector.rebuild(connection, progress)

    def fact_tables(self) -> list[tuple[str, str]]:
        """Tables that hold rows of a fact, with the column that names it, dependants first."""
        rows = [(name, "fact") for name in self.projector.tables]
        return [*rows, ("personal", "fact"), ("standing", "fact"), ("journal", "fact"),
                ("fact", "id")]  # fmt: skip

    def copy_to(self, path: Path) -> None:
        """Write a whole, consistent copy under the same key, while the store stays in use.

        Raises :class:`DeskError` ``copy_unsound`` when the copy does not read back whole.
        """
        with self._saying():
            copied = cipher.copy(self.path, path, self._key)
        if not copied:
            raise DeskError("copy_unsound", file=path.name)

    def rewrite(self) -> bool:
        """Write every page of the file anew and empty the log; False while an older view is still read.

        Rows that once moved from page to page leave copies of themselves in unused places, which SQLite's own
        ``secure_delete`` does not reach: only a page written anew is free of them.
        """
        with self._turn, self._saying():
            self._writer().raw.execute("VACUUM")
        return self.empty_log()

    def empty_log(self) -> bool:
        """Fold the write-ahead log into the file and cut it to nothing; False while an older view is still read."""
        with self._turn, self._saying():
            raw = self._writer().raw
            with cipher.impatient(raw):
                return bool(raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        with self._turn:
            self._readers.close()
            if self._writing_on is not None:
                self._writing_on.raw.close()
                self._writing_on = None
            self._lock.release()

    @contextlib.contextmanager
    def _saying(self) -> Iterator[None]:
        try:
            yield
        except dbapi2.Error as problem:
            raise cipher.told(problem, self.path) from problem
        except sqlite3.Error as problem:
            raise cipher.told(problem, self.path) from problem
        except Exception as problem:
            inner = getattr(problem, "orig", None)
            if isinstance(inner, dbapi2.Error):
                raise cipher.told(inner, self.path) from problem
            raise

    # -- opening ------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make or migrate the tables, and bring projections to their declared shape."""
        with self._turn, self._saying():
            number = self._schema_number()
            if number > SCHEMA_NUMBER:
                raise DeskError("store_newer", found=number, known=SCHEMA_NUMBER)
            if number < SCHEMA_NUMBER and number > 0:
                self._migrate()
            with self._transaction() as connection:
                if number == 0:
                    self._create(connection)
                self.projector.bring_to_shape(connection)
                self._person = _read_person(connection)

    def _schema_number(self) -> int:
        with self._readers.reading() as connection:
            return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())

    def _create(self, connection: Connection) -> None:
        for statement in (*TABLES.values(), *INDEXES, *GUARDS):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_NUMBER}")

    def _migrate(self) -> None:
        from agent_desk.storage.copies import copy_aside
        from agent_desk.storage.migrating import migrate  # alembic loads only when needed

        copy_aside(self)
        with self._transaction() as connection:
            migrate(connection)


def open_store(path: Path, key: bytes, catalogue: Catalogue, clock: Clock) -> Store:
    """Open a person's store, or make it.

    Raises :class:`DeskError` ``store_open_elsewhere`` (a second instance), ``store_wrong_key``,
    ``store_damaged``, ``store_newer``, ``store_read_only``, ``store_unopenable``,
    ``disk_full`` or ``sqlite_too_old``. The file is left as it was.
    """
    cipher.refuse_old_sqlite()
    fresh = not path.exists()
    if not fresh and cipher.key_fits(path, key) is False:
        raise DeskError("store_wrong_key", file=path.name)
    lock = _lock(path)
    store = Store(path, key, catalogue, clock, lock)
    try:
        if fresh:
            _write_new_label(path, key)
        store.prepare()
    except BaseException:
        store.close()
        raise
    return store


def _lock(path: Path) -> FileLock:
    lock = FileLock(str(path) + ".lock", timeout=0, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise DeskError("store_open_elsewhere", file=path.name) from None
    except OSError:
        raise DeskError("store_unopenable", file=path.name, folder=str(path.parent)) from None
    return lock


def _write_new_label(path: Path, key: bytes) -> None:
    try:
        cipher.write_label(path, key)
    except OSError:
        raise DeskError("store_unopenable", file=path.name, folder=str(path.parent)) from None


_OURS = "j.seq <= coalesce((SELECT o.left_at FROM own_origin o WHERE o.origin = j.origin), 9223372036854775807)"
"""Links of an origin that was left are another machine's beyond the place where it was."""


def _read_person(connection: Connection) -> Person | None:
    rows = connection.exec_driver_sql("SELECT name, value FROM meta WHERE name LIKE 'person.%'").fetchall()
    told = {str(row[0]): str(row[1]) for row in rows}
    if "person.staff" not in told:
        return None
    return Person(
        StaffId(told["person.staff"]), CentreId(told["person.centre"]),
        told["person.number"], told["person.name"],
    )  # fmt: skip


def _fill_macs(connection: Connection, origin: OriginId, key: bytes) -> None:
    rows = connection.exec_driver_sql(
        "SELECT seq, digest FROM journal WHERE origin = ? AND mac IS NULL", (origin,)
    ).fetchall()
    for seq, digest in rows:
        connection.exec_driver_sql(
            "UPDATE journal SET mac = ? WHERE origin = ? AND seq = ?",
            (mac_of(key, digest), origin, seq),
        )


def _first_bytes(rows: Sequence[Any], most: int) -> list[Any]:
    taken: list[Any] = []
    total = 0
    for row in rows:
        total += len(row[8])
        if taken and total > most:
            break
        taken.append(row)
    return taken
