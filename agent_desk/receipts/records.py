"""What the store knows of receipts: the list, one receipt, the next number, the sums of a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.facts.body import Body, parse
from agent_desk.receipts.model import Charge, Income, Line, Method, Range, Receipt, State

if TYPE_CHECKING:
    from agent_desk.storage.connection import Connection

LEFT_OUT = ("held", "conflict", "voided")
"""Verdicts that keep a receipt out of every sum until a person has decided."""

_VOID = "EXISTS (SELECT 1 FROM receipt_voided v WHERE v.receipt = r.fact)"
_DISPUTED = (
    # another receipt bears the number, and that one has not been made void
    "EXISTS (SELECT 1 FROM dispute d WHERE r.fact IN (d.first, d.later) AND NOT EXISTS (SELECT 1 FROM receipt_voided v"
    " WHERE v.receipt = CASE d.first WHEN r.fact THEN d.later ELSE d.first END))"
)
_ON_HUB = (
    # one of its links came from elsewhere or has been confirmed
    "EXISTS (SELECT 1 FROM journal j WHERE j.fact = r.fact AND NOT EXISTS (SELECT 1 FROM own_origin o"
    " WHERE o.origin = j.origin AND j.seq > o.acked_seq AND (o.left_at IS NULL OR j.seq <= o.left_at)))"
)
_STATE = (
    f"CASE WHEN {_VOID} OR s.verdict = 'voided' THEN '{State.VOID}' WHEN s.verdict = 'conflict' THEN '{State.CONFLICT}'"
    f" WHEN s.verdict = 'held' THEN '{State.HELD}' WHEN {_DISPUTED} THEN '{State.DISPUTED}'"
    f" WHEN {_ON_HUB} THEN '{State.ON_HUB}' ELSE '{State.HERE}' END"
)
_ROWS = (
    "SELECT r.fact, r.number, r.exhibitor, r.hall, r.booth, r.total, r.method, r.income, r.happened, f.stored,"
    " coalesce((SELECT p.value FROM personal p WHERE p.fact = r.fact AND p.field = 'payer_name'), '') AS payer_name,"
    f" {_STATE} AS state, {_ON_HUB} AS on_hub, coalesce(s.reason, '') AS reason"
    " FROM receipt r JOIN fact f ON f.id = r.fact LEFT JOIN standing s ON s.fact = r.fact"
)
_FOUND = (
    "(r.number LIKE :like ESCAPE '/' OR r.exhibitor LIKE :like ESCAPE '/' OR r.booth LIKE :like ESCAPE '/'"
    " OR EXISTS (SELECT 1 FROM personal p WHERE p.fact = r.fact AND p.field IN ('payer_name', 'payer_phone')"
    " AND p.value LIKE :like ESCAPE '/'))"
)
_DAY_SUMS = (
    f"SELECT r.method, r.income, coalesce(s.verdict IN {LEFT_OUT}, 0) AS held, count(*), sum(r.total)"
    f" FROM receipt r LEFT JOIN standing s ON s.fact = r.fact WHERE r.happened >= ? AND r.happened < ? AND NOT {_VOID}"
    " AND coalesce(s.verdict, '') <> 'voided' GROUP BY 1, 2, 3 ORDER BY 1, 2"
)


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
        given: dict[str, Any] = {"limit": limit, "offset": offset}
        wanted = []
        if search.strip():
            wanted.append(_FOUND)
            given["like"] = _like(search.strip())
        if state is not None:
            wanted.append("state = :state")
            given["state"] = state.value
        where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
        order = " ORDER BY r.happened DESC, r.number DESC LIMIT :limit OFFSET :offset"
        return [_row(found) for found in connection.exec_driver_sql(_ROWS + where + order, given)]

    def count(self, connection: Connection) -> int:
        """How many receipts the store holds."""
        return int(connection.exec_driver_sql("SELECT count(*) FROM receipt").scalar_one())

    # One receipt ---------------------------------------------------------------------------

    def receipt(self, connection: Connection, fact: FactId) -> Receipt:
        """One receipt whole. Raises :class:`DeskError` ``receipts.not_here``."""
        text = connection.exec_driver_sql("SELECT body FROM fact WHERE id = ?", (fact,)).scalar()
        if text is None:
            raise DeskError("receipts.not_here")
        values = connection.exec_driver_sql(
            "SELECT field, value FROM personal WHERE fact = ? AND value IS NOT NULL", (fact,)
        )
        return read_back(parse(text), {str(field): str(value) for field, value in values})

    def void(self, connection: Connection, fact: FactId) -> tuple[str, int] | None:
        """Why and when (µs since 1970) a receipt was made void; ``None`` while it stands."""
        found = connection.exec_driver_sql(
            "SELECT reason, happened FROM receipt_voided WHERE receipt = ? ORDER BY happened LIMIT 1", (fact,)
        ).fetchone()
        return None if found is None else (found[0], found[1])

    # Numbers -------------------------------------------------------------------------------

    def ranges(self, connection: Connection, staff: str, seat: str) -> list[Range]:
        """The leaves issued to a person for this seat, in the order they were issued."""
        found = connection.exec_driver_sql(
            "SELECT book, first, last, width, prefix FROM book_issued WHERE staff = ? AND seat IN (?, '')"
            " ORDER BY happened, book, first",
            (staff, seat),
        )
        return [Range(*row) for row in found]

    def used(self, connection: Connection, book: str) -> set[str]:
        """Every number of a book that was written or made void, as far as this seat knows."""
        found = connection.exec_driver_sql(
            "SELECT number FROM receipt WHERE book = ? UNION SELECT number FROM receipt_voided WHERE book = ?",
            (book, book),
        )
        return {str(number) for (number,) in found}

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
        found = connection.exec_driver_sql(_DAY_SUMS, (start, end)).fetchall()
        return Sums(
            counted=tuple(DaySum(Method(row[0]), Income(row[1]), row[3], row[4]) for row in found if not row[2]),
            held_count=sum(row[3] for row in found if row[2]),
            held_fen=sum(row[4] for row in found if row[2]),
        )


def _like(text: str) -> str:
    """A pattern that finds a text wherever it stands; its own signs mean themselves."""
    for sign in "/%_":
        text = text.replace(sign, f"/{sign}")
    return f"%{text}%"


def _row(found: tuple[Any, ...]) -> Row:
    fact, number, exhibitor, hall, booth, total, method, income, happened, stored, payer, state, on_hub, reason = found
    return Row(
        fact=FactId(fact),
        number=number,
        exhibitor=exhibitor,
        hall=hall,
        booth=booth,
        total=total,
        method=Method(method),
        income=Income(income),
        happened=happened,
        stored=stored,
        payer_name=payer,
        state=State(state),
        on_hub=bool(on_hub),
        reason=reason,
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
