"""What every hub promises a seat: verdicts, refusals, heads, row rules — tried on each kind of hub."""

from __future__ import annotations

import itertools
import json
import random
import threading
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, GroupId, OriginId, StaffId, SubjectId
from agent_desk.facts.body import LARGEST_BODY, content_digest
from agent_desk.facts.kind import Role
from agent_desk.facts.link import FIRST_PREV, holds, mac_of, make_link
from agent_desk.facts.personal import Personal, seal
from agent_desk.hub.port import HubSession, Judged, Verdict
from tests.hub.contract import Centre, refused
from tests.hub.seats import DAY_US, Follower, Writer

ACCEPTED, DUPLICATE, CONFLICT, HELD = (
    Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.CONFLICT, Verdict.HELD,
)  # fmt: skip


def verdicts(judged: list[Judged]) -> list[tuple[int, Verdict, str]]:
    return [(one.seq, one.verdict, one.reason) for one in judged]


def journal(centre: Centre, origin: OriginId) -> list[tuple[Any, ...]]:
    """All a hub holds of an origin, as the manager reads it."""
    follower = Follower(centre, "8004").catch_up()
    follower.session.close()
    return sorted(
        (one.link.seq, one.link, one.body, one.standing, one.reason)
        for (its, _), one in follower.copy.items()
        if its == origin
    )


# ---------------------------------------------------------------- verdicts


def test_a_good_fact_is_accepted_and_comes_back_as_it_was_sent(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    sent = writer.write(values={"caller": "王芳"})
    (judged,) = writer.push()
    assert (judged.seq, judged.fact, judged.verdict, judged.reason) == (1, sent.link.fact, ACCEPTED, "")
    (pulled,) = Follower(centre, "8003").catch_up().facts()
    assert (pulled.link, pulled.body, pulled.personal) == (sent.link, sent.body, sent.personal)
    assert (pulled.standing, pulled.hub_us) == (ACCEPTED, judged.hub_us)


def test_hub_time_is_the_hubs_own(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    before = Follower(centre, "8001").beat().hub_us
    judged = writer.say(happened=5, keyed=6)
    assert before <= judged.hub_us <= Follower(centre, "8001").beat().hub_us


def test_nothing_sent_is_nothing_judged(centre: Centre) -> None:
    assert Writer(centre, "8001").session.push([]) == []


def test_answers_lost_and_sent_again_are_duplicates(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    for _ in range(3):
        writer.write()
    assert [one.verdict for one in writer.push()] == [ACCEPTED] * 3
    before = journal(centre, writer.origin)
    assert [one.verdict for one in writer.session.push(writer.links)] == [DUPLICATE] * 3
    assert journal(centre, writer.origin) == before
    assert centre.audit().ok


def test_a_batch_that_overlaps_what_is_there_adds_only_the_rest(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    for _ in range(5):
        writer.write()
    writer.session.push(writer.links[:3])
    judged = writer.session.push(writer.links[1:])
    assert verdicts(judged) == [
        (2, DUPLICATE, ""), (3, DUPLICATE, ""), (4, ACCEPTED, ""), (5, ACCEPTED, ""),
    ]  # fmt: skip
    assert len(journal(centre, writer.origin)) == 5


def test_a_held_fact_stays_held_when_its_answer_was_lost(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write("nobody.knows")
    first = writer.push()
    assert verdicts(first) == [(1, HELD, "kind_unknown")]
    assert verdicts(writer.session.push(writer.links)) == verdicts(first)


def test_the_same_fact_on_a_second_origin_is_a_duplicate(centre: Centre) -> None:
    home, cloned = Writer(centre, "8001"), Writer(centre, "8001", seat="2")
    sent = home.write()
    home.push()
    cloned.hang_text(sent.body, sent.link.fact)
    assert verdicts(cloned.push()) == [(1, DUPLICATE, "")]
    assert centre.audit().facts == centre.audit().links - 1
    assert centre.audit().ok


def test_the_same_id_with_other_content_is_a_conflict_and_the_first_stays(centre: Centre) -> None:
    home, cloned = Writer(centre, "8001"), Writer(centre, "8001", seat="2")
    first = home.write(values={"caller": "first"})
    home.push()
    other = cloned.write(id=FactId(first.link.fact), fields={"text": "other"}, values={"caller": "second"})
    assert verdicts(cloned.push()) == [(1, CONFLICT, "")]
    assert verdicts(cloned.session.push(cloned.links)) == [(1, CONFLICT, "")]
    seen = Follower(centre, "8003").catch_up()
    here = {one.link.origin: one for one in seen.facts("note.written")}
    assert (here[home.origin].body, here[home.origin].standing) == (first.body, ACCEPTED)
    assert here[home.origin].personal == first.personal
    assert (here[cloned.origin].body, here[cloned.origin].standing) == (other.body, CONFLICT)
    assert here[cloned.origin].personal == other.personal
    (told,) = seen.told("hub.verdict")
    assert (told["about"], told["origin"], told["seq"], told["verdict"]) == (
        first.link.fact, cloned.origin, 1, "conflict",
    )  # fmt: skip
    report = centre.audit()
    assert (report.ok, report.conflicts) == (True, 1)


def held(writer: Writer, reason: str) -> None:
    """Send what hangs; the last is held for this reason, whoever asks and however often."""
    judged = writer.push()[-1]
    assert (judged.verdict, judged.reason) == (HELD, reason)
    sent = writer.links[-1]
    follower = Follower(writer.centre, writer.number).catch_up()
    follower.session.close()
    (back,) = [one for one in follower.copy.values() if one.link == sent.link]
    assert (back.body, back.standing, back.reason) == (sent.body, HELD, reason)
    assert holds(back.link, back.body)
    (told,) = [told for told in follower.told("hub.verdict") if told["about"] == sent.link.fact]
    assert (told["origin"], told["seq"], told["verdict"], told["reason"]) == (
        writer.origin, sent.link.seq, "held", reason,
    )  # fmt: skip


POISON = {
    "nothing": "",
    "no JSON": "{broken",
    "no body": "[1,2,3]",
    "a bare word": "null",
    "a nul": '{"text":"a\x00b"}',
    "an escaped nul": '{"text":"a\\u0000b"}',
    "a lone surrogate": '{"text":"\ud800"}',
    "an escaped lone surrogate": '{"text":"\\ud800"}',
    "a fraction": '{"v":1.5}',
    "deep nesting": "[" * 100_000,
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_a_body_nobody_can_read_is_kept_byte_for_byte_and_held(centre: Centre, poison: str) -> None:
    writer = Writer(centre, "8001")
    writer.hang_text(poison, writer.body().id)
    held(writer, "unreadable")
    assert Follower(centre, "8006").catch_up().ids() == set()
    assert centre.audit().ok


@pytest.mark.parametrize(
    ("name", "value"),
    [("v", 1.5), ("happened", 1 << 63), ("keyed", None), ("fields", {"text": None}), ("subject", "x"),
     ("group", ""), ("group", "@me"), ("group", 5), ("stamp", "1"), ("fields", []),
     ("fields", {"text": "x", "n": 1 << 64}), ("fields", {"text": "a\u0000b"}), ("replaces", {"text": None})],
)  # fmt: skip
def test_a_body_with_a_wrong_envelope_is_held_as_unreadable(centre: Centre, name: str, value: Any) -> None:
    writer = Writer(centre, "8001")
    body = writer.body()
    writer.hang_text(json.dumps({**json.loads(body.text()), name: value}), body.id)
    held(writer, "unreadable")


def test_a_body_that_names_another_fact_or_kind_than_its_link_is_held(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.hang_text(writer.body().text(), writer.body().id)
    held(writer, "unreadable")
    body = writer.body()
    writer.hang_text(body.text(), body.id, "call.ended")
    held(writer, "unreadable")


def test_a_poisoned_fact_may_come_twice_or_as_another_content(centre: Centre) -> None:
    home, cloned = Writer(centre, "8001"), Writer(centre, "8001", seat="2")
    mistaken, good = home.body().text(), home.write()
    home.hang_text("\x00", fact := home.body().id)
    home.hang_text(mistaken, other := home.body().id)
    home.push()
    cloned.hang_text("\x00", fact)
    cloned.hang_text(mistaken, other)
    cloned.hang_text("{", FactId(good.link.fact))
    cloned.hang_text("[]", fact)
    assert verdicts(cloned.push()) == [(1, DUPLICATE, ""), (2, DUPLICATE, ""), (3, CONFLICT, ""), (4, CONFLICT, "")]
    report = centre.audit()
    assert report.ok, report.as_words()
    assert [row[2] for row in journal(centre, cloned.origin)] == ["\x00", mistaken, "{", "[]"]


def test_a_body_too_large_is_kept_whole_and_held(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    body = writer.body(fields={"text": ""})
    text = body.text().replace('"text":""', f'"text":"{"长" * (5_000_000 // 3)}"')
    assert len(text.encode()) > LARGEST_BODY
    writer.hang_text(text, body.id)
    held(writer, "too_large")


def test_a_kind_or_version_of_a_newer_desk_is_held(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write("nobody.knows", fields={"any": [1, {"thing": True}]})
    held(writer, "kind_unknown")
    writer.write(version=99)
    held(writer, "kind_unknown")


@pytest.mark.parametrize(
    "fields",
    [{}, {"text": 5}, {"text": True}, {"text": "x", "weight": "heavy"}, {"text": "x", "weight": True},
     {"text": "x", "lines": "none"}, {"text": "x", "lines": ["no mapping"]},
     {"text": "x", "lines": [{"item": "lamp", "count": "two"}]}],
)  # fmt: skip
def test_a_fact_with_wrong_fields_is_held(centre: Centre, fields: dict[str, Any]) -> None:
    writer = Writer(centre, "8001")
    writer.write(fields=fields)
    held(writer, "field_wrong")


def test_what_a_newer_desk_adds_to_a_known_fact_is_taken_and_kept(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    sent = writer.write(fields={"text": "x", "mood": "calm", "lines": [{"item": "lamp", "count": 2, "tone": 3}]})
    assert verdicts(writer.push()) == [(1, ACCEPTED, "")]
    assert [one.body for one in Follower(centre, "8003").catch_up().facts()] == [sent.body]


def test_a_kind_that_is_not_for_my_role_is_held(centre: Centre) -> None:
    agent, leader = Writer(centre, "8001"), Writer(centre, "8003")
    assert leader.say("price.set", fields={"fen": 100}).verdict is ACCEPTED
    agent.write("price.set", fields={"fen": 1})
    held(agent, "role")


def test_nobody_speaks_for_the_hub(centre: Centre) -> None:
    forger = Writer(centre, "8004")
    fields = {"staff": forger.staff, "number": "8004", "name": "me", "active": True,
              "grants": [{"granted": "*", "role": "admin"}]}  # fmt: skip
    forger.write("hub.staff_set", "*", fields=fields)
    held(forger, "role")


def test_a_fact_in_a_group_i_have_no_right_in_is_held(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write(group="B")
    held(writer, "group")
    writer.write(group="nowhere")
    held(writer, "group")


def test_a_manager_of_the_centre_writes_in_every_group(centre: Centre) -> None:
    manager = Writer(centre, "8004")
    assert [manager.say(group=group).verdict for group in ("A", "B", "*")] == [ACCEPTED] * 3


def test_personal_values_that_do_not_fit_their_digest_are_held(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    good = seal("caller", "王芳")
    for wrong in (replace(good, value="李华"), replace(good, salt=bytes(16)), seal("phone", "138")):
        writer.hang(writer.body(personal={"caller": good.digest}), personal=[wrong])
        held(writer, "personal")
    assert centre.audit().ok


def test_an_erased_personal_value_is_taken_without_it(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    value = seal("caller", "王芳")
    writer.hang(writer.body(personal={"caller": value.digest}), [Personal("caller", None, value.salt)])
    assert verdicts(writer.push()) == [(1, ACCEPTED, "")]
    (pulled,) = Follower(centre, "8003").catch_up().facts()
    assert all(one.value is None for one in pulled.personal)


def test_a_poisoned_fact_never_blocks_those_around_it(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write()
    writer.hang_text('{"a":"\x00\ud800"}', writer.body().id)
    writer.write()
    writer.write("nobody.knows")
    writer.write(fields={})
    writer.write(group="B")
    last = writer.write(values={"caller": "x"})
    assert verdicts(writer.push()) == [
        (1, ACCEPTED, ""), (2, HELD, "unreadable"), (3, ACCEPTED, ""), (4, HELD, "kind_unknown"),
        (5, HELD, "field_wrong"), (6, HELD, "group"), (7, ACCEPTED, ""),
    ]  # fmt: skip
    assert last.link.fact in Follower(centre, "8003").catch_up().ids()
    report = centre.audit()
    assert (report.ok, report.held) == (True, 4)


# ---------------------------------------------------------------- numbers


def slip(number: str, **said: Any) -> dict[str, Any]:
    return {"fields": {"book": "2026-A", "number": number, "total": 35000}, **said}


def test_a_number_used_by_two_receipts_is_a_dispute_told_to_both(centre: Centre) -> None:
    first, later = Writer(centre, "8001"), Writer(centre, "8002")
    one = first.write("slip.written", **slip("000123"))
    assert verdicts(first.push()) == [(1, ACCEPTED, "")]
    two = later.write("slip.written", "B", **slip("000123"))
    assert verdicts(later.push()) == [(1, ACCEPTED, "")]
    for number in ("8001", "8002", "8003"):
        (told,) = Follower(centre, number).catch_up().told("hub.dispute")
        assert told == {
            "book": "2026-A", "number": "000123", "first": one.link.fact, "later": two.link.fact,
            "first_author": first.staff, "later_author": later.staff,
        }  # fmt: skip
    report = centre.audit()
    assert report.ok
    assert report.numbers == 1
    assert report.disputes >= 1


def test_a_number_used_twice_in_one_batch_is_a_dispute_too(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write("slip.written", **slip("7"))
    writer.write("slip.written", **slip("7"))
    writer.write("slip.written", **slip("8"))
    writer.push()
    assert len(Follower(centre, "8003").catch_up().told("hub.dispute")) == 1
    writer.session.push(writer.links)
    assert len(Follower(centre, "8003").catch_up().told("hub.dispute")) == 1


def test_a_correction_of_the_same_receipt_keeps_its_number(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    subject = SubjectId(str(uuid.uuid4()))
    writer.write("slip.written", **slip("7", subject=subject))
    writer.write("slip.written", **slip("7", subject=subject))
    writer.push()
    assert Follower(centre, "8003").catch_up().told("hub.dispute") == []


def test_a_held_fact_claims_no_number(centre: Centre) -> None:
    forger, honest = Writer(centre, "8002"), Writer(centre, "8001")
    assert forger.say("slip.written", "A", **slip("9")).verdict is HELD
    assert honest.say("slip.written", **slip("9")).verdict is ACCEPTED
    assert Follower(centre, "8004").catch_up().told("hub.dispute") == []


# ---------------------------------------------------------------- identity


def unchanged(centre: Centre, writer: Writer, why: str, links: list[Any]) -> None:
    """The batch is refused for this reason and leaves no trace."""
    before = centre.audit()
    with refused(why):
        writer.session.push(links)
    assert centre.audit() == before


def test_a_skipped_link_is_refused(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    for _ in range(3):
        writer.write()
    unchanged(centre, writer, "chain", writer.links[1:])
    unchanged(centre, writer, "chain", [writer.links[0], writer.links[2]])
    writer.session.push(writer.links[:1])
    unchanged(centre, writer, "chain", writer.links[2:])


def test_links_out_of_order_or_of_two_origins_are_refused(centre: Centre) -> None:
    writer, other = Writer(centre, "8001"), Writer(centre, "8001", seat="2")
    for _ in range(2):
        writer.write()
        other.write()
    unchanged(centre, writer, "chain", [writer.links[0], other.links[1]])


def test_an_altered_body_link_or_seq_is_refused(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    sent = writer.write()
    link = sent.link
    body = sent.body.replace("雨棚", "电箱")
    assert body != sent.body
    unchanged(centre, writer, "chain", [replace(sent, body=body)])
    for altered in (
        replace(link, digest=bytes(32)),
        replace(link, kind="call.ended"),
        replace(link, fact=writer.body().id),
        replace(link, prev=b"\x01" * 32),
        replace(link, seq=0),
    ):
        unchanged(centre, writer, "chain", [replace(sent, link=altered)])


def test_a_fault_deep_in_a_batch_refuses_all_of_it(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    for _ in range(20):
        writer.write()
    broken = [*writer.links[:19], replace(writer.links[19], body="{}")]
    unchanged(centre, writer, "chain", broken)
    assert len(writer.push()) == 20


def test_another_link_at_a_place_that_is_taken_is_a_fork(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write()
    writer.write()
    writer.push()
    clone = writer.links[:1]
    body = writer.body()
    forged = make_link(writer.origin, 2, clone[0].link.digest, body.id, content_digest(body.text()),
                       body.kind, writer.key)  # fmt: skip
    unchanged(centre, writer, "fork", [replace(clone[0], link=forged, body=body.text(), personal=())])


def test_a_chain_that_hangs_on_another_head_is_a_fork(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write()
    writer.push()
    writer.links[0] = replace(writer.links[0], link=replace(writer.links[0].link, digest=b"\x07" * 32))
    writer.write()
    unchanged(centre, writer, "fork", writer.links[1:])


def test_a_wrong_mac_is_refused_even_on_my_own_origin(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    sent = writer.write()
    for mac in (bytes(32), mac_of(bytes(32), sent.link.digest), b"short"):
        unchanged(centre, writer, "mac", [replace(sent, link=replace(sent.link, mac=mac))])


def test_my_own_origin_grows_without_a_mac(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    sent = writer.write()
    bare = replace(sent, link=replace(sent.link, mac=None))
    assert verdicts(writer.session.push([bare])) == [(1, ACCEPTED, "")]
    assert centre.audit().ok


def test_a_colleague_delivers_my_links_with_a_right_mac(centre: Centre) -> None:
    writer, colleague = Writer(centre, "8001"), Writer(centre, "8002", seat="2")
    writer.write()
    assert verdicts(colleague.session.push(writer.links)) == [(1, ACCEPTED, "")]
    assert verdicts(writer.push()) == [(1, DUPLICATE, "")]
    report = centre.audit()
    assert (report.ok, report.delivered_for_others) == (True, 1)
    (pulled,) = Follower(centre, "8003").catch_up().facts()
    assert json.loads(pulled.body)["author"] == writer.staff


def test_a_colleague_cannot_deliver_for_me_without_a_mac_or_with_a_wrong_one(centre: Centre) -> None:
    writer, colleague = Writer(centre, "8001"), Writer(centre, "8003", seat="2")
    sent = writer.write()
    for mac in (None, bytes(32), mac_of(colleague.key, sent.link.digest)):
        unchanged(centre, colleague, "mac", [replace(sent, link=replace(sent.link, mac=mac))])


def test_nobody_writes_in_anothers_name(centre: Centre) -> None:
    forger = Writer(centre, "8001")
    forger.write(author=centre.staff("8003"))
    unchanged(centre, forger, "author", forger.links)


def test_nobody_writes_for_another_centre(centre: Centre) -> None:
    forger = Writer(centre, "8001")
    forger.write(centre=str(uuid.uuid4()))
    unchanged(centre, forger, "centre", forger.links)


def test_an_origin_that_was_never_opened_is_refused(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.origin = OriginId(str(uuid.uuid4()))
    writer.write()
    unchanged(centre, writer, "centre", writer.links)


def test_nobody_adds_to_the_hubs_own_chain(centre: Centre) -> None:
    writer = Writer(centre, "8005")
    hub_chain = list(Follower(centre, "8005").catch_up().copy.values())
    last = max(hub_chain, key=lambda one: one.link.seq).link
    body = writer.body(group="*")
    link = make_link(last.origin, last.seq + 1, last.digest, body.id, content_digest(body.text()),
                     body.kind, None)  # fmt: skip
    sample = writer.write()
    before = centre.audit()
    with pytest.raises(DeskError, match=r"hub_refused .*why='(author|mac)'"):
        writer.session.push([replace(sample, link=link, body=body.text())])
    assert centre.audit() == before


# ---------------------------------------------------------------- origins and sign-in


def test_opening_an_origin_twice_gives_the_same_answer(centre: Centre) -> None:
    session = centre.hub.connect("8001", centre.password("8001"))
    origin = OriginId(str(uuid.uuid4()))
    first = session.open_origin(origin, "1")
    assert session.open_origin(origin, "1") == first
    assert len(first.key) == 32
    told = [one for one in Follower(centre, "8002").catch_up().told("hub.origin_opened") if one["origin"] == origin]
    assert [(one["staff"], one["seat"], one["code"]) for one in told] == [(centre.staff("8001"), "1", first.code)]


def test_every_origin_has_a_key_and_a_code_of_its_own(centre: Centre) -> None:
    sessions = [centre.hub.connect(number, centre.password(number)) for number in ("8001", "8002", "8001")]
    opened = [session.open_origin(OriginId(str(uuid.uuid4())), "1") for session in sessions]
    assert len({one.code for one in opened}) == len({one.key for one in opened}) == 3
    assert all(one.code > 0 for one in opened)


def test_nobody_opens_an_origin_of_another_person(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    with refused("author"):
        centre.hub.connect("8003", centre.password("8003")).open_origin(writer.origin, "1")


def test_after_losing_everything_the_hub_still_tells_my_own_heads(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    for _ in range(4):
        writer.write()
    writer.push()
    reborn = Follower(centre, "8001").catch_up()
    assert reborn.beat().own_heads[writer.origin] == (4, writer.links[-1].link.digest)
    mine = sorted((one.link.seq, one.body) for one in reborn.facts())
    assert mine == [(sent.link.seq, sent.body) for sent in writer.links]
    assert writer.origin not in Follower(centre, "8003").beat().own_heads


def test_a_wrong_number_or_password_signs_nobody_in(centre: Centre) -> None:
    for number, password in (("8001", "wrong"), ("8001", ""), ("9999", centre.password("8001")), ("", "")):
        with pytest.raises(DeskError, match="sign_in_refused"):
            centre.hub.connect(number, password)


def test_who_has_left_is_told_so_and_writes_nothing_more(centre: Centre) -> None:
    writer, follower = Writer(centre, "8001"), Follower(centre, "8001")
    writer.say()
    writer.write()
    centre.set_staff("8001", {}, active=False)
    with pytest.raises(DeskError, match="sign_in_refused"):
        centre.hub.connect("8001", centre.password("8001"))
    with pytest.raises(DeskError):
        writer.push()
    with pytest.raises(DeskError):
        writer.session.open_origin(OriginId(str(uuid.uuid4())), "1")
    try:
        beat = follower.beat()
    except DeskError:
        return  # a hub may also end the session at once
    assert (beat.me.active, beat.heads) == (False, ())
    with pytest.raises(DeskError):  # nothing would look like all there is
        follower.session.pull(writer.origin, GroupId("A"), 0, 9)


def test_what_was_written_before_my_rights_ended_still_counts(centre: Centre) -> None:
    writer, colleague = Writer(centre, "8001"), Writer(centre, "8003")
    writer.write()
    writer.write(keyed=writer.clock.now_us() + 400 * DAY_US)
    centre.set_staff("8001", {}, active=False)
    assert verdicts(colleague.session.push(writer.links)) == [(1, ACCEPTED, ""), (2, HELD, "rights_ended")]


# ---------------------------------------------------------------- beats


def test_a_beat_tells_who_i_am_and_only_what_is_new(centre: Centre) -> None:
    writer, follower = Writer(centre, "8001"), Follower(centre, "8003")
    me = follower.beat().me
    assert (me.staff, me.number, me.centre, dict(me.grants), me.active) == (
        centre.staff("8003"), "8003", centre.id, {"A": Role.LEADER}, True,
    )  # fmt: skip
    follower.catch_up()
    assert follower.beat().heads == ()
    writer.say()
    writer.say()
    (head,) = follower.beat().heads
    assert (head.origin, head.group, head.seq) == (writer.origin, "A", 2)
    assert follower.beat().opened
    assert follower.beat().epoch == Follower(centre, "8002").beat().epoch != ""


def test_a_head_says_how_far_an_origin_has_come_in_each_group(centre: Centre) -> None:
    manager = Writer(centre, "8004")
    for group in ("A", "B", "A", "B", "B"):
        manager.write(group=group)
    manager.push()
    heads = {(head.origin, head.group): head.seq for head in Follower(centre, "8004").beat().heads}
    assert (heads[manager.origin, "A"], heads[manager.origin, "B"]) == (3, 5)


def test_the_same_person_on_two_seats_is_shown_to_both(centre: Centre) -> None:
    one, two = Follower(centre, "8001", seat="1"), Follower(centre, "8001", seat="2")
    assert one.beat().elsewhere == ()
    assert two.beat().elsewhere == ("1",)
    assert one.beat().elsewhere == ("2",)
    assert Follower(centre, "8003", seat="3").beat().elsewhere == ()
    two.beat(state="signed_out")
    assert one.beat().elsewhere == ()


# ---------------------------------------------------------------- pulling


@pytest.mark.parametrize("page", [1, 3, 7, 100])
def test_pages_of_any_size_bring_the_same_journal(centre: Centre, page: int) -> None:
    writer, manager = Writer(centre, "8001"), Writer(centre, "8004")
    for _ in range(7):
        writer.write()
    writer.push()
    for group in ("A", "B", "*"):
        manager.write(group=group)
    manager.push()
    assert Follower(centre, "8001", page=page).catch_up().ids() == {
        sent.link.fact for sent in (*writer.links, manager.links[0], manager.links[2])
    }


def test_a_pull_gives_what_lies_between_and_no_more(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    for _ in range(6):
        writer.write()
    writer.push()
    session = Follower(centre, "8003").session
    assert [one.link.seq for one in session.pull(writer.origin, GroupId("A"), 2, 5)] == [3, 4, 5]
    assert [one.link.seq for one in session.pull(writer.origin, GroupId("A"), 2, 5, limit=2)] == [3, 4]
    assert session.pull(writer.origin, GroupId("A"), 6, 99) == []
    withheld(session, writer.origin, GroupId("B"))


def withheld(session: HubSession, origin: OriginId, group: GroupId) -> None:
    """A seat takes an empty page for all there is: what it may not follow is refused instead."""
    with pytest.raises(DeskError, match="rights_moved"):
        session.pull(origin, group, 0, 99)


@pytest.mark.parametrize(
    ("number", "sees"),
    [("8001", "A*"), ("8006", "A*"), ("8003", "A*"), ("8002", "B*"), ("8004", "AB*"), ("8005", "*")],
)
def test_each_role_reads_its_own_groups(centre: Centre, number: str, sees: str) -> None:
    manager = Writer(centre, "8004", seat="7")
    sent = {group: manager.write(group=group) for group in ("A", "B", "*")}
    manager.push()
    follower = Follower(centre, number, seat="8").catch_up()
    assert follower.ids() == {sent[group].link.fact for group in sees}
    for group, one in sent.items():
        subject = SubjectId(json.loads(one.body)["subject"])
        seen = group in sees
        if seen:
            assert follower.session.pull(manager.origin, GroupId(group), 0, 9)
        else:
            withheld(follower.session, manager.origin, GroupId(group))
        assert bool(follower.session.pull_subject(subject)) == seen


def test_a_conflicting_body_betrays_nothing_to_another_group(centre: Centre) -> None:
    writer, spy = Writer(centre, "8001"), Writer(centre, "8002")
    secret = writer.write(fields={"text": "secret of group A"}, values={"caller": "王芳"})
    writer.push()
    subject = SubjectId(json.loads(secret.body)["subject"])
    spy.write(group="B", id=FactId(secret.link.fact), subject=subject)
    assert verdicts(spy.push()) == [(1, CONFLICT, "")]
    seen = Follower(centre, "8002").catch_up()
    told = [*seen.copy.values(), *seen.session.pull_subject(subject)]
    assert all("secret of group A" not in one.body for one in told)
    assert all(value.value != "王芳" for one in told for value in one.personal)


def test_my_own_facts_come_back_whatever_their_group(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write(group="B")
    writer.write()
    writer.push()
    assert Follower(centre, "8001").catch_up().ids() == {sent.link.fact for sent in writer.links}


def test_a_new_right_brings_that_group_from_its_beginning(centre: Centre) -> None:
    writer, follower = Writer(centre, "8001"), Follower(centre, "8002").catch_up()
    sent = [writer.write() for _ in range(3)]
    writer.push()
    before = follower.catch_up().beat().grants_version
    assert follower.ids() == set()
    centre.set_staff("8002", {"B": Role.AGENT, "A": Role.CLERK})
    beat = follower.beat()
    assert beat.grants_version > before
    assert dict(beat.me.grants) == {"B": Role.AGENT, "A": Role.CLERK}
    assert follower.catch_up().ids() == {one.link.fact for one in sent}


def test_a_right_taken_away_closes_that_group_at_once(centre: Centre) -> None:
    writer, follower = Writer(centre, "8001"), Follower(centre, "8006").catch_up()
    writer.say()
    subject = SubjectId(json.loads(writer.links[0].body)["subject"])
    centre.set_staff("8006", {"B": Role.CLERK})
    writer.say()
    beat = follower.beat()
    assert writer.origin not in {head.origin for head in beat.heads}
    withheld(follower.session, writer.origin, GroupId("A"))
    assert follower.session.pull_subject(subject) == []
    assert follower.catch_up().ids() == set()


def test_every_change_of_staff_is_told_to_all_seats(centre: Centre) -> None:
    follower = Follower(centre, "8002").catch_up()
    centre.set_staff("8001", {"B": Role.LEADER})
    last = follower.catch_up().told("hub.staff_set")
    assert {"granted": "B", "role": "leader"} in next(
        told["grants"] for told in reversed(last) if told["number"] == "8001" and len(told["grants"]) == 1
        and told["grants"][0]["granted"] == "B"
    )  # fmt: skip


def test_the_hubs_own_chain_holds_like_any_other(centre: Centre) -> None:
    copy = Follower(centre, "8005").catch_up().copy
    chain = sorted((one.link.seq, one) for one in copy.values() if one.link.kind.startswith("hub."))
    assert [seq for seq, _ in chain] == list(range(1, len(chain) + 1))
    before = FIRST_PREV
    for _, one in chain:
        assert one.link.prev == before
        assert holds(one.link, one.body)
        before = one.link.digest


# ---------------------------------------------------------------- shares and keeping


def share(writer: Writer, subject: SubjectId, to_group: str, group: str = "A") -> Judged:
    return writer.say("subject.shared", group, subject=subject, fields={"to_group": to_group})


def test_a_share_brings_the_whole_subject_and_what_follows(centre: Centre) -> None:
    subject = SubjectId(str(uuid.uuid4()))
    writer, leader, other = Writer(centre, "8001"), Writer(centre, "8003"), Follower(centre, "8002")
    past = writer.write(subject=subject, values={"caller": "王芳"})
    writer.write()
    writer.push()
    assert other.catch_up().ids() == set()
    assert share(leader, subject, "B").verdict is ACCEPTED
    given = leader.links[-1]
    assert other.catch_up().ids() == {past.link.fact, given.link.fact}
    (seen,) = other.facts("note.written")
    assert seen.personal == past.personal
    later = writer.write(subject=subject)
    writer.write()
    writer.push()
    assert other.catch_up().ids() == {past.link.fact, given.link.fact, later.link.fact}
    assert Follower(centre, "8002", seat="5").catch_up().ids() == other.ids()


def test_a_share_does_not_hide_the_rest_of_a_group_granted_later(centre: Centre) -> None:
    subject = SubjectId(str(uuid.uuid4()))
    writer, other = Writer(centre, "8001"), Follower(centre, "8002").catch_up()
    first = writer.write()
    writer.write(subject=subject)
    writer.push()
    share(Writer(centre, "8003"), subject, "B")
    last = writer.write(subject=subject)
    writer.push()
    assert first.link.fact not in other.catch_up().ids()
    centre.set_staff("8002", {"A": Role.AGENT, "B": Role.AGENT})
    assert {first.link.fact, last.link.fact} <= other.catch_up().ids()


def test_nobody_shares_with_themselves_what_they_may_not_read(centre: Centre) -> None:
    subject = SubjectId(str(uuid.uuid4()))
    writer, thief = Writer(centre, "8001"), Writer(centre, "8002")
    writer.say(subject=subject)
    stolen = share(thief, subject, "B", group="B")
    assert (stolen.verdict, stolen.reason) == (HELD, "group")
    assert thief.session.pull_subject(subject) == [
        one for one in thief.session.pull_subject(subject) if one.link.origin != writer.origin
    ]
    assert Follower(centre, "8002").catch_up().ids() == {thief.links[0].link.fact}


def test_a_share_to_no_group_at_all_is_held(centre: Centre) -> None:
    leader = Writer(centre, "8003")
    assert share(leader, SubjectId(str(uuid.uuid4())), "nowhere").verdict is HELD


def test_a_seat_is_spared_what_its_kind_no_longer_keeps(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    old, subject = writer.clock.now_us() - 40 * DAY_US, SubjectId(str(uuid.uuid4()))
    call = {"fields": {"seconds": 90}, "subject": subject}
    gone = writer.write("call.ended", happened=old, keyed=old, **call)
    kept = writer.write("call.ended", **call)
    ever = writer.write(happened=old, keyed=old)
    late = writer.write("call.ended", happened=old, **call)
    writer.push()
    colleague = Follower(centre, "8003").catch_up()
    assert colleague.ids() == {kept.link.fact, ever.link.fact, late.link.fact}
    found = {one.link.fact for one in colleague.session.pull_subject(subject)}
    assert found == {gone.link.fact, kept.link.fact, late.link.fact}
    everything = {one.link.fact for one in (gone, kept, ever, late)}
    assert Follower(centre, "8001").catch_up().ids() == everything


# ---------------------------------------------------------------- restarts, order, threads


def test_a_restart_keeps_everything(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write(values={"caller": "王芳"})
    writer.hang_text("\x00", writer.body().id)
    writer.write("slip.written", **slip("1"))
    writer.push()
    before, report = journal(centre, writer.origin), centre.audit()
    epoch = Follower(centre, "8003").beat().epoch
    centre.restart()
    assert journal(centre, writer.origin) == before
    assert centre.audit() == report
    assert Follower(centre, "8003").beat().epoch == epoch
    writer.sign_in()
    assert writer.session.open_origin(writer.origin, "1").key == writer.key
    assert writer.say().verdict is ACCEPTED
    assert [one.verdict for one in writer.session.push(writer.links)] == [DUPLICATE, HELD, DUPLICATE, DUPLICATE]


def test_a_closed_session_says_the_hub_is_away(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write()
    writer.session.close()
    writer.session.close()
    with pytest.raises(DeskError, match="hub_away"):
        writer.push()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.tuples(st.integers(0, 11), st.integers(1, 12), st.sampled_from(["mine", "theirs"])), max_size=12
    ),
    poison=st.sets(st.integers(0, 11), max_size=4),
)
def test_any_interleaving_of_batches_with_repeats_ends_in_the_same_journal(
    centre: Centre, batches: list[tuple[int, int, str]], poison: set[int]
) -> None:
    writer, colleague = Writer(centre, "8001"), Follower(centre, "8003")
    expected = []
    for place in range(12):
        if place in poison:
            writer.hang_text('{"a":"\x00"}', writer.body().id)
        else:
            writer.write()
        expected.append(HELD if place in poison else ACCEPTED)
    there = 0
    for start, count, who in [*batches, (0, 12, "mine"), (0, 12, "theirs")]:
        session = writer.session if who == "mine" else colleague.session
        links = writer.links[start : start + count]
        if start > there:
            with refused("chain"):
                session.push(links)
            continue
        told = [one.verdict for one in session.push(links)]
        assert told == [
            HELD if place in poison else DUPLICATE if place < there else ACCEPTED
            for place in range(start, start + len(links))
        ]
        there = max(there, start + len(links))
    here = journal(centre, writer.origin)
    assert [row[1:4] for row in here] == [
        (sent.link, sent.body, verdict) for sent, verdict in zip(writer.links, expected, strict=True)
    ]
    for session in (writer.session, colleague.session):
        session.close()


def test_several_seats_at_once_lose_and_double_nothing(centre: Centre) -> None:
    people = ("8001", "8002", "8003", "8006")
    writers = [Writer(centre, number) for number in people]
    faults: list[BaseException] = []

    def work(writer: Writer, group: str) -> None:
        try:
            chance = random.Random(writer.number)
            while writer.sent < 40:
                for _ in range(chance.randint(1, 9)):
                    writer.write(group=group)
                writer.push()
                writer.session.push(writer.links[-chance.randint(1, 5) :])
        except BaseException as problem:  # noqa: BLE001 - told by the test below
            faults.append(problem)

    threads = [
        threading.Thread(target=work, args=(writer, "B" if writer.number == "8002" else "A")) for writer in writers
    ]
    for thread in threads:
        thread.start()
    reports = [centre.audit() for _ in range(3)]
    for thread in threads:
        thread.join(60)
    assert not faults
    assert all(report.ok for report in (*reports, centre.audit()))
    seen = Follower(centre, "8004").catch_up().ids()
    assert seen == {sent.link.fact for sent in itertools.chain(*(writer.links for writer in writers))}


def test_the_audit_counts_and_its_digest_moves_with_every_fact(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    before = centre.audit()
    writer.say()
    after = centre.audit()
    assert (after.centres, after.links, after.facts) == (1, before.links + 1, before.facts + 1)
    assert after.root_digest != before.root_digest
    assert after.root_digest == centre.audit().root_digest
    assert json.loads(after.as_json())["ok"] is True
    assert "nothing lost" in after.as_words()


def test_staff_have_an_id_behind_their_number(centre: Centre) -> None:
    ids: list[StaffId] = [centre.staff(number) for number in ("8001", "8002")]
    assert [Follower(centre, n).beat().me.staff for n in ("8001", "8002")] == ids
