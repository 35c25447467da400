"""Sums of a receipt in whole fen: nothing is ever rounded twice or in binary fractions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent_desk.base.errors import DeskError
from agent_desk.receipts.model import Line, Receipt

LARGEST_QUANTITY = 999_999
LARGEST_PRICE = 10_000_000_00
"""Fen: ten million yuan for one unit."""
LARGEST_TOTAL = 10**12
"""Fen: ten thousand million yuan, the largest sum that capitals are printed for."""


def line_amount(quantity: int, unit_price: int) -> int:
    """Fen of one line. Raises :class:`DeskError` ``receipts.quantity_wrong`` or ``receipts.price_wrong``."""
    if not 1 <= quantity <= LARGEST_QUANTITY:
        raise DeskError("receipts.quantity_wrong", quantity=quantity, most=LARGEST_QUANTITY)
    if not 0 <= unit_price <= LARGEST_PRICE:
        raise DeskError("receipts.price_wrong", most=LARGEST_PRICE)
    return quantity * unit_price


def make_line(code: str, item: str, quantity: int, unit: str, unit_price: int) -> Line:
    """A line with its amount worked out."""
    return Line(code, item, quantity, unit, unit_price, line_amount(quantity, unit_price))


def percent_of(amount: int, percent: int) -> int:
    """``percent`` of an amount in fen, rounded half up to a whole fen.

    Half up is what clerks and tills do (0.5 fen and more counts as one); Python's own
    ``round`` goes to the even neighbour, and floats miss halves altogether.
    """
    if amount < 0 or percent < 0:
        raise ValueError("a surcharge is taken on what is owed, never on a refund")
    return (amount * percent + 50) // 100


def subtotal(lines: Iterable[Line]) -> int:
    """Fen of all lines before surcharges."""
    return sum(line.amount for line in lines)


def total(before: int, charges: Iterable[int]) -> int:
    """Fen to pay. Raises :class:`DeskError` ``receipts.total_too_large`` beyond :data:`LARGEST_TOTAL`."""
    owed = before + sum(charges)
    if owed > LARGEST_TOTAL:
        raise DeskError("receipts.total_too_large", most=LARGEST_TOTAL)
    return owed


@dataclass(frozen=True)
class Difference:
    """A figure on the receipt that its own lines do not add up to; ``line`` is 1, 2, 3 … or 0."""

    what: str
    line: int
    stands: int
    reckoned: int


def differences(receipt: Receipt) -> tuple[Difference, ...]:
    """Every figure that does not add up. They are shown to people, never mended in silence."""
    found = [
        Difference("amount", place, line.amount, line.quantity * line.unit_price)
        for place, line in enumerate(receipt.lines, start=1)
    ]
    found.append(Difference("subtotal", 0, receipt.subtotal, subtotal(receipt.lines)))
    charged = sum(charge.amount for charge in receipt.surcharge)
    found.append(Difference("surcharge_total", 0, receipt.surcharge_total, charged))
    owed = receipt.subtotal + receipt.surcharge_total
    found.append(Difference("total", 0, receipt.total, owed))
    return tuple(each for each in found if each.stands != each.reckoned)
