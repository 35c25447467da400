"""Opening a bundle at the embedded hub: what its seat sealed becomes links again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, FactId, OriginId, StaffId
from agent_desk.facts.body import content_digest
from agent_desk.facts.bundle import Bundle, opened
from agent_desk.facts.hub_kinds import HUB_STAFF
from agent_desk.facts.link import Link, delivery_key
from agent_desk.facts.personal import Personal
from agent_desk.hub.embedded_file import Cursor
from agent_desk.hub.port import Outgoing


def links_of(cursor: Cursor, centre: CentreId, secret: bytes, bundle: Bundle) -> list[list[Outgoing]]:
    """The links of each part. Raises ``bundle_foreign``, ``bundle_unknown`` or ``bundle_altered``."""
    if bundle.centre != centre:
        raise DeskError("bundle_foreign")
    found = []
    for part in bundle.parts:
        row = cursor.execute("select staff from origin where id = ?", (part.origin,)).fetchone()
        if row is None or StaffId(row[0]) == HUB_STAFF:
            raise DeskError("bundle_unknown")
        found.append(_links(part.origin, opened(delivery_key(secret, part.origin), centre, part)))
    return found


def _links(origin: OriginId, text: str) -> list[Outgoing]:
    """What :func:`agent_desk.hub.wire.push_text` wrote."""
    try:
        told = json.loads(text)
        prev = _bytes(told[0]["q"])
        links = []
        for one in told:
            links.append(_outgoing(origin, one, prev))
            prev = links[-1].link.digest
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise DeskError("hub_refused", why="chain") from None
    return links


def _outgoing(origin: OriginId, told: Mapping[str, Any], prev: bytes) -> Outgoing:
    body = told["b"] if "b" in told else _bytes(told["r"]).decode("utf-8", "surrogatepass")
    mac = _bytes(told["m"]) if "m" in told else None
    digest = _bytes(told["l"])
    link = Link(origin, told["s"], FactId(told["f"]), told["k"], prev, content_digest(body), digest, mac)
    personal = tuple(Personal(name, value, _bytes(salt)) for name, value, salt in told.get("p", ()))
    return Outgoing(link, body, personal)


def _bytes(told: str) -> bytes:
    return bytes.fromhex(told.removeprefix("\\x"))
