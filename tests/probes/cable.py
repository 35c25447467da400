"""The cable between a desk and its hub: pulled and put back by a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, GroupId, OriginId, SubjectId
from agent_desk.hub.port import (
    Beat,
    Erased,
    Fork,
    Head,
    Held,
    Hub,
    HubSession,
    Judged,
    Opened,
    Outgoing,
    Presence,
    Pulled,
    Taken,
    Verdict,
)


class Cable:
    """A real hub behind a cable. While it is pulled every verb raises ``hub_away``, as a dead network does."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.pulled = False

    def connect(self, number: str, password: str) -> HubSession:
        """Sign in through the cable."""
        self.need()
        return _Through(self, self._hub.connect(number, password))

    def need(self) -> None:
        """Raise when it is pulled."""
        if self.pulled:
            raise DeskError("hub_away", why="unreachable")


class _Through:
    """A session whose verbs need the cable."""

    def __init__(self, cable: Cable, session: HubSession) -> None:
        self._cable = cable
        self._session = session

    def open_origin(self, origin: OriginId, seat: str, forked: Fork | None = None) -> Opened:
        self._cable.need()
        return self._session.open_origin(origin, seat, forked)

    def own_digests(self, origin: OriginId, seqs: Sequence[int]) -> Mapping[int, bytes]:
        self._cable.need()
        return self._session.own_digests(origin, seqs)

    def take_bundle(self, text: str) -> Taken:
        self._cable.need()
        return self._session.take_bundle(text)

    def beat(self, presence: Presence, known: Sequence[Head]) -> Beat:
        self._cable.need()
        return self._session.beat(presence, known)

    def push(self, links: Sequence[Outgoing]) -> list[Judged]:
        self._cable.need()
        return self._session.push(links)

    def rule(self, fact: FactId, verdict: Verdict, reason: str) -> None:
        self._cable.need()
        self._session.rule(fact, verdict, reason)

    def held(self) -> list[Held]:
        self._cable.need()
        return self._session.held()

    def erase(self, fact: FactId, names: Sequence[str], why: str) -> Erased:
        self._cable.need()
        return self._session.erase(fact, names, why)

    def erase_subject(self, subject: SubjectId, names: Sequence[str], why: str) -> list[Erased]:
        self._cable.need()
        return self._session.erase_subject(subject, names, why)

    def pull(self, origin: OriginId, group: GroupId, after: int, upto: int, limit: int = 2000) -> list[Pulled]:
        self._cable.need()
        return self._session.pull(origin, group, after, upto, limit)

    def pull_subject(self, subject: SubjectId) -> list[Pulled]:
        self._cable.need()
        return self._session.pull_subject(subject)

    def close(self) -> None:
        self._session.close()
