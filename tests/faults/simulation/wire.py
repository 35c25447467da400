"""The network between one seat and the hub, which does on purpose what networks do by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import GroupId, OriginId, SubjectId
from agent_desk.hub.port import Beat, Fork, Head, HubSession, Judged, Opened, Outgoing, Presence, Pulled
from agent_desk.sync.errand import Errand

if TYPE_CHECKING:
    from tests.faults.simulation.world import World

Answer = TypeVar("Answer")


class Killed(BaseException):
    """The process of ``seat`` ends here; nothing after this line runs."""

    def __init__(self, seat: int) -> None:
        super().__init__(seat)
        self.seat = seat


@dataclass
class Wire:
    """One seat's way to the hub. ``plan`` says what happens to the n-th call of the coming round:

    ``cut`` (it never reaches the hub), ``lose`` (the hub has done it, the answer is lost), ``late`` (the seat gives
    up waiting, and the hub gets it later), ``twice`` (the hub gets it twice), ``kill`` and ``kill_after`` (the seat's
    process ends before or after it), or a further step of the history that happens just before it.
    """

    world: World
    seat: int
    plan: dict[int, Any] = field(default_factory=dict)
    refusing: bool = False
    calls: int = 0
    late: list[Callable[[], Any]] = field(default_factory=list)
    waiting: list[HubSession] = field(default_factory=list)

    def begin(self) -> None:
        """A round begins: count its calls from nought."""
        self.calls = 0

    def connect(self, number: str, password: str) -> HubSession:
        """Sign in through this wire."""
        session = self.call(lambda: self.world.place.hub.connect(number, password))
        return WireSession(self, session)

    def call(self, work: Callable[[], Answer], *, may_be_late: bool = False) -> Answer:
        """One request and its answer."""
        act = self.plan.pop(self.calls, None)
        self.calls += 1
        if isinstance(act, tuple):
            self.world.take(act)
            if self.world.is_doomed(self.seat):
                raise Killed(self.seat)
        if self.refusing or self.world.hub_is_down or act == "cut":
            raise DeskError("hub_away", why="simulated")
        if act == "kill":
            raise Killed(self.seat)
        if act == "late" and may_be_late and not self.late:
            self.late.append(work)
            raise DeskError("hub_away", why="simulated")
        if act == "twice" and may_be_late:
            work()
        answer = work()
        if act == "kill_after":
            raise Killed(self.seat)
        if act in ("lose", "late"):
            raise DeskError("hub_away", why="simulated")
        return answer

    def arrive(self) -> None:
        """What was under way reaches the hub now; nobody hears the answer."""
        late, self.late = self.late, []
        for work in late:
            try:
                work()
            except DeskError as problem:
                self.world.hear_late(problem)
        for session in self.waiting:
            session.close()
        self.waiting = []


class AtOnce(Errand[Answer]):
    """A push without a thread of its own: the hub has judged before the seat does anything else meanwhile."""

    def __init__(self, work: Callable[[], Answer]) -> None:
        self._work = work
        self._done: list[Answer] = []
        self._problem: Exception | None = None
        self._begun = False
        self._begin()

    def _begin(self) -> None:
        self.wait()

    def wait(self) -> None:
        """Until it is over, well or badly."""
        if not self._begun:
            self._begun = True
            self._run()


class InTurn(AtOnce[Answer]):
    """The other order: the seat has done everything it does meanwhile before the hub begins."""

    def _begin(self) -> None:
        """Only when it is waited for."""


class WireSession:
    """The verbs of a session, each through the wire."""

    def __init__(self, wire: Wire, session: HubSession) -> None:
        self._wire = wire
        self._session = session

    def open_origin(self, origin: OriginId, seat: str, forked: Fork | None = None) -> Opened:
        """See the port."""
        return self._wire.call(lambda: self._session.open_origin(origin, seat, forked))

    def own_digests(self, origin: OriginId, seqs: Sequence[int]) -> Mapping[int, bytes]:
        """See the port."""
        return self._wire.call(lambda: self._session.own_digests(origin, seqs))

    def beat(self, presence: Presence, known: Sequence[Head]) -> Beat:
        """See the port."""
        return self._wire.call(lambda: self._session.beat(presence, known))

    def push(self, links: Sequence[Outgoing]) -> list[Judged]:
        """See the port. The model of the centre learns what the hub took, and holds the answer against its own."""
        sent = tuple(links)

        def work() -> list[Judged]:
            judged = self._session.push(sent)
            self._wire.world.hear_push(sent, judged)
            return judged

        return self._wire.call(work, may_be_late=True)

    def pull(self, origin: OriginId, group: GroupId, after: int, upto: int, limit: int = 2000) -> list[Pulled]:
        """See the port."""
        return self._wire.call(lambda: self._session.pull(origin, group, after, upto, limit))

    def pull_subject(self, subject: SubjectId) -> list[Pulled]:
        """See the port."""
        return self._wire.call(lambda: self._session.pull_subject(subject))

    def close(self) -> None:
        """See the port; what is still under way arrives first."""
        if self._wire.late:
            self._wire.waiting.append(self._session)
        else:
            self._session.close()
