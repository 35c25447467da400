"""What people settle reaches every seat: the same sums on both sides, and no erased value left anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent_desk.base.ids import FactId, GroupId
from agent_desk.facts.hub_kinds import HUB_KINDS
from agent_desk.facts.kind import Catalogue
from agent_desk.facts.personal import NO_SALT
from agent_desk.hub.port import HubSession, Verdict
from agent_desk.receipts.model import RECEIPT_KINDS
from agent_desk.receipts.records import Records
from agent_desk.storage import copies
from agent_desk.storage.store import NewFact, Store
from agent_desk.sync.link_state import LinkKind
from agent_desk.sync.pump import older
from tests.factory import TEST_KINDS, a_note, a_sale
from tests.receipts.rooms import at, the_day, write
from tests.sync.desk import PASSWORD, Centre, EmbeddedCentre, Seat, a_presence, join
from tests.sync.postgres_centre import PostgresCentre, found

KINDS = Catalogue([*HUB_KINDS, *TEST_KINDS, *RECEIPT_KINDS])
Join = Callable[..., Seat]
WHY = "looked at the paper"


@pytest.fixture(params=["embedded", "postgres"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    """The centre with receipts among its kinds."""
    if request.param == "embedded":
        made = EmbeddedCentre.found(tmp_path, KINDS)
        yield made
        made.hub.close()
    else:
        on_postgres = found(request.getfixturevalue("postgres_server"), KINDS)
        yield on_postgres
        on_postgres.database.server.drop_database(on_postgres.database.name)


@pytest.fixture
def seat(centre: Centre, tmp_path: Path) -> Iterator[Join]:
    joined: list[Seat] = []

    def sign_in(number: str, **others: Any) -> Seat:
        joined.append(join(centre.hub, number, tmp_path, catalogue=KINDS, **others))
        return joined[-1]

    yield sign_in
    for one in joined:
        one.close()


def session(centre: Centre, number: str) -> HubSession:
    return centre.hub.connect(number, PASSWORD.format(number))


# ---------------------------------------------------------------- sums


def here(seat: Seat) -> tuple[int, int]:
    """Fen that count and fen held, as the receipts' page of this seat sums them."""
    records = Records()
    with seat.store.reading() as connection:
        sums = records.day_sums(connection, at(21), at(22))
    return sums.fen, sums.held_fen


def on_hub(centre: Centre) -> tuple[int, int]:
    """The same at the hub: what stands and what is held, as a manager is handed it; and as its tables sum it."""
    asking = session(centre, "8004")
    heads = asking.beat(a_presence(), []).heads
    facts = {
        row.link.fact: (row.standing, row.body)
        for head in heads
        for row in asking.pull(head.origin, head.group, 0, head.seq)
        if row.link.kind == "receipt.written"
    }
    asking.close()
    counted = sum(_total(body) for standing, body in facts.values() if standing is Verdict.ACCEPTED)
    held = sum(_total(body) for standing, body in facts.values() if standing is Verdict.HELD)
    if isinstance(centre, PostgresCentre):
        assert centre.counted("select coalesce(sum(total), 0) from desk.receipt") == counted
    return counted, held


def _total(body: str) -> int:
    from agent_desk.facts.body import parse

    return int(parse(body).fields["total"])


def test_sums_are_the_same_on_every_seat_and_on_the_hub_before_and_after(centre: Centre, seat: Join) -> None:
    author, admin, leader, manager = seat("8001"), seat("8005"), seat("8003"), seat("8004")
    leaves = [leaf.receipt for leaf in the_day().leaves][:6]
    for receipt in leaves[:3]:
        write(author.store, receipt)
    held = [write(admin.store, receipt).id for receipt in leaves[3:]]  # an administrator writes no receipts

    def rounds() -> None:
        for one in (author, admin, leader, manager):
            one.round()
            one.round()

    def all_equal() -> tuple[int, int]:
        rounds()
        told = {here(leader), here(manager), on_hub(centre)}
        assert len(told) == 1
        return told.pop()

    totals = [receipt.total for receipt in leaves]
    assert all_equal() == (sum(totals[:3]), sum(totals[3:]))
    assert here(admin) == (0, sum(totals[3:]))
    asking = session(centre, "8003")
    asking.rule(held[0], Verdict.ACCEPTED, WHY)
    assert all_equal() == (sum(totals[:4]), sum(totals[4:]))
    asking.rule(held[1], Verdict.VOIDED, WHY)
    assert all_equal() == (sum(totals[:4]), totals[5])
    asking.rule(held[2], Verdict.ACCEPTED, WHY)
    asking.close()
    assert all_equal() == (sum(totals[:4]) + totals[5], 0)
    assert here(admin) == (totals[3] + totals[5], 0)
    # made anew from the bodies it is the same, and on a seat that comes new as well
    for one in (admin, leader, manager):
        one.store.rebuild()
    assert all_equal() == (sum(totals[:4]) + totals[5], 0)
    assert here_of_new(seat) == (sum(totals[:4]) + totals[5], 0)


def here_of_new(seat: Join) -> tuple[int, int]:
    new = seat("8004", name="new")
    new.round()
    return here(new)


def test_a_number_of_a_released_receipt_that_was_taken_meanwhile_is_told_to_both(centre: Centre, seat: Join) -> None:
    author, admin, leader = seat("8001"), seat("8005"), seat("8003")
    one = the_day().leaves[0].receipt
    held = write(admin.store, one).id
    admin.round()
    first = write(author.store, replace(one, exhibitor="another")).id
    author.round()
    asking = session(centre, "8003")
    asking.rule(held, Verdict.ACCEPTED, WHY)
    asking.close()
    for told in (author, admin, leader):
        told.round()
        with told.store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT first, later FROM dispute").fetchall()
        assert [tuple(row) for row in rows] == [(first, held)]


def test_a_share_released_later_brings_its_subject(centre: Centre, seat: Join) -> None:
    author, admin, other = seat("8001"), seat("8005"), seat("8002")
    [noted] = author.store.save(a_note(author.store))
    author.round()
    with author.store.reading() as connection:
        subject = connection.exec_driver_sql("SELECT subject FROM fact WHERE id = ?", (noted.id,)).scalar_one()
    share = NewFact(author.store.new_id(), "subject.shared", GroupId("nowhere"), subject, {"to_group": "B"})
    author.store.save(share)  # in a group they have no right in: held
    author.round()
    other.round()
    assert noted.id not in other.facts()
    asking = session(centre, "8004")
    asking.rule(share.id, Verdict.ACCEPTED, WHY)
    asking.close()
    other.round()
    admin.round()
    assert noted.id not in admin.facts()
    assert share.id in other.facts()


# ---------------------------------------------------------------- erasing


def kept(store: Store, fact: str) -> list[tuple[object, object]]:
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT value, salt FROM personal WHERE fact = ?", (fact,)).fetchall()
    return [tuple(row) for row in rows]  # type: ignore[misc]


def erase(centre: Centre, fact: FactId, *names: str) -> None:
    asking = session(centre, "8004")
    assert asking.erase(fact, names, "asked for").names
    asking.close()


def cleanly(seat: Seat) -> list[dict[str, Any]]:
    """What this seat's facts tell of its being clean, oldest first."""
    from agent_desk.facts.body import parse

    bodies = (parse(body) for fact, body in sorted(seat.facts().items()) if '"desk.erased_here"' in body)
    return [dict(body.fields) for body in bodies if body.author == seat.store.person.staff]


def test_every_seat_lets_go_and_says_so(centre: Centre, seat: Join) -> None:
    author, leader = seat("8001"), seat("8003")
    [saved] = author.store.save(a_sale(author.store))
    copies.roll(author.store)
    author.round()
    leader.round()
    assert kept(leader.store, saved.id)[0][0] == "王芳"
    erase(centre, saved.id)
    for one in (author, leader):
        before = one.store.unsent().count
        one.round()
        assert kept(one.store, saved.id) == [(None, NO_SALT)]
        [told] = cleanly(one)
        assert told["left"] == []
        assert [line["own"] for line in told["origins"]] == [own.origin for own in one.store.origins()]
        assert one.store.unsent().count == before + 1
        one.round()
        assert one.store.unsent().count == 0
        assert len(cleanly(one)) == 1  # once, however many rounds follow
    log = author.store.path.with_name(author.store.path.name + "-wal")
    assert "王芳".encode() not in log.read_bytes()
    assert len(copies.copies_of(author.store.path)) == 1


def test_a_value_not_sent_yet_when_it_is_erased_goes_nowhere(centre: Centre, seat: Join) -> None:
    author, leader = seat("8001"), seat("8003")
    sale = a_sale(author.store)
    author.store.save(sale)
    erase(centre, sale.id, "payer")  # somebody read the number out on the telephone
    author.round()  # sends first, and hears then
    author.round()
    leader.round()
    assert kept(author.store, sale.id) == [(None, NO_SALT)]
    assert kept(leader.store, sale.id) == [(None, NO_SALT)]
    assert author.standings()[sale.id] == "accepted"


def test_a_colleagues_file_on_the_seat_lets_go_too(centre: Centre, seat: Join) -> None:
    gone = seat("8001")
    [saved] = gone.store.save(a_sale(gone.store))
    gone.round()
    present = seat("8003", others=lambda: [gone.store])
    erase(centre, saved.id)
    present.round()
    assert kept(gone.store, saved.id) == [(None, NO_SALT)]
    assert cleanly(gone) == []  # they say it themselves when they are back
    gone.round()
    assert len(cleanly(gone)) == 1


def test_a_copy_set_aside_is_told_and_told_again_when_it_is_gone(centre: Centre, seat: Join) -> None:
    author = seat("8001")
    [saved] = author.store.save(a_sale(author.store))
    aside = copies.copy_aside(author.store)
    author.round()
    erase(centre, saved.id)
    author.round()
    author.round()
    assert [told["left"] for told in cleanly(author)] == [[{"file": aside.name}]]
    aside.unlink()
    author.round()
    assert [told["left"] for told in cleanly(author)] == [[{"file": aside.name}], []]


# ---------------------------------------------------------------- where it may still lie


def behind(centre: PostgresCentre) -> list[tuple[str, int, tuple[str, ...]]]:
    from agent_desk.hub.erasures import erasures

    with centre.database.connect(autocommit=True) as owner:
        told = erasures(owner)
    assert told.reached is not bool(told.seats)
    return sorted((one.number, one.missing, one.left) for one in told.seats)


@pytest.mark.parametrize("centre", ["postgres"], indirect=True)
def test_the_report_names_every_seat_until_it_has_said_it_is_clean(centre: PostgresCentre, seat: Join) -> None:
    author, leader, manager, stranger = seat("8001"), seat("8003"), seat("8004"), seat("8002")
    facts = [author.store.save(a_sale(author.store, f"{number:06}"))[0].id for number in range(2)]
    aside = copies.copy_aside(author.store)
    for one in (author, leader, manager, stranger):
        one.round()
    assert behind(centre) == []
    erase(centre, facts[0])
    erase(centre, facts[1])
    # whoever could read it may hold it; group B never could
    assert behind(centre) == [("8001", 2, ()), ("8003", 2, ()), ("8004", 2, ())]
    for _ in range(2):
        author.round()
        leader.round()
    assert behind(centre) == [("8001", 0, (aside.name,)), ("8004", 2, ())]
    again = author.store.save(a_sale(author.store, "000009"))[0].id
    author.round()
    leader.round()
    erase(centre, again)
    assert behind(centre) == [("8001", 1, (aside.name,)), ("8003", 1, ()), ("8004", 3, ())]
    aside.unlink()
    for _ in range(2):
        for one in (author, leader, manager):
            one.round()
    assert behind(centre) == []
    # an installation nobody sits at any more stays named
    old = seat("8001", name="old")
    old.round()
    old.round()
    assert behind(centre) == []
    last = author.store.save(a_sale(author.store, "000010"))[0].id
    author.round()
    leader.round()
    manager.round()
    erase(centre, last)
    for _ in range(2):
        for one in (author, leader, manager):
            one.round()
    assert behind(centre) == [("8001", 1, ())]


# ---------------------------------------------------------------- what the centre sets


def test_a_desk_too_old_sends_what_it_has_and_is_handed_nothing(centre: Centre, seat: Join) -> None:
    author, leader = seat("8001"), seat("8003")
    if isinstance(centre, PostgresCentre):
        with centre.database.connect(autocommit=True) as owner:
            owner.execute("update desk.state set oldest_client = '9'")
    else:
        assert isinstance(centre, EmbeddedCentre)
        centre.hub.set_centre(oldest_client="9")
    [saved] = author.store.save(a_note(author.store))
    author.round()
    leader.round()
    for one in (author, leader):
        assert (one.state.kind, one.state.why) == (LinkKind.REFUSED, "client_too_old")
    assert author.standings()[saved.id] == "accepted"
    assert saved.id not in leader.facts()


@pytest.mark.parametrize(
    ("mine", "oldest", "refused"),
    [("0.1.0", "", False), ("0.1.0", "0.1", False), ("0.1.0", "0.1.0", False), ("0.1.0", "0.2", True),
     ("0.9", "0.10", True), ("1", "0.9", False), ("odd", "9", False), ("", "9", False)],
)  # fmt: skip
def test_versions_are_compared_number_by_number(mine: str, oldest: str, refused: bool) -> None:
    assert older(mine, oldest) is refused
