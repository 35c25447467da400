"""The running desk: window first, engine after the first paint, a shift for each person who signs in."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication

from agent_desk.base.errors import DeskError
from agent_desk.bootstrap.look import Look
from agent_desk.bootstrap.parts import Belonging, Parts
from agent_desk.bootstrap.threshold import Threshold
from agent_desk.people.sign_in_view import SignInView
from agent_desk.window.declared import ALLOWED_AT_DOOR, ALLOWED_WHILE_LOCKED
from agent_desk.window.frame import DeskWindow

if TYPE_CHECKING:
    import asyncio

    from agent_desk.base.ids import GroupId, StaffId, SubjectId
    from agent_desk.bootstrap.engine import Engine
    from agent_desk.bootstrap.shift import Shift
    from agent_desk.people.first_run_view import Joining
    from agent_desk.people.lock_view import LockView
    from agent_desk.people.service import PeopleService
    from agent_desk.people.session import Session
    from agent_desk.ui.actions import ActionBook
    from agent_desk.ui.lane import Lane
    from agent_desk.ui.messages import Messages

TASK_SECONDS = 2.0
"""At the end, work already begun (a draft on its way to the disk) may go on this long."""
UNCHECKABLE = frozenset({
    "person_unknown_here", "never_proven_here", "grace_over", "sign_in_revoked", "clock_set_back", "store_key_missing",
})  # fmt: skip
"""Why nobody can check a person now: they may work all the same, without proof."""


class Workstation(QObject):
    """One seat. :meth:`open` shows the window at once, :meth:`live` does the rest until it is closed."""

    engine_built = Signal()
    shift_began = Signal()
    shift_ended = Signal()

    def __init__(self, app: QApplication, parts: Parts | None = None) -> None:
        super().__init__()
        self.parts = parts or Parts()
        self.look = Look(app, self.parts, self)
        self.settings, self.translation = self.look.settings, self.look.translation
        self.window = DeskWindow()
        self.door = Threshold(self.parts, self.window, self._sentence, self)
        self.engine: Engine | None = None
        self.shift: Shift | None = None
        self.people: PeopleService | None = None
        self.actions: ActionBook | None = None
        self.messages: Messages | None = None
        self.lock_view: LockView | None = None
        self.aside: Lane | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._engine_ready: asyncio.Event | None = None
        self._ended: asyncio.Event | None = None
        self._at_door: asyncio.Lock | None = None
        self._ending = False
        self._connect_window()

    def _connect_window(self) -> None:
        header = self.window.header
        header.theme_toggled.connect(self.look.toggle_theme)
        header.language_toggled.connect(self.look.toggle_language)
        self.window.close_requested.connect(lambda: self.spawn(self.close()))
        self.look.reworded.connect(self._reword)
        self.look.failed.connect(lambda problem: self.messages and self.messages.explain(problem))
        self.door.sign_in_requested.connect(lambda *typed: self.spawn(self._sign_in(*typed)))
        self.door.unproven_requested.connect(lambda *typed: self.spawn(self._sign_in_unproven(*typed)))
        self.door.move_requested.connect(lambda belonging: self.spawn(self._move(belonging)))
        self.door.join_requested.connect(lambda joining: self.spawn(self._join(joining)))

    def open(self) -> None:
        """Show the door: the sign-in page at once; which centre it belongs to is looked up after the first paint."""
        self.door.show_sign_in()
        self.window.show()

    def _sentence(self, problem: DeskError) -> str:
        assert self.messages is not None
        return self.messages.sentence(problem)

    def _reword(self) -> None:
        if self.actions is not None:
            self.actions.retranslate()

    # -- living --------------------------------------------------------------------------------------------

    async def live(self) -> None:
        """Build what is heavy, then serve until the window is closed."""
        import asyncio

        from agent_desk.ui.lane import Lane
        from agent_desk.ui.messages import Messages

        self._engine_ready, self._ended = asyncio.Event(), asyncio.Event()
        self._at_door = asyncio.Lock()
        others = asyncio.all_tasks()
        self.aside = Lane("aside")
        self.messages = Messages(self.window.status, self.window)
        self.window.header.finish()
        self.door.find_centre()
        try:
            if self.door.belonging is not None:
                await self._build_engine()
            await self._ended.wait()
        finally:
            await self._let_go(others)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin work that nobody waits for; what it raises is heard all the same."""
        import asyncio

        task = asyncio.ensure_future(self._heard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _heard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except DeskError as problem:
            if self.messages is not None:
                self.messages.explain(problem)

    async def _build_engine(self) -> None:
        """On the lane: the imports alone take longer than the first paint."""
        assert self.aside is not None
        assert self.door.belonging is not None
        assert self._engine_ready is not None
        self._engine_ready.clear()
        self.engine = None
        try:
            self.engine = await self.aside.run(self.parts.engine, self.door.belonging, self.parts.clock)
        except DeskError as problem:
            self.door.refuse(problem)
            return
        self._dress_engine(self.engine)
        self._engine_ready.set()
        self.engine_built.emit()

    def _dress_engine(self, engine: Engine) -> None:
        from agent_desk import wiring
        from agent_desk.people.service import PeopleService

        assert self.aside is not None
        self.look.theme.know_rare_signs()
        self.people = PeopleService(engine.sign_in, self.aside, engine.seat.number, engine.clock, self)
        if self.actions is None:
            self.actions = wiring.make_actions(self, engine.capabilities)
        self.window.hold_actions(ALLOWED_AT_DOOR)
        self.door.hear_engine(engine)

    # -- joining ----------------------------------------------------------------------------------------

    async def _join(self, joining: Joining) -> None:
        assert self.aside is not None
        belonging = await self.door.join(joining, self.aside)
        if belonging is not None:
            await self._move(belonging)

    async def _move(self, belonging: Belonging) -> None:
        """Belong to another centre from now on."""
        await self._end_engine()
        self.door.belonging = belonging
        self.door.show_sign_in()
        await self._build_engine()

    # -- signing in and out ---------------------------------------------------------------------------------

    async def _sign_in(self, number: str, password: str) -> None:
        await self._enter((await self._people()).sign_in(number, password))

    async def _sign_in_unproven(self, number: str, name: str, password: str) -> None:
        await self._enter((await self._people()).sign_in_unproven(number, name, password))

    async def _people(self) -> PeopleService:
        """Whoever was quicker than the imports waits here."""
        assert self._engine_ready is not None
        await self._engine_ready.wait()
        assert self.people is not None
        return self.people

    async def _enter(self, entering: Coroutine[Any, Any, Session]) -> None:
        assert self.messages is not None
        assert self._at_door is not None
        view = self.window.door
        async with self._at_door:  # whoever closes the desk meanwhile waits for the answer
            try:
                await self._begin(await entering)
            except DeskError as problem:
                if isinstance(view, SignInView):
                    uncheckable = problem.code in UNCHECKABLE
                    view.refuse(self.messages.sentence(problem), may_go_unproven=uncheckable)

    async def _begin(self, session: Session) -> None:
        import asyncio

        from agent_desk import wiring
        from agent_desk.bootstrap.shift import Shift

        assert self.engine is not None
        assert self.actions is not None
        assert self.messages is not None
        assert self.people is not None
        assert self.aside is not None
        door = self.window.door
        if isinstance(door, SignInView):
            door.welcome()
        shift = Shift(
            self.engine,
            session,
            self.actions,
            self.messages,
            self.translation,
            self.authorise,
            self.look.choice,
            self.parts.tick,
            self,
        )
        try:
            shift.start()  # the first pull goes on while the rooms are built
            await shift.furnish()
        except BaseException:
            await shift.end(self.aside)
            shift.clear_away()
            await self.people.sign_out()
            raise
        self.shift = shift
        wiring.wire_shift(self)
        await asyncio.sleep(0)  # the rooms are seated; what they look like in the window is another step
        typed = door.typed_ahead if isinstance(door, SignInView) else ()
        self.window.show_work(self.shift.who)
        self.window.hold_actions()
        wiring.take_typed(self.shift, typed)
        self.messages.tell(self.tr("Signed in as {0} {1}").format(self.shift.who.number, self.shift.who.name), "ok")
        self.shift_began.emit()

    async def sign_out(self) -> None:
        """Back to the door; what is not on the hub is said in one sentence."""
        unsent = await self._end_shift()
        view = self.door.show_sign_in()
        if unsent:
            view.advise(
                lambda: self.tr(
                    "%n not on the hub yet. They are safe on this seat and go up by themselves.", None, unsent
                )
            )

    async def _end_shift(self) -> int:
        from agent_desk import wiring

        shift, self.shift = self.shift, None
        if shift is None or self.aside is None or self.people is None:
            return 0
        self.lift_lock()
        wiring.unwire_shift(self, shift)
        unsent = await shift.end(self.aside)
        self.window.hold_actions(ALLOWED_AT_DOOR)
        self.window.work.clear()
        await self.people.sign_out()
        shift.deleteLater()
        self.shift_ended.emit()
        return unsent

    async def unlock(self, password: str) -> None:
        """Open the screen again; a new password is the pump's from now on."""
        assert self.people is not None
        assert self.messages is not None
        shift, before = self.shift, self.shift.session.password if self.shift else None
        try:
            await self.people.unlock(password)
        except DeskError as problem:
            if self.lock_view is not None:
                self.lock_view.refuse(self.messages.sentence(problem))
            return
        if shift is not None and shift is self.shift and shift.session.password != before and self.aside is not None:
            await shift.restart_pump(self.aside)

    async def authorise(self, what: str, act: str, group: GroupId, about: SubjectId) -> StaffId | None:
        """A leader allows ``act`` on this screen; ``None`` when nobody did."""
        from agent_desk.bootstrap.asking_leader import ask_leader

        return await ask_leader(self, what, act, group, about)

    def cover(self, why: str) -> None:
        """Lock the screen."""
        from agent_desk.people.lock_view import LockView

        if self.shift is None or self.lock_view is not None:
            return
        who = self.shift.who
        self.lock_view = view = LockView(self.window.ground, who.number, who.name, why)
        view.unlock_requested.connect(lambda password: self.spawn(self.unlock(password)))
        view.sign_out_requested.connect(lambda: self.spawn(self.sign_out()))
        self.window.hold_actions(ALLOWED_WHILE_LOCKED)

    def lift_lock(self) -> None:
        """Uncover the screen."""
        view, self.lock_view = self.lock_view, None
        if view is not None:
            view.lift()
            self.window.hold_actions()

    # -- dialogs beside the work -----------------------------------------------------------------------------

    def show_settings(self) -> None:
        """The settings, open beside the work; one at a time."""
        from agent_desk.window.settings_dialog import SettingsDialog

        dialog = self.window.findChild(SettingsDialog)
        if dialog is None:
            dialog = SettingsDialog(self.settings, self.window)
            dialog.failed.connect(lambda problem: self.messages and self.messages.explain(problem))
        dialog.open()

    def show_shortcuts(self) -> None:
        """The keyboard sheet, open beside the work; one at a time."""
        from agent_desk.ui.shortcut_sheet import ShortcutSheet

        if self.actions is None:
            return
        sheet = self.window.findChild(ShortcutSheet)
        (sheet or ShortcutSheet(self.actions, self.window)).open()

    def show_fault(self, report: object) -> None:
        """The calm page after an unexpected fault."""
        from agent_desk.ui.crash_page import CrashPage

        CrashPage(report, lambda: self.spawn(self.close()), self.window).show()  # type: ignore[arg-type]

    # -- the end ----------------------------------------------------------------------------------------------------

    async def close(self) -> None:
        """Close the window; when something is not on the hub, say so once and let the person decide."""
        if self._ending:
            return
        self._ending = True
        if not await self._may_go():
            self._ending = False
            return
        self.window.setEnabled(False)
        if self._ended is not None:
            self._ended.set()

    async def _may_go(self) -> bool:
        shift = self.shift
        if shift is None or self.messages is None or self.aside is None:
            return True
        unsent = await self.aside.run(shift.store.unsent)
        if not unsent.count:
            return True
        return await self.messages.ask(
            self.tr("Close Agent Desk?"),
            self.tr(
                "%n not on the hub yet. They are safe on this seat and go up when somebody opens the desk here again.",
                None,
                unsent.count,
            ),
            self.tr("Close"),
        )

    async def _end_engine(self) -> None:
        assert self._at_door is not None
        async with self._at_door:
            await self._end_shift()
        engine, self.engine = self.engine, None
        self.door.hear_engine(None)
        people, self.people = self.people, None
        if people is not None:
            people.deleteLater()
        if engine is not None and self.aside is not None:
            await self.aside.run(engine.shelf.close)
            await self.aside.run(engine.end)

    async def _let_go(self, others: set[asyncio.Task[Any]]) -> None:
        """Take everything down; ``others`` are tasks that were there before and are nobody's business here."""
        import asyncio

        await self._end_engine()
        self.look.let_go()
        mine = asyncio.all_tasks() - others - {asyncio.current_task()}
        if mine:
            await asyncio.wait(mine, timeout=TASK_SECONDS)
            late = [task for task in self._tasks if not task.done()]
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self.aside is not None:
            self.aside.close()
        self.window.close_now()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete.value)
        self.look.end()
