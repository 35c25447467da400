"""The outbox as a capability: its place on the rail, its page, and what of it waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from agent_desk.base.errors import DeskError
from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.outbox import words
from agent_desk.outbox.model import Entry, Outbox, Standing
from agent_desk.outbox.ruling import may_rule
from agent_desk.outbox.service import OutboxService
from agent_desk.ui.capability import Capability, Desk, Making, Room, Waiting, WaitingList
from agent_desk.ui.widgets import LatePage

if TYPE_CHECKING:
    from agent_desk.base.ids import FactId
    from agent_desk.outbox.page import OutboxPage
    from agent_desk.storage.store import Store

MOST_TOLD = 12
"""Entries told one by one on the Today page; the rest is on this one."""


def make(desk: Desk[Store]) -> Making:
    """What waits, kept up to date by the pump's news; the page is built when somebody looks."""
    waiting = WaitingList()
    service = OutboxService(desk.store, desk.lane, desk.light, waiting)
    built: list[OutboxPage] = []
    yield

    def build() -> QWidget:
        from agent_desk.outbox import page as look

        page = look.OutboxPage(desk.describe, desk.clock.now_us, lambda: desk.who)
        page.try_requested.connect(service.try_requested)
        page.open_requested.connect(service.open_requested)
        page.confirm_requested.connect(service.confirm_requested)
        page.export_requested.connect(service.export_requested)
        page.bring_requested.connect(service.bring_requested)
        page.rule_requested.connect(lambda fact, counts, reason: service.rule(desk.rule, fact, counts, reason))
        page.show_link(desk.light.state)
        page.show_outbox(service.now)
        service.changed.connect(page.show_outbox)
        desk.light.state_changed.connect(page.show_link)
        built.append(page)
        return page

    late = LatePage(build)
    waiting.setParent(late)

    def tell(outbox: Outbox) -> None:
        waiting.tell(_waiting(outbox, desk, service), outbox.total)

    def fall(problem: DeskError) -> None:
        desk.messages.explain(problem, built[0] if built else None)

    def hear_rights() -> None:
        tell(service.now)
        for page in built:
            page.hear_rights()

    service.changed.connect(tell)
    desk.here.changed.connect(hear_rights)
    service.ruled.connect(lambda counts: desk.messages.tell(words.ruled(counts), "ok"))
    service.fallen.connect(fall)
    late.reworded.connect(lambda: tell(service.now))

    def choose(fact: FactId) -> None:
        late.page()
        built[0].choose(fact)

    def close() -> None:
        desk.here.changed.disconnect(hear_rights)
        for page in built:
            desk.light.state_changed.disconnect(page.show_link)
        service.close()

    return Room(late, waiting=waiting, wishes=service, open_fact=choose, close=close)


def _waiting(outbox: Outbox, desk: Desk[Store], service: OutboxService) -> list[Waiting]:
    """What needs a person; what only waits for the hub is told by the header and the bar."""
    needing = [one for one in outbox.entries if one.standing not in {Standing.UNSENT, Standing.UNPROVEN}]
    return [_told(one, desk, service) for one in needing[:MOST_TOLD]]


def _told(entry: Entry, desk: Desk[Store], service: OutboxService) -> Waiting:
    decides = may_rule(entry, desk.who)
    return Waiting(
        key=f"outbox/{entry.standing}/{entry.fact}",
        what=desk.describe(entry.kind, entry.fields),
        why=words.why(entry, None, desk.who),
        since_us=entry.since_us,
        button=words.decide_word() if decides else words.help_word(entry.help),
        act=lambda: (
            service.decide_requested.emit(entry.fact)
            if decides
            else service.open_requested.emit(entry.kind, entry.fact)
        ),
        hurts_us=entry.since_us,
        tone="danger" if entry.standing in {Standing.DISPUTED, Standing.CONFLICT} else "warn",
        icon="flag" if entry.standing is Standing.DISPUTED else "warning",
    )


CAPABILITY = Capability(
    id="outbox",
    title=QT_TRANSLATE_NOOP("Capability", "Outbox"),
    icon="cloud_up",
    order=90,
    make=make,
)
