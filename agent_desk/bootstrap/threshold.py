"""What stands before the work: where this seat belongs, and the page at which somebody signs in or joins a centre."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from agent_desk.base.errors import DeskError
from agent_desk.bootstrap.parts import Belonging, Parts
from agent_desk.people.sign_in_view import Offer, SignInView
from agent_desk.window.frame import DeskWindow

if TYPE_CHECKING:
    from agent_desk.bootstrap.engine import Engine
    from agent_desk.hub.address import SeatFile
    from agent_desk.people.first_run_view import FirstRunView, Joining
    from agent_desk.people.place import Place
    from agent_desk.ui.lane import Lane


class Threshold(QObject):
    """The door of one window. What it cannot do itself it wishes for."""

    sign_in_requested = Signal(str, str)
    """Number and password as typed."""
    unproven_requested = Signal(str, str, str)
    """Number, name and password of somebody whom nobody can check now."""
    move_requested = Signal(object)
    """A :class:`Belonging`: this seat shall belong there from now on."""
    join_requested = Signal(object)
    """What the person corrected in the seat file: :meth:`join` does it."""

    def __init__(
        self,
        parts: Parts,
        window: DeskWindow,
        sentence: Callable[[DeskError], str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._parts = parts
        self._window = window
        self._sentence = sentence
        self._engine: Engine | None = None
        self._place: Place | None = None
        self._seat_file: SeatFile | None = None
        self._problem: DeskError | None = None
        self.belonging: Belonging | None = None

    @property
    def place(self) -> Place:
        """Where this desk's files lie."""
        if self._place is None:
            from agent_desk.people.place import account_place

            self._place = self._parts.place or account_place()
        return self._place

    def find_centre(self) -> None:
        """Where this seat belongs; a seat that belongs nowhere yet is asked."""
        if self._parts.trial:
            self.belonging = Belonging(_trial_place(self.place), None)
            return
        try:
            found = _seat_file(self.place)
        except DeskError as problem:
            self._problem = problem
            found = None
        if found is None:
            self.show_first_run()
            return
        self.belonging = Belonging(self.place, found)
        self._offer_anew()

    # -- signing in --------------------------------------------------------------------------------

    def show_sign_in(self) -> SignInView:
        """The page that asks for number and password."""
        view = SignInView(self._offer())
        view.sign_in_requested.connect(self.sign_in_requested)
        view.unproven_requested.connect(self.unproven_requested)
        view.another_centre_requested.connect(lambda: self.show_first_run(may_go_back=True))
        self._window.show_door(view)
        return view

    def hear_engine(self, engine: Engine | None) -> None:
        """The centre can be reached now (or is left): the page says which."""
        self._engine = engine
        if engine is not None:
            self._offer_anew()

    def _offer_anew(self) -> None:
        door = self._window.door
        if isinstance(door, SignInView):
            door.show_offer(self._offer())

    def _offer(self) -> Offer:
        if self._engine is not None:
            seat, trial = self._engine.seat, self._engine.trial
            return Offer(seat.centre_name, seat.name, trial.number if trial else "", trial.password if trial else "")
        known = self.belonging.seat_file if self.belonging is not None else None
        return Offer(known.centre_name, known.seat_name) if known is not None else Offer("")

    def refuse(self, problem: DeskError) -> None:
        """Say on the page what stands in the way."""
        refuse = getattr(self._window.door, "refuse", None)
        if refuse is not None:
            refuse(self._sentence(problem))

    # -- joining -----------------------------------------------------------------------------------

    def show_first_run(self, *, may_go_back: bool = False) -> FirstRunView:
        """The page that asks where this seat belongs."""
        from agent_desk.people.first_run_view import FirstRunView

        view = FirstRunView(may_go_back=may_go_back)
        view.trial_requested.connect(lambda: self.move_requested.emit(Belonging(_trial_place(self.place), None)))
        view.file_chosen.connect(self._read_file)
        view.text_pasted.connect(self._read_text)
        view.join_requested.connect(self.join_requested)
        view.back_requested.connect(self.show_sign_in)
        self._window.show_door(view)
        if self._problem is not None:
            self.refuse(self._problem)
            self._problem = None
        return view

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

        view = self._window.door
        assert isinstance(view, FirstRunView)
        try:
            self._seat_file = read()
            assert self._seat_file is not None
            view.show_joining(door.joining_of(self._seat_file))
        except DeskError as problem:
            self.refuse(problem)

    async def join(self, joining: Joining, aside: Lane) -> Belonging | None:
        """Keep the seat file as corrected; where the seat belongs then, or ``None`` when the page says why not."""
        from agent_desk.bootstrap import door

        assert self._seat_file is not None
        try:
            wanted = door.corrected(self._seat_file, joining)
            kept = await aside.run(door.join, self.place, wanted)
        except DeskError as problem:
            self.refuse(problem)
            return None
        return Belonging(self.place, kept)


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
