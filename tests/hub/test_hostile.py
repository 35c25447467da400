"""Holes a hostile client once got through; each stays closed."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

from agent_desk.base.errors import DeskError
from agent_desk.facts.body import parse
from agent_desk.facts.link import holds
from agent_desk.facts.personal import seal
from agent_desk.hub.founding import verifier
from agent_desk.hub.people import People
from agent_desk.hub.port import Verdict
from agent_desk.hub.postgres import push_text
from agent_desk.people.shelf import known_staff
from agent_desk.storage.store import Arrived, Store
from tests.factory import a_note, a_store
from tests.hub.centre import PgCentre, Seat, add_centre, receipt
from tests.hub.test_push import NOTED, WRITTEN


@pytest.fixture
def hub(fresh_postgres_hub: PgCentre) -> PgCentre:
    return fresh_postgres_hub


def tried(connection: psycopg.Connection[Any], statement: str, *values: object) -> bool:
    """Whether the server did it."""
    try:
        connection.execute(statement.encode(), values or None)
    except psycopg.Error:
        return False
    return True


# -- the database ----------------------------------------------------------------------------------


def test_nobody_drops_the_row_rules_of_all(hub: PgCentre) -> None:
    honest = Seat.of(hub.sign_in("8002"))
    honest.session.push([honest.write(NOTED, {"text": "x"})])
    tried(hub.raw("8001"), "drop owned by desk_member")
    assert honest.session.pull(honest.origin, "line", 0, 9)  # type: ignore[arg-type]


def test_a_plan_does_not_tell_what_a_hidden_row_says(hub: PgCentre) -> None:
    there = add_centre(hub.database, "Another centre")
    stranger = Seat.of(there.sign_in("8002"))
    stranger.session.push([stranger.write(WRITTEN, receipt(1), (seal("payer", "13800138000"),))])
    there.close()
    raw = hub.raw("8001")
    for way in ("indexscan", "bitmapscan", "indexonlyscan"):
        raw.execute(f"set enable_{way} = off".encode())

    def plan(prefix: str) -> str:
        """How the server looked for a value that begins like this."""
        ask = (
            f"explain (analyze, costs off, timing off, summary off) select from desk.personal where value ^@ '{prefix}'"
        )
        return "\n".join(row[0] for row in raw.execute(ask.encode()).fetchall()).replace(f"'{prefix}'", "?")

    try:
        nothing = plan("no such value")
        guessed = ""
        while digit := next((each for each in "0123456789" if plan(guessed + each) != nothing), ""):
            guessed += digit
    except errors.InsufficientPrivilege:
        guessed = ""
    assert guessed == ""


def test_a_setting_of_the_session_does_not_spoil_the_hubs_own_chain(hub: PgCentre) -> None:
    forger = hub.raw("8006")
    forger.execute("set standard_conforming_strings = off")
    forger.execute("select desk.open_origin(%s::uuid, '1')", (uuid.uuid4(),))
    with hub.owner() as owner:
        origin = owner.execute("select hub_origin::text from desk.centre").fetchall()[0][0]
    pulled = hub.sign_in("8002").pull(origin, "*", 0, 9999)  # type: ignore[arg-type]
    assert len(pulled) > 8
    assert all(holds(each.link, each.body) for each in pulled)


def test_an_old_view_of_the_rows_gives_no_old_rights(hub: PgCentre) -> None:
    admin = People(hub.sign_in("8005"))
    admin.add("8007", "second", {"*": "admin"}, "password-8007")
    hub.passwords["8007"] = "password-8007"
    forger = hub.raw("8007")
    forger.execute("begin isolation level repeatable read")
    forger.execute("select now()")
    admin.set("8007", active=False, grants={})
    assert not tried(forger, "select desk.password_set('8004', %s)", verifier(forger, "stolen-password"))


def test_a_dismissed_person_pushes_nothing_from_an_old_view(hub: PgCentre) -> None:
    forger = Seat.of(hub.sign_in("8001"))
    raw = forger.session.connection  # type: ignore[attr-defined]
    raw.execute("begin isolation level repeatable read")
    raw.execute("select now()")
    People(hub.sign_in("8005")).set("8001", active=False)
    assert not tried(
        raw, "select desk.push(%s::uuid, %s)", forger.origin, push_text([forger.write(NOTED, {"text": "x"})])
    )


def test_two_admins_cannot_end_each_other(hub: PgCentre) -> None:
    one = hub.sign_in("8005")
    People(one).add("8007", "second", {"*": "admin"}, "password-8007")
    hub.passwords["8007"] = "password-8007"
    first, second = one.connection, hub.raw("8007")
    first.execute("begin")
    first.execute("select desk.staff_set('8007', null, null, '{}')")
    meanwhile = threading.Thread(target=tried, args=(second, "select desk.staff_set('8005', null, null, '{}')"))
    meanwhile.start()
    time.sleep(0.5)
    first.execute("commit")
    meanwhile.join(30)
    with hub.owner() as owner:
        assert owner.execute(
            "select count(*) from desk.staff_right where role = 'admin' and until is null"
        ).fetchone() == (1,)


def test_nobody_fills_the_servers_lock_table(hub: PgCentre) -> None:
    forger, honest = hub.raw("8001"), Seat.of(hub.sign_in("8002"))
    assert not tried(forger, "select pg_advisory_lock(1)")
    assert not tried(forger, "select pg_try_advisory_lock(hashtext('agent-desk upgrade'))")
    assert honest.session.push([honest.write(NOTED, {"text": "x"})])


@pytest.mark.parametrize("name", ["postgres", "template1"])
def test_a_hub_login_enters_no_other_database(hub: PgCentre, name: str) -> None:
    login = hub.seat_file.login("8001")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(**hub.database.server.keywords(name, user=login, password=hub.passwords["8001"])).close()


# -- the verbs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["*", "line", "no such group"])
def test_a_fact_held_for_its_group_reaches_nobody_there(hub: PgCentre, group: str) -> None:
    forger, reader = Seat.of(hub.sign_in("8001")), hub.sign_in("8002")
    told = forger.session.push([forger.write(NOTED, {"text": "spam"}, group=group)])
    assert [each.verdict for each in told] == [Verdict.HELD]
    with suppress(DeskError):  # a group of others is not even answered with nothing
        assert reader.pull(forger.origin, group, 0, 9) == []  # type: ignore[arg-type]
    with hub.owner() as owner:
        heads = owner.execute("select grp from desk.head where origin = %s::uuid", (forger.origin,)).fetchall()
    assert heads == [(f"@{forger.me.staff}",)]


def test_a_share_shows_nothing_of_groups_its_giver_cannot_read(hub: PgCentre) -> None:
    forger, leader = Seat.of(hub.sign_in("8002")), Seat.of(hub.sign_in("8003"))
    mine = forger.write(NOTED, {"text": "my customer"})
    subject = parse(mine.body).subject
    forger.session.push([mine, forger.write("subject.shared", {"to_group": "line"}, subject=subject)])
    leader.session.push([leader.write(NOTED, {"text": "a complaint about 8002"}, subject=subject)])
    assert {each.link.origin for each in forger.session.pull_subject(subject)} == {forger.origin}


@pytest.mark.parametrize("poison", [{"personal": {"x": 5}}, {"witness": 5}])
def test_what_is_accepted_can_be_read_by_every_seat(hub: PgCentre, poison: dict[str, Any]) -> None:
    """A share like this stops the pump of every seat that pulls it: it parses it to widen."""
    forger = Seat.of(hub.sign_in("8001"))
    body = forger.body("subject.shared", {"to_group": "line"})
    text = json.dumps({**json.loads(body.text()), **poison}, sort_keys=True, separators=(",", ":"))
    [told] = forger.session.push([forger.link(text, body.id, "subject.shared")])
    assert told.verdict is Verdict.HELD


def test_a_wide_body_is_judged_in_linear_time(hub: PgCentre) -> None:
    forger = Seat.of(hub.sign_in("8001"))
    body = forger.body(NOTED, {"text": "x", "more": [1] * 100_000 + [10**18]})
    began = time.monotonic()
    forger.session.push([forger.link(body.text(), body.id, NOTED)])
    assert time.monotonic() - began < 4


def test_a_person_opens_no_thousand_origins(hub: PgCentre) -> None:
    assert not tried(
        hub.raw("8001"), "select count(desk.open_origin(gen_random_uuid(), 'x')) from generate_series(1, 300)"
    )


def test_a_password_set_by_an_admin_is_a_fact(hub: PgCentre) -> None:
    admin = People(hub.sign_in("8005"))
    with hub.owner() as owner:
        count = "select count(*) from desk.journal where kind like 'hub.%'"
        before = owner.execute(count).fetchone()
        admin.set_password("another-password", "8004")
        assert owner.execute(count).fetchone() != before


def test_rights_that_ended_long_ago_write_nothing(hub: PgCentre) -> None:
    forger = Seat.of(hub.sign_in("8003"))
    People(hub.sign_in("8005")).set("8003", grants={"line": "agent"})
    with hub.owner() as owner:
        owner.execute("update desk.staff_right set until = until - 31536000000000 where until is not null")
        long_ago = owner.execute("select min(until) - 1000000 from desk.staff_right").fetchall()[0][0]
    [told] = forger.session.push(
        [forger.write("test.roster_set", {"day": "x"}, group="hall", keyed=long_ago, happened=long_ago)]
    )
    assert told.verdict is Verdict.HELD or told.reason != ""


# -- a seat that pulls what a forger wrote ---------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


def pulled_by_a_colleague(hub: PgCentre, kind: str, fields: dict[str, Any]) -> list[Arrived]:
    """A forged fact of the hub's kinds, as a colleague's seat gets it."""
    forger, reader = Seat.of(hub.sign_in("8001")), hub.sign_in("8003")
    forger.session.push([forger.write(kind, fields)])
    rows = reader.pull(forger.origin, "hall", 0, 9)  # type: ignore[arg-type]
    return [Arrived(row.link, row.body, row.personal, row.standing.value, row.reason, row.hub_us) for row in rows]


def test_a_seat_believes_no_staff_list_but_the_hubs(hub: PgCentre, store: Store) -> None:
    fields = {"staff": str(uuid.uuid4()), "number": "8001", "name": "x", "active": True,
              "grants": [{"granted": "*", "role": "manager"}]}  # fmt: skip
    arrived = pulled_by_a_colleague(hub, "hub.staff_set", fields)
    with store.writing() as writing:
        for one in arrived:
            writing.take(one)
    assert known_staff(store, "8001") is None


def test_a_seat_believes_no_verdict_but_the_hubs(hub: PgCentre, store: Store) -> None:
    [saved] = store.save(a_note(store))
    fields = {"about": saved.id, "origin": str(uuid.uuid4()), "seq": 1, "verdict": "held", "reason": "forged"}
    arrived = pulled_by_a_colleague(hub, "hub.verdict", fields)
    assert arrived
    with store.writing() as writing:
        for one in arrived:
            writing.take(one)
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT reason FROM standing WHERE fact = ?", (saved.id,)).fetchall()
    assert "forged" not in {row[0] for row in rows}
