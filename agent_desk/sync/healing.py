"""What a seat does for a hub that came back from a backup: it sends again, and brings what only it still holds."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import GroupId, OriginId
from agent_desk.facts.link import holds
from agent_desk.hub.port import Beat, Fork, Head, HubSession, Outgoing
from agent_desk.storage import forking
from agent_desk.storage.store import Origin, Store

PATIENCE = (3, 8)
"""Beats for which the seat that wrote a link may send it again itself, before its colleagues bring it."""
PAGE = 500
OF_THE_LINKS = frozenset({"fork", "chain", "mac", "author", "centre"})
"""Refusals that speak of the links sent, not of who sends them."""
_EPOCH = "epoch"

_log = logging.getLogger(__name__)


def hear_epoch(store: Store, beat: Beat) -> None:
    """Believe a restored hub about what it no longer holds: that counts as unsent again.

    Raises :class:`DeskError` ``hub_refused`` ``set_back`` when a hub that says nothing of a restore holds less than
    it had confirmed: its disk was set back behind everybody's back. Nothing may be sent then; nothing is lost.
    """
    lost = list(_lost(store, beat))
    begun = _begun(store)
    if begun.get("epoch") == beat.epoch:
        if lost or any(head.seq < begun["lacking"].get(head.origin, head.seq + 1) for head in beat.lacking):
            raise DeskError("hub_refused", why="set_back")
        return
    lacking: dict[str, int] = {}
    for head in beat.lacking:
        lacking[head.origin] = min(head.seq, lacking.get(head.origin, head.seq))
    with store.writing() as writing:
        for origin, seq in lost:
            _log.info("the hub was restored and holds %s up to %d: the rest is sent again", origin, seq)
            writing.acknowledge(origin, seq)
        writing.meta_set(_EPOCH, json.dumps({"epoch": beat.epoch, "lacking": lacking}, sort_keys=True))


def _begun(store: Store) -> dict[str, Any]:
    """The epoch this store knows, and what its hub lacked when it began: it can only become less."""
    told: dict[str, Any] = json.loads(store.meta_get(_EPOCH) or "{}")
    return told


def _lost(store: Store, beat: Beat) -> Iterator[tuple[OriginId, int]]:
    """Origins of a store of which the hub has less than it had confirmed, and how much it has."""
    mine = store.has_person and store.person.staff == beat.me.staff
    told = {head.origin: head.seq for head in beat.lacking}
    for own in store.origins():
        seq = beat.own_heads.get(own.origin, (0, b""))[0] if mine else told.get(own.origin, own.acked_seq)
        if own.key is not None and seq < own.acked_seq:
            yield own.origin, seq


def open_forgotten(session: HubSession, store: Store, beat: Beat, seat: str, drain: Callable[[Origin], object]) -> None:
    """Open own origins again of which the restored hub knows nothing: they were opened after its backup."""
    before: dict[OriginId, Origin] = {}
    for own in store.origins():
        if own.key is not None and own.origin not in beat.own_heads:
            old = before.get(own.forked_from) if own.forked_from else None
            if old is not None:
                drain(old)
            session.open_origin(own.origin, seat, _fork(store, own))
        before[own.origin] = own


def _fork(store: Store, own: Origin) -> Fork | None:
    if own.forked_from is None:
        return None
    with store.reading() as connection:
        row = connection.exec_driver_sql("SELECT forked_seq FROM own_origin WHERE origin = ?", (own.origin,)).fetchone()
        seq = int(row[0]) if row else 0
        return Fork(own.forked_from, seq, forking.link_of(connection, own.forked_from, seq))


def origins_known(stores: Sequence[Store], box: GroupId) -> list[Head]:
    """How far colleagues' stores believe to be on the hub: told with the beat, so that it says where it is not so.

    ``box`` is one's own letter box: no head of theirs is ever asked for under it.
    """
    return [
        Head(own.origin, box, own.acked_seq) for store in stores for own in store.origins() if own.acked_seq
    ]  # fmt: skip


class Bringer:
    """Brings a restored hub the links of others that this store holds and the hub lost.

    It waits some beats, since the seat that wrote them sends them itself if it can. What was brought once is
    not brought again until the hub has moved on. A closed hub is brought its own facts at once.
    """

    def __init__(self, store: Store, chance: random.Random) -> None:
        self._store = store
        self._chance = chance
        self._patience: dict[tuple[OriginId, int, int], int] = {}
        self._brought: set[tuple[OriginId, int, int]] = set()

    def bring(self, session: HubSession, beat: Beat, sending: Collection[OriginId]) -> int:
        """Offer what is due; answers how many links the hub took. ``sending`` are origins that are pushed from here."""
        wanted = {(head.origin, head.seq, 0) for head in beat.lacking if head.origin not in sending}
        wanted |= {(hole.origin, hole.first - 1, hole.last) for hole in beat.holes}
        self._brought &= wanted
        self._patience = {
            one: self._patience.get(one, 0 if one[0] in sending else self._chance.randint(*PATIENCE)) - 1
            for one in wanted - self._brought
        }
        due = [one for one, left in self._patience.items() if left <= 0 or not beat.opened]
        taken = 0
        for one in sorted(due):
            taken += self._offer(session, *one)
            self._brought.add(one)
        return taken

    def _offer(self, session: HubSession, origin: OriginId, after: int, last: int) -> int:
        taken = 0
        while rows := self._store.pending(origin, after, PAGE):
            after = rows[-1][0].seq
            links = [
                Outgoing(*row) for row in rows
                if row[0].mac is not None and holds(row[0], row[1]) and (not last or row[0].seq <= last)
            ]  # fmt: skip
            taken += _brought(session, links)
            if last and after >= last:
                break
        return taken


def _brought(session: HubSession, links: Sequence[Outgoing]) -> int:
    """Offer some links; what the hub refuses of them is found by halves and left out: it holds nobody up."""
    if not links:
        return 0
    try:
        return session.offer(links).taken
    except DeskError as problem:
        if problem.code != "hub_refused" or problem.facts.get("why") not in OF_THE_LINKS:
            raise
        if len(links) == 1:
            _log.warning("link %d of %s is not taken: %s", links[0].link.seq, links[0].link.origin, problem.facts)
            return 0
        half = len(links) // 2
        return _brought(session, links[:half]) + _brought(session, links[half:])


def is_behind(fields: Mapping[str, object], cursors: Mapping[tuple[OriginId, GroupId], int]) -> bool:
    """Whether a verdict speaks of a link behind what has been read of its origin."""
    origin, seq = OriginId(str(fields.get("origin"))), fields.get("seq")
    read = max((at for (one, _), at in cursors.items() if one == origin), default=0)
    return isinstance(seq, int) and seq <= read
