"""Known bugs, one check broken in each, to show that the simulation finds them. What is broken is put back after the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import OriginId
from agent_desk.hub import embedded_journal, embedded_session
from agent_desk.hub.embedded_reading import Reader
from agent_desk.hub.port import Head, HubSession, Outgoing
from agent_desk.storage import store as storage
from agent_desk.storage.store import Arrived, Origin, Store
from agent_desk.storage.writing import Writing
from agent_desk.sync import forking
from agent_desk.sync.pump import Pump

Plant = Callable[[pytest.MonkeyPatch], None]


def _the_mac_is_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(embedded_session, "refuse_wrong_macs", lambda *_: None)


def _a_fork_is_not_seen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(embedded_session, "_refuse_fork", lambda *_: None)
    patch.setattr(forking, "strays", lambda *_: False)


def _acknowledged_before_the_verdict(patch: pytest.MonkeyPatch) -> None:
    drain = Pump._drain_origin

    def hasty(self: Pump, session: HubSession, store: Store, own: Origin, upto: int | None = None) -> int:
        with store.writing() as writing:
            writing.acknowledge(own.origin, store.last_seq(own.origin))
        return drain(self, session, store, own, upto)

    patch.setattr(Pump, "_drain_origin", hasty)


def _the_cursor_moves_before_its_rows(patch: pytest.MonkeyPatch) -> None:
    pull = Pump._pull_head

    def skipping(self: Pump, session: HubSession, head: Head, *others: Any) -> int:
        with self._store.writing() as writing:
            writing.move_cursor(head.origin, head.group, head.seq)
        return pull(self, session, head, *others)

    patch.setattr(Pump, "_pull_head", skipping)


def _the_cursor_is_a_time(patch: pytest.MonkeyPatch) -> None:
    """What the hub took before the newest thing seen counts as seen."""
    take = Writing.take

    def by_time(self: Writing, *page: Arrived) -> int:
        seen: int = getattr(self._store, "newest", 0)
        self._store.newest = max([seen, *(one.hub_us for one in page)])  # type: ignore[attr-defined]
        return take(self, *(one for one in page if one.hub_us >= seen))

    patch.setattr(Writing, "take", by_time)


def _a_link_is_dropped_when_it_is_sent_again(patch: pytest.MonkeyPatch) -> None:
    """After a failure the first of the batch is taken for sent: its answer was surely only lost."""
    drain = Pump._drain_origin

    def forgetful(self: Pump, session: HubSession, store: Store, own: Origin, upto: int | None = None) -> int:
        try:
            return drain(self, session, store, own, upto)
        except DeskError:
            with store.writing() as writing:
                writing.acknowledge(own.origin, min(own.acked_seq + 1, store.last_seq(own.origin)))
            raise

    patch.setattr(Pump, "_drain_origin", forgetful)
    patch.setattr(Pump, "_reconcile", lambda *_: {})


def _a_repeat_is_taken_for_new(patch: pytest.MonkeyPatch) -> None:
    """Where the hub has come to in an origin is forgotten, so a repeat is refused instead of answered."""
    refuse = embedded_session.refuse_broken_chain

    def strict(links: Sequence[Outgoing], origin: Any) -> None:
        refuse(links, origin)
        if links[0].link.seq <= origin.head_seq:
            raise DeskError("hub_refused", why="chain")

    patch.setattr(embedded_session, "refuse_broken_chain", strict)


def _held_facts_are_counted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(storage, "UNCOUNTED", ("voided",))
    patch.setattr("tests.faults.simulation.judge.UNCOUNTED", ("voided",))


def _held_facts_are_accepted(patch: pytest.MonkeyPatch) -> None:
    """Nobody is asked whether they may write in a group."""
    patch.setattr("agent_desk.hub.embedded_judge.Rights.roles_in", lambda *_: {"leader", "manager", "agent", "clerk"})


def _a_number_may_be_used_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(embedded_journal.Writing, "_dispute", lambda *_: None)


def _the_row_rule_is_off(patch: pytest.MonkeyPatch) -> None:
    init = Reader.__init__

    def all_seeing(self: Reader, *others: Any) -> None:
        init(self, *others)
        self._all = True

    patch.setattr(Reader, "__init__", all_seeing)


def _narrower_rights_purge_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Pump, "_hear_grants", lambda *_: 0)


def _a_copied_disk_goes_on_in_the_same_origin(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(forking, "strays", lambda *_: False)


def _a_copied_disk_forgets_what_was_unsent(patch: pytest.MonkeyPatch) -> None:
    """The new origin begins empty."""

    def move(writing: Any, origin: OriginId, common: int, opened: OriginId, key: bytes, code: int) -> int:
        writing.connection.exec_driver_sql(
            "UPDATE own_origin SET closed = 1, left_at = ? WHERE origin = ?", (common, origin)
        )
        writing.connection.exec_driver_sql(
            "INSERT INTO own_origin (origin, opened, key, code, forked_from, forked_seq) VALUES (?,0,?,?,?,?)",
            (opened, key, code, origin, common),
        )
        return 0

    patch.setattr("agent_desk.storage.forking.move", move)


def _a_shared_subject_is_not_fetched_whole(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Pump, "_widened", lambda *_: [])


BUGS: dict[str, Plant] = {
    plant.__name__.strip("_").replace("_", " "): plant
    for plant in (
        _the_mac_is_not_checked,
        _a_fork_is_not_seen,
        _acknowledged_before_the_verdict,
        _the_cursor_moves_before_its_rows,
        _the_cursor_is_a_time,
        _a_link_is_dropped_when_it_is_sent_again,
        _a_repeat_is_taken_for_new,
        _held_facts_are_counted,
        _held_facts_are_accepted,
        _a_number_may_be_used_twice,
        _the_row_rule_is_off,
        _narrower_rights_purge_nothing,
        _a_copied_disk_goes_on_in_the_same_origin,
        _a_copied_disk_forgets_what_was_unsent,
        _a_shared_subject_is_not_fetched_whole,
    )
}
"""Every known bug by its name."""
