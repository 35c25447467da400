"""A disk that was copied, or set back to an older image: found, and mended without losing or doubling anything.

The hub then holds links of an origin of ours that this disk never made. The last link that both hold is looked for;
what lies beyond it on this disk goes on in a new origin, and what lies beyond it on the hub is read like anybody's.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import OriginId
from agent_desk.hub.port import Fork, HubSession
from agent_desk.storage import forking
from agent_desk.storage.store import Origin, Store

_log = logging.getLogger(__name__)

PROBES = 64
"""Places asked about in one round trip while the last common link is looked for."""
DENSE = 500
"""A stretch as short as this is asked about link by link."""


def strays(store: Store, own: Origin, hub_seq: int, hub_digest: bytes) -> bool:
    """Whether the hub's head of an own origin is no link of ours."""
    return hub_seq > 0 and store.link_at(own.origin, hub_seq) != hub_digest


def mend(
    session: HubSession, store: Store, own: Origin, hub_seq: int, seat: str, confirm: Callable[[Origin, int], object]
) -> None:
    """Leave an origin in which another machine has gone on.

    ``confirm`` sends again what the hub holds of ours and writes its answers down: common links whose answers were
    lost need no second link. The new origin's id is remembered before the hub is asked, so that asking again after a
    crash is asking for the same. Raises ``hub_refused`` ``fork`` when the hub no longer holds what it had confirmed.
    """
    common = last_common(session, store, own.origin, min(hub_seq, store.last_seq(own.origin)))
    if common < own.acked_seq:
        raise DeskError("hub_refused", why="fork")
    confirm(own, common)
    with store.reading() as connection:
        digest = forking.link_of(connection, own.origin, common)
    opened = session.open_origin(_wanted(store, own.origin, common), seat, Fork(own.origin, common, digest))
    with store.writing() as writing:
        moved = forking.move(writing, own.origin, common, opened.origin, opened.key, opened.code)
    _log.info("this disk is a copy or was set back: %d links of %s go on in a new origin", moved, own.origin)


def _wanted(store: Store, origin: OriginId, common: int) -> OriginId:
    name = f"fork.{origin}.{common}"
    wanted = store.meta_get(name) or str(uuid.uuid4())
    store.meta_set(name, wanted)
    return OriginId(wanted)


def last_common(session: HubSession, store: Store, origin: OriginId, most: int) -> int:
    """The last of the first ``most`` links that hub and store both hold; 0 when they have none in common.

    Equal links have equal ones before them, so the stretch is narrowed from both ends.
    """
    low, high = 0, most
    while low < high:
        asked = _places(low, high)
        theirs, ours = session.own_digests(origin, asked), store.links_at(origin, asked)
        low = max((seq for seq in asked if theirs.get(seq, b"") == ours[seq]), default=low)
        if high - asked[0] < DENSE:
            return low
        high = min((seq for seq in asked if seq > low), default=low + 1) - 1
    return low


def _places(low: int, high: int) -> list[int]:
    """What to ask about between two links, the upper one among them."""
    if high - low <= DENSE:
        return list(range(low + 1, high + 1))
    step = (high - low) / PROBES
    return sorted({high, *(low + 1 + int(n * step) for n in range(PROBES))})
