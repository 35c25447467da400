"""What months bring: upgrades that release what was held, parts for new months, a backup put back, many writers."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from agent_desk.base.ids import GroupId
from agent_desk.facts.hub_kinds import HUB_KINDS
from agent_desk.facts.kind import Catalogue, Claim, FactKind, FieldType
from agent_desk.facts.personal import Personal, seal
from agent_desk.facts.projection import Projection
from agent_desk.hub import founding, heal
from agent_desk.hub.audit import audit
from agent_desk.hub.backup import Login, back_up, verify
from agent_desk.hub.port import Head
from tests.hub.centre import CATALOGUE, NOTE, RECEIPT, ROSTER, PgCentre, Seat, presence, receipt
from tests.hub.conftest import NewHub
from tests.hub.test_push import NOTED, WRITTEN, news, verdicts_about

LATER = FactKind(
    "test.later_done",
    fields={"book": FieldType.TEXT, "number": FieldType.TEXT},
    personal=("payer",),
    claim=Claim("book", "number"),
    projections=(Projection("test_later", (("number", FieldType.TEXT),)),),
)


def test_an_upgrade_releases_what_it_can_read_now(new_postgres_hub: NewHub) -> None:
    hub = new_postgres_hub()
    seat = Seat.of(hub.sign_in("8001"))
    good, twice = seal("payer", "王"), {"book": "A", "number": "1"}
    lies = Personal("payer", "李", good.salt)
    links = [
        seat.write(LATER.name, twice, (good,)),
        seat.write(LATER.name, {"book": "A", "number": 7}),
        seat.write(LATER.name, twice),
        seat.write("test.never_known", {}),
    ]
    false = seat.write(LATER.name, {"book": "A", "number": "2"}, (good,))
    links.append(false.__class__(false.link, false.body, (lies,)))
    assert {each.reason for each in seat.session.push(links)} == {"kind_unknown"}
    with hub.owner() as owner:
        founding.upgrade(owner, Catalogue((*HUB_KINDS, RECEIPT, NOTE, ROSTER, LATER)))
        assert owner.execute("select number from desk.test_later").fetchall() == [("1",), ("1",), ("2",)]
        founding.upgrade(owner, Catalogue((*HUB_KINDS, RECEIPT, NOTE, ROSTER, LATER)))
        report = audit(owner, Catalogue((*HUB_KINDS, RECEIPT, NOTE, ROSTER, LATER)))
    assert report.problems == []
    assert report.disputes == 1
    pulled = seat.session.pull(seat.origin, GroupId("hall"), 0, 9)
    assert [each.standing.value for each in pulled] == ["accepted", "held", "accepted", "held", "accepted"]
    assert [each.personal for each in pulled] == [(good,), (), (), (), ()]  # the false value was never kept
    assert [each["verdict"] for each in verdicts_about(seat, links[0].link.fact)] == ["held", "released"]
    hub.close()


def test_parts_are_made_for_the_months_to_come(fresh_postgres_hub: PgCentre) -> None:
    with fresh_postgres_hub.owner() as owner:
        parts = {
            row[0]
            for row in owner.execute(
                "select inhrelid::regclass::text from pg_inherits where inhparent = 'desk.fact'::regclass"
            ).fetchall()
        }
        last = max(parts - {"desk.fact_other"})
        owner.execute(f"drop table {last}".encode())
        assert owner.execute("select desk.partitions_ahead(6)").fetchone() == (1,)
        assert owner.execute("select desk.partitions_ahead(6)").fetchone() == (0,)
        assert audit(owner, CATALOGUE).problems == []


def test_a_session_that_holds_a_transaction_is_ended(fresh_postgres_hub: PgCentre) -> None:
    raw = fresh_postgres_hub.raw("8001")
    assert raw.execute("show idle_in_transaction_session_timeout").fetchone() == ("1min",)
    raw.execute("set idle_in_transaction_session_timeout = 0")
    raw.execute("begin")
    raw.execute("select now()")
    with fresh_postgres_hub.owner() as owner:
        assert owner.execute("select desk.end_idle()").fetchone() == (0,)
        body = owner.execute("select pg_get_functiondef('desk.end_idle'::regproc)").fetchall()[0][0]
        owner.execute(body.replace("60 seconds", "0 seconds").encode())
        assert owner.execute("select desk.end_idle()").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        raw.execute("select 1")


def test_a_backup_put_back_is_the_same_hub(new_postgres_hub: NewHub, tmp_path: Path) -> None:
    hub = new_postgres_hub()
    seat = Seat.of(hub.sign_in("8001"))
    links = [seat.write(WRITTEN, receipt(n), (seal("payer", "王"),)) for n in range(50)]
    seat.session.push(links)
    hub.close()
    server = hub.database.server
    with hub.owner() as owner:
        before = audit(owner, CATALOGUE)
        made = back_up(owner, hub.seat_file.hub, Login(server.user, server.password), tmp_path)
    verify(made.folder)
    target = server.create_database()
    surroundings = {"PGPASSWORD": server.password, "PGSSLMODE": "verify-full", "PGSSLROOTCERT": str(server.authority)}
    subprocess.run(
        [str(server.binary("pg_restore")), "--exit-on-error", "-h", server.host, "-p", str(server.port), "-U", server.user,
         "-d", target.name, str(made.folder / "hub.dump")],
        env=surroundings, check=True, capture_output=True,
    )  # fmt: skip
    restored = PgCentre(hub.seat_file.__class__(**{**vars(hub.seat_file), "hub": hub.seat_file.hub.__class__(
        **{**vars(hub.seat_file.hub), "database": target.name})}), target)  # fmt: skip
    with restored.owner() as owner:
        assert {code for code, _ in audit(owner, CATALOGUE).problems} == {"database_open"}
        founding.upgrade(owner, CATALOGUE)
        after = audit(owner, CATALOGUE)
        assert after == before
        heal.close(owner)
        heal.open_again(owner)
    reader = Seat.of(restored.sign_in("8003"))
    assert [each.body for each in news(reader) if each.link.origin == seat.origin] == [each.body for each in links]
    restored.close()
    server.drop_database(target.name)


def reads_everything(hub: PgCentre, stop: threading.Event, seen: dict[str, list[int]]) -> None:
    """A seat that pulls while others write: what it has seen of each chain, in order."""
    session = hub.sign_in("8004")
    known: dict[tuple[str, str], int] = {}
    last = False
    while not last:
        last = stop.is_set()
        heads = [Head(origin, group, seq) for (origin, group), seq in known.items()]  # type: ignore[arg-type]
        for head in session.beat(presence("4"), heads).heads:
            after = known.get((head.origin, head.group), 0)
            pulled = session.pull(head.origin, head.group, after, head.seq)
            seen.setdefault(f"{head.origin} {head.group}", []).extend(each.link.seq for each in pulled)
            known[head.origin, head.group] = head.seq


def test_writers_at_once_lose_nothing_and_a_reader_misses_nothing(new_postgres_hub: NewHub) -> None:
    hub = new_postgres_hub()
    problems: list[BaseException] = []
    seats = [Seat.of(hub.sign_in(number)) for number in ("8001", "8002", "8003", "8006") for _ in range(2)]
    stop, seen = threading.Event(), {}  # type: tuple[threading.Event, dict[str, list[int]]]
    reader = threading.Thread(target=reads_everything, args=(hub, stop, seen))

    def write(seat: Seat) -> None:
        try:
            for batch in range(15):
                seat.session.push(
                    [
                        seat.write(WRITTEN, receipt(batch)) if n == 3 else seat.write(NOTED, {"text": "x"})
                        for n in range(7)
                    ]
                )
        except BaseException as problem:  # noqa: BLE001 - shown by the test
            problems.append(problem)

    writers = [threading.Thread(target=write, args=(seat,)) for seat in seats]
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    stop.set()
    reader.join(60)
    assert problems == []
    for seat in seats:
        told = [each for name, seqs in seen.items() if name.startswith(seat.origin) for each in seqs]
        assert told == list(range(1, 106))
    with hub.owner() as owner:
        report = audit(owner, CATALOGUE)
        assert report.problems == []
        assert report.numbers == 15
        assert owner.execute("select count(distinct later) from desk.dispute").fetchone() == (15 * 7,)
    hub.close()


def test_the_same_fact_from_two_origins_at_once_is_one_fact(fresh_postgres_hub: PgCentre) -> None:
    hub = fresh_postgres_hub
    seats = [Seat.of(hub.sign_in("8001"), str(n)) for n in range(2)]
    bodies = [seats[0].body(NOTED, {"text": str(n)}) for n in range(200)]
    told: dict[int, list[str]] = {}
    ready = threading.Barrier(2)

    def write(number: int) -> None:
        seat = seats[number]
        links = [seat.link(body.text(), body.id, NOTED) for body in (bodies if number else bodies[::-1])]
        ready.wait(10)
        while True:
            try:
                told[number] = [each.verdict.value for each in seat.session.push(links)]
                return
            except Exception as problem:
                if "hub_away" not in str(problem):
                    raise
                time.sleep(0.01)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    verdicts = sorted([*told[0], *told[1]])
    assert verdicts == ["accepted"] * 200 + ["duplicate"] * 200
    with hub.owner() as owner:
        assert audit(owner, CATALOGUE).problems == []


@pytest.fixture
def days(postgres_hub: PgCentre) -> dict[str, Any]:
    """Notes of 8001, of which seats keep others' for 35 days: one of today, one older."""
    seat = Seat.of(postgres_hub.sign_in("8001"))
    old = time.time_ns() // 1000 - 40 * 86_400_000_000
    seat.session.push([seat.write(NOTED, {"text": "old"}, happened=old, keyed=old), seat.write(NOTED, {"text": "new"})])
    return {"seat": seat, "reader": Seat.of(postgres_hub.sign_in("8003"))}


def test_a_seat_gets_its_own_facts_always_and_others_as_long_as_they_are_kept(days: dict[str, Any]) -> None:
    seat, reader = days["seat"], days["reader"]
    assert [each.link.seq for each in seat.session.pull(seat.origin, "hall", 0, 2)] == [1, 2]
    assert [each.link.seq for each in reader.session.pull(seat.origin, "hall", 0, 2)] == [2]
