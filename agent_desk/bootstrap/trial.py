"""The trial centre: an invented exhibition desk on the embedded hub, for practice, demonstration and a first look."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_desk.base.clock import Clock
from agent_desk.base.ids import EVERYONE, CentreId, FactId, GroupId, OriginId, StaffId, SubjectId, uuid7
from agent_desk.facts.body import Body, content_digest
from agent_desk.facts.kind import Catalogue, Role
from agent_desk.facts.link import FIRST_PREV, make_link
from agent_desk.hub.embedded import EmbeddedHub, PasswordCost
from agent_desk.hub.port import Outgoing
from agent_desk.people.place import Place
from agent_desk.receipts.model import BOOK_ISSUED

NAME = "临江会展中心（试用）"
SEAT, SEAT_NAME = "3", "3 号台"
DESK = GroupId("D1")
NUMBER, PASSWORD = "8012", "trial"
LEADER = "8003"
STAFF: Sequence[tuple[str, str, Mapping[GroupId, Role]]] = (
    (NUMBER, "张伟", {DESK: Role.CLERK}),
    ("8013", "李娜", {DESK: Role.AGENT}),
    (LEADER, "王芳", {DESK: Role.LEADER}),
    ("8001", "陈静", {EVERYONE: Role.MANAGER}),
)
BOOKS = (("LJ-T-01", 1, 50, NUMBER), ("LJ-T-02", 51, 100, "8013"))


@dataclass(frozen=True)
class Practice:
    """An opened trial centre, and the person who practises in it."""

    hub: EmbeddedHub
    centre: CentreId
    name: str
    seat: str
    seat_name: str
    number: str
    password: str


def open_centre(place: Place, kinds: Catalogue, clock: Clock, cost: PasswordCost | None = None) -> Practice:
    """Open the trial centre in ``place``, or found it: people, a group, a seat, two books of receipts."""
    place.root.mkdir(parents=True, exist_ok=True)
    label, file = place.root / "trial.json", place.root / "trial.hub"
    if not label.exists() and file.exists():
        _set_aside(file)
    hub = EmbeddedHub(file, kinds, clock, cost)
    try:
        if not label.exists():
            centre = _found(hub, clock, kinds)
            label.write_text(json.dumps({"centre": centre}), encoding="utf-8")
        told = json.loads(label.read_text(encoding="utf-8"))
    except BaseException:
        hub.close()
        raise
    return Practice(hub, CentreId(told["centre"]), NAME, SEAT, SEAT_NAME, NUMBER, PASSWORD)


def _set_aside(file: Path) -> None:
    """A founding that was cut off: nothing was written in it yet, so that it is begun anew."""
    for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        if part.exists():
            part.replace(part.with_name(f"{part.name}.cut-off"))


def _found(hub: EmbeddedHub, clock: Clock, kinds: Catalogue) -> CentreId:
    """All of it or nothing."""
    with hub.together():
        centre = hub.create_centre(NAME)
        hub.add_group(DESK, "现场服务台")
        hub.enrol_seat(SEAT, SEAT_NAME)
        people = {number: hub.add_staff(number, name, grants, PASSWORD) for number, name, grants in STAFF}
        _issue_books(hub, clock, kinds, centre, people)
    return centre


def _issue_books(
    hub: EmbeddedHub, clock: Clock, kinds: Catalogue, centre: CentreId, people: Mapping[str, StaffId]
) -> None:
    """The leader hands out the books, as facts of the leader's own."""
    session = hub.connect(LEADER, PASSWORD)
    try:
        opened = session.open_origin(OriginId(str(uuid.uuid4())), SEAT)
        prev, links = FIRST_PREV, []
        for seq, (book, first, last, number) in enumerate(BOOKS, start=1):
            fields: dict[str, Any] = {
                "book": book, "first": first, "last": last, "width": 6, "prefix": "LJ", "copies": 3,
                "staff": people[number], "seat": SEAT,
            }  # fmt: skip
            kinds[BOOK_ISSUED.name].check(fields)
            body = _body(clock, centre, people[LEADER], fields)
            content = content_digest(body.text())
            link = make_link(opened.origin, seq, prev, body.id, content, body.kind, opened.key)
            links.append(Outgoing(link, body.text()))
            prev = link.digest
        session.push(links)
    finally:
        session.close()


def _body(clock: Clock, centre: CentreId, author: StaffId, fields: Mapping[str, Any]) -> Body:
    fact = FactId(uuid7(clock.now_ms()))
    now = clock.now_us()
    return Body(
        id=fact, kind=BOOK_ISSUED.name, version=BOOK_ISSUED.version, centre=centre, group=DESK, author=author,
        subject=SubjectId(fact), happened=now, keyed=now, stamp=clock.stamp(), fields=fields,
    )  # fmt: skip
