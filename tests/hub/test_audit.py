"""The audit finds what somebody with the server's own password did; and nothing where nobody did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.facts.personal import seal
from agent_desk.hub.audit import audit
from agent_desk.hub.founding import upgrade
from agent_desk.hub.port import Outgoing, Verdict
from agent_desk.hub.report import AuditReport
from tests.hub.centre import CATALOGUE, PgCentre, Seat, receipt
from tests.hub.conftest import NewHub
from tests.hub.test_push import NOTED, WRITTEN, poison

Kept = tuple[PgCentre, Seat, list[Outgoing]]


@pytest.fixture(scope="module")
def day(new_postgres_hub: NewHub) -> Kept:
    """A hub with a day in it: good facts, held ones, a conflict, a dispute, a colleague's delivery."""
    hub = new_postgres_hub()
    seat, other = Seat.of(hub.sign_in("8001")), Seat.of(hub.sign_in("8002"))
    links = [seat.write(WRITTEN, receipt(n), (seal("payer", f"客户{n}"),)) for n in range(1, 21)]
    links += [link for link, _ in poison(seat)] + [seat.write(NOTED, {"text": "last"})]
    seat.session.push(links[:30])
    other.session.push(links[30:])
    one = other.body(NOTED, {"text": "one"})
    texts = [one.text(), one.text().replace("one", "two")]
    other.session.push([other.link(text, one.id, NOTED) for text in texts])
    other.session.push([other.write(WRITTEN, receipt(7))])
    hub.close()
    return hub, seat, links


@pytest.fixture
def kept(day: Kept) -> Iterator[Kept]:
    """A copy of that hub, to be spoilt."""
    hub = day[0].copied()
    yield hub, *day[1:]
    hub.database.server.drop_database(hub.database.name)


def audited(hub: PgCentre) -> AuditReport:
    with hub.owner() as owner:
        return audit(owner, CATALOGUE)


def test_an_honest_day_is_in_order(kept: Kept) -> None:
    hub, _, links = kept
    told = audited(hub)
    assert told.problems == []
    assert (told.centres, told.origins, told.held, told.conflicts, told.disputes) == (1, 3, 20, 1, 2)
    assert told.delivered_for_others == len(links) - 30
    assert told.numbers == 20
    assert told.links == told.facts + 1
    assert len(told.root_digest) == 64
    assert audited(hub).root_digest == told.root_digest


_LAST = "(select max(seq) from desk.journal where origin = '{origin}')"
_MINE = "where origin = '{origin}' and seq = "
TAMPERING = {
    "a body altered": (
        "update desk.fact set body = replace(body, '某某', '某甲') " + _MINE + "3",
        {"altered", "projection"},
    ),
    "only a projection altered": (
        "update desk.test_receipt set total = 1 where number = '5'",
        {"projection"},
    ),
    "a projection row gone": (
        "delete from desk.test_receipt_line l using desk.test_receipt r"
        " where r.fact = l.fact and r.number = '5' and line = 1",
        {"projection"},
    ),
    "a link gone from the middle": (
        "delete from desk.journal " + _MINE + "5",
        {"gap", "fact_unlinked", "number_unexplained", "projection"},
    ),
    "a fact gone": ("delete from desk.fact " + _MINE + "5", {"body_missing", "projection"}),
    "the last link gone": (
        "delete from desk.journal " + _MINE + _LAST,
        {"head", "fact_unlinked"},
    ),
    "the last link gone and the head set back": (
        "delete from desk.journal " + _MINE + _LAST + "; update desk.origin o set head_seq = j.seq,"
        " head_digest = j.link from desk.journal j"
        " where o.id = '{origin}' and j.origin = o.id and j.seq = o.head_seq - 1",
        {"fact_unlinked"},
    ),
    "a mac altered": ("update desk.journal set mac = '\\x00' " + _MINE + "3", {"mac"}),
    "a gap put in": (
        "update desk.journal set seq = seq + 1000 " + _MINE + "41",
        {"gap", "altered", "head", "fact_unlinked", "group_head"},
    ),
    "another link digest": (
        "update desk.journal set link = sha256(link) " + _MINE + "4",
        {"altered", "chain", "mac"},
    ),
    "a fact moved to another group": (
        "update desk.journal set grp = 'line' " + _MINE + "4",
        {"misplaced", "group_head"},
    ),
    "a held fact made good": (
        "update desk.journal set verdict = 'accepted', reason = '' " + _MINE + "38",
        {"verdict_changed"},
    ),
    "a verdict turned to held": (
        "update desk.journal set verdict = 'held', reason = 'role' " + _MINE + "2",
        {"verdict_untold", "number_unexplained", "projection"},
    ),
    "a head set back": ("update desk.origin set head_seq = 3 where id = '{origin}'", {"head"}),
    "a number's claim gone": (
        "delete from desk.number_claim where number = '9'",
        {"number_unclaimed"},
    ),
    "a number's claim moved": (
        "update desk.number_claim set subject = gen_random_uuid(),"
        " fact = (select fact from desk.number_claim where number = '8') where number = '9'",
        {"number_doubled"},
    ),
    "a share slipped in": (
        "insert into desk.audience select centre, subject, 'line', grp, id from desk.fact limit 1",
        {"audience_unexplained"},
    ),
    "a personal value altered": (
        "update desk.personal set value = 'x' where value = '客户3'",
        {"personal_altered"},
    ),
    "a right given behind the hub's back": (
        "update desk.staff_right set role = 'manager' where role = 'agent'",
        {"rights_untold"},
    ),
    "a right more": (
        "insert into desk.staff_right select centre, staff, '*', 'admin', 1 from desk.staff_right limit 1",
        {"rights_untold"},
    ),
    "somebody let in again": (
        "update desk.staff set active = not active where number = '8002'",
        {"rights_untold"},
    ),
    "the hub's own word altered": (
        "update desk.fact set body = replace(body, 'Hotline', 'Hotlime') where kind = 'hub.group_set'",
        {"altered", "projection"},
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_shows(kept: tuple[PgCentre, Seat, list[Outgoing]], what: str) -> None:
    hub, seat, _ = kept
    statement, codes = TAMPERING[what]
    before = audited(hub)
    assert before.problems == []
    with hub.owner() as owner, owner.transaction():
        owner.execute("set local session_replication_role = replica")
        for each in statement.format(origin=seat.origin).split("; "):
            assert owner.execute(each).rowcount > 0
    after = audited(hub)
    assert {code for code, _ in after.problems} == codes


DOORS = {
    "grant temp on database {database} to public": "database_open",
    "alter table desk.personal no force row level security": "rules_off",
    "alter table desk.journal disable trigger append_only": "guard_off",
    "drop trigger no_truncate on desk.fact": "guard_off",
}


@pytest.mark.parametrize("statement", DOORS)
def test_a_door_left_open_shows(kept: Kept, statement: str) -> None:
    with kept[0].owner() as owner:
        owner.execute(statement.format(database=kept[0].database.name).encode())
    assert {code for code, _ in audited(kept[0]).problems} == {DOORS[statement]}


def settled(hub: PgCentre) -> None:
    """A value erased, one held fact released, another voided: by the words there are for it."""
    manager = hub.sign_in("8004")
    with hub.owner() as owner:
        told = "select p.fact::text from desk.personal p where p.value = '客户3'"
        fact = owner.execute(told).fetchall()[0][0]
    assert manager.erase(fact, [], "asked for").names == ("payer",)
    ruled = 0
    for one in manager.held():
        try:
            manager.rule(one.fact, Verdict.ACCEPTED if one.reason in {"role", "personal"} else Verdict.VOIDED, "seen")
        except DeskError as problem:
            assert problem.code == "hub_unfit"  # noqa: PT017
            manager.rule(one.fact, Verdict.VOIDED, "cannot count")
        ruled += 1
    assert ruled == 20
    hub.close()


def test_erasing_and_ruling_is_no_tampering(kept: Kept) -> None:
    hub, _, _ = kept
    settled(hub)
    report = audited(hub)
    assert report.problems == []
    assert report.held == 0
    with hub.owner() as owner:
        verdicts = dict(owner.execute("select verdict, count(*) from desk.ruling group by 1").fetchall())
        assert verdicts["accepted"] > 0
        assert verdicts["voided"] > 0
        # made anew from the bodies, every projection is the same
        owner.execute("update desk.projection set shape = 'old'")
        upgrade(owner, CATALOGUE)
    assert audited(hub).problems == []


UNSAID = {
    "a value taken away and nobody said so": (
        "update desk.personal set value = null where value = '客户4'",
        {"value_missing"},
    ),
    "an erased value put back": (
        "update desk.personal set value = '客户3' where value is null",
        {"erased_back", "personal_altered"},
    ),
    "an erased value beside a conflict": (
        "insert into desk.erased select centre, fact, 'payer', fact, 1 from desk.conflict limit 1;"
        'update desk.conflict set personal = \'[["payer", "x", "y"]]\'',
        {"erased_back", "erasure_untold"},
    ),
    "an erasure forgotten": ("delete from desk.erased", {"erasure_undone", "value_missing"}),
    "an erasure nobody said": (
        "insert into desk.erased select centre, fact, 'x', told_by, 1 from desk.erased",
        {"erasure_untold"},
    ),
    "a ruling turned round": (
        "update desk.ruling set verdict = 'accepted' where verdict = 'voided'",
        {"ruling_untold"},
    ),
    "a ruling forgotten": (
        "delete from desk.ruling where verdict = 'voided'",
        {"ruling_undone"},
    ),
}


@pytest.mark.parametrize("what", UNSAID)
def test_what_nobody_erased_or_ruled_shows(kept: Kept, what: str) -> None:
    hub, _, _ = kept
    settled(hub)
    statement, codes = UNSAID[what]
    with hub.owner() as owner, owner.transaction():
        owner.execute("set local session_replication_role = replica")
        for each in statement.split(";"):
            assert owner.execute(each.encode()).rowcount > 0
    assert codes <= {code for code, _ in audited(hub).problems}
