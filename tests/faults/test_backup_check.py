"""A nightly job asks whether last night's backup would do: its exit code says the truth."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factory import a_sale
from tests.faults.lost import House
from tests.peers.postgres import PostgresServer

pytestmark = pytest.mark.fault

SCRATCH = "scratch_for_it"


@pytest.fixture(scope="module")
def house(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House.founded(postgres_server, tmp_path_factory.mktemp("house"))
    agent = made.join("8001")
    for number in ("000001", "000002"):
        agent.store.save(a_sale(agent.store, number))
    made.turn()
    yield made
    made.close()
    postgres_server.drop_database(made.centre.database.name)


@pytest.fixture(scope="module")
def kept(house: House) -> Path:
    return house.backup()


@pytest.fixture
def backup(kept: Path, tmp_path: Path) -> Path:
    """A backup to be spoilt."""
    return Path(shutil.copytree(kept, tmp_path / "backup"))


def checked(house: House, backup: Path, code: int) -> Any:
    told = house.it("restore-check", "--scratch", "--from", str(backup), "--database", SCRATCH, code=code)
    assert told["ok"] is (code == 0)
    assert SCRATCH not in house.databases()
    return told


def test_a_good_one_is_good_twice(house: House, backup: Path) -> None:
    root = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))["root_digest"]
    assert [checked(house, backup, 0)["root_digest"] for _ in range(2)] == [root, root]


def test_control_written_again_without_a_change_it_is_good(house: House, backup: Path) -> None:
    house.rewritten(backup)
    checked(house, backup, 0)


@pytest.mark.parametrize("name", ["hub.dump", "roles.sql", "hub-facts-*.jsonl"])
def test_one_byte_changed_is_found(house: House, backup: Path, name: str) -> None:
    (path,) = backup.glob(name)
    whole = path.read_bytes()
    for place in range(0, len(whole), len(whole) // 4):
        path.write_bytes(whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :])
        assert checked(house, backup, 1)["file"] == path.name
    path.write_bytes(whole)
    checked(house, backup, 0)


@pytest.mark.parametrize("name", ["hub.dump", "roles.sql", "manifest.json"])
def test_a_missing_file_is_found(house: House, backup: Path, name: str) -> None:
    (backup / name).unlink()
    assert checked(house, backup, 1)["file"] == name


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": []}', '{"files": {}, "root_digest": 7}', "\x00"])
def test_a_manifest_of_nonsense_is_found(house: House, backup: Path, text: str) -> None:
    (backup / "manifest.json").write_text(text, encoding="utf-8")
    assert checked(house, backup, 1)["problem"] == "backup_damaged"


@pytest.mark.parametrize("without", ["desk.personal", "desk.number_claim", "desk.secret"])
def test_a_missing_table_is_found(house: House, backup: Path, without: str) -> None:
    house.rewritten(backup, without=without)
    checked(house, backup, 1)


_PUT_IN = (
    "insert into desk.fact select centre, gen_random_uuid(), kind, grp, author, subject, reader, happened, keyed, stamp,"
    " body, raw, content, origin, seq, received from desk.fact where kind = 'test.sold' limit 1"
)
_ONE_MORE = (
    "with one as (select j.*, f.body from desk.journal j join desk.fact f on f.id = j.fact"
    " where j.kind = 'test.sold' order by j.seq desc limit 1), fact as (select gen_random_uuid() as id),"
    " link as (insert into desk.journal select centre, origin, seq + 1, fact.id, kind, grp, author, subject, reader, link,"
    " content, sha256(link), mac, verdict, reason, delivered_by, received from one, fact returning origin, seq, link)"
    " update desk.origin o set head_seq = link.seq, head_digest = link.link from link where o.id = link.origin"
)


@pytest.mark.parametrize("statement", [
    _PUT_IN, _ONE_MORE,
    "update desk.fact set body = replace(body, '000001', '000009') where kind = 'test.sold'",
    "delete from desk.journal where kind = 'test.sold' and seq = 1",
    "update desk.test_sale set total = total + 1",
    "update desk.personal set value = 'somebody else' where value is not null",
    "update desk.origin set head_seq = head_seq - 1 where head_seq > 1",
    "update desk.staff_right set role = 'manager' where role = 'agent'",
])  # fmt: skip
def test_what_was_put_in_changed_or_taken_out_is_found(house: House, backup: Path, statement: str) -> None:
    house.rewritten(backup, statement)
    told = checked(house, backup, 1)
    assert told["problems"] or told["root_digest"] != told["expected"]


def test_a_scratch_database_that_is_in_use_is_left_alone(house: House, backup: Path) -> None:
    taken = house.centre.database.name
    told = house.it("restore-check", "--scratch", "--from", str(backup), "--database", taken, code=2)
    assert told["error"] == "restore_not_empty"
    assert taken in house.databases()
    house.turn(times=1)
