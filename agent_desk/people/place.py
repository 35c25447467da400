"""Where a person's file may lie: on a disk of this machine, in a profile that stays, synchronised by nobody.

A store that another program copies while it is open is damaged; one on a network path loses
its locks; one in a temporary or mandatory profile is gone at the next sign-out of Windows. Each of them is
refused with a sentence before anything is written.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib
import json
import ntpath
import os
import posixpath
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import platformdirs

from agent_desk.base.errors import DeskError

_APP = "Agent Desk"
SEAT_FILE = "seat.toml"


class Profile(StrEnum):
    """What becomes of the account's profile at sign-out."""

    STAYS = "stays"
    TEMPORARY = "temporary"
    MANDATORY = "mandatory"


class Drive(StrEnum):
    """What the path's drive is."""

    FIXED = "fixed"
    NETWORK = "network"
    MEMORY = "memory"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ground:
    """What is known about a folder: the rules judge this and nothing else.

    ``path`` is absolute with links resolved; ``windows`` says how to read it; ``file_system``
    is the mount's (Linux), ``synced`` the folders that other programs say they synchronise.
    """

    path: str
    windows: bool
    profile: Profile = Profile.STAYS
    drive: Drive = Drive.UNKNOWN
    file_system: str = ""
    synced: tuple[str, ...] = ()


class ProfileFacts(Protocol):
    """Asks the machine about a folder."""

    def ground(self, folder: Path) -> Ground:
        """What is known about ``folder``, which need not exist yet."""


NETWORK_FILE_SYSTEMS = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "sshfs", "afs", "9p", "davfs", "fuse.davfs2",
    "fuse.rclone", "ceph", "glusterfs", "fuse.glusterfs", "lustre", "ncpfs", "fuse.s3fs", "fuse.gvfsd-fuse",
})  # fmt: skip
MEMORY_FILE_SYSTEMS = frozenset({"tmpfs", "ramfs"})

SYNCED_NAMES = (
    "onedrive", "dropbox", "nutstore", "nutstore files", "坚果云", "我的坚果云", "baidunetdisk", "baidusyncdisk",
    "百度网盘", "百度网盘同步空间", "百度同步空间", "icloud drive", "iclouddrive", "icloud~com~apple~clouddocs",
    "mobile documents", "google drive", "googledrive", "wpsdrive", "wps cloud files", "wps云盘", "wps网盘", "weiyun",
    "微云", "腾讯微云", "微云同步助手", "adrive", "阿里云盘", "天翼云盘", "ecloud", "和彩云", "115网盘", "115生活",
    "nextcloud", "owncloud", "seafile", "synologydrive", "synology drive", "cloudstation", "megasync", "mega", "pcloud drive",
    "pcloud", "box sync", "syncthing", "resilio sync",
)  # fmt: skip
"""Folder names that synchronising programs give their folders. A name may go on after a blank, a bracket or
a hyphen: ``OneDrive - Exhibition Centre``."""


def refusal(ground: Ground) -> DeskError | None:
    """Why a store must not lie there, or ``None``. The first reason found, the worst first."""
    if ground.profile is Profile.TEMPORARY:
        return DeskError("place_temporary_profile", folder=ground.path)
    if ground.profile is Profile.MANDATORY:
        return DeskError("place_mandatory_profile", folder=ground.path)
    if _is_network(ground):
        return DeskError("place_network", folder=ground.path)
    if ground.drive is Drive.MEMORY or ground.file_system in MEMORY_FILE_SYSTEMS:
        return DeskError("place_memory", folder=ground.path)
    synced = _synced_by(ground)
    if synced:
        return DeskError("place_synced", folder=ground.path, by=synced)
    return None


def _is_network(ground: Ground) -> bool:
    if ground.drive is Drive.NETWORK or ground.file_system in NETWORK_FILE_SYSTEMS:
        return True
    if not ground.windows:
        return False
    path = ground.path.replace("/", "\\")
    if path.upper().startswith("\\\\?\\UNC\\"):
        return True
    return path.startswith("\\\\") and not path.startswith(("\\\\?\\", "\\\\.\\"))


def _synced_by(ground: Ground) -> str:
    """The synchronised folder this path lies in, or ``""``."""
    parts = _parts(ground.path, windows=ground.windows)
    for root in ground.synced:
        above = _parts(root, windows=ground.windows)
        if above and parts[: len(above)] == above:
            return root
    return next((part for part in parts if _is_synced_name(part)), "")


def _is_synced_name(part: str) -> bool:
    plain = part.casefold()
    return any(
        plain == name or plain.startswith((f"{name} -", f"{name}-", f"{name} (", f"{name}(")) for name in SYNCED_NAMES
    )


def _parts(path: str, *, windows: bool) -> list[str]:
    if not windows:
        return [part for part in posixpath.normpath(path).split("/") if part]
    plain = ntpath.normpath(path.removeprefix("\\\\?\\")).casefold()
    return [part for part in plain.split("\\") if part]


# -- asking the machine ---------------------------------------------------------------------


class LinuxFacts:
    """Reads the mount table; ``mounts`` is its text."""

    def __init__(self, mounts: Callable[[], str] | None = None) -> None:
        self._mounts = mounts or _read_mounts

    def ground(self, folder: Path) -> Ground:
        """The file system of the longest mount point above the folder."""
        path = os.path.realpath(folder)
        return Ground(path, windows=False, file_system=file_system_of(path, self._mounts()))


def _read_mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def file_system_of(path: str, mounts: str) -> str:
    """The type of the file system a path lies on, from the text of ``/proc/mounts`` (proc(5))."""
    best, kind = "", ""
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        point = _unescape(words[1])
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, words[2]
    return kind


def _unescape(text: str) -> str:
    """Blanks, tabs, line ends and backslashes stand as octal numbers in the mount table."""
    for code, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, sign)
    return text


_PROFILE_TEMPORARY, _PROFILE_MANDATORY = 1, 4
_DRIVES = {3: Drive.FIXED, 2: Drive.FIXED, 4: Drive.NETWORK, 6: Drive.MEMORY}
_SYNC_ROOTS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\SyncRootManager"


class WindowsMachine(Protocol):
    """The four questions put to Windows."""

    def profile_flags(self) -> int:
        """``GetProfileType``: 1 temporary, 2 roaming, 4 mandatory."""

    def drive_type(self, root: str) -> int:
        """``GetDriveTypeW``: 2 removable, 3 fixed, 4 remote, 6 RAM disk."""

    def sync_roots(self) -> Sequence[str]:
        """Folders registered with the cloud files service (OneDrive and others)."""

    def environment(self) -> Mapping[str, str]:
        """The process's environment."""


class WindowsFacts:
    """Turns Windows' answers into what the rules read."""

    def __init__(self, machine: WindowsMachine | None = None) -> None:
        self._machine = machine or Win32Machine()

    def ground(self, folder: Path) -> Ground:
        """Profile, drive, and every folder some program says it synchronises."""
        path = os.path.realpath(folder) if sys.platform == "win32" else str(folder)
        drive = ntpath.splitdrive(path.removeprefix("\\\\?\\"))[0]
        return Ground(
            path,
            windows=True,
            profile=self._profile(),
            drive=_DRIVES.get(self._machine.drive_type(drive + "\\"), Drive.UNKNOWN),
            synced=tuple(self._synced()),
        )

    def _profile(self) -> Profile:
        flags = self._machine.profile_flags()
        if flags & _PROFILE_TEMPORARY:
            return Profile.TEMPORARY
        return Profile.MANDATORY if flags & _PROFILE_MANDATORY else Profile.STAYS

    def _synced(self) -> list[str]:
        environment = self._machine.environment()
        told = [environment.get(name, "") for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")]
        told += self._machine.sync_roots()
        for base in ("APPDATA", "LOCALAPPDATA"):
            if environment.get(base):
                told += dropbox_folders(Path(environment[base]) / "Dropbox" / "info.json")
        return [one for one in told if one]


def dropbox_folders(info: Path) -> list[str]:
    """The folders Dropbox says it synchronises in its ``info.json``; none when there is no such file."""
    try:
        told = json.loads(info.read_text(encoding="utf-8"))
        return [str(account["path"]) for account in told.values()]
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return []


class Win32Machine:
    """Windows itself, through ctypes and the registry."""

    def profile_flags(self) -> int:
        """0 when Windows does not say."""
        flags = ctypes.c_ulong(0)
        told = _windows_library("userenv").GetProfileType(ctypes.byref(flags))
        return int(flags.value) if told else 0

    def drive_type(self, root: str) -> int:
        """0 when Windows does not know the root."""
        return int(_windows_library("kernel32").GetDriveTypeW(ctypes.c_wchar_p(root)))

    def sync_roots(self) -> Sequence[str]:
        """The values under each provider's ``UserSyncRoots``."""
        winreg = _registry()
        found: list[str] = []
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _SYNC_ROOTS) as roots:
                for number in range(winreg.QueryInfoKey(roots)[0]):
                    name = winreg.EnumKey(roots, number)
                    found += _user_roots(winreg, f"{_SYNC_ROOTS}\\{name}\\UserSyncRoots")
        except OSError:
            return found
        return found

    def environment(self) -> Mapping[str, str]:
        """As it is."""
        return os.environ


def _user_roots(winreg: Any, key: str) -> list[str]:
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as values:
            return [str(winreg.EnumValue(values, n)[1]) for n in range(winreg.QueryInfoKey(values)[1])]
    except OSError:
        return []


def _windows_library(name: str) -> Any:
    """A library of Windows' system folder; typed by nobody, so that it type-checks on every system."""
    return ctypes.LibraryLoader(vars(ctypes)["WinDLL"]).LoadLibrary(name)


def _registry() -> Any:
    return importlib.import_module("winreg")


def system_facts() -> ProfileFacts:
    """The facts of the machine we run on."""
    return WindowsFacts() if sys.platform == "win32" else LinuxFacts()


# -- the place ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """The desk's folder in one Windows account."""

    root: Path
    shared: Path | None = field(default=None)
    """Where IT may put the seat file for every account of the machine."""

    @property
    def stores(self) -> Path:
        """The people's encrypted files, their spare keys and copies."""
        return self.root / "people"

    @property
    def keys(self) -> Path:
        """Key files, where there is no keyring."""
        return self.root / "keys"

    @property
    def seat_file(self) -> Path:
        """The seat file: the account's own if there is one, else the machine's, else where to make it."""
        own = self.root / SEAT_FILE
        machine = self.shared / SEAT_FILE if self.shared is not None else own
        return machine if machine.exists() and not own.exists() else own

    def store_of(self, centre: str, number: str) -> Path:
        """A person's store. Its name tells nobody who it is; the number may hold any letter."""
        told = hashlib.sha256(f"{centre}:{number}".encode()).hexdigest()
        return self.stores / f"{told[:24]}.store"

    def unproven_of(self, centre: str, number: str, count: int) -> Path:
        """The ``count``-th store (1, 2, …) of sessions under this number that nobody could prove."""
        path = self.store_of(centre, number)
        return path.with_name(f"{path.stem}.unproven-{count}.store")

    def refuse_unfit(self, facts: ProfileFacts) -> None:
        """Raise the :class:`DeskError` of :func:`refusal` when stores must not lie here."""
        problem = refusal(facts.ground(self.stores))
        if problem is not None:
            raise problem

    def installation(self) -> str:
        """This installation's id: made once, then always the same.

        Raises :class:`DeskError` ``installation_unwritable`` or ``installation_unreadable``.
        """
        path = self.root / "installation"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._make_installation(path)
            return str(uuid.UUID(path.read_text(encoding="ascii").strip()))
        except OSError as problem:
            raise DeskError("installation_unwritable", folder=str(self.root), why=type(problem).__name__) from None
        except ValueError:
            raise DeskError("installation_unreadable", file=str(path)) from None

    def _make_installation(self, path: Path) -> None:
        """Written whole under another name, then linked in: of two first starts at once one wins."""
        if path.exists():
            return
        fresh = path.with_name(f"installation.{uuid.uuid4().hex}.new")
        with fresh.open("w", encoding="ascii") as file:
            file.write(str(uuid.uuid4()))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            if not path.exists():
                _move_first(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)


def _move_first(fresh: Path, path: Path) -> None:
    """Put a file in its place; on Windows the first one stays, and whoever comes second finds it taken."""
    if os.name != "nt":
        fresh.replace(path)
        return
    with contextlib.suppress(FileExistsError, PermissionError):
        fresh.rename(path)


def account_place() -> Place:
    """This Windows account's place: local, never the roaming part of the profile."""
    own = platformdirs.user_data_path(_APP, appauthor=False, roaming=False)
    return Place(own, platformdirs.site_config_path(_APP, appauthor=False))
