"""Run as a program of its own: some seats of a fleet with real stores and real pumps, all coming back at one stroke.

Started with a seat file (JSON), the first seat, the one after the last, the facts a seat and a folder. It prepares the
stores and says ``ready``; hears where the hub's own chain stands, sets that as known and says ``set``; at ``go`` starts
every pump; says when each seat had drained and when it had caught up with its group, and ends.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
import threading
import time
from pathlib import Path

from agent_desk.base.clock import Clock
from agent_desk.base.ids import GroupId, OriginId
from agent_desk.hub.address import HubAddress, SeatFile
from agent_desk.hub.port import Presence
from agent_desk.hub.postgres import PostgresHub
from agent_desk.storage.store import Store, open_store
from agent_desk.sync.link_state import LinkKind, LinkState
from agent_desk.sync.pump import Credentials, News, Pump
from tests.bench.fleet import GROUP, group_of
from tests.bench.receipts import write_receipts
from tests.factory import a_catalogue, a_uuid
from tests.sync.desk import KEY, PASSWORD, a_presence, person_of


def told(seat_file: SeatFile) -> str:
    """The seat file as this program reads it."""
    return json.dumps(dataclasses.asdict(seat_file))


class Seat:
    """One seat: its store, written full while the hub was away, and its pump."""

    def __init__(self, hub: PostgresHub, seat: int, facts: int, folder: Path) -> None:
        self.number, self.name = str(10_000 + seat), f"seat {seat}"
        self.drained = self.caught_up = 0.0
        self.pulled = self.rounds_down = 0
        self._wanted = (GROUP - 1) * facts
        clock = Clock()
        password = PASSWORD.format(self.number)
        session = hub.connect(self.number, password)
        self.store: Store = open_store(folder / f"{self.number}.store", KEY, a_catalogue(), clock)
        self.store.bind(person_of(session.beat(a_presence(), []).me))
        opened = session.open_origin(OriginId(a_uuid()), self.name)
        self.store.add_origin(opened.origin, opened.key, opened.code)
        session.close()
        write_receipts(self.store, facts, book=self.name, group=group_of(seat))
        self.pump = Pump(
            self.store, hub, Credentials(self.number, password), self._presence, self._hear,
            catalogue=a_catalogue(), clock=clock,
        )  # fmt: skip

    def _presence(self, state: LinkState) -> Presence:
        return Presence(self.name, "ready", 0, state.unsent, state.oldest_us or 0, "0.1.0")

    def _hear(self, news: News) -> None:
        self.rounds_down += news.state.kind is LinkKind.DOWN
        self.pulled += news.pulled
        if not self.drained and news.state.unsent == 0:
            self.drained = time.time()
        if not self.caught_up and self.pulled >= self._wanted:
            self.caught_up = time.time()


def ids(seat: Seat) -> list[str]:
    """Every receipt this seat wrote."""
    with seat.store.reading() as connection:
        me = seat.store.person.staff
        rows = connection.exec_driver_sql("SELECT id FROM fact WHERE kind = 'test.sold' AND author = ?", (me,))
        return [row[0] for row in rows]


def main(seat_file: str, first: str, last: str, facts: str, folder: str) -> None:
    """Prepare, wait for the stroke, come back, tell."""
    logging.disable(logging.CRITICAL)  # a pump that meets a crowded door says so each time; it is counted instead
    threading.stack_size(512 * 1024)
    read = json.loads(seat_file)
    hub = PostgresHub(SeatFile(**{**read, "hub": HubAddress(**read["hub"])}))
    seats = [Seat(hub, seat, int(facts), Path(folder)) for seat in range(int(first), int(last))]
    written = [one for seat in seats for one in ids(seat)]
    print("ready", flush=True)
    origin, upto = sys.stdin.readline().split()
    for seat in seats:
        with seat.store.writing() as writing:
            writing.move_cursor(OriginId(origin), GroupId("*"), int(upto))
    print("set", flush=True)
    sys.stdin.readline()
    for seat in seats:
        seat.pump.start()
    deadline = time.time() + 600
    while not all(seat.caught_up for seat in seats) and time.time() < deadline:
        time.sleep(0.05)
    for seat in seats:
        seat.pump.stop()
        seat.store.close()
    down = sum(seat.rounds_down for seat in seats)
    drained, caught_up = ([getattr(seat, name) for seat in seats] for name in ("drained", "caught_up"))
    print(json.dumps({"ids": written, "drained": drained, "caught_up": caught_up, "down": down}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
