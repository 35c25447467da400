"""A simulated centre: real stores and real pumps of several seats, one real hub, all in one thread.

Nothing here happens by chance: a history is a list of steps, and the same list gives the same history. A step that makes
no sense where it stands (a share before there is a subject) does nothing, so that any part of a history is one too.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import GroupId, OriginId, StaffId, SubjectId
from agent_desk.facts.body import parse
from agent_desk.facts.concurrency import fields_now
from agent_desk.hub.port import Judged, Outgoing, Presence
from agent_desk.storage.store import NewFact, Person, Store, open_store
from agent_desk.sync.link_state import LinkState
from agent_desk.sync.pump import Credentials, News, Pump
from tests.faults.simulation.kinds import GROUPS, PEOPLE, RIGHTS, the_catalogue
from tests.faults.simulation.model import Model, Right, Someone
from tests.faults.simulation.places import Place
from tests.faults.simulation.wire import Killed, Wire
from tests.sync.desk import KEY, PASSWORD

Step = tuple[Any, ...]
HEALING_ROUNDS = 12
"""A minute at one round in five seconds: by then everything unsent is on the hub."""
CATALOGUE = the_catalogue()
NEVER = {"fault", "answer", "mac", "chain", "author", "centre", "fork", "pulled_altered"}
"""Refusals that must not happen here, whatever the network and the seats go through."""
FORKING = {"fork", "chain"}
"""What may be said once disks were copied or set back, until the seat has gone on in a new origin."""


class Broken(AssertionError):  # noqa: N818 - a promise is broken, the program is not
    """A promise of the desk was not kept."""


@dataclass
class Book:
    """One person's store on one seat."""

    number: str
    path: Path
    store: Store
    proven: bool = True


@dataclass(frozen=True)
class Image:
    """A copy of the disk of a seat as it stood: file by file, of one person's store."""

    number: str
    name: str
    files: dict[str, bytes]


@dataclass
class Seat:
    """One machine: the stores of the people who sit there, one of them signed in."""

    index: int
    wire: Wire
    folder: Path
    skew_us: int = 0
    books: list[Book] = field(default_factory=list)
    active: int = 0
    image: Image | None = None
    pump: Pump | None = None
    news: News | None = None
    clock: Clock = field(default_factory=Clock)
    commits: int = 0
    kill_at: tuple[int, bool] | None = None
    """Kill the process at the n-th commit from now: before it (True) or right after it."""
    turning: bool = False
    """In the middle of a round: what happens now happens at one of its calls."""
    doomed: bool = False
    """Killed in the middle of a round: its process ends as soon as that call returns."""

    @property
    def book(self) -> Book | None:
        """The store of whoever is signed in."""
        return self.books[self.active] if self.books else None


@dataclass
class Parts:
    """What a history is run with; the controls put a broken part in."""

    pump: type[Pump] = Pump
    push_links: int = 500
    pull_rows: int = 2000
    store: Callable[[Store], None] = lambda _: None
    hub: Callable[[Place], None] = lambda _: None


class World:
    """Takes steps, keeps count of what people were told is safe, and settles in the end."""

    def __init__(
        self, place: Place, folder: Path, empty: Path, seats: int, seed: int, parts: Parts | None = None
    ) -> None:
        self.place = place
        self.parts = parts or Parts()
        self.parts.hub(place)
        self._folder = folder
        self._empty = empty
        self._ids = random.Random(seed)
        self._depth = 0
        self.hub_is_down = False
        self.copied = False
        """Whether a disk was copied or set back in this history."""
        self.heard = ""
        """What was wrong with a push, heard in the middle of somebody's round."""
        self.promised: dict[str, str] = {}
        """Facts that were called saved, with the number of the person who was told so."""
        self.typed: dict[str, NewFact] = {}
        staff = place.staff()
        self.model = Model(place.lenient)
        for number, grants in PEOPLE.items():
            rights = [Right(group, role) for group, role in grants.items()]
            self.model.people[number] = Someone(number, staff[number], rights)
        self.seats: list[Seat] = []
        for index in range(seats):
            self.seats.append(self._a_seat(index))

    # -- building ------------------------------------------------------------------------------------

    def _a_seat(self, index: int) -> Seat:
        seat = Seat(index, Wire(self, index), self._folder / f"seat{index}")
        seat.folder.mkdir()
        seat.clock = self._a_clock(seat)
        numbers = list(PEOPLE)
        self._sign_up(seat, numbers[index % len(numbers)])
        if index % 3 == 1:
            self._sign_up(seat, numbers[(index + 3) % len(numbers)])
        self._sit_down(seat, 0)
        return seat

    def _a_clock(self, seat: Seat) -> Clock:
        return Clock(lambda: self.place.time() + seat.skew_us)

    def new_uuid(self) -> str:
        """An id that is the same each time the history is run."""
        return str(uuid.UUID(int=self._ids.getrandbits(128), version=4))

    def _person(self, number: str) -> Person:
        centre = next(iter(self._centre()))
        return Person(StaffId(self.model.people[number].staff), centre, number, f"员工{number}")

    def _centre(self) -> Iterator[Any]:
        if not hasattr(self, "_centre_id"):
            session = self.place.hub.connect("8101", PASSWORD.format("8101"))
            self._centre_id = session.beat(_presence("0", None), []).me.centre
            session.close()
        yield self._centre_id

    def _open(self, seat: Seat, path: Path) -> Store:
        store = open_store(path, KEY, CATALOGUE, seat.clock)
        self._arm(seat, store)
        self.parts.store(store)
        return store

    def _arm(self, seat: Seat, store: Store) -> None:
        """Let the process die at a commit when a step asks for it."""
        begin = store._transaction

        @contextlib.contextmanager
        def transaction() -> Iterator[Any]:
            with begin() as connection:
                yield connection
                seat.commits += 1
                if seat.kill_at == (seat.commits, True):
                    raise Killed(seat.index)
            if seat.kill_at == (seat.commits, False):
                raise Killed(seat.index)

        store._transaction = transaction  # type: ignore[method-assign]

    def _new_store(self, seat: Seat, name: str, number: str) -> Store:
        path = seat.folder / f"{name}.store"
        shutil.copyfile(self._empty, path)
        shutil.copyfile(str(self._empty) + ".label", str(path) + ".label")
        store = self._open(seat, path)
        store.bind(self._person(number))
        return store

    def _sign_up(self, seat: Seat, number: str) -> None:
        session = seat.wire.connect(number, PASSWORD.format(number))
        try:
            store = self._new_store(seat, number, number)
            opened = session.open_origin(OriginId(self.new_uuid()), str(seat.index))
            store.add_origin(opened.origin, opened.key, opened.code)
        finally:
            session.close()
        seat.books.append(Book(number, store.path, store))

    def _sit_down(self, seat: Seat, which: int) -> None:
        """Somebody signs in at a seat."""
        if seat.pump is not None:
            seat.pump.stop()
        seat.active = which
        book = seat.books[which]
        if not book.proven:
            seat.pump = None
            return

        def tell(news: News) -> None:
            seat.news = news

        def presence(state: LinkState) -> Presence:
            return _presence(str(seat.index), state)

        def others() -> list[Store]:
            return [one.store for one in seat.books if one is not book and one.proven and one.store.unsent().count]

        seat.pump = self.parts.pump(
            book.store, seat.wire, Credentials(book.number, PASSWORD.format(book.number)), presence, tell,
            catalogue=CATALOGUE, clock=seat.clock, others=others, chance=random.Random(7),
            push_links=self.parts.push_links, pull_rows=self.parts.pull_rows,
        )  # fmt: skip

    def close(self) -> None:
        """Let go of everything."""
        for seat in self.seats:
            if seat.pump is not None:
                seat.pump.stop()
            seat.wire.late.clear()
            for session in seat.wire.waiting:
                session.close()
            for book in seat.books:
                book.store.close()
        self.place.close()

    # -- what the hub says ---------------------------------------------------------------------------

    def hear_push(self, links: tuple[Outgoing, ...], judged: list[Judged]) -> None:
        """A push reached the hub: it must have judged as the model judges. The pump outlives what is raised here."""
        try:
            self._judge_push(links, judged)
        except Exception as problem:
            self.heard = self.heard or str(problem)
            raise

    def _judge_push(self, links: tuple[Outgoing, ...], judged: list[Judged]) -> None:
        for one in links:
            self._compare_with_typed(one)
        told = [(one.link.origin, one.link.seq, one.body) for one in links]
        expected = self.model.take(told, self.place.time())
        answered = [(one.seq, one.verdict.value, one.reason) for one in judged]
        if answered != expected:
            raise Broken(f"the hub answered {answered}, the rules say {expected}")

    def hear_late(self, problem: DeskError) -> None:
        """Something late came to nothing: no harm, unless the hub took it for a forgery."""
        if problem.facts.get("why") in NEVER - {"chain"}:
            raise Broken(f"a late call was refused as {problem.facts}")

    def is_doomed(self, which: int) -> bool:
        """Whether a seat was killed in the middle of its round."""
        return len(self.seats) > which and self.seats[which].doomed

    def _compare_with_typed(self, sent: Outgoing) -> None:
        typed = self.typed.get(sent.link.fact)
        if typed is None:
            raise Broken(f"{sent.link.fact} was never written by anybody")
        body = parse(sent.body)
        values = {one.field: one.value for one in sent.personal}
        arrived = (body.kind, dict(body.fields), values, body.witness)
        if arrived != (typed.kind, dict(typed.fields), dict(typed.personal), typed.witness):
            raise Broken(f"{sent.link.fact} reached the hub altered")

    # -- steps ---------------------------------------------------------------------------------------

    def take(self, step: Step) -> None:
        """One step of a history."""
        if self._depth > 3:
            return
        self._depth += 1
        try:
            getattr(self, f"do_{step[0]}")(*step[1:])
        except Killed as killed:
            self._die(self.seats[killed.seat])
        finally:
            self._depth -= 1

    def _seat(self, which: int) -> Seat:
        return self.seats[which % len(self.seats)]

    def do_save(self, which: int, what: str, chosen: int) -> None:
        """Somebody saves a receipt (a few of them under one number), a note (perhaps with a colleague's authorisation at
        the counter), or what only leaders may write."""
        seat = self._seat(which)
        book = seat.book
        if book is None or seat.doomed:
            return
        new = self._written(book, what, chosen)
        self._save(seat, book, new)

    def _save(self, seat: Seat, book: Book, new: NewFact) -> None:
        self.typed[new.id] = new
        book.store.save(new)
        self.promised[new.id] = book.number

    def _written(self, book: Book, what: str, chosen: int) -> NewFact:
        group = self._group(book.number, chosen)
        subject = SubjectId(self.new_uuid())
        new_id = book.store.new_id()
        if what == "sale":
            fields = {
                "book": "B1", "number": f"{chosen % 40:06}", "total": 1000 + chosen, "paid": chosen % 2 == 0,
                "lines": [{"item": "桌", "amount": 1000}, {"item": "椅", "amount": chosen}],
            }  # fmt: skip
            return NewFact(
                new_id, "test.sold", group, subject, fields, {"payer": f"客户{chosen}"} if chosen % 3 else {}
            )
        kind = "test.ruled" if what == "ruled" else "test.noted"
        witness = StaffId(self.model.people[_number(chosen)].staff) if what == "witnessed" else None
        values = {"caller": f"139{chosen:08}"} if what == "personal" else {}
        return NewFact(new_id, kind, group, subject, {"text": f"第 {chosen} 条"}, values, witness=witness)

    def _group(self, number: str, chosen: int) -> GroupId:
        """Mostly a group where the person may write."""
        mine = sorted(group for group in self.model.people[number].roles() if group != "*")
        if not mine or chosen % 13 == 0:
            return GroupId(GROUPS[chosen % len(GROUPS)])
        return GroupId(mine[chosen % len(mine)])

    def do_set(self, which: int, chosen: int) -> None:
        """Somebody sets a field of a case, new or old, over whatever value this seat shows."""
        seat = self._seat(which)
        book = seat.book
        if book is None or seat.doomed:
            return
        with book.store.reading() as connection:
            run = connection.exec_driver_sql
            cases = run("SELECT DISTINCT subject, grp FROM fact WHERE kind = 'test.stated' ORDER BY 1").fetchall()
        name = "state" if chosen % 2 else "place"
        if not cases or chosen % 5 == 0:
            subject, group, before = SubjectId(self.new_uuid()), self._group(book.number, chosen), []
        else:
            subject, group = SubjectId(cases[chosen % len(cases)][0]), GroupId(cases[chosen % len(cases)][1])
            now = fields_now(parse(text) for text in stated(book.store, subject)).get(name)
            before = now.to_replace if now else []
        fact = NewFact(
            book.store.new_id(), "test.stated", group, subject, {name: f"值 {chosen}"}, replaces={name: before}
        )
        self._save(seat, book, fact)

    def do_share(self, which: int, chosen: int) -> None:
        """Somebody hands a subject of their own to another group."""
        seat = self._seat(which)
        book = seat.book
        if book is None or seat.doomed:
            return
        with book.store.reading() as connection:
            mine = connection.exec_driver_sql(
                "SELECT f.subject, f.grp FROM journal j JOIN fact f ON f.id = j.fact"
                " JOIN own_origin o ON o.origin = j.origin AND o.closed = 0 ORDER BY j.seq"
            ).fetchall()
        opened: dict[str, str] = {}
        for subject, group in mine:
            opened.setdefault(subject, group)
        own = {fact.subject: fact.group for fact in self._first_of_subjects(opened)}
        if not own:
            return
        subject = sorted(own)[chosen % len(own)]
        to = GROUPS[chosen % len(GROUPS)]
        fact = NewFact(book.store.new_id(), "subject.shared", own[subject], SubjectId(subject), {"to_group": to})
        self._save(seat, book, fact)

    def _first_of_subjects(self, among: dict[str, str]) -> list[NewFact]:
        """The facts that opened these subjects, if nobody else did."""
        first: dict[str, NewFact] = {}
        for fact in self.typed.values():
            first.setdefault(fact.subject, fact)
        return [first[one] for one in among if first[one].group == among[one]]

    def do_round(self, which: int) -> None:
        """A seat's pump does its round."""
        self._turn(self._seat(which))

    def _turn(self, seat: Seat) -> None:
        if seat.pump is None or seat.turning:
            return
        seat.wire.begin()
        seat.turning = True
        try:
            seat.pump.round()
        except Killed as killed:
            if killed.seat != seat.index:
                raise
            seat.doomed = True
        finally:
            seat.turning = False
            seat.wire.plan.clear()
            seat.kill_at = None
        if seat.doomed:
            self._die(seat)
        if self.heard:
            raise Broken(self.heard)
        if seat.news is not None and seat.news.state.why in NEVER - (FORKING if self.copied else set()):
            raise Broken(f"seat {seat.index} says {seat.news.state.why}")

    def do_at(self, which: int, call: int, act: Any) -> None:
        """Something goes wrong (or happens elsewhere) at the n-th call of this seat's next round."""
        self._seat(which).wire.plan[call] = act

    def do_arrive(self, which: int) -> None:
        """What a seat had given up waiting for reaches the hub after all."""
        if not self.hub_is_down:
            self._seat(which).wire.arrive()

    def do_refuse(self, which: int, refusing: bool) -> None:
        """The way of one seat to the hub is cut, or mended."""
        self._seat(which).wire.refusing = refusing

    def do_rights(self, who: int, chosen: int) -> None:
        """Somebody's rights change."""
        self._set_staff(_number(who), RIGHTS[chosen % len(RIGHTS)], self.model.people[_number(who)].active)

    def do_dismiss(self, who: int) -> None:
        """Somebody leaves."""
        self._set_staff(_number(who), None, False)

    def do_back(self, who: int) -> None:
        """Somebody comes back."""
        self._set_staff(_number(who), None, True)

    def _set_staff(self, number: str, grants: dict[str, str] | None, active: bool) -> None:
        if self.hub_is_down:
            return
        self.place.set_staff(number, grants, active)
        self.model.set_staff(number, grants, active, self.place.time())

    def do_kill(self, which: int) -> None:
        """A seat's process ends without warning."""
        self._die(self._seat(which))

    def do_kill_at(self, which: int, commit: int, before: bool) -> None:
        """A seat's process ends at one of its next commits."""
        seat = self._seat(which)
        seat.kill_at = (seat.commits + 1 + commit, before)

    def do_torn(self, which: int, chosen: int) -> None:
        """A seat's process ends while a big fact is half written, with rubbish at the end of the log."""
        seat = self._seat(which)
        book = seat.book
        if book is None or seat.turning:
            return
        kept: dict[Path, bytes] = {}
        fact = NewFact(
            book.store.new_id(), "test.noted", GroupId("A"), SubjectId(self.new_uuid()), {"text": "长" * 30_000}
        )
        with contextlib.suppress(Killed), book.store.writing() as writing:
            writing.connection.exec_driver_sql("PRAGMA cache_size = 2")
            writing.add(fact)
            kept = _files(book.path)
            log = Path(f"{book.path}-wal")
            kept[log] = kept.get(log, b"") + random.Random(chosen).randbytes(chosen % 9000)
            raise Killed(seat.index)
        self._die(seat, kept)

    def do_image(self, which: int) -> None:
        """Somebody keeps a copy of a seat's disk; of what it holds for the one who is signed in."""
        seat = self._seat(which)
        book = seat.book
        if book is None or seat.turning or not book.proven:
            return
        seat.image = Image(book.number, book.path.name, {one.name: data for one, data in _files(book.path).items()})

    def do_set_back(self, which: int) -> None:
        """The disk of a seat fails and is replaced by its older copy. What only this disk held is gone with it."""
        seat = self._seat(which)
        if seat.image is None or seat.turning:
            return
        self.copied = True
        book = next(one for one in seat.books if one.path.name == seat.image.name)
        with book.store.reading() as connection:
            lost = {row[0] for row in connection.exec_driver_sql("SELECT id FROM fact").fetchall()}
        files = {seat.folder / name: data for name, data in seat.image.files.items()}
        self._die(seat, files)
        with book.store.reading() as connection:
            lost -= {row[0] for row in connection.exec_driver_sql("SELECT id FROM fact").fetchall()}
        for one in lost - set(self.model.facts) - self._elsewhere(lost, book):
            self.promised.pop(one, None)

    def _elsewhere(self, facts: set[str], besides: Book) -> set[str]:
        """Those that lie in another store of ours as well: its copy will send them."""
        found: set[str] = set()
        for book in (one for seat in self.seats for one in seat.books if one is not besides):
            with book.store.reading() as connection:
                rows = connection.exec_driver_sql("SELECT fact FROM journal").fetchall()
            found |= facts & {row[0] for row in rows}
        return found

    def do_clone(self, which: int) -> None:
        """A further machine is made from the copy of a seat's disk, and the same person works at both."""
        seat = self._seat(which)
        if seat.image is None or len(self.seats) > 20:
            return
        self.copied = True
        twin = Seat(len(self.seats), Wire(self, len(self.seats)), self._folder / f"seat{len(self.seats)}")
        twin.folder.mkdir()
        twin.clock = self._a_clock(twin)
        for name, data in seat.image.files.items():
            (twin.folder / name).write_bytes(data)
        shutil.copyfile(str(self._empty) + ".label", twin.folder / f"{seat.image.name}.label")
        path = twin.folder / seat.image.name
        self.seats.append(twin)
        twin.books.append(Book(seat.image.number, path, self._open(twin, path)))
        self._sit_down(twin, 0)

    def do_forge(self, which: int, chosen: int) -> None:
        """A colleague with a forged program delivers what somebody else has unsent, under a seal of their own making."""
        seat = self._seat(which)
        forger = next((one for one in self.model.people.values() if seat.book and one.number != seat.book.number), None)
        if seat.book is None or forger is None or not forger.active or self.hub_is_down or seat.turning:
            return
        own = seat.book.store.origins()[-1]
        for link, text, values in seat.book.store.pending(own.origin, own.acked_seq, 1):
            session = self.place.hub.connect(forger.number, PASSWORD.format(forger.number))
            mac = None if chosen % 2 else random.Random(chosen).randbytes(32)
            with contextlib.suppress(DeskError):
                session.push([Outgoing(replace(link, mac=mac), text, values)])
                raise Broken(f"the hub took what {forger.number} forged in the name of {seat.book.number}")
            session.close()

    def do_clock(self, which: int, hours: int) -> None:
        """A seat's own clock is set forward or back."""
        self._seat(which).skew_us = hours * 3_600_000_000

    def do_time(self, seconds: int) -> None:
        """Time goes by everywhere."""
        self.place.time.pass_by(seconds)

    def do_hub_down(self) -> None:
        """The hub is stopped."""
        self.hub_is_down = True

    def do_hub_crash(self) -> None:
        """The hub dies without warning and comes back at once."""
        self.place.crash()
        self.hub_is_down = False

    def do_switch(self, which: int) -> None:
        """The next of the people of this seat signs in."""
        seat = self._seat(which)
        if seat.turning:
            return
        proven = [place for place, book in enumerate(seat.books) if book.proven]
        later = [place for place in proven if place > seat.active]
        if proven:
            self._sit_down(seat, (later or proven)[0])

    def do_visit(self, which: int, who: int) -> None:
        """Somebody signs in at a seat for the first time; that needs the hub."""
        seat, number = self._seat(which), _number(who)
        known = any(book.number == number and book.proven for book in seat.books)
        if seat.turning or known or not self.model.people[number].active:
            return
        seat.wire.begin()
        with contextlib.suppress(DeskError):
            self._sign_up(seat, number)
            self._sit_down(seat, len(seat.books) - 1)

    def do_unproven(self, which: int, who: int) -> None:
        """Somebody known to the seat writes without having proved who they are; nothing of it may leave."""
        seat, number = self._seat(which), _number(who)
        if seat.turning or any(not book.proven for book in seat.books):
            return
        store = self._new_store(seat, f"{number}.unproven-{len(seat.books)}", number)
        store.add_origin(OriginId(self.new_uuid()), None, None)
        seat.books.append(Book(number, store.path, store, proven=False))
        self._sit_down(seat, len(seat.books) - 1)

    def do_prove(self, which: int) -> None:
        """Whoever wrote unproven confirms it on line."""
        seat = self._seat(which)
        if seat.turning:
            return
        seat.wire.begin()
        for place, book in enumerate(seat.books):
            if not book.proven and self.model.people[book.number].active:
                with contextlib.suppress(DeskError):
                    self._prove(seat, book)
                    if seat.active == place:
                        self._sit_down(seat, place)

    def _prove(self, seat: Seat, book: Book) -> None:
        session = seat.wire.connect(book.number, PASSWORD.format(book.number))
        try:
            opened = session.open_origin(book.store.origins()[-1].origin, str(seat.index))
            book.store.add_origin(opened.origin, opened.key, opened.code)
            book.proven = True
        finally:
            session.close()

    def _die(self, seat: Seat, kept: dict[Path, bytes] | None = None) -> None:
        """The process ends: what is in the files stays, nothing is tidied up, then it starts again."""
        if seat.turning:
            seat.doomed = True
            return
        seat.kill_at, seat.doomed = None, False
        if seat.pump is not None:
            seat.pump.stop()
            seat.pump = None
        seat.clock = self._a_clock(seat)
        for book in seat.books:
            files = kept if kept and book.path in kept else _files(book.path)
            book.store.close()
            for path in _files(book.path):
                path.unlink()
            Path(f"{book.path}-shm").unlink(missing_ok=True)
            for path, data in files.items():
                path.write_bytes(data)
            book.store = self._open(seat, book.path)
        if seat.books:
            self._sit_down(seat, seat.active)

    # -- the end --------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Everything is mended and left alone: within a minute nothing is unsent, and soon everybody has everything."""
        self._mend()
        for seat in self.seats:
            self._heal(seat)
            self._stand_up(seat)
            left = {book.number: book.store.unsent().count for book in seat.books}
            if any(left.values()):
                state = seat.news.state if seat.news else None
                raise Broken(f"seat {seat.index} still holds unsent facts after a minute: {left}, {state}")
        for _ in range(4):
            if not self._a_pass():
                return
        raise Broken("seats go on moving facts for ever")

    def _heal(self, seat: Seat) -> None:
        """A minute of rounds. Who signs in drains what colleagues left; after a copied disk each must come themselves."""
        for place in range(len(seat.books)) if self.copied else [seat.active]:
            self._sit_down(seat, place)
            for _ in range(HEALING_ROUNDS):
                self._turn(seat)

    def _mend(self) -> None:
        self.hub_is_down = False
        for seat in self.seats:
            seat.wire.plan.clear()
            seat.wire.refusing = False
            seat.kill_at = None
            seat.wire.arrive()
        for number, person in self.model.people.items():
            if not person.active:
                self._set_staff(number, None, True)
        for seat in self.seats:
            self.do_prove(seat.index)
            self._stand_up(seat)

    def _stand_up(self, seat: Seat) -> None:
        """Everybody signs out: nobody may be signed in at more than three seats at once."""
        if seat.pump is not None:
            seat.pump.stop()
            seat.pump = None

    def _a_pass(self) -> int:
        """Each person signs in once at each of their seats; answers how many facts moved."""
        moved = 0
        for seat in self.seats:
            for place in range(len(seat.books)):
                self._sit_down(seat, place)
                self._turn(seat)
                self._turn(seat)
                news = seat.news
                if news is None or news.beat is None:
                    raise Broken(f"seat {seat.index} does not reach the hub: {news}")
                moved += news.pulled + news.pushed
            self._stand_up(seat)
        return moved


def stated(store: Store, subject: str) -> list[str]:
    """The bodies of one case's facts that set a field."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT body FROM fact WHERE kind = 'test.stated' AND subject = ?", (subject,)
        ).fetchall()
    return [row[0] for row in rows]


def _files(path: Path) -> dict[Path, bytes]:
    both = (path, Path(f"{path}-wal"))
    return {one: one.read_bytes() for one in both if one.exists()}


def _number(who: int) -> str:
    return list(PEOPLE)[who % len(PEOPLE)]


def _presence(seat: str, state: LinkState | None) -> Presence:
    unsent = state.unsent if state else 0
    return Presence(seat, "ready", 0, unsent, (state.oldest_us or 0) if state else 0, "0.1.0")
