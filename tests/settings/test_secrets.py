"""The vault: where keys go, what it refuses, and that nothing of a secret is ever told."""

from __future__ import annotations

import logging
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from agent_desk.base.errors import DeskError
from agent_desk.settings.secrets import (
    LONGEST_SECRET,
    Entry,
    KeyFileVault,
    KeyringVault,
    MemoryVault,
    MovingVault,
    PosixGuard,
    Purpose,
    Vault,
    WindowsGuard,
    keep_store_key,
    new_store_key,
    open_vault,
    remember_password,
    store_key,
    system_backend,
)
from tests.peers.keyring import KeyringPeer

ENTRY = Entry(Purpose.STORE_KEY, "installation-1", "8012")
OTHER = Entry(Purpose.STORE_KEY, "installation-1", "8013")
PASSWORD = Entry(Purpose.HUB_PASSWORD, "installation-1", "8012")
posix = pytest.mark.skipif(sys.platform == "win32", reason="mode bits")


class RightGuard:
    """A file guard that is always content."""

    def close(self, path: Path) -> None:
        """Nothing to do."""

    def is_closed(self, path: Path) -> bool:
        return True


class Odd(KeyringBackend):
    """A keyring that keeps what it is given, unless told to misbehave."""

    priority = 5  # type: ignore[assignment]

    def __init__(self, drop: bool = False, change: str = "", fault: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self._drop, self._change, self._fault = drop, change, fault

    def get_password(self, service: str, username: str) -> str | None:
        if self._fault:
            raise self._fault
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self._fault:
            raise self._fault
        if not self._drop:
            self.kept[service, username] = password + self._change

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Weak(Odd):
    priority = 0  # type: ignore[assignment]


def code_of(raised: pytest.ExceptionInfo[DeskError]) -> str:
    return raised.value.code


@pytest.fixture(params=["memory", "keyring", "key file", "moving"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    if request.param == "memory":
        return MemoryVault()
    if request.param == "key file":
        return KeyFileVault(tmp_path / "keys")
    request.getfixturevalue("keyring_service")
    real = KeyringVault(system_backend())
    for entry in (ENTRY, OTHER, PASSWORD):
        real.remove(entry)
    return real if request.param == "keyring" else MovingVault(real, KeyFileVault(tmp_path / "keys"))


def test_a_secret_comes_back_and_can_be_forgotten(vault: Vault) -> None:
    assert vault.get(ENTRY) is None
    vault.put(ENTRY, "geheim 密码 \U0001f511")
    vault.put(OTHER, "another")
    vault.put(PASSWORD, "a third")
    assert vault.get(ENTRY) == "geheim 密码 \U0001f511"
    assert vault.get(OTHER) == "another"
    vault.remove(ENTRY)
    vault.remove(ENTRY)
    assert vault.get(ENTRY) is None
    assert vault.get(OTHER) == "another"
    assert vault.get(PASSWORD) == "a third"


def test_the_last_secret_of_a_name_is_kept(vault: Vault) -> None:
    vault.put(PASSWORD, "first")
    vault.put(PASSWORD, "second")
    assert vault.get(PASSWORD) == "second"


def test_a_secret_longer_than_windows_keeps_is_refused(vault: Vault) -> None:
    vault.put(ENTRY, "x" * LONGEST_SECRET)
    for long in ("x" * (LONGEST_SECRET + 1), "\U0001f511" * (LONGEST_SECRET // 2 + 1)):
        with pytest.raises(DeskError) as raised:
            vault.put(ENTRY, long)
        assert code_of(raised) == "secret_too_long"
    assert vault.get(ENTRY) == "x" * LONGEST_SECRET


def test_a_store_key_survives_and_is_never_overwritten(vault: Vault) -> None:
    key = new_store_key()
    assert len(key) == 32
    assert key != new_store_key()
    keep_store_key(vault, ENTRY, key)
    keep_store_key(vault, ENTRY, key)
    with pytest.raises(DeskError) as raised:
        keep_store_key(vault, ENTRY, new_store_key())
    assert code_of(raised) == "store_key_kept"
    assert store_key(vault, ENTRY) == key


def test_a_spoilt_store_key_is_no_key() -> None:
    for spoilt in ("not hex", "ab" * 31, ""):
        with pytest.raises(DeskError) as raised:
            store_key(MemoryVault({ENTRY: spoilt}), ENTRY)
        assert code_of(raised) == "vault_unreadable"
        assert "not hex" not in str(raised.value)


@pytest.mark.parametrize("backend", [null.Keyring(), fail.Keyring(), Weak()], ids=["null", "fail", "weak"])
def test_a_keyring_that_keeps_nothing_is_refused(backend: KeyringBackend) -> None:
    with pytest.raises(DeskError) as raised:
        KeyringVault(backend)
    assert code_of(raised) == "keyring_missing"


def test_a_keyring_that_drops_or_cuts_a_secret_is_found_out() -> None:
    for backend in (Odd(drop=True), Odd(change="…")):
        with pytest.raises(DeskError) as raised:
            KeyringVault(backend).put(ENTRY, "geheim")
        assert code_of(raised) == "vault_forgets"


def test_a_locked_keyring_is_no_empty_keyring() -> None:
    vault = KeyringVault(Odd(fault=RuntimeError("geheim")))
    with pytest.raises(DeskError) as raised:
        vault.get(ENTRY)
    assert code_of(raised) == "vault_unreadable"
    assert "geheim" not in repr(raised.value)
    assert raised.value.__cause__ is None
    with pytest.raises(DeskError) as raised:
        vault.put(ENTRY, "geheim")
    assert code_of(raised) == "vault_unwritable"


def test_the_environment_does_not_choose_the_keyring(
    monkeypatch: pytest.MonkeyPatch, keyring_service: KeyringPeer
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert type(system_backend()).__module__ != "keyring.backends.null"


def test_a_machine_without_a_keyring_gets_a_key_file_and_a_standing_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def none() -> KeyringBackend:
        raise DeskError("keyring_missing", why="none")

    vault = open_vault(tmp_path / "keys", none)
    assert vault.warning == "key_file_warning"
    assert "keys go to a file" in caplog.text
    caplog.clear()
    vault.put(ENTRY, "geheim")
    assert vault.get(ENTRY) == "geheim"


def test_a_platform_without_backends_says_so() -> None:
    with pytest.raises(DeskError) as raised:
        system_backend("plan9")
    assert code_of(raised) == "keyring_missing"


def test_a_key_file_moves_into_the_keyring_as_soon_as_there_is_one(
    tmp_path: Path, keyring_service: KeyringPeer
) -> None:
    entry = Entry(Purpose.STORE_KEY, "installation-2", "8012")
    before = KeyFileVault(tmp_path / "keys")
    before.put(entry, "geheim")
    vault = open_vault(tmp_path / "keys")
    assert vault.warning == ""
    assert vault.get(entry) == "geheim"
    assert before.get(entry) is None
    assert KeyringVault(system_backend()).get(entry) == "geheim"
    vault.remove(entry)


def test_a_move_cut_short_leaves_no_key_on_the_disk(tmp_path: Path) -> None:
    keyring, before = MemoryVault({ENTRY: "geheim"}), KeyFileVault(tmp_path)
    before.put(ENTRY, "geheim")
    before.put(OTHER, "geheim too")
    vault = MovingVault(keyring, before)
    assert vault.get(ENTRY) == "geheim"
    assert before.get(ENTRY) is None
    assert before.get(OTHER) == "geheim too"


@posix
def test_a_key_file_is_readable_by_its_account_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "keys"
    KeyFileVault(folder).put(ENTRY, "geheim")
    [path] = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "8012" not in path.name


@posix
def test_an_opened_key_file_is_closed_again_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vault = KeyFileVault(tmp_path)
    vault.put(ENTRY, "geheim")
    [path] = tmp_path.iterdir()
    path.chmod(0o644)
    assert vault.get(ENTRY) == "geheim"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "could be read by other accounts" in caplog.text
    assert "geheim" not in caplog.text
    caplog.clear()


@posix
def test_the_key_file_is_closed_before_the_secret_is_in_it(tmp_path: Path) -> None:
    seen: list[bytes] = []

    class Watching(PosixGuard):
        def close(self, path: Path) -> None:
            if path.is_file():
                seen.append(path.read_bytes())
            super().close(path)

    KeyFileVault(tmp_path, Watching()).put(ENTRY, "geheim")
    assert seen == [b""]


def test_a_spoilt_key_file_is_no_missing_key_file(tmp_path: Path) -> None:
    vault = KeyFileVault(tmp_path, RightGuard())
    vault.put(ENTRY, "geheim")
    [path] = tmp_path.iterdir()
    for spoilt in ("", "{}", "[1]", "geheim"):
        path.write_text(spoilt, encoding="utf-8")
        with pytest.raises(DeskError) as raised:
            vault.get(ENTRY)
        assert code_of(raised) == "vault_unreadable"
        assert "geheim" not in str(raised.value)


class Tools:
    """Answers like ``whoami`` and ``icacls`` do, and remembers what was asked."""

    def __init__(self, *answers: str) -> None:
        self.asked: list[Sequence[str]] = []
        self._answers = answers

    def __call__(self, command: Sequence[str]) -> str:
        self.asked.append(command)
        if command[0] == "whoami.exe":
            return '"hall-07\\zhang wei","S-1-5-21-1-2-3-1001"\r\n'
        if len(command) > 2:
            return "processed file\r\n"
        return "\r\n".join(f"C:\\keys\\a.key {answer}" for answer in self._answers) + "\r\n\r\nSuccessfully\r\n"


def test_windows_access_list_is_cut_to_this_account() -> None:
    tools = Tools("HALL-07\\Zhang Wei:(F)")
    WindowsGuard(tools).close(Path("a.key"))
    assert ["icacls.exe", "a.key", "/inheritance:r", "/grant:r", "*S-1-5-21-1-2-3-1001:F"] in tools.asked


@pytest.mark.parametrize(
    "answers",
    [("HALL-07\\Zhang Wei:(F)", "BUILTIN\\Users:(RX)"), ("BUILTIN\\Users:(RX)",), ()],
)
def test_windows_access_list_of_others_is_refused(answers: tuple[str, ...]) -> None:
    with pytest.raises(DeskError) as raised:
        WindowsGuard(Tools(*answers)).close(Path("a.key"))
    assert code_of(raised) == "key_file_open"


def test_windows_tools_that_fail_are_a_refusal() -> None:
    def broken(command: Sequence[str]) -> str:
        raise subprocess.CalledProcessError(5, "icacls.exe")

    with pytest.raises(DeskError) as raised:
        WindowsGuard(broken).close(Path("a.key"))
    assert code_of(raised) == "key_file_open"


def test_a_hub_password_is_kept_only_in_a_personal_account() -> None:
    vault = MemoryVault()
    with pytest.raises(DeskError) as raised:
        remember_password(vault, PASSWORD, "geheim", personal_account=False)
    assert code_of(raised) == "password_not_kept"
    assert vault.get(PASSWORD) is None
    remember_password(vault, PASSWORD, "geheim", personal_account=True)
    assert vault.get(PASSWORD) == "geheim"


def test_no_secret_is_logged_or_told(vault: Vault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "pearl-harbour-" + "z" * LONGEST_SECRET
    with pytest.raises(DeskError) as raised:
        vault.put(ENTRY, secret)
    assert "pearl" not in str(raised.value) + repr(raised.value) + caplog.text
    vault.put(ENTRY, "pearl-harbour")
    vault.get(ENTRY)
    vault.remove(ENTRY)
    assert "pearl" not in caplog.text
