"""The hub comes back, and every seat at once wants to get rid of what it wrote meanwhile.

Real stores, real pumps on their threads, in four processes beside a durable PostgreSQL with TLS: seats and hub share
this machine's cores, so the seats' own work counts in full. Each seat also reads what its nine neighbours wrote.
Nothing may be lost, nothing doubled: the hub's audit says so afterwards, and every id is looked for.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent_desk.hub.audit import audit
from tests.bench.beside import beside, line_of
from tests.bench.comeback import told
from tests.bench.fleet import Fleet, found_fleet
from tests.bench.measure import Ratio, report
from tests.factory import a_catalogue
from tests.peers.postgres import PostgresServer

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

ROOT = Path(__file__).parents[2]
WORKERS = 4
SECONDS = 90.0


@pytest.mark.parametrize(("seats", "facts"), [(50, 500), pytest.param(500, 200, marks=pytest.mark.long)])
def test_all_seats_come_back_at_once_and_nothing_is_lost_or_doubled(tmp_path: Path, seats: int, facts: int) -> None:
    with PostgresServer(fsync=True, connections=seats + 100) as server:
        fleet = found_fleet(server, seats)
        told = _come_back(fleet, tmp_path, facts)
        drained, caught_up = told["drained"], told["caught_up"]
        what = f"{seats} seats x {facts} facts back at once"
        report(
            Ratio(f"{what}: all on the hub", f"{SECONDS:g} s", max(drained), SECONDS, 1.0, 1, "s"),
            Ratio(f"{what}: all read by the neighbours", f"{SECONDS:g} s", max(caught_up), SECONDS, None, 1, "s"),
        )
        print(f"half of the seats after {sorted(drained)[seats // 2]:.1f} s; {told['down']} rounds met no hub")
        print(f"{seats * facts / max(drained):.0f} facts/s onto the hub")
        _prove(fleet, set(told["ids"]), seats * facts)


def _come_back(fleet: Fleet, folder: Path, facts: int) -> dict[str, list]:  # type: ignore[type-arg]
    seats = len(fleet.numbers)
    bounds = [seats * part // WORKERS for part in range(WORKERS + 1)]
    file = told(fleet.centre.seat_file)
    surroundings = os.environ | {"PYTHONPATH": str(ROOT)}
    with contextlib.ExitStack() as stack:
        workers = [
            stack.enter_context(
                beside(
                    [
                        sys.executable,
                        "-m",
                        "tests.bench.comeback",
                        file,
                        str(first),
                        str(last),
                        str(facts),
                        str(folder),
                    ],
                    surroundings,
                )
            )
            for first, last in itertools.pairwise(bounds)
        ]
        assert [line_of(worker) for worker in workers] == ["ready\n"] * WORKERS
        _say(workers, _hub_chain(fleet))
        assert [line_of(worker) for worker in workers] == ["set\n"] * WORKERS
        stroke = time.time()
        _say(workers, "go")
        answers = [json.loads(line_of(worker)) for worker in workers]
    both = {name: [at - stroke for answer in answers for at in answer[name]] for name in ("drained", "caught_up")}
    assert min(min(times) for times in both.values()) > 0, "a seat did not come back within ten minutes"
    return {**both, "ids": [one for answer in answers for one in answer["ids"]],
            "down": sum(answer["down"] for answer in answers)}  # fmt: skip


def _hub_chain(fleet: Fleet) -> str:
    """The hub's own origin and how far it has come: what seats knew when the hub went away."""
    with fleet.centre.database.connect(autocommit=True) as owner:
        row = owner.execute(
            "select h.origin::text, h.seq from desk.head h join desk.centre c on c.hub_origin = h.origin"
            " where h.grp = '*'"
        ).fetchone()
    assert row is not None
    return f"{row[0]} {row[1]}"


def _say(workers: list[subprocess.Popen[bytes]], words: str) -> None:
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(words.encode() + b"\n")
        worker.stdin.flush()


def _prove(fleet: Fleet, written: set[str], count: int) -> None:
    with fleet.centre.database.connect(autocommit=True) as owner:
        found = [row[0] for row in owner.execute("select id::text from desk.fact where kind = 'test.sold'")]
        links = [row[0] for row in owner.execute("select fact::text from desk.journal where kind = 'test.sold'")]
        audited = audit(owner, a_catalogue())
    assert audited.problems == []
    assert len(written) == len(found) == len(links) == count
    assert written == set(found) == set(links)
    assert (audited.held, audited.conflicts, audited.disputes) == (0, 0, 0)
    print(f"audit: {audited.links} links in order, 0 lost, 0 doubled, root {audited.root_digest[:16]}")
