"""Bundles: unsent links in a file on a folder or stick, for the hub's eyes alone.

Three lines: what it is, one line of JSON, and the SHA-256 of that line, which tells a file that was cut short from a
whole one. The JSON names centre and origins in the clear; each part's links are encrypted under keys that only the hub
and the origin's own seat can make: AES-256-CBC, then HMAC-SHA256 over header and cipher text (encrypt-then-MAC, as
RFC 7518 §5.2 does it; here the header has a fixed length). Keys are HMAC(delivery key, tag ‖ nonce ‖ purpose).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, OriginId, is_uuid

SUFFIX = ".bundle"
LARGEST = 64_000_000
"""Bytes of one file: what the hub reads in one call."""

_NAME = "agent-desk bundle"
_FIRST_LINE = f"{_NAME} 1"
_TAG = b"agent-desk/bundle/1"
_LONGEST_SEQ = (1 << 63) - 1


@dataclass(frozen=True)
class Part:
    """Links ``first`` … ``last`` of one origin, sealed."""

    origin: OriginId
    first: int
    last: int
    nonce: bytes
    iv: bytes
    text: bytes
    seal: bytes

    def told(self) -> dict[str, str | int]:
        """As it stands in the file."""
        return {
            "origin": self.origin, "first": self.first, "last": self.last,
            **{name: _plain(getattr(self, name)) for name in ("nonce", "iv", "text", "seal")},
        }  # fmt: skip


@dataclass(frozen=True)
class Bundle:
    """A file that is whole. ``inner`` is its JSON, as the hub takes it."""

    centre: CentreId
    parts: tuple[Part, ...]
    inner: str

    @property
    def links(self) -> int:
        """How many links it carries."""
        return sum(part.last - part.first + 1 for part in self.parts)


def sealed(key: bytes, centre: CentreId, origin: OriginId, first: int, last: int, text: str) -> Part:
    """Encrypt the text of some links for the hub; ``key`` is the origin's delivery key."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    nonce, iv = secrets.token_bytes(16), secrets.token_bytes(16)
    padder = PKCS7(128).padder()
    padded = padder.update(text.encode("utf-8")) + padder.finalize()
    writer = Cipher(algorithms.AES(_key(key, nonce, b"cipher")), modes.CBC(iv)).encryptor()
    hidden = writer.update(padded) + writer.finalize()
    part = Part(origin, first, last, nonce, iv, hidden, b"")
    return Part(origin, first, last, nonce, iv, hidden, _seal(key, centre, part))


def opened(key: bytes, centre: CentreId, part: Part) -> str:
    """The text of a part. Raises ``bundle_altered`` when anything of it is not as it was sealed."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    if not hmac.compare_digest(_seal(key, centre, part), part.seal):
        raise DeskError("bundle_altered")
    try:
        reader = Cipher(algorithms.AES(_key(key, part.nonce, b"cipher")), modes.CBC(part.iv)).decryptor()
        padded = reader.update(part.text) + reader.finalize()
        unpadder = PKCS7(128).unpadder()
        return (unpadder.update(padded) + unpadder.finalize()).decode("utf-8")
    except ValueError:  # sealed so by somebody who holds the key: of the desk's own making it is not
        raise DeskError("bundle_altered") from None


def written(centre: CentreId, parts: Sequence[Part]) -> str:
    """The text of the file."""
    inner = json.dumps({"centre": centre, "parts": [part.told() for part in parts]}, separators=(",", ":"))
    return f"{_FIRST_LINE}\n{inner}\n{_digest(inner)}\n"


def read(text: str) -> Bundle:
    """A file's bundle. Raises ``bundle_unreadable``, ``bundle_newer``, ``bundle_cut_short`` or ``bundle_altered``."""
    lines = text.split("\n")
    if lines[0] != _FIRST_LINE:
        raise DeskError("bundle_newer" if lines[0].startswith(_NAME + " ") else "bundle_unreadable")
    if len(lines) != 4 or lines[3] or len(lines[2]) != 64:
        raise DeskError("bundle_cut_short")
    if _digest(lines[1]) != lines[2]:
        raise DeskError("bundle_altered")
    return from_inner(lines[1])


def from_inner(inner: str) -> Bundle:
    """A bundle from its JSON line alone. Raises ``bundle_altered``."""
    try:
        told = json.loads(inner)
        centre, parts = told["centre"], tuple(_part(one) for one in told["parts"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DeskError("bundle_altered") from None
    if not is_uuid(centre) or not parts:
        raise DeskError("bundle_altered")
    return Bundle(CentreId(centre), parts, inner)


def _part(told: Mapping[str, Any]) -> Part:
    origin, first, last = told["origin"], told["first"], told["last"]
    numbers = isinstance(first, int) and isinstance(last, int) and not isinstance(first, bool)
    if not is_uuid(origin) or not numbers or not 1 <= first <= last <= _LONGEST_SEQ:
        raise ValueError
    nonce, iv, text, seal = (
        base64.b64decode(told[name].encode("ascii"), validate=True) for name in ("nonce", "iv", "text", "seal")
    )
    if (len(nonce), len(iv), len(seal)) != (16, 16, 32):
        raise ValueError
    return Part(OriginId(origin), first, last, nonce, iv, text, seal)


def _key(key: bytes, nonce: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, _TAG + nonce + purpose, "sha256")


def _seal(key: bytes, centre: CentreId, part: Part) -> bytes:
    header = (
        _TAG
        + uuid.UUID(centre).bytes
        + uuid.UUID(part.origin).bytes
        + part.first.to_bytes(8, "big")
        + part.last.to_bytes(8, "big")
        + part.nonce
        + part.iv
    )
    return hmac.digest(_key(key, part.nonce, b"seal"), header + part.text, "sha256")


def _plain(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _digest(inner: str) -> str:
    return hashlib.sha256(inner.encode("utf-8", "surrogatepass")).hexdigest()
