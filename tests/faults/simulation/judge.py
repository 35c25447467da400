"""After a history: does the centre hold, and does each person see, exactly what the model says?"""

from __future__ import annotations

import json
from collections import Counter

from agent_desk.facts.body import parse
from agent_desk.facts.concurrency import fields_now
from agent_desk.facts.link import holds
from agent_desk.storage.forking import start_of
from agent_desk.storage.store import UNCOUNTED
from tests.faults.simulation.model import Model
from tests.faults.simulation.places import HubRow
from tests.faults.simulation.world import Book, Broken, World, stated


def judge(world: World) -> None:
    """Raise :class:`Broken` for the first promise that was not kept."""
    everything = world.place.rows()
    rows = [row for row in everything if (row.origin, row.seq) not in world.model.repeats]
    _repeats(world, everything)
    _hub_holds(world, rows)
    _hub_said(world.model, rows)
    for seat in world.seats:
        for book in seat.books:
            where = f"{book.number} at seat {seat.index}"
            _chains(book, where)
            _sees(world, book, rows, where)
            _sums(world, book, where)
            _fields(world, book, where)


def _repeats(world: World, rows: list[HubRow]) -> None:
    """What a copied disk sent again is a duplicate, and only that."""
    for row in rows:
        if (row.verdict == "duplicate") != ((row.origin, row.seq) in world.model.repeats):
            raise Broken(f"the hub takes for new or for known what is not: {row}")


def _hub_holds(world: World, rows: list[HubRow]) -> None:
    report = world.place.audit()
    if not report.ok:
        raise Broken(f"the audit says {report.problems}")
    seats = Counter(row.fact for row in rows if not row.kind.startswith("hub."))
    lost = set(world.promised) - set(seats)
    if lost:
        raise Broken(f"{len(lost)} saved facts are not on the hub: {_named(world, lost)}")
    unknown = set(seats) - set(world.typed)
    if unknown:
        raise Broken(f"the hub holds facts nobody wrote: {sorted(unknown)}")
    twice = {fact for fact, count in seats.items() if count > 1}
    if twice:
        raise Broken(f"the hub holds twice: {_named(world, twice)}")
    for row in rows:
        fact = world.model.facts.get(row.fact)
        if fact is not None and (row.verdict, row.reason, row.group) != (fact.verdict, fact.reason, fact.filed):
            raise Broken(f"the hub holds {row}, the rules say {fact}")


def _hub_said(model: Model, rows: list[HubRow]) -> None:
    """Every held fact and every number used twice was told, once, to those concerned."""
    said: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        fields = json.loads(row.body)["fields"]
        if row.kind == "hub.verdict":
            said[row.kind, row.group, fields["about"], fields["reason"], row.reader or ""] += 1
        elif row.kind == "hub.dispute":
            said[row.kind, row.group, fields["first"], fields["later"], row.reader or ""] += 1
    expected = Counter(model.said)
    if said != expected:
        raise Broken(f"the hub said too much {said - expected} or too little {expected - said}")


def _chains(book: Book, where: str) -> None:
    for own in book.store.origins():
        with book.store.reading() as connection:
            prev, expected = start_of(connection, own.origin), 1
        for link, text, _ in book.store.pending(own.origin, 0, 1_000_000, 1 << 40):
            if link.seq != expected or link.prev != prev or not holds(link, text):
                raise Broken(f"the chain of {where} does not hold at {link.seq}")
            prev, expected = link.digest, link.seq + 1
        if own.acked_seq != expected - 1:
            raise Broken(f"{where} holds {expected - 1} links and counts {own.acked_seq} as sent")


def _sees(world: World, book: Book, rows: list[HubRow], where: str) -> None:
    """The replica holds all it must, nothing it must not, and what the hub said of each fact."""
    model, now = world.model, world.place.time()
    me = model.people[book.number]
    must: dict[str, HubRow] = {}
    may: dict[str, HubRow] = {}
    for row in rows:
        if model.sees(me, row.author, row.group, row.subject, row.reader):
            may[row.fact] = row
            keyed = json.loads(row.body)["keyed"]
            if row.author != me.staff and model.keeps(row.kind, keyed, now):
                must[row.fact] = row
    with book.store.reading() as connection:
        run = connection.exec_driver_sql
        have = {row[0]: row[1] for row in run("SELECT id, body FROM fact").fetchall()}
        standing = {row[0]: row[1] for row in run("SELECT fact, verdict FROM standing").fetchall()}
        own = {row[0] for row in run("SELECT j.fact FROM journal j JOIN own_origin USING (origin)").fetchall()}
        projected = {row[0] for row in run("SELECT fact FROM test_sale").fetchall()}
    others_own = {row.fact for row in rows if row.author == me.staff} - own
    if missing := set(must) - set(have):
        raise Broken(f"{where} misses {_named(world, missing, rows)}")
    if missing := others_own - set(have):
        raise Broken(f"{where} misses own facts from elsewhere: {_named(world, missing, rows)}")
    if surplus := set(have) - set(may):
        raise Broken(f"{where} still holds {_named(world, surplus, rows)}")
    for fact, text in have.items():
        if text != may[fact].body:
            raise Broken(f"{where} holds {fact} with another text than the hub")
        if standing.get(fact) != may[fact].verdict:
            raise Broken(f"{where} takes {fact} for {standing.get(fact)}, it is {may[fact].verdict}")
    sold = {fact for fact in have if may[fact].kind == "test.sold"}
    if projected != sold:
        raise Broken(f"{where} counts other sales than it holds")


def _sums(world: World, book: Book, where: str) -> None:
    """Money is the same here and on the hub, for what this person sees and what counts."""
    marks = ",".join("?" * len(UNCOUNTED))
    with book.store.reading() as connection:
        counted = connection.exec_driver_sql(
            "SELECT coalesce(sum(s.total), 0) FROM test_sale s LEFT JOIN standing t ON t.fact = s.fact"
            f" WHERE coalesce(t.verdict, 'accepted') NOT IN ({marks})",
            UNCOUNTED,
        ).scalar_one()
        here = {row[0] for row in connection.exec_driver_sql("SELECT fact FROM test_sale").fetchall()}
    facts = world.model.facts
    expected = sum(facts[one].fields["total"] for one in here if facts[one].verdict == "accepted")
    if counted != expected:
        raise Broken(f"{where} counts {counted} fen, it should be {expected}")


def _fields(world: World, book: Book, where: str) -> None:
    """Each case shows the values that nobody replaced, and says when there are several."""
    with book.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT subject, id FROM fact WHERE kind = 'test.stated'").fetchall()
    cases: dict[str, list[str]] = {}
    for subject, fact in rows:
        cases.setdefault(subject, []).append(fact)
    for subject, facts in cases.items():
        shown = fields_now(parse(text) for text in stated(book.store, subject))
        told = {name: [one.fact for one in now.settings] for name, now in shown.items()}
        if told != current(world.model, facts):
            raise Broken(f"{where} shows {told} for a case, it should be {current(world.model, facts)}")


def current(model: Model, facts: list[str]) -> dict[str, list[str]]:
    """Per field, the facts nobody replaced, in the order of their stamps."""
    found: dict[str, list[str]] = {}
    known = [model.facts[one] for one in facts]
    for name in {name for fact in known for name in fact.replaces}:
        replaced = {one for fact in known for one in fact.replaces.get(name, ())}
        left = [fact for fact in known if name in fact.replaces and fact.id not in replaced]
        found[name] = [fact.id for fact in sorted(left, key=lambda one: (one.stamp, one.id))]
    return found


def _named(world: World, facts: set[str], rows: list[HubRow] | None = None) -> str:
    by_fact = {row.fact: row for row in rows or ()}
    told = []
    for one in sorted(facts)[:3]:
        typed, row = world.typed.get(one), by_fact.get(one)
        if row is not None:
            who = next((p.number for p in world.model.people.values() if p.staff == row.author), "the hub")
            told.append(f"{row.kind} of {who} in {row.group}")
        elif typed is not None:
            told.append(f"{typed.kind} in {typed.group}")
    return "; ".join(told)
