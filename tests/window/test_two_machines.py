"""A disk that was set back, as its person sees it: nothing lost, one question, and no number before its answer."""

from __future__ import annotations

import shutil

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.people.machine_view import MachineView
from agent_desk.receipts.service import ReceiptService
from agent_desk.storage.numbers import Numbers
from tests.probes.desk import Desk, press


def leave_and_come_back_with_an_older_disk(desk: Desk) -> None:
    """Work, keep the disk as it is, work on, then put the older disk back in."""
    people, image = desk.folder / "trial" / "people", desk.folder / "image"

    async def before() -> None:
        await desk.sign_in()
        await desk.write("LJ000001")
        await desk.until(lambda: "LJ000001" in desk.engine_numbers(), "it is on the hub")

    async def after() -> None:
        await desk.sign_in()
        await desk.write("LJ000002")
        await desk.until(lambda: "LJ000002" in desk.engine_numbers(), "it is on the hub")

    desk.live(before)
    shutil.copytree(people, image)
    desk.again(after)
    shutil.rmtree(people)
    shutil.copytree(image, people)


def numbers_here(desk: Desk) -> set[str]:
    with desk.shift.store.reading() as connection:
        return {row[0] for row in connection.exec_driver_sql("SELECT number FROM receipt")}


def books_here(desk: Desk) -> int:
    with desk.shift.store.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM book_issued").scalar_one())


def service(desk: Desk) -> ReceiptService:
    found = desk.station.findChild(ReceiptService) or desk.window.findChild(ReceiptService)
    assert isinstance(found, ReceiptService)
    return found


@pytest.mark.parametrize("keeps", [True, False])
def test_a_disk_set_back_asks_once_which_machine_keeps_the_numbers(desk: Desk, keeps: bool) -> None:
    leave_and_come_back_with_an_older_disk(desk)

    async def story() -> None:
        await desk.sign_in()
        await desk.write("LJ000003")
        await desk.linked()
        await desk.until(lambda: "numbers" in desk.bars(), "the question stands above every page")
        everything = {"LJ000001", "LJ000002", "LJ000003"}
        await desk.until(lambda: everything <= desk.engine_numbers(), "the hub has everything")
        await desk.until(lambda: everything <= numbers_here(desk), "and so has this desk")
        with pytest.raises(DeskError, match=r"receipts\.numbers_asked"):
            await service(desk).next_leaf()
        for _ in range(2):
            press(desk.window.work.bars.bars()["numbers"].action)
            view = desk.window.findChild(MachineView)
            assert isinstance(view, MachineView)
            press(view.later_button)
            await desk.until(lambda: desk.window.findChild(MachineView) is None)
        press(desk.window.work.bars.bars()["numbers"].action)
        view = desk.window.findChild(MachineView)
        assert isinstance(view, MachineView)
        press(view.this_button if keeps else view.other_button)
        if keeps:
            await desk.until(lambda: "numbers" not in desk.bars(), "the answer is written down")
            assert (await service(desk).next_leaf()).number
        else:
            await desk.until(lambda: "由另一台电脑使用" in desk.bars()["numbers"], "the answer is written down")
            with pytest.raises(DeskError, match=r"receipts\.numbers_elsewhere"):
                await service(desk).next_leaf()
        await desk.linked()

    async def next_day() -> None:
        await desk.sign_in()
        await desk.linked()
        assert desk.station.people is not None
        assert (await desk.station.people.numbers() is Numbers.FREE) is keeps
        await desk.until(lambda: ("numbers" in desk.bars()) is not keeps, "the bar says the same")

    desk.again(story)
    desk.again(next_day)


def test_control_a_disk_that_was_not_set_back_is_asked_nothing(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.write(*([] if "LJ000001" in desk.engine_numbers() else ["LJ000001"]))
        await desk.until(lambda: "LJ000001" in desk.engine_numbers() and books_here(desk), "the books have come")
        assert "numbers" not in desk.bars()
        assert (await service(desk).next_leaf()).number

    desk.live(story)
    desk.again(story)


def test_unsent_entries_go_onto_a_stick_from_the_outbox(desk: Desk) -> None:
    stick = desk.folder / "stick"

    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        assert desk.cable is not None
        assert not desk.outbox.export_button.isVisible()
        desk.cable.pulled = True
        await desk.write("LJ000001", "LJ000002")
        await desk.down()
        desk.window.work.go("outbox")
        await desk.until(lambda: len(desk.rows()) == 2)
        assert desk.outbox.export_button.isVisible()
        desk.outbox.export_requested.emit(str(stick))
        await desk.until(lambda: stick.exists() and list(stick.glob("*.bundle")), "the bundle is written")
        [path] = stick.glob("*.bundle")
        desk.cable.pulled = False
        await desk.linked()
        assert {"LJ000001", "LJ000002"} <= desk.engine_numbers()
        assert desk.station.messages is not None
        said: list[str] = []
        desk.station.messages.told.connect(said.append)
        assert desk.outbox.bring_button.isVisible()
        desk.outbox.bring_requested.emit(str(path))
        await desk.until(lambda: said, "it is told")
        assert said == ["U 盘上共 2 条：本次导入 0 条，2 条中心库已有。"]
        path.write_text(path.read_text("ascii").replace("A", "B", 3), "ascii")
        desk.outbox.bring_requested.emit(str(path))
        await desk.until(lambda: any(path.name in each for each in said), "an altered file is refused")

    desk.live(story)
