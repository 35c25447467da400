"""The spare key: what the centre seals, only the centre opens."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.people import recovery
from agent_desk.settings.secrets import MemoryVault, new_store_key
from agent_desk.storage.store import open_store
from tests.factory import a_note
from tests.people.conftest import CATALOGUE, Centre, Seat
from tests.people.test_sign_in import refused


def test_after_a_reset_windows_password_the_centre_opens_the_file(seat: Seat, centre: Centre) -> None:
    """The whole way: the keyring is empty, the private key comes from the safe, every fact is there."""
    entered = seat.enter("8001")
    saved = entered.store.save(a_note(entered.store, "写在断网的时候"))[0]
    seat.door.leave(entered)
    seat.close()
    seat.vault = MemoryVault()
    path = seat.place.store_of(centre.id, "8001")
    spare = recovery.read(path)
    assert spare is not None
    assert (spare.centre, spare.number) == (centre.id, "8001")
    assert spare.fingerprint == recovery.fingerprint_of(centre.recovery_public)
    key = spare.open_with(centre.recovery_private)
    store = open_store(path, key, CATALOGUE, seat.clock)
    assert "写在断网的时候" in (store.body(saved.id) or "")
    store.close()


def test_an_unproven_session_has_a_spare_key_too(seat: Seat, centre: Centre) -> None:
    seat.cable.pull()
    entered = seat.door.enter_unproven("8002", "王芳", "today")
    path = entered.store.path
    seat.close()
    spare = recovery.read(path)
    assert spare is not None
    open_store(path, spare.open_with(centre.recovery_private), CATALOGUE, seat.clock).close()


def test_a_copy_takes_its_spare_key_along() -> None:
    assert recovery.path_beside(Path("a/b.store")) == Path("a/b.store.recovery")


def test_another_centres_key_is_told_apart_from_damage(tmp_path: Path) -> None:
    _, public = recovery.new_key_pair()
    other, _ = recovery.new_key_pair()
    store = tmp_path / "a.store"
    recovery.write(store, recovery.seal(new_store_key(), "centre", "8001", public))
    spare = recovery.read(store)
    assert spare is not None
    problem = refused(lambda: spare.open_with(other))
    assert problem.code == "recovery_wrong_key"
    assert problem.facts["needed"] == recovery.fingerprint_of(public)


@pytest.mark.parametrize("field", ["centre", "number", "sealed"])
def test_altered_labels_and_boxes_are_found_out(tmp_path: Path, field: str) -> None:
    private, public = recovery.new_key_pair()
    store = tmp_path / "a.store"
    recovery.write(store, recovery.seal(new_store_key(), "centre", "8001", public))
    path = recovery.path_beside(store)
    told = json.loads(path.read_text(encoding="utf-8"))
    if field == "sealed":
        box = bytearray(base64.b64decode(told["sealed"]))
        box[-1] ^= 1
        told["sealed"] = base64.b64encode(box).decode()
    else:
        told[field] = "another"
    path.write_text(json.dumps(told), encoding="utf-8")
    spare = recovery.read(store)
    assert spare is not None
    assert refused(lambda: spare.open_with(private)).code == "recovery_damaged"


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "recovery_damaged"), ("[]", "recovery_damaged"), ("{}", "recovery_damaged"),
     ('{"version": 2}', "recovery_newer")],
)  # fmt: skip
def test_unreadable_spare_keys_are_said(tmp_path: Path, text: str, code: str) -> None:
    store = tmp_path / "a.store"
    assert recovery.read(store) is None
    recovery.path_beside(store).write_text(text, encoding="utf-8")
    assert refused(lambda: recovery.read(store)).code == code


def test_the_spare_key_does_not_hold_the_key_in_the_clear(tmp_path: Path) -> None:
    _, public = recovery.new_key_pair()
    key = new_store_key()
    store = tmp_path / "a.store"
    recovery.write(store, recovery.seal(key, "centre", "8001", public))
    raw = recovery.path_beside(store).read_bytes()
    assert key not in raw
    assert key.hex().encode() not in raw
    assert key not in base64.b64decode(json.loads(raw)["sealed"])


def test_a_new_recovery_key_is_noticed(tmp_path: Path) -> None:
    _, first = recovery.new_key_pair()
    _, second = recovery.new_key_pair()
    store = tmp_path / "a.store"
    assert not recovery.is_current(store, first)
    recovery.write(store, recovery.seal(new_store_key(), "centre", "8001", first))
    assert recovery.is_current(store, first)
    assert not recovery.is_current(store, second)


def test_the_public_key_is_read_from_the_seat_file() -> None:
    _, public = recovery.new_key_pair()
    assert recovery.read_public_key(public.hex()) == public
    assert recovery.read_public_key("") is None
    for text in ("!!", public.hex()[2:], "00" * 32):
        with pytest.raises(DeskError) as raised:
            recovery.read_public_key(text)
        assert raised.value.code == "recovery_key_unreadable"
