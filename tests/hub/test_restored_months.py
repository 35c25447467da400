"""Months that were taken out of a hub before it was lost: known again, and not doubled, when it comes back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_desk.hub import heal, restore
from agent_desk.hub.audit import audit
from agent_desk.hub.backup import Login, back_up
from agent_desk.hub.port import Offered, Outgoing
from agent_desk.hub.report import AuditReport
from tests.hub.centre import CATALOGUE, PgCentre, Seat, receipt
from tests.hub.test_partitions import PART, everything, hub, of_march, old, put_back, rows, take_out
from tests.hub.test_push import NOTED, WRITTEN

__all__ = ["hub"]


def backed_up(hub: PgCentre, folder: Path) -> Path:
    hub.close()
    server = hub.database.server
    with hub.owner() as owner:
        return back_up(owner, hub.seat_file.hub, Login(server.user, server.password), folder).folder


@pytest.fixture
def lost() -> Iterator[list[PgCentre]]:
    """Hubs that came back, to be dropped in the end."""
    made: list[PgCentre] = []
    yield made
    for each in made:
        each.close()
        each.database.server.drop_database(each.database.name)


def come_back(hub: PgCentre, folder: Path, lost: list[PgCentre]) -> PgCentre:
    """The hub from its backup, healed and open, in another database."""
    hub.close()
    server = hub.database.server
    address = dataclasses.replace(hub.seat_file.hub, database=hub.database.name + "_again")
    told = restore.restore(folder, address, Login(server.user, server.password), CATALOGUE)
    assert told.database == address.database
    database = dataclasses.replace(hub.database, name=address.database)
    again = PgCentre(dataclasses.replace(hub.seat_file, hub=address), database, hub.passwords)
    lost.append(again)
    with again.owner() as owner:
        heal.open_again(owner)
    return again


def audited(hub: PgCentre) -> AuditReport:
    with hub.owner() as owner:
        report = audit(owner, CATALOGUE)
    assert report.problems == []
    return report


def written(seat: Seat) -> list[Outgoing]:
    return [*of_march(seat), seat.write(NOTED, {"text": "today"})]


def test_a_month_that_was_out_is_out_again_and_its_links_do_not_double(
    hub: PgCentre, lost: list[PgCentre], tmp_path: Path
) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    links = written(seat)
    seat.session.push(links)
    take_out(hub)
    before = audited(hub)
    folder = backed_up(hub, tmp_path)
    after_it = [old(seat, WRITTEN, receipt(2)), seat.write(NOTED, {"text": "after the backup"})]
    hub.sign_in("8001").push(after_it)

    again = come_back(hub, folder, lost)
    assert dict(audited(again).away) == dict(before.away) == {PART: 2}
    assert again.sign_in("8003").offer(links) == Offered(0, 0)
    assert again.sign_in("8003").offer(after_it[1:]) == Offered(0, 1)
    judged = again.sign_in("8001").push([*links, *after_it])
    assert [each.verdict.value for each in judged] == [
        "duplicate", "duplicate", "held", "duplicate", "accepted", "accepted"]  # fmt: skip
    assert rows(again, "select count(*) from desk.test_receipt") == [(2,)]
    report = audited(again)
    assert dict(report.away) == {PART: 2}
    put_back(again)
    assert audited(again).facts == report.facts
    assert rows(again, f"select count(*) from desk.{PART}") == [(4,)]
    assert rows(again, "select id from desk.fact group by id having count(*) > 1") == []


def test_a_month_taken_out_after_the_backup_is_in_again(hub: PgCentre, lost: list[PgCentre], tmp_path: Path) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    links = written(seat)
    seat.session.push(links)
    before = everything(hub)
    folder = backed_up(hub, tmp_path)
    take_out(hub)
    with hub.owner() as owner:
        owner.execute(f"drop table desk_away.{PART}".encode())

    again = come_back(hub, folder, lost)
    assert dict(audited(again).away) == {}
    judged = again.sign_in("8001").push(links)
    assert {each.verdict.value for each in judged} == {"duplicate", "held"}
    after = everything(again)
    assert {name: told for name, told in after.items() if name.startswith("test_")} == {
        name: told for name, told in before.items() if name.startswith("test_")}  # fmt: skip
    take_out(again)
    assert dict(audited(again).away) == {PART: 2}


def test_another_text_under_an_id_of_such_a_month_stays_a_conflict(
    hub: PgCentre, lost: list[PgCentre], tmp_path: Path
) -> None:
    seat, other = Seat.of(hub.sign_in("8001")), Seat.of(hub.sign_in("8001"), "2")
    first = old(seat, NOTED, {"text": "one"})
    seat.session.push([first])
    take_out(hub)
    folder = backed_up(hub, tmp_path)
    text = first.body.replace('"one"', '"two"')
    twice = other.link(text, first.link.fact, NOTED)
    assert [each.verdict.value for each in hub.sign_in("8001").push([twice])] == ["conflict"]

    again = come_back(hub, folder, lost)
    assert [each.verdict.value for each in again.sign_in("8001").push([twice])] == ["conflict"]
    assert audited(again).conflicts == 1


def test_control_a_hub_that_came_back_without_its_memory_of_the_month_is_caught(
    hub: PgCentre, lost: list[PgCentre], tmp_path: Path
) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    seat.session.push(written(seat))
    take_out(hub)
    again = come_back(hub, backed_up(hub, tmp_path), lost)
    with again.owner() as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("delete from desk.archived")
        assert {code for code, _ in audit(owner, CATALOGUE).problems} >= {"body_missing"}
