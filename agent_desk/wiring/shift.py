"""Who hears whom while a person works. Parts tell facts and wishes; here stands who listens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtGui import QAction

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.outbox.service import OutboxService
from agent_desk.people.model import Proof
from agent_desk.people.sign_in import Claimed
from agent_desk.storage.copies import roll_if_due
from agent_desk.storage.numbers import Numbers
from agent_desk.sync.link_state import LinkKind, LinkState
from agent_desk.sync.pump import News
from agent_desk.ui.capability import Capability, Room, Waiting, WaitingList
from agent_desk.ui.time_words import clock_time
from agent_desk.window.declared import TODAY_ID, TODAY_TITLE
from agent_desk.window.link_words import LinkVoice, LinkWords
from agent_desk.window.today import TodayPage

if TYPE_CHECKING:
    from agent_desk.people.claimed_view import ClaimedView
    from agent_desk.people.session_lock import SessionLock
    from agent_desk.ui.typed_ahead import Key
    from agent_desk.window.frame import DeskWindow

from agent_desk.wiring.actions import lock
from agent_desk.wiring.station import Engine, Seated, Shift, Station

translate = QCoreApplication.translate
MINUTE_MS = 60_000
SETTLED_MS = 1_500
"""What nobody waits for at sign-in begins this long after it."""


def wire_shift(station: Any) -> None:
    """A person has signed in: put their rooms into the window and let everybody hear each other."""
    ShiftWires(station, station.shift)


def take_typed(shift: Any, keys: Sequence[Key]) -> None:
    """What was typed while the rooms were being built goes where it was meant for."""
    for wires in shift.findChildren(ShiftWires):
        wires.take_typed(keys)


def unwire_shift(station: Any, shift: Any) -> None:
    """The person goes: nobody hears anything any more."""
    del station
    for wires in shift.findChildren(ShiftWires):
        wires.cut()


class ShiftWires(QObject):
    """All connections of one shift; lives as long as it."""

    def __init__(self, station: Any, shift: Any) -> None:
        super().__init__(shift)
        self._station: Station = station
        self._shift: Shift = shift
        self._window: DeskWindow = station.window
        self._engine: Engine = station.engine
        self.setObjectName("wires")
        self._voice = LinkVoice(self)
        self._drafts = WaitingList(self)
        self._claims = WaitingList(self)
        self._unsent = WaitingList(self)
        self._claimed: list[Claimed] = []
        self._machine_lock: SessionLock | None = None
        self._numbers = Numbers.FREE
        self._left: set[str] | None = None
        self._lists: dict[str, WaitingList] = {}
        self._seat_rooms()
        self._connect_link()
        self._connect_people()
        self._window.words_changed.connect(self._say_anew)
        self._say_standing_bars()
        station.spawn(self._look_at_numbers())
        station.spawn(self._look_for_drafts())
        station.spawn(self._look_for_claimed())
        self._watch_the_clock()
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._settle)
        self._settled.start()

    # -- rooms in the window ------------------------------------------------------------------------------

    def _seat_rooms(self) -> None:
        work = self._window.work
        self._today = TodayPage(self._engine.clock.now_us)
        work.add(TODAY_ID, "today", lambda: translate("Capability", TODAY_TITLE), Room(self._today))
        for one in self._shift.seated:
            work.add(one.capability.id, one.capability.icon, _title(one.capability), one.room)
            if one.room.waiting is not None:
                self._lists[one.capability.id] = one.room.waiting
                one.room.waiting.changed.connect(self._show_waiting)
            wishes = one.room.wishes
            if isinstance(wishes, OutboxService):
                wishes.try_requested.connect(self._shift.try_now)
                wishes.open_requested.connect(self._open_fact)
                wishes.decide_requested.connect(lambda fact, seated=one: self._decide(seated, fact))
                wishes.confirm_requested.connect(self._explain_confirming)
                wishes.export_requested.connect(lambda folder: self._station.spawn(self._export(folder)))
                wishes.bring_requested.connect(lambda file: self._station.spawn(self._bring(file)))
        self._today.typed.connect(lambda key: self.take_typed((key,)))
        self._drafts.changed.connect(self._show_waiting)
        self._claims.changed.connect(self._show_waiting)
        self._unsent.changed.connect(self._show_waiting)
        self._teach_first_step()
        self._show_waiting()

    def _teach_first_step(self) -> None:
        """The first thing a capability can do is the first step of an empty day, with the same keys there."""
        first = next((one for one in self._shift.seated if one.capability.actions), None)
        book = self._station.actions
        if first is None or book is None:
            return
        spec = first.capability.actions[0]
        self._today.teach(spec.words, book.keys(spec.id).toString())
        self._today.first_step_requested.connect(lambda: self._begin(first, spec.id))
        book.make(spec.id, self._today, lambda: self._begin(first, spec.id))

    def _begin(self, seated: Seated, action: str) -> None:
        """Go there and do it."""
        self._window.work.go(seated.capability.id)
        for one in seated.room.page.findChildren(QAction, f"action:{action}"):
            one.trigger()

    def take_typed(self, keys: Sequence[Key]) -> None:
        """Text that came before there was a field for it begins the first form that takes it."""
        for one in self._shift.seated:
            if keys and one.room.take_typed is not None:
                self._window.work.go(one.capability.id)
                one.room.take_typed(keys)
                return

    def _show_waiting(self) -> None:
        items: list[Waiting] = [*self._claims.items, *self._drafts.items, *self._unsent.items]
        for place, listed in self._lists.items():
            items += listed.items
            self._window.work.rail.show_count(place, listed.count)
        self._window.work.rail.show_count(TODAY_ID, len(items))
        self._today.show_waiting(items)

    def _open_fact(self, kind: str, fact: str) -> None:
        seated = self._shift.room_of_kind(kind)
        if seated is None or seated.room.open_fact is None:
            self._tell(self.tr("This entry has no page of its own."))
            return
        self._window.work.go(seated.capability.id)
        seated.room.open_fact(FactId(fact))

    def _decide(self, seated: Seated, fact: str) -> None:
        """A held entry waits for who sits here: go there with it in hand."""
        self._window.work.go(seated.capability.id)
        if seated.room.open_fact is not None:
            seated.room.open_fact(FactId(fact))

    async def _look_for_drafts(self) -> None:
        """Forms left half written by an earlier session: shown until they are opened."""
        left = self._shift.store.drafts()
        if self._left is None:
            self._left = {draft.id for draft in left}
        items = []
        for draft in left:
            if draft.id not in self._left:
                continue
            seated = self._shift.room_of_draft(draft.kind)
            if seated is None or seated.room.open_draft is None:
                continue
            items.append(
                Waiting(
                    key=f"draft/{draft.id}",
                    what=seated.capability.describe_draft(draft.kind, draft.text),
                    why=self.tr("Left half written; every key stroke is still here."),
                    since_us=draft.changed,
                    button=self.tr("Go on"),
                    act=lambda draft=draft, seated=seated: self._open_draft(seated, draft.id),  # type: ignore[misc]
                    hurts_us=draft.changed,
                    tone="info",
                    icon="edit",
                )
            )
        self._drafts.tell(items)

    def _open_draft(self, seated: Seated, draft: str) -> None:
        self._left = (self._left or set()) - {draft}
        self._drafts.tell([one for one in self._drafts.items if one.key != f"draft/{draft}"])
        self._window.work.go(seated.capability.id)
        if seated.room.open_draft is not None:
            seated.room.open_draft(draft)

    # -- the link -----------------------------------------------------------------------------------------------

    def _connect_link(self) -> None:
        self._shift.light.state_changed.connect(self._show_link)
        self._shift.light.news_arrived.connect(self._hear_news)
        self._show_link(self._shift.light.state)

    def _say_link(self, state: LinkState | None) -> LinkWords:
        words = self._voice.words(state, self._engine.clock.now_us())
        self._window.header.show_link(words)
        work = self._window.work
        if words.sentence:
            again = (self.tr("Try now"), self._shift.try_now)
            offer = again if state is not None and state.kind is LinkKind.DOWN and state.why != "unproven" else None
            work.show_bar("link", self._with_grace(words.sentence), words.tone, offer)
        else:
            work.drop_bar("link")
        _bar(work, "proof", "" if self._says_grace_with_the_link() else self._proof_sentence(), "warn")
        return words

    def _show_link(self, state: LinkState | None) -> None:
        words = self._say_link(state)
        self._unsent.tell(self._held_up(state, words))
        people = self._station.people
        if state is not None and state.kind is LinkKind.REFUSED and people is not None:
            self._station.spawn(people.hear_refusal(state.why, state.why))
        if self._drafts.items:  # one of them may have been saved since
            self._station.spawn(self._look_for_drafts())

    def _held_up(self, state: LinkState | None, words: LinkWords) -> list[Waiting]:
        """What cannot go up now waits for the hub; one line of the Today page says so."""
        if state is None or not state.unsent or state.kind in {LinkKind.LINKED, LinkKind.WAITING}:
            return []
        since = state.oldest_us or state.since_us
        return [
            Waiting(
                key="unsent",
                what=words.short,
                why=self.tr("Safe on this seat; nothing to do, they go up by themselves."),
                since_us=since,
                button=self.tr("Show"),
                act=lambda: self._window.work.go("outbox"),
                icon="cloud_up",
            )
        ]

    def _hear_news(self, news: News) -> None:
        people = self._station.people
        if news.beat is not None and people is not None:
            self._station.spawn(people.hear_beat(news.beat))
        if news.pulled or news.pushed:
            self._station.spawn(self._look_at_numbers())

    # -- people ---------------------------------------------------------------------------------------------------

    def _connect_people(self) -> None:
        session = self._shift.session
        session.locked.connect(self._station.cover)
        session.unlocked.connect(self._station.lift_lock)
        session.unlocked.connect(lambda: self._window.work.drop_bar("password"))
        session.proof_changed.connect(self._hear_proof)
        session.seen_elsewhere.connect(lambda _seats: self._say_standing_bars())
        session.password_asked.connect(self._ask_password)
        self._shift.here.changed.connect(self._hear_rights)

    def _hear_rights(self) -> None:
        """The header names the person the rooms work for now."""
        self._window.header.seat(self._shift.who)

    def _hear_proof(self) -> None:
        """The hub has confirmed the person meanwhile, or an unlock was off line."""
        self._say_standing_bars()
        self._station.spawn(self._look_for_claimed())

    def _settle(self) -> None:
        """The person writes already: now what takes a while and does not hurry."""
        self._machine_lock = watcher = self._station.parts.machine_lock(self)
        self._watch_the_machine(watcher)
        self._station.spawn(self._copy_store())

    def _watch_the_machine(self, watcher: SessionLock) -> None:
        """A locked machine locks the desk."""
        watcher.machine_locked.connect(lambda: lock(self._station, "machine"))
        watcher.start(int(self._window.winId()))

    def _watch_the_clock(self) -> None:
        """While the desk is in use the clock cannot be set back behind it."""
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self._keep_seen)
        self._minute.start()

    def _keep_seen(self) -> None:
        people = self._station.people
        if people is not None:
            self._station.spawn(people.keep_seen())
        self._station.spawn(self._copy_store())

    async def _copy_store(self) -> None:
        """A verified copy of the person's store, when the newest is some hours old; what went wrong is said."""
        aside = self._station.aside
        if aside is not None:
            await aside.run(roll_if_due, self._shift.store)

    async def _look_for_claimed(self) -> None:
        """What was written here under this number without proof is laid before its person, on the Today page."""
        people = self._station.people
        if people is None or self._shift.session.proof is not Proof.ON_LINE:
            return
        self._claimed = [one for one in await people.claimed() if one.written]
        words = self.tr(
            "%n written under your number without proof", None, sum(len(one.written) for one in self._claimed)
        )
        now = self._engine.clock.now_us()
        items = [
            Waiting(
                key="claimed",
                what=words,
                why=self.tr("It stays on this seat until you say that it is yours."),
                since_us=min((one.written[0].keyed for one in self._claimed), default=now),
                button=self.tr("Look through"),
                act=self._show_claimed,
                hurts_us=0,
                icon="shield",
            )
        ]
        self._claims.tell(items if self._claimed else ())

    def _show_claimed(self) -> None:
        """One session after the other."""
        if not self._claimed:
            return
        from agent_desk.people.claimed_view import ClaimedView, Line

        claimed, now = self._claimed[0], self._engine.clock.now_us()
        lines = [
            Line(one.id, self._shift.describe(one.kind, one.body.fields), clock_time(one.keyed, now))
            for one in claimed.written
        ]
        view = ClaimedView(claimed.name, lines, self._window)
        view.confirmed.connect(lambda denied: self._station.spawn(self._confirm(view, claimed, denied)))
        view.open()

    async def _confirm(self, view: ClaimedView, claimed: Claimed, denied: Sequence[str]) -> None:
        people, messages = self._station.people, self._station.messages
        if people is None or messages is None:
            return
        try:
            taken = await people.confirm(claimed, [FactId(one) for one in denied])
        except DeskError as problem:
            view.refuse(messages.sentence(problem))
            return
        view.accept()
        self._shift.try_now()
        self._tell(self.tr("%n taken as yours; on the way to the hub", None, taken))
        await self._look_for_claimed()

    def _say_standing_bars(self) -> None:
        """What stays true of this session, above every page."""
        session, work = self._shift.session, self._window.work
        self._say_link(self._shift.light.state)
        elsewhere = ", ".join(session.elsewhere)
        told = self.tr("You are signed in at seat {0} as well. If that is not you, tell your leader.")
        _bar(work, "elsewhere", told.format(elsewhere) if elsewhere else "", "warn")
        messages = self._station.messages
        warning = self._engine.warning
        _bar(work, "vault", messages.sentence(DeskError(warning)) if warning and messages else "", "warn")

    # -- two machines with one disk ---------------------------------------------------------------------------------

    async def _look_at_numbers(self) -> None:
        """After a disk was copied or set back: a bar until a person has said which machine keeps the numbers."""
        people = self._station.people
        if people is None or people.session is not self._shift.session:
            return
        self._numbers = await people.numbers()
        self._say_numbers()

    def _say_numbers(self) -> None:
        work, seat = self._window.work, self._shift.who.seat_number
        if self._numbers is Numbers.FREE:
            work.drop_bar("numbers")
            return
        if self._numbers is Numbers.ASKED:
            told = self.tr(
                "This disk is a copy or was set back. Nothing is lost, and everything goes up by itself."
                " No receipt number is given out until you say which machine keeps them."
            )
            verb = self.tr("Say which")
        else:
            told = self.tr(
                "The other machine keeps the receipt numbers of seat {0}."
                " This one needs a seat number of its own from IT and a book from your leader."
            ).format(seat)
            verb = self.tr("Change")
        work.show_bar("numbers", told, "warn", (verb, self._ask_which_machine))

    def _ask_which_machine(self) -> None:
        from agent_desk.people.machine_view import MachineView

        view = self._window.findChild(MachineView)
        if view is None:
            view = MachineView(self._shift.who.seat_number, self._window)
            view.answered.connect(lambda keeps: self._station.spawn(self._name_machine(keeps)))
        view.open()

    async def _name_machine(self, keeps: bool) -> None:
        people = self._station.people
        if people is None or people.session is not self._shift.session:
            return
        await people.name_machine(keeps_numbers=keeps)
        self._tell(self.tr("Written down: this machine keeps the receipt numbers") if keeps
                   else self.tr("Written down: the other machine keeps the receipt numbers"))  # fmt: skip
        await self._look_at_numbers()

    def _says_grace_with_the_link(self) -> bool:
        """Signed in without the hub while it is away: one cause, so one bar, and the form keeps its height."""
        state = self._shift.light.state
        off_line = self._shift.session.proof is Proof.OFF_LINE
        return off_line and state is not None and state.kind is LinkKind.DOWN

    def _with_grace(self, sentence: str) -> str:
        if not self._says_grace_with_the_link():
            return sentence
        return self.tr("{0} {1}", "two sentences").format(sentence, self._proof_sentence())

    def _proof_sentence(self) -> str:
        session, who = self._shift.session, self._shift.who
        if session.proof is Proof.UNPROVEN:
            told = self.tr(
                "Nobody could check who sits here: number {0}, name {1}."
                " What is written stays on this seat until this person confirms it with the hub in reach.",
            )
            return told.format(who.number, who.name)
        if session.proof is Proof.OFF_LINE:
            days = self._engine.grace_left(self._shift.store)
            return self.tr(
                "Signed in without the hub, by the password last used here. This works %n more day(s).",
                None,
                days or 0,
            )
        return ""

    def _ask_password(self) -> None:
        self._window.work.show_bar(
            "password",
            self.tr("The hub no longer takes the password of this session. Type the new one, and sending goes on."),
            "danger",
            (self.tr("Type the password"), lambda: lock(self._station, "password")),
        )

    async def _export(self, folder: str) -> None:
        """What is unsent on this seat, of everybody whose file this account opens, into a folder or onto a stick."""
        aside = self._station.aside
        if aside is None:
            return
        told = await self._shift.export(folder, aside)
        if told.links:
            words = self.tr("%n written to {0}. They stay here too, until the hub has them.", None, told.links)
            self._tell(words.format(folder))
        elif told.shut:
            self._tell(self.tr("Some data on this seat cannot be opened, so nothing of it was written."))
        else:
            self._tell(self.tr("Nothing to write: everything that may be sent is on the hub."))

    async def _bring(self, file: str) -> None:
        """Another seat's entries, from a stick to the hub."""
        messages = self._station.messages
        if messages is None:
            return
        messages.progress(self.tr("The entries are being brought to the hub …"), None)
        try:
            taken = await self._shift.bring(file)
        finally:
            messages.end_progress()
        words = self.tr("%n on the stick: {0} came to the hub now, {1} were there before.", None, taken.links)
        told = [words.format(taken.fresh, taken.links - taken.fresh)]
        if taken.held:
            told.append(self.tr("%n of them wait for a leader's decision.", None, taken.held))
        self._tell(" ".join(told))

    def _explain_confirming(self) -> None:
        self._tell(
            self.tr(
                "Sign out, then sign in with the hub in reach: the list of these entries is laid before you to confirm.",
            )
        )

    def _tell(self, text: str) -> None:
        if self._station.messages is not None:
            self._station.messages.tell(text)

    def _say_anew(self) -> None:
        """Another language: the words that stand in the window from here."""
        self._show_link(self._shift.light.state)
        self._say_standing_bars()
        self._say_numbers()
        self._station.spawn(self._look_for_drafts())
        self._station.spawn(self._look_for_claimed())

    # -- the end ------------------------------------------------------------------------------------------------------

    def cut(self) -> None:
        """Hear nothing more."""
        self._window.words_changed.disconnect(self._say_anew)
        self._minute.stop()
        self._settled.stop()
        if self._machine_lock is not None:
            self._machine_lock.stop()
        self._shift.light.state_changed.disconnect(self._show_link)
        self._shift.light.news_arrived.disconnect(self._hear_news)
        for listed in self._lists.values():
            listed.changed.disconnect(self._show_waiting)


def _title(capability: Capability) -> Callable[[], str]:
    return lambda: translate("Capability", capability.title)


def _bar(work: Any, key: str, sentence: str, tone: str) -> None:
    if sentence:
        work.show_bar(key, sentence, tone)
    else:
        work.drop_bar(key)
