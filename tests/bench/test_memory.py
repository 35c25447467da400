"""What a seat and an audit hold in memory, and that it does not grow with what they go through."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.measure import Ratio, report
from tests.bench.receipts import write_receipts
from tests.peers.postgres import PostgresServer
from tests.sync.desk import join
from tests.sync.postgres_centre import PostgresCentre, found

pytestmark = [
    pytest.mark.bench,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process holds"),
]

ROOT = Path(__file__).parents[2]
SEAT_BAR, AUDIT_BAR = 1.6, 1.25


@pytest.mark.parametrize("facts", [10_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_a_seat_holds_no_more_for_all_it_drains_and_pulls(tmp_path: Path, facts: int) -> None:
    with PostgresServer(fsync=False) as server:
        centre = found(server)
        seat = join(centre.hub, "8001", tmp_path)
        write_receipts(seat.store, facts)
        seat.close()
        told = _weigh({"do": "seat", "seat_file": dataclasses.asdict(centre.seat_file), "folder": str(tmp_path)})
    assert (told["pushed"], told["pulled"] >= facts) == (facts, True)
    floor = ("the same process, a store opened", told["opened"])
    report(
        *(Ratio(f"memory of a seat {doing} {facts} facts", floor[0], told[doing], floor[1], SEAT_BAR, 1, "MB")
          for doing in ("draining", "pulling")),
    )  # fmt: skip


@pytest.mark.parametrize(("few", "many"), [(5_000, 20_000), pytest.param(20_000, 1_000_000, marks=pytest.mark.long)])
def test_an_audit_holds_no_more_for_more_links(tmp_path: Path, few: int, many: int) -> None:
    with PostgresServer(fsync=False) as server:
        weights = {links: _audited(server, tmp_path / str(links), links) for links in (few, many)}
    report(
        Ratio(f"memory of an audit of {many} links", f"of {few} links", weights[many], weights[few], AUDIT_BAR, 1, "MB")
    )


def _audited(server: PostgresServer, folder: Path, links: int) -> float:
    folder.mkdir()
    centre: PostgresCentre = found(server)
    seat = join(centre.hub, "8001", folder)
    write_receipts(seat.store, links)
    while seat.round().state.unsent:
        assert seat.state.why == ""
    seat.close()
    told = _weigh({"do": "audit", "keywords": centre.database.keywords()})
    assert told["links"] > links
    return told["peak"]


def _weigh(order: dict[str, object]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.weigh"],
        input=json.dumps(order), env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, check=False, encoding="utf-8", timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: dict[str, float] = json.loads(done.stdout)
    return told
