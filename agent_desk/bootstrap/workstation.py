"""The running desk: window first, engine after the first paint, a shift for each person who signs in."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from agent_desk.base.errors import DeskError
from agent_desk.bootstrap.parts import Belonging, Parts
from agent_desk.people.sign_in_view import Offer, SignInView
from agent_desk.settings.declared import Settings
from agent_desk.ui.theme import THEME_NAME, Theme
from agent_desk.ui.translation import LANGUAGES, Language, Translation
from agent_desk.window.declared import ALLOWED_AT_DOOR, ALLOWED_WHILE_LOCKED, LANGUAGE, THEME, WINDOW_SETTINGS
from agent_desk.window.frame import DeskWindow

if TYPE_CHECKING:
    import asyncio

    from agent_desk.base.ids import GroupId, StaffId, SubjectId
    from agent_desk.bootstrap.engine import Engine
    from agent_desk.bootstrap.shift import Shift
    from agent_desk.hub.address import SeatFile
    from agent_desk.people.authorise_view import AuthoriseView
    from agent_desk.people.first_run_view import FirstRunView, Joining
    from agent_desk.people.lock_view import LockView
    from agent_desk.people.place import Place
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
        self.app = app
        self.settings = Settings(WINDOW_SETTINGS, self._layers())
        self.theme = _theme_of(app)
        self.theme.choose(self.settings.get(THEME))  # type: ignore[arg-type]
        self.translation = Translation(app)
        self.translation.choose(self._language())
        self.window = DeskWindow()
        self.engine: Engine | None = None
        self.shift: Shift | None = None
        self.people: PeopleService | None = None
        self.actions: ActionBook | None = None
        self.messages: Messages | None = None
        self.lock_view: LockView | None = None
        self.aside: Lane | None = None
        self.belonging: Belonging | None = None
        self._place: Place | None = None
        self._seat_file: SeatFile | None = None
        self._door_problem: DeskError | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._engine_ready: asyncio.Event | None = None
        self._ended: asyncio.Event | None = None
        self._at_door: asyncio.Lock | None = None
        self._ending = False
        self._stop_settings = self.settings.changed(self._follow_setting)
        self._connect_window()

    # -- before anything heavy ------------------------------------------------------------------------

    def _layers(self) -> list[Any]:
        from agent_desk.settings.file_layer import FileLayer

        return self.parts.settings_layers() or [FileLayer.of_account()]

    def _language(self) -> Language:
        wanted = self.settings.get(LANGUAGE)
        if wanted in LANGUAGES:
            return wanted
        return Translation.of_the_system()

    def _connect_window(self) -> None:
        header = self.window.header
        header.theme_toggled.connect(self.toggle_theme)
        header.language_toggled.connect(self.toggle_language)
        self.window.close_requested.connect(lambda: self.spawn(self.close()))

    def open(self) -> None:
        """Show the door."""
        self._stand_at_door()
        self.window.show()

    def _stand_at_door(self) -> None:
        """The sign-in page at once; which centre it belongs to is looked up right after the first paint."""
        self._show_sign_in()

    def _find_centre(self) -> None:
        """Where this seat belongs; a seat that belongs nowhere yet is asked."""
        if self.parts.trial:
            self.belonging = Belonging(_trial_place(self.place), None)
            return
        try:
            found = _seat_file(self.place)
        except DeskError as problem:
            self._door_problem = problem
            found = None
        if found is None:
            self.show_first_run()
            return
        self.belonging = Belonging(self.place, found)
        door = self.window.door
        if isinstance(door, SignInView):
            door.show_offer(self._offer())

    @property
    def place(self) -> Place:
        """Where this desk's files lie."""
        if self._place is None:
            from agent_desk.people.place import account_place

            self._place = self.parts.place or account_place()
        return self._place

    def _belong(self, belonging: Belonging) -> None:
        self.belonging = belonging
        self._show_sign_in()

    def _show_sign_in(self) -> SignInView:
        view = SignInView(self._offer())
        view.sign_in_requested.connect(lambda number, password: self.spawn(self._sign_in(number, password)))
        view.unproven_requested.connect(lambda *typed: self.spawn(self._sign_in_unproven(*typed)))
        view.another_centre_requested.connect(lambda: self.show_first_run(may_go_back=True))
        self.window.show_door(view)
        return view

    def _offer(self) -> Offer:
        if self.engine is not None:
            seat, trial = self.engine.seat, self.engine.trial
            return Offer(seat.centre_name, seat.name, trial.number if trial else "", trial.password if trial else "")
        known = self.belonging.seat_file if self.belonging is not None else None
        return Offer(known.centre_name, known.seat_name) if known is not None else Offer("")

    def show_first_run(self, *, may_go_back: bool = False) -> FirstRunView:
        """The page that asks where this seat belongs."""
        from agent_desk.people.first_run_view import FirstRunView

        view = FirstRunView(may_go_back=may_go_back)
        view.trial_requested.connect(lambda: self.spawn(self._move(Belonging(_trial_place(self.place), None))))
        view.file_chosen.connect(self._read_file)
        view.text_pasted.connect(self._read_text)
        view.join_requested.connect(lambda joining: self.spawn(self._join(joining)))
        view.back_requested.connect(self._show_sign_in)
        self.window.show_door(view)
        if self._door_problem is not None and self.messages is not None:
            view.refuse(self.messages.sentence(self._door_problem))
            self._door_problem = None
        return view

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
        self._find_centre()
        try:
            if self.belonging is not None:
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
        assert self.belonging is not None
        assert self._engine_ready is not None
        self._engine_ready.clear()
        self.engine = None
        try:
            self.engine = await self.aside.run(self.parts.engine, self.belonging, self.parts.clock)
        except DeskError as problem:
            self._refuse_at_door(problem)
            return
        self._dress_engine(self.engine)
        self._engine_ready.set()
        self.engine_built.emit()

    def _dress_engine(self, engine: Engine) -> None:
        from agent_desk import wiring
        from agent_desk.people.service import PeopleService

        assert self.aside is not None
        self.theme.know_rare_signs()
        self.people = PeopleService(engine.sign_in, self.aside, engine.seat.number, engine.clock, self)
        if self.actions is None:
            self.actions = wiring.make_actions(self, engine.capabilities)
        self.window.hold_actions(ALLOWED_AT_DOOR)
        door = self.window.door
        if isinstance(door, SignInView):
            door.show_offer(self._offer())

    def _refuse_at_door(self, problem: DeskError) -> None:
        assert self.messages is not None
        sentence = self.messages.sentence(problem)
        door = self.window.door
        refuse = getattr(door, "refuse", None)
        if refuse is not None:
            refuse(sentence)

    # -- joining ----------------------------------------------------------------------------------------

    def _read_file(self, path: str) -> None:
        from pathlib import Path

        from agent_desk.hub.address import read_seat_file

        self._look_at(lambda: read_seat_file(Path(path)))

    def _read_text(self, text: str) -> None:
        from agent_desk.bootstrap import door

        self._look_at(lambda: door.read_text(self.place, text))

    def _look_at(self, read: Any) -> None:
        from agent_desk.bootstrap import door
        from agent_desk.people.first_run_view import FirstRunView

        view = self.window.door
        assert isinstance(view, FirstRunView)
        try:
            self._seat_file = read()
            assert self._seat_file is not None
            view.show_joining(door.joining_of(self._seat_file))
        except DeskError as problem:
            self._refuse_at_door(problem)

    async def _join(self, joining: Joining) -> None:
        from agent_desk.bootstrap import door

        assert self.aside is not None
        assert self._seat_file is not None
        try:
            wanted = door.corrected(self._seat_file, joining)
            kept = await self.aside.run(door.join, self.place, wanted)
        except DeskError as problem:
            self._refuse_at_door(problem)
            return
        await self._move(Belonging(self.place, kept))

    async def _move(self, belonging: Belonging) -> None:
        """Belong to another centre from now on."""
        await self._end_engine()
        self._belong(belonging)
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
            self._choice,
            self.parts.tick,
            self,
        )
        try:
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
        self.shift.start()
        self.messages.tell(self.tr("Signed in as {0} {1}").format(self.shift.who.number, self.shift.who.name), "ok")
        self.shift_began.emit()

    async def sign_out(self) -> None:
        """Back to the door; what is not on the hub is said in one sentence."""
        unsent = await self._end_shift()
        view = self._show_sign_in()
        if unsent:
            view.advise(
                self.tr("%n not on the hub yet. They are safe on this seat and go up by themselves.", None, unsent)
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
        import asyncio

        from agent_desk.people.authorise_view import AuthoriseView

        view = AuthoriseView(what, self.window)
        answer: asyncio.Future[StaffId | None] = asyncio.get_running_loop().create_future()
        asking = AskLeader(self, view, answer, act, group, about)
        view.authorise_requested.connect(lambda number, password: self.spawn(asking.ask(number, password)))
        view.finished.connect(asking.give_up)
        view.open()
        return await answer

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

    # -- look and words ---------------------------------------------------------------------------------------

    def toggle_theme(self) -> None:
        """Light becomes dark, dark light, and it is remembered."""
        self._set(THEME, "light" if self.theme.name == "dark" else "dark")

    def toggle_language(self) -> None:
        """Chinese becomes English and back, and it is remembered."""
        self._set(LANGUAGE, "en" if self.translation.language == "zh_CN" else "zh_CN")

    def _choice(self, key: str) -> Any:
        """The value in force of a declared setting; ``KeyError`` when nobody declared it."""
        declared = {one.id: one for one in self.settings.declared}
        return self.settings.get(declared[key])

    def _set(self, setting: Any, value: str) -> None:
        try:
            self.settings.set(setting, value)
        except DeskError as problem:
            if self.messages is not None:
                self.messages.explain(problem)

    def _follow_setting(self, changed: str) -> None:
        if changed == THEME.id:
            self.theme.choose(self.settings.get(THEME))  # type: ignore[arg-type]
        elif changed == LANGUAGE.id:
            self.translation.choose(self._language())
            if self.actions is not None:
                self.actions.retranslate()

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
        self._stop_settings()
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
        self.translation.end()  # the next desk of this process begins with the words of the sources


@dataclass
class AskLeader:
    """One question to a leader, from opening the dialog to its answer."""

    station: Workstation
    view: AuthoriseView
    answer: asyncio.Future[StaffId | None]
    act: str
    group: GroupId
    about: SubjectId

    async def ask(self, number: str, password: str) -> None:
        """Check number and password; a refusal stays in the dialog."""
        people, messages = self.station.people, self.station.messages
        if people is None or messages is None:
            return
        try:
            witness = await people.authorise(number, password, self.act, self.group, self.about)
        except DeskError as problem:
            self.view.refuse(messages.sentence(problem))
            return
        if not self.answer.done():
            self.answer.set_result(witness.staff)
        self.view.accept()

    def give_up(self, _result: int) -> None:
        """The dialog was closed without a leader."""
        if not self.answer.done():
            self.answer.set_result(None)


def _theme_of(app: QApplication) -> Theme:
    """The application's one theme, dressed once."""
    found = app.findChild(Theme, THEME_NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    if found is not None:
        return found
    theme = Theme(app)
    theme.start()
    return theme


def _trial_place(place: Place) -> Place:
    """The trial centre keeps its files apart."""
    from agent_desk.people.place import Place as At

    return At(place.root / "trial")


def _seat_file(place: Place) -> SeatFile | None:
    from agent_desk.hub.address import read_seat_file

    try:
        return read_seat_file(place.seat_file)
    except DeskError as problem:
        if problem.code == "seat_file_missing" and not place.seat_file.exists():
            return None
        raise
