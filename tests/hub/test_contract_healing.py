"""A hub that was lost and came back from a copy: on each kind of hub."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, GroupId, OriginId
from agent_desk.facts.body import content_digest, parse
from agent_desk.facts.hub_kinds import HUB_STAFF
from agent_desk.facts.kind import Role
from agent_desk.facts.link import forked_prev, mac_of, make_link
from agent_desk.hub.port import Beat, Fork, Head, HubSession, Offered, Outgoing, Pulled, Verdict
from tests.hub.contract import Centre, refused
from tests.hub.seats import Follower, Writer
from tests.hub.test_contract import ACCEPTED, CONFLICT, DUPLICATE, HELD, held

NOTHING = Offered(0, 0)


def outgoing(rows: Sequence[Pulled]) -> list[Outgoing]:
    """What a seat that pulled these would bring."""
    rows = sorted(rows, key=lambda one: one.link.seq)
    return [Outgoing(one.link, one.body, one.personal) for one in rows if one.link.mac is not None]


def kept(follower: Follower, origin: str) -> list[Outgoing]:
    return outgoing([one for one in follower.copy.values() if one.link.origin == origin])


def copied(centre: Centre, *writers: Writer) -> Any:
    """A copy of the hub as it is now; these sign in again."""
    copy = centre.copied()
    for writer in writers:
        writer.sign_in()
    return copy


def hub_origin(follower: Follower) -> OriginId:
    origin = follower.beat().hub_origin
    assert origin is not None
    return origin


def signed_in(centre: Centre, number: str) -> HubSession:
    return centre.hub.connect(number, centre.password(number))


def told_all(centre: Centre, follower: Follower, origin: str) -> Offered:
    """Bring the hub's own facts as a seat does while it is closed."""
    session = signed_in(centre, follower.number)
    links = kept(follower, origin)
    offered = session.offer(links)
    session.close()
    return offered


def restored(centre: Centre, copy: object, *followers: Follower) -> None:
    """Lost, restored, told by these seats, and opened."""
    origin = hub_origin(followers[0]) if followers else OriginId("")
    centre.come_back(copy)
    for follower in followers:
        told_all(centre, follower, origin)
    centre.open_again()


def all_read(centre: Centre, *numbers: str) -> list[Follower]:
    return [Follower(centre, number).catch_up() for number in numbers]


def audited(centre: Centre) -> tuple[list[Any], list[Any]]:
    report = centre.audit()
    return report.problems, report.explained


# ---------------------------------------------------------------- closed


def test_a_restored_hub_is_closed_and_says_another_epoch(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.say()
    copy = copied(centre, writer)
    follower = Follower(centre, "8003").catch_up()
    before = follower.beat()
    centre.come_back(copy)
    follower.session = signed_in(centre, "8003")
    after = follower.beat()
    assert (before.opened, after.opened, after.heads) == (True, False, ())
    assert after.epoch != before.epoch
    writer.sign_in()
    writer.write()
    with refused("closed"):
        writer.push()
    with refused("closed"):
        writer.session.open_origin(writer.origin, "1")
    centre.open_again()
    assert follower.beat().opened
    assert follower.beat().epoch == after.epoch
    assert [one.verdict for one in writer.push()] == [ACCEPTED]


def test_a_hub_that_was_never_restored_takes_no_offers(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write()
    assert writer.session.offer(writer.links) == NOTHING
    assert writer.push()[0].verdict is ACCEPTED


def test_opening_what_is_open_is_refused(centre: Centre) -> None:
    with pytest.raises(DeskError, match="heal_not_begun"):
        centre.open_again()


def test_while_closed_nothing_but_the_hubs_own_facts_is_taken(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    writer.say()
    follower = Follower(centre, "8003").catch_up()
    centre.come_back(copy)
    bringer = signed_in(centre, "8003")
    assert bringer.offer(kept(follower, writer.origin)) == NOTHING
    centre.open_again()
    assert bringer.offer(kept(follower, writer.origin)) == Offered(1, 0)


def test_a_closed_hub_shows_nothing_to_anybody(centre: Centre) -> None:
    """It has forgotten who left and what was erased."""
    writer = Writer(centre, "8001")
    writer.say()
    subject = parse(writer.links[0].body).subject
    copy = copied(centre, writer)

    def shown(session: HubSession) -> list[int]:
        return [len(session.pull(writer.origin, GroupId("A"), 0, 1)), len(session.pull_subject(subject))]

    assert [shown(signed_in(centre, number)) for number in ("8001", "8003", "8004")] == [[1, 1]] * 3
    centre.come_back(copy)
    assert [shown(signed_in(centre, number)) for number in ("8001", "8003", "8004")] == [[0, 0]] * 3
    centre.open_again()
    assert shown(signed_in(centre, "8003")) == [1, 1]


# ---------------------------------------------------------------- the hub hears itself again


def test_who_left_since_the_copy_is_out_before_anybody_may_send(centre: Centre) -> None:
    copy = copied(centre)
    centre.set_staff("8002", {"B": Role.AGENT}, active=False)
    centre.set_staff("8006", {"B": Role.CLERK})
    follower = Follower(centre, "8003").catch_up()
    origin = hub_origin(follower)
    centre.come_back(copy)
    signed_in(centre, "8002").close()  # as the copy knows it
    assert told_all(centre, follower, origin).waiting == 0
    with pytest.raises(DeskError, match="sign_in_refused"):
        signed_in(centre, "8002")
    centre.open_again()
    moved = Follower(centre, "8006")
    assert moved.beat().me.grants == {"B": Role.CLERK}
    assert audited(centre) == ([], [])


def test_control_without_the_hubs_own_facts_the_one_who_left_comes_in(centre: Centre) -> None:
    copy = copied(centre)
    centre.set_staff("8002", {"B": Role.AGENT}, active=False)
    restored(centre, copy)
    signed_in(centre, "8002").close()


def test_what_arrives_when_the_hub_is_open_again_still_counts(centre: Centre) -> None:
    copy = copied(centre)
    centre.set_staff("8002", {"B": Role.AGENT}, active=False)
    follower = Follower(centre, "8003").catch_up()
    origin = hub_origin(follower)
    restored(centre, copy)
    told_all(centre, follower, origin)
    with pytest.raises(DeskError, match="sign_in_refused"):
        signed_in(centre, "8002")
    assert audited(centre) == ([], [])


def test_a_newer_word_about_a_person_stands(centre: Centre) -> None:
    copy = copied(centre)
    centre.set_staff("8006", {"B": Role.CLERK})
    follower = Follower(centre, "8003").catch_up()
    origin = hub_origin(follower)
    restored(centre, copy)
    centre.set_staff("8006", {"A": Role.AGENT, "B": Role.AGENT})
    told_all(centre, follower, origin)
    assert Follower(centre, "8006").beat().me.grants == {"A": Role.AGENT, "B": Role.AGENT}
    assert audited(centre) == ([], [])


def test_rights_count_for_the_time_they_were_held(centre: Centre) -> None:
    """Written in B while the right to B lasted, which the copy does not know: accepted again, not held."""
    copy = copied(centre)
    centre.set_staff("8001", {"B": Role.AGENT})
    writer = Writer(centre, "8001")
    assert writer.say(group="B").verdict is ACCEPTED
    centre.set_staff("8001", {"A": Role.AGENT})
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    writer.sign_in()
    assert [one.verdict for one in writer.session.push(writer.links)] == [ACCEPTED]


def test_control_a_right_the_hub_never_heard_of_holds_the_fact(centre: Centre) -> None:
    copy = copied(centre)
    centre.set_staff("8001", {"B": Role.AGENT})
    origin_writer = Writer(centre, "8001")
    origin_writer.say(group="B")
    restored(centre, copy)
    origin_writer.sign_in()
    origin_writer.session.open_origin(origin_writer.origin, "1")
    assert [one.verdict for one in origin_writer.session.push(origin_writer.links)] == [HELD]


def test_an_origin_opened_since_the_copy_is_known_again(centre: Centre) -> None:
    copy = copied(centre)
    writer = Writer(centre, "8001", "5")
    code = writer.session.open_origin(writer.origin, "5").code
    writer.say()
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    writer.sign_in()
    assert writer.session.open_origin(writer.origin, "5").code == code
    assert [one.verdict for one in writer.session.push(writer.links)] == [ACCEPTED]
    other = Writer(centre, "8006", "6")
    assert other.session.open_origin(other.origin, "6").code > code


def test_an_erased_value_does_not_come_back_with_the_copy_nor_with_a_seat(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write(values={"caller": "王芳"})
    writer.push()
    copy = copied(centre, writer)
    writer.write(values={"caller": "李娜"})
    writer.push()
    manager = signed_in(centre, "8004")
    for one in writer.links:
        manager.erase(one.link.fact, (), "asked for")
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    writer.sign_in()
    writer.session.push(writer.links)
    again = Follower(centre, "8003").catch_up()
    values = [value.value for one in kept(again, writer.origin) for value in one.personal]
    assert values == [None, None]
    assert audited(centre) == ([], [])


def test_the_hub_goes_on_in_a_new_origin_and_its_old_chain_gets_its_lost_links(centre: Centre) -> None:
    copy = copied(centre)
    centre.set_staff("8006", {"B": Role.CLERK})
    follower = Follower(centre, "8003").catch_up()
    old = hub_origin(follower)
    lost = kept(follower, old)
    centre.come_back(copy)
    centre.open_again()  # before it heard itself: the old chain must not be written on
    reader = Follower(centre, "8003").catch_up()
    new = hub_origin(reader)
    assert new != old
    first = min((one for one in reader.copy.values() if one.link.origin == new), key=lambda one: one.link.seq)
    told = json.loads(first.body)["fields"]
    assert (first.link.kind, told["origin"], first.link.seq) == ("hub.restored", old, 1)
    head = max((one for one in reader.copy.values() if one.link.origin == old), key=lambda one: one.link.seq)
    assert told["seq"] == head.link.seq
    assert first.link.prev == forked_prev(old, head.link.seq, head.link.digest)
    centre.set_staff("8006", {"A": Role.CLERK, "B": Role.CLERK})
    signed_in(centre, "8003").offer(lost)
    links = {one.link.seq: one.link.digest for one in kept(Follower(centre, "8003").catch_up(), old)}
    assert {one.link.seq: one.link.digest for one in lost} == links
    assert audited(centre) == ([], [])


def test_a_hub_lost_twice_knows_its_chains_again(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    writer.say()
    centre.set_staff("8006", {"B": Role.CLERK})
    first = Follower(centre, "8003").catch_up()
    old = hub_origin(first)
    restored(centre, copy, first)
    writer.sign_in()
    writer.session.push(writer.links)
    centre.set_staff("8002", {"B": Role.AGENT}, active=False)
    second = Follower(centre, "8003").catch_up()
    between = hub_origin(second)
    centre.come_back(copy)
    told_all(centre, second, old)
    assert told_all(centre, second, between).waiting == 0
    centre.open_again()
    writer.sign_in()
    assert [one.verdict for one in writer.session.push(writer.links)] == [ACCEPTED]
    with pytest.raises(DeskError, match="sign_in_refused"):
        signed_in(centre, "8002")
    assert audited(centre) == ([], [])


# ---------------------------------------------------------------- what was said of a link stands


@pytest.mark.parametrize("ruled", [None, ACCEPTED, Verdict.VOIDED])
def test_held_stays_held_and_a_ruling_stays_a_ruling(centre: Centre, ruled: Verdict | None) -> None:
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    writer.write("price.set", fields={"fen": 100})
    held(writer, "role")
    fact = writer.links[-1].link.fact
    if ruled is not None:
        signed_in(centre, "8003").rule(fact, ruled, "looked at the paper")
    centre.set_staff("8001", {"A": Role.LEADER})  # judged afresh, it would be accepted now
    follower = Follower(centre, "8003").catch_up()
    before = follower.copy[writer.origin, 1].standing
    restored(centre, copy, follower)
    writer.sign_in()
    stands = HELD if ruled is None else DUPLICATE if ruled is ACCEPTED else ruled
    assert writer.session.push(writer.links)[0].verdict in {stands, ruled}
    again = Follower(centre, "8003").catch_up()
    assert again.copy[writer.origin, 1].standing == before
    assert len([one for one in again.told("hub.verdict") if one["about"] == fact]) == (1 if ruled is None else 2)
    assert audited(centre) == ([], [])


def test_control_judged_afresh_it_would_not_be_held(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    writer.write("price.set", fields={"fen": 100})
    held(writer, "role")
    restored(centre, copy)
    centre.set_staff("8001", {"A": Role.LEADER})
    writer.sign_in()
    assert writer.session.push(writer.links)[0].verdict is ACCEPTED


def test_of_two_contents_the_first_keeps_its_place_whoever_sends_first(centre: Centre) -> None:
    first, second = Writer(centre, "8001"), Writer(centre, "8006")
    copy = copied(centre, first, second)
    body = first.body()
    first.hang(body)
    first.push()
    second.hang(replace(body, author=second.staff, fields={"text": "other"}))
    assert second.push()[0].verdict is CONFLICT
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    for writer in (second, first):
        writer.sign_in()
    assert second.session.push(second.links)[0].verdict is CONFLICT
    assert first.session.push(first.links)[0].verdict is ACCEPTED
    assert audited(centre) == ([], [])


def test_a_disputed_number_is_not_disputed_again_the_other_way_round(centre: Centre) -> None:
    first, second = Writer(centre, "8001"), Writer(centre, "8006")
    copy = copied(centre, first, second)
    slip = {"book": "A", "number": "7", "total": 5}
    for writer in (first, second):
        writer.say("slip.written", fields=slip)
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    for writer in (second, first):
        writer.sign_in()
        assert writer.session.push(writer.links)[0].verdict is ACCEPTED
    told = Follower(centre, "8003").catch_up().told("hub.dispute")
    assert [(one["first"], one["later"]) for one in told] == [(first.links[0].link.fact, second.links[0].link.fact)]
    assert audited(centre) == ([], [])


# ---------------------------------------------------------------- what colleagues bring


def lacking(beat: Beat, origin: OriginId) -> list[int]:
    return sorted({head.seq for head in beat.lacking if head.origin == origin})


def test_the_hub_names_what_a_seat_knows_more_of(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.say()
    copy = copied(centre, writer)
    writer.say()
    follower = Follower(centre, "8003").catch_up()
    assert follower.beat().lacking == ()
    centre.come_back(copy)
    follower.session = signed_in(centre, "8003")
    assert lacking(follower.beat(), writer.origin) == []  # closed: only its own
    centre.open_again()
    assert lacking(follower.beat(), writer.origin) == [1]
    follower.cursors[writer.origin, "B"] = 9  # a group this person does not read tells nothing
    assert [head.group for head in follower.beat().lacking if head.origin == writer.origin] == ["A"]


def test_colleagues_bring_what_its_writer_has_lost(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    for number in range(5):
        writer.write(fields={"text": str(number)}, values={"caller": "王芳"})
    writer.push()
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    bringer = signed_in(centre, "8006")
    links = kept(follower, writer.origin)
    assert bringer.offer(links[3:]) == Offered(0, 2)
    assert centre.gaps() == [(writer.origin, 1, 3, 2)]
    assert bringer.offer(links) == Offered(5, 0)
    assert bringer.offer(links) == NOTHING
    assert centre.gaps() == []
    again = Follower(centre, "8003").catch_up()
    assert [(one.link, one.body, one.personal) for one in kept(again, writer.origin)] == [
        (one.link, one.body, one.personal) for one in links
    ]
    report = centre.audit()
    assert report.problems == []
    assert report.delivered_for_others >= 5


def test_what_waits_goes_in_when_its_writer_sends_what_was_before(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    for _ in range(4):
        writer.say()
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    signed_in(centre, "8006").offer(kept(follower, writer.origin)[2:])
    writer.sign_in()
    writer.session.push(writer.links[:2])
    assert centre.gaps() == []
    assert len(kept(Follower(centre, "8003").catch_up(), writer.origin)) == 4
    assert audited(centre) == ([], [])


def test_only_what_the_writer_sealed_is_taken(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    writer.say()
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    (link,) = kept(follower, writer.origin)
    bringer = signed_in(centre, "8006")
    with refused("mac"):
        bringer.offer([Outgoing(replace(link.link, mac=None), link.body)])
    with refused("mac"):
        bringer.offer([Outgoing(replace(link.link, mac=mac_of(b"x" * 32, link.link.digest)), link.body)])
    with refused("chain"):
        bringer.offer([Outgoing(link.link, link.body.replace("雨", "云"))])
    with refused("chain"):
        bringer.offer([Outgoing(replace(link.link, seq=2), link.body)])
    assert bringer.offer([link]) == Offered(1, 0)


def test_a_value_erased_since_does_not_even_wait_with_what_a_colleague_brings(centre: Centre) -> None:
    """The colleague was off when it was erased, and holds it still."""
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    for caller in ("王芳", "李娜", "张伟"):
        writer.write(values={"caller": caller})
    writer.push()
    stale = Follower(centre, "8003").catch_up()
    links = kept(stale, writer.origin)
    assert [one.personal[0].value for one in links] == ["王芳", "李娜", "张伟"]
    signed_in(centre, "8004").erase(links[2].link.fact, (), "asked for")
    restored(centre, copy, stale.catch_up())
    bringer = signed_in(centre, "8003")
    assert bringer.offer(links[1:]) == Offered(0, 2)
    assert centre.waiting_values() == ["李娜"]
    assert bringer.offer(links[:1]) == Offered(1, 0)
    assert centre.gaps() == []
    again = Follower(centre, "8003").catch_up()
    assert [one.personal[0].value for one in kept(again, writer.origin)] == ["王芳", "李娜", None]
    assert audited(centre) == ([], [])


# ---------------------------------------------------------------- a forged client with an agent's password


def forged(writer: Writer, kind: str, fields: dict[str, Any], **said: Any) -> Outgoing:
    """A link under the writer's own key that calls itself the hub's."""
    body = writer.body(kind, "*", fields=fields, author=HUB_STAFF, **said)
    return writer.hang(body)


def as_admin(staff: str) -> dict[str, Any]:
    """What the hub would say of a new administrator."""
    return {"staff": staff, "number": "8001", "name": "8001", "active": True, "by": HUB_STAFF, "changed": "rights",
            "grants": [{"granted": "*", "role": "admin"}]}  # fmt: skip


def test_an_origin_of_ones_own_is_not_taken_for_the_hubs(centre: Centre) -> None:
    """Its key was handed out after the copy; the restored hub knows nothing of it any more."""
    copy = copied(centre)
    forger = Writer(centre, "8001")
    old = hub_origin(Follower(centre, "8003"))
    centre.come_back(copy)
    told = {"epoch": "x", "before": "y", "origin": old, "seq": 0, "backup": ""}
    links = [forged(forger, "hub.restored", told), forged(forger, "hub.staff_set", as_admin(forger.staff))]
    assert forger.sign_in().offer(links) == NOTHING
    centre.open_again()
    forger.sign_in().offer(links)
    assert Follower(centre, "8001").beat().me.grants == {"A": Role.AGENT}


def test_an_origin_of_the_hub_that_it_forgot_is_nobodys_to_open(centre: Centre) -> None:
    copy = copied(centre)
    restored(centre, copy)
    follower = Follower(centre, "8003").catch_up()
    between = hub_origin(follower)
    centre.set_staff("8002", {"B": Role.AGENT}, active=False)
    follower.catch_up()
    restored(centre, copy)
    with refused("author"):
        signed_in(centre, "8001").open_origin(between, "1")
    told_all(centre, follower, between)
    with pytest.raises(DeskError, match="sign_in_refused"):
        signed_in(centre, "8002")


def test_what_waits_under_the_hubs_name_in_ones_own_origin_is_not_heard(centre: Centre) -> None:
    forger, writer = Writer(centre, "8001"), Writer(centre, "8006")
    copy = copied(centre, forger, writer)
    writer.say()
    centre.set_staff("8002", {"B": Role.AGENT}, active=False)
    follower = Follower(centre, "8003").catch_up()
    origin, fact = hub_origin(follower), writer.links[0].link.fact
    restored(centre, copy)
    forger.write()
    later = forger.clock.now_us() + 3_600_000_000
    held_back = {"about": fact, "origin": writer.origin, "seq": 1, "verdict": "held", "reason": "role"}
    unfired = {**as_admin(centre.staff("8002")), "number": "8002"}
    links = [forged(forger, "hub.verdict", held_back, happened=1),
             forged(forger, "hub.staff_set", unfired, happened=later)]  # fmt: skip
    links.append(forger.hang_text("no JSON at all", forger.body().id, "hub.verdict"))
    links.append(forger.hang_text("no JSON at all", forger.body().id, "hub.staff_set"))
    assert forger.sign_in().offer(links) == Offered(0, 4)  # the first link of its chain is not here
    told_all(centre, follower, origin)
    with pytest.raises(DeskError, match="sign_in_refused"):
        signed_in(centre, "8002")
    assert writer.sign_in().push(writer.links)[0].verdict is ACCEPTED


def test_what_speaks_for_somebody_else_goes_and_holds_nobody_up(centre: Centre) -> None:
    forger = Writer(centre, "8001")
    copy = copied(centre, forger)
    restored(centre, copy)
    first = forger.write()
    forger.hang(forger.body(author=centre.staff("8003")))
    forger.write(fields={"text": "after it"})
    bringer = signed_in(centre, "8006")
    assert bringer.offer(forger.links[1:]) == Offered(0, 2)
    assert bringer.offer([first]) == Offered(1, 0)
    assert centre.gaps() == [(forger.origin, 2, 2, 1)]
    centre.name_hole(forger.origin, 2, 2, "forged")
    assert centre.gaps() == []
    seen = kept(Follower(centre, "8003").catch_up(), forger.origin)
    assert [one.link.seq for one in seen] == [1, 3]


# ---------------------------------------------------------------- holes


def with_a_hole(centre: Centre) -> tuple[Writer, Follower, HubSession]:
    """Links 1 to 5 of which nobody but the writer holds 2 and 3; a colleague has brought the others."""
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    for number in range(5):
        writer.say(fields={"text": str(number)})
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    bringer = signed_in(centre, "8006")
    links = kept(follower, writer.origin)
    assert bringer.offer([links[0], *links[3:]]) == Offered(1, 2)
    return writer, follower, bringer


def test_a_hole_is_named_and_the_chain_goes_on(centre: Centre) -> None:
    writer, _, _ = with_a_hole(centre)
    assert centre.gaps() == [(writer.origin, 2, 3, 2)]
    (problem,) = centre.audit().problems
    assert problem[0] == "hole_waiting"
    for first, last in ((2, 2), (1, 3), (2, 4)):
        with pytest.raises(DeskError, match="hole_unknown"):
            centre.name_hole(writer.origin, first, last, "disk burnt")
    centre.name_hole(writer.origin, 2, 3, "disk burnt")
    assert centre.gaps() == []
    problems, explained = audited(centre)
    assert problems == []
    assert [(code, facts["first"], facts["last"]) for code, facts in explained] == [("hole", 2, 3)]
    reader = Follower(centre, "8003").catch_up()
    assert sorted(one.link.seq for one in kept(reader, writer.origin)) == [1, 4, 5]
    assert [(one["first"], one["last"], one["why"]) for one in reader.told("hub.hole_named")] == [(2, 3, "disk burnt")]
    assert [(hole.origin, hole.first, hole.last) for hole in reader.beat().holes] == [(writer.origin, 2, 3)]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_lost_link_that_turns_up_after_all_finds_its_place(centre: Centre, order: tuple[int, ...]) -> None:
    writer, _, _ = with_a_hole(centre)
    centre.name_hole(writer.origin, 2, 3, "disk burnt")
    reader = Follower(centre, "8003").catch_up()
    writer.sign_in()
    for place in order:
        assert writer.session.offer([writer.links[place]]) == Offered(1, 0)
    assert audited(centre) == ([], [])
    assert reader.beat().holes == ()
    reader.catch_up()
    late = [(one["seq"], one["verdict"]) for one in reader.told("hub.verdict") if one["reason"] == "late"]
    assert sorted(late) == [(2, "accepted"), (3, "accepted")]
    again = Follower(centre, "8003").catch_up()
    assert sorted(one.link.seq for one in kept(again, writer.origin)) == [1, 2, 3, 4, 5]


def test_a_writer_who_sends_everything_again_fills_the_hole_too(centre: Centre) -> None:
    """As a seat does whose answers were lost, or a bundle that turned up."""
    writer, _, _ = with_a_hole(centre)
    centre.name_hole(writer.origin, 2, 3, "disk burnt")
    writer.write(fields={"text": "and one more"})
    writer.sign_in()
    answers = writer.session.push(writer.links[1:])
    assert [(one.seq, one.verdict) for one in answers] == [
        (2, DUPLICATE), (3, DUPLICATE), (4, DUPLICATE), (5, DUPLICATE), (6, ACCEPTED)]  # fmt: skip
    assert audited(centre) == ([], [])
    late = [one for one in Follower(centre, "8003").catch_up().told("hub.verdict") if one["reason"] == "late"]
    assert [one["seq"] for one in late] == [2, 3]


def test_an_origin_that_goes_on_from_a_lost_link_waits_for_it(centre: Centre) -> None:
    """A copied disk had gone on in an origin of its own; the hub lost the link it hangs on."""
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    writer.say()
    writer.say()
    fork = Fork(writer.origin, 2, writer.links[1].link.digest)
    gone_on = OriginId(str(uuid.uuid4()))
    key = writer.session.open_origin(gone_on, "1", fork).key
    body = writer.body(fields={"text": "on the other disk"})
    prev = forked_prev(fork.origin, fork.seq, fork.digest)
    link = Outgoing(make_link(gone_on, 1, prev, body.id, content_digest(body.text()), body.kind, key), body.text())
    assert writer.session.push([link])[0].verdict is ACCEPTED
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    bringer = signed_in(centre, "8003")
    assert bringer.offer([link]) == Offered(0, 1)
    assert bringer.offer(kept(follower, writer.origin)) == Offered(2, 0)
    assert bringer.offer([link]) == NOTHING
    assert writer.sign_in().open_origin(gone_on, "1", fork).key == key
    assert [one.verdict for one in writer.session.push([link])] == [DUPLICATE]
    assert audited(centre) == ([], [])


def test_a_fork_whose_parent_link_nobody_holds_goes_on_once_that_is_named(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    writer.say()
    fork = Fork(writer.origin, 1, writer.links[0].link.digest)
    gone_on = OriginId(str(uuid.uuid4()))
    key = writer.session.open_origin(gone_on, "1", fork).key
    prev = forked_prev(fork.origin, fork.seq, fork.digest)
    links = []
    for seq in (1, 2, 3):
        body = writer.body(fields={"text": f"on the other disk {seq}"})
        link = make_link(gone_on, seq, prev, body.id, content_digest(body.text()), body.kind, key)
        links.append(Outgoing(link, body.text()))
        prev = link.digest
    writer.session.push(links[:2])
    restored(centre, copy, Follower(centre, "8003").catch_up())
    bringer = signed_in(centre, "8003")
    assert bringer.offer(links[:1]) == Offered(0, 1)
    with refused("fork"):
        writer.sign_in().push(links)
    assert centre.gaps() == [(writer.origin, 1, 1, 1)]
    assert [code for code, _ in audited(centre)[0]] == ["hole_waiting"]
    centre.name_hole(writer.origin, 1, 1, "both disks burnt")
    assert [one.verdict for one in writer.sign_in().push(links)] == [DUPLICATE, ACCEPTED, ACCEPTED]
    problems, explained = audited(centre)
    assert (problems, len(explained)) == ([], 1)
    assert signed_in(centre, "8003").offer(writer.links) == Offered(1, 0)  # it was somewhere after all
    assert audited(centre) == ([], [])


def test_what_the_hub_lost_for_good_between_two_restores_is_a_hole_of_its_own(centre: Centre) -> None:
    copy = copied(centre)
    old = hub_origin(Follower(centre, "8003"))
    centre.set_staff("8006", {"B": Role.CLERK})  # nobody reads this before the hub is lost
    restored(centre, copied(centre))
    reader = Follower(centre, "8003").catch_up()
    links = kept(reader, hub_origin(reader))
    centre.come_back(copy)
    assert signed_in(centre, "8003").offer(links).waiting == 0
    (gap,) = centre.gaps()
    assert gap[0] == old
    centre.open_again()
    assert [code for code, _ in audited(centre)[0]] == ["hole_waiting"]
    centre.name_hole(*gap[:3], "nobody had read it")
    problems, explained = audited(centre)
    assert (problems, len(explained)) == ([], 1)


def test_another_link_for_the_same_place_is_kept_and_not_taken(centre: Centre) -> None:
    writer, _, _ = with_a_hole(centre)
    centre.name_hole(writer.origin, 2, 3, "disk burnt")
    forger = Writer.__new__(Writer)
    forger.__dict__.update(writer.__dict__, links=writer.links[:1])
    forger.write(fields={"text": "never"})
    forger.write(fields={"text": "never 3"})
    assert writer.sign_in().offer(forger.links[1:]) == Offered(1, 1)
    problems, _ = audited(centre)
    assert problems == []  # the first of them hangs on link 1; what should come next is another's


def test_a_named_hole_is_remembered_by_a_hub_restored_again(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    for number in range(5):
        writer.say(fields={"text": str(number)})
    follower = Follower(centre, "8003").catch_up()
    old = hub_origin(follower)
    restored(centre, copy, follower)
    links = kept(follower, writer.origin)
    signed_in(centre, "8006").offer([links[0], *links[3:]])
    centre.name_hole(writer.origin, 2, 3, "disk burnt")
    second = Follower(centre, "8003").catch_up()
    between = hub_origin(second)
    centre.come_back(copy)
    told_all(centre, second, old)
    told_all(centre, second, between)
    centre.open_again()
    assert signed_in(centre, "8006").offer([links[0], *links[3:]]) == Offered(3, 0)
    problems, explained = audited(centre)
    assert (problems, len(explained)) == ([], 1)


def test_heads_are_read_from_the_new_hub_as_ever(centre: Centre) -> None:
    """A reader whose cursor lies beyond what the hub has misses nothing that is written afterwards."""
    writer = Writer(centre, "8001")
    copy = copied(centre, writer)
    writer.say()
    follower = Follower(centre, "8003").catch_up()
    restored(centre, copy, follower)
    writer.sign_in()
    writer.session.push(writer.links)
    late = writer.say(fields={"text": "after"})
    follower.session = signed_in(centre, "8003")
    follower.catch_up()
    assert late.fact in follower.ids()
    assert Head(writer.origin, GroupId("A"), 2) not in follower.beat().heads
    assert FactId(late.fact) == late.fact
