"""A forged client: bare psycopg with an agent's password. It gets an error or *held*, and changes nothing else."""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import OriginId
from agent_desk.facts import bundle
from agent_desk.facts.body import parse
from agent_desk.hub.founding import verifier
from agent_desk.hub.people import People
from agent_desk.hub.port import Outgoing
from agent_desk.hub.postgres import push_text
from tests.hub.centre import PgCentre, Seat, add_centre, presence, receipt
from tests.hub.conftest import NewHub
from tests.hub.test_push import NOTED, WRITTEN
from tests.hub.test_row_rules import seen

Rows = dict[str, set[str]]


@dataclasses.dataclass
class Field:
    """A working centre, an honest colleague in another group, and the forger's own seat."""

    hub: PgCentre
    honest: Seat
    forger: Seat
    raw: psycopg.Connection[Any]

    def push(self, links: list[Outgoing], origin: str | None = None) -> Any:
        text = push_text(links)
        return self.raw.execute("select desk.push(%s::uuid, %s)", (origin or links[0].link.origin, text)).fetchone()

    def rows(self) -> Rows:
        """A digest of every row of the hub but presence."""
        with self.hub.owner() as owner:
            names = owner.execute(
                "select relname from pg_class where relnamespace = 'desk'::regnamespace and relkind in ('r', 'p')"
                " and not relispartition and relname <> 'presence'"
            ).fetchall()
            return {
                name: {row[0] for row in owner.execute(f"select md5(t::text) from desk.{name} t".encode()).fetchall()}
                for (name,) in names
            }


@pytest.fixture
def field(postgres_hub: PgCentre) -> Field:
    honest = Seat.of(postgres_hub.sign_in("8002"))
    honest.session.push([honest.write(WRITTEN, receipt(uuid.uuid4().hex)) for _ in range(3)])
    session = postgres_hub.sign_in("8001")
    forger = Seat.of(session)
    session.push([forger.write(NOTED, {"text": str(n)}) for n in range(3)])
    return Field(postgres_hub, honest, forger, session.connection)


def skips(field: Field) -> None:
    field.forger.write(NOTED, {"text": "left out"})
    field.push([field.forger.write(NOTED, {"text": "after a gap"})])


def forks(field: Field) -> None:
    forger = dataclasses.replace(field.forger, seq=1)
    field.push([forger.write(NOTED, {"text": "another history"})])


def rewrites_the_head(field: Field) -> None:
    forger = dataclasses.replace(field.forger, prev=bytes(32))
    field.push([forger.write(NOTED, {"text": "hangs on nothing"})])


def writes_for_another_author(field: Field) -> None:
    field.push([field.forger.write(NOTED, {"text": "x"}, author=field.honest.me.staff)])


def writes_for_the_hub(field: Field) -> None:
    field.push(
        [field.forger.write("hub.group_set", {"code": "x", "name": "x"}, author="00000000-0000-8000-8000-000000000001")]
    )


def writes_for_another_centre(field: Field) -> None:
    field.push([field.forger.write(NOTED, {"text": "x"}, centre=str(uuid.uuid4()))])


def grows_anothers_chain(field: Field) -> None:
    field.honest.key = None
    field.push([field.honest.write(NOTED, {"text": "x"}, author=field.forger.me.staff)])


def grows_anothers_chain_with_its_own_key(field: Field) -> None:
    field.honest.key = field.forger.key
    field.push([field.honest.write(NOTED, {"text": "x"})])


def grows_the_hubs_chain(field: Field) -> None:
    with field.hub.owner() as owner:
        origin, seq, digest = owner.execute(
            "select o.id::text, o.head_seq, o.head_digest from desk.origin o join desk.centre c on c.hub_origin = o.id"
        ).fetchall()[0]
    hub = dataclasses.replace(field.forger, origin=OriginId(origin), seq=seq, prev=digest)
    field.push([hub.write("hub.group_set", {"code": "x", "name": "x"})])


def alters_a_body(field: Field) -> None:
    link = field.forger.write(NOTED, {"text": "1"})
    field.push([dataclasses.replace(link, body=link.body.replace('"text":"1"', '"text":"2"'))])


def alters_a_body_that_is_there(field: Field) -> None:
    forger = dataclasses.replace(field.forger, seq=0, prev=bytes(32))
    field.push([forger.write(NOTED, {"text": "altered"})])


def invents_an_origin(field: Field) -> None:
    forger = dataclasses.replace(field.forger, origin=OriginId(str(uuid.uuid4())), seq=0, prev=bytes(32))
    field.push([forger.write(NOTED, {"text": "x"})])


def pushes_under_anothers_origin(field: Field) -> None:
    field.push([field.forger.write(NOTED, {"text": "x"})], origin=field.honest.origin)


def takes_anothers_origin(field: Field) -> None:
    field.raw.execute("select desk.open_origin(%s::uuid, '1')", (field.honest.origin,))


def goes_on_from_anothers_origin(field: Field) -> None:
    field.raw.execute(
        "select desk.open_origin(%s::uuid, '1', %s::uuid, %s::bigint, %s::bytea)",
        (uuid.uuid4(), field.honest.origin, field.honest.seq, field.honest.prev),
    )


def goes_on_from_a_link_that_is_not_there(field: Field) -> None:
    field.raw.execute(
        "select desk.open_origin(%s::uuid, '1', %s::uuid, %s::bigint, %s::bytea)",
        (uuid.uuid4(), field.forger.origin, field.forger.seq + 1, field.forger.prev),
    )


def goes_on_from_a_digest_of_its_own(field: Field) -> None:
    field.raw.execute(
        "select desk.open_origin(%s::uuid, '1', %s::uuid, 0, %s::bytea)", (uuid.uuid4(), field.forger.origin, b"x" * 32)
    )


def goes_on_from_half_a_link(field: Field) -> None:
    field.raw.execute("select desk.open_origin(%s::uuid, '1', %s::uuid)", (uuid.uuid4(), field.forger.origin))


def asks_for_anothers_digests(field: Field) -> None:
    field.raw.execute("select desk.own_digests(%s::uuid, '{1}')", (field.honest.origin,))


def asks_for_a_flood_of_digests(field: Field) -> None:
    field.raw.execute(
        "select desk.own_digests(%s::uuid, array(select generate_series(1::bigint, 100000)))", (field.forger.origin,)
    )


def bundled(field: Field, origin: OriginId, key: bytes, text: str) -> None:
    centre = field.forger.me.centre
    inner = bundle.read(bundle.written(centre, [bundle.sealed(key, centre, origin, 1, 1, text)])).inner
    field.raw.execute("select desk.take_bundle(%s)", (inner,))


def seals_a_bundle_for_another_with_its_own_key(field: Field) -> None:
    assert field.forger.key is not None
    bundled(field, field.honest.origin, field.forger.key, "[]")


def bundles_a_body_it_altered(field: Field) -> None:
    assert field.forger.key is not None
    link = field.forger.write(NOTED, {"text": "1"})
    text = push_text([link]).replace('\\"text\\":\\"1', '\\"text\\":\\"2')
    assert text != push_text([link])
    bundled(field, field.forger.origin, field.forger.key, text)


def bundles_for_no_origin(field: Field) -> None:
    bundled(field, OriginId(str(uuid.uuid4())), b"k" * 32, "[]")


def brings_another_centres_bundle(field: Field) -> None:
    field.raw.execute("select desk.take_bundle(%s)", (json.dumps({"centre": str(uuid.uuid4()), "parts": [{}]}),))


def brings_a_flood_of_bundles(field: Field) -> None:
    field.raw.execute("select desk.take_bundle(repeat(' ', 70000000))")


def makes_itself_leader(field: Field) -> None:
    field.raw.execute("select desk.staff_set('8001', null, true, '{\"*\": \"manager\"}')")


def makes_a_colleague(field: Field) -> None:
    field.raw.execute("select desk.staff_add('8999', 'x', '{}', %s)", (verifier(field.raw, "password1"),))


def changes_anothers_password(field: Field) -> None:
    field.raw.execute("select desk.password_set('8005', %s)", (verifier(field.raw, "password1"),))


def enrols_a_seat(field: Field) -> None:
    field.raw.execute("select desk.seat_enrol('9', 'x')")


def sends_a_flood(field: Field) -> None:
    field.raw.execute("select desk.push(%s::uuid, repeat(' ', 70000000))", (field.forger.origin,))


REFUSED: dict[str, Callable[[Field], None]] = {
    "AD002": skips, "AD003": forks, "AD003 head": rewrites_the_head, "AD004": writes_for_another_author,
    "AD004 hub": writes_for_the_hub, "AD005": writes_for_another_centre, "AD001": grows_anothers_chain,
    "AD001 key": grows_anothers_chain_with_its_own_key, "AD004 hub chain": grows_the_hubs_chain, "AD002 body": alters_a_body,
    "AD003 there": alters_a_body_that_is_there, "AD005 origin": invents_an_origin,
    "AD002 other origin": pushes_under_anothers_origin, "AD004 take": takes_anothers_origin, "AD007 leader": makes_itself_leader,
    "AD007 colleague": makes_a_colleague, "AD007 password": changes_anothers_password, "AD007 seat": enrols_a_seat,
    "AD007 flood": sends_a_flood, "AD004 fork": goes_on_from_anothers_origin,
    "AD003 no link": goes_on_from_a_link_that_is_not_there, "AD003 digest": goes_on_from_a_digest_of_its_own,
    "AD003 half": goes_on_from_half_a_link, "AD004 digests": asks_for_anothers_digests,
    "AD007 digests": asks_for_a_flood_of_digests, "AD041 key": seals_a_bundle_for_another_with_its_own_key,
    "AD002 bundle": bundles_a_body_it_altered, "AD043": bundles_for_no_origin, "AD042": brings_another_centres_bundle,
    "AD007 bundles": brings_a_flood_of_bundles,
}  # fmt: skip


@pytest.mark.parametrize("told", REFUSED)
def test_a_forgery_is_refused_and_leaves_every_row_as_it_was(field: Field, told: str) -> None:
    before = field.rows()
    with pytest.raises(psycopg.Error) as raised:
        REFUSED[told](field)
    assert raised.value.sqlstate == told.split(maxsplit=1)[0], raised.value
    assert field.rows() == before


def test_an_honest_link_after_all_that_is_taken_and_shows_up_in_the_rows(field: Field) -> None:
    before = field.rows()
    field.push([field.forger.write(NOTED, {"text": "honest"})])
    after = field.rows()
    assert len(after["fact"] - before["fact"]) == 1
    assert before["fact"] < after["fact"]


def in_another_group(field: Field) -> Outgoing:
    return field.forger.write(NOTED, {"text": "x"}, group="line")


def for_everybody(field: Field) -> Outgoing:
    return field.forger.write(NOTED, {"text": "x"}, group="*")


def in_anothers_letter_box(field: Field) -> Outgoing:
    return field.forger.write(NOTED, {"text": "x"}, group=f"@{field.honest.me.staff}")


def above_its_role(field: Field) -> Outgoing:
    return field.forger.write("test.roster_set", {"day": "x"})


def a_hub_fact(field: Field) -> Outgoing:
    return field.forger.write(
        "hub.staff_set", {"staff": "x", "number": "8001", "name": "x", "active": True, "grants": []}
    )


def a_share_of_what_it_cannot_read(field: Field) -> Outgoing:
    with field.hub.owner() as owner:
        subject = owner.execute(
            "select subject::text from desk.fact where author = %s", (field.honest.me.staff,)
        ).fetchall()[0][0]
    return field.forger.write("subject.shared", {"to_group": "hall"}, subject=subject)


def a_share_to_nowhere(field: Field) -> Outgoing:
    return field.forger.write("subject.shared", {"to_group": "nowhere"})


HELD = (in_another_group, for_everybody, in_anothers_letter_box, above_its_role, a_hub_fact, a_share_of_what_it_cannot_read,
        a_share_to_nowhere)  # fmt: skip
OWN = {"fact", "journal", "head", "origin", "state", "hub_verdict"}
"""Tables in which a held fact adds rows of the forger's own origin and of the hub's; none is changed but the two heads."""


@pytest.mark.parametrize("makes", HELD, ids=lambda makes: makes.__name__)
def test_what_it_has_no_right_to_is_held_and_changes_nothing_else(
    field: Field, makes: Callable[[Field], Outgoing]
) -> None:
    before, reads = field.rows(), seen(field.hub, "8002", "fact")
    told = field.push([makes(field)])[0]
    assert told[0][2] == "held"
    after = field.rows()
    for name in before:
        if name not in OWN:
            assert after[name] == before[name], name
    for name in ("fact", "journal", "hub_verdict"):
        assert before[name] < after[name]
    assert len(after["fact"] - before["fact"]) == 2
    for name in ("head", "origin", "state"):
        assert len(before[name] - after[name]) <= 2, name
    if makes is a_share_of_what_it_cannot_read:
        assert seen(field.hub, "8002", "fact") == reads


def test_replaying_what_is_there_changes_nothing(field: Field) -> None:
    forger = Seat.of(field.forger.session)
    links = [forger.write(NOTED, {"text": str(n)}) for n in range(3)]
    field.push(links)
    before = field.rows()
    assert {each[2] for each in field.push(links)[0]} == {"duplicate"}
    assert {each[2] for each in field.push(links[1:2])[0]} == {"duplicate"}
    assert field.rows() == before


def test_a_stolen_link_cannot_be_replayed_under_another_origin(field: Field) -> None:
    with field.hub.owner() as owner:
        fact, body = owner.execute(
            "select id::text, body from desk.fact where author = %s", (field.honest.me.staff,)
        ).fetchall()[0]
    before = field.rows()
    with pytest.raises(psycopg.Error, match="author"):
        field.push([field.forger.link(body, fact, WRITTEN)])
    assert field.rows() == before


def test_a_known_id_with_another_content_stays_a_conflict_beside_it(field: Field) -> None:
    with field.hub.owner() as owner:
        fact = owner.execute("select id::text from desk.fact where author = %s", (field.honest.me.staff,)).fetchall()[
            0
        ][0]
    before = field.rows()
    assert field.push([field.forger.write(NOTED, {"text": "mine"}, id=fact)])[0][0][2] == "conflict"
    after = field.rows()
    assert len(after["fact"] - before["fact"]) == 1  # the hub's verdict alone
    assert before["fact"] < after["fact"]


def test_presence_cannot_be_said_for_somebody_else(field: Field) -> None:
    field.raw.execute(
        "select desk.beat(%s::jsonb, '[]')",
        (json.dumps({"seat": "7", "state": "ready", "staff": field.honest.me.staff}),),
    )
    with field.hub.owner() as owner:
        assert owner.execute("select staff::text from desk.presence where seat = '7'").fetchall() == [
            (field.forger.me.staff,)
        ]


def test_handing_a_subject_over_shows_it_whole_and_goes_on_showing(field: Field) -> None:
    line = field.honest
    first = field.forger.write(WRITTEN, receipt(uuid.uuid4().hex))
    subject = parse(first.body).subject
    second = field.forger.write(NOTED, {"text": "more"}, subject=subject)
    field.forger.session.push([first, second])
    assert line.session.pull_subject(subject) == []
    known = line.session.beat(presence(), []).heads
    field.forger.session.push([field.forger.write("subject.shared", {"to_group": "line"}, subject=subject)])
    assert [each.link.fact for each in line.session.pull_subject(subject)][:2] == [first.link.fact, second.link.fact]
    told = line.session.beat(presence(), known).heads
    assert [(head.origin, head.group) for head in told if head.origin == field.forger.origin] == [
        (field.forger.origin, "line")
    ]
    later = field.forger.write(NOTED, {"text": "later"}, subject=subject)
    aside = field.forger.write(NOTED, {"text": "aside"})
    field.forger.session.push([later, aside])
    head = next(head for head in line.session.beat(presence(), told).heads if head.origin == field.forger.origin)
    pulled = line.session.pull(head.origin, head.group, 0, head.seq)
    assert [each.link.fact for each in pulled][-1] == later.link.fact
    assert aside.link.fact not in {each.link.fact for each in pulled}


def test_narrower_grants_hide_and_wider_ones_show(new_postgres_hub: NewHub) -> None:
    hub = new_postgres_hub()
    writer, reader = Seat.of(hub.sign_in("8001")), Seat.of(hub.sign_in("8003"))
    writer.session.push([writer.write(NOTED, {"text": "x"})])
    version = reader.session.beat(presence(), []).grants_version
    assert reader.session.pull(writer.origin, "hall", 0, 1)  # type: ignore[arg-type]
    admin = People(hub.sign_in("8005"))
    admin.set("8003", grants={"line": "leader"})
    told = reader.session.beat(presence(), [])
    assert told.grants_version > version
    assert dict(told.me.grants) == {"line": "leader"}
    with pytest.raises(DeskError, match="rights_moved"):
        reader.session.pull(writer.origin, "hall", 0, 1)  # type: ignore[arg-type]
    assert not [head for head in told.heads if head.origin == writer.origin]
    admin.set("8003", grants={"line": "leader", "hall": "agent"})
    assert [head.seq for head in reader.session.beat(presence(), []).heads if head.origin == writer.origin] == [1]
    hub.close()


def test_an_admin_of_one_centre_cannot_touch_another(new_postgres_hub: NewHub) -> None:
    here = new_postgres_hub()
    there = add_centre(here.database, "Another")
    admin = People(here.sign_in("8005"))
    there_admin = People(there.sign_in("8005"))
    People(there.sign_in("8005")).add("7001", "only there", {"hall": "agent"}, "password1")
    before = there_admin.listed()
    with pytest.raises(DeskError, match="staff_unknown"):
        admin.set("7001", name="x")
    with pytest.raises(DeskError, match="rights"):
        admin.set_password("password2", "7001")
    admin.set("8001", name="changed here", active=False)
    admin.set_group("hall", "changed here")
    assert there_admin.listed() == before
    assert there_admin.groups()["hall"] == "Exhibition hall"
    there.sign_in("8001")
    assert here.seat_file.login("8001") != there.seat_file.login("8001")
    here.close()
    there.close()
