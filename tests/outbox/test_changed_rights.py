"""Rights that change while somebody works: the rooms follow, nobody signs in anew."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agent_desk.base.ids import GroupId
from agent_desk.bootstrap import trial
from agent_desk.facts.body import parse
from agent_desk.facts.kind import Role
from agent_desk.receipts.service import Written
from agent_desk.ui.capability import Here
from tests.outbox.test_ruling import CLERK, at_the_outbox, decide, standings
from tests.probes.desk import Desk
from tests.probes.receipt import ReceiptProbe

D1, A1 = trial.DESK, GroupId("A1")
"""The first group of who has it: what they write goes there."""


async def give(desk: Desk, grants: Mapping[GroupId, Role]) -> None:
    """The centre gives the clerk other rights; the seat hears of it with its next beat."""
    assert desk.cable is not None
    desk.cable._hub.set_staff(CLERK, grants=grants)  # type: ignore[attr-defined]
    desk.shift.try_now()
    await desk.until(lambda: dict(desk.shift.session.who.grants) == dict(grants), "the session has heard of it")


def choices(desk: Desk) -> list[bool]:
    """Whether the leader's buttons are there, and whether the Today page offers to decide."""
    waits = desk.window.work.page("today").rows
    return [
        desk.outbox.void_button.isVisible(), desk.outbox.release_button.isVisible(),
        "处理" in [row.item.button for row in waits], any("请放行" in row[3] for row in desk.rows()),
    ]  # fmt: skip


def test_a_clerk_who_becomes_leader_sees_a_leaders_choices_and_loses_them_with_the_right(desk: Desk) -> None:
    async def story() -> None:
        _, receipt = await at_the_outbox(desk, CLERK)
        desk.outbox.choose(receipt)
        assert choices(desk) == [False] * 4
        await give(desk, {D1: Role.LEADER})
        await desk.until(lambda: choices(desk) == [True] * 4, "a leader's choices are there")
        await give(desk, {D1: Role.CLERK})
        await desk.until(lambda: choices(desk) == [False] * 4, "they are gone")
        await give(desk, {D1: Role.LEADER})
        await desk.until(lambda: all(choices(desk)), "they are there again")
        await decide(desk, receipt, True, "looked at the paper")
        await desk.until(lambda: standings(desk, receipt) == ["accepted"], "the hub has taken the word")

    desk.live(story)


def test_control_without_the_news_the_rooms_keep_the_old_rights(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Here, "take", lambda *_: None)

    async def story() -> None:
        _, receipt = await at_the_outbox(desk, CLERK)
        desk.outbox.choose(receipt)
        await give(desk, {D1: Role.LEADER})
        desk.outbox.model.say_anew()
        assert choices(desk) == [False] * 4

    desk.live(story)


def test_a_person_moved_to_another_group_writes_for_it_from_now_on(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        assert desk.cable is not None
        desk.cable._hub.add_group(A1, "二号馆服务台")  # type: ignore[attr-defined]
        desk.window.work.go("receipts")
        probe = ReceiptProbe(desk.window.work.page("receipts").form)
        await desk.until(lambda: probe.draft.number, "the form is open")
        await give(desk, {D1: Role.CLERK, A1: Role.CLERK})
        await desk.until(lambda: desk.shift.who.group == A1, "the desk has heard of it")
        written: list[Written] = []
        probe.view.saved.connect(written.append)
        probe.write()
        await probe.save()
        body = desk.shift.store.body(written[0].fact)
        assert body is not None
        assert parse(body).group == A1
        await desk.linked()
        await desk.until(lambda: standings(desk, written[0].fact) == ["accepted"], "the hub takes it")

    desk.live(story)
