"""A PostgreSQL server that exists for one rehearsal or one test and leaves nothing behind.

It is made from the machine's own server binaries in a folder of its own, listens on loopback only, asks every login
for a SCRAM password, and can be killed the way a power cut kills it.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from agent_desk.base.errors import DeskError

# Below every system's range of outgoing ports: nobody takes the port while the server is down.
PORTS = range(20_000, 30_000)
START_SECONDS = 60
SUPERUSER = "postgres"
PREFIX = "agent-desk-postgres-"  # then the number of the process that made it


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files of a server certificate; given, the server refuses every connection without TLS."""

    certificate: Path
    key: Path


class ThrowawayPostgres:
    """One PostgreSQL server; use it as a context manager, or call `start` and `close`.

    `fsync=False` is for tests that do not measure durability. Raises `DeskError` "hub.server_missing" if the machine has no
    server binaries, "hub.server_not_started" with the last lines of the server's log if it does not come up.
    """

    def __init__(
        self, certificates: Certificates | None = None, *, fsync: bool = True, connections: int = 100, port: int = 0
    ) -> None:
        self.host = "127.0.0.1"
        self.port = port or _free_port()
        self.user = SUPERUSER
        self.password = secrets.token_urlsafe(24)
        self._certificates = certificates
        self._fsync = fsync
        self._connections = connections
        self._account = _Account.choose()
        self._binaries = find_binaries()
        self._folder: Path | None = None

    def __enter__(self) -> ThrowawayPostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def running(self) -> bool:
        """Tell whether the server process lives."""
        return self._folder is not None and self._control("status", check=False) == 0

    def start(self) -> None:
        """Start the server, after `stop` or `kill_immediate` with the same data and the same port."""
        if self._folder is None:
            self._make()
        if self._control("start", "-w", "-t", str(START_SECONDS), check=False) != 0:
            tail = self.log()[-2000:]
            raise DeskError("hub.server_not_started", detail=tail)

    def stop(self) -> None:
        """Shut the server down in order; open sessions are ended."""
        self._control("stop", "-w", "-m", "fast")

    def kill_immediate(self) -> None:
        """End every server process at once, without a checkpoint: the next start recovers as after a power cut."""
        self._control("stop", "-w", "-m", "immediate")

    def close(self) -> None:
        """End the server and delete its folder; harmless twice."""
        if self._folder is None:
            return
        if self.running:
            self.kill_immediate()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None

    @property
    def folder(self) -> Path:
        """Return where the server keeps everything; raises DeskError "hub.server_not_started" before the first start."""
        return self._inside("")

    def log(self) -> str:
        """Return what the server wrote to its log so far."""
        path = self._inside("log")
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def keywords(self, database: str = "postgres", **others: str) -> dict[str, Any]:
        """Return connection keywords for psycopg, by default the superuser's; `others` override them."""
        own = {"host": self.host, "port": self.port, "dbname": database, "user": self.user, "password": self.password}
        return own | {"sslmode": "require" if self._certificates else "disable", "connect_timeout": 10} | others

    def binary(self, name: str) -> Path:
        """Return the path of a PostgreSQL program of the same version, for example `pg_dump`."""
        return _program(self._binaries, name)

    def _inside(self, name: str) -> Path:
        if self._folder is None:
            raise DeskError("hub.server_not_started", detail="it was never started")
        return self._folder / name

    def _make(self) -> None:
        self._sweep()
        folder = self._account.make_folder()
        self._folder = folder
        try:
            self._init()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            self._folder = None
            raise

    def _sweep(self) -> None:
        """Clear away servers whose makers were killed."""
        for stray in self._account.strays():
            self._folder = stray
            if (stray / "data").is_dir():
                self._control("stop", "-w", "-m", "immediate", check=False)
            shutil.rmtree(stray, ignore_errors=True)
        self._folder = None

    def _init(self) -> None:
        password = self._private("password", self.password.encode("ascii"))
        common = ["-D", str(self._inside("data")), "-U", SUPERUSER, "-A", "scram-sha-256", "--pwfile", str(password)]
        common += ["-E", "UTF8", "--no-sync", "-k"]
        pinyin = ["--locale-provider=icu", "--icu-locale=zh-Hans-CN-u-co-pinyin", "--locale=C"]
        if self._run("initdb", *common, *pinyin) != 0:  # a server built without ICU
            shutil.rmtree(self._inside("data"), ignore_errors=True)
            if self._run("initdb", *common, "--locale=C") != 0:
                raise DeskError("hub.server_not_started", detail=self.log()[-2000:])
        password.unlink()
        with self._inside("data/postgresql.conf").open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{name} = {value}\n" for name, value in self._configuration().items())
        kind = "hostssl" if self._certificates else "host"
        rules = f"{kind} all all 127.0.0.1/32 scram-sha-256\n"
        self._inside("data/pg_hba.conf").write_text(rules, encoding="utf-8", newline="\n")

    def _configuration(self) -> dict[str, str]:
        settings = {
            "listen_addresses": "'127.0.0.1'",
            "port": str(self.port),
            "unix_socket_directories": "''",
            "password_encryption": "'scram-sha-256'",
            "max_connections": str(self._connections),
            "fsync": "on" if self._fsync else "off",
            "timezone": "'UTC'",
            "log_timezone": "'UTC'",
            "log_min_messages": "warning",
            "log_line_prefix": "'%m %u %d '",
        }
        if self._certificates:
            certificate = self._private("server.crt", self._certificates.certificate.read_bytes())
            key = self._private("server.key", self._certificates.key.read_bytes())
            settings |= {
                "ssl": "on",
                "ssl_min_protocol_version": "'TLSv1.3'",
                "ssl_cert_file": f"'{certificate.as_posix()}'",
                "ssl_key_file": f"'{key.as_posix()}'",
            }
        return settings

    def _private(self, name: str, content: bytes) -> Path:
        """Write a file that only the server's account can read."""
        path = self._inside(name)
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600), "wb"
        ) as file:
            file.write(content)
        self._account.own(path)
        return path

    def _control(self, verb: str, *options: str, check: bool = True) -> int:
        """Run pg_ctl and return its exit code; raises DeskError "hub.server_not_started" on a failure if `check`."""
        logging = ("-l", str(self._inside("log"))) if verb == "start" else ()
        code = self._run("pg_ctl", verb, "-D", str(self._inside("data")), *logging, *options)
        if check and code != 0:
            raise DeskError("hub.server_not_started", detail=f"pg_ctl {verb}: {self.log()[-2000:]}")
        return code

    def _run(self, name: str, *arguments: str) -> int:
        # The output goes to a file, not a pipe: the server inherits it and would hold a pipe open for ever.
        with self._inside("log").open("ab") as output:
            self._account.own(self._inside("log"))
            done = subprocess.run(
                [str(self.binary(name)), *arguments],
                cwd=self.folder,
                env=_surroundings(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
                **self._account.arguments(),
            )
        return done.returncode


@dataclass(frozen=True, slots=True)
class _Account:
    """The operating system account the server runs as: ours, or an unprivileged one where we are root."""

    user: int | None
    group: int | None

    @classmethod
    def choose(cls) -> _Account:
        """Pick our own account, or `postgres` or `nobody` if we are root, whom the server refuses."""
        if os.name == "nt" or os.geteuid() != 0:
            return cls(None, None)
        import pwd

        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(entry.pw_uid, entry.pw_gid)
        raise DeskError(
            "hub.server_not_started", detail="there is no account to run it as: neither postgres nor nobody"
        )

    def make_folder(self) -> Path:
        """Make a new private folder that this account can reach."""
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=self._parent()))
        self.own(folder)
        return folder

    def strays(self) -> list[Path]:
        """Return the folders of servers whose makers died without closing them."""
        if os.name == "nt":  # there is no harmless way to ask for a process by number
            return []
        folders = Path(self._parent() or tempfile.gettempdir()).glob(f"{PREFIX}*-*")
        return [folder for folder in folders if not _alive(folder.name.removeprefix(PREFIX).partition("-")[0])]

    def _parent(self) -> str | None:
        """Return a place for temporary files that the account may enter; None means the usual one."""
        if self.user is None:
            return None
        places = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 - mkdtemp makes it private
        return next((str(place) for place in places if _open_to_all(place)), None)

    def own(self, path: Path) -> None:
        """Give a file to the account."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)

    def arguments(self) -> dict[str, Any]:
        """Return what subprocess.run needs to run a program as the account."""
        return {} if self.user is None else {"user": self.user, "group": self.group, "extra_groups": []}


def find_binaries() -> Path:
    """Return the folder with `initdb` and `pg_ctl`, the newest version found.

    Raises DeskError "hub.server_missing" if PostgreSQL's server programs are not installed.
    """
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    roots = [Path("/usr/lib/postgresql"), Path("/usr/local/pgsql")]
    roots += [Path(os.environ.get("PROGRAMFILES", "C:/Program Files")) / "PostgreSQL"] if os.name == "nt" else []
    found = [path.parent for root in roots for path in root.glob("**/bin/initdb*") if path.is_file()]
    if not found:
        raise DeskError("hub.server_missing")
    return max(found, key=_version)


def _version(binaries: Path) -> tuple[int, ...]:
    name = binaries.parent.name
    return tuple(int(part) for part in name.split(".") if part.isdigit())


def _program(binaries: Path, name: str) -> Path:
    return binaries / (f"{name}.exe" if os.name == "nt" else name)


def _surroundings() -> dict[str, str]:
    """Return an environment without the person's own PG* settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC", "PGCLIENTENCODING": "UTF8"}


def _open_to_all(place: Path) -> bool:
    return place.is_dir() and all(parent.stat().st_mode & 0o001 for parent in (place, *place.parents))


def _alive(process: str) -> bool:
    """Tell whether a process of that number exists; what is no number counts as one that does."""
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        return True
    return True


def _free_port() -> int:
    """Return a port nobody listens on. Raises DeskError "hub.server_not_started" if there is none."""
    chance = random.Random(time.time_ns() ^ os.getpid())  # noqa: S311 - not a secret, only spread out
    for port in chance.sample(PORTS, 200):
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
    raise DeskError("hub.server_not_started", detail="no free port")
