"""Seats and facts for tests, made of the real parts."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from pathlib import Path

from agent_desk.base.clock import Clock
from agent_desk.base.ids import CentreId, GroupId, OriginId, StaffId, SubjectId
from agent_desk.facts.hub_kinds import HUB_KINDS
from agent_desk.facts.kind import Catalogue, Claim, FactKind, FieldType, Role
from agent_desk.facts.link import delivery_key
from agent_desk.facts.projection import Projection
from agent_desk.storage.store import NewFact, Person, Store, open_store

NOTED = FactKind(
    "test.noted",
    fields={"text": FieldType.TEXT},
    personal=("caller",),
    projections=(Projection("test_note", (("text", FieldType.TEXT),)),),
)
SOLD = FactKind(
    "test.sold",
    fields={
        "book": FieldType.TEXT,
        "number": FieldType.TEXT,
        "total": FieldType.FEN,
        "paid": FieldType.FLAG,
        "lines": FieldType.LINES,
    },
    personal=("payer",),
    claim=Claim("book", "number"),
    projections=(
        Projection(
            "test_sale",
            (
                ("book", FieldType.TEXT),
                ("number", FieldType.TEXT),
                ("total", FieldType.FEN),
                ("paid", FieldType.FLAG),
            ),
            indexes=("number",),
        ),
        Projection("test_line", (("item", FieldType.TEXT), ("amount", FieldType.FEN)), each="lines"),
    ),
)
RULED = FactKind("test.ruled", fields={"text": FieldType.TEXT}, writers=(Role.LEADER, Role.MANAGER))

TEST_KINDS = (NOTED, SOLD, RULED)


def a_catalogue() -> Catalogue:
    """The hub's own kinds and three for tests."""
    return Catalogue([*HUB_KINDS, *TEST_KINDS])


def a_uuid() -> str:
    """A fresh id."""
    return str(uuid.uuid4())


def a_person(number: str = "8012", name: str = "张伟", centre: str | None = None) -> Person:
    """Somebody who works here."""
    return Person(StaffId(a_uuid()), CentreId(centre or a_uuid()), number, name)


def a_store(
    folder: Path,
    *,
    key: bytes | None = None,
    person: Person | None = None,
    catalogue: Catalogue | None = None,
    clock: Clock | None = None,
    name: str = "8012.store",
) -> Store:
    """A store with somebody bound to it and an origin with a delivery key."""
    store = open_store(folder / name, key or secrets.token_bytes(32), catalogue or a_catalogue(), clock or Clock())
    if not store.has_person:
        store.bind(person or a_person())
        origin = OriginId(a_uuid())
        store.add_origin(origin, delivery_key(b"s" * 32, origin), 7)
    return store


def a_note(store: Store, text: str = "客户来电咨询展位", *, caller: str = "", group: str = "A") -> NewFact:
    """A short note, with a caller's name when one is given."""
    return NewFact(
        store.new_id(),
        "test.noted",
        GroupId(group),
        SubjectId(a_uuid()),
        {"text": text},
        {"caller": caller} if caller else {},
    )


def a_sale(store: Store, number: str = "000001", *, total: int = 12_345, group: str = "A") -> NewFact:
    """A sale with two lines under a paper number."""
    fields: Mapping[str, object] = {
        "book": "B1",
        "number": number,
        "total": total,
        "paid": True,
        "lines": [{"item": "桌", "amount": total - 45}, {"item": "椅", "amount": 45}],
    }
    return NewFact(store.new_id(), "test.sold", GroupId(group), SubjectId(a_uuid()), fields, {"payer": "王芳"})
