"""One person's shift: store, pump, light and rooms, from sign-in to sign-out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject

from agent_desk import __version__
from agent_desk.base.ids import FactId, GroupId, StaffId, SubjectId
from agent_desk.bootstrap.engine import Engine
from agent_desk.facts.kind import FactKind
from agent_desk.hub.port import Presence, Verdict
from agent_desk.people.session import Session
from agent_desk.storage.store import Store
from agent_desk.sync.light import StatusLight
from agent_desk.sync.link_state import LinkKind, LinkState
from agent_desk.sync.pump import Credentials, News, Pump
from agent_desk.ui.actions import ActionBook
from agent_desk.ui.capability import Capability, Desk, Here, Room, Who, in_turns
from agent_desk.ui.lane import Lane
from agent_desk.ui.messages import Messages
from agent_desk.ui.translation import Translation

if TYPE_CHECKING:
    from agent_desk.bootstrap.errands import Carried
    from agent_desk.hub.port import HubSession, Taken


@dataclass(frozen=True)
class Seated:
    """A capability and the room it built for this person."""

    capability: Capability
    room: Room


class Shift(QObject):
    """Builds what a signed-in person works with, and takes it down again in the right order."""

    def __init__(
        self,
        engine: Engine,
        session: Session,
        actions: ActionBook,
        messages: Messages,
        translation: Translation,
        authorise: Callable[[str, str, GroupId, SubjectId], Awaitable[StaffId | None]],
        choice: Callable[[str], Any],
        tick: float,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._tick = tick
        self.session = session
        self.store: Store = session.store
        self.light = StatusLight(self)
        self.lane = Lane("desk")
        self._asking = Lane("asking")
        self.here = Here(self._seated_who(), self)
        session.grants_changed.connect(self._hear_rights)
        session.proof_changed.connect(self._hear_rights)
        self._pump: Pump | None = None
        self._desk = Desk(
            store=self.store,
            lane=self.lane,
            clock=engine.clock,
            here=self.here,
            light=self.light,
            actions=actions,
            messages=messages,
            language=lambda: translation.language,
            choice=choice,
            describe=self.describe,
            authorise=authorise,
            rule=self.rule,
        )
        self.seated: tuple[Seated, ...] = ()

    @property
    def who(self) -> Who:
        """Who sits here, with the rights of now."""
        return self.here.who

    def _hear_rights(self) -> None:
        self.here.take(self._seated_who())

    async def furnish(self) -> None:
        """Build the rooms, one step a turn of the window's loop."""
        for one in sorted(self._engine.capabilities, key=lambda one: one.order):
            self.seated = (*self.seated, Seated(one, await in_turns(one.make(self._desk))))

    # -- the pump -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to carry facts. Who could not be proven has no login: then everything stays here and is said so."""
        if not self.session.is_proven:
            self.store.listeners.append(self._tell_unproven)
            self._tell_unproven()
            return
        self._pump = pump = Pump(
            self.store,
            self._engine.hub,
            Credentials(self.who.number, self.session.password.value),
            self._presence,
            self.light.hear,
            catalogue=self._engine.catalogue,
            clock=self._engine.clock,
            others=lambda: self._engine.shelf.drainable(self.store),
            tick=self._tick,
        )
        pump.start()

    async def export(self, folder: str, aside: Lane) -> Carried:
        """Write what is unsent on this seat into a folder, for the hub's eyes alone. Raises ``bundle_unwritable``."""
        from agent_desk.bootstrap.errands import carry

        return await aside.run(carry, self._engine.shelf, self._engine.seat.number, Path(folder))

    async def bring(self, file: str) -> Taken:
        """Bring another seat's bundle to the hub: all of it, or nothing and a sentence why."""
        taken = await self._asking.run(self._bring, Path(file))
        self.try_now()  # colleagues' facts come down at once
        return taken

    def _bring(self, file: Path) -> Taken:
        from agent_desk.hub.bundles import bring, read_file

        read_file(file)
        with self._asked() as session:
            return bring(session, file)

    async def rule(self, fact: FactId, counts: bool, reason: str) -> None:
        """Decide on a held fact, in a session of its own: the pump is not held up. Raises what the hub says."""
        await self._asking.run(self._rule, fact, counts, reason)
        self.try_now()  # its word comes back with the facts

    def _rule(self, fact: FactId, counts: bool, reason: str) -> None:
        with self._asked() as session:
            session.rule(fact, Verdict.ACCEPTED if counts else Verdict.VOIDED, reason)

    @contextlib.contextmanager
    def _asked(self) -> Iterator[HubSession]:
        """A session of this person's beside the pump's."""
        session = self._engine.hub.connect(self.who.number, self.session.password.value)
        try:
            yield session
        finally:
            session.close()

    def try_now(self) -> None:
        """Do a round now."""
        if self._pump is not None:
            self._pump.wake()

    async def restart_pump(self, aside: Lane) -> None:
        """Go on with a new password."""
        await self._stop_pump(aside)
        self.start()

    async def _stop_pump(self, aside: Lane) -> None:
        pump, self._pump = self._pump, None
        if pump is not None:
            await aside.run(pump.stop)

    def _presence(self, state: LinkState) -> Presence:
        return Presence(
            seat=self._engine.seat.number,
            state="locked" if self.session.is_locked else "working",
            since_us=self.session.since_us,
            unsent=state.unsent,
            oldest_unsent_us=state.oldest_us or 0,
            client=__version__,
        )

    def _tell_unproven(self) -> None:
        """Called on whichever thread wrote: the light carries it to the window's."""
        unsent = self.store.unsent()
        state = LinkState(LinkKind.DOWN, self.session.since_us, unsent.count, unsent.oldest_us, why="unproven")
        self.light.hear(News(state))

    # -- rooms ------------------------------------------------------------------------------------------

    def room_of_kind(self, kind: str) -> Seated | None:
        """The capability whose facts these are."""
        return next((one for one in self.seated if any(each.name == kind for each in one.capability.kinds)), None)

    def room_of_draft(self, kind: str) -> Seated | None:
        """The capability that can open a form of this kind again."""
        return next((one for one in self.seated if kind in one.capability.draft_kinds), None)

    def describe(self, kind: str, fields: Mapping[str, Any]) -> str:
        """A fact in a few words, by the capability that declared it; the desk's own kinds by theirs."""
        for one in self._engine.capabilities:
            found = next((each for each in one.kinds if each.name == kind), None)
            if found is not None:
                return one.describe(found, fields)
        known = self._engine.catalogue.get(kind)
        return _own_words(kind, known)

    def _seated_who(self) -> Who:
        who, seat = self.session.who, self._engine.seat
        return Who(
            who.staff, who.number, who.name, who.centre, seat.centre_name, seat.number, seat.name,
            who.home, who.grants, self.session.is_proven,
        )  # fmt: skip

    # -- the end --------------------------------------------------------------------------------------------

    async def end(self, aside: Lane) -> int:
        """Stop the pump, close every room and the lane; returns how many facts are not on the hub."""
        for one in self.seated:
            one.room.close()
        await self._stop_pump(aside)
        if self._tell_unproven in self.store.listeners:
            self.store.listeners.remove(self._tell_unproven)
        unsent = await aside.run(self.store.unsent)
        await asyncio.sleep(0)
        await aside.run(self.lane.close)
        await aside.run(self._asking.close)
        return unsent.count

    def clear_away(self) -> None:
        """Take away pages that never came into the window."""
        for one in self.seated:
            one.room.page.deleteLater()
        self.deleteLater()


def _own_words(kind: str, known: FactKind | None) -> str:
    """The desk's own entries (signing in and out, a number revealed) in words."""
    translate = QCoreApplication.translate
    told = {
        "people.signed_in": translate("Shift", "Signing in"),
        "people.signed_out": translate("Shift", "Signing out"),
        "people.revealed": translate("Shift", "A number shown in full"),
        "people.exported": translate("Shift", "A list exported"),
        "people.authorised": translate("Shift", "A leader's permission"),
        "people.confirmed": translate("Shift", "Entries confirmed as one's own"),
        "people.denied": translate("Shift", "An entry said not to be one's own"),
        "desk.erased_here": translate("Shift", "Erased values let go of"),
        "people.machine_named": translate("Shift", "Which machine keeps the receipt numbers"),
        "subject.shared": translate("Shift", "Handed to another group"),
    }
    if kind in told:
        return told[kind]
    return translate("Shift", "An entry of a newer desk ({0})").format(kind) if known is None else kind
