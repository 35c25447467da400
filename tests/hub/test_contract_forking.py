"""Forked origins and bundles, on each kind of hub: what a seat may ask for, and what is refused."""

from __future__ import annotations

import base64
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, OriginId
from agent_desk.facts import bundle
from agent_desk.facts.body import content_digest
from agent_desk.facts.bundle import Part
from agent_desk.facts.link import FIRST_PREV, delivery_key, forked_prev, make_link
from agent_desk.hub.port import Fork, Outgoing, Taken, Verdict
from agent_desk.hub.postgres import push_text
from tests.hub.contract import Centre, refused
from tests.hub.embedded_centre import EmbeddedCentre
from tests.hub.seats import Follower, Writer


def an_origin() -> OriginId:
    return OriginId(str(uuid.uuid4()))


def fork_of(writer: Writer, seq: int) -> Fork:
    return Fork(writer.origin, seq, writer.links[seq - 1].link.digest if seq else FIRST_PREV)


# -- digests ----------------------------------------------------------------------------------------------------------


def test_ones_own_digests_are_told_and_what_is_not_there_is_left_out(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    for _ in range(4):
        writer.write()
    writer.push()
    told = writer.session.own_digests(writer.origin, [0, 2, 4, 5, -1])
    assert told == {seq: writer.links[seq - 1].link.digest for seq in (2, 4)}
    assert writer.session.own_digests(writer.origin, []) == {}


def test_nobody_hears_the_digests_of_another_persons_origin(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.say()
    for number in ("8003", "8004", "8005"):
        session = centre.hub.connect(number, centre.password(number))
        with refused("author"):
            session.own_digests(writer.origin, [1])
        session.close()
    with refused("centre"):
        writer.session.own_digests(an_origin(), [1])
    with refused("rights"):
        writer.session.own_digests(writer.origin, list(range(1, 1002)))


# -- forked origins ---------------------------------------------------------------------------------------------------


def test_a_forked_origin_goes_on_from_a_link_and_says_so(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    for _ in range(3):
        writer.write()
    writer.push()
    origin, fork = an_origin(), fork_of(writer, 2)
    opened = writer.session.open_origin(origin, "1", fork)
    assert writer.session.open_origin(origin, "1", fork) == opened
    assert writer.session.open_origin(origin, "1") == opened
    text = writer.body()
    start = forked_prev(writer.origin, 2, writer.links[1].link.digest)
    link = make_link(origin, 1, start, text.id, content_digest(text.text()), text.kind, opened.key)
    (judged,) = writer.session.push([Outgoing(link, text.text())])
    assert judged.verdict is Verdict.ACCEPTED
    told = [one for one in Follower(centre, "8004").catch_up().told("hub.origin_opened") if one["origin"] == origin]
    assert [(one["forked_from"], one["forked_seq"]) for one in told] == [(writer.origin, 2)]
    report = centre.audit()
    assert report.ok, report.problems


def test_a_forked_origin_with_nothing_in_common_hangs_on_what_the_first_link_hangs_on(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    first, second = an_origin(), an_origin()
    writer.session.open_origin(first, "1", Fork(writer.origin, 0, FIRST_PREV))
    start = forked_prev(writer.origin, 0, FIRST_PREV)
    opened = writer.session.open_origin(second, "1", Fork(first, 0, start))
    body = writer.body()
    prev = forked_prev(first, 0, start)
    link = make_link(second, 1, prev, body.id, content_digest(body.text()), body.kind, opened.key)
    writer.session.push([Outgoing(link, body.text())])
    report = centre.audit()
    assert report.ok, report.problems
    with refused("fork"):
        writer.session.open_origin(an_origin(), "1", Fork(first, 0, FIRST_PREV))


def test_the_first_link_of_a_forked_origin_must_hang_on_its_fork(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.say()
    origin = an_origin()
    opened = writer.session.open_origin(origin, "1", fork_of(writer, 1))
    body = writer.body()
    link = make_link(origin, 1, FIRST_PREV, body.id, content_digest(body.text()), body.kind, opened.key)
    with refused("fork"):
        writer.session.push([Outgoing(link, body.text())])


def test_an_origin_is_gone_on_from_only_by_its_person_and_only_where_it_has_a_link(centre: Centre) -> None:
    writer, other = Writer(centre, "8001"), Writer(centre, "8003")
    writer.say()
    good = fork_of(writer, 1)
    with refused("author"):
        other.session.open_origin(an_origin(), "1", good)
    for seq, digest in ((2, good.digest), (1, b"x" * 32), (0, good.digest), (-1, FIRST_PREV), (1, b"")):
        with refused("fork"):
            writer.session.open_origin(an_origin(), "1", Fork(writer.origin, seq, digest))
    unknown = an_origin()
    for origin in (unknown, writer.origin):
        with refused("centre" if origin == unknown else "fork"):
            writer.session.open_origin(
                origin, "1", Fork(unknown if origin == unknown else writer.origin, 1, good.digest)
            )
    taken = an_origin()
    writer.session.open_origin(taken, "1", good)
    with refused("fork"):
        writer.session.open_origin(taken, "1", Fork(writer.origin, 0, FIRST_PREV))
    with refused("fork"):
        writer.session.open_origin(writer.origin, "1", good)
    assert {writer.origin, taken} == set(writer.session.beat(Follower(centre, "8004").presence(), []).own_heads)


def test_the_hubs_own_origin_is_gone_on_from_by_nobody(centre: Centre) -> None:
    reader = Follower(centre, "8005").catch_up()
    hub = next(iter(reader.copy.values())).link
    with refused("author"):
        reader.session.open_origin(an_origin(), "1", Fork(hub.origin, hub.seq, hub.digest))
    with refused("author"):
        reader.session.own_digests(hub.origin, [1])


# -- bundles ----------------------------------------------------------------------------------------------------------


def sealed(writer: Writer, first: int = 1, last: int = 0, **other: Any) -> Part:
    """Some of a writer's links as one part; ``other`` overrides what it says."""
    links = writer.links[first - 1 : last or None]
    told = {"key": writer.key, "centre": writer.centre.id, "origin": writer.origin, "text": push_text(links), **other}
    return bundle.sealed(
        told["key"], told["centre"], told["origin"], links[0].link.seq, links[-1].link.seq, told["text"]
    )  # fmt: skip


def inner(centre: CentreId, *parts: Part) -> str:
    return bundle.read(bundle.written(centre, parts)).inner


def test_a_bundle_is_taken_by_anybody_of_the_centre_and_twice_is_once(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    for number in range(5):
        writer.write(values={"caller": f"王芳{number}"})
    text = inner(centre.id, sealed(writer, 1, 3), sealed(writer, 4))
    bearer = centre.hub.connect("8002", centre.password("8002"))
    assert bearer.take_bundle(text) == Taken(5, 5, 0)
    assert bearer.take_bundle(text) == Taken(5, 0, 0)
    bearer.close()
    assert [one.verdict for one in writer.push()] == [Verdict.DUPLICATE] * 5
    reader = Follower(centre, "8003").catch_up()
    assert reader.ids() == {one.link.fact for one in writer.links}
    assert {one.personal for one in reader.facts()} == {one.personal for one in writer.links}
    report = centre.audit()
    assert (report.ok, report.delivered_for_others) == (True, 5)


def test_texts_that_no_desk_should_have_to_read_travel_in_a_bundle_too(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    writer.hang_text("\ud800 \x00", str(uuid.uuid4()))
    writer.hang_text('{"x":1}', str(uuid.uuid4()))
    writer.write()
    assert writer.session.take_bundle(inner(centre.id, sealed(writer))) == Taken(3, 3, 2)
    assert [one.verdict for one in writer.push()] == [Verdict.HELD, Verdict.HELD, Verdict.DUPLICATE]


def test_nothing_of_a_bundle_is_taken_unless_all_of_it_can_be(centre: Centre) -> None:
    writer = Writer(centre, "8001")
    for _ in range(4):
        writer.write()
    good = sealed(writer, 1, 2)
    wrong = {
        "bundle_altered": sealed(writer, 3, key=b"k" * 32),
        "bundle_unknown": sealed(writer, 3, origin=an_origin()),
        "hub_refused .*why='chain'": sealed(writer, 4),
    }
    for why, part in wrong.items():
        with pytest.raises(DeskError, match=why):
            writer.session.take_bundle(inner(centre.id, good, part))
    assert Follower(centre, "8004").catch_up().ids() == set()
    assert writer.session.take_bundle(inner(centre.id, good, sealed(writer, 3))) == Taken(4, 4, 0)


def test_a_bundle_whose_links_are_not_the_origins_is_refused(centre: Centre) -> None:
    """Who holds a key seals what they like; the way of push is still the only way in."""
    writer, other = Writer(centre, "8001"), Writer(centre, "8003")
    writer.write()
    other.write()
    text = push_text(other.links)
    with refused("chain"):
        writer.session.take_bundle(inner(centre.id, sealed(writer, text=text)))
    forged = json.loads(push_text(writer.links))
    del forged[0]["m"]
    with refused("mac"):
        other.session.take_bundle(inner(centre.id, sealed(writer, text=json.dumps(forged))))
    forged[0]["b"] = forged[0]["b"].replace("雨棚", "车棚")
    for odd in (json.dumps(forged), "[]", "{}", "x", "[1]"):
        with refused("chain"):
            writer.session.take_bundle(inner(centre.id, sealed(writer, text=odd)))


def test_every_part_of_the_header_is_under_the_seal(centre: Centre) -> None:
    writer, second = Writer(centre, "8001"), Writer(centre, "8001")
    writer.write()
    told = json.loads(inner(centre.id, sealed(writer)))
    changed: dict[str, Any] = {"origin": second.origin, "first": 2, "last": 2}
    for name in ("nonce", "iv", "text", "seal"):
        raw = bytearray(base64.b64decode(told["parts"][0][name]))
        raw[len(raw) // 2] ^= 4
        changed[name] = base64.b64encode(raw).decode("ascii")
    changed |= {"seal ": None}
    for name, value in changed.items():
        part = {**told["parts"][0], name.strip(): value}
        with pytest.raises(DeskError, match="bundle_altered"):
            writer.session.take_bundle(json.dumps({**told, "parts": [part]}))
    for odd in ("", "{}", "[]", "null", "1", '{"centre":"x"}', json.dumps({**told, "parts": []}),
                json.dumps({**told, "parts": {}}), json.dumps({**told, "parts": [1]}),
                json.dumps({**told, "parts": [{**told["parts"][0], "first": "x"}]}), "[" * 30000):  # fmt: skip
        with pytest.raises(DeskError, match=r"bundle_altered|bundle_foreign"):
            writer.session.take_bundle(odd)
    with pytest.raises(DeskError, match="bundle_foreign"):
        writer.session.take_bundle(json.dumps({**told, "centre": str(uuid.uuid4())}))
    assert writer.session.take_bundle(json.dumps(told)) == Taken(1, 1, 0)


def test_a_bundle_is_read_by_its_own_seat_and_by_no_colleague(centre: Centre) -> None:
    writer, colleague, manager = (Writer(centre, number) for number in ("8001", "8003", "8004"))
    writer.write(values={"caller": "王芳"})
    part = sealed(writer)
    text = bundle.written(centre.id, [part])
    assert "王芳" not in text
    assert "雨棚" not in text
    assert "王芳" in bundle.opened(writer.key, centre.id, part)
    for other in (colleague, manager):
        with pytest.raises(DeskError, match="bundle_altered"):
            bundle.opened(other.key, centre.id, part)
        with refused("author"):
            other.session.open_origin(writer.origin, "1")


def test_control_the_hubs_secret_opens_a_bundle(tmp_path: Path) -> None:
    """The check above can fail: whoever has the delivery key reads it."""
    centre = EmbeddedCentre(tmp_path)
    writer = Writer(centre, "8001")
    writer.write(values={"caller": "王芳"})
    with centre.hub._file.reading() as cursor:
        secret = cursor.execute("select hub_secret from state").fetchone()[0]
    assert "王芳" in bundle.opened(delivery_key(secret, writer.origin), centre.id, sealed(writer))
    centre.close()
