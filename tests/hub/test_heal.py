"""A restored hub on a real PostgreSQL, asked by forged clients with people's passwords."""

from __future__ import annotations

import dataclasses
import secrets
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import psycopg
import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, OriginId
from agent_desk.facts.link import mac_of, make_link
from agent_desk.hub import heal
from agent_desk.hub.audit import audit, chain_of
from agent_desk.hub.heal import name_hole
from agent_desk.hub.people import People
from agent_desk.hub.port import Offered, Outgoing
from agent_desk.hub.postgres import PostgresSession
from agent_desk.hub.wire import push_text
from tests.hub.centre import CATALOGUE, GRANTS, PgCentre, Seat, add_centre, now_us, receipt
from tests.hub.conftest import NewHub
from tests.hub.test_push import NOTED, WRITTEN, said
from tests.hub.test_row_rules import TOLD, VERBS, seen

PEOPLE = tuple(GRANTS)
DAY_US = 86_400_000_000


@pytest.fixture
def hub(new_postgres_hub: NewHub) -> Iterator[PgCentre]:
    made = new_postgres_hub()
    yield made
    made.close()
    made.database.server.drop_database(made.database.name)


def close(hub: PgCentre) -> None:
    hub.close()
    with hub.owner() as owner:
        heal.close(owner)


def open_again(hub: PgCentre) -> None:
    with hub.owner() as owner:
        heal.open_again(owner)


def audited(hub: PgCentre) -> list[str]:
    with hub.owner() as owner:
        return [code for code, _ in audit(owner, CATALOGUE).problems]


def calls(seat: Seat) -> dict[str, str]:
    """Each verb that writes, or lists what others did, with arguments it would take if the hub were open."""
    origin, fact = seat.origin, uuid.uuid4()
    push = push_text([seat.write(NOTED, {"text": "while it is closed"})])
    return {
        "push": f"desk.push('{origin}', $x${push}$x$)",
        "open_origin": f"desk.open_origin('{uuid.uuid4()}', '1')",
        "staff_add": "desk.staff_add('8100', 'x', '{}', $x$VERIFIER$x$)",
        "staff_set": "desk.staff_set('8002', 'x', true, null)",
        "password_set": "desk.password_set('8002', $x$VERIFIER$x$)",
        "group_set": "desk.group_set('X', 'x')",
        "seat_enrol": "desk.seat_enrol('7', 'x')",
        "centre_set": "desk.centre_set(3, null)",
        "erase": f"desk.erase('{fact}', array['payer'], 'x')",
        "erase_subject": f"desk.erase_subject('{fact}', null, 'x')",
        "rule": f"desk.rule('{fact}', 'voided', 'x')",
        "held_list": "desk.held_list()",
        "name_hole": f"desk.name_hole('{origin}', 1, 1, 'x')",
        "take_bundle": "desk.take_bundle('{}')",
    }


VERIFIER = "SCRAM-SHA-256$4096:" + "A" * 24 + "$" + "A" * 43 + "=:" + "A" * 43 + "="
HARMLESS = {"beat", "pull", "pull_subject", "present", "own_digests", "staff_list", "group_list", "offer"}
"""They change nothing of a closed hub, and show nothing of what was written to it."""


def test_a_closed_hub_shows_and_takes_nothing(hub: PgCentre) -> None:
    told = {}
    for number in PEOPLE:
        seat = Seat.of(hub.sign_in(number))
        seat.session.push([seat.write(WRITTEN, receipt(number), group="hall")])
        told[number] = calls(seat)
        assert set(told[number]) | HARMLESS == VERBS
    assert len(seen(hub, "8004", "fact")) > len(PEOPLE)
    close(hub)
    for number in PEOPLE:
        raw = hub.raw(number)
        for verb, call in told[number].items():
            with pytest.raises(psycopg.Error) as problem:
                raw.execute(f"select {call.replace('VERIFIER', VERIFIER)}".encode())
            # who may not call it at all hears that first; a bundle is opened before it is pushed
            assert problem.value.sqlstate in {"AD006", "AD007", "AD042", "AD051"}, verb
        for name in sorted(TOLD):
            assert seen(hub, number, name) == [], name
            hub.close()


def test_control_the_same_hub_open_shows_them(hub: PgCentre) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    seat.session.push([seat.write(WRITTEN, receipt(1))])
    close(hub)
    open_again(hub)
    assert len(seen(hub, "8001", "fact")) > 1


def test_only_an_administrator_names_a_hole(hub: PgCentre) -> None:
    seat = with_a_gap(hub)
    for number in PEOPLE:
        if number != "8005":
            with pytest.raises(DeskError, match="rights"):
                name_hole(hub.sign_in(number), seat.origin, 1, 1, "so that nobody looks")
    name_hole(hub.sign_in("8005"), seat.origin, 1, 1, "disk burnt")
    assert audited(hub) == []


def with_a_gap(hub: PgCentre) -> Seat:
    """The second link of an origin waits for the first, which nobody has."""
    seat = Seat.of(hub.sign_in("8001"))
    close(hub)
    open_again(hub)
    links = [seat.write(NOTED, {"text": text}) for text in ("lost", "here")]
    assert hub.sign_in("8003").offer(links[1:]) == Offered(0, 1)
    assert audited(hub) == ["hole_waiting"]
    return seat


def hub_facts(hub: PgCentre) -> list[Outgoing]:
    """The hub's own chain as its backup holds it."""
    with hub.owner() as owner, owner.transaction():
        return [heal._outgoing(told) for told in chain_of(owner, hub.centre)]


def forgeries(key: bytes) -> dict[str, tuple[str, Callable[[Outgoing], Outgoing]]]:
    """Ways to alter one of the hub's facts, and what the hub says to it. ``key``: of an origin of one's own."""

    def rehung(one: Outgoing, **other: object) -> Outgoing:
        link = dataclasses.replace(one.link, **other)  # type: ignore[arg-type]
        made = make_link(link.origin, link.seq, link.prev, link.fact, link.content, link.kind, key)
        return Outgoing(made, one.body)

    return {
        "another body": ("chain", lambda one: Outgoing(one.link, one.body.replace("true", "false"))),
        "no mac": ("mac", lambda one: Outgoing(dataclasses.replace(one.link, mac=None), one.body)),
        "a mac of one's own": ("mac", rehung),
        "a mac at random": ("mac", lambda one: Outgoing(
            dataclasses.replace(one.link, mac=mac_of(secrets.token_bytes(32), one.link.digest)), one.body)),
        "another place": ("mac", lambda one: rehung(one, seq=one.link.seq + 1)),
        "another kind": ("mac", lambda one: rehung(one, kind="hub.erased")),
        "another predecessor": ("mac", lambda one: rehung(one, prev=bytes(32))),
    }  # fmt: skip


@pytest.mark.parametrize("opened", [False, True])
def test_the_hubs_own_facts_cannot_be_made_or_altered(hub: PgCentre, opened: bool) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    assert seat.key is not None
    close(hub)
    if opened:
        open_again(hub)
    fact = next(one for one in hub_facts(hub) if one.link.kind == "hub.staff_set")
    session = hub.sign_in("8001")
    before = rights(hub)
    for what, (why, forge) in forgeries(seat.key).items():
        with pytest.raises(DeskError) as problem:
            session.offer([forge(fact)])
        assert problem.value.facts["why"] == why, what
    assert session.offer([fact]) == Offered(0, 0)  # as it is it was here before
    assert rights(hub) == before
    assert audited(hub) == []


def rights(hub: PgCentre) -> list[tuple[object, ...]]:
    with hub.owner() as owner:
        return owner.execute(
            "select staff::text, grp, role, since, until from desk.staff_right order by 1, 2, 3, 4"
        ).fetchall()


NONSENSE = ("", "x", "{}", "[1]", '[{"s": "x"}]', '[{"s": 1}]', "null", '[{"s": 1, "b": "\\u0000"}]')


def test_nonsense_is_refused_and_tells_nothing(hub: PgCentre) -> None:
    seat = Seat.of(hub.sign_in("8001"))
    close(hub)
    raw = hub.raw("8002")
    for origin, text in product((seat.origin, str(uuid.uuid4())), NONSENSE):
        with pytest.raises(psycopg.Error) as problem:
            raw.execute("select desk.offer(%s, %s)", (origin, text))
        assert problem.value.sqlstate in {"AD001", "AD002"}
        assert "北京" not in str(problem.value)


def test_an_offer_of_another_centre_is_refused(hub: PgCentre) -> None:
    there = add_centre(hub.database, "Another centre")
    stranger = Seat.of(there.sign_in("8001"))
    link = stranger.write(NOTED, {"text": "x"})
    there.close()
    close(hub)
    open_again(hub)
    with pytest.raises(DeskError, match="centre"):
        hub.sign_in("8001").offer([link])


def test_what_was_written_long_ago_is_not_late_after_a_restore(hub: PgCentre) -> None:
    """Rights that ended two months ago: what was written while they lasted, and lost with the hub, still counts."""
    links, reasons = {}, {}
    for restored in (False, True):
        seat = Seat.of(hub.sign_in("8002"))
        links[restored] = seat, seat.write(NOTED, {"text": "old"}, keyed=now_us() - 61 * DAY_US)
    with hub.owner() as owner:
        owner.execute(
            "update desk.staff_right set since = %s, until = %s where staff = %s",
            (now_us() - 90 * DAY_US, now_us() - 60 * DAY_US, links[True][0].me.staff),
        )
    for restored, (seat, link) in links.items():
        if restored:
            close(hub)
            open_again(hub)
            seat.session = hub.sign_in("8002")
        reasons[restored] = said(seat.session.push([link]))
    assert reasons == {False: [(1, "held", "group")], True: [(1, "accepted", "")]}


def _pairs(seat: Seat) -> Iterator[list[Outgoing]]:
    for n in range(_TIMES):
        yield [seat.write(WRITTEN, receipt(f"{n}")), seat.write("unknown.kind", {"a": n})]


def _push(seat: Seat) -> None:
    for links in _pairs(seat):
        seat.session.push(links)


def _offer(seat: Seat, by: PostgresSession) -> None:
    for links in _pairs(seat):
        by.offer(links[1:])
        by.offer(links)


def _again(verb: Callable[..., object], *given: object) -> None:
    for _ in range(_TIMES):
        verb(*given)


_TIMES = 30


def test_offers_pushes_erasing_and_administrators_do_not_wait_in_a_circle(hub: PgCentre) -> None:
    close(hub)
    open_again(hub)
    log = hub.database.server.log().count("deadlock detected")
    seats = [Seat.of(hub.sign_in(number)) for number in ("8001", "8003", "8006")]
    away, opening, erasing = Seat.of(hub.sign_in("8002")), hub.sign_in("8001"), hub.sign_in("8004")
    own = hub_facts(hub)
    own = [one for one in own if one.link.origin == own[0].link.origin]
    people = People(hub.sign_in("8005"))
    with ThreadPoolExecutor(8) as pool:
        done = [
            *(pool.submit(_push, seat) for seat in seats),
            pool.submit(_offer, away, hub.sign_in("8003")),
            pool.submit(_again, hub.sign_in("8006").offer, own),
            pool.submit(_again, people.set_group, "hall", "Hall"),
            pool.submit(_again, lambda: erasing.erase(FactId(str(uuid.uuid4())), ["payer"], "asked for")),
            pool.submit(_again, lambda: opening.open_origin(OriginId(str(uuid.uuid4())), "1")),
        ]
        for one in done:
            one.result()
    hub.close()
    assert hub.database.server.log().count("deadlock detected") == log
    assert audited(hub) == []
