"""The files of a seat: opened once, with keys from a real keyring, and what happens when something is amiss."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.people.model import Proof
from agent_desk.people.shelf import known_staff
from agent_desk.settings.secrets import KeyFileVault, MemoryVault, open_vault, system_backend
from agent_desk.storage.store import Store
from tests.factory import a_note
from tests.peers.keyring import KeyringPeer
from tests.people.conftest import Cable, Centre, Seat
from tests.people.test_sign_in import refused


def test_keys_rest_in_the_accounts_real_keyring(centre: Centre, tmp_path: Path, keyring_service: KeyringPeer) -> None:
    """Start, write, end the program, start again: the only way to the file is the keyring."""
    folder = tmp_path / "seat"
    seat = Seat(centre, folder, open_vault(folder / "keys"), Cable(centre.hub))
    entered = seat.enter("8001")
    entered.store.save(a_note(entered.store))
    path = entered.store.path
    seat.close()
    assert not (folder / "keys").exists()
    assert b"SQLite format 3" not in path.read_bytes()[:16]
    again = Seat(centre, folder, open_vault(folder / "keys"), Cable(centre.hub))
    again.cable.pull()
    assert again.enter("8001").proof is Proof.OFF_LINE
    again.close()


@pytest.mark.skipif(sys.platform != "linux", reason="no bus, no keyring")
def test_without_a_keyring_the_key_file_carries_the_seat(
    centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    assert refused(system_backend).code == "keyring_missing"
    folder = tmp_path / "seat"
    vault = open_vault(folder / "keys")
    caplog.clear()
    assert isinstance(vault, KeyFileVault)
    assert vault.warning == "key_file_warning"
    seat = Seat(centre, folder, vault, Cable(centre.hub))
    seat.visit("8001")
    seat.cable.pull()
    seat.restart()
    assert seat.enter("8001").proof is Proof.OFF_LINE
    seat.close()


def test_a_key_that_cannot_be_kept_begins_no_file(seat: Seat, centre: Centre) -> None:
    """Otherwise the file could never be opened again."""

    class Full(MemoryVault):
        def put(self, entry: object, secret: str) -> None:
            raise DeskError("vault_unwritable", why="full")

    seat.vault = Full()
    seat.restart()
    assert refused(lambda: seat.enter("8001")).code == "vault_unwritable"
    assert not seat.place.store_of(centre.id, "8001").exists()
    assert not seat.shelf.knows("8001")


def test_a_locked_keyring_makes_no_second_key(seat: Seat) -> None:
    class Locked(MemoryVault):
        def get(self, entry: object) -> str | None:
            raise DeskError("vault_unreadable", why="locked")

    seat.visit("8001")
    seat.vault = Locked()
    seat.restart()
    assert refused(lambda: seat.enter("8001")).code == "vault_unreadable"


def test_a_file_begun_and_never_finished_gets_its_own_key_again(seat: Seat, centre: Centre) -> None:
    """The program ended between keeping the key and making the file."""
    seat.visit("8001")
    path = seat.place.store_of(centre.id, "8001")
    seat.close()
    for leftover in seat.place.stores.iterdir():
        leftover.unlink()
    seat.restart()
    entered = seat.enter("8001")
    assert entered.store.path == path


def test_another_program_holding_the_file_is_said(seat: Seat, centre: Centre) -> None:
    seat.visit("8001")
    other = Seat(centre, seat.folder, seat.vault, seat.cable)
    held = other.shelf.open("8001")
    assert refused(lambda: seat.enter("8001")).code == "store_open_elsewhere"
    assert seat.shelf.drainable() == []
    other.shelf.release(held)
    other.close()
    assert seat.enter("8001").who.number == "8001"


def test_a_spoilt_label_hides_one_file_from_draining_and_harms_no_other(
    seat: Seat, centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    seat.visit("8001")
    seat.visit("8002")
    label = seat.place.store_of(centre.id, "8001")
    label.with_name(label.name + ".person").write_text("{", encoding="utf-8")
    assert [book.number for book in seat.shelf.books()] == ["8002"]
    assert "cannot be read" in caplog.text
    caplog.clear()
    assert seat.enter("8001").proof is Proof.ON_LINE


def test_one_file_is_opened_once_for_all_who_need_it(seat: Seat) -> None:
    seat.visit("8001")
    stores = [seat.shelf.open("8001") for _ in range(3)]
    assert len({id(one) for one in stores}) == 1
    for one in stores[:2]:
        seat.shelf.release(one)
    stores[2].meta_get("x")
    seat.shelf.release(stores[2])
    seat.shelf.release(stores[2])
    fresh = seat.shelf.open("8001")
    assert fresh is not stores[2]


def test_signing_in_while_the_pump_looks_for_files_to_drain(seat: Seat) -> None:
    """Two threads on one shelf: nobody gets a closed file."""
    for number in ("8001", "8002"):
        seat.visit(number)
    faults: list[BaseException] = []
    done = threading.Event()

    def drain() -> None:
        while not done.is_set():
            try:
                for store in seat.shelf.drainable():
                    store.unsent()
            except DeskError as problem:
                faults.append(problem)

    thread = threading.Thread(target=drain)
    thread.start()
    try:
        seat.cable.pull()
        for _ in range(8):
            for number in ("8001", "8002"):
                entered = seat.enter(number)
                entered.store.save(a_note(entered.store))
                seat.door.leave(entered)
    finally:
        done.set()
        thread.join()
    assert not faults


def test_the_staff_list_that_travelled_here_knows_numbers(seat: Seat, centre: Centre) -> None:
    entered = seat.enter("8001")
    assert seat.shelf.find_staff("8003") is None
    seat.drain(entered)
    known = known_staff(entered.store, "8003")
    assert known is not None
    assert (known.staff, known.name, known.active) == (centre.staff["8003"], "李娜", True)
    assert known_staff(entered.store, "9999") is None
    centre.hub.set_staff("8003", active=False)
    seat.drain(entered)
    again = seat.shelf.find_staff("8003")
    assert again is not None
    assert not again.active


def test_a_person_who_left_is_not_taken_from_the_staff_list_with_old_rights(seat: Seat, centre: Centre) -> None:
    centre.hub.set_staff("8002", active=False)
    seat.drain(seat.enter("8001"))
    seat.cable.pull()
    entered = seat.door.enter_unproven("8002", "王芳", "today")
    assert entered.proof is Proof.UNPROVEN
    assert isinstance(entered.store, Store)
