"""What the store knows of receipts: the list, one receipt, the next number, the sums of a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)  # fmt: skip

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.facts.body import Body, parse
from agent_desk.receipts.model import Charge, Income, Line, Method, Range, Receipt, State

LEFT_OUT = ("held", "conflict", "voided")
"""Verdicts that keep a receipt out of every sum until a person has decided."""

SEARCHED_PERSONAL = ("payer_name", "payer_phone")


@dataclass(frozen=True)
class Row:
    """One receipt in the list. ``happened`` and ``stored`` are µs since 1970 UTC."""

    fact: FactId
    number: str
    exhibitor: str
    hall: str
    booth: str
    total: int
    method: Method
    income: Income
    happened: int
    stored: int
    payer_name: str
    state: State
    on_hub: bool
    reason: str


@dataclass(frozen=True)
class Leaf:
    """The next leaf to write on, and how many are left after it in everything issued."""

    book: str
    number: str
    left: int


@dataclass(frozen=True)
class DaySum:
    """Fen and number of receipts of one way of payment and one kind of income."""

    method: Method
    income: Income
    count: int
    fen: int


@dataclass(frozen=True)
class Sums:
    """A day's money: what counts, and what was left out because it is held."""

    counted: tuple[DaySum, ...]
    held_count: int
    held_fen: int

    @property
    def fen(self) -> int:
        return sum(each.fen for each in self.counted)

    @property
    def count(self) -> int:
        return sum(each.count for each in self.counted)


class Records:
    """Questions about receipts, asked over one open connection of a store."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._receipt = tables["receipt"]
        self._voided = tables["receipt_voided"]
        self._issued = tables["book_issued"]
        self._fact = tables["fact"]
        self._personal = tables["personal"]
        self._journal = tables["journal"]
        self._own = tables["own_origin"]
        self._standing = tables["standing"]
        self._dispute = tables["dispute"]

    # The list ----------------------------------------------------------------------------

    def rows(
        self,
        connection: Connection,
        search: str = "",
        state: State | None = None,
        limit: int = 500,
        offset: int = 0,
    ) -> list[Row]:
        """Receipts, newest first; ``search`` is a part of a number, name, booth or phone."""
        r = self._receipt
        state_word, on_hub = self._state(), self._on_hub()
        query = (
            select(
                r.c.fact, r.c.number, r.c.exhibitor, r.c.hall, r.c.booth, r.c.total, r.c.method,
                r.c.income, r.c.happened, self._fact.c.stored,
                func.coalesce(self._value("payer_name"), "").label("payer_name"),
                state_word.label("state"), on_hub.label("on_hub"),
                func.coalesce(self._standing.c.reason, "").label("reason"),
            )
            .join(self._fact, self._fact.c.id == r.c.fact)
            .join(self._standing, self._standing.c.fact == r.c.fact, isouter=True)
            .order_by(r.c.happened.desc(), r.c.number.desc())
            .limit(limit)
            .offset(offset)
        )  # fmt: skip
        if search.strip():
            query = query.where(self._matches(search.strip()))
        if state is not None:
            query = query.where(state_word == state.value)
        return [_row(found) for found in connection.execute(query)]

    def count(self, connection: Connection) -> int:
        """How many receipts the store holds."""
        return int(connection.execute(select(func.count()).select_from(self._receipt)).scalar_one())

    def _matches(self, text: str) -> ColumnElement[bool]:
        r, p = self._receipt, self._personal
        named = exists().where(
            p.c.fact == r.c.fact,
            p.c.field.in_(SEARCHED_PERSONAL),
            p.c.value.contains(text, autoescape=True),
        )
        plain = (r.c.number, r.c.exhibitor, r.c.booth)
        return or_(*(column.contains(text, autoescape=True) for column in plain), named)

    def _value(self, name: str) -> ColumnElement[str]:
        p = self._personal
        return select(p.c.value).where(p.c.fact == self._receipt.c.fact, p.c.field == name).scalar_subquery()

    def _on_hub(self) -> ColumnElement[bool]:
        """A fact is there when one of its links came from elsewhere or has been confirmed."""
        j, o = self._journal, self._own
        ours = or_(o.c.left_at.is_(None), j.c.seq <= o.c.left_at)
        waiting = exists().where(o.c.origin == j.c.origin, j.c.seq > o.c.acked_seq, ours)
        return exists().where(j.c.fact == self._receipt.c.fact, ~waiting)

    def _void(self) -> ColumnElement[bool]:
        v = self._voided
        return exists().where(v.c.receipt == self._receipt.c.fact)

    def _disputed(self) -> ColumnElement[bool]:
        """Another receipt bears the number, and that one has not been made void."""
        d, fact = self._dispute, self._receipt.c.fact
        other = case((d.c.first == fact, d.c.later), else_=d.c.first)
        settled = exists().where(self._voided.c.receipt == other)
        return exists().where(or_(d.c.first == fact, d.c.later == fact), ~settled)

    def _state(self) -> ColumnElement[str]:
        verdict = self._standing.c.verdict
        return case(
            (or_(self._void(), verdict == "voided"), literal(State.VOID.value)),
            (verdict == "conflict", literal(State.CONFLICT.value)),
            (verdict == "held", literal(State.HELD.value)),
            (self._disputed(), literal(State.DISPUTED.value)),
            (self._on_hub(), literal(State.ON_HUB.value)),
            else_=literal(State.HERE.value),
        )

    # One receipt ---------------------------------------------------------------------------

    def receipt(self, connection: Connection, fact: FactId) -> Receipt:
        """One receipt whole. Raises :class:`DeskError` ``receipts.not_here``."""
        text = connection.execute(select(self._fact.c.body).where(self._fact.c.id == fact)).scalar_one_or_none()
        if text is None:
            raise DeskError("receipts.not_here")
        p = self._personal
        values = connection.execute(select(p.c.field, p.c.value).where(p.c.fact == fact, p.c.value.is_not(None)))
        return read_back(parse(text), {row.field: row.value for row in values})

    def void(self, connection: Connection, fact: FactId) -> tuple[str, int] | None:
        """Why and when (µs since 1970) a receipt was made void; ``None`` while it stands."""
        v = self._voided
        found = connection.execute(
            select(v.c.reason, v.c.happened).where(v.c.receipt == fact).order_by(v.c.happened).limit(1)
        ).first()
        return None if found is None else (found.reason, found.happened)

    # Numbers -------------------------------------------------------------------------------

    def ranges(self, connection: Connection, staff: str, seat: str) -> list[Range]:
        """The leaves issued to a person for this seat, in the order they were issued."""
        i = self._issued
        found = connection.execute(
            select(i.c.book, i.c.first, i.c.last, i.c.width, i.c.prefix)
            .where(i.c.staff == staff, i.c.seat.in_((seat, "")))
            .order_by(i.c.happened, i.c.book, i.c.first)
        )
        return [Range(*row) for row in found]

    def used(self, connection: Connection, book: str) -> set[str]:
        """Every number of a book that was written or made void, as far as this seat knows."""
        numbers: set[str] = set()
        for table in (self._receipt, self._voided):
            found = connection.execute(select(table.c.number).where(table.c.book == book))
            numbers.update(row.number for row in found)
        return numbers

    def next_number(self, connection: Connection, staff: str, seat: str, reserved: Collection[str] = ()) -> Leaf:
        """The next leaf of what was issued; ``reserved`` are numbers of forms still open.

        Raises :class:`DeskError` ``receipts.no_book`` when nothing was issued to this person
        for this seat, ``receipts.range_used_up`` when every leaf is written or void.
        """
        issued = self.ranges(connection, staff, seat)
        if not issued:
            raise DeskError("receipts.no_book")
        chosen: tuple[str, str] | None = None
        free = 0
        for one in issued:
            taken = self.used(connection, one.book) | set(reserved)
            first, count = _first_free(one, taken)
            free += count
            if chosen is None and first is not None:
                chosen = (one.book, first)
        if chosen is None:
            last = issued[-1]
            raise DeskError("receipts.range_used_up", book=last.book, last=last.number(last.last))
        return Leaf(*chosen, left=free - 1)

    def find_leaf(self, connection: Connection, staff: str, seat: str, number: str) -> str:
        """The book of a number written on this seat.

        Raises :class:`DeskError` ``receipts.number_outside`` when it was not issued to this
        person, ``receipts.number_used`` when it is written or void already.
        """
        for one in self.ranges(connection, staff, seat):
            if one.serial(number) is None:
                continue
            if number in self.used(connection, one.book):
                raise DeskError("receipts.number_used", number=number)
            return one.book
        raise DeskError("receipts.number_outside", number=number)

    # Money ---------------------------------------------------------------------------------

    def day_sums(self, connection: Connection, start: int, end: int) -> Sums:
        """Money by way of payment and kind of income, of receipts dated in [start, end) µs.

        Void receipts do not count at all; held ones are told apart.
        """
        r, s = self._receipt, self._standing
        held = s.c.verdict.in_(LEFT_OUT)
        counted = func.coalesce(held, False)
        query = (
            select(r.c.method, r.c.income, counted.label("held"), func.count(), func.sum(r.c.total))
            .join(s, s.c.fact == r.c.fact, isouter=True)
            .where(and_(r.c.happened >= start, r.c.happened < end), ~self._void())
            .where(func.coalesce(s.c.verdict, "") != "voided")
            .group_by(r.c.method, r.c.income, counted)
            .order_by(r.c.method, r.c.income)
        )
        found = connection.execute(query).all()
        return Sums(
            counted=tuple(DaySum(Method(row[0]), Income(row[1]), row[3], row[4]) for row in found if not row[2]),
            held_count=sum(row[3] for row in found if row[2]),
            held_fen=sum(row[4] for row in found if row[2]),
        )


def _row(found: Any) -> Row:
    return Row(
        fact=FactId(found.fact),
        number=found.number,
        exhibitor=found.exhibitor,
        hall=found.hall,
        booth=found.booth,
        total=found.total,
        method=Method(found.method),
        income=Income(found.income),
        happened=found.happened,
        stored=found.stored,
        payer_name=found.payer_name,
        state=State(found.state),
        on_hub=bool(found.on_hub),
        reason=found.reason,
    )


def _first_free(one: Range, taken: Collection[str]) -> tuple[str | None, int]:
    """The lowest free number of a range and how many are free in it."""
    used = {serial for serial in (one.serial(number) for number in taken) if serial is not None}
    first = next((n for n in range(one.first, one.last + 1) if n not in used), None)
    return (None if first is None else one.number(first)), one.leaves - len(used)


def read_back(body: Body, personal: Mapping[str, str]) -> Receipt:
    """The receipt in a body. Raises :class:`DeskError` ``fact_unreadable`` when it is none."""
    f = body.fields
    try:
        return Receipt(
            book=f["book"],
            number=f["number"],
            event=f["event"],
            exhibitor=f["exhibitor"],
            hall=f["hall"],
            booth=f["booth"],
            lines=tuple(_line(line) for line in f["lines"]),
            ordered_at=f["ordered_at"],
            surcharge=tuple(_charge(charge) for charge in f["surcharge"]),
            subtotal=f["subtotal"],
            surcharge_total=f["surcharge_total"],
            total=f["total"],
            method=Method(f["method"]),
            income=Income(f["income"]),
            happened=body.happened,
            payer_name=personal.get("payer_name", ""),
            payer_phone=personal.get("payer_phone", ""),
            note=personal.get("note", ""),
            outage=f.get("outage", ""),
            reference=f.get("reference", ""),
            cashier=f.get("cashier", ""),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise DeskError("fact_unreadable", why=type(problem).__name__) from None


def _line(raw: Mapping[str, Any]) -> Line:
    return Line(
        code=raw["code"],
        item=raw["item"],
        quantity=raw["quantity"],
        unit=raw["unit"],
        unit_price=raw["unit_price"],
        amount=raw["amount"],
    )


def _charge(raw: Mapping[str, Any]) -> Charge:
    return Charge(
        rule=raw["rule"],
        percent=raw["percent"],
        amount=raw["amount"],
        days=raw["days"],
        sentence=raw["sentence"],
    )
