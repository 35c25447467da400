"""A healing that is cut off at any step is begun again, and every step of it may be taken twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from agent_desk.hub import heal
from agent_desk.hub.port import Offered, Outgoing
from agent_desk.hub.postgres import PostgresSession
from agent_desk.storage.store import NewFact
from agent_desk.sync import healing
from agent_desk.sync.link_state import LinkKind
from tests.factory import a_note, a_sale
from tests.faults.lost import House
from tests.peers.postgres import PostgresServer
from tests.sync.desk import Seat

pytestmark = pytest.mark.fault


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as made:
        yield made


@pytest.fixture
def house(server: PostgresServer, tmp_path: Path) -> Iterator[House]:
    made = House.founded(server, tmp_path)
    yield made
    made.close()


class Cut:
    """The hub dies, as by a power cut, just when it is asked for the nth time."""

    def __init__(self, server: PostgresServer, real: Any) -> None:
        self.server = server
        self.real = real
        self.left = 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            self.server.kill_immediate()
        return self.real(*given, **named)


def _sell(seat: Seat, *numbers: str) -> list[str]:
    return [seat.store.save(a_sale(seat.store, number))[0].id for number in numbers]


def test_the_hub_dies_at_every_step_of_its_healing(
    house: House, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, leader = house.join("8001"), house.join("8003")
    house.turn()
    backup = house.backup()
    admin = house.admin()
    admin.set("8002", active=False)
    for number in range(3):
        admin.add(f"811{number}", "Newcomer", {"A": "agent"}, "a password of theirs")
    admin.set("8006", grants={"B": "clerk"})
    admin.session.close()
    _sell(agent, "000001", "000002", "000003")
    house.turn()
    newer = next(house.backup().glob("hub-facts-*.jsonl"))
    house.turn()
    before, sums, rights = house.links(), house.sums(), house.rights()
    house.restore(backup)

    text = Cut(server, heal.offer_text)
    monkeypatch.setattr(heal, "offer_text", text)
    monkeypatch.setattr(heal, "_PAGE", 5)
    pages = 0
    for nth in range(1, 99):
        text.left = nth
        told = house.it("heal", "--facts", str(newer), code=None)
        if server.running:
            break
        assert told["error"] == "hub_away"
        server.start()
        pages += 1
        assert house.it("heal", "--status")["centres"][0]["opened"] is False
    text.left = 0
    assert pages >= 3
    assert house.it("heal", "--facts", str(newer))["brought"][0]["taken"] == 0
    assert house.rights() == rights

    root = Cut(server, heal._root)
    monkeypatch.setattr(heal, "_root", root)
    root.left = 1
    house.it("heal", "--open", code=2)
    server.start()
    assert house.it("heal", "--status")["centres"][0]["opened"] is False
    house.it("heal", "--open")
    assert house.it("heal", "--open", code=2)["error"] == "heal_not_begun"

    house.turn(times=3)
    assert {seat.state.kind for seat in house.seats} == {LinkKind.LINKED}
    after = house.links()
    assert {place: after.get(place) for place in before} == before
    assert (house.sums(), leader.store.unsent().count) == (sums, 0)
    assert house.it("audit")["ok"]


def test_the_hub_dies_while_colleagues_bring_links(
    house: House, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, leader = house.join("8001"), house.join("8003")
    house.turn()
    backup = house.backup()
    sold = _sell(agent, *(f"{number:06}" for number in range(6)))
    house.turn()
    house.seats.remove(agent)
    agent.close()
    house.restore(backup)
    house.turn()
    house.it("heal", "--open")
    offer = Cut(server, PostgresSession.offer)

    def offering(session: PostgresSession, links: Sequence[Outgoing]) -> Offered:
        told: Offered = offer(session, links)
        return told

    monkeypatch.setattr(PostgresSession, "offer", offering)
    monkeypatch.setattr(healing, "PAGE", 2)
    cuts = 0
    for _ in range(60):
        offer.left = 2
        house.turn(times=1)
        if not server.running:
            server.start()
            cuts += 1
        if house.sums()[0] == len(sold):
            break
    assert cuts >= 1
    offer.left = 0
    house.turn(times=2)
    assert leader.state.kind is LinkKind.LINKED
    assert house.sums()[0] == len(sold)
    assert house.it("audit")["ok"]


def test_every_verb_twice(house: House) -> None:
    admin = house.admin()
    admin.set("8001", grants={"A": "agent", "B": "agent"})
    admin.session.close()
    agent, leader = house.join("8001"), house.join("8003")
    house.turn()
    backup = house.backup()
    agent.store.save(a_note(agent.store, "nobody has read this", group="B"))
    case = a_note(agent.store, "to be handed over", group="B")
    agent.store.save(case)
    agent.store.save(NewFact(agent.store.new_id(), "subject.shared", case.group, case.subject, {"to_group": "A"}))
    house.turn()
    newer = next(house.backup().glob("hub-facts-*.jsonl"))
    house.seats.remove(agent)
    agent.close()

    house.restore(backup)
    assert house.it("restore", "--from", str(backup), code=2)["error"] == "restore_not_empty"
    epochs = [house.it("status")["centres"][0]["epoch"]]
    house.it("heal", "--close")
    epochs.append(house.it("status")["centres"][0]["epoch"])
    assert len(set(epochs)) == 2
    brought = [house.it("heal", "--facts", str(newer), str(newer))["brought"] for _ in range(2)]
    assert [one["taken"] for told in brought for one in told][1:] == [0, 0, 0]
    house.it("heal", "--open")
    assert house.it("heal", "--open", code=2)["error"] == "heal_not_begun"
    house.turn(leader, times=10)
    (gap,) = house.it("heal", "--status")["centres"][0]["gaps"]
    where = ("--explain", gap["origin"], str(gap["first"]), str(gap["last"]), "disk burnt")
    house.as_admin("heal", *where)
    assert house.as_admin("heal", *where, code=2)["error"] == "hole_unknown"
    assert len(house.it("audit")["explained"]) == 1

    links = house.links()
    house.it("heal", "--close")
    house.turn(leader)
    house.it("heal", "--open")
    house.turn(leader, times=10)
    after = house.links()
    assert {place: after.get(place) for place in links} == links
    audited = house.it("audit")
    assert (audited["ok"], len(audited["explained"])) == (True, 1)
