"""Short numbers that people say: drawn on the seat without asking anybody, never twice.

``R1122-7-15`` is the fifteenth receipt of 22 November written in origin 7. The origin's code is
unique in the centre; the serial is counted in the person's own store, in the transaction of the
fact that bears it, by month and day: next year's 22 November goes on where this year's ended.
Before a person is proven there is no code: a U and four random letters and digits stand in its
place (20 bits: among 316 such sessions two are alike with a chance of 1 in 21).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Protocol

from agent_desk.base.clock import MICROSECONDS
from agent_desk.base.errors import DeskError

BEIJING = timezone(timedelta(hours=8))
"""China has one civil time and no summer time."""

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SHAPE = re.compile(r"([A-Z])(\d{4})-(U[A-Z2-7]{4}|\d+)-(\d+)")
_FEWEST_DIGITS = 1


class Serials(Protocol):
    """The part of a store's transaction that counts."""

    def draw_serial(self, kind: str, day: str) -> int:
        """1, 2, 3 … of a kind and day; undone with the transaction."""


@dataclass(frozen=True)
class ShortNumber:
    """A short number in its parts. ``day`` is MMDD, ``code`` the origin's or U and four signs."""

    letter: str
    day: str
    code: str
    serial: int

    def __str__(self) -> str:
        return f"{self.letter}{self.day}-{self.code}-{self.serial}"


def draw(
    serials: Serials, letter: str, now_us: int, code: int | None, unproven_code: str = "",
    zone: tzinfo = BEIJING,
) -> ShortNumber:  # fmt: skip
    """The next number of a kind, in the transaction that also writes the fact bearing it.

    ``letter`` is the kind's (one of A–Z), ``code`` the origin's, ``None`` while unproven: then
    ``unproven_code`` of :func:`new_unproven_code` is used, one for the life of the origin.
    """
    if not re.fullmatch("[A-Z]", letter):
        raise ValueError("a kind's letter is one of A-Z")
    told = str(code) if code is not None else unproven_code
    if not told:
        raise DeskError("short_number_no_code")
    moment = datetime.fromtimestamp(now_us / MICROSECONDS, zone)
    day = f"{moment:%m%d}"
    return ShortNumber(letter, day, told, serials.draw_serial(f"short.{letter}.{told}", day))


def new_unproven_code() -> str:
    """U and four random base-32 signs (RFC 4648 §6), kept in the store of the unproven session."""
    return "U" + "".join(secrets.choice(_BASE32) for _ in range(4))


def read(text: str) -> ShortNumber | None:
    """A short number as a person typed it, in small letters or with spaces; ``None`` when it is not one."""
    plain = re.sub(r"\s+", "", text).upper().translate(str.maketrans("—–－", "---"))
    found = _SHAPE.fullmatch(plain)
    if found is None:
        return None
    letter, day, code, serial = found.groups()
    return ShortNumber(letter, day, code, int(serial))


def ends_like(number: str, typed: str) -> bool:
    """Whether a number ends with what a caller said: ``7-15`` and ``715`` both find ``R1122-7-15``."""
    said = _signs(typed)
    return len(said) >= _FEWEST_DIGITS and _signs(number).endswith(said)


def ending_pattern(typed: str) -> str:
    """A GLOB-free LIKE pattern on :func:`searchable` text for numbers that end so; ``""`` for nothing typed."""
    said = _signs(typed)
    return f"%{said}" if said else ""


def searchable(number: str) -> str:
    """A number's letters and digits alone, as they are kept for searching."""
    return _signs(number)


def _signs(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())
