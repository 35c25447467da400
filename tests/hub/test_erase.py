"""Erasing on a real PostgreSQL: what goes, what stays, and that nothing else may be changed so."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg import errors

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import SubjectId
from agent_desk.facts.body import Body, parse
from agent_desk.facts.personal import Personal, seal
from agent_desk.hub.audit import audit
from agent_desk.hub.port import Verdict
from agent_desk.hub.postgres import push_text
from tests.hub.centre import CATALOGUE, PgCentre, Seat, receipt
from tests.hub.conftest import NewHub
from tests.hub.test_push import WRITTEN

NO_SALT = bytes(16)
SAID = "00000000-0000-7000-8000-0000000000aa"


def kept(owner: psycopg.Connection[Any], fact: str) -> list[tuple[Any, ...]]:
    return owner.execute("select field, value, salt from desk.personal where fact = %s", (fact,)).fetchall()


def erase_values(owner: psycopg.Connection[Any], hub: PgCentre, fact: str, *names: str) -> None:
    owner.execute("select desk.erase_values(%s, %s, %s, %s)", (hub.centre, fact, list(names), SAID))


def test_the_internal_verb_takes_value_and_salt_and_remembers(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    one, other = (seat.write(WRITTEN, receipt(f"e{n}"), (seal("payer", "王芳"),)) for n in range(2))
    seat.session.push([one, other])
    with postgres_hub.owner() as owner:
        erase_values(owner, postgres_hub, one.link.fact, "payer")
        assert kept(owner, one.link.fact) == [("payer", None, NO_SALT)]
        assert kept(owner, other.link.fact) == [("payer", "王芳", other.personal[0].salt)]
        told = owner.execute("select field, told_by::text from desk.erased where fact = %s", (one.link.fact,))
        assert told.fetchall() == [("payer", SAID)]


def test_a_value_erased_before_it_came_is_taken_without_it(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    late = seat.write(WRITTEN, receipt("e2"), (seal("payer", "late"),))
    with postgres_hub.owner() as owner:
        erase_values(owner, postgres_hub, late.link.fact, "payer")
        assert [each.verdict.value for each in seat.session.push([late])] == ["accepted"]
        assert kept(owner, late.link.fact) == [("payer", None, NO_SALT)]


def test_values_of_a_conflict_go_too_before_and_after(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    first = seat.write(WRITTEN, receipt("e3"), (seal("payer", "first"),))
    body = parse(first.body)

    def other(number: str, value: str) -> Any:
        sealed = seal("payer", value)
        again: Body = dataclasses.replace(body, fields=receipt(number), personal={"payer": sealed.digest})
        return seat.link(again.text(), body.id, WRITTEN, (sealed,))

    seat.session.push([first, other("e4", "second")])
    with postgres_hub.owner() as owner:
        rows = "select personal from desk.conflict where fact = %s order by seq"
        assert "second" in str(owner.execute(rows, (body.id,)).fetchall())
        erase_values(owner, postgres_hub, body.id, "payer")
        seat.session.push([other("e5", "third")])
        beside = owner.execute(rows, (body.id,)).fetchall()
    assert beside == [([["payer", None, "\\x" + NO_SALT.hex()]],)] * 2


@pytest.mark.parametrize("guarded", [True, False])
def test_a_value_on_its_way_in_cannot_pass_its_erasure(new_postgres_hub: NewHub, guarded: bool) -> None:
    """The second run is the control: without the turn-taking the value slips through."""
    hub = new_postgres_hub()
    if not guarded:
        with hub.owner() as owner:
            owner.execute(
                "create or replace function desk.while_erasing_waits(p_centre uuid) returns void language sql volatile"
                " set search_path = pg_catalog, desk, pg_temp as 'select'"
            )
    seat, manager = Seat.of(hub.sign_in("8001")), hub.sign_in("8004")
    late = seat.write(WRITTEN, receipt("race"), (seal("payer", "王芳"),))
    pushing = hub.raw("8001")
    pushing.execute("begin")
    pushing.execute("select desk.push(%s::uuid, %s)", (seat.origin, push_text([late])))
    with ThreadPoolExecutor(1) as aside:
        erasing = aside.submit(manager.erase, late.link.fact, ["payer"], "asked for")
        with hub.owner() as owner:
            waits = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
            for _ in range(400):
                if erasing.done() or owner.execute(waits).fetchall()[0][0]:
                    break
                pushing.execute("select pg_sleep(0.02)")
            assert erasing.done() is not guarded
        pushing.execute("commit")
        assert erasing.result(30).names == ("payer",)
    with hub.owner() as owner:
        assert (kept(owner, late.link.fact)[0][1] is None) is guarded
        codes = {code for code, _ in audit(owner, CATALOGUE).problems}
    assert codes == (set() if guarded else {"erased_back"})
    hub.close()


FORGED = (
    "select desk.erase(null, null, 'x')",
    "select desk.erase('{fact}', '{{payer}}', 'x')",
    "select desk.erase(gen_random_uuid(), '{{payer}}', 'x')",
    "select desk.erase_subject(null, null, 'x')",
    "select desk.rule('{held}', 'released', 'x')",
    "select desk.rule('{held}', 'accepted', 'x')",
    "select desk.rule('{held}', null, 'x')",
    "select desk.rule(null, 'voided', 'x')",
    "select desk.centre_set(0, '99')",
    "select desk.erase_values('{centre}', '{fact}', '{{payer}}', '{fact}')",
    "select desk.say_erased('{centre}', '{fact}', '{{payer}}', 'x', '{fact}')",
    "select desk.retain('{centre}', 1)",
    "select desk.note_backup('x', 'x', 1)",
    "select desk.keep_ruling(null, 'accepted', '{fact}')",
    "select pg_advisory_xact_lock(1)",
    "select pg_advisory_xact_lock_shared(1)",
    "update desk.personal set value = null, salt = decode(repeat('00', 16), 'hex')",
    "insert into desk.erased values ('{centre}', '{fact}', 'payer', '{fact}', 1)",
    "insert into desk.ruling select * from desk.ruling",
    "select * from desk.erased",
)


@pytest.mark.parametrize("number", ["8001", "8002", "8006"])
def test_a_forged_client_erases_and_rules_nothing(postgres_hub: PgCentre, number: str) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    sent = seat.write(WRITTEN, receipt(f"forged {number}"), (seal("payer", "王芳"),))
    wrong = seat.write("test.roster_set", {"day": "x"})
    seat.session.push([sent, wrong])
    raw = postgres_hub.raw(number)
    names = {"fact": sent.link.fact, "held": wrong.link.fact, "centre": postgres_hub.centre}
    for statement in FORGED:
        with pytest.raises(psycopg.Error, match=r"rights|permission denied"):
            raw.execute(statement.format(**names).encode())
    with postgres_hub.owner() as owner:
        assert kept(owner, sent.link.fact)[0][1] == "王芳"
        assert owner.execute("select from desk.ruling where fact = %s", (wrong.link.fact,)).fetchall() == []
    manager = postgres_hub.raw("8004")  # the control: the same words of who may
    for level in ("repeatable read", "serializable"):
        manager.execute(f"begin isolation level {level}".encode())
        with pytest.raises(psycopg.Error, match="rights"):
            manager.execute("select desk.erase(%s, null, 'x')", (sent.link.fact,))
        manager.execute("rollback")
    manager.execute("select desk.erase(%s, null, 'x')", (sent.link.fact,))
    manager.execute("select desk.rule(%s, 'voided', 'x')", (wrong.link.fact,))
    with postgres_hub.owner() as owner:
        assert kept(owner, sent.link.fact) == [("payer", None, NO_SALT)]


def test_a_closed_hub_erases_and_rules_nothing(new_postgres_hub: NewHub) -> None:
    hub = new_postgres_hub()
    seat, manager = Seat.of(hub.sign_in("8001")), hub.sign_in("8004")
    sent = seat.write(WRITTEN, receipt("closed"), (seal("payer", "王芳"),))
    wrong = seat.write("test.roster_set", {"day": "x"})
    seat.session.push([sent, wrong])
    with hub.owner() as owner:
        owner.execute("update desk.state set opened = false")
    for call in (
        lambda: manager.erase(sent.link.fact, [], "x"),
        lambda: manager.erase_subject(SubjectId(sent.link.fact), [], "x"),
        lambda: manager.rule(wrong.link.fact, Verdict.VOIDED, "x"),
    ):
        with pytest.raises(DeskError, match="closed"):
            call()
    hub.close()


UNTOLD = {
    "another value": "update desk.personal set value = 'x', salt = '\\x{zeros}' where fact = '{told}'",
    "a value nobody said is erased": "update desk.personal set value = null, salt = '\\x{zeros}' where fact = '{untold}'",
    "its salt left": "update desk.personal set value = null where fact = '{told}'",
    "another column with it": "update desk.personal set value = null, salt = '\\x{zeros}', grp = 'x' where fact = '{told}'",
    "a row taken away": "delete from desk.personal where fact = '{told}'",
    "a conflict's values": "update desk.conflict set personal = null where personal is not null",
    "what was said to be erased": "update desk.erased set field = 'x'",
    "that it was erased": "delete from desk.erased",
}


@pytest.mark.parametrize("what", UNTOLD)
def test_nothing_but_what_was_said_can_be_changed(postgres_hub: PgCentre, what: str) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    told, untold = (seat.write(WRITTEN, receipt(f"e {what} {n}"), (seal("payer", "李雷"),)) for n in range(2))
    again = dataclasses.replace(parse(untold.body), fields=receipt(f"e {what} 3"))
    seat.session.push([told, untold, seat.link(again.text(), again.id, WRITTEN, (untold.personal))])
    with postgres_hub.owner() as owner:
        owner.execute(
            "insert into desk.erased values (%s, %s, 'payer', %s, 1)", (postgres_hub.centre, told.link.fact, SAID)
        )
        statement = UNTOLD[what].format(told=told.link.fact, untold=untold.link.fact, zeros=NO_SALT.hex())
        with pytest.raises(errors.Error, match="append_only"):
            owner.execute(statement.encode())
        good = "update desk.personal set value = null, salt = %s where fact = %s"
        owner.execute(good, (NO_SALT, told.link.fact))  # the control: said, and so it goes
        assert kept(owner, told.link.fact) == [("payer", None, NO_SALT)]


def test_a_value_that_came_without_text_is_not_kept_unless_it_was_erased(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    sealed = seal("payer", "x")
    bare = dataclasses.replace(
        seat.write(WRITTEN, receipt("e6"), (sealed,)), personal=(Personal("payer", None, sealed.salt),)
    )
    assert [each.verdict.value for each in seat.session.push([bare])] == ["accepted"]
    with postgres_hub.owner() as owner:
        assert kept(owner, bare.link.fact) == []
