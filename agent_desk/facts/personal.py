"""Personal values live beside the facts, so that they can be erased and the chain still holds."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

SALT_BYTES = 16
NO_SALT = bytes(SALT_BYTES)
"""What is left of the salt of an erased value: with the true one a short number could be guessed from its digest."""


@dataclass(frozen=True, slots=True)
class Personal:
    """One name, number or free note: ``value`` is ``None`` once erased."""

    field: str
    value: str | None
    salt: bytes

    @property
    def digest(self) -> str:
        """Hex SHA-256(salt ‖ value), the part that stands in the body."""
        if self.value is None:
            raise ValueError("an erased value has no digest")
        return hashlib.sha256(self.salt + self.value.encode("utf-8")).hexdigest()


def seal(field: str, value: str) -> Personal:
    """Give a value its own 128-bit salt: equal values then look different in two bodies."""
    return Personal(field, value, secrets.token_bytes(SALT_BYTES))
