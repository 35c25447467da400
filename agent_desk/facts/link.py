"""Links: every origin's facts hang on a chain without gaps that nobody can alter unseen."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass

from agent_desk.base.ids import FactId, OriginId, uuid_bytes

FIRST_PREV = bytes(32)
"""What the first link of a fresh origin hangs on."""

_LINK = b"agent-desk/link/1\x00"
_FORK = b"agent-desk/fork/1\x00"
_HUB_ORIGIN = b"agent-desk/hub-origin/1"


@dataclass(frozen=True, slots=True)
class Link:
    """One journal row: ``seq`` 1, 2, 3 … without gaps within its origin.

    ``prev``, ``content`` and ``digest`` are 32-byte SHA-256 digests; ``mac`` is 32 bytes, or
    ``None`` while the origin has no delivery key (a person not yet proven on line).
    """

    origin: OriginId
    seq: int
    fact: FactId
    kind: str
    prev: bytes
    content: bytes
    digest: bytes
    mac: bytes | None


def link_digest(origin: OriginId, seq: int, prev: bytes, fact: FactId, content: bytes, kind: str) -> bytes:
    """SHA-256 over tag ‖ origin (16) ‖ seq (8, big endian) ‖ prev ‖ fact (16) ‖ content ‖ kind."""
    told = (
        _LINK, uuid_bytes(origin), seq.to_bytes(8, "big"), prev, uuid_bytes(fact), content, kind.encode("utf-8"),
    )  # fmt: skip
    return hashlib.sha256(b"".join(told)).digest()


def forked_prev(origin: OriginId, seq: int, digest: bytes) -> bytes:
    """What the first link of an origin hangs on that goes on from another one's link."""
    named = uuid_bytes(origin) + seq.to_bytes(8, "big") + digest
    return hashlib.sha256(_FORK + named).digest()


def mac_of(key: bytes, digest: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104) of a link digest under the origin's delivery key."""
    return hmac.digest(key, digest, "sha256")


def delivery_key(hub_secret: bytes, origin: OriginId) -> bytes:
    """The key the hub hands an origin when it is opened: HMAC-SHA256(hub secret, origin)."""
    return hmac.digest(hub_secret, uuid_bytes(origin), "sha256")


def hub_origin_of(hub_secret: bytes, seed: bytes) -> OriginId:
    """A name for an origin of the hub itself: 8 bytes of ``seed``, and what the hub's secret makes of them.

    A restored hub knows such an origin for its own again, though it has forgotten it; nobody else can make one up.
    Spelled as UUID version 8 (RFC 9562).
    """
    own = seed[:6] + bytes((seed[6] & 15 | 128, seed[7]))
    seal = hmac.digest(hub_secret, _HUB_ORIGIN + own, "sha256")
    return OriginId(str(uuid.UUID(bytes=own + bytes((seal[0] & 63 | 128,)) + seal[1:8])))


def is_hub_origin(hub_secret: bytes, origin: OriginId) -> bool:
    """Whether the hub with this secret named an origin as its own."""
    return origin == hub_origin_of(hub_secret, uuid_bytes(origin))


def make_link(
    origin: OriginId,
    seq: int,
    prev: bytes,
    fact: FactId,
    content: bytes,
    kind: str,
    key: bytes | None,
) -> Link:
    """Hang a fact on the chain."""
    digest = link_digest(origin, seq, prev, fact, content, kind)
    mac = mac_of(key, digest) if key is not None else None
    return Link(origin, seq, fact, kind, prev, content, digest, mac)


def holds(link: Link, text: str) -> bool:
    """Whether a link's digests fit each other and the body's text."""
    content = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return content == link.content and hangs_together(link)


def hangs_together(link: Link) -> bool:
    """Whether a link's digest is the one its own values make: all that can be told without its body."""
    made = link_digest(link.origin, link.seq, link.prev, link.fact, link.content, link.kind)
    return made == link.digest
