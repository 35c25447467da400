"""The play: seven acts of one day, from the founding of the hub to the count."""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtWidgets import QApplication

from agent_desk import __version__
from agent_desk.base.clock import Clock
from agent_desk.base.ids import FactId, SubjectId
from agent_desk.base.money import Fen, figures
from agent_desk.base.places import resources
from agent_desk.bootstrap.start import Sweeper
from agent_desk.capabilities import catalogue
from agent_desk.hub.port import Presence
from agent_desk.people.place import Place
from agent_desk.receipts.catalog import Sample
from agent_desk.receipts.draft import Draft
from agent_desk.receipts.model import BOOK_ISSUED, Range, Receipt, State
from agent_desk.receipts.page import WRITE
from agent_desk.receipts.service import Written
from agent_desk.rehearsal import centre as people
from agent_desk.rehearsal.centre import Centre, found_centre
from agent_desk.rehearsal.counting import Account, compare, of_bodies
from agent_desk.rehearsal.day import Day, load_the_day
from agent_desk.rehearsal.hands import Key, press, until
from agent_desk.rehearsal.pictures import LOOKS, Camera
from agent_desk.rehearsal.stage import SeatOnStage, StuckError, build_engine, read_all
from agent_desk.rehearsal.summary import Summary
from agent_desk.storage.store import NewFact
from agent_desk.sync.link_state import LinkState
from agent_desk.sync.pump import Credentials, News, Pump
from agent_desk.ui.crash import CrashNet
from agent_desk.ui.lane import Lane
from agent_desk.ui.watch import LIMIT_MS, Watch

DRAFT_SECONDS = 1.0
"""A form in the making is on disk at most this long after the last key stroke."""
FEW_LINES = 3
"""A leaf with more lines always goes in key by key: nobody pastes those at once."""
PULL_SECONDS = 10.0
NOT_COVERED = [
    "a real keyboard and a real screen: keys and clicks are sent to the widgets by Qt's own test library",
    "Windows' own keyring and accounts: keys lie in files of the rehearsal's folder",
    "TLS: the rehearsal's server is on loopback; a centre's seats refuse a hub without it",
    "a power cut of the seat: the tests of the faults kill seats while they save and push",
]
ACTS = {
    1: "the hub is made, books are issued, two clerks sign in",
    2: "the morning: receipts are written and reach the hub",
    3: "the hub is killed; both clerks go on and the window says so",
    4: "a form left half written is there again after signing out and in without the hub",
    5: "the hub comes back; everything drains; the afternoon",
    6: "the audit; a fresh seat pulls everything",
    7: "the count: data, seat, hub, fresh seat",
}


@dataclass(frozen=True)
class Plan:
    """What is asked for. ``few`` > 0 writes only so many leaves of each part; ``typed`` is how many leaves of
    each part go in key by key (``None`` = all); ``spoil`` damages the hub before the audit: ``lost`` or ``altered``."""

    out: Path
    few: int = 0
    typed: int | None = None
    looks: tuple[tuple[str, str], ...] = LOOKS
    embedded: bool = False
    spoil: str = ""


@dataclass
class Promised:
    """What the window has said is saved: the account everything else is compared with."""

    receipts: dict[FactId, Receipt] = field(default_factory=dict)
    voids: dict[str, FactId] = field(default_factory=dict)

    def account(self) -> Account:
        """As one side of the count."""
        return Account("day's data", self.receipts, self.voids)

    def fact(self, number: str) -> FactId:
        """The fact of a paper number."""
        return next(fact for fact, one in self.receipts.items() if one.number == number)


class Play:
    """One rehearsal. :meth:`run` plays it and always takes everything down again."""

    def __init__(self, app: QApplication, plan: Plan, tell: Callable[[str], None]) -> None:
        self._app = app
        self._plan = plan
        self._tell = tell
        self.summary = Summary()
        self._camera = Camera(plan.out / "pictures", plan.looks, plan.looks[0])
        self._aside = Lane("rehearsal")
        self._centre: Centre | None = None
        self._seats: list[SeatOnStage] = []
        self._promised = Promised()
        self._act = ""
        self._longest: dict[str, float] = {}
        self._over = 0
        self._sides: list[Account] = []
        self._offered = 0
        self._by_keys = 0
        self._wrong: list[str] = []

    # -- the whole -------------------------------------------------------------------------------------

    async def run(self) -> Summary:
        """Play every act; a failure ends the play, is told, and leaves nothing running."""
        self._plan.out.mkdir(parents=True, exist_ok=True)
        net = CrashNet(self._plan.out / "log")
        net.spread()
        sweeper = Sweeper(self._app)
        sweeper.start()
        asyncio.get_running_loop().set_exception_handler(net.loop_handler)
        with TemporaryDirectory(prefix="agent-desk-rehearsal-") as scrap:
            try:
                await self._play(Path(scrap))
            except (StuckError, AssertionError) as problem:
                self.summary.failure = f"{self._act}: {problem}"
                self._tell(f"{self._act}  NOT PLAYED TO THE END: {problem}")
            finally:
                for seat in self._seats:
                    await seat.give_up()
                if self._centre is not None:
                    await self._aside.run(self._centre.close)
                self._aside.close()
                sweeper.stop()
                net.take_up()
                gc.collect()
        self.summary.check("after", "no fault was caught behind the window", not net.counts, dict(net.counts))
        self._note_figures()
        return self.summary

    async def _play(self, scrap: Path) -> None:
        clock = Clock()
        day = load_the_day(resources() / "receipts", clock.now_us(), (people.CLERK, people.SECOND), self._plan.few)
        acts: dict[int, Callable[[], Any]] = {
            1: lambda: self._act_1(scrap, clock, day),
            2: lambda: self._act_2(day),
            3: lambda: self._act_3(day),
            4: lambda: self._act_4(day),
            5: lambda: self._act_5(day),
            6: lambda: self._act_6(scrap),
            7: self._act_7,
        }
        for number, play in acts.items():
            self._act = f"act {number}"
            before = len(self.summary.checks)
            with self.summary.timed(f"act {number}"):
                await play()
            checks = self.summary.checks[before:]
            told = "held" if all(check.held for check in checks) else "NOT HELD"
            self._tell(
                f"act {number}  {ACTS[number]}: {len(checks)} checks {told}, {self.summary.seconds[self._act]:.1f} s"
            )

    def _check(self, what: str, held: object, seen: object = "") -> bool:
        return self.summary.check(self._act, what, bool(held), seen)

    @contextmanager
    def _watched(self, what: str) -> Iterator[None]:
        """Measure how long the window stood still at most meanwhile."""
        with Watch() as watch:
            yield
        report = watch.report
        self._longest[what] = round(max(report.longest_ms, self._longest.get(what, 0.0)), 1)
        self._over += report.over_limit
        for stand in report.stands[:5]:
            self.summary.figures.setdefault("stands", []).append(f"{what}: {stand.ms:.0f} ms at {stand.where}")

    @property
    def _desk(self) -> SeatOnStage:
        return self._seats[0]

    @property
    def _hub(self) -> Centre:
        assert self._centre is not None
        return self._centre

    # -- act 1 -------------------------------------------------------------------------------------------

    async def _act_1(self, scrap: Path, clock: Clock, day: Day) -> None:
        with self.summary.timed("hub made"):
            self._centre, why = await self._aside.run(self._found, scrap / "hub", clock)
        self.summary.figures["hub"] = await self._aside.run(lambda: self._hub.kind)
        if why:
            self.summary.figures["why not PostgreSQL"] = why
            self.summary.not_covered.append("PostgreSQL: this run was on the embedded hub")
        await self._aside.run(issue_books, self._hub, scrap / "office", day.books)
        desk = self._seat(scrap / "desk", (people.SEAT, people.SEAT_NAME))
        with self.summary.timed("window open and desk built"):
            await desk.open()
        focus = desk.station.window.focusWidget()
        self._check("the keyboard is in the number field of the door", focus is desk.door.number)
        await self._camera.scene(desk.station, "1-door")
        for number, book in zip((people.SECOND, people.CLERK), reversed(day.books), strict=True):
            await desk.sign_in(number)
            await desk.linked()
            await until(lambda: desk.page.form.draft.number, 10)
            offered = desk.page.form.draft.number
            self._check(
                f"{number}'s book has come and its first leaf is offered", offered == book.number(book.first), offered
            )
            if number == people.SECOND:
                said = await desk.sign_out()
                self._check("signing out with nothing unsent says nothing", not said, said)
        who = f"{people.NAME} · {people.SEAT_NAME} · 工号 {people.CLERK} {people.PEOPLE[people.CLERK][0]}"
        self._check("the header says who sits where", desk.seated == who, desk.seated)
        self._check("the header says linked", desk.pill == "已连接 中心库", desk.pill)
        desk.go("today")
        await self._camera.scene(desk.station, "1-today")
        desk.go("receipts")

    def _found(self, folder: Path, clock: Clock) -> tuple[Centre, str]:
        return found_centre(folder, catalogue(), clock, embedded=self._plan.embedded)

    def _seat(self, folder: Path, seat: tuple[str, str]) -> SeatOnStage:
        made = SeatOnStage(self._app, folder, self._hub, seat, self._plan.out / "papers")
        self._seats.append(made)
        return made

    # -- writing -----------------------------------------------------------------------------------------

    async def _write(self, part: Iterable[Sample]) -> None:
        """Write leaves, the first ones key by key."""
        desk, keys = self._desk, self._plan.typed
        with self._watched("writing receipts"):
            for at, leaf in enumerate(part):
                number = leaf.receipt.number
                self._offered += desk.page.form.draft.number == number
                by_keys = keys is None or at < keys or len(leaf.receipt.lines) > FEW_LINES
                self._promise(leaf.receipt, await desk.write(leaf.receipt, by_keys=by_keys))

    def _promise(self, receipt: Receipt, written: Written) -> None:
        """The window has said "saved": from now on this must not be lost."""
        self._promised.receipts[written.fact] = receipt
        same = (written.number, written.total) == (receipt.number, receipt.total)
        if not same:
            self._wrong.append(f"{receipt.number}: {written.number} {figures(Fen(written.total))}")

    async def _make_void(self, part: Iterable[Sample]) -> None:
        for leaf in part:
            if leaf.void_reason:
                await self._desk.make_void(leaf)
                self._promised.voids[leaf.receipt.number] = self._promised.fact(leaf.receipt.number)

    async def _check_list(self, here: Collection[str]) -> None:
        """Every receipt in the list says where it is: ``here`` are the numbers not on the hub."""
        desk = self._desk
        await desk.look_at_list()
        wanted = {one.number: State.ON_HUB for one in self._promised.receipts.values()}
        wanted |= dict.fromkeys(here, State.HERE) | dict.fromkeys(self._promised.voids, State.VOID)
        await until(lambda: desk.listed() == wanted, 10)
        seen = desk.listed()
        wrong = {number: str(seen.get(number, "not listed")) for number in wanted if seen.get(number) != wanted[number]}
        on_hub = sum(state is State.ON_HUB for state in wanted.values())
        told = (
            f"the list says of {on_hub} receipts on the hub, of {len(here)} here, of {len(self._promised.voids)} void"
        )
        self._check(told, seen == wanted, wrong or "")

    # -- act 2 -------------------------------------------------------------------------------------------

    async def _act_2(self, day: Day) -> None:
        desk, leaves = self._desk, day.part("morning").leaves
        with self.summary.timed("writing the morning"):
            await self._write(leaves)
        await self._make_void(leaves)
        await desk.linked()
        self._check("the header says linked", desk.pill == "已连接 中心库", desk.pill)
        self._check("there is no bar about the link", not desk.bar("link"), desk.bar("link"))
        self._check("the outbox page is empty", not desk.outbox_rows(), len(desk.outbox_rows()))
        await self._check_list(())
        desk.go("outbox")
        await self._camera.scene(desk.station, "2-outbox-empty")
        desk.go("receipts")
        desk.page.show_face(WRITE)
        await self._camera.scene(desk.station, "2-linked")

    # -- act 3 -------------------------------------------------------------------------------------------

    async def _act_3(self, day: Day) -> None:
        desk = self._desk
        await self._aside.run(self._hub.kill)
        with self.summary.timed("until the window knows that the hub is gone"):
            await desk.down()
        cut = day.part("cut").leaves
        await self._write(cut)
        await self._check_truth([leaf.receipt.number for leaf in cut])
        said = await desk.sign_out()
        self._check("the door says what is not on the hub", re.search(r"还有 \d+ 条未上传", said), said)
        await self._camera.scene(desk.station, "3-door")
        await desk.sign_in(people.SECOND)
        proof = desk.bar("proof") + desk.bar("link")
        self._check("the second clerk is let in without the hub, and told so", "离线登录" in proof, proof)
        leaves = day.part("outage").leaves
        first = leaves[: len(leaves) // 2]
        await self._write(first)
        await self._check_truth([leaf.receipt.number for leaf in first])
        desk.go("outbox")
        await self._camera.scene(desk.station, "3-outbox", large=True)
        desk.go("receipts")

    async def _check_truth(self, numbers: Sequence[str]) -> None:
        """Header, bar, outbox page and list say the same, and it is what the store holds."""
        desk = self._desk
        unsent = await self._aside.run(desk.shift.store.unsent)
        await desk.told(unsent.count)
        self._check(
            "the header counts what is not on the hub and since when",
            re.fullmatch(rf"{unsent.count} 条未上传 · 最早 [\d :-]+", desk.pill), desk.pill,
        )  # fmt: skip
        bar = desk.bar("link")
        self._check(
            "the bar says that the hub is away and what comes of it", "连不上" in bar and "自动上传" in bar, bar
        )
        rows = desk.outbox_rows()
        listed = [number for number in numbers if any(number in row[0] for row in rows)]
        self._check("the outbox page lists each receipt of the outage", listed == list(numbers), f"{len(rows)} rows")
        why = {row[3] for row in rows}
        self._check("each row says why", why == {"已存本机 · 中心库连不上，恢复后自动上传"}, "; ".join(why))
        self._check("the status line says saved here, not on the hub", "待上传" in desk.status, desk.status)
        await desk.look_at_list()
        await until(lambda: all(desk.listed().get(number) is State.HERE for number in numbers), 5)
        seen = {number: desk.listed().get(number) for number in numbers}
        self._check("the list says of each that it is here", set(seen.values()) == {State.HERE}, len(seen))
        desk.page.show_face(WRITE)

    # -- act 4 -------------------------------------------------------------------------------------------

    async def _act_4(self, day: Day) -> None:
        desk = self._desk
        leaves = day.part("outage").leaves
        half, *rest = leaves[len(leaves) // 2 :]
        clerk = desk.at_the_form()
        await clerk.type_head(half.receipt)
        await clerk.type_lines(half.receipt)
        await self._camera.scene(desk.station, "4-form", large=True)
        await asyncio.sleep(DRAFT_SECONDS)
        kept = _signs(desk.page.form.draft)
        said = await desk.sign_out()
        self._check("the door says what is not on the hub", re.search(r"还有 \d+ 条未上传", said), said)
        await desk.sign_in(people.SECOND)
        form = desk.page.form
        await until(lambda: form.draft.number == half.receipt.number and form.draft.touched, 10)
        self._check(
            "the form left half written is there again, to the last sign",
            _signs(form.draft) == kept,
            _signs(form.draft),
        )
        self._check("a bar says so", "unfinished" in form.bars.bars())
        self._offered += form.draft.number == half.receipt.number
        before = desk.count
        clerk = desk.at_the_form()
        await clerk.type_foot(half.receipt)
        await press(form.field("note").control, Key.Key_Return)
        self._promise(half.receipt, await desk.saved(before, half.receipt.number))
        self._by_keys += 1
        await self._write(rest)
        await self._check_truth([leaf.receipt.number for leaf in leaves])

    # -- act 5 -------------------------------------------------------------------------------------------

    async def _act_5(self, day: Day) -> None:
        desk = self._desk
        waiting = await self._aside.run(desk.shift.store.unsent)
        with self.summary.timed("hub started again"):
            await self._aside.run(self._hub.come_back)
        with (
            self.summary.timed("from the hub's return until everything was on it, by itself"),
            self._watched("draining"),
        ):
            await desk.linked()
        self.summary.figures["facts drained after the outage"] = waiting.count
        self._check("the header says linked", desk.pill == "已连接 中心库", desk.pill)
        await until(lambda: not desk.bar("link") and not desk.bar("proof"), 10)
        self._check("no bar about link or proof is left", not desk.bar("link") and not desk.bar("proof"))
        leaves = day.part("afternoon").leaves
        await self._write(leaves)
        await self._make_void(leaves)
        await desk.linked()
        await self._check_list(())
        await self._camera.scene(desk.station, "5-list")
        await self._make_papers()
        self._sides.append(await self._side(f"seat {people.SEAT}, {people.SECOND}"))
        await desk.sign_out()
        await desk.sign_in(people.CLERK)
        await desk.linked()
        await self._pulled(desk)
        self._sides.append(await self._side(f"seat {people.SEAT}, {people.CLERK}"))
        with self.summary.timed("window closed"):
            await desk.close()

    async def _make_papers(self) -> None:
        """PDFs of what is worth looking at: a short one, the longest, rare characters, a void one."""
        kept = list(self._promised.receipts.values())
        chosen = {
            "short": min(kept, key=lambda one: (len(one.lines), -one.total)),
            "long": max(kept, key=lambda one: len(one.lines)),
            "rare": next((one for one in kept if any(ord(sign) > 0xFFFF for sign in one.payer_name + one.note)), None),
            "void": next((one for one in kept if one.number in self._promised.voids), None),
        }
        made = {name: await self._desk.paper(one.number, name) for name, one in chosen.items() if one is not None}
        whole = [
            name for name, path in made.items() if path.read_bytes()[:5] == b"%PDF-" and path.stat().st_size > 5_000
        ]
        self._check("papers are made", len(whole) == len(made) > 1, ", ".join(whole))
        self.summary.papers += [path.relative_to(self._plan.out).as_posix() for path in made.values()]

    async def _pulled(self, seat: SeatOnStage) -> None:
        """Until the seat holds every receipt and every void one, its own and its colleagues'; not for ever."""
        end = asyncio.get_running_loop().time() + PULL_SECONDS
        while asyncio.get_running_loop().time() < end:
            receipts, voids = await self._aside.run(read_all, seat.shift)
            if len(receipts) >= len(self._promised.receipts) and len(voids) >= len(self._promised.voids):
                return
            await asyncio.sleep(0.1)

    async def _side(self, name: str) -> Account:
        receipts, voids = await self._aside.run(read_all, self._seats[-1].shift)
        return Account(name, receipts, voids)

    # -- act 6 -------------------------------------------------------------------------------------------

    async def _act_6(self, scrap: Path) -> None:
        await self._spoil()
        with self.summary.timed("audit of the hub"):
            report = await self._aside.run(self._hub.audit)
        out = self._plan.out
        (out / "audit.json").write_text(report.as_json() + "\n", encoding="utf-8", newline="\n")
        (out / "audit.txt").write_text(report.as_words() + "\n", encoding="utf-8", newline="\n")
        self._check("the audit finds every chain whole", report.ok, report.problems or report.root_digest)
        loose = {"held": report.held, "conflicts": report.conflicts, "disputes": report.disputes}
        self._check("nothing is held, in conflict or disputed", not any(loose.values()), loose)
        wanted = len(self._promised.receipts)
        self._check("the hub knows as many paper numbers as were written", report.numbers == wanted, report.numbers)
        for_others = report.delivered_for_others
        self._check("the colleague's window delivered what the first clerk had left", for_others > 0, for_others)
        fresh = self._seat(scrap / "fresh", (people.OFFICE, people.OFFICE_NAME))
        await fresh.open()
        with self.summary.timed("a fresh seat, from sign-in until it holds everything"):
            with self._watched("signing in, the pages being built"):
                await fresh.sign_in(people.LEADER)
            with self._watched("first pull"):
                await fresh.linked()
                await self._pulled(fresh)
        self._sides.append(await self._side(f"fresh seat, {people.LEADER}"))
        await fresh.look_at_list()
        await self._camera.scene(fresh.station, "6-leader")
        await fresh.close()

    async def _spoil(self) -> None:
        """The control: damage the hub, so that audit and count must go red."""
        if not self._plan.spoil:
            return
        fact, receipt = list(self._promised.receipts.items())[-1]
        self.summary.figures["spoilt on purpose"] = f"{self._plan.spoil}: {receipt.number}"
        if self._plan.spoil == "lost":
            await self._aside.run(self._hub.lose, fact)
        else:
            body = (await self._aside.run(self._hub.bodies))[fact]
            more = body.replace(f'"total":{receipt.total}', f'"total":{receipt.total + 100}')
            await self._aside.run(self._hub.alter, fact, more)

    # -- act 7 -------------------------------------------------------------------------------------------

    async def _act_7(self) -> None:
        bodies, personal = await self._aside.run(lambda: (self._hub.bodies(), self._hub.personal()))
        promised = self._promised.account()
        sides = [*self._sides, of_bodies("hub", bodies.values(), personal)]
        for side in sides:
            compare(self.summary, self._act, promised, side)
        self._check("the window worked out every total as the paper has it", not self._wrong, "; ".join(self._wrong))
        if not self._plan.few:
            written = len(promised.receipts)
            self._check("the form offered the number of the paper each time", self._offered == written, self._offered)
        self.summary.figures["count"] = [side.line() for side in (promised, *sides)]
        for line in self.summary.figures["count"]:
            self._tell(f"       {line}")

    def _note_figures(self) -> None:
        clerks = [seat.clerks for seat in self._seats]
        typed = self._by_keys + sum(clerk.typed for each in clerks for clerk in each)
        filled = sum(clerk.filled for each in clerks for clerk in each)
        figures_of = self.summary.figures
        figures_of["receipts written through the form"] = len(self._promised.receipts)
        figures_of["of them key by key"] = typed
        figures_of["of them with the fields set at once and the save button clicked"] = filled
        figures_of["made void through the list"] = len(self._promised.voids)
        figures_of["longest stand of the window, ms (promise 50)"] = dict(self._longest)
        figures_of["stands over the promise"] = self._over
        slow = {what: ms for what, ms in self._longest.items() if ms > LIMIT_MS}
        figures_of["promise of 50 ms"] = "kept" if not slow else f"NOT KEPT: {slow}"
        self.summary.pictures += [path.relative_to(self._plan.out).as_posix() for path in self._camera.taken]
        self.summary.not_covered += NOT_COVERED


def _signs(draft: Draft) -> str:
    """What was typed into a form; item and unit are words of the price list and follow the language."""
    lines = [replace(line, item="", unit="") for line in draft.lines]
    return replace(draft, lines=lines).to_text()


def issue_books(centre: Centre, folder: Path, books: Sequence[Range]) -> None:
    """The leader, at a seat of her own, hands the first book to the first clerk, the next to the second."""
    clock, place = Clock(), Place(folder)
    place.root.mkdir(parents=True, exist_ok=True)
    engine = build_engine(centre, place, centre.seat_file(people.OFFICE, people.OFFICE_NAME), clock)
    password = centre.passwords.of(people.LEADER)
    entered = engine.sign_in.enter(people.LEADER, password)
    store = entered.store
    for book, number in zip(books, (people.CLERK, people.SECOND), strict=True):
        fields = {
            "book": book.book, "first": book.first, "last": book.last, "width": book.width, "prefix": book.prefix,
            "copies": 3, "staff": centre.staff[number], "seat": people.SEAT,
        }  # fmt: skip
        fact = store.new_id()
        store.save(NewFact(fact, BOOK_ISSUED.name, people.DESK, SubjectId(fact), fields))
    news: list[News] = []
    pump = Pump(
        store, centre.hub, Credentials(people.LEADER, password), _presence, news.append,
        catalogue=engine.catalogue, clock=clock,
    )  # fmt: skip
    pump.round()
    pump.stop()
    left = store.unsent().count
    engine.sign_in.leave(entered)
    engine.shelf.close()
    if left or not news:
        raise StuckError(f"the books could not be issued: {left} facts did not reach the hub")


def _presence(state: LinkState) -> Presence:
    return Presence(people.OFFICE, "working", state.since_us, state.unsent, state.oldest_us or 0, __version__)
