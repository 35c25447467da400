"""The shelf: every person's file on this installation, opened once, with the keys this account holds.

The window uses the signed-in person's file alone. The pump may drain each file whose key the
account's vault gives out: a colleague who went home with unsent facts loses nothing.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent_desk.base.clock import MICROSECONDS, Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, GroupId, StaffId
from agent_desk.facts.kind import Catalogue, Role
from agent_desk.people import recovery
from agent_desk.people.place import Place
from agent_desk.settings.secrets import Entry, Purpose, Vault, keep_store_key, new_store_key, store_key
from agent_desk.storage import cipher
from agent_desk.storage.store import Store, open_store

log = logging.getLogger(__name__)

_LABEL_SUFFIX = ".person"
MOST_UNPROVEN = 99
_RETRY_US = 60 * MICROSECONDS


@dataclass(frozen=True)
class Book:
    """One file on the shelf: whose, and for unproven sessions the how-manieth (else 0)."""

    number: str
    unproven: int
    path: Path


@dataclass(frozen=True)
class Known:
    """A member of staff as the centre's own list has them, as far as it has come to this seat."""

    staff: StaffId
    number: str
    name: str
    active: bool
    grants: dict[GroupId, Role]


@dataclass
class _Opened:
    store: Store
    holders: int


class Shelf:
    """Opens, makes and lists the files. Safe to call from any thread.

    ``recovery_key`` is the centre's public recovery key, ``None`` where the hub was set up without.
    """

    def __init__(
        self,
        place: Place,
        vault: Vault,
        centre: CentreId,
        catalogue: Catalogue,
        clock: Clock,
        recovery_key: bytes | None = None,
        opener: Callable[[Path, bytes, Catalogue, Clock], Store] = open_store,
    ) -> None:
        self.installation = place.installation()
        self._place = place
        self._vault = vault
        self._centre = centre
        self._catalogue = catalogue
        self._clock = clock
        self._recovery_key = recovery_key
        self._opener = opener
        self._turn = threading.RLock()
        self._opened: dict[Path, _Opened] = {}
        self._draining: dict[Path, Store] = {}
        self._empty: set[Path] = set()
        self._not_before: dict[Path, int] = {}

    # -- whose files there are ----------------------------------------------------------------

    def books(self) -> list[Book]:
        """Every file of this centre in this account, proven ones first, by staff number."""
        found = [self._read_label(path) for path in self._place.stores.glob(f"*{_LABEL_SUFFIX}")]
        books = [one for one in found if one is not None and one.path.exists()]
        return sorted(books, key=lambda one: (one.unproven, one.number))

    def knows(self, number: str) -> bool:
        """Whether this person has been proven on this installation before."""
        return self._book(number).path.exists()

    def unproven_of(self, number: str) -> list[Book]:
        """The files of sessions under this number that nobody could prove."""
        return [one for one in self.books() if one.number == number and one.unproven]

    # -- opening ------------------------------------------------------------------------------

    def open(self, number: str) -> Store:
        """A proven person's store; each call is answered by one :meth:`release`.

        Raises :class:`DeskError` ``person_unknown_here``, ``store_key_missing``,
        ``vault_unreadable``, or what :func:`open_store` raises.
        """
        book = self._book(number)
        if not book.path.exists():
            raise DeskError("person_unknown_here", number=number)
        return self.open_book(book)

    def open_book(self, book: Book) -> Store:
        """Any file of the shelf."""
        with self._turn:
            held = self._opened.get(book.path)
            if held is not None:
                held.holders += 1
                return held.store
            key = self._key(book)
            if key is None:
                raise DeskError("store_key_missing", number=book.number, spare=recovery.path_beside(book.path).exists())
            return self._hold(book.path, key)

    def make(self, number: str) -> Store:
        """The person's store, made if there is none: called only when the hub has proven them."""
        book = self._book(number)
        return self.open_book(book) if book.path.exists() else self._make(book)

    def make_unproven(self, number: str) -> tuple[Book, Store]:
        """A fresh file for a session nobody can prove. Raises ``unproven_too_many``."""
        for count in range(1, MOST_UNPROVEN + 1):
            book = Book(number, count, self._place.unproven_of(self._centre, number, count))
            if not book.path.exists():
                return book, self._make(book)
        raise DeskError("unproven_too_many", number=number)

    def release(self, store: Store) -> None:
        """Give a store back; the last holder closes it."""
        with self._turn:
            held = self._opened.get(store.path)
            if held is None or held.store is not store:
                return
            self._empty.discard(store.path)
            held.holders -= 1
            if held.holders == 0:
                del self._opened[store.path]
                store.close()

    def close(self) -> None:
        """Close everything, at the end of the program."""
        with self._turn:
            self._draining.clear()
            for held in self._opened.values():
                held.store.close()
            self._opened.clear()

    # -- a lost key ---------------------------------------------------------------------------

    def lacks_key(self, book: Book) -> bool:
        """Whether this account's vault has lost the key of a file."""
        return self._key(book) is None

    def recover(self, book: Book, private_key: bytes) -> None:
        """Put the key of a file into the vault anew, opened with the centre's private recovery key.

        Raises ``recovery_missing`` without a spare key beside the file, ``recovery_wrong_key``,
        ``recovery_damaged``, ``recovery_newer``, or what the vault raises. The file must open with the key,
        else nothing is put down and its fault is raised.
        """
        spare = recovery.read(book.path)
        if spare is None:
            raise DeskError("recovery_missing", number=book.number)
        key = spare.open_with(private_key)
        with self._turn:
            if cipher.key_fits(book.path, key) is False:
                raise DeskError("recovery_damaged", number=book.number)
            self.release(self._hold(book.path, key))
            keep_store_key(self._vault, self._entry(book), key)
            self._not_before.pop(book.path, None)

    # -- draining -----------------------------------------------------------------------------

    def drainable(self, besides: Store | None = None) -> list[Store]:
        """Every store the pump may drain ``besides`` the one it serves: all that this account can open
        and that hold unsent facts with macs. One that has nothing left is closed and not opened
        again before it is used; one that cannot be opened is tried again after a minute."""
        now = self._clock.raw_us()
        with self._turn:
            for book in self.books():
                if book.path not in self._empty and self._not_before.get(book.path, now) <= now:
                    self._look_into(book)
            return [store for store in self._draining.values() if store is not besides]

    def _look_into(self, book: Book) -> None:
        store = self._draining.get(book.path) or self._open_quietly(book)
        if store is None:
            self._not_before[book.path] = self._clock.raw_us() + _RETRY_US
            return
        if _has_keyed_unsent(store):
            self._draining[book.path] = store
            return
        self._draining.pop(book.path, None)
        self.release(store)
        if book.path not in self._opened:
            self._empty.add(book.path)

    def _open_quietly(self, book: Book) -> Store | None:
        try:
            return self.open_book(book)
        except DeskError as problem:
            log.info("the file %s is not drained: %s", book.path.name, problem.code)
            return None

    # -- the centre's staff list ----------------------------------------------------------------

    def find_staff(self, number: str) -> Known | None:
        """A person by the staff list that travelled to any file here; personal to nobody, known to all seats."""
        for book in self.books():
            store = self._open_quietly(book)
            if store is None:
                continue
            try:
                found = known_staff(store, number)
            finally:
                self.release(store)
            if found is not None:
                return found
        return None

    # -- inside -------------------------------------------------------------------------------

    def _book(self, number: str) -> Book:
        return Book(number, 0, self._place.store_of(self._centre, number))

    def _entry(self, book: Book) -> Entry:
        told = f"{book.number}/unproven-{book.unproven}" if book.unproven else book.number
        return Entry(Purpose.STORE_KEY, self.installation, told)

    def _key(self, book: Book) -> bytes | None:
        return store_key(self._vault, self._entry(book))

    def _make(self, book: Book) -> Store:
        """Key first, then spare key, label and file: a crash in between leaves nothing unopenable."""
        with self._turn:
            key = self._key(book)
            if key is None:
                key = new_store_key()
                keep_store_key(self._vault, self._entry(book), key)
            self._make_folder()
            self._write_spare(book, key)
            self._write_label(book)
            return self._hold(book.path, key)

    def _make_folder(self) -> None:
        try:
            self._place.stores.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            raise DeskError("store_unopenable", file="", folder=str(self._place.stores)) from None

    def _write_spare(self, book: Book, key: bytes) -> None:
        if self._recovery_key is not None and not recovery.is_current(book.path, self._recovery_key):
            spare = recovery.seal(key, self._centre, book.number, self._recovery_key)
            recovery.write(book.path, spare)

    def _hold(self, path: Path, key: bytes) -> Store:
        held = self._opened.get(path)
        if held is None:
            held = self._opened[path] = _Opened(self._opener(path, key, self._catalogue, self._clock), 0)
        held.holders += 1
        return held.store

    def _write_label(self, book: Book) -> None:
        path = book.path.with_name(book.path.name + _LABEL_SUFFIX)
        told = {"version": 1, "centre": self._centre, "number": book.number, "unproven": book.unproven}
        fresh = path.with_name(path.name + ".new")
        try:
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(told, file, ensure_ascii=False, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError:
            raise DeskError("store_unopenable", file=path.name, folder=str(path.parent)) from None

    def _read_label(self, path: Path) -> Book | None:
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["centre"] != self._centre:
                return None
            store = path.with_name(path.name.removesuffix(_LABEL_SUFFIX))
            return Book(str(told["number"]), int(told["unproven"]), store)
        except (OSError, ValueError, KeyError, TypeError):
            log.warning("the label %s cannot be read", path.name)
            return None


def _has_keyed_unsent(store: Store) -> bool:
    return any(one.key is not None and store.pending(one.origin, one.acked_seq, 1) for one in store.origins())


def known_staff(store: Store, number: str) -> Known | None:
    """The newest line of the centre's staff list with this number, as pulled into a store."""
    if not {"staff_set", "staff_grant"} <= store.tables:
        return None
    with store.reading() as connection:
        row = connection.exec_driver_sql(
            "SELECT s.fact, s.staff, s.number, s.name, s.active FROM staff_set s"
            " JOIN journal j ON j.fact = s.fact WHERE s.number = ? ORDER BY s.happened DESC, j.seq DESC LIMIT 1",
            (number,),
        ).fetchone()
        if row is None:
            return None
        grants = connection.exec_driver_sql(
            "SELECT granted, role FROM staff_grant WHERE fact = ?", (row[0],)
        ).fetchall()
    roles = {one.value for one in Role}
    known = {GroupId(granted): Role(role) for granted, role in grants if role in roles}
    return Known(StaffId(row[1]), row[2], row[3], bool(row[4]), known)
