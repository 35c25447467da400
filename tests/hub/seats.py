"""Two seats to try a hub with: one that writes a chain, one that follows heads as the pump does."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from agent_desk.base.clock import Clock
from agent_desk.base.ids import FactId, GroupId, OriginId, SubjectId, uuid7
from agent_desk.facts.body import Body, content_digest
from agent_desk.facts.link import FIRST_PREV, make_link
from agent_desk.facts.personal import Personal, seal
from agent_desk.hub.port import Beat, Head, HubSession, Judged, Outgoing, Presence, Pulled, Verdict
from tests.hub.contract import CATALOGUE, Centre

DAY_US = 86_400_000_000
SECRET_FIELDS = ("caller",)


class Writer:
    """A person at a seat, writing facts onto one origin. ``links`` is all that was ever written."""

    def __init__(self, centre: Centre, number: str, seat: str = "1") -> None:
        self.centre = centre
        self.number = number
        self.staff = centre.staff(number)
        self.clock = Clock()
        self.origin = OriginId(str(uuid.uuid4()))
        self.session: HubSession = self.sign_in()
        self.key = self.session.open_origin(self.origin, seat).key
        self.links: list[Outgoing] = []
        self.sent = 0

    def sign_in(self) -> HubSession:
        """Sign in (again), as after a restart of the hub."""
        self.session = self.centre.hub.connect(self.number, self.centre.password(self.number))
        return self.session

    def body(self, kind: str = "note.written", group: str = "A", **said: Any) -> Body:
        """A body of mine; ``said`` overrides any part of it."""
        now = self.clock.now_us()
        fact = FactId(uuid7(now // 1000))
        fields = {"text": "雨棚漏水"} if kind == "note.written" else {}
        parts: dict[str, Any] = {
            "id": fact, "kind": kind, "version": 1, "centre": self.centre.id,
            "group": GroupId(group), "author": self.staff, "subject": SubjectId(str(uuid.uuid4())),
            "happened": now, "keyed": now, "stamp": self.clock.stamp(), "fields": fields,
        }  # fmt: skip
        return Body(**{**parts, **said})

    def write(self, kind: str = "note.written", group: str = "A", **said: Any) -> Outgoing:
        """Write a fact and hang it on my chain."""
        values = tuple(seal(name, value) for name, value in said.pop("values", {}).items())
        digests = {one.field: one.digest for one in values}
        return self.hang(self.body(kind, group, **{"personal": digests, **said}), personal=values)

    def hang(self, body: Body, personal: Sequence[Personal] = ()) -> Outgoing:
        """Hang a body on my chain."""
        return self.hang_text(body.text(), body.id, body.kind, personal)

    def hang_text(
        self, text: str, fact: str, kind: str = "note.written", personal: Sequence[Personal] = ()
    ) -> Outgoing:
        """Hang any text on my chain, also one that no honest desk would save."""
        prev = self.links[-1].link.digest if self.links else FIRST_PREV
        link = make_link(self.origin, len(self.links) + 1, prev, FactId(fact), content_digest(text), kind, self.key)
        outgoing = Outgoing(link, text, tuple(personal))
        self.links.append(outgoing)
        return outgoing

    def push(self) -> list[Judged]:
        """Send all that was not sent."""
        judged = self.session.push(self.links[self.sent :])
        self.sent = len(self.links)
        return judged

    def say(self, kind: str = "note.written", group: str = "A", **said: Any) -> Judged:
        """Write one fact, send it, hear its verdict."""
        self.write(kind, group, **said)
        return self.push()[-1]


class Follower:
    """A person at a seat who keeps a copy of all they may read, as the pump does.

    A cursor for each (origin, group); a widening fact brings its whole subject.
    """

    def __init__(self, centre: Centre, number: str, seat: str = "9", page: int = 2000) -> None:
        self.centre = centre
        self.number = number
        self.seat = seat
        self.page = page
        self.session = centre.hub.connect(number, centre.password(number))
        self.cursors: dict[tuple[str, str], int] = {}
        self.copy: dict[tuple[str, int], Pulled] = {}

    def presence(self, **said: Any) -> Presence:
        """What this seat says of itself."""
        return Presence(**{"seat": self.seat, "state": "ready", "since_us": 1, "unsent": 0,
                           "oldest_unsent_us": 0, "client": "1.0", **said})  # fmt: skip

    def beat(self, **said: Any) -> Beat:
        """One tick."""
        known = [Head(OriginId(o), GroupId(g), seq) for (o, g), seq in self.cursors.items()]
        return self.session.beat(self.presence(**said), known)

    def catch_up(self) -> Follower:
        """Pull what lies between my cursors and the hub's heads, page by page."""
        for head in self.beat().heads:
            after = self.cursors.get((head.origin, head.group), 0)
            while True:
                page = self.session.pull(head.origin, head.group, after, head.seq, self.page)
                assert len(page) <= self.page
                assert [one.link.seq for one in page] == sorted({one.link.seq for one in page})
                self._take(page)
                if len(page) < self.page:
                    break
                after = page[-1].link.seq
            self.cursors[head.origin, head.group] = head.seq
        return self

    def _take(self, page: Sequence[Pulled]) -> None:
        for one in page:
            self.copy[one.link.origin, one.link.seq] = one
            kind = CATALOGUE.get(one.link.kind)
            if kind is not None and kind.widens and one.standing is Verdict.ACCEPTED:
                subject = SubjectId(_body_of(one)["subject"])
                for other in self.session.pull_subject(subject):
                    self.copy[other.link.origin, other.link.seq] = other

    def facts(self, *kinds: str) -> list[Pulled]:
        """My copy without what the hub itself wrote (or only those kinds), in no order."""
        return [
            one for one in self.copy.values()
            if (one.link.kind in kinds if kinds else not one.link.kind.startswith("hub."))
        ]  # fmt: skip

    def ids(self) -> set[str]:
        """The facts in my copy, without the hub's own."""
        return {one.link.fact for one in self.facts()}

    def told(self, kind: str) -> list[Mapping[str, Any]]:
        """The fields of the hub's own facts of a kind."""
        return [_body_of(one)["fields"] for one in self.facts(kind)]


def _body_of(one: Pulled) -> dict[str, Any]:

    parsed: dict[str, Any] = json.loads(one.body)
    return parsed
