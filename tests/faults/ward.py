"""A centre under treatment: seats behind a bad network, a hub that dies, and the count at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_desk.facts.link import FIRST_PREV, Link, holds
from agent_desk.hub.audit import audit
from tests.factory import a_catalogue
from tests.peers.proxy import Proxy
from tests.sync.desk import KEY, PASSWORD, Seat, join
from tests.sync.postgres_centre import PostgresCentre


@dataclass
class Ward:
    """Everything a fault test needs to break and then to count."""

    centre: PostgresCentre
    proxy: Proxy
    folder: Path
    seats: list[Seat] = field(default_factory=list)

    def join(self, number: str, **others: Any) -> Seat:
        """Sign somebody in through the proxy."""
        hub = self.centre.through(self.proxy.host, self.proxy.port)
        self.seats.append(join(hub, number, self.folder, **others))
        return self.seats[-1]

    def order(self, number: str, store: Path, **others: Any) -> dict[str, Any]:
        """What a seat in a process of its own must be told."""
        hub = self.centre.through(self.proxy.host, self.proxy.port)
        path = self.folder / "seat.toml"
        hub._seat_file.write(path)
        return {
            "store": str(store), "key": KEY.hex(), "hub": str(path), "number": number,
            "password": PASSWORD.format(number), **others,
        }  # fmt: skip

    def close(self) -> None:
        """Let go of every seat."""
        for seat in self.seats:
            seat.close()

    def sold(self) -> list[str]:
        """The ids of every sale the hub holds, each as often as it holds it."""
        with self.centre.database.connect(autocommit=True) as owner:
            rows = owner.execute("SELECT id::text FROM desk.fact WHERE kind = 'test.sold' ORDER BY 1").fetchall()
        return [row[0] for row in rows]

    def chain_is_whole(self) -> bool:
        """Whether every chain on the hub has no gap and every link fits its body."""
        with self.centre.database.connect(autocommit=True) as owner:
            rows = owner.execute(
                "SELECT j.origin::text, j.seq, j.fact::text, j.kind, j.prev, j.content, j.link, j.mac, f.body"
                " FROM desk.journal j JOIN desk.fact f ON f.id = j.fact ORDER BY j.origin, j.seq"
            ).fetchall()
        origin, prev, seq = "", FIRST_PREV, 0
        for row in rows:
            link = Link(*row[:8])
            if link.origin != origin:
                origin, prev, seq = link.origin, FIRST_PREV, 0
            if link.seq != seq + 1 or link.prev != prev or not holds(link, row[8]):
                return False
            prev, seq = link.digest, link.seq
        return True

    def assert_once(self, promised: set[str]) -> None:
        """Every promised sale is on the hub exactly once, and the hub's own audit agrees."""
        sold = self.sold()
        assert set(sold) == promised
        assert len(sold) == len(promised)
        assert self.chain_is_whole()
        with self.centre.database.connect(autocommit=True) as owner:
            report = audit(owner, a_catalogue())
        assert report.ok, report.problems
