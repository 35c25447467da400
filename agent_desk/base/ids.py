"""Names that never collide: time-ordered ids made on a seat without asking anybody."""

from __future__ import annotations

import re
import secrets
import uuid
from typing import NewType

FactId = NewType("FactId", str)
"""Canonical lower-case UUIDv7 text of one fact, made when its form opens."""
OriginId = NewType("OriginId", str)
"""UUID text of one person on one installation."""
StaffId = NewType("StaffId", str)
"""UUID text of one member of staff; the staff number (工号) is what people say."""
CentreId = NewType("CentreId", str)
"""UUID text of one customer-service centre."""
SubjectId = NewType("SubjectId", str)
"""UUID text of what a fact is about (a case, a customer, a receipt): it travels as a whole."""
GroupId = NewType("GroupId", str)
"""Short code of a group of staff, unique in its centre; ``*`` is the whole centre."""

EVERYONE = GroupId("*")

_SPELLING = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def uuid7(unix_ms: int) -> str:
    """A version-7 UUID (RFC 9562 §5.7) for a time in milliseconds since 1970, as text.

    74 random bits follow the time, so ids made in one millisecond on different seats differ.
    """
    if not 0 <= unix_ms < 1 << 48:
        raise ValueError("a UUIDv7 holds 48 bits of milliseconds")
    value = unix_ms << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return str(uuid.UUID(int=value))


def uuid7_ms(value: str) -> int:
    """The milliseconds since 1970 in a UUIDv7."""
    return uuid.UUID(value).int >> 80


def is_uuid(value: object) -> bool:
    """Whether ``value`` is a UUID in the one spelling the desk uses (36 lower-case characters)."""
    return isinstance(value, str) and _SPELLING.fullmatch(value) is not None


def uuid_bytes(value: str) -> bytes:
    """The 16 bytes of a UUID. Raises ValueError for what is none."""
    return bytes.fromhex(value.replace("-", "")) if is_uuid(value) else uuid.UUID(value).bytes
