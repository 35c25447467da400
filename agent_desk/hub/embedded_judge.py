"""How the embedded hub judges a link: which faults are refused, and which facts are held.

Refused (nothing is written) is only what touches identity: a chain that does not hang together, a
wrong mac, another author or centre. All else is stored with a verdict, so that one poisoned fact
never blocks those behind it. The PostgreSQL hub judges the same way in SQL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, GroupId, OriginId, StaffId, SubjectId, is_uuid
from agent_desk.facts.body import LARGEST_BODY, Body, canonical, parse
from agent_desk.facts.kind import Catalogue, FactKind, Role
from agent_desk.facts.link import delivery_key, holds, mac_of
from agent_desk.facts.personal import Personal
from agent_desk.hub.port import Outgoing


@dataclass(frozen=True)
class OriginRow:
    """What the hub knows of an origin: whose it is and how far it has come."""

    id: OriginId
    staff: StaffId
    head_seq: int
    head_digest: bytes


@dataclass(frozen=True)
class Right:
    """A role in a group; ``until`` (µs since 1970 UTC) is ``None`` while it lasts."""

    group: GroupId
    role: Role
    until: int | None


@dataclass(frozen=True)
class Rights:
    """All a person may and might write; ``ended`` (µs) once they left. ``grace`` in µs."""

    held: tuple[Right, ...]
    ended: int | None
    grace: int

    def roles_in(self, group: str, keyed: int) -> set[Role]:
        """The roles that counted in ``group`` when a fact was keyed; ``*`` counts everywhere."""
        return {
            right.role
            for right in self.held
            if right.group in {group, "*"} and (right.until is None or keyed <= right.until + self.grace)
        }


@dataclass(frozen=True)
class Placed:
    """A link with what its body says of where it belongs, and why it is held (or nothing)."""

    outgoing: Outgoing
    group: str
    subject: SubjectId
    keyed: int
    body: Body | None
    reason: str


def refuse(why: str) -> DeskError:
    """The error of an identity fault."""
    return DeskError("hub_refused", why=why)


def refuse_broken_chain(links: Sequence[Outgoing], origin: OriginRow) -> None:
    """``chain`` unless the links hang on each other without gaps and fit their bodies."""
    expected = links[0].link.seq
    if not 1 <= expected <= origin.head_seq + 1:
        raise refuse("chain")
    before = None
    for outgoing in links:
        link = outgoing.link
        if link.seq != expected or not _sound(outgoing):
            raise refuse("chain")
        if before is not None and link.prev != before:
            raise refuse("chain")
        before = link.digest
        expected += 1


def _sound(outgoing: Outgoing) -> bool:
    try:
        return is_uuid(outgoing.link.fact) and holds(outgoing.link, outgoing.body)
    except UnicodeEncodeError:
        return False


def refuse_wrong_macs(links: Sequence[Outgoing], origin: OriginRow, deliverer: StaffId, secret: bytes) -> None:
    """``mac`` if one is wrong, or if someone else's links come without."""
    key = delivery_key(secret, origin.id)
    for outgoing in links:
        mac = outgoing.link.mac
        if mac is None and origin.staff == deliverer:
            continue
        if mac is None or mac != mac_of(key, outgoing.link.digest):
            raise refuse("mac")


class Judge:
    """Reads one body after the other; the catalogue says what a kind must hold."""

    def __init__(self, catalogue: Catalogue, centre: CentreId) -> None:
        self._catalogue = catalogue
        self._centre = centre

    def place(self, outgoing: Outgoing, author: StaffId, rights: Rights) -> Placed:
        """Read a body. Raises ``hub_refused`` (``centre``, ``author``) for another's name."""
        body = self._read(outgoing, author)
        if body is None:
            box = f"@{author}"
            return Placed(outgoing, box, SubjectId(outgoing.link.fact), 0, None, "unreadable")
        reason = self._reason(outgoing, body, rights)
        return Placed(outgoing, body.group, body.subject, body.keyed, body, reason)

    def _read(self, outgoing: Outgoing, author: StaffId) -> Body | None:
        try:
            raw = json.loads(outgoing.body)
        except (ValueError, RecursionError):
            return None
        if isinstance(raw, dict):
            self._refuse_other_names(raw, author)
        body = readable(outgoing.body, outgoing.link.fact, outgoing.link.kind)
        return None if body is None or is_letter_box(body.group) else body

    def _refuse_other_names(self, raw: Mapping[str, Any], author: StaffId) -> None:
        if raw.get("centre", self._centre) != self._centre:
            raise refuse("centre")
        if raw.get("author", author) != author:
            raise refuse("author")

    def _reason(self, outgoing: Outgoing, body: Body, rights: Rights) -> str:
        kind = self._catalogue.get(body.kind)
        if len(outgoing.body.encode("utf-8")) > LARGEST_BODY:
            return "too_large"
        if kind is None or body.version > kind.version:
            return "kind_unknown"
        if not _fields_fit(kind, body):
            return "field_wrong"
        if kind.hub_only:
            return "role"
        return _unrightful(kind, body, rights) or _impersonal(outgoing.personal, body)


def readable(text: str, fact: str, kind: str) -> Body | None:
    """The body of this fact and kind, or ``None`` for anything that no desk should have to read."""
    try:
        canonical(json.loads(text))
        body = parse(text)
    except (DeskError, ValueError, RecursionError):
        return None
    return body if body.id == fact and body.kind == kind else None


def is_letter_box(group: str) -> bool:
    """Whether a group is one person's box (``@`` and their id): only the hub writes into it."""
    return group.startswith("@")


def _fields_fit(kind: FactKind, body: Body) -> bool:
    try:
        kind.check(body.fields)
    except DeskError:
        return False
    return True


def _unrightful(kind: FactKind, body: Body, rights: Rights) -> str:
    if rights.ended is not None and body.keyed > rights.ended + rights.grace:
        return "rights_ended"
    roles = rights.roles_in(body.group, body.keyed)
    if not roles:
        return "group"
    return "" if roles & set(kind.writers) else "role"


def _impersonal(values: Sequence[Personal], body: Body) -> str:
    return "" if all(fits(one, body) for one in values) else "personal"


def fits(one: Personal, body: Body) -> bool:
    """Whether a personal value is the one whose digest the body holds; an erased one always is."""
    told = body.personal.get(one.field)
    if one.value is None:
        return told is not None
    if "\x00" in one.value:
        return False
    try:
        return told == one.digest
    except UnicodeEncodeError:
        return False
