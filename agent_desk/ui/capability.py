"""The port a capability fulfils, and the desk it is handed: what a feature brings, what it may use.

A capability is a folder with a ``capability.py`` that declares one :class:`Capability`, and one
line in ``agent_desk/capabilities.py``. The frame draws its place on the rail, its page, its side
panel and what waits in it; nobody else knows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from agent_desk.base.errors import DeskError

if TYPE_CHECKING:
    from agent_desk.base.clock import Clock
    from agent_desk.base.ids import CentreId, FactId, GroupId, StaffId, SubjectId
    from agent_desk.facts.kind import FactKind, Role
    from agent_desk.ui.actions import ActionBook, ActionSpec
    from agent_desk.ui.lane import Lane
    from agent_desk.ui.messages import Messages
    from agent_desk.ui.typed_ahead import Key

StoreT = TypeVar("StoreT")
"""The store of the signed-in person. The kit does not know storage; a capability writes ``Desk[Store]``."""


@dataclass(frozen=True)
class Who:
    """Who sits here: the signed-in person, in the words the header shows.

    ``group`` is where new facts go; ``proven`` is false in a session the hub has not confirmed.
    """

    staff: StaffId
    number: str
    name: str
    centre: CentreId
    centre_name: str
    seat_number: str
    seat_name: str
    group: GroupId
    grants: Mapping[GroupId, Role]
    proven: bool = True


class Here(QObject):
    """Who sits here, as last heard of: the hub may give and take rights while the person works."""

    changed = Signal()
    """The person's rights, or what they stand on, are others now: choices come and go with them."""

    def __init__(self, who: Who, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._who = who

    @property
    def who(self) -> Who:
        """The person with the rights of now."""
        return self._who

    def take(self, who: Who) -> None:
        """Something newer was heard; nobody is woken when it says the same."""
        if who != self._who:
            self._who = who
            self.changed.emit()


class LinkSeen(Protocol):
    """What may be said of the link to the hub; times are µs since 1970 UTC."""

    @property
    def kind(self) -> str:
        """One of ``waiting``, ``linked``, ``lagging``, ``down``, ``refused``."""

    @property
    def since_us(self) -> int:
        """When this state began."""

    @property
    def unsent(self) -> int:
        """Facts the hub has not confirmed."""

    @property
    def oldest_us(self) -> int | None:
        """When the oldest of them was stored."""

    @property
    def why(self) -> str:
        """The reason of a refusal, a network word while down."""

    @property
    def last_linked_us(self) -> int | None:
        """When the hub answered last."""


class Light(Protocol):
    """News of the link, on the window's thread."""

    state_changed: SignalInstance
    """Carries a :class:`LinkSeen`."""
    news_arrived: SignalInstance
    """Facts were pulled, pushed or purged: look again."""

    @property
    def state(self) -> LinkSeen | None:
        """The newest state heard."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person, as the Today view and the rail's count show it.

    ``what`` and ``why`` are in the language of the window. ``since_us`` and ``hurts_us`` are µs
    since 1970 UTC: since when it waits, and from when it hurts (sorted by it; ``None`` = last).
    ``act`` is the one thing that helps, ``button`` its word.
    """

    key: str
    what: str
    why: str
    since_us: int
    button: str
    act: Callable[[], None]
    hurts_us: int | None = None
    tone: str = "warn"
    """``warn``, ``danger`` or ``info``."""
    icon: str = "clock"


class WaitingList(QObject):
    """What waits in one capability. It counts on the rail and stands in the Today view."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[Waiting, ...] = ()
        self._count = 0

    @property
    def count(self) -> int:
        """The number on the rail: what was told, else how many items there are."""
        return self._count

    @property
    def items(self) -> tuple[Waiting, ...]:
        """Everything that waits now."""
        return self._items

    def tell(self, items: Sequence[Waiting], count: int | None = None) -> None:
        """Say anew what waits; nobody is woken when nothing changed."""
        before = ([_seen(one) for one in self._items], self._count)
        self._items = tuple(items)
        self._count = len(self._items) if count is None else count
        if ([_seen(one) for one in self._items], self._count) != before:
            self.changed.emit()


def _seen(item: Waiting) -> tuple[object, ...]:
    """What a person sees of it."""
    return (item.key, item.what, item.why, item.since_us, item.hurts_us, item.button, item.tone)


async def _nobody(what: str, act: str, group: GroupId, about: SubjectId) -> None:
    """A desk without leaders allows nothing."""
    del what, act, group, about


async def _undecided(fact: FactId, counts: bool, reason: str) -> None:
    """A desk without a hub decides nothing."""
    del fact, counts, reason
    raise DeskError("hub_away", why="none")


@dataclass(frozen=True)
class Desk(Generic[StoreT]):
    """What a capability is handed when its person has signed in. Nothing here is global.

    ``language`` answers the language of the window now (``en`` or ``zh_CN``); ``choice`` the
    value of a declared setting by its key. ``describe`` names a fact of any capability by its kind's
    name and its fields, without personal values. ``authorise(what, act, group, about)`` asks a leader
    on this screen to allow ``act``; it answers the leader's id for the fact's witness, or ``None``.
    ``here`` tells when rights change; ask ``who`` each time anew instead of keeping the answer.
    """

    store: StoreT
    lane: Lane
    clock: Clock
    here: Here
    light: Light
    actions: ActionBook
    messages: Messages
    language: Callable[[], str]
    choice: Callable[[str], Any]
    describe: Callable[[str, Mapping[str, Any]], str]
    authorise: Callable[[str, str, GroupId, SubjectId], Awaitable[StaffId | None]] = _nobody
    rule: Callable[[FactId, bool, str], Awaitable[None]] = _undecided
    """Decides on a held fact at the hub, in the name of who sits here: whether it counts, and why."""

    @property
    def who(self) -> Who:
        """Who sits here, with the rights of now."""
        return self.here.who


@dataclass(frozen=True)
class Room:
    """What a capability builds for one signed-in person.

    ``page`` fills the work area (a ``LatePage`` until somebody looks at it, where that is enough); ``side`` (if
    any) stands in the context column while the page is in front; ``waiting`` is counted; ``wishes`` emits what the
    room wants of others. ``open_fact`` brings one of its facts to the front, ``open_draft`` a form left in the
    making; ``take_typed`` begins a form with what was typed before it was there. ``close`` lets go of timers and
    signals.
    """

    page: QWidget
    side: QWidget | None = None
    waiting: WaitingList | None = None
    wishes: QObject | None = None
    open_fact: Callable[[FactId], None] | None = None
    open_draft: Callable[[str], None] | None = None
    take_typed: Callable[[Sequence[Key]], None] | None = None
    close: Callable[[], None] = lambda: None


Making = Generator[None, None, Room]
"""A room in the making: it pauses between its steps, so that the window lives meanwhile, and ends with the room."""


def at_once(making: Making) -> Room:
    """The room, all its steps in one go."""
    while True:
        try:
            next(making)
        except StopIteration as end:
            room: Room = end.value
            return room


async def in_turns(making: Making) -> Room:
    """The room, one step a turn of the window's loop: no key stroke waits longer than one of them."""
    while True:
        try:
            next(making)
        except StopIteration as end:
            room: Room = end.value
            return room
        await asyncio.sleep(0)


def _plain(kind: FactKind, fields: Mapping[str, Any]) -> str:
    del fields
    return kind.name


def _plain_draft(kind: str, text: str) -> str:
    del text
    return kind


@dataclass(frozen=True)
class Capability:
    """One feature of the desk.

    ``title`` is English, marked ``QT_TRANSLATE_NOOP("Capability", …)``; ``icon`` a name of the
    icon list; ``order`` its place on the rail. ``describe`` names a fact of one of ``kinds`` in a
    few words without personal values ("Receipt 000123 · booth 3B12"), in the window's language;
    ``describe_draft`` does so for a form in the making (its kind, its text). ``make`` builds the room,
    pausing (``yield``) between steps that each take the window's thread for some ten milliseconds at most.
    """

    id: str
    title: str
    icon: str
    order: int
    make: Callable[[Desk[Any]], Making]
    kinds: tuple[FactKind, ...] = ()
    actions: tuple[ActionSpec, ...] = ()
    describe: Callable[[FactKind, Mapping[str, Any]], str] = _plain
    describe_draft: Callable[[str, str], str] = _plain_draft
    draft_kinds: tuple[str, ...] = field(default=())
    """Kinds of draft (``Draft.kind``) whose forms this capability can open again."""
