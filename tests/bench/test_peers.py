"""The same receipts on PouchDB and its own server: how fast an outage drains, and how fast a new seat has everything.

Ours with all checks on: TLS, macs, chains, verdicts, durable commits on both sides, projections to search in. PouchDB as
it comes: LevelDB on both sides, no encryption, nothing indexed. Both over the same line, with the same round trip.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent_desk.sync.link_state import LinkKind
from tests.bench.beside import Pouch, line_to, pouch
from tests.bench.measure import Ratio, in_turns, report
from tests.bench.receipts import write_receipts
from tests.peers.postgres import PostgresServer
from tests.sync.desk import Seat, join
from tests.sync.postgres_centre import PostgresCentre, found

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

RECEIPTS = 10_000
TURNS = 3
DEFAULT, LARGE = 0, 500  # PouchDB's batches: its default is 100
DRAIN_BARS = {0: 6.0, 50: 10.0}
PULL_BAR = 3.0

_names = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer(fsync=True) as made:
        yield made


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Pouch]:
    with pouch(tmp_path) as made:
        yield made


@pytest.mark.parametrize("round_trip", [0, 50])
def test_an_outage_drains_faster_than_pouchdb_replicates(
    server: PostgresServer, peer: Pouch, tmp_path: Path, round_trip: int
) -> None:
    centre = found(server)
    documents = _documents(centre, tmp_path)
    with (
        line_to("127.0.0.1", server.port, round_trip) as ours,
        line_to("127.0.0.1", peer.port, round_trip) as theirs,
    ):
        took = in_turns(
            TURNS,
            desk=lambda: _drain(centre, ours, tmp_path),
            pouchdb_100=_pouch_drain(peer, theirs[1], documents, DEFAULT),
            pouchdb_500=_pouch_drain(peer, theirs[1], documents, LARGE),
        )
    _told(f"drain of {RECEIPTS} receipts, {round_trip} ms round trip", took, DRAIN_BARS[round_trip])


@pytest.mark.parametrize("round_trip", [0, 50])
def test_a_new_seat_has_everything_sooner_than_with_pouchdb(
    server: PostgresServer, peer: Pouch, tmp_path: Path, round_trip: int
) -> None:
    centre = found(server)
    documents = _documents(centre, tmp_path)
    _drain(centre, (server.host, server.port), tmp_path)
    peer.write("source", documents)
    assert peer.replicate("push", "source", peer.port, "source", LARGE)[1] == RECEIPTS
    with (
        line_to("127.0.0.1", server.port, round_trip) as ours,
        line_to("127.0.0.1", peer.port, round_trip) as theirs,
    ):
        took = in_turns(
            TURNS,
            desk=lambda: _pull(centre, ours, tmp_path),
            pouchdb_100=_pouch_pull(peer, theirs[1], DEFAULT),
            pouchdb_500=_pouch_pull(peer, theirs[1], LARGE),
        )
    _told(f"first pull of {RECEIPTS} receipts, {round_trip} ms round trip", took, PULL_BAR)


def _told(what: str, took: dict[str, float], bar: float) -> None:
    report(
        Ratio(what, "PouchDB, its default batch of 100", took["desk"], took["pouchdb_100"], bar, TURNS, faster=True),
        Ratio(what, "PouchDB, batches of 500", took["desk"], took["pouchdb_500"], None, TURNS, faster=True),
    )


def _documents(centre: PostgresCentre, folder: Path) -> Path:
    """The bodies of such receipts as PouchDB takes them: the same text under the same id."""
    seat = join(centre.hub, "8002", folder, name="documents")
    write_receipts(seat.store, RECEIPTS)
    bodies = [json.loads(text) for text in seat.facts().values() if '"test.sold"' in text]
    texts = [json.dumps({"_id": body["id"], **body}, ensure_ascii=False) for body in bodies]
    sizes = [len(seat.store.body(body["id"]).encode()) for body in bodies[:100]]  # type: ignore[union-attr]
    assert 570 <= sum(sizes) / len(sizes) <= 630
    seat.close()
    path = folder / "documents"
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def _drain(centre: PostgresCentre, address: tuple[str, int], folder: Path) -> float:
    name = f"drain{next(_names)}"
    seat = join(centre.through(*address), "8001", folder, name=name)
    seat.round()
    write_receipts(seat.store, RECEIPTS, book=name)
    seat.close()
    again = join(centre.through(*address), "8001", folder, name=name)  # the drain begins with the pump's signing in
    return _round(again, lambda news: news[0] == RECEIPTS)


def _pull(centre: PostgresCentre, address: tuple[str, int], folder: Path) -> float:
    seat = join(centre.through(*address), "8003", folder, name=f"pull{next(_names)}")
    return _round(seat, lambda news: news[1] >= RECEIPTS)


def _round(seat: Seat, enough: Callable[[tuple[int, int]], bool]) -> float:
    start = time.perf_counter()
    news = seat.round()
    spent = (time.perf_counter() - start) * 1000
    assert (news.state.kind, news.state.unsent) == (LinkKind.LINKED, 0)
    assert enough((news.pushed, news.pulled))
    seat.close()
    return spent


def _pouch_drain(peer: Pouch, port: int, documents: Path, batch: int) -> Callable[[], float]:
    def drain() -> float:
        name = f"drain{next(_names)}"
        peer.write(name, documents)
        took, docs = peer.replicate("push", name, port, name, batch)
        assert docs == RECEIPTS
        return took

    return drain


def _pouch_pull(peer: Pouch, port: int, batch: int) -> Callable[[], float]:
    def pull() -> float:
        took, docs = peer.replicate("pull", f"pull{next(_names)}", port, "source", batch)
        assert docs == RECEIPTS
        return took

    return pull
