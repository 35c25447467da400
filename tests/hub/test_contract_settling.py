"""Held facts that a person lets count or not, and values that go for good: on each kind of hub."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, SubjectId
from agent_desk.facts.body import parse
from agent_desk.facts.kind import Role
from agent_desk.facts.personal import NO_SALT, Personal, seal
from agent_desk.hub.port import Verdict
from tests.hub.contract import Centre, refused
from tests.hub.seats import DAY_US, Follower, Writer
from tests.hub.test_contract import ACCEPTED, CONFLICT, DUPLICATE, HELD, held

VOIDED = Verdict.VOIDED
WHY = "looked at the paper"


def the_held(centre: Centre, number: str = "8001", fen: int = 100) -> tuple[Writer, FactId]:
    """A price that an agent may not set: held, for their leader to see."""
    writer = Writer(centre, number)
    writer.write("price.set", fields={"fen": fen})
    held(writer, "role")
    return writer, writer.links[-1].link.fact


def standing(centre: Centre, number: str, fact: str) -> tuple[Verdict, str]:
    follower = Follower(centre, number).catch_up()
    follower.session.close()
    (one,) = [one for one in follower.copy.values() if one.link.fact == fact]
    return one.standing, one.reason


def told(centre: Centre, number: str, fact: str) -> list[tuple[str, str, Any]]:
    follower = Follower(centre, number).catch_up()
    follower.session.close()
    return sorted(
        (one["verdict"], one["reason"], one.get("by"))
        for one in follower.told("hub.verdict") if one["about"] == fact
    )  # fmt: skip


# ---------------------------------------------------------------- held facts


@pytest.mark.parametrize(("verdict", "said"), [(ACCEPTED, "released"), (VOIDED, "voided")])
def test_a_leader_rules_and_everybody_hears_it(centre: Centre, verdict: Verdict, said: str) -> None:
    writer, fact = the_held(centre)
    leader = Writer(centre, "8003")
    assert [one.fact for one in leader.session.held()] == [fact]
    leader.session.rule(fact, verdict, WHY)
    assert leader.session.held() == []
    for number in ("8001", "8003", "8004", "8006"):
        assert standing(centre, number, fact) == (verdict, "")
        assert told(centre, number, fact) == sorted([("held", "role", None), (said, WHY, leader.staff)])
    # the seat that asks again hears what stands now
    again = {ACCEPTED: DUPLICATE, VOIDED: VOIDED}[verdict]
    assert [one.verdict for one in writer.session.push(writer.links)] == [again]
    assert centre.audit().ok
    assert centre.audit().held == 0
    centre.restart()
    assert standing(centre, "8004", fact) == (verdict, "")
    assert centre.audit().ok


def test_who_may_not_rule_is_refused_and_nothing_changes(centre: Centre) -> None:
    _, fact = the_held(centre)
    own = Writer(centre, "8003")
    mine = Writer(centre, "8001")
    for number in ("8001", "8002", "8005", "8006"):
        session = centre.hub.connect(number, centre.password(number))
        assert session.held() == []
        for verdict in (ACCEPTED, VOIDED):
            with refused("rights"):
                session.rule(fact, verdict, WHY)
        session.close()
    # nobody rules on their own, whoever they are
    centre.set_staff("8001", {"A": Role.LEADER})
    with refused("rights"):
        mine.session.rule(fact, ACCEPTED, WHY)
    centre.set_staff("8001", {"*": Role.MANAGER})
    with refused("rights"):
        mine.session.rule(fact, VOIDED, WHY)
    # a leader only in groups they lead, and only while they do
    centre.set_staff("8003", {"B": Role.LEADER})
    with refused("rights"):
        own.session.rule(fact, ACCEPTED, WHY)
    assert standing(centre, "8004", fact) == (HELD, "role")
    centre.set_staff("8003", {"A": Role.LEADER})
    own.session.rule(fact, ACCEPTED, WHY)  # the control: it can be ruled
    assert standing(centre, "8004", fact) == (ACCEPTED, "")


def test_ruling_twice_is_nothing_new_and_otherwise_refused_with_a_word(centre: Centre) -> None:
    _, fact = the_held(centre)
    leader, manager = Writer(centre, "8003"), Writer(centre, "8004")
    leader.session.rule(fact, VOIDED, WHY)
    before = told(centre, "8004", fact)
    manager.session.rule(fact, VOIDED, "also")
    assert told(centre, "8004", fact) == before
    with pytest.raises(DeskError, match="hub_ruled_already"):
        manager.session.rule(fact, ACCEPTED, WHY)
    good = Writer(centre, "8001")
    good.say()
    for verdict in (ACCEPTED, VOIDED):
        with pytest.raises(DeskError, match="hub_not_held"):
            manager.session.rule(good.links[-1].link.fact, verdict, WHY)
    for verdict in (HELD, CONFLICT, DUPLICATE):
        with refused("rights"):
            manager.session.rule(fact, verdict, WHY)
    with refused("rights"):
        manager.session.rule(FactId("00000000-0000-7000-8000-000000000009"), VOIDED, WHY)


@pytest.mark.parametrize("reason", ["", "   ", "a\nb", "x" * 501])
def test_a_ruling_has_a_reason(centre: Centre, reason: str) -> None:
    _, fact = the_held(centre)
    with pytest.raises(DeskError, match="hub_text_wrong"):
        Writer(centre, "8003").session.rule(fact, VOIDED, reason)
    assert standing(centre, "8003", fact) == (HELD, "role")


def test_what_cannot_count_can_only_be_voided(centre: Centre) -> None:
    writer, manager = Writer(centre, "8001"), Writer(centre, "8004")
    writer.write(fields={"text": 5})
    writer.push()
    writer.hang_text('{"no": "body"}', "00000000-0000-7000-8000-0000000000aa")
    held(writer, "unreadable")
    writer.write("nobody.knows", fields={})
    held(writer, "kind_unknown")
    forged = {"staff": writer.staff, "number": "8001", "name": "me", "active": True,
              "grants": [{"granted": "*", "role": "admin"}]}  # fmt: skip
    writer.write("hub.staff_set", fields=forged)
    held(writer, "role")
    for sent in writer.links:
        with pytest.raises(DeskError, match="hub_unfit"):
            manager.session.rule(sent.link.fact, ACCEPTED, WHY)
        manager.session.rule(sent.link.fact, VOIDED, WHY)
        assert standing(centre, "8004", sent.link.fact) == (VOIDED, "")
    assert centre.audit().ok
    assert centre.hub.connect("8001", centre.password("8001")).beat(
        Follower(centre, "8001").presence(), []
    ).me.grants == {"A": Role.AGENT}  # fmt: skip


def test_what_lies_in_a_letter_box_is_a_managers(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.write(group="B")
    held(writer, "group")
    fact = writer.links[-1].link.fact
    centre.set_staff("8003", {"A": Role.LEADER, "B": Role.LEADER})
    leader, manager = Writer(centre, "8003"), Writer(centre, "8004")
    assert leader.session.held() == []
    with refused("rights"):
        leader.session.rule(fact, ACCEPTED, WHY)
    manager.session.rule(fact, ACCEPTED, WHY)
    assert standing(centre, "8001", fact) == (ACCEPTED, "")
    assert ("released", WHY, manager.staff) in told(centre, "8001", fact)
    assert centre.audit().ok


def slip(writer: Writer, number: str, **said: Any) -> FactId:
    """A paper number in a fact that is held: a value came along that its body does not name."""
    body = writer.body("slip.written", fields={"book": "A", "number": number, "total": 100}, **said)
    writer.hang(body, personal=[seal("payer", "x")])
    held(writer, "personal")
    return body.id


def test_a_released_fact_claims_its_number_and_a_void_one_does_not(centre: Centre) -> None:
    writer, leader = Writer(centre, "8001"), Writer(centre, "8003")
    first, second, third = (slip(writer, "7") for _ in range(3))
    assert centre.audit().numbers == 0
    leader.session.rule(first, VOIDED, WHY)
    assert centre.audit().numbers == 0
    leader.session.rule(second, ACCEPTED, WHY)
    assert centre.audit().numbers == 1
    leader.session.rule(third, ACCEPTED, WHY)
    (dispute,) = Follower(centre, "8003").catch_up().told("hub.dispute")
    assert (dispute["first"], dispute["later"], dispute["number"]) == (second, third, "7")
    report = centre.audit()
    assert (report.ok, report.numbers, report.disputes) == (True, 1, 1)


def test_a_released_share_hands_its_subject_on(centre: Centre) -> None:
    writer, manager, reader = Writer(centre, "8001"), Writer(centre, "8004"), Follower(centre, "8002")
    writer.write()
    writer.push()
    subject = SubjectId(json.loads(writer.links[0].body)["subject"])
    body = writer.body("subject.shared", subject=subject, fields={"to_group": "B"})
    writer.hang(body, personal=[seal("payer", "x")])
    held(writer, "personal")
    assert reader.catch_up().ids() == set()
    manager.session.rule(body.id, ACCEPTED, WHY)
    # the hub's word reaches the other group, and names the subject that comes whole
    assert [one["about"] for one in reader.catch_up().told("hub.verdict")][-1] == body.id
    assert {one.link.fact for one in reader.session.pull_subject(subject)} >= {writer.links[0].link.fact, body.id}
    assert centre.audit().ok


# ---------------------------------------------------------------- erasing


VALUES = {"caller": "王芳", "phone": "13800001234"}


def noted(centre: Centre) -> tuple[Writer, FactId]:
    writer = Writer(centre, "8001")
    writer.write(values=VALUES)
    assert writer.push()[-1].verdict is ACCEPTED
    return writer, writer.links[-1].link.fact


def values_of(centre: Centre, fact: str) -> dict[str, tuple[str | None, bytes]]:
    follower = Follower(centre, "8004").catch_up()
    follower.session.close()
    one = next(one for one in follower.facts() if one.link.fact == fact and one.standing is not CONFLICT)
    return {value.field: (value.value, value.salt) for value in one.personal}


@pytest.mark.parametrize("number", ["8004", "8005"])
def test_erased_values_are_gone_with_their_salt_and_everybody_hears_it(centre: Centre, number: str) -> None:
    _, fact = noted(centre)
    eraser = Writer(centre, number)
    done = eraser.session.erase(fact, ["phone"], "she asked for it")
    assert (done.fact, done.names) == (fact, ("phone",))
    kept = values_of(centre, fact)
    assert kept["phone"] == (None, NO_SALT)
    assert kept["caller"][0] == "王芳"
    for reader in ("8001", "8002", "8003"):
        (said,) = Follower(centre, reader).catch_up().told("hub.erased")
        assert said == {"about": fact, "names": [{"name": "phone"}], "why": "she asked for it", "by": eraser.staff}
    assert eraser.session.erase(fact, [], "the rest").names == ("caller",)
    again = eraser.session.erase(fact, [], "once more")
    assert (again.names, again.told_by) == ((), None)
    assert len(Follower(centre, "8001").catch_up().told("hub.erased")) == 2
    centre.restart()
    assert {value for value, _ in values_of(centre, fact).values()} == {None}
    assert centre.audit().ok


def test_who_may_not_erase_is_refused(centre: Centre) -> None:
    _, fact = noted(centre)
    subject = SubjectId(json.loads(Follower(centre, "8004").catch_up().facts()[0].body)["subject"])
    for number in ("8001", "8002", "8003", "8006"):
        session = centre.hub.connect(number, centre.password(number))
        with refused("rights"):
            session.erase(fact, [], WHY)
        with refused("rights"):
            session.erase(FactId("00000000-0000-7000-8000-000000000009"), ["caller"], WHY)
        with refused("rights"):
            session.erase_subject(subject, [], WHY)
        session.close()
    centre.set_staff("8003", {"B": Role.MANAGER})
    with refused("rights"):
        Writer(centre, "8003").session.erase(fact, [], WHY)
    centre.set_staff("8003", {"A": Role.MANAGER})
    assert values_of(centre, fact)["caller"][0] == "王芳"
    assert Writer(centre, "8003").session.erase(fact, [], WHY).names == ("caller", "phone")  # the control


def test_a_reason_must_not_tell_what_was_erased(centre: Centre) -> None:
    _, fact = noted(centre)
    manager = Writer(centre, "8004")
    with pytest.raises(DeskError, match="hub_why_tells"):
        manager.session.erase(fact, [], "she is 王芳 of hall 3")
    with pytest.raises(DeskError, match="hub_text_wrong"):
        manager.session.erase(fact, [], " ")
    with pytest.raises(DeskError, match="hub_fact_unknown"):
        manager.session.erase(FactId("00000000-0000-7000-8000-000000000009"), [], WHY)
    assert values_of(centre, fact)["caller"][0] == "王芳"
    assert Follower(centre, "8004").catch_up().told("hub.erased") == []


def test_what_comes_after_its_erasure_is_taken_without_it(centre: Centre) -> None:
    writer, manager = Writer(centre, "8001"), Writer(centre, "8004")
    writer.write(values=VALUES)
    fact = writer.links[-1].link.fact
    manager.session.erase(fact, ["phone"], WHY)
    assert writer.push()[-1].verdict is ACCEPTED
    kept = values_of(centre, fact)
    assert (kept["phone"], kept["caller"][0]) == ((None, NO_SALT), "王芳")
    # and once more from another origin of theirs: a duplicate brings nothing back
    other = Writer(centre, "8001", seat="2")
    first = writer.links[-1]
    other.hang_text(first.body, fact, personal=first.personal)
    assert other.push()[-1].verdict is DUPLICATE
    assert values_of(centre, fact)["phone"] == (None, NO_SALT)
    # a seat that has let go of it sends none
    bare = writer.body(personal={"caller": seal("caller", "x").digest})
    manager.session.erase(bare.id, ["caller"], WHY)
    writer.hang(bare, personal=[Personal("caller", None, NO_SALT)])
    assert writer.push()[-1].verdict is ACCEPTED
    assert values_of(centre, bare.id) == {"caller": (None, NO_SALT)}
    assert centre.audit().ok


def test_values_that_came_with_a_conflict_go_before_and_after(centre: Centre) -> None:
    writer, manager = Writer(centre, "8001"), Writer(centre, "8004")
    writer.write(values={"caller": "first"})
    body = parse(writer.links[-1].body)

    def another(text: str) -> None:
        sealed = seal("caller", text)
        writer.hang(replace(body, fields={"text": text}, personal={"caller": sealed.digest}), personal=[sealed])
        assert writer.push()[-1].verdict is CONFLICT

    writer.push()
    another("second")
    manager.session.erase(body.id, [], WHY)
    another("third")
    follower = Follower(centre, "8004").catch_up()
    values = [value.value for one in follower.facts() for value in one.personal]
    assert len(values) == 3
    assert set(values) == {None}
    assert centre.audit().ok


def test_a_whole_subject_is_erased(centre: Centre) -> None:
    writer, manager = Writer(centre, "8001"), Writer(centre, "8004")
    subject = SubjectId("00000000-0000-7000-8000-00000000bbbb")
    for _ in range(3):
        writer.write(subject=subject, values=VALUES)
    writer.write(values=VALUES)
    writer.write(subject=subject)
    writer.push()
    facts = [sent.link.fact for sent in writer.links]
    done = manager.session.erase_subject(subject, ["caller"], WHY)
    assert [(one.fact, one.names) for one in done] == [(fact, ("caller",)) for fact in sorted(facts[:3])]
    assert manager.session.erase_subject(subject, ["caller"], WHY) == []
    assert [values_of(centre, fact)["caller"][0] for fact in facts[:4]] == [None] * 3 + ["王芳"]
    assert values_of(centre, facts[0])["phone"][0] == "13800001234"
    assert centre.audit().ok


def test_values_go_when_their_time_is_over(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    now = writer.clock.now_us()
    for days, kind, name in ((31, "visit.noted", "visitor"), (29, "visit.noted", "visitor"),
                             (99, "note.written", "caller"), (-99, "visit.noted", "visitor")):  # fmt: skip
        writer.write(kind, happened=now - days * DAY_US, values={name: "王芳"})
    writer.push()
    facts = [sent.link.fact for sent in writer.links]
    assert centre.retain() == 1
    assert [value for fact in facts for value, _ in values_of(centre, fact).values()] == [None, *["王芳"] * 3]
    (said,) = Follower(centre, "8001").catch_up().told("hub.erased")
    assert (said["about"], said["why"]) == (facts[0], "retention")
    assert centre.retain() == 0
    assert centre.audit().ok


# ---------------------------------------------------------------- what the centre sets


def test_the_beat_carries_what_the_centre_sets(centre: Centre) -> None:
    follower = Follower(centre, "8001")
    before = follower.beat()
    assert (before.grace_us, before.oldest_client) == (7 * DAY_US, "")
    centre.set_centre(grace_days=2)
    centre.set_centre(oldest_client="0.2")
    after = follower.beat()
    assert (after.grace_us, after.oldest_client) == (2 * DAY_US, "0.2")
    said = follower.catch_up().told("hub.centre_set")
    assert [(one["grace_days"], one["oldest_client"]) for one in said] == [(2, ""), (2, "0.2")]
