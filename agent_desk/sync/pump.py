"""The pump: carries facts up and down, patiently, and may repeat itself without harm.

It runs on a thread of its own with a synchronous session, keeps nothing in memory that a
restart would miss (what is unsent is asked of the store each time), and tells the window
through one callback.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE, FactId, GroupId, OriginId, SubjectId
from agent_desk.facts.hub_kinds import ERASED_HERE, VERDICT, believable
from agent_desk.facts.kind import Catalogue, Role
from agent_desk.hub.port import Beat, Head, Hub, HubSession, Judged, Outgoing, Presence, Pulled, Verdict
from agent_desk.hub.wire import Batch
from agent_desk.storage import erasing
from agent_desk.storage.store import Answer, Arrived, NewFact, Origin, Store
from agent_desk.sync import forking, healing
from agent_desk.sync.errand import Errand
from agent_desk.sync.link_state import LAGGING_AFTER_US, LinkKind, LinkState, Pauses

TICK_SECONDS = 5.0
PUSH_LINKS = 500
PUSH_BYTES = 1_000_000
"""Of bodies in one batch. On a slow line links and bytes are ``SLOW_TIMES`` as many: it is waited for less often."""
SLOW_TIMES = 4
SLOW_LINE_US = 20_000
"""A beat that takes longer than this came over a slow line, such as a tunnel between two towns."""
PULL_ROWS = 2000

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Credentials:
    """Who the pump signs in as; kept in memory for the session only."""

    number: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials({self.number!r})"


@dataclass(frozen=True)
class News:
    """What one round brought: shown by the window, kept nowhere."""

    state: LinkState
    pulled: int = 0
    pushed: int = 0
    beat: Beat | None = None
    purged: int = 0


class Pump:
    """Drains stores into the hub and pulls what others wrote.

    ``store`` is the signed-in person's: it is pushed and pulled. ``others`` answers the
    further stores this seat can open; they are only drained (a colleague who went home with
    unsent facts). ``tell`` is called on the pump's thread after every round.
    """

    def __init__(
        self,
        store: Store,
        hub: Hub,
        credentials: Credentials,
        presence: Callable[[LinkState], Presence],
        tell: Callable[[News], None],
        *,
        catalogue: Catalogue,
        clock: Clock,
        others: Callable[[], Sequence[Store]] = tuple,
        tick: float = TICK_SECONDS,
        chance: random.Random | None = None,
        push_links: int = PUSH_LINKS,
        pull_rows: int = PULL_ROWS,
    ) -> None:
        self._store = store
        self._hub = hub
        self._credentials = credentials
        self._presence = presence
        self._tell = tell
        self._catalogue = catalogue
        self._clock = clock
        self._others = others
        self._tick = tick
        self._chance = chance or random.Random()  # noqa: S311 - jitter, no secret
        self._push_links = push_links
        self._pull_rows = pull_rows
        self._pauses = Pauses(self._chance)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._session: HubSession | None = None
        self._thread: threading.Thread | None = None
        self._state = LinkState(LinkKind.WAITING, clock.now_us())
        self._client = ""
        self._line_us = 0
        self._bringer = healing.Bringer(store, self._chance)

    # -- life ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to pump on a thread of its own; each commit of the store wakes it."""
        self._store.listeners.append(self.wake)
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Do a round now rather than at the next tick."""
        if threading.current_thread() is not self._thread:
            self._wake.set()

    def stop(self, timeout: float = 10.0) -> None:
        """End after the step in hand; nothing is lost, the next pump goes on from the store."""
        if self.wake in self._store.listeners:
            self._store.listeners.remove(self.wake)
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None
        self._hang_up()

    @property
    def state(self) -> LinkState:
        """The state told last."""
        return self._state

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            pause = self.round()
            self._wake.wait(pause)

    # -- one round ----------------------------------------------------------------------------

    def round(self) -> float:
        """Beat, push, pull once; answers the seconds to wait before the next round."""
        try:
            news = self._work()
        except DeskError as problem:
            self._hang_up()
            self._say(News(self._fallen(problem)))
            return self._pauses.next()
        except Exception:  # noqa: BLE001 - the pump outlives every fault
            _log.exception("the pump's round failed")
            self._hang_up()
            self._say(News(self._fallen(DeskError("hub_away", why="fault"))))
            return self._pauses.next()
        self._pauses.reset()
        self._say(news)
        return self._tick * self._chance.uniform(0.8, 1.2)

    def _work(self) -> News:
        session = self._connected()
        others = tuple(self._others())
        beat = self._beat(session, others)
        self._say(News(self._linked()))
        self._heal(session, beat, others)
        if not beat.opened:
            raise DeskError("hub_away", why="healing")
        purged = self._hear_grants(beat)
        if purged:
            beat = self._beat(session, others)  # what must be read again is not news to a hub that thinks we hold it
        alarm = self._reconcile(session, self._store, beat)
        pushed = self._drain(session, self._store, alarm)
        for other in others:
            pushed += self._drain_other(session, other, beat)
        self._refuse_old_desk(beat)
        pulled = self._pull(session, beat, alarm)
        self._let_go(beat, others)
        if alarm:
            raise next(iter(alarm.values()))
        return News(self._linked(), pulled=pulled, pushed=pushed, beat=beat, purged=purged)

    def _connected(self) -> HubSession:
        if self._session is None:
            self._session = self._hub.connect(self._credentials.number, self._credentials.password)
        return self._session

    def _hang_up(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _beat(self, session: HubSession, others: Sequence[Store]) -> Beat:
        known = [Head(*key, seq) for key, seq in self._store.cursors().items()]
        presence = self._presence(self._state)
        self._client = presence.client
        known += healing.origins_known(others, GroupId(f"@{self._store.person.staff}"))
        sent = self._clock.raw_us()
        beat = session.beat(presence, known)
        heard = self._clock.raw_us()
        self._clock.correct(beat.hub_us, sent, heard)
        self._line_us = heard - sent
        if not beat.me.active:
            raise DeskError("hub_refused", why="rights")
        return beat

    def _heal(self, session: HubSession, beat: Beat, others: Sequence[Store]) -> None:
        """After a restore: what the hub lost counts as unsent again, and colleagues' links are brought if need be."""
        if beat.opened:
            for store in (self._store, *others):
                healing.hear_epoch(store, beat)
            healing.open_forgotten(
                session, self._store, beat, self._seat(), lambda own: self._drain_origin(session, self._store, own)
            )
        sending = {own.origin for store in (self._store, *others) for own in store.origins()}
        self._bringer.bring(session, beat, sending)

    def _hear_grants(self, beat: Beat) -> int:
        """Narrowed grants purge the local copies; a new grant is a new cursor and pulls itself."""
        version = f"{beat.epoch}/{beat.grants_version}"
        if self._store.meta_get("grants") == version:
            return 0
        sees_all = beat.me.grants.get(EVERYONE) is Role.MANAGER
        saw_all = self._store.meta_get("sees_all") == "yes"
        with self._store.writing() as writing:
            if sees_all:
                purged = 0
            elif saw_all:
                purged = writing.purge_all()
            else:
                purged = writing.purge(beat.me.grants)
            writing.meta_set("grants", version)
            writing.meta_set("sees_all", "yes" if sees_all else "no")
        return purged

    def _reconcile(self, session: HubSession, store: Store, beat: Beat) -> dict[OriginId, DeskError]:
        """Hold what the hub says it has of ours against what we know we wrote.

        Where the hub has links of ours that we never made, this disk is a copy or was set back: what is
        unsent goes on in a new origin. Answers the origins of which nothing may be sent, and why: the hub no
        longer holds what it had confirmed. Everything is kept; a person must look.
        """
        alarm: dict[OriginId, DeskError] = {}
        for own in store.origins():
            seq, digest = beat.own_heads.get(own.origin, (0, b""))
            if own.key is None or (own.left_at is not None and seq >= own.left_at):
                continue
            try:
                if forking.strays(store, own, seq, digest):
                    forking.mend(session, store, own, seq, self._seat(), self._confirm(session, store))
                    continue
            except DeskError as problem:
                if problem.facts.get("why") != "fork":
                    raise
                alarm[own.origin] = problem
                continue
        return alarm

    def _seat(self) -> str:
        return self._presence(self._state).seat

    def _confirm(self, session: HubSession, store: Store) -> Callable[[Origin, int], object]:
        return lambda own, upto: self._drain_origin(session, store, own, upto)

    def _refuse_old_desk(self, beat: Beat) -> None:
        """What is here has gone up; a desk that is too old for the centre is handed nothing more."""
        if older(self._client, beat.oldest_client):
            raise DeskError("hub_refused", why="client_too_old")

    # -- up -----------------------------------------------------------------------------------

    def _drain(self, session: HubSession, store: Store, alarm: Collection[OriginId] = ()) -> int:
        pushed = 0
        for own in store.origins():
            if own.key is not None and own.origin not in alarm:
                pushed += self._drain_origin(session, store, own)
        return pushed

    def _drain_other(self, session: HubSession, store: Store, beat: Beat) -> int:
        """A colleague's store, or an unproven session's of the same person. What the hub refuses of it waits for
        its own person, and holds nothing of mine up."""
        try:
            mine = store.has_person and store.person.staff == beat.me.staff
            alarm = self._reconcile(session, store, beat) if mine else {}
            return self._drain(session, store, alarm)
        except DeskError as problem:
            if problem.code != "hub_refused" or problem.facts.get("why") not in healing.OF_THE_LINKS:
                raise
            _log.info("what %s left unsent waits for its person: %s", store.path.name, problem.facts.get("why"))
            return 0

    def _drain_origin(self, session: HubSession, store: Store, own: Origin, upto: int | None = None) -> int:
        """Send batch after batch. While the hub judges one, the answers to the one before are

        written down and the next one is read: nobody waits for the other's disk.
        """
        pushed = 0
        judged: Sequence[Judged] = ()
        batch = self._read_batch(store, own.origin, own.acked_seq, upto)
        while batch and not self._stopping.is_set():
            sending = Errand(partial(session.push, batch))
            try:
                pushed += self._write_answers(store, own.origin, judged)
                following = self._read_batch(store, own.origin, batch[-1].link.seq, upto)
            finally:
                sending.wait()
            judged = _answers_to(batch, sending.result())
            batch = following
        return pushed + self._write_answers(store, own.origin, judged)

    def _read_batch(self, store: Store, origin: OriginId, after: int, upto: int | None) -> Batch:
        times = SLOW_TIMES if self._line_us > SLOW_LINE_US else 1
        rows = store.pending(origin, after, times * self._push_links, times * PUSH_BYTES)
        return Batch([Outgoing(*row) for row in rows if upto is None or row[0].seq <= upto])

    def _write_answers(self, store: Store, origin: OriginId, judged: Sequence[Judged]) -> int:
        if not judged:
            return 0
        answers = [Answer(one.fact, one.seq, one.verdict.value, one.reason, one.hub_us) for one in judged]
        with store.writing() as writing:
            writing.answer(origin, answers)
        if store is self._store:
            self._say(News(self._linked(), pushed=len(answers)))
        return len(answers)

    # -- down ---------------------------------------------------------------------------------

    def _pull(self, session: HubSession, beat: Beat, alarm: Collection[OriginId] = ()) -> int:
        cursors = self._store.cursors()
        own = {one.origin: one for one in self._store.origins()}
        pulled = 0
        for head in beat.heads:
            mine = own.get(head.origin)
            after = max(cursors.get((head.origin, head.group), 0), (mine and mine.left_at) or 0)
            if mine is not None and mine.left_at is None:
                if mine.key is not None and head.origin not in alarm:
                    self._skip_own(head)
            elif after < head.seq:
                pulled += self._pull_head(session, head, after, set(beat.me.grants))
        return pulled

    def _skip_own(self, head: Head) -> None:
        with self._store.writing() as writing:
            writing.move_cursor(head.origin, head.group, head.seq)

    def _pull_head(self, session: HubSession, head: Head, after: int, groups: set[GroupId]) -> int:
        """Read page after page. While one is checked and written down, the hub is already asked for the next one."""
        pulled, page = 0, self._read_page(session, head, after)
        while after < head.seq and not self._stopping.is_set():
            after = page[-1].link.seq if len(page) >= self._pull_rows else head.seq
            whole = [row for one in self._widened(page, groups) for row in _whole(session, one)]
            whole += [row for one in self._come_late(page) for row in session.pull_subject(one)]
            following = Errand(partial(self._read_page, session, head, after)) if after < head.seq else None
            try:
                with self._store.writing() as writing:
                    pulled += writing.take(*(_arrived(row) for row in (*page, *whole)))
                    writing.move_cursor(head.origin, head.group, after)
            finally:
                page = [] if following is None else following.result()
        return pulled

    def _read_page(self, session: HubSession, head: Head, after: int) -> list[Pulled]:
        return session.pull(head.origin, head.group, after, head.seq, self._pull_rows)

    def _widened(self, page: Sequence[Pulled], groups: set[GroupId]) -> list[SubjectId]:
        """Subjects that this page shares with one of my groups: they come whole, in the same step.

        So does the subject of a fact released just now: it may be such a share, passed over while it was held.
        """
        subjects = []
        for row in page:
            kind = self._catalogue.get(row.link.kind)
            if row.link.kind == VERDICT.name:
                body = believable(row.body)
                if body is not None and body.fields.get("verdict") == "released":
                    subjects.append(body.subject)
                continue
            if kind is not None and kind.widens and row.standing is Verdict.ACCEPTED:
                body = believable(row.body)
                if body is not None and body.fields.get("to_group") in groups:
                    subjects.append(body.subject)
        return subjects

    def _come_late(self, page: Sequence[Pulled]) -> list[SubjectId]:
        """Subjects of facts that the hub had lost and took back behind what this seat has read: they come whole.

        One that I may not read is none of mine: whoever hears of a verdict need not see the fact it speaks of.
        """
        told = [body for row in page if row.link.kind == VERDICT.name and (body := believable(row.body))]
        if not told:
            return []
        cursors = self._store.cursors()
        return [
            body.subject for body in told
            if healing.is_behind(body.fields, cursors) and self._store.body(FactId(str(body.fields.get("about")))) is None
        ]  # fmt: skip

    # -- letting go -------------------------------------------------------------------------------

    def _let_go(self, beat: Beat, others: Sequence[Store]) -> None:
        """See to what erasures leave around the files: log, copies, colleagues' files; tell when it is done.

        A full disk or a file in use does not hold the pump up: it is tried again in the next round.
        """
        try:
            for other in others:
                erasing.spread(self._store, other)
                erasing.clean_up(other)
            if erasing.clean_up(self._store):
                self._tell_clean(beat)
        except DeskError as problem:
            _log.warning("what was erased could not be let go of everywhere yet: %s", problem.code)

    def _tell_clean(self, beat: Beat) -> None:
        clean = erasing.news(self._store)
        if clean is None:
            return
        own = sorted(group for group in beat.me.grants if group != EVERYONE)
        home, fields = own[0] if own else EVERYONE, clean.fields()
        new = NewFact(self._store.new_id(), ERASED_HERE.name, home, SubjectId(beat.me.staff), fields)
        erasing.tell(self._store, clean, new)

    # -- telling ------------------------------------------------------------------------------

    def _linked(self) -> LinkState:
        unsent = self._store.unsent()
        now = self._clock.now_us()
        waits = now - unsent.oldest_us if unsent.oldest_us is not None else 0
        kind = LinkKind.LAGGING if waits > LAGGING_AFTER_US else LinkKind.LINKED
        return self._state_of(kind, unsent.count, unsent.oldest_us, last_linked_us=now)

    def _fallen(self, problem: DeskError) -> LinkState:
        refused = problem.code in ("hub_refused", "sign_in_refused", "hub_untrusted")
        kind = LinkKind.REFUSED if refused else LinkKind.DOWN
        why = str(problem.facts.get("why", problem.code))
        try:
            unsent = self._store.unsent()
        except DeskError:
            return replace(self._state, kind=kind, why=why)
        return self._state_of(kind, unsent.count, unsent.oldest_us, why=why)

    def _state_of(
        self, kind: LinkKind, unsent: int, oldest: int | None, *, why: str = "",
        last_linked_us: int | None = None,
    ) -> LinkState:  # fmt: skip
        before = self._state
        since = before.since_us if before.kind is kind else self._clock.now_us()
        return LinkState(kind, since, unsent, oldest, why, last_linked_us or before.last_linked_us)

    def _say(self, news: News) -> None:
        self._state = news.state
        self._tell(news)


def _answers_to(batch: Sequence[Outgoing], judged: Sequence[Judged]) -> Sequence[Judged]:
    """The answers, one for each link sent, or ``hub_away``: then nothing counts as sent."""
    if [one.seq for one in judged] != [one.link.seq for one in batch]:
        raise DeskError("hub_away", why="answer")
    return judged


def _whole(session: HubSession, subject: SubjectId) -> list[Pulled]:
    """A subject of a page just read; without even that page's own fact in it, my rights changed meanwhile."""
    rows = session.pull_subject(subject)
    if not rows:
        raise DeskError("hub_away", why="rights_moved")
    return rows


def _arrived(row: Pulled) -> Arrived:
    return Arrived(row.link, row.body, row.personal, row.standing.value, row.reason, row.hub_us)


def older(mine: str, oldest: str) -> bool:
    """Whether a version is older than the oldest the centre wants; one that cannot be read is not."""
    try:
        told, wanted = (tuple(int(part) for part in each.split(".")) for each in (mine, oldest or "0"))
    except ValueError:
        return False
    return told + (0,) * (len(wanted) - len(told)) < wanted
