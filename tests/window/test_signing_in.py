"""Coming in, going out, and what the door says when nobody can check."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.ui.capability import Desk as CapabilityDesk
from agent_desk.ui.capability import Making
from tests.probes.desk import Desk, press


def test_the_right_password_opens_the_work_and_the_header_says_who_sits_where(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        assert desk.window.header.seated == "临江会展中心（试用） · 3 号台 · 工号 8012 张伟"
        await desk.linked()
        assert desk.light == "已连接 中心库"
        assert desk.window.work.places[0] == "today"
        assert "outbox" in desk.window.work.places

    desk.live(story)


def test_a_wrong_password_is_told_and_the_password_is_ready_to_be_typed_again(desk: Desk) -> None:
    async def story() -> None:
        await desk.try_to_sign_in("8012", "wrong")
        assert desk.station.shift is None
        assert "密码" in desk.door.bar.text
        assert desk.door.bar.isVisible()
        assert not desk.door.unproven_button.isVisible()
        assert desk.door.password.selectedText() != "" or desk.door.password.hasFocus()
        await desk.sign_in()

    desk.live(story)


def test_who_has_been_here_before_signs_in_while_the_hub_is_away_and_is_told_how_long_that_works(desk: Desk) -> None:
    async def first() -> None:
        await desk.sign_in()
        await desk.linked()
        await desk.station.sign_out()

    async def then() -> None:
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.sign_in()
        await desk.down()
        assert "7 天" in desk.bars()["link"]
        assert "连不上" in desk.bars()["link"]
        assert "proof" not in desk.bars()  # one cause, one bar
        desk.cable.pulled = False
        await desk.linked()
        await desk.until(lambda: not {"proof", "link"} & set(desk.bars()), "the hub has confirmed the person")

    desk.live(first)
    desk.again(then)


def test_whom_nobody_can_check_may_work_unproven_and_the_window_says_so_in_words(desk: Desk) -> None:
    async def story() -> None:
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.try_to_sign_in("8077", "mine")
        door = desk.door
        press(door.unproven_button)
        assert door.is_unproven
        door.number.setText("8077")
        door.name.setText("赵敏")
        door.password.setText("mine")
        press(door.enter_button)
        await desk.until(lambda: desk.station.shift is not None)
        told = desk.bars()["proof"]
        assert "8077" in told
        assert "赵敏" in told
        await desk.until(lambda: "身份未验证" in desk.light, "the header says so")
        desk.window.work.go("outbox")
        await desk.until(lambda: bool(desk.rows()), "the outbox lists what stays here")
        assert "留在本机" in desk.rows()[0][3]

    desk.live(story)


def test_signing_out_says_in_one_sentence_what_is_not_on_the_hub(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.write("LJ000001", "LJ000002")
        await desk.down()
        await desk.station.sign_out()
        assert desk.door.bar.text == "还有 2 条未上传。内容已安全保存在本机，会自动上传。"
        desk.station.translation.choose("en")
        assert desk.door.bar.text.startswith("2 entries are not on the hub yet.")
        assert desk.station.shift is None

    desk.live(story)


def test_a_locked_seat_shows_nothing_of_the_work_and_opens_with_the_password(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        assert desk.station.people is not None
        desk.station.people.lock()
        view = desk.station.lock_view
        assert view is not None
        assert view.geometry() == desk.window.ground.rect()
        held = {action.objectName() for action in desk.window.actions() if action.isEnabled()}
        assert held == {"action:window.theme", "action:window.language"}
        view.password.setText("wrong")
        press(view.unlock_button)
        await desk.until(lambda: view.bar.isVisible(), "the lock says why")
        view.password.setText("trial")
        press(view.unlock_button)
        await desk.until(lambda: desk.station.lock_view is None, "it is unlocked")
        await desk.linked()

    desk.live(story)


def test_what_was_written_without_proof_is_laid_before_its_person_and_goes_up_when_confirmed(desk: Desk) -> None:
    from agent_desk.people.claimed_view import ClaimedView

    async def known() -> None:
        await desk.sign_in()
        await desk.linked()
        await desk.station.sign_out()

    async def without_proof() -> None:
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.try_to_sign_in("8013", "forgotten")
        door = desk.door
        press(door.unproven_button)
        door.name.setText("李娜")
        door.password.setText("forgotten")
        press(door.enter_button)
        await desk.until(lambda: desk.station.shift is not None)
        await desk.write("LJ000051", "LJ000052")
        await desk.station.sign_out()

    async def proven() -> None:
        await desk.sign_in("8013")
        await desk.linked()
        today = desk.window.work.page("today")
        await desk.until(lambda: today.rows, "it waits on the Today page")
        assert "未验证身份时填写" in today.rows[0].item.what
        press(today.rows[0].button)
        view = desk.window.findChild(ClaimedView)
        told = [view.list.item(row).text() for row in range(view.list.count())]
        assert any("LJ000051" in one for one in told)
        press(view.confirm_button)
        await desk.until(lambda: not today.rows, "nothing waits any more")
        await desk.until(lambda: desk.engine_numbers() >= {"LJ000051", "LJ000052"}, "the hub has both")

    desk.live(known)
    desk.again(without_proof)
    desk.again(proven)


def test_the_same_person_at_another_seat_is_shown(desk: Desk) -> None:
    from agent_desk.hub.port import Presence

    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        assert desk.cable is not None
        other = desk.cable.connect("8012", "trial")
        now = desk.clock.now_us()
        other.beat(Presence("7", "working", now, 0, 0, "test"), ())
        await desk.until(lambda: "elsewhere" in desk.bars(), "the window says so")
        assert "7 号台" in desk.bars()["elsewhere"]
        other.close()

    desk.live(story)


def test_a_locked_machine_locks_the_desk(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.until(lambda: hasattr(desk, "machine"), "the machine is watched")
        desk.machine.machine_locked.emit()
        assert desk.station.lock_view is not None
        assert "Windows" in desk.station.lock_view._person.text()
        desk.station.lift_lock()

    desk.live(story)


def test_a_leader_allows_an_act_on_anothers_screen_and_a_clerk_cannot(desk: Desk) -> None:
    import asyncio

    from agent_desk.base.ids import SubjectId
    from agent_desk.people.authorise_view import AuthoriseView

    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        about = SubjectId(desk.shift.store.new_id())
        asked = asyncio.ensure_future(desk.station.authorise("作废收据", "receipt.void", desk.shift.who.group, about))
        await desk.until(lambda: desk.window.findChild(AuthoriseView) is not None)
        view = desk.window.findChild(AuthoriseView)
        view.number.setText("8013")
        view.password.setText("trial")
        press(view.allow_button)
        await desk.until(view.bar.isVisible, "the clerk is refused")
        view.number.setText("8003")
        view.password.setText("trial")
        press(view.allow_button)
        witness = await asked
        assert witness is not None
        assert witness != desk.shift.who.staff
        await desk.linked()

    desk.live(story)


def test_a_room_that_cannot_be_built_leaves_nobody_half_signed_in(desk: Desk) -> None:
    def broken(_given: CapabilityDesk[Any]) -> Making:
        yield
        raise DeskError("store_busy", file="8012.store")

    async def story() -> None:
        engine = desk.station.engine
        assert engine is not None
        odd = replace(engine.capabilities[-1], id="odd", order=999, make=broken)
        desk.station.engine = replace(engine, capabilities=(*engine.capabilities, odd))
        await desk.try_to_sign_in("8012", "trial")
        assert desk.station.shift is None
        assert desk.door.bar.isVisible()
        desk.station.engine = engine
        await desk.sign_in()

    desk.live(story)
