"""What the hub says of links: verdicts, refusals, poison."""

from __future__ import annotations

import dataclasses
import json
import secrets
import uuid
from collections.abc import Sequence

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, GroupId, OriginId, uuid7
from agent_desk.facts.body import parse
from agent_desk.facts.hub_kinds import HUB_STAFF
from agent_desk.facts.personal import Personal, seal
from agent_desk.hub.port import Head, Judged, Outgoing, Pulled
from tests.hub.centre import PgCentre, Seat, now_us, presence, receipt

WRITTEN, NOTED, ROSTER = "test.receipt_written", "test.note_written", "test.roster_set"


def said(judged: Sequence[Judged]) -> list[tuple[int, str, str]]:
    return [(each.seq, each.verdict.value, each.reason) for each in judged]


def news(seat: Seat, known: Sequence[Head] = ()) -> list[Pulled]:
    """Everything new for a seat, as its pump would pull it."""
    told = seat.session.beat(presence(), known)
    pulled: list[Pulled] = []
    for head in told.heads:
        pulled += seat.session.pull(head.origin, head.group, 0, head.seq)
    return pulled


def verdicts_about(seat: Seat, fact: str) -> list[dict[str, object]]:
    told = [each for each in news(seat) if each.link.kind == "hub.verdict"]
    fields = [dict(parse(each.body).fields) for each in told]
    return [each for each in fields if each["about"] == fact]


def refused(links: Sequence[Outgoing], by: Seat) -> str:
    with pytest.raises(DeskError) as raised:
        by.session.push(links)
    assert raised.value.code == "hub_refused", raised.value
    return str(raised.value.facts["why"])


def test_receipts_arrive_once_and_come_down_again(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    links = [seat.write(WRITTEN, receipt(f"a{n}")) for n in range(1, 8)]
    assert said(seat.session.push(links)) == [(n, "accepted", "") for n in range(1, 8)]
    assert {each.verdict.value for each in seat.session.push(links)} == {"duplicate"}
    leader = Seat.of(postgres_hub.sign_in("8003"))
    pulled = leader.session.pull(seat.origin, GroupId("hall"), 0, 7)
    assert [each.body for each in pulled] == [each.body for each in links]
    assert [each.link for each in pulled] == [each.link for each in links]
    with postgres_hub.owner() as owner:
        rows = owner.execute(
            "select r.number, r.total, r.paid, r.due, l.line, l.item, l.quantity, l.price"
            " from desk.test_receipt r join desk.test_receipt_line l using (fact)"
            " where r.fact = %s order by l.line", (links[0].link.fact,),
        ).fetchall()  # fmt: skip
    assert rows == [
        ("a1", 100_000, True, None, 0, "电源 16A", 2, 45_000),
        ("a1", 100_000, True, None, 1, "chair", 4, 2_500),
    ]


def test_an_overlapping_batch_is_part_duplicate_part_new(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    links = [seat.write(NOTED, {"text": str(n)}) for n in range(5)]
    seat.session.push(links[:3])
    assert [each.verdict.value for each in seat.session.push(links[1:])] == [
        "duplicate",
        "duplicate",
        "accepted",
        "accepted",
    ]


def test_links_that_do_not_hang_together_are_refused_and_nothing_is_written(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    one, two, three = (seat.write(NOTED, {"text": str(n)}) for n in range(3))
    assert refused([two], seat) == "chain"
    assert refused([one, three], seat) == "chain"
    altered = dataclasses.replace(one, body=one.body.replace('"text":"0"', '"text":"9"'))
    assert refused([altered, two], seat) == "chain"
    assert refused([dataclasses.replace(one, link=dataclasses.replace(one.link, kind=ROSTER))], seat) == "chain"
    wrong = dataclasses.replace(one, link=dataclasses.replace(one.link, mac=bytes(32)))
    assert refused([wrong], seat) == "mac"
    assert seat.session.beat(presence(), []).own_heads[seat.origin][0] == 0
    assert len(seat.session.push([one, two, three])) == 3


def test_a_second_history_of_one_origin_is_a_fork(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    clone = dataclasses.replace(seat)
    first = seat.write(NOTED, {"text": "first"})
    seat.session.push([first])
    second = [clone.write(NOTED, {"text": "clone 1"}), clone.write(NOTED, {"text": "clone 2"})]
    assert refused(second, clone) == "fork"
    assert refused(second[1:], clone) == "fork"


def test_a_colleague_delivers_with_a_mac_and_only_with_one(postgres_hub: PgCentre) -> None:
    author = Seat.of(postgres_hub.sign_in("8001"))
    colleague = Seat.of(postgres_hub.sign_in("8002"))
    one = author.write(NOTED, {"text": "mine"})
    bare = dataclasses.replace(one, link=dataclasses.replace(one.link, mac=None))
    assert refused([bare], colleague) == "mac"
    assert said(colleague.session.push([one])) == [(1, "accepted", "")]
    author.key = None
    assert said(author.session.push([author.write(NOTED, {"text": "no key yet"})])) == [(2, "accepted", "")]


def test_another_author_or_centre_is_refused(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    before = dataclasses.replace(seat)
    assert refused([seat.write(NOTED, {"text": ""}, author=str(uuid.uuid4()))], seat) == "author"
    seat = dataclasses.replace(before)
    assert refused([seat.write(NOTED, {"text": ""}, centre=str(uuid.uuid4()))], seat) == "centre"
    seat = dataclasses.replace(before, origin=OriginId(str(uuid.uuid4())))
    assert refused([seat.write(NOTED, {"text": ""})], seat) == "centre"


def poison(seat: Seat) -> list[tuple[Outgoing, str]]:
    """Facts no store would save, with the reason they must be held for."""
    fact = [FactId(uuid7(now_us() // 1000)) for _ in range(20)]
    good = seat.body(NOTED, {"text": "x"}, id=fact[0]).text()
    lying = [
        (good.replace('"text":"x"', '"text":"\\u0000"'), 0, NOTED, "unreadable"),
        (good.replace(fact[0], fact[1]).replace('"text":"x"', '"text":"\\ud800"'), 1, NOTED, "unreadable"),
        (good.replace(fact[0], fact[2]).replace('"text":"x"', '"text":"\ud800"'), 2, NOTED, "unreadable"),
        (good.replace(fact[0], fact[3]).replace('"text":"x"', '"text":"\x00"'), 3, NOTED, "unreadable"),
        (good.replace(fact[0], fact[4])[:-1], 4, NOTED, "unreadable"),
        ("", 5, NOTED, "unreadable"),
        ("[1,2]", 6, NOTED, "unreadable"),
        ("[" * 200_000, 7, NOTED, "unreadable"),
        (good.replace(fact[0], fact[8]).replace('"text":"x"', f'"text":"{"长" * 1_700_000}"'), 8, NOTED, "too_large"),
        (good.replace(fact[0], fact[9]).replace('"text":"x"', '"text":7'), 9, NOTED, "field_wrong"),
        (good.replace(fact[0], fact[10]).replace('"text":"x"', '"other":"x"'), 10, NOTED, "field_wrong"),
        (good.replace(fact[0], fact[11]).replace(NOTED, "new.thing_done"), 11, "new.thing_done", "kind_unknown"),
        (good.replace(fact[0], fact[12]).replace('"v":1', '"v":2'), 12, NOTED, "kind_unknown"),
        (good.replace(fact[0], fact[13]).replace('"text":"x"', '"text":"x","n":1.5'), 13, NOTED, "unreadable"),
        (good.replace(fact[0], fact[14]).replace('"text":"x"', '"text":"x","n":[null]'), 14, NOTED, "unreadable"),
        (good.replace(fact[0], fact[15]).replace('"text":"x"', f'"text":"x","n":{2**63}'), 15, NOTED, "unreadable"),
        (good.replace(fact[0], str(uuid.uuid4())), 16, NOTED, "unreadable"),
        (good.replace(fact[0], fact[17]).replace('"group":"hall"', '"group":"line"'), 17, NOTED, "group"),
        (good.replace(fact[0], fact[18]).replace(NOTED, ROSTER).replace('"text"', '"day"'), 18, ROSTER, "role"),
        (good.replace(fact[0], fact[19]).replace(NOTED, "hub.group_set").replace('"text":"x"', '"code":"x","name":"y"'),
         19, "hub.group_set", "role"),
    ]  # fmt: skip
    return [(seat.link(text, fact[n], kind), reason) for text, n, kind, reason in lying]


def test_poison_is_held_with_its_reason_and_blocks_nothing(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    links = [seat.write(NOTED, {"text": "before"})]
    told = poison(seat)
    links += [link for link, _ in told] + [seat.write(NOTED, {"text": "after"})]
    judged = seat.session.push(links)
    assert [each.reason for each in judged[1:-1]] == [reason for _, reason in told]
    assert {each.verdict.value for each in judged[1:-1]} == {"held"}
    assert judged[0].verdict.value == judged[-1].verdict.value == "accepted"
    pulled = [each for each in news(seat) if each.link.origin == seat.origin]
    by_seq = {each.link.seq: each for each in pulled}
    assert [by_seq[each.link.seq].body for each in links] == [each.body for each in links]
    assert all(by_seq[each.link.seq].link == each.link for each in links)
    assert verdicts_about(seat, links[1].link.fact) == [
        {"about": links[1].link.fact, "origin": seat.origin, "seq": 2, "verdict": "held", "reason": "unreadable"}
    ]


@pytest.mark.parametrize("number", range(20))
def test_each_poison_alone_too(postgres_hub: PgCentre, number: int) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    link, reason = poison(seat)[number]
    seat.seq, seat.prev = 0, bytes(32)
    alone = seat.link(link.body, link.link.fact, link.link.kind)
    assert said(seat.session.push([alone])) == [(1, "held", reason)]
    assert len(verdicts_about(seat, link.link.fact)) == 1


def test_lines_that_do_not_fit_their_table_are_held(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    links = [
        seat.write(WRITTEN, receipt("l1", lines=[{"item": "x", "quantity": "two", "price": 1}])),
        seat.write(WRITTEN, receipt("l2", lines=[7])),
        seat.write(WRITTEN, receipt("l3", lines=[{"item": "x"}])),
        seat.write(WRITTEN, receipt("l4" + secrets.token_hex(5000))),
        seat.write(WRITTEN, receipt("l5", due="tomorrow")),
        seat.write(WRITTEN, receipt("l6", lines="none")),
    ]
    assert [each.reason for each in seat.session.push(links)] == [
        "field_wrong",
        "field_wrong",
        "",
        "field_wrong",
        "field_wrong",
        "field_wrong",
    ]


def test_the_same_fact_from_another_origin_is_a_duplicate_or_a_conflict(postgres_hub: PgCentre) -> None:
    seat, again = Seat.of(postgres_hub.sign_in("8001")), Seat.of(postgres_hub.sign_in("8001"), "2")
    body = seat.body(NOTED, {"text": "first"})
    other = dataclasses.replace(body, fields={"text": "second"}).text()
    seat.session.push([seat.link(body.text(), body.id, NOTED)])
    links = [again.link(body.text(), body.id, NOTED), again.link(other, body.id, NOTED)]
    assert said(again.session.push(links)) == [(1, "duplicate", ""), (2, "conflict", "")]
    pulled = again.session.pull(again.origin, GroupId("hall"), 0, 2)
    assert [(each.body, each.standing.value) for each in pulled] == [(body.text(), "duplicate"), (other, "conflict")]
    assert [each["verdict"] for each in verdicts_about(again, body.id)] == ["conflict"]


def test_a_number_used_twice_is_told_to_both_groups(postgres_hub: PgCentre) -> None:
    hall, line = Seat.of(postgres_hub.sign_in("8001")), Seat.of(postgres_hub.sign_in("8002"))
    first, again = hall.write(WRITTEN, receipt("777")), None
    again = hall.write(WRITTEN, receipt("777"), subject=parse(first.body).subject)
    later = line.write(WRITTEN, receipt("777"))
    assert said(hall.session.push([first, again])) == [(1, "accepted", ""), (2, "accepted", "")]
    assert said(line.session.push([later])) == [(1, "accepted", "")]
    for seat in (hall, line):
        told = [parse(each.body) for each in news(seat) if each.link.kind == "hub.dispute"]
        assert [(each.fields["first"], each.fields["later"]) for each in told] == [(first.link.fact, later.link.fact)]
        assert told[0].author == HUB_STAFF


def test_personal_values_travel_beside_and_must_fit(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    good = seal("payer", "王先生\x0b\"' 138")
    fits = seat.write(WRITTEN, receipt("p1"), (good,))
    lies = seat.write(WRITTEN, receipt("p2"), (seal("payer", "a"),))
    lies = dataclasses.replace(lies, personal=(Personal("payer", "b", lies.personal[0].salt),))
    unnamed = dataclasses.replace(seat.write(WRITTEN, receipt("p3")), personal=(good,))
    erased = seat.write(WRITTEN, receipt("p4"), (good,))
    erased = dataclasses.replace(erased, personal=(Personal("payer", None, good.salt),))
    nul = seat.write(WRITTEN, receipt("p5"), (seal("payer", "a\x00b"),))
    judged = seat.session.push([fits, lies, unnamed, erased, nul])
    assert [each.reason for each in judged] == ["", "personal", "personal", "", "personal"]
    pulled = seat.session.pull(seat.origin, GroupId("hall"), 0, 9)
    assert [each.personal for each in pulled] == [(good,), (), (), (), ()]  # no text, and nobody erased it


def test_what_was_written_while_rights_lasted_is_taken_afterwards(fresh_postgres_hub: PgCentre) -> None:
    from agent_desk.hub.people import People

    author, colleague = Seat.of(fresh_postgres_hub.sign_in("8001")), Seat.of(fresh_postgres_hub.sign_in("8006"))
    early = author.write(NOTED, {"text": "in time"})
    late = author.write(NOTED, {"text": "much later"}, keyed=now_us() + 8 * 86_400_000_000)
    People(fresh_postgres_hub.sign_in("8005")).set("8001", active=False)
    assert refused([early], author) == "rights"
    assert [each.reason for each in colleague.session.push([early, late])] == ["", "rights_ended"]


def test_ten_thousand_bytes_of_nonsense_are_refused_politely(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    session = postgres_hub.sign_in("8001")
    for text in (
        "",
        "{",
        "[]",
        "{}",
        "[1]",
        '[{"s":1}]',
        '[{"s":"x"}]',
        "null",
        '[{"s":1,"l":"\\\\x0"}]',
        json.dumps([{"s": 2**70}]),
    ):
        with pytest.raises(DeskError) as raised:
            session.ask("select desk.push(%s::uuid, %s)", seat.origin, text)
        assert raised.value.facts == {"why": "chain"}, text
