"""Months taken out of the hub and put back: nothing doubles, nothing is altered unseen, nothing is forgotten."""

from __future__ import annotations

import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, GroupId, SubjectId, uuid7
from agent_desk.facts.personal import seal
from agent_desk.hub import founding, partitions
from agent_desk.hub.audit import audit
from agent_desk.hub.erasures import retain
from agent_desk.hub.port import Outgoing
from agent_desk.hub.status import status
from tests.hub.centre import CATALOGUE, PgCentre, Seat, receipt
from tests.hub.conftest import NewHub
from tests.hub.test_push import NOTED, WRITTEN, verdicts_about

PART = "fact_2025_03"
MARCH_US = int(datetime(2025, 3, 31, 23, 50, tzinfo=UTC).timestamp()) * 1_000_000
MONTH = "2025-04"
"""Months before this one are taken out."""


def old(seat: Seat, kind: str, fields: dict[str, Any], **told: Any) -> Outgoing:
    """A fact whose form was opened late on the last day of March 2025."""
    values = {"id": FactId(uuid7(MARCH_US // 1000)), "happened": MARCH_US, "keyed": MARCH_US}
    return seat.write(kind, fields, **{**values, **told})


@pytest.fixture
def hub(new_postgres_hub: NewHub) -> PgCentre:
    """A hub that has stood since March 2025."""
    made = new_postgres_hub()
    with made.owner() as owner:
        owner.execute(
            "select desk.part_make(%s, desk.month_bound(desk.part_month(%s)),"
            " desk.month_bound(desk.part_month(%s) + interval '1 month'))",
            (PART, PART, PART),
        )
    return made


def take_out(hub: PgCentre) -> None:
    with hub.owner() as owner:
        assert partitions.detach_before(owner, MONTH) == [PART]


def put_back(hub: PgCentre) -> None:
    with hub.owner() as owner:
        partitions.attach(owner, CATALOGUE, PART)


def rows(hub: PgCentre, query: str) -> list[tuple[Any, ...]]:
    with hub.owner() as owner:
        return owner.execute(query.encode()).fetchall()


def everything(hub: PgCentre) -> dict[str, list[tuple[Any, ...]]]:
    """Every fact and every projected row, as text."""
    tables = ["fact", *(each.name for each in CATALOGUE.projections)]
    return {name: sorted(rows(hub, f"select t::text from desk.{name} t")) for name in tables}


def of_march(seat: Seat) -> list[Outgoing]:
    return [
        old(seat, WRITTEN, receipt(1), personal=(seal("payer", "王"),)),
        old(seat, NOTED, {"text": "March"}),
        old(seat, NOTED, {"text": "held"}, group="line"),
    ]


def test_a_month_taken_out_and_put_back_leaves_everything_as_it_was(hub: PgCentre) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    links = of_march(seat)
    seat.session.push([*links, seat.write(NOTED, {"text": "today"})])
    before = everything(hub)
    with hub.owner() as owner:
        report = audit(owner, CATALOGUE)
    take_out(hub)
    put_back(hub)
    assert everything(hub) == before
    assert rows(hub, "select * from desk.archived") == []
    assert rows(hub, f"select count(*) from desk.{PART}") == [(3,)]
    with hub.owner() as owner:
        assert audit(owner, CATALOGUE) == report
    assert report.problems == []
    assert [each.body for each in seat.session.pull(seat.origin, GroupId("hall"), 0, 9)][:2] == [
        each.body for each in links[:2]
    ]


def test_what_is_away_is_named_and_not_brought_and_no_error(hub: PgCentre) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    links = of_march(seat)
    seat.session.push([*links, seat.write(NOTED, {"text": "today"})])
    with hub.owner() as owner:
        before = audit(owner, CATALOGUE)
    take_out(hub)
    assert [each.link.seq for each in seat.session.pull(seat.origin, GroupId("hall"), 0, 9)] == [4]
    assert seat.session.pull_subject(SubjectId(links[1].link.fact)) == []
    with hub.owner() as owner:
        report = audit(owner, CATALOGUE)
        assert status(owner).away == {PART: 2}
        assert [(each.where, each.facts) for each in partitions.listed(owner) if each.name == PART] == [("aside", 2)]
    assert report.problems == []
    assert dict(report.away) == {PART: 2}
    assert (report.facts, report.links, report.root_digest) == (before.facts, before.links, before.root_digest)
    assert f"away, bodies not read: {PART}, 2 facts" in report.as_words()
    assert '"away":{"fact_2025_03":2}' in report.as_json()


def test_what_waits_for_a_person_and_what_the_hub_said_stays(hub: PgCentre) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    held = old(seat, NOTED, {"text": "held"}, group="line")
    fresh = old(seat, NOTED, {"text": "keyed today"}, keyed=time.time_ns() // 1000)
    always = old(seat, "subject.shared", {"to_group": "line"})
    seat.session.push([held, fresh, always, *of_march(seat)[:2]])
    told = rows(hub, "select count(*) from desk.fact where author = '00000000-0000-8000-8000-000000000001'")
    take_out(hub)
    stayed = {row[0] for row in rows(hub, "select id::text from desk.fact_other")}
    assert stayed == {held.link.fact, fresh.link.fact, always.link.fact}
    assert told == rows(hub, "select count(*) from desk.fact where author = '00000000-0000-8000-8000-000000000001'")
    put_back(hub)
    assert rows(hub, "select count(*) from desk.fact_other") == [(0,)]
    assert rows(hub, f"select count(*) from desk.{PART}") == [(5,)]


def test_an_answer_lost_in_the_old_month_and_repeated_in_the_new_one_is_a_duplicate(hub: PgCentre) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    links = of_march(seat)
    seat.session.push(links)
    take_out(hub)
    assert [each.verdict.value for each in seat.session.push(links)] == ["duplicate", "duplicate", "held"]
    assert rows(hub, "select count(*) from desk.fact where kind = 'test.note_written'") == [(1,)]  # the held one
    put_back(hub)
    with hub.owner() as owner:
        assert audit(owner, CATALOGUE).problems == []


@pytest.mark.parametrize("text", ["March", "another"])
def test_the_same_fact_by_another_way_is_a_duplicate_or_a_conflict(hub: PgCentre, text: str) -> None:
    first, again = Seat.of(hub.sign_in("8001")), Seat.of(hub.sign_in("8001"), "2")
    link = old(first, NOTED, {"text": "March"})
    first.session.push([link])
    take_out(hub)
    subject = SubjectId(first.body(NOTED, {}).subject)
    body = first.body(NOTED, {"text": text}, id=link.link.fact, happened=MARCH_US, keyed=MARCH_US, subject=subject)
    repeated = again.link(link.body if text == "March" else body.text(), link.link.fact, NOTED)
    mixed = [repeated, again.write(NOTED, {"text": "today"}), old(again, NOTED, {"text": "late"})]
    verdict = "duplicate" if text == "March" else "conflict"
    assert [each.verdict.value for each in again.session.push(mixed)] == [verdict, "accepted", "accepted"]
    assert rows(hub, f"select count(*) from desk.fact where id = '{link.link.fact}'") == [(0,)]
    with hub.owner() as owner:
        assert audit(owner, CATALOGUE).problems == []
    put_back(hub)
    assert rows(hub, f"select body from desk.fact where id = '{link.link.fact}'") == [(link.body,)]
    assert rows(hub, f"select count(*) from desk.{PART}") == [(2,)]  # with what came late for March
    with hub.owner() as owner:
        assert audit(owner, CATALOGUE).problems == []
    if verdict == "conflict":
        assert [each["verdict"] for each in verdicts_about(again, link.link.fact)] == ["conflict"]


def test_control_a_hub_that_forgot_what_went_away_would_double(hub: PgCentre) -> None:
    first, again = Seat.of(hub.sign_in("8001")), Seat.of(hub.sign_in("8001"), "2")
    link = old(first, NOTED, {"text": "March"})
    first.session.push([link])
    take_out(hub)
    with hub.owner() as owner:
        owner.execute("delete from desk.archived")
    told = again.session.push([again.link(link.body, link.link.fact, NOTED)])
    assert [each.verdict.value for each in told] == ["accepted"]
    with hub.owner() as owner, pytest.raises(DeskError, match=r"hub\.part_altered"):
        partitions.attach(owner, CATALOGUE, PART)


def test_a_number_used_in_a_month_that_is_away_is_still_a_dispute(hub: PgCentre) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    seat.session.push([old(seat, WRITTEN, receipt(7))])
    take_out(hub)
    seat.session.push([seat.write(WRITTEN, receipt(7))])
    assert rows(hub, "select number from desk.dispute") == [("7",)]
    put_back(hub)
    with hub.owner() as owner:
        assert audit(owner, CATALOGUE).problems == []


def test_a_subject_whose_facts_are_all_away_can_still_be_shared(hub: PgCentre) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    first = old(seat, NOTED, {"text": "March"})
    seat.session.push([first])
    take_out(hub)
    subject = rows(hub, "select subject::text from desk.archived")[0][0]
    share = seat.write("subject.shared", {"to_group": "line"}, subject=SubjectId(subject))
    assert [each.verdict.value for each in seat.session.push([share])] == ["accepted"]


@pytest.mark.parametrize(
    "spoil",
    [
        "update desk_away.{part} set body = replace(body, 'March', 'march')",
        "update desk_away.{part} set grp = 'line'",
        "update desk_away.{part} set kind = 'test.roster_set'",
        "delete from desk_away.{part} where body like '%March%'",
        "insert into desk_away.{part} select centre, '0195ee00-0000-7000-8000-000000000000', kind, grp, author, subject,"
        " reader, happened, keyed, stamp, body, raw, content, origin, seq, received from desk_away.{part}"
        " where body like '%March%'",
    ],
)
def test_an_altered_month_is_not_put_back(hub: PgCentre, spoil: str) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    seat.session.push(of_march(seat))
    take_out(hub)
    with hub.owner() as owner:
        if not spoil.startswith("insert"):
            with pytest.raises(psycopg.DatabaseError, match="append_only"):
                owner.execute(spoil.format(part=PART).encode())
            owner.execute(f"alter table desk_away.{PART} disable trigger append_only".encode())
        owner.execute(spoil.format(part=PART).encode())
        with pytest.raises(DeskError, match=r"hub\.part_altered"):
            partitions.attach(owner, CATALOGUE, PART)
        assert [each.where for each in partitions.listed(owner) if each.name == PART] == ["aside"]
        report = audit(owner, CATALOGUE)
        assert report.problems == []
        assert dict(report.away) == {PART: 2}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("delete from desk.archived", "body_missing"),
        ("update desk.archived set content = sha256('x')", "altered"),
        ("update desk.archived set seq = seq + 10", "archived_unlinked"),
    ],
)
def test_control_the_audit_sees_what_is_forged_about_a_month_away(hub: PgCentre, spoil: str, code: str) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    seat.session.push(of_march(seat))
    take_out(hub)
    with hub.owner() as owner:
        owner.execute(spoil.encode())
        assert code in {told for told, _ in audit(owner, CATALOGUE).problems}


def test_a_month_carried_away_and_brought_again_is_the_same(hub: PgCentre, tmp_path: Path) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    seat.session.push(of_march(seat))
    before = everything(hub)
    take_out(hub)
    server, file = hub.database.server, tmp_path / "march.dump"
    line = ["-h", server.host, "-p", str(server.port), "-U", server.user, "-d", hub.database.name]
    around = {"PGPASSWORD": server.password, "PGSSLMODE": "verify-full", "PGSSLROOTCERT": str(server.authority)}
    dump = [str(server.binary("pg_dump")), *line, "-Fc", "-t", f"desk_away.{PART}", "-f", str(file)]
    subprocess.run(dump, env=around, check=True, capture_output=True)
    with hub.owner() as owner:
        owner.execute(f"drop table desk_away.{PART}".encode())
        with pytest.raises(DeskError, match=r"hub\.part_missing"):
            partitions.attach(owner, CATALOGUE, "2025-03")
        owner.execute("select desk.partitions_ahead(6)")
        founding.upgrade(owner, CATALOGUE)
        report = audit(owner, CATALOGUE)
        assert (report.problems, dict(report.away)) == ([], {PART: 2})
    restore = [str(server.binary("pg_restore")), *line, "--exit-on-error", str(file)]
    subprocess.run(restore, env=around, check=True, capture_output=True)
    put_back(hub)
    assert everything(hub) == before
    with hub.owner() as owner:
        assert audit(owner, CATALOGUE).problems == []


def test_an_upgrade_keeps_the_guards_of_a_month_that_lies_aside(hub: PgCentre) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    seat.session.push(of_march(seat))
    take_out(hub)
    with hub.owner() as owner:
        founding.upgrade(owner, CATALOGUE)
        for spoil in ("delete from desk_away.{}", "truncate desk_away.{}"):
            with pytest.raises(psycopg.DatabaseError, match="append_only"):
                owner.execute(spoil.format(PART).encode())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        hub.raw("8004").execute(f"select * from desk_away.{PART}".encode())
    put_back(hub)


def test_projections_made_again_while_a_month_is_away_are_whole_when_it_is_back(hub: PgCentre) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    seat.session.push(of_march(seat))
    before = everything(hub)
    take_out(hub)
    with hub.owner() as owner:
        owner.execute("update desk.projection set shape = 'other'")
        founding.upgrade(owner, CATALOGUE)
        assert owner.execute("select count(*) from desk.test_receipt").fetchone() == (0,)
        assert audit(owner, CATALOGUE).problems == []
    put_back(hub)
    assert everything(hub) == before
    with hub.owner() as owner:
        assert audit(owner, CATALOGUE).problems == []


def test_months_that_seats_still_keep_stay(hub: PgCentre) -> None:
    with hub.owner() as owner:
        with pytest.raises(DeskError, match=r"hub\.part_young"):
            partitions.detach_before(owner, f"{datetime.now(UTC):%Y-%m}")
        for wrong in ("2025-13", "März", "2025-3", "'; drop"):
            with pytest.raises(DeskError, match=r"hub\.month_wrong"):
                partitions.detach_before(owner, wrong)
        with pytest.raises(DeskError, match=r"hub\.part_missing"):
            partitions.attach(owner, CATALOGUE, "2024-01")


def test_a_month_is_not_moved_under_a_batch_that_is_being_written(
    hub: PgCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "_WAIT", "200ms")
    seat = Seat.of(hub.sign_in("8001"))
    seat.session.push(of_march(seat)[:1])
    with hub.owner() as writer, hub.owner() as owner:
        with writer.transaction():
            writer.execute("lock table only desk.fact in row exclusive mode")
            with pytest.raises(DeskError, match=r"hub\.part_busy"):
                partitions.detach_before(owner, MONTH)
        assert partitions.detach_before(owner, MONTH) == [PART]


@pytest.mark.parametrize("way", ["fact", "subject", "time"])
def test_values_of_a_month_that_is_away_are_erased_all_the_same(hub: PgCentre, way: str) -> None:
    """Personal values never go away with a month: erasing finds them by fact, by subject and by age."""
    seat = Seat.of(hub.sign_in("8001"))
    links = of_march(seat)
    seat.session.push(links)
    fact = links[0].link.fact
    take_out(hub)
    manager = hub.sign_in("8004")
    if way == "fact":
        assert manager.erase(fact, [], "asked for").names == ("payer",)
    elif way == "subject":
        subject = SubjectId(rows(hub, f"select subject::text from desk.archived where id = '{fact}'")[0][0])
        assert [one.names for one in manager.erase_subject(subject, [], "asked for")] == [("payer",)]
    else:
        with hub.owner() as owner:
            owner.execute("update desk.kind set retain_days = 30 where name = %s", (WRITTEN,))
            assert retain(owner) == 0  # it came today, whatever it says of itself
            owner.execute("alter table desk.journal disable trigger append_only")
            owner.execute("update desk.journal set received = %s where fact = %s", (MARCH_US, fact))
            owner.execute("alter table desk.journal enable trigger append_only")
            assert (retain(owner), retain(owner)) == (1, 0)
    assert rows(hub, f"select value from desk.personal where fact = '{fact}'") == [(None,)]
    put_back(hub)
    with hub.owner() as owner:
        assert audit(owner, CATALOGUE).ok
