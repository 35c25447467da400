"""A whole centre on a real PostgreSQL hub, and seats' chains written by hand."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from agent_desk.base.ids import CentreId, FactId, OriginId, SubjectId, uuid7
from agent_desk.facts.body import Body, content_digest
from agent_desk.facts.hub_kinds import HUB_KINDS
from agent_desk.facts.kind import Catalogue, Claim, FactKind, FieldType, Role
from agent_desk.facts.link import FIRST_PREV, Link, link_digest, mac_of
from agent_desk.facts.personal import Personal
from agent_desk.facts.projection import Projection
from agent_desk.hub import founding
from agent_desk.hub.address import HubAddress, SeatFile
from agent_desk.hub.people import People
from agent_desk.hub.port import HubSession, Me, Outgoing, Presence
from agent_desk.hub.postgres import PostgresHub, PostgresSession
from tests.peers.postgres import Database, PostgresServer

PASSWORDS = {number: f"pw-{number}-good" for number in ("8001", "8002", "8003", "8004", "8005", "8006")}
"""8001 agent and 8006 clerk in ``hall``, 8002 agent in ``line``, 8003 leader of ``hall``,
8004 manager and 8005 admin of the whole centre."""
GRANTS: dict[str, dict[str, str]] = {
    "8001": {"hall": "agent"}, "8002": {"line": "agent"}, "8003": {"hall": "leader"},
    "8004": {"*": "manager"}, "8005": {"*": "admin"}, "8006": {"hall": "clerk"},
}  # fmt: skip
GROUPS = {"hall": "Exhibition hall", "line": "Hotline"}

TEXT, INTEGER, FEN, TIME, FLAG, LINES, MAP = FieldType
RECEIPT = FactKind(
    "test.receipt_written",
    fields={"book": TEXT, "number": TEXT, "exhibitor": TEXT, "total": FEN, "paid": FLAG, "lines": LINES},
    optional={"note": TEXT, "due": TIME},
    personal=("payer",),
    claim=Claim("book", "number"),
    projections=(
        Projection(
            "test_receipt",
            (("book", TEXT), ("number", TEXT), ("exhibitor", TEXT), ("total", FEN), ("paid", FLAG),
             ("due", TIME)),
            indexes=("number",),
        ),
        Projection("test_receipt_line", (("item", TEXT), ("quantity", INTEGER), ("price", FEN)),
                   each="lines"),
    ),
)  # fmt: skip
NOTE = FactKind("test.note_written", fields={"text": TEXT}, keep_days=35)
ROSTER = FactKind("test.roster_set", fields={"day": TEXT}, writers=(Role.LEADER, Role.MANAGER))
CATALOGUE = Catalogue((*HUB_KINDS, RECEIPT, NOTE, ROSTER))


def now_us() -> int:
    return time.time_ns() // 1000


@dataclass
class PgCentre:
    """A centre and how to get at it: as its people, or as the server's superuser."""

    seat_file: SeatFile
    database: Database
    passwords: dict[str, str] = field(default_factory=lambda: dict(PASSWORDS))
    closing: list[PostgresSession] = field(default_factory=list)

    @property
    def centre(self) -> CentreId:
        return self.seat_file.centre

    @property
    def hub(self) -> PostgresHub:
        return PostgresHub(self.seat_file)

    def sign_in(self, number: str) -> PostgresSession:
        """A session of one of the people; closed with the fixture."""
        session = self.hub.connect(number, self.passwords[number])
        self.closing.append(session)
        return session

    def raw(self, number: str) -> psycopg.Connection[Any]:
        """What a forged client has: a bare connection with a person's password."""
        return self.sign_in(number).connection

    def owner(self) -> psycopg.Connection[Any]:
        """A superuser's connection, autocommit on; the caller closes it."""
        return self.database.connect(autocommit=True)

    def copied(self) -> PgCentre:
        """The same centre in a database of its own, to be spoilt. All sessions must be closed."""
        made = self.database.server.create_database(self.database.name)
        address = dataclasses.replace(self.seat_file.hub, database=made.name)
        copy = PgCentre(dataclasses.replace(self.seat_file, hub=address), made, self.passwords)
        with copy.owner() as owner:
            founding.close_database(owner)
            owner.execute("update desk.state set home = desk.here()")  # else it would be closed, as copies are
        return copy

    def close(self) -> None:
        for session in self.closing:
            session.close()
        self.closing.clear()


def found_hub(server: PostgresServer, catalogue: Catalogue = CATALOGUE) -> Database:
    """A database with an empty hub: every verb, no centre. Made once a run, then copied."""

    def fill(database: Database) -> None:
        with database.connect(autocommit=True) as owner:
            founding.upgrade(owner, catalogue)

    names = " ".join(kind.name for kind in catalogue)
    return server.create_database(server.template(f"hub of {names}", fill))


def add_centre(database: Database, name: str = "Trial centre") -> PgCentre:
    """A centre with two groups and six people, in a hub that is there."""
    with database.connect(autocommit=True) as owner:
        made = founding.found(owner, name, "00" * 32, ("8005", "Ad Min 管理", PASSWORDS["8005"]))
    server = database.server
    address = HubAddress(server.host, server.port, database.name, "verify-full", str(server.authority))
    seat_file = SeatFile(made.id, made.name, made.salt, made.recovery_key, address, "1", "Seat 1")
    centre = PgCentre(seat_file, database)
    admin = People(centre.sign_in("8005"))
    for code, told in GROUPS.items():
        admin.set_group(code, told)
    for number, grants in GRANTS.items():
        if number != "8005":
            admin.add(number, f"Person {number}", grants, PASSWORDS[number])
    centre.close()
    return centre


@dataclass
class Seat:
    """One person's chain on one installation, kept in memory: what a store would send."""

    session: HubSession
    me: Me
    origin: OriginId
    key: bytes | None
    seq: int = 0
    prev: bytes = FIRST_PREV

    @classmethod
    def of(cls, session: HubSession, seat: str = "1") -> Seat:
        """Sign the person's new origin in on a seat."""
        origin = OriginId(str(uuid.uuid4()))
        opened = session.open_origin(origin, seat)
        return cls(session, session.beat(presence(seat), []).me, origin, opened.key)

    def body(self, kind: str, fields: Mapping[str, Any], **told: Any) -> Body:
        """A body of mine; any of its names may be told otherwise."""
        now = now_us()
        values: dict[str, Any] = {
            "id": FactId(uuid7(now // 1000)), "kind": kind, "version": 1,
            "centre": self.me.centre, "group": next(iter(self.me.grants)), "author": self.me.staff,
            "subject": SubjectId(str(uuid.uuid4())), "happened": now, "keyed": now,
            "stamp": (now // 1000) << 15, "fields": fields,
        }  # fmt: skip
        return Body(**{**values, **told})

    def link(self, text: str, fact: str, kind: str, personal: tuple[Personal, ...] = ()) -> Outgoing:
        """Hang a body's text on my chain (``key`` None: without a mac)."""
        self.seq += 1
        content = content_digest(text)
        digest = link_digest(self.origin, self.seq, self.prev, FactId(fact), content, kind)
        mac = mac_of(self.key, digest) if self.key else None
        made = Link(self.origin, self.seq, FactId(fact), kind, self.prev, content, digest, mac)
        self.prev = digest
        return Outgoing(made, text, personal)

    def write(self, kind: str, fields: Mapping[str, Any], personal: tuple[Personal, ...] = (), **told: Any) -> Outgoing:
        """A good fact of mine on my chain."""
        digests = {each.field: each.digest for each in personal}
        body = self.body(kind, fields, personal=digests, **told)
        return self.link(body.text(), body.id, kind, personal)


def receipt(number: int | str, **told: Any) -> dict[str, Any]:
    """The fields of one receipt."""
    lines = [{"item": "电源 16A", "quantity": 2, "price": 45000}, {"item": "chair", "quantity": 4, "price": 2500}]
    return {
        "book": "A", "number": str(number), "exhibitor": "北京某某展览有限公司", "total": 100_000,
        "paid": True, "lines": lines, **told,
    }  # fmt: skip


def presence(seat: str = "1", **told: Any) -> Presence:
    """A beat's greeting."""
    values = {"state": "ready", "since_us": now_us(), "unsent": 0, "oldest_unsent_us": 0, "client": "0.1.0"}
    return Presence(seat=seat, **{**values, **told})
