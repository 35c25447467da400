"""Links: every origin's facts hang on a chain without gaps that nobody can alter unseen."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from agent_desk.base.ids import FactId, OriginId, uuid_bytes

FIRST_PREV = bytes(32)
"""What the first link of a fresh origin hangs on."""

_LINK = b"agent-desk/link/1\x00"
_FORK = b"agent-desk/fork/1\x00"


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
