"""Phone numbers: many spellings of one number are one number, and masked where nobody need read it.

Numbering after the Chinese plan (《电信网编号计划》, 2017): mobile numbers have 11 digits from 13 to
19; a landline is 0 + area code (10, 2x, or three digits from 3 to 9) + 7 or 8 digits; 400 and 800 numbers have
10 digits; hot lines and short codes 3 to 6. Anything behind another country code is kept as ``+digits``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from agent_desk.base.errors import DeskError

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d\d))([2-8]\d{6,7})", re.ASCII)
_LOCAL = re.compile(r"[2-8]\d{6,7}", re.ASCII)
_SERVICE = re.compile(r"[48]00\d{7}", re.ASCII)
_SHORT = re.compile(r"(?:1\d{2}|1[012]\d{3}|9[56]\d{3}|9[56]\d{4}|1\d{4,5})", re.ASCII)
_FOREIGN = re.compile(r"[1-9]\d{5,14}", re.ASCII)

_EXTENSION_WORD = re.compile(r"(?:转|轉|分机(?:号)?|;?ext\.?=?|x|#|,)\s*[:：]?\s*(\d{1,6})$", re.IGNORECASE | re.ASCII)
_EXTENSION_DASH = re.compile(r"((?:0\d{2,3}-?)?[2-8]\d{6,7}|[48]00-?\d{3}-?\d{4})-(\d{1,6})", re.ASCII)
_BETWEEN = re.compile(r"[\s()\-.·/]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－ー", "-"))


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One number. ``digits`` as dialled inside China, or ``+`` and all digits abroad.

    ``extension`` is what is dialled afterwards, or empty. Two spellings of one number are equal.
    """

    digits: str
    extension: str = ""

    def __str__(self) -> str:
        return f"{self.digits}-{self.extension}" if self.extension else self.digits

    @property
    def masked(self) -> str:
        """``138****1234``: enough to recognise, not enough to call. Hot lines stay readable."""
        if self.digits.startswith("+"):
            return f"{self.digits[:3]}****{self.digits[-2:]}"
        if landline := _LANDLINE.fullmatch(self.digits):
            return (
                f"{landline[1]}-****{landline[2][-4:]}"
                if len(landline[2]) == 8
                else (f"{landline[1]}-****{landline[2][-3:]}")
            )
        if _MOBILE.fullmatch(self.digits):
            return f"{self.digits[:3]}****{self.digits[-4:]}"
        if _SERVICE.fullmatch(self.digits) or _SHORT.fullmatch(self.digits):
            return self.digits
        return f"****{self.digits[4:]}"


def parse_phone(text: str) -> PhoneNumber:
    """Read any usual spelling. Raises :class:`DeskError` ``phone_unreadable``."""
    told = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    told, extension = _without_extension(told)
    plain = _BETWEEN.sub("", _without_country(told))
    digits = _as_dialled(plain)
    if digits is None:
        raise DeskError("phone_unreadable")
    return PhoneNumber(digits, extension)


def normalise(text: str) -> str:
    """The one spelling of a number: the key to search and compare by."""
    return str(parse_phone(text))


def masked(text: str) -> str:
    """The masked form of any spelling; what is no number is hidden whole."""
    try:
        return parse_phone(text).masked
    except DeskError:
        return "****" if text else ""


def same_number(one: str, other: str) -> bool:
    """Whether two spellings call the same number; unreadable ones are the same if typed alike."""
    try:
        return parse_phone(one) == parse_phone(other)
    except DeskError:
        return one.strip() == other.strip()


def _without_extension(told: str) -> tuple[str, str]:
    if found := _EXTENSION_WORD.search(told):
        return told[: found.start()], found[1]
    compact = re.sub(r"[\s]+", "", told).replace("(", "").replace(")", "-").replace("--", "-")
    if found := _EXTENSION_DASH.fullmatch(re.sub(r"^(?:\+|00)86-?", "", compact)):
        return found[1], found[2]
    return told, ""


def _without_country(told: str) -> str:
    """China's own code goes, an area code behind it gets back the 0 it lost."""
    compact = _BETWEEN.sub("", told)
    found = re.fullmatch(r"(?:\+|00)86(0?)(\d+)", compact, re.ASCII)
    if found is None and re.fullmatch(r"861[3-9]\d{9}", compact, re.ASCII):
        return compact[2:]
    if found is None:
        return told
    national = found[2]
    if _MOBILE.fullmatch(national) or _SERVICE.fullmatch(national) or _SHORT.fullmatch(national):
        return national
    return f"0{national}"


def _as_dialled(plain: str) -> str | None:
    if re.fullmatch(r"01[3-9]\d{9}", plain, re.ASCII):
        plain = plain[1:]  # the long-distance 0 before a mobile number
    for form in (_MOBILE, _LANDLINE, _LOCAL, _SERVICE, _SHORT):
        if form.fullmatch(plain):
            return plain
    for prefix in ("+", "00"):
        rest = plain.removeprefix(prefix)
        if rest != plain and not rest.startswith("86") and _FOREIGN.fullmatch(rest):
            return f"+{rest}"
    return None
