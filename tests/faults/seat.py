"""A seat in a process of its own, to be killed: it saves receipts and says each one that is safe.

Reads one line of JSON from standard input (so that no key or password stands on a command
line), then prints a line a fact: ``saved <fact id> <seq>``, and ``state <kind> <unsent>`` for
the pump. ``promise_early`` is the control: it says *saved* before the commit.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from agent_desk.base.clock import Clock
from agent_desk.hub.port import Presence
from agent_desk.storage.store import Store, open_store
from agent_desk.sync.link_state import LinkState
from agent_desk.sync.pump import Credentials, News, Pump
from tests.factory import a_catalogue, a_sale


def main() -> None:
    """Work until killed, or until ``count`` facts are saved and, with a hub, sent."""
    order = json.loads(sys.stdin.readline())
    clock = Clock()
    store = open_store(Path(order["store"]), bytes.fromhex(order["key"]), a_catalogue(), clock)
    careless(store, order)
    pump = _pump(store, order, clock) if "hub" in order else None
    for number in range(order.get("count", 1_000_000)):
        _save(store, order, number)
        if order.get("pause_ms"):
            time.sleep(order["pause_ms"] / 1000)
    if pump is not None:
        _wait_until_sent(store)
        pump.stop()
    store.close()
    say("done")


def say(line: str) -> None:
    """Tell the parent, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def careless(store: Store, order: dict[str, Any]) -> None:
    """Settings of the writing connection that no desk has: ``synchronous`` for a control, ``checkpoint`` in pages."""
    with store.writing():
        pass
    assert store._writing_on is not None
    raw: Any = store._writing_on.raw
    if "synchronous" in order:
        raw.execute(f"PRAGMA synchronous = {order['synchronous']}")
    if "checkpoint" in order:
        raw.execute(f"PRAGMA wal_autocheckpoint = {order['checkpoint']}")


def _save(store: Store, order: dict[str, Any], number: int) -> None:
    sale = a_sale(store, f"{order.get('book', '')}{number:06}", total=1000 + number)
    if order.get("promise_early"):
        with store.writing() as writing:
            saved = writing.add(sale)
            say(f"saved {saved.id} {saved.seq}")
            time.sleep(0.01)
        return
    [saved] = store.save(sale)
    say(f"saved {saved.id} {saved.seq}")


def _pump(store: Store, order: dict[str, Any], clock: Clock) -> Pump:
    from agent_desk.hub.address import read_seat_file
    from agent_desk.hub.postgres import PostgresHub

    hub = PostgresHub(read_seat_file(Path(order["hub"])))

    def presence(state: LinkState) -> Presence:
        return Presence("7", "ready", 0, state.unsent, state.oldest_us or 0, "test")

    def tell(news: News) -> None:
        say(f"state {news.state.kind.value} {news.state.unsent}")

    pump = Pump(
        store,
        hub,
        Credentials(order["number"], order["password"]),
        presence,
        tell,
        catalogue=a_catalogue(),
        clock=clock,
        tick=0.05,
        chance=random.Random(order.get("seed", 1)),
        push_links=order.get("push_links", 500),
    )
    pump.start()
    return pump


def _wait_until_sent(store: Store) -> None:
    for _ in range(1200):
        if store.unsent().count == 0:
            return
        time.sleep(0.05)


if __name__ == "__main__":
    main()
