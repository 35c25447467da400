"""One seat on the stage: the real window with its store and pump, driven with a person's verbs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.base.places import forms
from agent_desk.base.steady import hold_steady
from agent_desk.bootstrap.engine import Engine, Seat, assemble
from agent_desk.bootstrap.parts import Belonging, Parts
from agent_desk.bootstrap.shift import Shift
from agent_desk.bootstrap.workstation import Workstation
from agent_desk.capabilities import catalogue
from agent_desk.hub.address import SeatFile
from agent_desk.outbox.page import OutboxPage
from agent_desk.people.place import Place
from agent_desk.people.recovery import read_public_key
from agent_desk.people.sign_in_view import SignInView
from agent_desk.receipts import capability as receipts
from agent_desk.receipts.catalog import Sample
from agent_desk.receipts.form import load_form
from agent_desk.receipts.list_view import ReceiptList
from agent_desk.receipts.model import Receipt, State
from agent_desk.receipts.page import ALL, WRITE, ReceiptsPage
from agent_desk.receipts.service import Written
from agent_desk.receipts.surcharge import Calendar
from agent_desk.receipts.void_question import VoidQuestion
from agent_desk.rehearsal.centre import Centre
from agent_desk.rehearsal.hands import Clerk, Key, click, press, type_over, type_text, until
from agent_desk.rehearsal.pictures import LOOKS, fit_the_smallest_seat
from agent_desk.settings.declared import MemoryLayer, Scope
from agent_desk.settings.secrets import KeyFileVault
from agent_desk.sync.link_state import LinkKind, LinkState
from agent_desk.ui.capability import Capability
from agent_desk.ui.widgets import Field
from agent_desk.window.declared import LANGUAGE, THEME

PATIENCE = 30.0
"""Seconds after which something that must happen has not happened."""
TICK = 1.0
"""Seconds between two beats of the pump: quicker than in real use, so that the day is over within a minute."""


class StuckError(Exception):
    """Something that had to happen did not, in time."""


def build_engine(centre: Centre, place: Place, told: SeatFile, clock: Clock) -> Engine:
    """As for every centre, but with key files in the rehearsal's own folder: this account's keyring is not touched.

    Where stores may lie is not judged: these are thrown away.
    """
    seat = Seat(told.centre, told.centre_name, told.seat, told.seat_name)
    key = read_public_key(told.recovery_key)
    return assemble(place, seat, centre.hub, clock, catalogue(), KeyFileVault(place.keys), key, warning="")


class SeatOnStage:
    """A window at one seat of the centre, on files of its own under ``folder``; PDFs are kept in ``papers``."""

    def __init__(self, app: QApplication, folder: Path, centre: Centre, seat: tuple[str, str], papers: Path) -> None:
        self._centre = centre
        self._papers = papers
        self.made_papers: list[Path] = []
        place = Place(folder)
        place.root.mkdir(parents=True, exist_ok=True)
        centre.seat_file(*seat).write(place.seat_file)
        language, theme = LOOKS[0]
        layer = MemoryLayer(Scope.AGENT, {LANGUAGE.id: language, THEME.id: theme})
        parts = Parts(place=place, clock=Clock(), engine=self._engine, settings_layers=lambda: [layer], tick=TICK)
        self.station = Workstation(app, parts)
        self.station.engine_built.connect(hold_steady)
        self.station.shift_began.connect(hold_steady)
        self._living: asyncio.Task[None] | None = None
        self.clerks: list[Clerk] = []
        self._written: list[Written] = []

    # -- building -----------------------------------------------------------------------------------

    def _engine(self, belonging: Belonging, clock: Clock) -> Engine:
        assert belonging.seat_file is not None
        engine = build_engine(self._centre, belonging.place, belonging.seat_file, clock)
        return replace(engine, capabilities=tuple(self._with_papers_kept(one) for one in engine.capabilities))

    def _with_papers_kept(self, one: Capability) -> Capability:
        """A PDF is not handed to the desktop's viewer, but kept."""
        is_receipts = one.id == receipts.CAPABILITY.id
        return replace(one, make=lambda desk: receipts.make(desk, self._keep_paper)) if is_receipts else one

    def _keep_paper(self, file: Path) -> None:
        self._papers.mkdir(parents=True, exist_ok=True)
        kept = self._papers / file.name
        kept.write_bytes(file.read_bytes())
        self.made_papers.append(kept)

    # -- life -----------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Show the window and let it build what is behind it."""
        painted: list[bool] = []
        self.station.window.painted.connect(lambda: painted.append(True))
        self.station.open()
        fit_the_smallest_seat(self.station)
        await self.until(lambda: painted, "the window is painted")
        self._living = asyncio.ensure_future(self.station.live())
        await self.until(lambda: self.station.engine is not None or self.door.bar.isVisible(), "the desk is built")
        if self.station.engine is None:
            raise StuckError(f"the desk could not be built: {self.door.bar.text}")

    async def close(self) -> None:
        """Close the window as a person does; it may ask nothing, since everything is on the hub."""
        self.station.window.close()
        await self.until(lambda: self._living is None or self._living.done(), "the window is closed")
        if self._living is not None:
            await self._living
        self._living = None

    async def give_up(self) -> None:
        """Take everything down after a failure, without asking."""
        living, self._living = self._living, None
        if living is not None and not living.done():
            living.cancel()
            await asyncio.wait([living], timeout=PATIENCE)

    async def until(self, true: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Wait for it. Raises :class:`StuckError`."""
        if not await until(lambda: true() or self._fallen(), seconds):
            raise StuckError(f"waited {seconds:.0f} s in vain until {what}")
        if self._fallen() and not true():
            raise StuckError(f"the desk fell before {what}: {self._fallen()!r}")

    def _fallen(self) -> BaseException | None:
        """What ended the desk, if something did."""
        living = self._living
        return living.exception() if living is not None and living.done() and not living.cancelled() else None

    # -- coming and going -------------------------------------------------------------------------------

    @property
    def door(self) -> SignInView:
        """The sign-in page."""
        door = self.station.window.door
        assert isinstance(door, SignInView)
        return door

    async def sign_in(self, number: str) -> None:
        """Number, Enter, password, Enter."""
        door = self.door
        await type_over(door.number, number)
        await press(door.number, Key.Key_Return)
        await type_text(door.password, self._centre.passwords.of(number))
        await press(door.password, Key.Key_Return)
        answered = lambda: self.station.shift is not None or door.enter_button.isEnabled()  # noqa: E731 - said once
        await self.until(answered, f"the door answers {number}")
        if self.station.shift is None:
            raise StuckError(f"{number} was not let in: {door.bar.text}")
        calendar = self._calendar()
        methods = list(load_form(forms() / "paper" / "receipt.toml").box("method").choices)
        self.clerks.append(Clerk(self.page.form, calendar, methods))
        self.page.form.saved.connect(self._written.append)
        await self.until(lambda: self.page.form.draft.fact, "a form is open")
        self.go("receipts")

    def _calendar(self) -> Calendar:
        from agent_desk.base.places import resources
        from agent_desk.receipts.catalog import load

        return load(resources() / "receipts").event.calendar

    async def sign_out(self) -> str:
        """By the menu of the header; returns what the door then says."""
        self.station.window.header.sign_out_requested.emit()
        await self.until(
            lambda: self.station.shift is None and self.station.window.door is not None, "the door is back"
        )
        await asyncio.sleep(0.1)
        return self.door.bar.text if self.door.bar.isVisible() else ""

    # -- what a person sees -------------------------------------------------------------------------------

    @property
    def shift(self) -> Shift:
        """The shift of who is signed in."""
        assert self.station.shift is not None
        return self.station.shift

    @property
    def seated(self) -> str:
        """The header's words of who sits where."""
        return self.station.window.header.seated

    @property
    def pill(self) -> str:
        """The header's words of the link."""
        return self.station.window.header.pill.text()

    @property
    def state(self) -> LinkState | None:
        """What the light was told last."""
        return self.shift.light.state

    def bar(self, key: str) -> str:
        """The sentence of a bar above the pages, ``""`` when it is not there."""
        bar = self.station.window.work.bars.bars().get(key)
        return bar.text if bar is not None else ""

    @property
    def status(self) -> str:
        """The status line."""
        return self.station.window.status.text

    @property
    def page(self) -> ReceiptsPage:
        """The receipts' page."""
        page = self.station.window.work.page("receipts")
        assert isinstance(page, ReceiptsPage)
        return page

    @property
    def outbox(self) -> OutboxPage:
        """The page of what is not on the hub."""
        page = self.station.window.work.page("outbox")
        assert isinstance(page, OutboxPage)
        return page

    def go(self, place: str) -> None:
        """To a place of the rail."""
        self.station.window.work.go(place)

    def outbox_rows(self) -> list[list[str]]:
        """What the outbox page shows, cell by cell."""
        model = self.outbox.model
        return [
            [str(model.index(row, column).data()) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    # -- waiting for the link -------------------------------------------------------------------------------

    async def linked(self, seconds: float = 2 * PATIENCE) -> None:
        """Everything is on the hub and the light says so."""
        await self.until(
            lambda: self.state is not None and self.state.kind is LinkKind.LINKED and not self.state.unsent,
            "everything is on the hub", seconds,
        )  # fmt: skip
        await self.until(lambda: not self.outbox.outbox.total, "the outbox page is empty")

    async def down(self) -> None:
        """The light says that the hub is away."""
        await self.until(
            lambda: self.state is not None and self.state.kind is LinkKind.DOWN, "the hub is known to be away"
        )

    async def told(self, unsent: int) -> None:
        """Light and outbox page both know of so many unsent facts."""
        await self.until(
            lambda: self.state is not None and self.state.unsent == unsent and self.outbox.outbox.total == unsent,
            f"the window tells of {unsent} unsent",
        )  # fmt: skip

    # -- the receipts --------------------------------------------------------------------------------------

    def at_the_form(self) -> Clerk:
        """The hands of who is signed in, with the form before them."""
        self.go("receipts")
        self.page.show_face(WRITE)
        return self.clerks[-1]

    async def write(self, receipt: Receipt, *, by_keys: bool) -> Written:
        """One leaf through the form; returns when it is on disk and the next form is open."""
        clerk, before = self.at_the_form(), len(self._written)
        await (clerk.type_leaf(receipt) if by_keys else clerk.fill_leaf(receipt))
        return await self.saved(before, receipt.number)

    async def saved(self, before: int, number: str) -> Written:
        """The form says that it was saved; ``before`` is :attr:`count` from before."""
        try:
            await self.until(lambda: len(self._written) > before, f"{number} is saved")
        except StuckError:
            raise StuckError(f"{number} was not saved; the form says: {self._complaints()}") from None
        return self._written[before]

    @property
    def count(self) -> int:
        """How many receipts this window has saved."""
        return len(self._written)

    def _complaints(self) -> str:
        form = self.page.form
        told = [self.status, *(bar.text for bar in form.bars.bars().values())]
        told += [row.error.text() for row in form.lines.rows if row.error.text()]
        told += [hint.text() for field in form.findChildren(Field) for hint in field.findChildren(QLabel)
                 if hint.property("tone") == "danger" and hint.isVisible()]  # fmt: skip
        return " · ".join(each for each in told if each)

    async def look_at_list(self, search: str = "") -> ReceiptList:
        """The list of receipts, filled anew for what is searched for."""
        self.go("receipts")
        self.page.show_face(ALL)
        table = self.page.table
        if table.search.text() != search:
            await type_over(table.search, search)
        table.look()
        await asyncio.sleep(0.3)
        return table

    def listed(self) -> dict[str, State]:
        """Number → where it is, as the list shows it now."""
        model = self.page.table.model
        rows = [model.row(at) for at in range(model.rowCount())]
        return {row.number: row.state for row in rows}

    async def choose(self, number: str) -> FactId:
        """Search for a number and take its row."""
        table = await self.look_at_list(number)
        await self.until(lambda: [*self.listed()] == [number], f"the list has found {number}")
        table.table.selectRow(0)
        row = table.current()
        assert row is not None
        return row.fact

    async def make_void(self, sample: Sample) -> None:
        """Through the list: search, take, ask, reason, done."""
        number = sample.receipt.number
        await self.choose(number)
        await click(self.page.table.void_button)
        window = self.station.window
        await self.until(lambda: window.findChild(VoidQuestion) is not None, "the desk asks why")
        question = window.findChild(VoidQuestion)
        assert question is not None
        await type_text(question.reason, sample.void_reason)
        await click(question.void_button)
        await self.until(lambda: self.listed().get(number) is State.VOID, f"{number} is void in the list")

    async def paper(self, number: str, language: str) -> Path:
        """The PDF of a receipt, as the list's button makes it, under a name that says what it shows."""
        await self.choose(number)
        before = len(self.made_papers)
        await click(self.page.table.paper_button)
        await self.until(lambda: len(self.made_papers) > before, f"the paper of {number} is made")
        made = self.made_papers[-1]
        return made.rename(made.with_name(f"{number}-{language}.pdf"))


def read_all(shift: Shift) -> tuple[dict[FactId, Receipt], dict[str, FactId]]:
    """Every receipt of a store by fact, and the void ones (number → the fact it takes back). Raises ``DeskError``."""
    from agent_desk.receipts.records import Records

    records = Records()
    with shift.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT id FROM fact WHERE kind = 'receipt.written'").fetchall()
        found = {FactId(row[0]): records.receipt(connection, FactId(row[0])) for row in rows}
        voids = connection.exec_driver_sql("SELECT number, receipt FROM receipt_voided").fetchall()
    if len({row[0] for row in voids}) != len(voids):
        raise DeskError("receipts.void_already", number=",".join(row[0] for row in voids))
    return found, {str(row[0]): FactId(row[1]) for row in voids}
