"""A hub that is lost and comes back from its backup, by the commands an IT person types."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import io
import itertools
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_desk.hub import cli
from agent_desk.hub.people import People
from agent_desk.hub.port import HubSession
from agent_desk.hub.words import speech_of
from tests.factory import a_catalogue
from tests.peers.postgres import Database, PostgresServer
from tests.sync.desk import PASSWORD, Seat, join
from tests.sync.postgres_centre import PostgresCentre, found

_NUMBERS = itertools.count(1)


class Moving:
    """The name all seats know the hub by: IT lets it point to another machine."""

    def __init__(self, centre: PostgresCentre) -> None:
        self.centre = centre

    def connect(self, number: str, password: str) -> HubSession:
        return self.centre.hub.connect(number, password)


@dataclass
class House:
    """A centre, its seats, and the IT person's terminal."""

    centre: PostgresCentre
    folder: Path
    hub: Moving = field(init=False)
    seats: list[Seat] = field(default_factory=list)

    @classmethod
    def founded(cls, server: PostgresServer, folder: Path) -> House:
        return cls(found(server), folder)

    def __post_init__(self) -> None:
        self.hub = Moving(self.centre)

    # -- people ---------------------------------------------------------------------------------

    def join(self, number: str, **others: Any) -> Seat:
        self.seats.append(join(self.hub, number, self.folder, **others))
        return self.seats[-1]

    def admin(self) -> People:
        return People(self.centre.hub.connect("8005", PASSWORD.format("8005")))

    def turn(self, *seats: Seat, times: int = 2) -> None:
        for _ in range(times):
            for seat in seats or self.seats:
                seat.round()

    # -- IT -------------------------------------------------------------------------------------

    def it(self, *words: str, stdin: str = "", code: int | None = 0) -> Any:
        """Type a command as the database's administrator; answers its JSON."""
        server = self.centre.database.server
        secret = self._secret("superuser", server.password)
        there = ["--host", server.host, "--port", str(server.port), "--certificate", str(server.authority),
                 "--password-file", str(secret)]  # fmt: skip
        if "--database" not in words:
            there += ["--database", self.centre.database.name]
        return self._typed([*words[:1], *there, *words[1:]], stdin, code)

    def as_admin(self, *words: str, stdin: str = "", code: int | None = 0) -> Any:
        """Type a command as the centre's administrator."""
        seat_file = self.folder / "admin.toml"
        self.centre.seat_file.write(seat_file)
        secret = self._secret("admin", PASSWORD.format("8005"))
        signed_in = ["--seat-file", str(seat_file), "--as", "8005", "--password-file", str(secret)]
        return self._typed([*words, *signed_in], stdin, code)

    def _secret(self, name: str, password: str) -> Path:
        path = self.folder / name
        path.write_text(password + "\n", encoding="utf-8")
        return path

    def _typed(self, words: list[str], stdin: str, code: int | None) -> Any:
        parser = argparse.ArgumentParser()
        cli.add_parser(parser.add_subparsers(dest="command", required=True))
        out = io.StringIO()
        asked = parser.parse_args(["hub", *words, "--json"])
        got = cli.run(asked, a_catalogue, speech=speech_of({"LANG": "C"}), out=out, typed=io.StringIO(stdin))
        assert code is None or got == code, out.getvalue()
        return json.loads(out.getvalue())

    def backup(self) -> Path:
        parent = self.folder / f"backup-{next(_NUMBERS)}"
        return Path(self.it("backup", "--out", str(parent))["folder"])

    def restore(self, backup: Path, server: PostgresServer | None = None) -> Any:
        """Bring the hub back on another server, or on the same one in another database; seats find it there."""
        server = server or self.centre.database.server
        name = f"restored_{next(_NUMBERS)}"
        address = dataclasses.replace(
            self.centre.seat_file.hub, port=server.port, database=name, certificate=str(server.authority)
        )
        seat_file = dataclasses.replace(self.centre.seat_file, hub=address)
        before = self.centre
        self.centre = PostgresCentre(seat_file, Database(server, name))
        self.hub.centre = self.centre
        for seat in self.seats:
            seat.pump._hang_up()
        if before.database.server is server:
            server.drop_database(before.database.name)
        return self.it("restore", "--from", str(backup))

    def rewritten(self, backup: Path, *statements: str, without: str = "") -> None:
        """Somebody who can write the backup's folder changes what is in the dump, and lets its manifest agree."""
        server = self.centre.database.server
        scratch = server.create_database("template0")
        dump = backup / "hub.dump"
        self._program("pg_restore", "--dbname=" + scratch.name, str(dump))
        with scratch.connect(autocommit=True) as owner:
            owner.execute("set session_replication_role = replica")
            for statement in statements:
                assert owner.execute(statement.encode()).rowcount > 0
        left_out = [f"--exclude-table={without}"] if without else []
        self._program("pg_dump", "--format=custom", *left_out, f"--file={dump}", scratch.name)
        server.drop_database(scratch.name)
        manifest = backup / "manifest.json"
        told = json.loads(manifest.read_text(encoding="utf-8"))
        told["files"]["hub.dump"] = hashlib.sha256(dump.read_bytes()).hexdigest()
        manifest.write_text(json.dumps(told), encoding="utf-8")

    def _program(self, name: str, *words: str) -> None:
        server = self.centre.database.server
        there = [f"--host={server.host}", f"--port={server.port}", f"--username={server.user}"]
        told = {"PGPASSWORD": server.password, "PGSSLMODE": "require", "PATH": "/usr/bin:/bin"}
        subprocess.run([str(server.binary(name)), *there, *words], env=told, check=True, capture_output=True)

    # -- counting ---------------------------------------------------------------------------------

    def links(self) -> dict[tuple[str, int], tuple[bytes, bytes, str]]:
        """Every link of the hub: its digest, its mac, and how it stands."""
        with self.centre.database.connect(autocommit=True) as owner:
            rows = owner.execute(
                "select j.origin::text, j.seq, j.link, j.mac, coalesce(r.verdict, j.verdict) from desk.journal j"
                " left join desk.ruling r on r.origin = j.origin and r.seq = j.seq"
            ).fetchall()
        return {(origin, seq): (link, mac, stands) for origin, seq, link, mac, stands in rows}

    def sums(self) -> tuple[int, int, int]:
        """Sales that count, what they come to, and their lines."""
        with self.centre.database.connect(autocommit=True) as owner:
            row = owner.execute(
                "select (select count(*) from desk.test_sale), (select sum(total) from desk.test_sale),"
                " (select count(*) from desk.test_line)"
            ).fetchone()
        assert row is not None
        return row

    def rights(self) -> list[tuple[Any, ...]]:
        """Everybody's rights with their times."""
        with self.centre.database.connect(autocommit=True) as owner:
            return owner.execute(
                "select s.number, s.active, r.grp, r.role, r.since, r.until from desk.staff s"
                " left join desk.staff_right r on r.staff = s.id order by 1, 3, 4, 5"
            ).fetchall()

    def values(self, fact: str) -> dict[str, str | None]:
        """The personal values of a fact on the hub."""
        with self.centre.database.connect(autocommit=True) as owner:
            rows = owner.execute("select field, value from desk.personal where fact = %s", (fact,)).fetchall()
        return dict(rows)

    def tables(self) -> list[str]:
        """Every table of the hub."""
        with self.centre.database.connect(autocommit=True) as owner:
            rows = owner.execute("select relname from pg_class where relnamespace = 'desk'::regnamespace"
                                 " and relkind in ('r', 'p') and not relispartition order by 1").fetchall()  # fmt: skip
        return [name for (name,) in rows]

    def databases(self) -> set[str]:
        """What the server holds."""
        with self.centre.database.connect(autocommit=True) as owner:
            return {name for (name,) in owner.execute("select datname from pg_database").fetchall()}

    def close(self) -> None:
        for seat in self.seats:
            seat.close()
