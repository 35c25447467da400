"""What the wires need of the running desk, of a shift and of the engine; no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from agent_desk.people.session import Session
from agent_desk.ui.actions import ActionBook
from agent_desk.ui.capability import Capability, Here, Room, Who

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from agent_desk.base.clock import Clock
    from agent_desk.hub.port import Taken
    from agent_desk.people.service import PeopleService
    from agent_desk.people.session_lock import SessionLock
    from agent_desk.storage.store import Store
    from agent_desk.sync.light import StatusLight
    from agent_desk.ui.lane import Lane
    from agent_desk.ui.messages import Messages
    from agent_desk.window.frame import DeskWindow


class Seated(Protocol):
    """A capability and its room."""

    @property
    def capability(self) -> Capability: ...
    @property
    def room(self) -> Room: ...


class Shift(Protocol):
    """What a signed-in person works with."""

    session: Session
    store: Store
    light: StatusLight
    here: Here

    @property
    def who(self) -> Who: ...
    @property
    def seated(self) -> Sequence[Seated]: ...
    def try_now(self) -> None: ...
    def describe(self, kind: str, fields: Mapping[str, Any]) -> str: ...
    def room_of_kind(self, kind: str) -> Seated | None: ...
    def room_of_draft(self, kind: str) -> Seated | None: ...
    def export(self, folder: str, aside: Lane) -> Awaitable[Carried]: ...
    def bring(self, file: str) -> Awaitable[Taken]: ...


class Carried(Protocol):
    """What an export came to."""

    @property
    def links(self) -> int: ...
    @property
    def shut(self) -> Sequence[object]: ...


class Engine(Protocol):
    """What works behind the window."""

    @property
    def clock(self) -> Clock: ...
    @property
    def warning(self) -> str: ...
    def grace_left(self, store: Store) -> int | None: ...


class Parts(Protocol):
    """What the desk is built from."""

    @property
    def machine_lock(self) -> Callable[[QObject], SessionLock]: ...


class Look(Protocol):
    """Theme and language of the window."""

    def toggle_theme(self) -> None: ...
    def toggle_language(self) -> None: ...


class Station(Protocol):
    """The running desk, as far as the wires need it."""

    window: DeskWindow

    @property
    def look(self) -> Look: ...
    @property
    def parts(self) -> Parts: ...
    @property
    def shift(self) -> Any: ...
    @property
    def engine(self) -> Any: ...
    @property
    def people(self) -> PeopleService | None: ...
    @property
    def messages(self) -> Messages | None: ...
    @property
    def actions(self) -> ActionBook | None: ...
    @property
    def aside(self) -> Lane | None: ...
    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...
    def sign_out(self) -> Coroutine[Any, Any, None]: ...
    def show_settings(self) -> None: ...
    def show_shortcuts(self) -> None: ...
    def cover(self, why: str) -> None: ...
    def lift_lock(self) -> None: ...
