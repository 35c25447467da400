"""A leader decides on held entries: who may sees two buttons, who may not sees none, and the hub has the last word."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from agent_desk.base.ids import EVERYONE, CentreId, FactId, GroupId, StaffId
from agent_desk.bootstrap import trial
from agent_desk.facts.kind import Role
from agent_desk.facts.personal import seal
from agent_desk.hub.port import HubSession, Verdict
from agent_desk.outbox.model import Entry, Standing
from agent_desk.outbox.ruling import may_count, may_rule
from agent_desk.outbox.ruling_question import RulingQuestion
from agent_desk.ui.capability import Who
from tests.hub import centre as by_hand
from tests.probes.desk import PASSWORD, Desk, press
from tests.probes.looks import cut_words, nameless, spilled

AUTHOR, CLERK = "8013", trial.NUMBER
BOOK = {"book": "LJ-T-09", "first": 1, "last": 50, "width": 6, "prefix": "LJ", "copies": 3, "seat": "3"}


def session(desk: Desk, number: str) -> HubSession:
    assert desk.cable is not None
    return desk.cable._hub.connect(number, PASSWORD)


def held(desk: Desk) -> list[FactId]:
    """Two entries of an agent that the hub holds: a book they may not issue, a receipt with a value too many."""
    seat = by_hand.Seat.of(session(desk, AUTHOR))
    issued = seat.write("book.issued", {**BOOK, "staff": seat.me.staff})
    receipt = desk.note("LJ000051")
    body = seat.body("receipt.written", receipt.fields, id=receipt.id, subject=receipt.subject)
    wrong = seat.link(body.text(), body.id, "receipt.written", (seal("payer_name", "王芳"),))
    judged = seat.session.push([issued, wrong])
    assert [(one.verdict, one.reason) for one in judged] == [(Verdict.HELD, "role"), (Verdict.HELD, "personal")]
    seat.session.close()
    return [issued.link.fact, FactId(body.id)]


def standings(desk: Desk, *facts: str) -> list[str]:
    with desk.shift.store.reading() as connection:
        found = {
            fact: connection.exec_driver_sql("SELECT verdict FROM standing WHERE fact = ?", (fact,)).scalar_one()
            for fact in facts
        }
    return [found[fact] for fact in facts]


async def at_the_outbox(desk: Desk, number: str) -> list[FactId]:
    await desk.sign_in(number)
    await desk.linked()
    facts = held(desk)
    desk.shift.try_now()
    desk.window.work.go("outbox")
    await desk.until(lambda: len(desk.rows()) == 2, "both entries are listed")
    return facts


async def decide(desk: Desk, fact: str, counts: bool, reason: str) -> None:
    page = desk.outbox
    page.choose(fact)
    press(page.release_button if counts else page.void_button)
    question = page.findChild(RulingQuestion)
    assert question is not None
    press(question.rule_button)  # without a reason nothing happens
    assert question.isVisible()
    QTest.keyClicks(question.reason, reason)
    press(question.rule_button)
    await desk.until(lambda: page.findChild(RulingQuestion) is None, "the question is gone")


def test_a_leader_releases_one_and_voids_one(desk: Desk) -> None:
    async def story() -> None:
        issued, receipt = await at_the_outbox(desk, trial.LEADER)
        whys = [row[3] for row in desk.rows()]
        assert all("8013 李娜" in why and why.endswith("请放行或作废") for why in whys)
        waits = desk.window.work.page("today").rows
        assert [row.item.button for row in waits] == ["处理"] * 2
        await decide(desk, receipt, True, "looked at the paper")
        await desk.until(lambda: len(desk.rows()) == 1, "the released one is gone")
        await decide(desk, issued, False, "no")
        await desk.until(lambda: not desk.rows(), "the voided one is gone")
        assert standings(desk, issued, receipt) == ["voided", "accepted"]
        assert session(desk, "8001").held() == []
        assert session(desk, "8001").push is not None

    desk.live(story)


def test_the_today_page_leads_to_the_entry(desk: Desk) -> None:
    async def story() -> None:
        facts = await at_the_outbox(desk, trial.LEADER)
        desk.window.work.go("today")
        row = next(one for one in desk.window.work.page("today").rows if one.item.key.endswith(facts[1]))
        row.item.act()
        assert desk.outbox.isVisible()
        assert desk.outbox.current().fact == facts[1]
        assert desk.outbox.release_button.isVisible()

    desk.live(story)


@pytest.mark.parametrize("number", [AUTHOR, CLERK])
def test_who_may_not_sees_no_button(desk: Desk, number: str) -> None:
    async def story() -> None:
        facts = await at_the_outbox(desk, number)
        for fact in facts:
            desk.outbox.choose(fact)
            assert desk.outbox.current().fact == fact
            assert not desk.outbox.void_button.isVisible()
            assert not desk.outbox.release_button.isVisible()
        whys = [row[3] for row in desk.rows()]
        assert any("由组长" in why for why in whys)
        assert not any("请放行" in why for why in whys)
        waits = desk.window.work.page("today").rows
        assert "处理" not in [row.item.button for row in waits]
        assert standings(desk, *facts) == ["held"] * 2

    desk.live(story)


def test_without_the_hub_nothing_can_be_decided(desk: Desk) -> None:
    async def story() -> None:
        facts = await at_the_outbox(desk, trial.LEADER)
        desk.outbox.choose(facts[0])
        assert desk.outbox.void_button.isEnabled()
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.down()
        assert desk.outbox.void_button.isVisible()
        assert not desk.outbox.void_button.isEnabled()
        assert desk.outbox.void_button.toolTip()

    desk.live(story)


def test_what_somebody_else_decided_meanwhile_is_said(desk: Desk) -> None:
    async def story() -> None:
        facts = await at_the_outbox(desk, trial.LEADER)
        page = desk.outbox
        page.choose(facts[1])
        press(page.release_button)
        question = page.findChild(RulingQuestion)
        assert question is not None
        QTest.keyClicks(question.reason, "yes")
        session(desk, "8001").rule(facts[1], Verdict.VOIDED, "no")
        QTest.keyClick(question.reason, Qt.Key.Key_Return)
        if page.findChild(RulingQuestion) is not None and question.isVisible():
            press(question.rule_button)
        await desk.until(lambda: "hub_ruled_already" in page.bars.bars(), "it is said")
        await desk.until(lambda: standings(desk, facts[1]) == ["voided"])

    desk.live(story)


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize(("language", "theme"), [("zh_CN", "light"), ("en", "dark")])
def test_no_word_is_cut(qapp: QApplication, tmp_path: Path, language: str, theme: str, counts: bool) -> None:
    desk = Desk(qapp, tmp_path, language=language, theme=theme)
    faults: list[str] = []

    async def story() -> None:
        facts = await at_the_outbox(desk, trial.LEADER)
        page = desk.outbox
        page.choose(facts[1])
        page._ask_ruling(counts=counts)
        question = page.findChild(RulingQuestion)
        assert question is not None
        await asyncio.sleep(0.05)
        for shown in (desk.window, question):
            faults.extend((*cut_words(shown), *nameless(shown), *spilled(shown)))
        question.reject()

    desk.live(story)
    desk.station.translation.choose("en")
    assert not faults


def who(grants: dict[str, Role], *, proven: bool = True) -> Who:
    given = {GroupId(group): role for group, role in grants.items()}
    return Who(StaffId("me"), "1", "x", CentreId("c"), "", "", "", GroupId("A"), given, proven)


def entry(reason: str = "role", author: str = "other", group: str = "A", kind: str = "x.y", **told: object) -> Entry:
    standing = told.get("standing", Standing.HELD)
    assert isinstance(standing, Standing)
    return Entry(FactId("f"), kind, standing, 0, 0, reason, author=author, group=GroupId(group))


def test_the_buttons_follow_the_hubs_rule() -> None:
    leader, manager = who({"A": Role.LEADER}), who({EVERYONE: Role.MANAGER})
    assert may_rule(entry(), leader)
    assert may_rule(entry(), manager)
    assert not may_rule(entry(author="me"), manager)
    assert not may_rule(entry(group="B"), leader)
    assert not may_rule(entry("group"), leader)
    assert may_rule(entry("group"), manager)
    assert not may_rule(entry(standing=Standing.CONFLICT), manager)
    for role in (Role.AGENT, Role.CLERK):
        assert not may_rule(entry(), who({"A": role}))
    assert not may_rule(entry(), who({EVERYONE: Role.ADMIN}))
    assert not may_rule(entry(), who({EVERYONE: Role.MANAGER}, proven=False))
    assert may_count(entry())
    for reason in ("unreadable", "too_large", "field_wrong", "kind_unknown"):
        assert not may_count(entry(reason))
    assert not may_count(entry(kind="hub.staff_set"))
