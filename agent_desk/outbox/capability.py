"""The outbox as a capability: its place on the rail, its page, and what of it waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.outbox import words
from agent_desk.outbox.model import Entry, Outbox, Standing
from agent_desk.outbox.page import OutboxPage
from agent_desk.outbox.service import OutboxService
from agent_desk.ui.capability import Capability, Desk, LinkSeen, Making, Room, Waiting, WaitingList

if TYPE_CHECKING:
    from agent_desk.storage.store import Store

MOST_TOLD = 12
"""Entries told one by one on the Today page; the rest is on this one."""


def make(desk: Desk[Store]) -> Making:
    """The page, kept up to date by the pump's news."""
    page = OutboxPage(desk.describe, desk.clock.now_us, desk.who)
    yield
    waiting = WaitingList(page)
    service = OutboxService(desk.store, desk.lane, desk.light, page)

    def show(outbox: Outbox) -> None:
        page.show_outbox(outbox)
        waiting.tell(_waiting(outbox, desk, page), outbox.total)

    def show_link(state: LinkSeen) -> None:
        page.show_link(state)

    service.changed.connect(show)
    page.rule_requested.connect(lambda fact, counts, reason: service.rule(desk.rule, fact, counts, reason))
    service.ruled.connect(lambda counts: desk.messages.tell(words.ruled(counts), "ok"))
    page.reworded.connect(lambda: show(service.now))
    service.fallen.connect(lambda problem: desk.messages.explain(problem, page))
    desk.light.state_changed.connect(show_link)
    page.show_link(desk.light.state)

    def close() -> None:
        desk.light.state_changed.disconnect(show_link)
        service.close()

    return Room(page, waiting=waiting, close=close)


def _waiting(outbox: Outbox, desk: Desk[Store], page: OutboxPage) -> list[Waiting]:
    """What needs a person; what only waits for the hub is told by the header and the bar."""
    needing = [one for one in outbox.entries if one.standing not in {Standing.UNSENT, Standing.UNPROVEN}]
    return [_told(one, desk, page) for one in needing[:MOST_TOLD]]


def _told(entry: Entry, desk: Desk[Store], page: OutboxPage) -> Waiting:
    decides = page.may_rule(entry)
    return Waiting(
        key=f"outbox/{entry.standing}/{entry.fact}",
        what=desk.describe(entry.kind, entry.fields),
        why=words.why(entry, None, desk.who),
        since_us=entry.since_us,
        button=words.decide_word() if decides else words.help_word(entry.help),
        act=lambda: (
            page.decide_requested.emit(entry.fact) if decides else page.open_requested.emit(entry.kind, entry.fact)
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
