"""The receipts' voice: writes them down, draws numbers, keeps forms in the making, prints.

Verbs are awaited from the window and work on its lane; what happened is told by signals.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, GroupId, SubjectId
from agent_desk.receipts.catalog import Catalog
from agent_desk.receipts.draft import DRAFT_KIND, Check, Draft, from_text
from agent_desk.receipts.form import Form
from agent_desk.receipts.model import RECEIPT_VOIDED, RECEIPT_WRITTEN, Receipt, State
from agent_desk.receipts.records import Leaf, Records, Row, Sums
from agent_desk.storage.connection import Connection
from agent_desk.storage.numbers import Numbers, numbers
from agent_desk.storage.store import NewFact, Saved, Store
from agent_desk.ui.lane import Lane

CASHIERS = "SELECT number, name FROM staff_set ORDER BY happened"


@dataclass(frozen=True)
class Place:
    """Who writes, where: every fact carries it."""

    group: GroupId
    seat: str


@dataclass(frozen=True)
class Written:
    """A receipt that is on disk here. ``stored`` in µs since 1970 UTC."""

    fact: FactId
    number: str
    total: int
    stored: int
    repeated: bool


class ReceiptService(QObject):
    """Everything the views of receipts ask for."""

    receipt_saved = Signal(object)
    """A :class:`Written`, after the commit."""
    receipt_voided = Signal(object)
    """The voided receipt's :data:`FactId`."""
    draft_kept = Signal(str)
    """The id of a form whose text is on disk now."""
    draft_refused = Signal(object)
    """A :class:`DeskError`: a form in the making could not be kept."""

    def __init__(
        self,
        store: Store,
        lane: Lane,
        clock: Clock,
        place: Callable[[], Place],
        catalog: Catalog,
        form: Form,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._lane = lane
        self._clock = clock
        self._place = place
        self.catalog = catalog
        self.form = form
        self.check = Check(catalog, form)
        self._records = Records()
        self._closed: set[str] = set()

    # Writing ---------------------------------------------------------------------------------

    def new_id(self) -> FactId:
        """The id of a form that opens now."""
        return self._store.new_id()

    def now(self) -> int:
        """The desk's time, µs since 1970 UTC."""
        return self._clock.now_us()

    async def write(self, draft: Draft, language: str) -> Written:
        """Save a receipt and forget its form, in one transaction; again = the same receipt.

        Raises the first :class:`DeskError` of :meth:`Check.problems`,
        ``receipts.number_outside``, ``receipts.number_used``, or what the store raises.
        """
        self._closed.add(draft.fact)
        try:
            written = await self._lane.run(self._write, replace(draft, lines=list(draft.lines)), language)
        except BaseException:
            self._closed.discard(draft.fact)
            raise
        self.receipt_saved.emit(written)
        return written

    def _write(self, draft: Draft, language: str) -> Written:
        with self._store.writing() as writing:
            known = self._known(writing.connection, draft.fact)
            if known is not None:
                return known
            person = self._store.person
            number = draft.number.strip()
            book = self._records.find_leaf(writing.connection, person.staff, self._place().seat, number)
            receipt = self.check.receipt(replace(draft, book=book), self.now(), language, person.number)
            saved = writing.add(self._new_fact(draft.fact, receipt))
            writing.drop_draft(draft.fact)
        return Written(saved.id, receipt.number, receipt.total, saved.stored, saved.repeated)

    def _known(self, connection: Connection, fact: FactId) -> Written | None:
        """The receipt of that id, if it was saved before (a double click, an answer that got lost)."""
        stored = connection.exec_driver_sql("SELECT stored FROM fact WHERE id = ?", (fact,)).scalar()
        if stored is None:
            return None
        receipt = self._records.receipt(connection, fact)
        return Written(fact, receipt.number, receipt.total, stored, repeated=True)

    def _new_fact(self, fact: FactId, receipt: Receipt) -> NewFact:
        return NewFact(
            id=fact,
            kind=RECEIPT_WRITTEN.name,
            group=self._place().group,
            subject=SubjectId(fact),
            fields=receipt.as_fields(),
            personal=receipt.personal(),
            happened=receipt.happened,
        )

    async def write_receipt(self, receipt: Receipt, fact: FactId | None = None) -> Written:
        """Save a receipt that is whole already (an import, the rehearsal); its number must be free."""
        written = await self._lane.run(self._write_whole, receipt, fact or self.new_id())
        self.receipt_saved.emit(written)
        return written

    def _write_whole(self, receipt: Receipt, fact: FactId) -> Written:
        with self._store.writing() as writing:
            known = self._known(writing.connection, fact)
            if known is not None:
                return known
            staff = self._store.person.staff
            self._records.find_leaf(writing.connection, staff, self._place().seat, receipt.number)
            saved = writing.add(self._new_fact(fact, receipt))
        return Written(saved.id, receipt.number, receipt.total, saved.stored, saved.repeated)

    async def void(self, fact: FactId, reason: str, copies_kept: int) -> Saved:
        """Make a receipt void. Raises ``receipts.void_reason`` or ``receipts.void_already``."""
        if not reason.strip():
            raise DeskError("receipts.void_reason")
        saved = await self._lane.run(self._void, fact, reason.strip(), copies_kept)
        self.receipt_voided.emit(fact)
        return saved

    def _void(self, fact: FactId, reason: str, copies_kept: int) -> Saved:
        with self._store.writing() as writing:
            receipt = self._records.receipt(writing.connection, fact)
            if self._records.void(writing.connection, fact) is not None:
                raise DeskError("receipts.void_already", number=receipt.number)
            fields = {
                "book": receipt.book, "number": receipt.number, "receipt": fact,
                "reason": reason, "copies_kept": copies_kept,
            }  # fmt: skip
            new = NewFact(self.new_id(), RECEIPT_VOIDED.name, self._place().group, SubjectId(fact), fields)
            return writing.add(new)

    # Forms in the making ---------------------------------------------------------------------

    def keep_draft(self, draft: Draft) -> Future[None]:
        """Put a form on disk as it stands; soon after each pause in typing. Never raises here."""
        kept = self._lane.submit(self._keep_draft, draft.fact, draft.to_text())
        kept.add_done_callback(lambda done: self._tell_kept(draft.fact, done))
        return kept

    def _keep_draft(self, fact: FactId, text: str) -> None:
        if fact not in self._closed:  # a late timer must not bring back the form of a saved receipt
            self._store.save_draft(fact, DRAFT_KIND, text)

    def _tell_kept(self, fact: FactId, done: Future[None]) -> None:
        if done.cancelled():
            return
        problem = done.exception()
        if problem is None:
            self.draft_kept.emit(fact)
        elif isinstance(problem, DeskError):
            self.draft_refused.emit(problem)
        else:
            raise problem

    async def drop_draft(self, fact: FactId) -> None:
        """Throw a form away; a person asked for it."""
        self._closed.add(fact)
        await self._lane.run(self._drop_draft, fact)

    def _drop_draft(self, fact: FactId) -> None:
        with self._store.writing() as writing:
            writing.drop_draft(fact)

    async def bring_back(self, draft: Draft) -> None:
        """Undo :meth:`drop_draft`."""
        self._closed.discard(draft.fact)
        await self._lane.run(self._keep_draft, draft.fact, draft.to_text())

    async def drafts(self) -> list[Draft]:
        """Forms left in the making, oldest first; unreadable ones are left where they are."""
        return await self._lane.run(self._drafts)

    def _drafts(self) -> list[Draft]:
        made = []
        for kept in self._store.drafts():
            if kept.kind != DRAFT_KIND or kept.id in self._closed:
                continue
            try:
                made.append(from_text(kept.text))
            except DeskError:
                continue
        return made

    # Asking ----------------------------------------------------------------------------------

    async def next_leaf(self, besides: FactId | None = None) -> Leaf:
        """The next free leaf; numbers on other forms in the making are taken.

        Raises ``receipts.no_book``, ``receipts.range_used_up``, and on a machine whose disk was copied or set back
        ``receipts.numbers_asked`` or ``receipts.numbers_elsewhere``: a number on the paper in hand can still be typed.
        """
        return await self._lane.run(self._next_leaf, besides)

    def _next_leaf(self, besides: FactId | None) -> Leaf:
        reserved = {draft.number for draft in self._drafts() if draft.fact != besides}
        staff = self._store.person.staff
        with self._store.reading() as connection:
            state = numbers(connection, self._store.tables, staff, self._place().seat)
            if state is not Numbers.FREE:
                raise DeskError(f"receipts.numbers_{state}", seat=self._place().seat)
            return self._records.next_number(connection, staff, self._place().seat, reserved)

    async def rows(self, search: str = "", state: State | None = None, limit: int = 500) -> list[Row]:
        """The list of receipts, newest first."""
        return await self._lane.run(self._rows, search, state, limit)

    def _rows(self, search: str, state: State | None, limit: int) -> list[Row]:
        with self._store.reading() as connection:
            return self._records.rows(connection, search, state, limit)

    async def day_sums(self, start: int, end: int) -> Sums:
        """The money of a stretch of time."""
        return await self._lane.run(self._day_sums, start, end)

    def _day_sums(self, start: int, end: int) -> Sums:
        with self._store.reading() as connection:
            return self._records.day_sums(connection, start, end)

    async def receipt(self, fact: FactId) -> Receipt:
        """One receipt whole. Raises ``receipts.not_here``."""
        return await self._lane.run(self._receipt, fact)

    def _receipt(self, fact: FactId) -> Receipt:
        with self._store.reading() as connection:
            return self._records.receipt(connection, fact)

    async def pdf(self, fact: FactId, language: str) -> bytes:
        """The filled paper of a receipt, all copies, stamped when it is void."""
        return await self._lane.run(self._pdf, fact, language)

    def _pdf(self, fact: FactId, language: str) -> bytes:
        from agent_desk.base.places import resources
        from agent_desk.receipts import paper, typeface  # 0.3 s of imports: only when paper is asked for

        with self._store.reading() as connection:
            receipt = self._records.receipt(connection, fact)
            void = self._records.void(connection, fact)
            cashiers = {row[0]: row[1] for row in connection.exec_driver_sql(CASHIERS)}
        person = self._store.person
        cashiers[person.number] = person.name
        setting = paper.Setting(
            centre=self.catalog.centre,
            event=self.catalog.event.names,
            halls={hall.code: hall.names for hall in self.catalog.halls},
            calendar=self.catalog.event.calendar,
            language=language,
            cashiers=cashiers,
            rules=self.catalog.rules,
        )
        stamp = None if void is None else paper.Void(*void)
        face = typeface.on_paper(resources() / "fonts")
        return paper.receipt_pdf(receipt, self.form, setting, face, void=stamp)
