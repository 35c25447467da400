"""A whole desk under test: the real window on the trial centre, driven with a person's verbs."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import qasync
from nacl import pwhash
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from agent_desk.base.clock import Clock
from agent_desk.bootstrap import trial
from agent_desk.bootstrap.engine import Engine, Seat, assemble
from agent_desk.bootstrap.parts import Belonging, Parts
from agent_desk.bootstrap.start import paint
from agent_desk.bootstrap.workstation import Workstation
from agent_desk.capabilities import catalogue
from agent_desk.facts.body import parse
from agent_desk.hub.embedded import CHEAP
from agent_desk.hub.port import Presence
from agent_desk.outbox.page import OutboxPage
from agent_desk.people.place import Place
from agent_desk.people.session_lock import SessionLock
from agent_desk.people.sign_in_view import SignInView
from agent_desk.people.verifier import Cost, Verifier
from agent_desk.settings.declared import MemoryLayer, Scope
from agent_desk.settings.secrets import MemoryVault
from agent_desk.storage.store import NewFact
from tests.probes.cable import Cable

PATIENCE = 20.0
CHEAP_VERIFIER = Cost(pwhash.argon2id.OPSLIMIT_MIN, pwhash.argon2id.MEMLIMIT_MIN)
NUMBER, PASSWORD = trial.NUMBER, trial.PASSWORD


class Desk:
    """What a person at the seat does and sees. ``restart`` opens the same desk again with the same files."""

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        *,
        trial_centre: bool = True,
        language: str = "zh_CN",
        theme: str = "light",
        engine: Callable[[Belonging, Clock], Engine] | None = None,
    ) -> None:
        self.app = app
        app.setQuitOnLastWindowClosed(False)
        self.folder = folder
        self.vault = MemoryVault()
        self.cable: Cable | None = None
        self.clock = Clock()
        self.settings = MemoryLayer(Scope.AGENT, {"window.language": language, "window.theme": theme})
        self._trial = trial_centre
        self._given = engine
        self.station = self._make()

    def _make(self) -> Workstation:
        parts = Parts(
            place=Place(self.folder), clock=self.clock, engine=self._given or self._engine, trial=self._trial, tick=0.2,
            settings_layers=lambda: [self.settings], machine_lock=self._machine_lock,
        )  # fmt: skip
        return Workstation(self.app, parts)

    def _machine_lock(self, parent: QObject) -> SessionLock:
        self.machine = SessionLock(parent)
        return self.machine

    def _engine(self, belonging: Belonging, clock: Clock) -> Engine:
        kinds = catalogue()
        practice = trial.open_centre(belonging.place, kinds, clock, CHEAP)
        self.cable = Cable(practice.hub)
        seat = Seat(practice.centre, practice.name, practice.seat, practice.seat_name)
        return assemble(
            belonging.place, seat, self.cable, clock, kinds, self.vault, None,
            practice=practice, verifier=Verifier(CHEAP_VERIFIER), end=practice.hub.close,
        )  # fmt: skip

    def live(self, story: Callable[[], Awaitable[None]]) -> None:
        """Open the window, tell the story, close; what the story raises is raised here."""
        self.station.open()
        paint(self.app, self.station)
        loop = qasync.QEventLoop(self.app)
        asyncio.set_event_loop(loop)
        try:
            with loop:
                loop.run_until_complete(self._tell(story))
        finally:
            asyncio.set_event_loop(None)
            del loop
            gc.collect()  # here, on the window's thread: a loop's own timers must not die on another one

    def again(
        self, story: Callable[[], Awaitable[None]], engine: Callable[[Belonging, Clock], Engine] | None = None
    ) -> None:
        """Open the desk once more on the same files, with an engine of the test's own if it gives one."""
        self._given = engine or self._given
        self.station = self._make()
        self.live(story)

    async def _tell(self, story: Callable[[], Awaitable[None]]) -> None:
        living = asyncio.ensure_future(self.station.live())
        try:
            await self.until(lambda: self.station.messages is not None, "the desk lives")
            await self.until(lambda: self.station.engine is not None or not self._trial, "the engine is built")
            await story()
        finally:
            if not living.done():
                ended = self.station._ended
                assert ended is not None
                ended.set()
            await living

    # -- a person's verbs ---------------------------------------------------------------------------

    async def until(self, true: Callable[[], Any], what: str = "it is so") -> None:
        """Wait, with the window alive, until something is so."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, f"waited in vain until {what}"
            await asyncio.sleep(0.02)

    async def sign_in(self, number: str = NUMBER, password: str = PASSWORD) -> None:
        """Type number and password and press Enter, then wait for the work."""
        await self.try_to_sign_in(number, password)
        await self.until(lambda: self.station.shift is not None and self.window.door is None, "the work is shown")

    async def try_to_sign_in(self, number: str, password: str) -> None:
        """Type number and password and press Enter, then wait for the answer."""
        door = self.door
        door.number.clear()
        door.password.clear()
        QTest.keyClicks(door.number, number)
        QTest.keyClick(door.number, Qt.Key.Key_Return)
        QTest.keyClicks(door.password, password)
        QTest.keyClick(door.password, Qt.Key.Key_Return)
        await self.until(lambda: self.station.shift is not None or not door._busy, "the door answers")

    async def linked(self) -> None:
        """Wait until everything is on the hub and the header says so."""
        await self.until(lambda: self._state("linked", 0), "everything is on the hub")

    async def down(self) -> None:
        """Wait until the header says that the hub is away."""
        await self.until(lambda: self.light_kind == "down", "the hub is away")

    def _state(self, kind: str, unsent: int) -> bool:
        state = self.shift.light.state
        return state is not None and state.kind == kind and state.unsent == unsent

    def note(self, number: str, total: int = 12_300) -> NewFact:
        """A receipt as a form would hand it in."""
        store = self.shift.store
        fact = store.new_id()
        now = self.clock.now_us()
        fields = {
            "book": "LJ-T-01", "number": number, "event": "IPE26", "exhibitor": "海川电子", "hall": "3", "booth": "3B12",
            "lines": [{"code": "P004", "item": "380V", "quantity": 1, "unit": "个", "unit_price": total, "amount": total}],
            "ordered_at": now, "surcharge": [], "subtotal": total, "surcharge_total": 0, "total": total,
            "method": "cash", "income": "service",
        }  # fmt: skip
        return NewFact(fact, "receipt.written", self.shift.who.group, fact, fields)  # type: ignore[arg-type]

    async def write(self, *numbers: str) -> list[NewFact]:
        """Write receipts into the store, as their form does."""
        new = [self.note(number) for number in numbers]
        await self.shift.lane.run(self.shift.store.save, *new)
        return new

    # -- what a person sees ---------------------------------------------------------------------------

    @property
    def shift(self) -> Any:
        """The shift of who is signed in."""
        assert self.station.shift is not None
        return self.station.shift

    @property
    def window(self) -> Any:
        """The window."""
        return self.station.window

    @property
    def door(self) -> SignInView:
        """The sign-in page."""
        door = self.station.window.door
        assert isinstance(door, SignInView)
        return door

    @property
    def outbox(self) -> OutboxPage:
        """The page "not on the hub"."""
        page = self.window.work.page("outbox")
        assert isinstance(page, OutboxPage)
        return page

    @property
    def light(self) -> str:
        """What the header says of the link."""
        return str(self.window.header.pill.text())

    @property
    def light_kind(self) -> str:
        """The state of the link in a word."""
        state = self.shift.light.state
        return "" if state is None else str(state.kind)

    def bars(self) -> dict[str, str]:
        """What stands above every page."""
        return {key: bar.text for key, bar in self.window.work.bars.bars().items()}

    def engine_numbers(self) -> set[str]:
        """Every paper number the hub has taken, as a manager's session reads it."""
        assert self.cable is not None
        session = self.cable.connect("8001", PASSWORD)
        try:
            beat = session.beat(Presence("9", "looking", self.clock.now_us(), 0, 0, "test"), ())
            pulled = [one for head in beat.heads for one in session.pull(head.origin, head.group, 0, head.seq)]
        finally:
            session.close()
        bodies = [parse(one.body) for one in pulled]
        return {str(body.fields["number"]) for body in bodies if body.kind == "receipt.written"}

    def rows(self) -> list[list[str]]:
        """The outbox as it is shown."""
        model = self.outbox.model
        return [
            [str(model.index(row, column).data()) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]


def press(button: QWidget) -> None:
    """Press a button as a finger does."""
    assert button.isVisible(), "a hidden button cannot be pressed"
    assert button.isEnabled(), "a dead button cannot be pressed"
    assert isinstance(button, QPushButton) or hasattr(button, "click")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
