"""What can be written down about receipts and books, and the words it may use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent_desk.base.errors import DeskError
from agent_desk.facts.kind import Claim, FactKind, FieldType, Role
from agent_desk.facts.projection import Projection

TEXT, INTEGER, FEN, TIME, LINES = (
    FieldType.TEXT, FieldType.INTEGER, FieldType.FEN, FieldType.TIME, FieldType.LINES,
)  # fmt: skip


class Method(StrEnum):
    """How the money came in."""

    CASH = "cash"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    TRANSFER = "transfer"


class Income(StrEnum):
    """What the money is for: finance sums each kind for itself."""

    SERVICE = "service"
    """Work and supplies on site: power, water, network, labour, badges."""
    RENTAL = "rental"
    DEPOSIT = "deposit"
    """特装保证金: given back after the hall has accepted the cleared booth."""
    COMPENSATION = "compensation"
    OVERTIME = "overtime"


class State(StrEnum):
    """Where a receipt stands, as the list says it in a word."""

    HERE = "here"
    """Saved on this seat, not yet on the hub."""
    ON_HUB = "on_hub"
    HELD = "held"
    """On the hub but left out of sums until a person releases or voids it."""
    CONFLICT = "conflict"
    DISPUTED = "disputed"
    """Another receipt carries the same paper number."""
    VOID = "void"


PAPER_WRITERS = (Role.AGENT, Role.CLERK, Role.LEADER, Role.MANAGER)

RECEIPT_WRITTEN = FactKind(
    "receipt.written",
    fields={
        "book": TEXT,
        "number": TEXT,
        "event": TEXT,
        "exhibitor": TEXT,
        "hall": TEXT,
        "booth": TEXT,
        "lines": LINES,
        "ordered_at": TIME,
        "surcharge": LINES,
        "subtotal": FEN,
        "surcharge_total": FEN,
        "total": FEN,
        "method": TEXT,
        "income": TEXT,
    },
    optional={"outage": TEXT, "reference": TEXT, "cashier": TEXT},
    personal=("payer_name", "payer_phone", "note"),
    writers=PAPER_WRITERS,
    claim=Claim("book", "number"),
    projections=(
        Projection(
            "receipt",
            (
                ("book", TEXT), ("number", TEXT), ("event", TEXT), ("exhibitor", TEXT),
                ("hall", TEXT), ("booth", TEXT), ("ordered_at", TIME), ("subtotal", FEN),
                ("surcharge_total", FEN), ("total", FEN), ("method", TEXT), ("income", TEXT),
                ("outage", TEXT), ("reference", TEXT), ("cashier", TEXT),
            ),
            indexes=("number", "booth", "outage"),
        ),
        Projection(
            "receipt_line",
            (
                ("code", TEXT), ("item", TEXT), ("quantity", INTEGER), ("unit", TEXT),
                ("unit_price", FEN), ("amount", FEN),
            ),
            each="lines",
        ),
    ),
)  # fmt: skip
"""One leaf of a book, filled in.

``lines`` are {code, item, quantity, unit, unit_price, amount}: quantities are whole units,
prices and amounts whole fen, item and price as they stood when it was written, so that a
later price list changes no old receipt. ``surcharge`` are {rule, percent, amount, days,
sentence} in the order they were applied. ``happened`` is the paper's own time;
``ordered_at`` is when the customer placed the order, which alone decides the surcharge.
``outage`` names the outage it belongs to; ``reference`` is the slip or transaction number of
a card, WeChat or Alipay payment; ``cashier`` the staff number of who took the money.
"""

RECEIPT_VOIDED = FactKind(
    "receipt.voided",
    fields={"book": TEXT, "number": TEXT, "receipt": TEXT, "reason": TEXT, "copies_kept": INTEGER},
    writers=PAPER_WRITERS,
    projections=(
        Projection(
            "receipt_voided",
            (
                ("book", TEXT), ("number", TEXT), ("receipt", TEXT), ("reason", TEXT),
                ("copies_kept", INTEGER),
            ),
            indexes=("receipt", "number"),
        ),
    ),
)  # fmt: skip
"""A leaf made void (作废): all its copies are stamped and kept, so ``copies_kept`` is counted.

``receipt`` is the fact it takes back, or empty for a leaf spoiled before it was keyed.
"""

BOOK_ISSUED = FactKind(
    "book.issued",
    fields={
        "book": TEXT,
        "first": INTEGER,
        "last": INTEGER,
        "width": INTEGER,
        "prefix": TEXT,
        "copies": INTEGER,
        "staff": TEXT,
        "seat": TEXT,
    },
    writers=(Role.CLERK, Role.LEADER, Role.MANAGER),
    keep_days=0,
    projections=(
        Projection(
            "book_issued",
            (
                ("book", TEXT), ("first", INTEGER), ("last", INTEGER), ("width", INTEGER),
                ("prefix", TEXT), ("copies", INTEGER), ("staff", TEXT), ("seat", TEXT),
            ),
            indexes=("book", "staff"),
        ),
    ),
)  # fmt: skip
"""Leaves ``first`` … ``last`` of a book handed to a person (领用): only they draw its numbers.

Printed numbers are ``prefix`` and the leaf's serial with at least ``width`` digits.
"""

RECEIPT_KINDS = (RECEIPT_WRITTEN, RECEIPT_VOIDED, BOOK_ISSUED)

LARGEST_SERIAL = 999_999_999_999


@dataclass(frozen=True)
class Range:
    """Leaves of one book that one person may use, both ends included."""

    book: str
    first: int
    last: int
    width: int
    prefix: str

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last <= LARGEST_SERIAL:
            raise DeskError("receipts.range_wrong", first=self.first, last=self.last)

    def number(self, serial: int) -> str:
        """The number as it is printed on the leaf."""
        return f"{self.prefix}{serial:0{self.width}d}"

    def serial(self, number: str) -> int | None:
        """The serial of a printed number, or ``None`` when it is not of this range."""
        digits = number.removeprefix(self.prefix)
        if not number.startswith(self.prefix) or not (digits.isascii() and digits.isdigit()):
            return None
        serial = int(digits)
        inside = self.first <= serial <= self.last
        return serial if inside and self.number(serial) == number else None

    @property
    def leaves(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Line:
    """One thing ordered: whole units, a price in fen for one, and their product."""

    code: str
    item: str
    quantity: int
    unit: str
    unit_price: int
    amount: int

    def as_field(self) -> dict[str, str | int]:
        """As it stands in the body of the fact."""
        return {
            "code": self.code, "item": self.item, "quantity": self.quantity, "unit": self.unit,
            "unit_price": self.unit_price, "amount": self.amount,
        }  # fmt: skip


@dataclass(frozen=True)
class Charge:
    """One surcharge on the order: which rule, how much of what, and why in a sentence."""

    rule: str
    percent: int
    amount: int
    days: int
    sentence: str

    def as_field(self) -> dict[str, str | int]:
        """As it stands in the body of the fact."""
        return {
            "rule": self.rule, "percent": self.percent, "amount": self.amount,
            "days": self.days, "sentence": self.sentence,
        }  # fmt: skip


@dataclass(frozen=True)
class Receipt:
    """One receipt as people see it: read back from a store, or about to be written.

    Times are µs since 1970 UTC, money is whole fen.
    """

    book: str
    number: str
    event: str
    exhibitor: str
    hall: str
    booth: str
    lines: tuple[Line, ...]
    ordered_at: int
    surcharge: tuple[Charge, ...]
    subtotal: int
    surcharge_total: int
    total: int
    method: Method
    income: Income
    happened: int
    payer_name: str = ""
    payer_phone: str = ""
    note: str = ""
    outage: str = ""
    reference: str = ""
    cashier: str = ""

    def as_fields(self) -> dict[str, object]:
        """The public fields of a ``receipt.written``; the payer's stand in :meth:`personal`."""
        fields: dict[str, object] = {
            "book": self.book,
            "number": self.number,
            "event": self.event,
            "exhibitor": self.exhibitor,
            "hall": self.hall,
            "booth": self.booth,
            "lines": [line.as_field() for line in self.lines],
            "ordered_at": self.ordered_at,
            "surcharge": [charge.as_field() for charge in self.surcharge],
            "subtotal": self.subtotal,
            "surcharge_total": self.surcharge_total,
            "total": self.total,
            "method": self.method.value,
            "income": self.income.value,
        }
        told = {"outage": self.outage, "reference": self.reference, "cashier": self.cashier}
        return fields | {name: value for name, value in told.items() if value}

    def personal(self) -> dict[str, str]:
        """Values that can be erased later; empty ones are not kept at all."""
        told = {"payer_name": self.payer_name, "payer_phone": self.payer_phone, "note": self.note}
        return {name: value for name, value in told.items() if value}
