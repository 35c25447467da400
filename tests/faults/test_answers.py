"""Answers of the hub that are lost, late or come for what was sent twice: each fact counts once, and no verdict is missed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.hub.port import HubSession, Judged, Outgoing
from agent_desk.sync.link_state import LinkKind
from agent_desk.sync.pump import Pump
from tests.factory import a_sale
from tests.faults.ward import Ward
from tests.sync.desk import Seat

pytestmark = pytest.mark.fault


class _Line:
    """A session whose pushes arrive as the network likes; ``kept`` are those that somebody will deliver later."""

    def __init__(self, session: HubSession, how: str, kept: list[list[Outgoing]]) -> None:
        self._session, self._how, self.kept = session, how, kept

    def push(self, links: Sequence[Outgoing]) -> list[Judged]:
        """Deliver, more or less."""
        self.kept.append(list(links))
        if self._how == "late":
            raise DeskError("hub_away", why="timeout")
        judged = self._session.push(links)
        if self._how == "lost":
            raise DeskError("hub_away", why="timeout")
        return self._session.push(links) if self._how == "twice" else judged

    def __getattr__(self, name: str) -> object:
        return getattr(self._session, name)


def _sell(seat: Seat, count: int, book: str) -> set[str]:
    return {seat.store.save(a_sale(seat.store, f"{book}{n}"))[0].id for n in range(count)}


def _round(seat: Seat, how: str, kept: list[list[Outgoing]]) -> None:
    seat.pump._session = _Line(seat.pump._connected(), how, kept)  # type: ignore[assignment]
    seat.round()
    seat.pump._hang_up()


def _story(ward: Ward) -> None:
    seat = ward.join("8001", push_links=3)
    seat.round()
    promised: set[str] = set()
    kept: list[list[Outgoing]] = []
    for turn, how in enumerate(["lost", "late", "twice", "late", "lost", "twice"]):
        promised |= _sell(seat, 5, f"{turn}-")
        _round(seat, how, kept)
        assert seat.state.kind is (LinkKind.LINKED if how == "twice" else LinkKind.DOWN)
    straggler = ward.centre.hub.connect("8001", "pw-good-8001")
    for links in kept:  # every packet that was ever under way arrives once more, long after
        judged = straggler.push(links)
        assert {one.verdict.value for one in judged} <= {"accepted", "duplicate"}
    straggler.close()
    seat.round()
    assert seat.state.unsent == 0
    assert {seat.standings().get(fact) for fact in promised} == {"accepted"}
    ward.assert_once(promised)


def test_lost_late_and_doubled_answers_lose_and_double_nothing(ward: Ward) -> None:
    _story(ward)


def test_a_slow_line_delays_and_loses_nothing(ward: Ward) -> None:
    writer, reader = ward.join("8001", push_links=4), ward.join("8003", pull_rows=4)
    ward.proxy.delay(0.02)
    promised = _sell(writer, 12, "slow")
    writer.round()
    reader.round()
    ward.proxy.heal()
    ward.assert_once(promised)
    assert promised <= set(reader.facts())


def test_control_a_pump_that_takes_a_lost_answer_for_a_good_one_is_caught(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    reconcile = Pump._reconcile

    def trusting(self: Pump, session: HubSession, store: object, beat: object) -> object:
        """Whatever the hub holds of ours has surely been judged well."""
        for own in self._store.origins():
            seq = beat.own_heads.get(own.origin, (0, b""))[0]  # type: ignore[attr-defined]
            with self._store.writing() as writing:
                writing.acknowledge(own.origin, max(own.acked_seq, seq))
        return reconcile(self, session, store, beat)  # type: ignore[arg-type]

    monkeypatch.setattr(Pump, "_reconcile", trusting)
    with pytest.raises(AssertionError):
        _story(ward)
