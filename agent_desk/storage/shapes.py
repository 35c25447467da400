"""What goes into a store and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent_desk.base.ids import CentreId, FactId, GroupId, OriginId, StaffId, SubjectId
from agent_desk.facts.body import Value
from agent_desk.facts.link import Link
from agent_desk.facts.personal import Personal

UNCOUNTED = ("held", "conflict", "voided")
"""Standings that keep a fact out of sums."""


@dataclass(frozen=True)
class Person:
    """Whose store this is: every fact written in it has this author."""

    staff: StaffId
    centre: CentreId
    number: str
    name: str


@dataclass(frozen=True)
class NewFact:
    """What a form hands in. ``id`` was made when the form opened: saving twice is once.

    ``happened`` is in µs since 1970 UTC, as typed for paper; ``None`` means now.
    """

    id: FactId
    kind: str
    group: GroupId
    subject: SubjectId
    fields: Mapping[str, Value]
    personal: Mapping[str, str] = field(default_factory=dict)
    replaces: Mapping[str, list[str]] = field(default_factory=dict)
    happened: int | None = None
    keyed: int | None = None
    witness: StaffId | None = None


@dataclass(frozen=True)
class Saved:
    """A fact that is on disk. ``repeated`` says it had been saved before: nothing was written."""

    id: FactId
    seq: int
    stored: int
    repeated: bool = False


@dataclass(frozen=True)
class Origin:
    """An origin this store writes in. ``key`` is ``None`` until its person is proven on line.

    ``left_at`` is the last link of it that is ours, once it was left for another because the disk is a copy
    or was set back; ``forked_from`` is the origin that this one was opened for.
    """

    origin: OriginId
    key: bytes | None
    code: int | None
    acked_seq: int
    left_at: int | None = None
    forked_from: OriginId | None = None


@dataclass(frozen=True)
class Unsent:
    """How much of this store the hub has not confirmed."""

    count: int
    oldest_us: int | None


@dataclass(frozen=True)
class Draft:
    """A form in the making; ``text`` is the form's own JSON."""

    id: str
    kind: str
    text: str
    changed: int


@dataclass(frozen=True)
class Arrived:
    """A fact pulled from the hub, as the store takes it."""

    link: Link
    body: str
    personal: tuple[Personal, ...]
    standing: str
    reason: str
    hub_us: int


@dataclass(frozen=True)
class Answer:
    """The hub's word on one of our links."""

    fact: FactId
    seq: int
    verdict: str
    reason: str
    hub_us: int
