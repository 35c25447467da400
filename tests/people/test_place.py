"""Where a store may lie: the rules as a table, the questions to the machine through their ports."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.people.place import (
    Drive,
    Ground,
    LinuxFacts,
    Place,
    Profile,
    WindowsFacts,
    account_place,
    dropbox_folders,
    file_system_of,
    refusal,
    system_facts,
)

LOCAL = r"C:\Users\wei\AppData\Local\Agent Desk\people"
FINE = ""


@pytest.mark.parametrize(
    ("ground", "code"),
    [
        (Ground(LOCAL, windows=True, drive=Drive.FIXED), FINE),
        (Ground(LOCAL, windows=True, drive=Drive.UNKNOWN), FINE),
        (Ground("\\\\?\\" + LOCAL, windows=True), FINE),
        (Ground(LOCAL, windows=True, profile=Profile.TEMPORARY), "place_temporary_profile"),
        (Ground(LOCAL, windows=True, profile=Profile.MANDATORY), "place_mandatory_profile"),
        (Ground(r"\\files\home\wei", windows=True), "place_network"),
        (Ground("//files/home/wei", windows=True), "place_network"),
        (Ground(r"\\?\UNC\files\home\wei", windows=True), "place_network"),
        (Ground(r"H:\Agent Desk", windows=True, drive=Drive.NETWORK), "place_network"),
        (Ground(r"R:\Agent Desk", windows=True, drive=Drive.MEMORY), "place_memory"),
        (Ground(r"C:\Users\wei\OneDrive\Agent Desk", windows=True), "place_synced"),
        (Ground(r"C:\Users\wei\OneDrive - 会展中心\Agent Desk", windows=True), "place_synced"),
        (Ground(r"C:\Users\wei\Dropbox (Work)\x", windows=True), "place_synced"),
        (Ground(r"D:\我的坚果云\x", windows=True), "place_synced"),
        (Ground(r"D:\Nutstore\1\x", windows=True), "place_synced"),
        (Ground(r"D:\百度网盘同步空间\x", windows=True), "place_synced"),
        (Ground(r"D:\BaiduSyncdisk\x", windows=True), "place_synced"),
        (Ground(r"C:\Users\wei\iCloudDrive\x", windows=True), "place_synced"),
        (Ground(r"C:\Users\wei\WPS云盘\x", windows=True), "place_synced"),
        (Ground(r"C:\Users\wei\work\x", windows=True, synced=(r"c:\users\WEI\Work",)), "place_synced"),
        (Ground(r"C:\Users\wei\workshop\x", windows=True, synced=(r"C:\Users\wei\work",)), FINE),
        (Ground(r"C:\Users\onedriver\megaphone\x", windows=True), FINE),
        (Ground("/home/wei/.local/share/Agent Desk/people", windows=False, file_system="ext4"), FINE),
        (Ground("/home/wei/x", windows=False, file_system="overlay"), FINE),
        (Ground("/home/wei/x", windows=False, file_system="nfs4"), "place_network"),
        (Ground("/mnt/x", windows=False, file_system="cifs"), "place_network"),
        (Ground("/mnt/x", windows=False, file_system="fuse.sshfs"), "place_network"),
        (Ground("/dev/shm/x", windows=False, file_system="tmpfs"), "place_memory"),
        (Ground("/home/wei/Nextcloud/x", windows=False, file_system="ext4"), "place_synced"),
        (Ground("/home/wei/\\\\odd", windows=False, file_system="ext4"), FINE),
    ],
    ids=lambda value: value.path if isinstance(value, Ground) else value or "fine",
)
def test_the_rules(ground: Ground, code: str) -> None:
    problem = refusal(ground)
    assert (problem.code if problem else FINE) == code
    if problem:
        assert problem.facts["folder"] == ground.path


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
files:/home /home/my\\040share nfs4 rw 0 0
/dev/sdb1 /home/my\\040share/disk xfs rw 0 0
short line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/var/x", "ext4"), ("/tmp/x", "tmpfs"), ("/tmpx", "ext4"), ("/home/my share/x", "nfs4"),
     ("/home/my share", "nfs4"), ("/home/my share/disk/x", "xfs"), ("/home/my", "ext4")],
)  # fmt: skip
def test_the_longest_mount_point_counts(path: str, kind: str) -> None:
    assert file_system_of(path, MOUNTS) == kind
    assert file_system_of(path, "") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="links as on Linux")
def test_a_link_is_followed_to_where_the_file_would_lie(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    mounts = f"/dev/sda1 / ext4 rw 0 0\nfiles:/ {tmp_path / 'share'} nfs4 rw 0 0\n"
    problem = refusal(LinuxFacts(lambda: mounts).ground(tmp_path / "link" / "people"))
    assert problem is not None
    assert problem.code == "place_network"


class Machine:
    """Windows' answers, written by hand."""

    def __init__(self, flags: int = 0, drive: int = 3, roots: Sequence[str] = (), **environment: str) -> None:
        self._flags, self._drive, self._roots, self._environment = flags, drive, roots, environment
        self.asked = ""

    def profile_flags(self) -> int:
        return self._flags

    def drive_type(self, root: str) -> int:
        self.asked = root
        return self._drive

    def sync_roots(self) -> Sequence[str]:
        return self._roots

    def environment(self) -> Mapping[str, str]:
        return self._environment


@pytest.mark.parametrize(
    ("machine", "code"),
    [
        (Machine(), FINE),
        (Machine(flags=2), FINE),
        (Machine(flags=1), "place_temporary_profile"),
        (Machine(flags=4), "place_mandatory_profile"),
        (Machine(flags=2 | 8), FINE),
        (Machine(drive=4), "place_network"),
        (Machine(drive=6), "place_memory"),
        (Machine(drive=0), FINE),
        (Machine(roots=[r"C:\Users\wei"]), "place_synced"),
        (Machine(OneDrive=r"C:\Users\wei\AppData"), "place_synced"),
        (Machine(OneDriveCommercial=r"C:\Users\wei\AppData\Local"), "place_synced"),
    ],
)
def test_windows_answers_are_understood(machine: Machine, code: str) -> None:
    problem = refusal(WindowsFacts(machine).ground(Path(LOCAL)))
    assert (problem.code if problem else FINE) == code
    if sys.platform == "win32":
        assert machine.asked == "C:\\"


def test_dropbox_says_where_its_folder_is(tmp_path: Path) -> None:
    info = tmp_path / "Dropbox" / "info.json"
    assert dropbox_folders(info) == []
    info.parent.mkdir()
    info.write_text(json.dumps({"personal": {"path": "C:\\Box", "host": 1}}), encoding="utf-8")
    assert dropbox_folders(info) == ["C:\\Box"]
    info.write_text("[]", encoding="utf-8")
    assert dropbox_folders(info) == []


def test_an_unfit_place_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    class Temporary:
        def ground(self, folder: Path) -> Ground:
            return Ground(str(folder), windows=True, profile=Profile.TEMPORARY)

    place = Place(tmp_path / "desk")
    with pytest.raises(DeskError) as raised:
        place.refuse_unfit(Temporary())
    assert raised.value.code == "place_temporary_profile"
    assert not place.root.exists()


def test_the_machine_we_run_on_answers() -> None:
    ground = system_facts().ground(Path(__file__))
    assert ground.path
    assert ground.windows is (sys.platform == "win32")
    assert ground.windows or ground.file_system


def test_the_installation_has_one_id_for_ever(tmp_path: Path) -> None:
    place = Place(tmp_path / "desk")
    first = place.installation()
    assert place.installation() == first
    assert Place(tmp_path / "other").installation() != first
    assert [path.name for path in place.root.iterdir()] == ["installation"]


def test_two_first_starts_at_once_agree_on_one_id(tmp_path: Path) -> None:
    place = Place(tmp_path / "desk")
    barrier = threading.Barrier(8)
    found: list[str] = []

    def start() -> None:
        barrier.wait()
        found.append(place.installation())

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_damaged_installation_id_is_said_and_not_replaced(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "installation").write_text("x", encoding="ascii")
    with pytest.raises(DeskError) as raised:
        place.installation()
    assert raised.value.code == "installation_unreadable"


def test_an_unwritable_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "desk").write_text("a file", encoding="utf-8")
    with pytest.raises(DeskError) as raised:
        Place(tmp_path / "desk").installation()
    assert raised.value.code == "installation_unwritable"


def test_the_accounts_own_seat_file_comes_before_the_machines(tmp_path: Path) -> None:
    place = Place(tmp_path / "own", tmp_path / "machine")
    assert place.seat_file == tmp_path / "own" / "seat.toml"
    for folder in ("machine", "own"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "seat.toml").write_text("", encoding="utf-8")
        assert place.seat_file == tmp_path / folder / "seat.toml"


def test_file_names_tell_nobody_who_it_is(tmp_path: Path) -> None:
    place = Place(tmp_path)
    paths = {place.store_of("c1", "8001"), place.store_of("c2", "8001"), place.store_of("c1", "../x"),
             place.unproven_of("c1", "8001", 1), place.unproven_of("c1", "8001", 2)}  # fmt: skip
    assert len(paths) == 5
    assert {path.parent for path in paths} == {place.stores}
    assert not [path for path in paths if "8001" in path.name]


def test_the_accounts_place_is_local_and_the_apps_own() -> None:
    place = account_place()
    assert place.root.name == "Agent Desk"
    assert "roaming" not in str(place.root).casefold()
