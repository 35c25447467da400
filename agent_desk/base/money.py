"""Money: whole fen everywhere, and the two spellings a receipt bears — figures and 大写金额.

The capital spelling follows the People's Bank of China, 《支付结算办法》 (银发〔1997〕393号), annex
一 《正确填写票据和结算凭证的基本规定》. Where the annex leaves a choice (整 after 角, a 零 that may
be written or not before 仟 or 角), one form is chosen here, so that equal sums print alike.
"""

from __future__ import annotations

import re
from typing import NewType

from agent_desk.base.errors import DeskError

Fen = NewType("Fen", int)
"""A sum in whole fen (1/100 yuan); negative for money given back."""

LARGEST = 10**18 - 1
"""Fen; the largest sum either side of zero that capitals can name (9999 万亿 元) and 64 bits hold."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")

# What a Chinese keyboard types for the same keys: full-width forms, its own yen sign, full stop and minus.
_HALF_WIDTH = str.maketrans("０１２３４５６７８９，．。￥－−", "0123456789,..¥--")
_FIGURES = re.compile(
    r"(?P<minus>-?)(?:¥|CNY|RMB)?(?P<minus_after>-?)"
    r"(?P<yuan>0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(?P<rest>\d{1,2}))?元?",
    re.ASCII,
)


def figures(fen: Fen, sign: str = "¥") -> str:
    """``¥1,234.50``; with ``sign=""`` the same without the yen sign."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{sign}{yuan:,}.{rest:02}"


def plain_figures(fen: Fen) -> str:
    """``1234.50``: no yen sign, no commas, for spreadsheets and entry fields."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{rest:02}"


def parse_figures(text: str) -> Fen:
    """Read a typed sum: ``1,234.5``, ``￥１２３４．５０``, ``1234元``.

    Commas must part groups of three and a point needs one or two digits behind it: ``1,23`` or
    ``1.234`` may mean two sums, and half a number may be a lost key stroke. Raises
    :class:`DeskError` ``money_unreadable`` or ``money_too_large``.
    """
    found = _FIGURES.fullmatch(text.strip().translate(_HALF_WIDTH))
    if found is None or (found["minus"] and found["minus_after"]):
        raise DeskError("money_unreadable")
    digits = found["yuan"].replace(",", "") + (found["rest"] or "").ljust(2, "0")
    if len(digits) > len(str(LARGEST)):
        raise DeskError("money_too_large")
    fen = int(digits)
    return Fen(-fen if found["minus"] or found["minus_after"] else fen)


def capitals(fen: Fen) -> str:
    """大写金额 in its canonical form: ``壹仟肆佰零玖元伍角整``.

    整 closes a sum without 分; inner zeros become one 零; the 零 that the annex leaves open is
    not written. A sum given back begins with 负. Raises :class:`DeskError` ``money_too_large``.
    """
    if abs(fen) > LARGEST:
        raise DeskError("money_too_large")
    yuan, rest = divmod(abs(fen), 100)
    jiao, last = divmod(rest, 10)
    told = "负" if fen < 0 else ""
    if yuan or not rest:
        told += (_spelled(yuan) or "零") + "元"
    if jiao:
        told += _DIGITS[jiao] + "角"
    elif last and yuan:
        told += "零"
    return told + (_DIGITS[last] + "分" if last else "整")


def _spelled(number: int) -> str:
    """A whole number in capitals; nothing for 0."""
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return _spelled(high) + name + gap + _spelled(low)
    return _below_ten_thousand(number)


def _below_ten_thousand(number: int) -> str:
    told = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            told += _DIGITS[digit] + _PLACES[place]
        elif told and not told.endswith("零"):
            told += "零"
    return told.rstrip("零")
