"""The body of a fact: canonical JSON text, the truth that is kept and never re-made."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, FactId, GroupId, StaffId, SubjectId, is_uuid

LARGEST_BODY = 1_000_000
"""Bytes of UTF-8; a seat refuses to save more, so that one fact always fits one push."""

_INT64 = 1 << 63
_SURROGATE = re.compile("[\ud800-\udfff]")
Value = Any
"""Text, boolean, 64-bit integer, or a list or mapping of these."""


def canonical(value: Value) -> str:
    """The one spelling of a value: sorted names, no spaces, non-ASCII as itself.

    Raises :class:`DeskError` ``fact_unsaveable`` for NUL, lone surrogates, fractions, nothing
    (``None``) and integers beyond 64 bits: none of them survives every store unchanged.
    """
    _refuse_unsaveable(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_digest(text: str) -> bytes:
    """SHA-256 of a body's UTF-8 bytes: what links and verdicts call the content."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _refuse_unsaveable(value: Value) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise DeskError("fact_unsaveable", why="nul")
        if not value.isascii() and _SURROGATE.search(value):
            raise DeskError("fact_unsaveable", why="surrogate")
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if not -_INT64 <= value < _INT64:
            raise DeskError("fact_unsaveable", why="integer")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise DeskError("fact_unsaveable", why="name")
            _refuse_unsaveable(name)
            _refuse_unsaveable(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_unsaveable(inner)
    else:
        raise DeskError("fact_unsaveable", why=type(value).__name__)


@dataclass(frozen=True)
class Body:
    """A fact in memory: who, where, when, about what, and its fields.

    Times are microseconds since 1970 UTC: ``happened`` as typed by the person for paper,
    ``keyed`` when it was entered. ``personal`` maps a field to the hex SHA-256 of
    salt ‖ value; the values themselves live apart, so that they can be erased.
    ``replaces`` maps a field that is *set* to the facts whose values it replaces.
    ``witness`` is the second person who authorised it at the counter.
    """

    id: FactId
    kind: str
    version: int
    centre: CentreId
    group: GroupId
    author: StaffId
    subject: SubjectId
    happened: int
    keyed: int
    stamp: int
    fields: Mapping[str, Value] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    replaces: Mapping[str, list[str]] = field(default_factory=dict)
    witness: StaffId | None = None

    def text(self) -> str:
        """Canonical JSON. Raises :class:`DeskError` ``fact_unsaveable`` or ``fact_too_large``."""
        envelope: dict[str, Value] = {
            "author": self.author,
            "centre": self.centre,
            "fields": dict(self.fields),
            "group": self.group,
            "happened": self.happened,
            "id": self.id,
            "keyed": self.keyed,
            "kind": self.kind,
            "personal": dict(self.personal),
            "replaces": {name: list(ids) for name, ids in self.replaces.items()},
            "stamp": self.stamp,
            "subject": self.subject,
            "v": self.version,
        }
        if self.witness is not None:
            envelope["witness"] = self.witness
        text = canonical(envelope)
        if len(text.encode("utf-8")) > LARGEST_BODY:
            raise DeskError("fact_too_large", limit=LARGEST_BODY)
        return text


def _refuse_number(_told: str) -> NoReturn:
    raise DeskError("fact_unsaveable", why="float")


def _whole(told: str) -> int:
    number = int(told)
    if len(told) >= 19 and not -_INT64 <= number < _INT64:
        raise DeskError("fact_unsaveable", why="integer")
    return number


_READER = json.JSONDecoder(parse_int=_whole, parse_float=_refuse_number, parse_constant=_refuse_number)


def _beyond_doubt(text: str) -> bool:
    """Whether no value of a JSON text can be unsaveable, numbers aside: told by the text alone, many times as fast as

    by looking at every value. Escapes may hide a NUL or a lone surrogate.
    """
    if "\\u" in text or "null" in text:
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def parse(text: str) -> Body:
    """Read a body back. Raises :class:`DeskError` ``fact_unreadable`` when it is not one."""
    try:
        raw = _READER.decode(text)
        if not _beyond_doubt(text):
            _refuse_unsaveable(raw)
        body = Body(
            id=FactId(raw["id"]),
            kind=raw["kind"],
            version=raw["v"],
            centre=CentreId(raw["centre"]),
            group=GroupId(raw["group"]),
            author=StaffId(raw["author"]),
            subject=SubjectId(raw["subject"]),
            happened=raw["happened"],
            keyed=raw["keyed"],
            stamp=raw["stamp"],
            fields=raw["fields"],
            personal=raw["personal"],
            replaces=raw["replaces"],
            witness=raw.get("witness"),
        )
    except (ValueError, KeyError, TypeError, RecursionError, DeskError) as problem:
        raise DeskError("fact_unreadable", why=type(problem).__name__) from None
    _refuse_malformed(body)
    return body


def _refuse_malformed(body: Body) -> None:
    uuids = (body.id, body.centre, body.author, body.subject)
    texts = (body.kind, body.group)
    whole = (body.version, body.happened, body.keyed, body.stamp)
    maps = (body.fields, body.personal, body.replaces)
    if not all(is_uuid(value) for value in uuids):
        raise DeskError("fact_unreadable", why="id")
    if not all(isinstance(value, str) and value for value in texts):
        raise DeskError("fact_unreadable", why="text")
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in whole):
        raise DeskError("fact_unreadable", why="number")
    if not all(isinstance(value, dict) for value in maps):
        raise DeskError("fact_unreadable", why="map")
    if not all(isinstance(value, str) for value in (*body.personal.values(), body.witness or "")):
        raise DeskError("fact_unreadable", why="text")
