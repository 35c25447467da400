"""``agent-desk export``, ``import`` and ``recover`` as they are typed: real hub, real keyring, real files."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from keyring.backends.SecretService import Keyring
from nacl import pwhash

from agent_desk.base.clock import Clock
from agent_desk.base.ids import SubjectId
from agent_desk.bootstrap.engine import Engine, Seat, assemble, only_window
from agent_desk.bootstrap.errands import Errand
from agent_desk.capabilities import catalogue
from agent_desk.hub.audit import audit
from agent_desk.hub.postgres import PostgresHub
from agent_desk.hub.words import speech_of
from agent_desk.people import recovery
from agent_desk.people.place import Place
from agent_desk.people.sign_in import Entered
from agent_desk.people.verifier import Cost, Verifier
from agent_desk.settings.secrets import KeyringVault
from agent_desk.storage.store import NewFact
from tests.hub.centre import PASSWORDS, PgCentre, add_centre, found_hub
from tests.peers.keyring import KeyringPeer
from tests.peers.postgres import PostgresServer

QUICK = Cost(pwhash.argon2id.OPSLIMIT_MIN, pwhash.argon2id.MEMLIMIT_MIN)


@dataclass
class Account:
    """One Windows account on one machine, with its keyring and its seat file."""

    centre: PgCentre
    place: Place
    vault: KeyringVault
    private: bytes

    def engine(self) -> Engine:
        file = self.centre.seat_file
        seat = Seat(file.centre, file.centre_name, file.seat, file.seat_name)
        public = bytes.fromhex(recovery_public(self.place))
        return assemble(
            self.place, seat, PostgresHub(file), Clock(), catalogue(), self.vault, public, verifier=Verifier(QUICK)
        )

    def work(self, number: str, count: int) -> set[str]:
        """Sign in on line, write while the cable is out, go home."""
        engine = self.engine()
        entered = engine.sign_in.enter(number, PASSWORDS[number])
        written = {note(entered, f"第{n}条") for n in range(count)}
        engine.sign_in.leave(entered)
        engine.shelf.close()
        return written

    def type(self, *words: str, stdin: str = "", zh: bool = False) -> tuple[int, str]:
        """What the terminal says."""
        out, error = io.StringIO(), io.StringIO()
        speech = speech_of({"LANG": "zh_CN.UTF-8" if zh else "C"})
        errand = Errand(self.place, lambda _: self.vault, speech, out, error, io.StringIO(stdin))
        code = errand.run(words)
        return code, out.getvalue() + error.getvalue()

    def json(self, *words: str, stdin: str = "", code: int = 0) -> Any:
        told = self.type(*words, "--json", stdin=stdin)
        assert told[0] == code, told
        return json.loads(told[1])

    def lose_key(self, number: str) -> None:
        """The Windows password was reset: what the keyring held is gone."""
        engine = self.engine()
        [book] = [one for one in engine.shelf.books() if one.number == number]
        self.vault.remove(engine.shelf._entry(book))
        engine.shelf.close()


def recovery_public(place: Place) -> str:
    return next(
        line.split('"')[1]
        for line in place.seat_file.read_text(encoding="utf-8").splitlines()
        if "recovery_key" in line
    )


def note(entered: Entered, text: str) -> str:
    store = entered.store
    fact = store.new_id()
    fields = {"what": "payer_phone", "about": fact, "reason": text}
    store.save(NewFact(fact, "people.revealed", entered.who.home, SubjectId(entered.who.staff), fields))
    return fact


@pytest.fixture
def account(postgres_server: PostgresServer, keyring_service: KeyringPeer, tmp_path: Path) -> Iterator[Account]:
    centre = add_centre(found_hub(postgres_server, catalogue()))
    private, public = recovery.new_key_pair()
    place = Place(tmp_path / "account")
    place.root.mkdir()
    centre.seat_file = dataclasses.replace(centre.seat_file, recovery_key=public.hex())
    centre.seat_file.write(place.seat_file)
    made = Account(centre, place, KeyringVault(Keyring()), private)
    yield made
    centre.close()


def revealed(centre: PgCentre) -> list[str]:
    with centre.owner() as owner:
        rows = owner.execute("select id::text from desk.fact where kind = 'people.revealed' order by 1").fetchall()
    return [row[0] for row in rows]


def sound(centre: PgCentre) -> bool:
    with centre.owner() as owner:
        report = audit(owner, catalogue())
    return report.ok


def test_unsent_entries_of_everybody_go_onto_a_stick_and_come_in_on_another_seat(
    account: Account, tmp_path: Path
) -> None:
    promised = account.work("8001", 3) | account.work("8006", 2)
    told = account.json("export", "--to", str(tmp_path / "stick"))
    assert (told["ok"], told["shut"], len(told["files"])) == (True, [], 2)
    assert told["links"] == 3 + 2 + 2  # with each one's signing in
    assert revealed(account.centre) == []
    for file in told["files"]:
        assert "第" not in Path(file).read_text(encoding="ascii")
        came = account.json("import", file, "--as", "8002", "--password-file", "-", stdin=PASSWORDS["8002"] + "\n")
        assert came["fresh"] == came["links"] > 0
        again = account.json("import", file, "--as", "8006", "--password-file", "-", stdin=PASSWORDS["8006"] + "\n")
        assert again["fresh"] == 0
    assert revealed(account.centre) == sorted(promised)
    assert sound(account.centre)


def test_the_hubs_own_command_takes_it_in_too(account: Account, tmp_path: Path) -> None:
    promised = account.work("8001", 2)
    [file] = account.json("export", "--to", str(tmp_path / "stick"))["files"]
    command = [
        "hub",
        "import",
        "--seat-file",
        str(account.place.seat_file),
        "--as",
        "8005",
        "--password-file",
        "-",
        file,
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "agent_desk", *command], input=PASSWORDS["8005"] + "\n", capture_output=True, text=True,
        check=False, timeout=60, encoding="utf-8",
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "3 " in ran.stdout
    assert revealed(account.centre) == sorted(promised)


def test_what_cannot_be_taken_in_is_told_in_a_sentence(account: Account, tmp_path: Path) -> None:
    account.work("8001", 1)
    [file] = account.json("export", "--to", str(tmp_path / "stick"))["files"]
    cut = tmp_path / "cut.bundle"
    cut.write_bytes(Path(file).read_bytes()[:-20])
    assert account.json("import", str(cut), "--as", "8001", code=2)["error"] == "bundle_cut_short"
    assert account.json("import", str(tmp_path / "x"), "--as", "8001", code=2)["error"] == "bundle_missing"
    assert account.json("import", file, "--as", "8001", code=2)["error"] == "hub.password_missing"
    wrong = account.json("import", file, "--as", "8001", "--password-file", "-", stdin="no\n", code=2)
    assert wrong["error"] == "sign_in_refused"
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert account.json("export", "--to", str(tmp_path / "file"), code=2)["error"] == "bundle_unwritable"
    code, told = account.type("import", str(cut), "--as", "8001", zh=True)
    assert (code, "不完整" in told) == (2, True)


def test_an_open_window_keeps_the_stores_to_itself(account: Account, tmp_path: Path) -> None:
    account.work("8001", 1)
    lock = only_window(account.place)
    assert account.json("export", "--to", str(tmp_path / "stick"), code=2)["error"] == "desk_open_elsewhere"
    lock.release()
    assert account.json("export", "--to", str(tmp_path / "stick"))["links"] == 2


def test_after_a_reset_windows_password_the_data_is_opened_again(account: Account, tmp_path: Path) -> None:
    promised = account.work("8001", 2)
    account.work("8006", 1)
    account.lose_key("8001")
    told = account.json("export", "--to", str(tmp_path / "first"), code=1)
    assert (told["shut"], told["links"]) == (["8001"], 2)  # the other person's come all the same
    key, wrong = tmp_path / "recovery.key", tmp_path / "wrong.key"
    key.write_text(account.private.hex() + "\n", encoding="ascii")
    wrong.write_text(recovery.new_key_pair()[0].hex() + "\n", encoding="ascii")
    told = account.json("recover", "--recovery-key-file", str(wrong), code=1)
    assert told["failed"] == {"8001": "recovery_wrong_key"}
    code, sentence = account.type("recover", "--recovery-key-file", str(wrong))
    assert (code, "does not fit" in sentence) == (1, True)
    for odd in ("", "zz", account.private.hex()[:-2]):
        wrong.write_text(odd, encoding="ascii")
        told = account.json("recover", "--recovery-key-file", str(wrong), code=2)
        assert told["error"] == "recovery_file_unreadable"
    code, said = account.type("recover", "--recovery-key-file", str(key))
    assert (code, account.private.hex() in said) == (0, False)
    assert "8001" in said
    assert account.json("recover", "--recovery-key-file", str(key))["recovered"] == []
    told = account.json("export", "--to", str(tmp_path / "second"))
    assert (told["shut"], told["links"]) == ([], 5)
    account.work("8001", 0)  # signs in with the file as it was
    for file in told["files"]:
        account.json("import", file, "--as", "8005", "--password-file", "-", stdin=PASSWORDS["8005"] + "\n")
    assert promised < set(revealed(account.centre))


def test_without_a_spare_key_nothing_is_changed_and_it_is_said(account: Account, tmp_path: Path) -> None:
    account.work("8001", 1)
    account.lose_key("8001")
    engine = account.engine()
    [book] = engine.shelf.books()
    engine.shelf.close()
    spare = recovery.path_beside(book.path)
    kept = spare.read_text(encoding="utf-8")
    key = tmp_path / "recovery.key"
    key.write_text(account.private.hex(), encoding="ascii")
    spare.unlink()
    assert account.json("recover", "--recovery-key-file", str(key), code=1)["failed"] == {"8001": "recovery_missing"}
    spare.write_text(kept.replace('"sealed": "', '"sealed": "AA'), encoding="utf-8")
    assert account.json("recover", "--recovery-key-file", str(key), code=1)["failed"] == {"8001": "recovery_damaged"}
    spare.write_text(kept, encoding="utf-8")
    assert account.json("recover", "--recovery-key-file", str(key))["recovered"] == ["8001"]


def test_control_a_lost_key_really_shuts_the_file(account: Account, tmp_path: Path) -> None:
    account.work("8001", 1)
    assert account.json("export", "--to", str(tmp_path / "a"))["shut"] == []
    account.lose_key("8001")
    assert account.json("export", "--to", str(tmp_path / "b"), code=1)["shut"] == ["8001"]
