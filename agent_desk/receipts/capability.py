"""Receipts as a capability: what they bring to the desk, put together for one signed-in person."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.base.places import forms, resources
from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.facts.kind import FactKind
from agent_desk.receipts import catalog
from agent_desk.receipts.draft import DRAFT_KIND, from_text
from agent_desk.receipts.form import load_form
from agent_desk.receipts.model import BOOK_ISSUED, RECEIPT_KINDS, RECEIPT_WRITTEN
from agent_desk.receipts.page import ALL, WRITE, ReceiptsPage
from agent_desk.receipts.receipt_view import ReceiptView
from agent_desk.receipts.service import Place, ReceiptService
from agent_desk.ui.actions import ActionSpec
from agent_desk.ui.capability import Capability, Desk, Making, Room

if TYPE_CHECKING:
    from agent_desk.receipts.list_view import ReceiptList
    from agent_desk.storage.store import Store
    from agent_desk.ui.typed_ahead import Key

HERE = QT_TRANSLATE_NOOP("ActionSpec", "Receipts")
NEW = ActionSpec("receipts.new", QT_TRANSLATE_NOOP("ActionSpec", "Write a receipt"), "receipt", "Ctrl+N", HERE)
SAVE = ActionSpec("receipts.save", QT_TRANSLATE_NOOP("ActionSpec", "Save the receipt"), "save", "Ctrl+S", HERE)
FIND = ActionSpec("receipts.find", QT_TRANSLATE_NOOP("ActionSpec", "Find a receipt"), "search", "Ctrl+F", HERE)


class Papers:
    """PDFs somebody is looking at: in a private folder that goes when the person signs out."""

    def __init__(self, show: Callable[[Path], object]) -> None:
        self._show = show
        self._folder: Path | None = None

    def show(self, number: str, pdf: bytes) -> None:
        """Open a paper with whatever shows PDFs on this machine."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="agent-desk-paper-"))
        safe = "".join(sign for sign in number if sign.isalnum() or sign in "-_") or "receipt"
        file = self._folder / f"{safe}.pdf"
        file.write_bytes(pdf)
        self._show(file)

    def close(self) -> None:
        """Take the papers away; one that is still open elsewhere stays until then."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def show_file(file: Path) -> bool:
    """Hand a file to the desktop."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


def make(desk: Desk[Store], show: Callable[[Path], object] = show_file) -> Making:
    """The form and the list over the person's own store."""
    known = catalog.load(resources() / "receipts").as_of(desk.clock.now_us())
    yield
    form = load_form(forms() / "paper" / "receipt.toml")

    def place() -> Place:
        return Place(desk.who.group, desk.who.seat_number)

    service = ReceiptService(desk.store, desk.lane, desk.clock, place, known, form)
    view = ReceiptView(service, desk.messages, desk.language, at_once=False)
    papers = Papers(show)

    def make_table() -> ReceiptList:
        from agent_desk.receipts import list_view

        table = list_view.ReceiptList(service, desk.messages, desk.language)
        table.paper_made.connect(papers.show)
        return table

    page = ReceiptsPage(view, make_table)
    service.setParent(page)
    yield from view.building
    desk.actions.make(NEW.id, page, lambda: page.show_face(WRITE))
    desk.actions.make(SAVE.id, page, view.save)
    desk.actions.make(FIND.id, page, lambda: page.show_face(ALL))

    def news() -> None:
        view.look_again()
        if page.face == ALL:
            page.table.look()

    desk.light.news_arrived.connect(news)

    def open_fact(fact: FactId) -> None:
        page.show_face(ALL)
        page.table.show_fact(fact)

    def open_draft(draft_id: str) -> None:
        page.show_face(WRITE)
        view.open_kept(FactId(draft_id))

    def take_typed(keys: Sequence[Key]) -> None:
        page.show_face(WRITE)
        view.begin_with(keys)

    def close() -> None:
        desk.light.news_arrived.disconnect(news)
        view.close_form()
        if page.has_table:
            page.table.close_list()
        papers.close()

    view.start()
    return Room(page, open_fact=open_fact, open_draft=open_draft, take_typed=take_typed, close=close)


def describe(kind: FactKind, fields: Mapping[str, Any]) -> str:
    """A fact of this room in a few words, without anybody's name."""
    if kind.name == BOOK_ISSUED.name:
        words = QCoreApplication.translate("ReceiptWords", "Book {0}")
        return words.format(fields.get("book", ""))
    if kind.name == RECEIPT_WRITTEN.name:
        words = QCoreApplication.translate("ReceiptWords", "Receipt {0} · booth {1}")
        return words.format(fields.get("number", ""), fields.get("booth", ""))
    words = QCoreApplication.translate("ReceiptWords", "Receipt {0} made void")
    return words.format(fields.get("number", ""))


def describe_draft(kind: str, text: str) -> str:
    """A form in the making in a few words."""
    del kind
    try:
        draft = from_text(text)
    except DeskError:
        return QCoreApplication.translate("ReceiptWords", "Unfinished receipt")
    words = QCoreApplication.translate("ReceiptWords", "Unfinished receipt {0} · booth {1}")
    return words.format(draft.number, draft.booth or "—")


CAPABILITY = Capability(
    id="receipts",
    title=QT_TRANSLATE_NOOP("Capability", "Receipts"),
    icon="receipt",
    order=40,
    make=make,
    kinds=RECEIPT_KINDS,
    actions=(NEW, SAVE, FIND),
    describe=describe,
    describe_draft=describe_draft,
    draft_kinds=(DRAFT_KIND,),
)
