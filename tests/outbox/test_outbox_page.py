"""The page "not on the hub": truthful while the hub is away, while it drains, and when it is empty."""

from __future__ import annotations

from agent_desk.outbox.page import OutboxPage
from tests.probes.desk import Desk, press


def test_a_receipt_written_while_the_hub_is_away_stands_on_the_page_and_leaves_it_when_it_is_on_the_hub(
    desk: Desk,
) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.write("LJ000001")
        await desk.down()
        desk.window.work.go("outbox")
        await desk.until(lambda: len(desk.rows()) == 1, "the receipt is listed")
        what, _, _, why = desk.rows()[0]
        assert "LJ000001" in what
        assert "3B12" in what
        assert "中心库连不上" in why
        assert desk.light.startswith("1 条未上传 · 最早 ")
        assert desk.window.work.rail.button("outbox").count == 1
        assert desk.bars()["link"].endswith("起连不上。收据照常填写，恢复后自动上传。")
        waits = desk.window.work.page("today").rows
        assert [row.item.what for row in waits] == [desk.light]
        assert not desk.outbox.try_button.isVisible()  # the bar offers it already
        desk.cable.pulled = False
        press(desk.window.work.bars.bars()["link"].action)
        await desk.linked()
        await desk.until(lambda: not desk.rows(), "the page is empty")
        assert desk.outbox._empty._title.text().startswith("全部已上传 · ")
        assert desk.window.work.rail.button("outbox").count == 0
        assert "link" not in desk.bars()

    desk.live(story)


def test_new_entries_come_without_moving_the_selection(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.write("LJ000001", "LJ000002", "LJ000003")
        desk.window.work.go("outbox")
        await desk.until(lambda: len(desk.rows()) == 3)
        page = desk.outbox
        page.table.selectRow(1)
        chosen = page.current()
        assert chosen is not None
        resets: list[bool] = []
        page.model.modelReset.connect(lambda: resets.append(True))
        await desk.write("LJ000004")
        await desk.until(lambda: len(desk.rows()) == 4)
        assert page.current() == chosen
        assert page.table.current_row() == 1
        assert resets == []

    desk.live(story)


def test_the_selection_stays_with_its_entry_when_earlier_ones_leave(desk: Desk) -> None:
    from dataclasses import replace

    from agent_desk.outbox.model import Outbox, Standing

    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.write("LJ000001", "LJ000002", "LJ000003")
        desk.window.work.go("outbox")
        await desk.until(lambda: len(desk.rows()) == 3)
        page = desk.outbox
        page.table.selectRow(2)
        chosen = page.current()
        entries = page.outbox.entries
        left = Outbox(tuple(replace(one) for one in entries[1:]), {Standing.UNSENT: 2})
        page.show_outbox(left)
        assert page.current() == chosen
        assert page.table.current_row() == 1

    desk.live(story)


def test_a_number_used_twice_is_listed_as_disputed_with_a_way_to_open_it(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        await desk.write("LJ000007")
        await desk.write("LJ000007")
        await desk.linked()
        await desk.until(lambda: desk.window.work.rail.button("outbox").count == 2, "both are disputed")
        desk.window.work.go("outbox")
        assert all(row[3].startswith("号码争议：LJ-T-01 LJ000007") for row in desk.rows())
        desk.outbox.table.selectRow(0)
        press(desk.outbox.help_button)
        assert desk.window.work.front == "receipts"
        desk.window.work.go("today")
        today = desk.window.work.page("today")
        await desk.until(lambda: len(today.rows) == 2, "both wait")
        assert "LJ000007" in today.rows[0].item.what
        press(today.rows[0].button)
        assert desk.window.work.front == "receipts"

    desk.live(story)


def test_what_waits_is_counted_told_and_opened_before_anybody_has_looked_at_the_page(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        work = desk.window.work
        await desk.write("LJ000007")
        await desk.write("LJ000007")
        today = work.page("today")
        await desk.until(lambda: work.rail.button("outbox").count == 2, "both are disputed")
        assert desk.window.findChild(OutboxPage) is None
        await desk.until(lambda: len(today.rows) == 2, "both wait")
        press(today.rows[0].button)
        assert work.front == "receipts"
        work.go("outbox")
        page = desk.window.findChild(OutboxPage)
        assert page is not None
        assert page.isVisible()
        assert "LJ000007" in desk.rows()[0][0]  # at once, not with the next news

    desk.live(story)


def test_a_held_entry_says_why_and_stays_until_somebody_decides(desk: Desk) -> None:
    """李娜 is an agent: books are handed out by clerks and leaders, so the hub holds hers."""

    async def story() -> None:
        await desk.sign_in("8013")
        await desk.linked()
        store, who = desk.shift.store, desk.shift.who
        from agent_desk.storage.store import NewFact

        fact = store.new_id()
        fields = {
            "book": "X-1", "first": 1, "last": 5, "width": 6, "prefix": "X", "copies": 3, "staff": who.staff, "seat": "",
        }  # fmt: skip
        new = NewFact(fact, "book.issued", who.group, fact, fields)
        await desk.shift.lane.run(store.save, new)
        desk.window.work.go("outbox")
        await desk.until(lambda: desk.rows() and "岗位" in desk.rows()[0][3], "it is held")
        assert desk.outbox._pills  # the counts above the list
        shown = [pill.text() for pill in desk.outbox._pills.values() if pill.isVisible()]
        assert shown == ["待核对 1"]

    desk.live(story)
