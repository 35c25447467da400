"""A hub that was lost and restored: nothing acknowledged is missing, nobody who left gets in, nothing erased is back."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.hub.people import People
from agent_desk.hub.port import Verdict
from agent_desk.storage.store import NewFact
from agent_desk.sync import healing
from agent_desk.sync.link_state import LinkKind
from tests.factory import a_note, a_sale
from tests.faults.lost import House
from tests.peers.postgres import PostgresServer
from tests.sync.desk import PASSWORD, Seat

pytestmark = pytest.mark.fault


@pytest.fixture
def house(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[House]:
    made = House.founded(postgres_server, tmp_path)
    yield made
    made.close()
    postgres_server.drop_database(made.centre.database.name)


def _sell(seat: Seat, *numbers: str) -> list[str]:
    return [seat.store.save(a_sale(seat.store, number))[0].id for number in numbers]


def _said(house: House, number: str) -> object:
    """What signing in with the usual password comes to."""
    try:
        house.centre.hub.connect(number, PASSWORD.format(number)).close()
    except DeskError as problem:
        return problem.code
    return "signed in"


def _opening(house: House, number: str, seat: Seat) -> object:
    """Why an origin cannot be opened now."""
    with (
        closing(house.centre.hub.connect(number, PASSWORD.format(number))) as session,
        pytest.raises(DeskError) as told,
    ):
        session.open_origin(seat.store.origins()[0].origin, "7")
    return told.value.facts["why"]


def _manifest(backup: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))
    return told


def test_the_whole_day_of_a_lost_hub(tmp_path: Path) -> None:
    with PostgresServer() as old, PostgresServer() as new:
        house = House.founded(old, tmp_path)
        try:
            _the_whole_day(house, old, new)
        finally:
            house.close()


def _the_whole_day(house: House, old: PostgresServer, new: PostgresServer) -> None:
    agent, clerk, leader = house.join("8001"), house.join("8006"), house.join("8003")
    leaver = house.join("8002")
    _sell(agent, "000001", "000002")
    leaver.store.save(a_note(leaver.store, group="B"))
    house.turn()
    backup = house.backup()

    admin = house.admin()
    admin.add("8009", "新来的", {"A": "agent"}, PASSWORD.format("8009"))
    admin.set_password("a newer password", "8006")
    clerk.pump._credentials = replace(clerk.pump._credentials, password="a newer password")
    clerk.pump._hang_up()
    admin.set_group("C", "新的组")
    admin.set("8001", grants={"A": "agent", "C": "agent"})
    newcomer, second = house.join("8009"), house.join("8001", name="again")
    sold = (
        _sell(agent, "000003", "000004") + _sell(clerk, "000005") + _sell(newcomer, "000006") + _sell(second, "000007")
    )
    twice = _sell(agent, "000008") + _sell(clerk, "000008")
    house.turn(agent, clerk, leader, newcomer, second)
    held = [agent.store.save(replace(a_note(agent.store, text), kind="test.ruled"))[0].id for text in ("ja", "nein")]
    house.turn(agent)
    ruling = house.centre.hub.connect("8003", PASSWORD.format("8003"))
    ruling.rule(held[0], Verdict.ACCEPTED, "richtig")
    ruling.rule(held[1], Verdict.VOIDED, "falsch")
    ruling.close()
    erasing = house.centre.hub.connect("8004", PASSWORD.format("8004"))
    erasing.erase(sold[0], ["payer"], "asked for")
    erasing.close()
    admin.set("8002", active=False)
    admin.session.close()
    house.turn(agent, clerk, leader, newcomer, second)
    newer = next(house.backup().glob("hub-facts-*.jsonl"))
    house.turn(leader, times=1)
    before, sums, rights = house.links(), house.sums(), house.rights()
    assert all(seat.store.unsent().count == 0 for seat in house.seats)
    old.close()

    told = house.restore(backup, new)
    assert told["root_digest"] == _manifest(backup)["root_digest"]
    assert len(house.links()) < len(before)
    assert _said(house, "8002") == "signed in"  # nobody has told the hub yet; it lets nobody send
    house.turn(leader, times=1)
    assert (leader.state.kind, leader.state.why) == (LinkKind.DOWN, "healing")
    assert _said(house, "8002") == "sign_in_refused"
    assert _opening(house, "8001", agent) == "closed"
    brought = house.it("heal", "--facts", str(newer))
    assert brought["brought"][0]["waiting"] == 0
    centre = brought["centres"][0]
    assert (centre["opened"], centre["gaps"], centre["without_password"]) == (False, [], ["8006", "8009"])
    assert house.rights() == rights
    assert house.values(sold[0]) == {}

    house.it("heal", "--open")
    assert _said(house, "8002") == "sign_in_refused"
    assert _said(house, "8009") == "sign_in_refused"
    house.as_admin("staff", "password", "8009", "--new-password-file", "-", stdin=PASSWORD.format("8009") + "\n")
    house.as_admin("staff", "password", "8006", "--new-password-file", "-", stdin="a newer password\n")
    house.turn(agent, clerk, leader, newcomer, second, times=4)
    assert [seat.state.kind for seat in (agent, clerk, leader, newcomer, second)] == [LinkKind.LINKED] * 5
    after = house.links()
    assert {place: after.get(place) for place in before} == before
    assert house.sums() == sums
    assert house.values(sold[0])["payer"] is None
    assert house.values(sold[1])["payer"] == "王芳"
    audited = house.it("audit")
    assert (audited["ok"], audited["problems"], audited["explained"]) == (True, [], [])
    assert audited["disputes"] >= 1
    assert len(twice) == 2
    assert {agent.standings()[one] for one in held} == {"accepted", "voided"}
    _sell(agent, "000099")
    house.turn(agent, leader)
    assert house.it("audit")["ok"]
    again = house.backup()
    assert house.it("restore-check", "--from", str(again))["ok"]


def test_a_password_changed_by_oneself_since_the_backup_is_not_the_old_one_again(house: House) -> None:
    house.join("8003")
    backup = house.backup()
    with closing(house.centre.hub.connect("8001", PASSWORD.format("8001"))) as session:
        People(session).set_password("found out, so another one")
    house.turn()
    house.restore(backup)
    house.turn()
    assert _said(house, "8001") == "sign_in_refused"
    house.it("heal", "--open")
    told = house.it("heal", "--new-password", "8001", "--new-password-file", "-", stdin=PASSWORD.format("8001") + "\n")
    assert told["centres"][0]["without_password"] == []
    assert _said(house, "8001") == "signed in"


def _with_a_lost_disk(house: House) -> tuple[Seat, str, str]:
    """8001's disk is lost after the backup. What it wrote: three sales that 8003 holds, one for B that nobody
    holds, and then a case of B that was shared with A."""
    admin = house.admin()
    admin.set("8001", grants={"A": "agent", "B": "agent"})
    admin.session.close()
    agent, leader = house.join("8001"), house.join("8003")
    house.turn()
    backup = house.backup()
    held = _sell(agent, "000001", "000002", "000003")
    lost = agent.store.save(a_note(agent.store, "nobody has read this", group="B"))[0].id
    case = a_note(agent.store, "to be handed over", group="B")
    shared = agent.store.save(case)[0].id
    agent.store.save(NewFact(agent.store.new_id(), "subject.shared", case.group, case.subject, {"to_group": "A"}))
    house.turn()
    assert {*held, shared} <= set(leader.facts())
    assert lost not in leader.facts()
    house.seats.remove(agent)
    agent.close()
    house.restore(backup)
    leader.round()
    house.it("heal", "--open")
    house.turn(leader, times=10)
    return leader, lost, shared


def test_peers_bring_what_they_hold_and_the_rest_is_named(house: House) -> None:
    leader, lost, shared = _with_a_lost_disk(house)
    (centre,) = house.it("heal", "--status")["centres"]
    (gap,) = centre["gaps"]
    assert (gap["number"], gap["seat"], gap["last"] - gap["first"], gap["waiting"]) == ("8001", "7", 0, 2)
    assert house.it("status")["centres"][0]["gaps"] == [gap]
    assert house.sums()[0] == 3
    audited = house.it("audit", code=1)
    assert [problem["code"] for problem in audited["problems"]] == ["hole_waiting"]
    house.it("heal", "--explain", gap["origin"], "1", "1", "disk burnt", code=2)
    where = (gap["origin"], str(gap["first"]), str(gap["last"]))
    house.as_admin("heal", "--explain", *where, "disk burnt")
    audited = house.it("audit")
    assert [(one["code"], one["why"]) for one in audited["explained"]] == [("hole", "disk burnt")]
    assert house.it("heal", "--status")["centres"][0]["named"][0]["filled"] == 0
    manager = house.join("8004")
    house.turn(manager)
    assert shared in manager.facts()
    assert lost not in manager.facts()

    back = house.join("8001")  # the disk was only away
    house.turn(back, times=3)
    assert back.state.kind is LinkKind.LINKED
    house.turn(manager)
    assert lost in manager.facts()
    audited = house.it("audit")
    assert (audited["problems"], audited["explained"]) == ([], [])
    assert lost not in leader.facts()


def test_what_the_hub_said_to_another_group_alone_is_a_gap_until_somebody_of_it_comes(house: House) -> None:
    leader, other = house.join("8003"), house.join("8002")
    house.turn()
    backup = house.backup()
    held = other.store.save(replace(a_note(other.store, "who may this", group="B"), kind="test.ruled"))[0].id
    house.turn(other)
    admin = house.admin()
    admin.set_group("C", "新的组")
    admin.session.close()
    house.turn()
    house.restore(backup)
    house.turn(leader)
    (gap,) = house.it("heal", "--status")["centres"][0]["gaps"]
    assert (gap["hubs"], gap["first"], gap["last"], gap["waiting"]) == (True, gap["first"], gap["first"], 1)
    house.it("heal", "--open")
    assert [code["code"] for code in house.it("audit", code=1)["problems"]] == ["hole_waiting"]
    house.turn(other, times=3)
    assert house.it("heal", "--status")["centres"][0]["gaps"] == []
    assert other.standings()[held] == "held"
    assert house.it("audit")["ok"]


def test_control_a_gap_nobody_named_is_a_gap(house: House) -> None:
    _with_a_lost_disk(house)
    (gap,) = house.it("heal", "--status")["centres"][0]["gaps"]
    house.as_admin("heal", "--explain", gap["origin"], str(gap["first"]), str(gap["last"]), "disk burnt")
    with house.centre.database.connect(autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("delete from desk.hole")
    assert "gap" in {problem["code"] for problem in house.it("audit", code=1)["problems"]}


def test_a_copy_restored_by_hand_comes_up_closed(house: House) -> None:
    agent = house.join("8001")
    house.turn()
    backup = house.backup()
    server = house.centre.database.server
    by_hand = server.create_database("template0")
    command = [str(server.binary("pg_restore")), "--dbname=" + by_hand.name, f"--host={server.host}",
               f"--port={server.port}", f"--username={server.user}", str(backup / "hub.dump")]  # fmt: skip
    told = {"PGPASSWORD": server.password, "PGSSLMODE": "require", "PATH": "/usr/bin:/bin"}
    subprocess.run(command, env=told, check=True, capture_output=True)
    old = house.centre
    house.centre = house.hub.centre = replace(old, database=by_hand, seat_file=replace(
        old.seat_file, hub=replace(old.seat_file.hub, database=by_hand.name)))  # fmt: skip
    house.it("upgrade")
    agent.pump._hang_up()
    _sell(agent, "000001")
    house.turn(agent)
    assert (agent.state.kind, agent.state.why) == (LinkKind.DOWN, "healing")
    assert _opening(house, "8001", agent) == "closed"
    (centre,) = house.it("heal", "--status")["centres"]
    assert (centre["opened"], centre["at_home"]) == (False, False)
    assert house.it("heal", "--open", code=2)["error"] == "heal_not_begun"
    house.it("heal", "--close")
    house.it("heal", "--open")
    house.turn(agent)
    assert agent.state.kind is LinkKind.LINKED
    assert agent.store.unsent().count == 0
    assert house.it("audit")["ok"]
    server.drop_database(old.database.name)


def test_a_hub_set_back_in_silence_stops_its_seats_and_nothing_is_lost(house: House) -> None:
    agent, clerk = house.join("8001"), house.join("8006")
    house.turn()
    back = _in_silence(house)
    sold = _sell(agent, "000001", "000002")
    house.turn()
    before = house.links()
    back()
    sold += _sell(agent, "000003")
    house.turn()
    assert clerk.store.unsent().count == 0
    assert [(seat.state.kind, seat.state.why) for seat in (agent, clerk)] == [(LinkKind.REFUSED, "set_back")] * 2
    assert house.sums()[0] == 0
    house.it("heal", "--close")
    house.turn()
    house.it("heal", "--open")
    house.turn(times=10)
    assert agent.state.kind is LinkKind.LINKED
    assert house.sums()[0] == len(sold)
    after = house.links()
    assert {place: after.get(place) for place in before} == before
    assert house.it("audit")["ok"]


def test_control_a_seat_that_does_not_look_sends_to_a_hub_set_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = house.join("8001")
    house.turn()
    back = _in_silence(house)
    _sell(agent, "000001", "000002")
    house.turn()
    back()
    monkeypatch.setattr(healing, "hear_epoch", lambda *_: None)
    _sell(agent, "000003")
    house.turn()
    assert agent.state.why != "set_back"
    assert house.sums()[0] < 3


def _in_silence(house: House) -> Callable[[], None]:
    """What the database holds now, put back later under the same hub: as a volume's snapshot would be."""
    tables = ("centre", "state", "staff", "staff_right", "seat", "origin", "head", "journal", "fact", "personal",
              "number_claim", *(name for name in house.tables() if name.startswith(("test_", "staff_", "origin_"))))  # fmt: skip
    kept: dict[str, list[tuple[object, ...]]] = {}
    with house.centre.database.connect(autocommit=True) as owner:
        for name in dict.fromkeys(tables):
            kept[name] = owner.execute(f"select * from desk.{name}".encode()).fetchall()

    def back() -> None:
        for seat in house.seats:
            seat.pump._hang_up()
        with house.centre.database.connect() as owner:
            owner.execute("set session_replication_role = replica")
            for name, rows in kept.items():
                owner.execute(f"delete from desk.{name}".encode())
                for row in rows:
                    marks = ", ".join(["%s"] * len(row))
                    owner.execute(f"insert into desk.{name} values ({marks})".encode(), row)

    return back


def test_a_backup_that_would_not_do_is_found_out_beforehand(house: House) -> None:
    agent = house.join("8001")
    _sell(agent, "000001")
    house.turn()
    backup = house.backup()
    told = house.it("restore-check", "--scratch", "--from", str(backup), "--database", "scratch_for_it")
    assert (told["ok"], told["root_digest"]) == (True, _manifest(backup)["root_digest"])
    assert "scratch_for_it" not in house.databases()

    manifest = backup / "manifest.json"
    good = manifest.read_text(encoding="utf-8")
    root = str(_manifest(backup)["root_digest"])
    manifest.write_text(good.replace(root, "0" * 64), encoding="utf-8")
    told = house.it("restore-check", "--scratch", "--from", str(backup), "--database", "scratch_for_it", code=1)
    assert (told["ok"], told["expected"], told["root_digest"]) == (False, "0" * 64, root)
    assert house.it("restore", "--from", str(backup), "--database", "never", code=2)["error"] == "restore_differs"
    assert {"scratch_for_it", "never"} & house.databases() == set()

    dump = backup / "hub.dump"
    whole = dump.read_bytes()
    for spoilt in (whole[: len(whole) // 2], whole[:-400] + bytes(400)):
        dump.write_bytes(spoilt)
        manifest.write_text(good.replace(_sha(whole), _sha(spoilt)), encoding="utf-8")
        told = house.it("restore-check", "--scratch", "--from", str(backup), "--database", "scratch_for_it", code=1)
        assert told["ok"] is False
        assert "scratch_for_it" not in house.databases()
    manifest.write_text(good, encoding="utf-8")
    told = house.it("restore-check", "--scratch", "--from", str(backup), "--database", "scratch_for_it", code=1)
    assert (told["ok"], told["problem"], told["file"]) == (False, "backup_damaged", "hub.dump")


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_hub_is_not_restored_over_another_one(house: House) -> None:
    agent = house.join("8001")
    _sell(agent, "000001")
    house.turn()
    backup = house.backup()
    told = house.it("restore", "--from", str(backup), code=2)
    assert (told["error"], told["database"]) == ("restore_not_empty", house.centre.database.name)
    assert house.sums()[0] == 1
    house.turn(times=1)
    assert agent.state.kind is LinkKind.LINKED


def test_a_file_of_hub_facts_that_was_written_in_is_refused(house: House) -> None:
    house.join("8003")
    backup = house.backup()
    admin = house.admin()
    admin.set("8002", active=False)
    admin.session.close()
    newer = next(house.backup().glob("hub-facts-*.jsonl"))
    house.restore(backup)
    text = newer.read_text(encoding="utf-8")
    newer.write_text(text.replace('\\"active\\":false', '\\"active\\":true'), encoding="utf-8")
    assert house.it("heal", "--facts", str(newer), code=2)["error"] == "heal_file_wrong"
    newer.write_text("nonsense", encoding="utf-8")
    assert house.it("heal", "--facts", str(newer), code=2)["error"] == "heal_file_wrong"
    newer.write_text(text, encoding="utf-8")
    house.it("heal", "--facts", str(newer))
    assert _said(house, "8002") == "sign_in_refused"


def test_control_a_hub_opened_by_hand_lets_in_who_left(house: House) -> None:
    """The checks above can fail: without its own facts the restored hub knows of no dismissal."""
    leader = house.join("8003")
    backup = house.backup()
    admin = house.admin()
    admin.set("8002", active=False)
    admin.session.close()
    house.turn()
    server = house.centre.database.server
    house.restore(backup)
    login = house.centre.seat_file.login("8002")
    with house.centre.database.connect(autocommit=True) as owner:
        owner.execute("update desk.state set opened = true")
        owner.execute(f'alter role "{login}" login'.encode())  # as the backup's roles say on another server
    assert _said(house, "8002") == "signed in"
    assert leader.round().state.kind is not None
    assert server.running
