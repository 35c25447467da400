"""``agent-desk hub``: how an IT person sets up, looks after and checks a PostgreSQL hub.

No password ever stands on a command line or in a log: they are asked for, or read from a file,
or line by line from standard input (``-``), or left to libpq's own password file.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from agent_desk.base.errors import DeskError
from agent_desk.hub import cli_heal, cli_settling
from agent_desk.hub.address import HubAddress, SeatFile, read_seat_file
from agent_desk.hub.cli_desk import Told
from agent_desk.hub.words import Speech, speech_of

if TYPE_CHECKING:
    import psycopg

    from agent_desk.facts.kind import Catalogue
    from agent_desk.hub.people import People
    from agent_desk.hub.report import AuditReport
    from agent_desk.hub.status import Status

Kinds = Callable[[], "Catalogue"]


def add_parser(subparsers: Any) -> None:
    """Add ``hub`` and its verbs to the command line."""
    hub = subparsers.add_parser("hub", help="set up, look after and check a PostgreSQL hub")
    verbs = hub.add_subparsers(dest="verb", required=True)
    _add_founding(verbs)
    _add_staff(verbs)
    _add_group_and_seat(verbs)
    cli_settling.add(lambda name, told: _verb(verbs, name, told), _signed_in, _server)
    cli_heal.add(lambda name, told: _verb(verbs, name, told), _server)
    for name, told in (
        ("audit", "walk every chain again; exit code 1 when something is wrong"),
        ("backup", "copy the hub to a folder and read the copy back"),
        ("status", "centre, seats, and what lies unsent"),
        ("partitions", "which months of facts are here; take old ones out, put one back"),
    ):
        verb = _verb(verbs, name, told)
        _server(verb)
        if name == "partitions":
            verb.add_argument("--detach-before", metavar="YYYY-MM", help="take out every month before this one")
            verb.add_argument("--attach", metavar="NAME", help="put one back: fact_2026_01, or 2026-01")
        if name == "backup":
            verb.add_argument("--out", type=Path, required=True, help="folder for the backup's own folder")

    bringing = _verb(verbs, "import", "hand a bundle's entries to the hub; twice is harmless")
    _signed_in(bringing)
    bringing.add_argument("file", type=Path, help="bundle written by agent-desk export")


def run(
    args: argparse.Namespace,
    kinds: Kinds,
    *,
    speech: Speech | None = None,
    out: TextIO | None = None,
    typed: TextIO | None = None,
) -> int:
    """Do what was asked; ``kinds`` gives the catalogue where a verb needs it.

    Exit codes: 0 done, 1 the audit found something, 2 it could not be done.
    """
    desk = _Desk(args, kinds, speech or speech_of(), out or sys.stdout, typed or sys.stdin)
    try:
        values, sentences = _VERBS[args.verb](desk)
    except DeskError as problem:
        desk.fail(problem)
        return 2
    except OSError as problem:
        desk.fail(DeskError("hub.file", path=str(problem.filename), why=str(problem.strerror)))
        return 2
    desk.tell(values, sentences)
    return 1 if values.get("ok") is False else 0


class _Desk:
    """One run: its arguments, its words, and where passwords come from."""

    def __init__(self, args: argparse.Namespace, kinds: Kinds, speech: Speech, out: TextIO, typed: TextIO) -> None:
        self.args = args
        self.kinds = kinds
        self.say = speech.say
        self._speech = speech
        self._out = out
        self._typed = typed

    def tell(self, values: dict[str, Any], sentences: Sequence[str]) -> None:
        """Print values or sentences."""
        text = json.dumps(values, ensure_ascii=False, sort_keys=True) if self.args.json else "\n".join(sentences)
        self._out.write(text + "\n")

    def fail(self, problem: DeskError) -> None:
        """Print why it could not be done; never a password, which no error carries."""
        sentence = self._speech.error(problem)
        if self.args.json:
            told = {"error": problem.code, "sentence": sentence, **problem.facts}
            self._out.write(json.dumps(told, ensure_ascii=False, sort_keys=True, default=str) + "\n")
        else:
            sys.stderr.write(sentence + "\n")

    def clock(self, us: int) -> str:
        """A time as people at this machine read it."""
        return _clock(us)

    def error(self, problem: DeskError) -> str:
        """The sentence of an error, where it is an answer and no failure."""
        return self._speech.error(problem)

    def password(self, source: str | None, word: str, *, twice: bool = False, **facts: object) -> str:
        """From a file, a line of standard input (``-``), or the person at the terminal."""
        if source == "-":
            return self._filled(self._typed.readline().rstrip("\r\n"))
        if source is not None:
            return self._filled(Path(source).read_text(encoding="utf-8").splitlines()[0])
        if not self._typed.isatty():
            raise DeskError("hub.password_missing")
        first = getpass.getpass(self.say(word, **facts))
        if twice and getpass.getpass(self.say("ask_again")) != first:
            raise DeskError("hub.password_differs")
        return self._filled(first)

    def _filled(self, password: str) -> str:
        if not password:
            raise DeskError("hub.password_missing")
        return password

    def address(self, database: str | None = None) -> HubAddress:
        """Where the server is: from the seat file, or from the options."""
        if getattr(self.args, "seat_file", None) and self.args.verb != "init":
            return read_seat_file(self.args.seat_file).hub
        if not self.args.host:
            raise DeskError("hub.address_missing")
        certificate = str(Path(self.args.certificate).resolve()) if self.args.certificate else ""
        return HubAddress(
            self.args.host, self.args.port, database or self.args.database, self.args.sslmode, certificate
        )

    @contextlib.contextmanager
    def superuser(self, database: str | None = None) -> Iterator[psycopg.Connection[Any]]:
        """The database administrator's own connection."""
        from agent_desk.hub.postgres import as_superuser

        with as_superuser(self.address(database), self.args.superuser, self.superuser_password()) as connection:
            yield connection

    def superuser_password(self) -> str:
        """Empty means libpq's password file. Asked once a run."""
        if not hasattr(self, "_superuser_password"):
            left = self.args.password_file is None and "PGPASSFILE" in os.environ
            self._superuser_password = "" if left else self.password(
                self.args.password_file, "ask_superuser", user=self.args.superuser
            )  # fmt: skip
        return self._superuser_password

    @contextlib.contextmanager
    def people(self) -> Iterator[tuple[People, SeatFile]]:
        """The staff verbs, signed in as the person named with ``--as``."""
        from agent_desk.hub.people import People
        from agent_desk.hub.postgres import PostgresHub

        seat_file = read_seat_file(self.args.seat_file)
        number = self.args.administrator
        session = PostgresHub(seat_file).connect(
            number, self.password(self.args.password_file, "ask_admin", number=number)
        )
        try:
            yield People(session), seat_file
        finally:
            session.close()


def _verb(verbs: Any, name: str, told: str) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=told, description=told)
    verb.add_argument("--json", action="store_true", help="answer for another program")
    verb.add_argument(
        "--password-file",
        metavar="FILE",
        help="file with the password to sign in with; - reads a line from standard input",
    )
    return verb


def _server(verb: argparse.ArgumentParser, *, founding: bool = False) -> None:
    if not founding:
        verb.add_argument("--seat-file", type=Path, help="any seat file of the centre: says where the hub is")
    verb.add_argument("--host", default="", help="host name of the server, as in its certificate")
    verb.add_argument("--port", type=int, default=5432)
    verb.add_argument("--database", default="agent_desk")
    verb.add_argument("--sslmode", choices=("verify-full", "disable"), default="verify-full",
                      help="disable only works on this very machine")  # fmt: skip
    verb.add_argument(
        "--certificate", default="", help="PEM file of the authority that signed the server's certificate"
    )
    verb.add_argument("--superuser", default="postgres", help="the database administrator's login")


def _add_founding(verbs: Any) -> None:
    init = _verb(verbs, "init", "set up a hub: database, roles, schema, centre, first administrator")
    _server(init, founding=True)
    init.add_argument("--centre", required=True, help="name of the centre")
    init.add_argument("--admin", required=True, metavar="NUMBER", help="staff number of the first administrator")
    init.add_argument("--admin-name", required=True, metavar="NAME")
    init.add_argument(
        "--admin-password-file", metavar="FILE", help="file with the administrator's new password; - for standard input"
    )
    init.add_argument("--seat-file", type=Path, required=True, help="file to write for administrators")
    init.add_argument(
        "--recovery-key-file", type=Path, required=True, help="file to write the private recovery key to, once"
    )
    _server(_verb(verbs, "upgrade", "bring the hub's schema and kinds up to date"))


def _signed_in(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--seat-file", type=Path, required=True, help="a seat file of the centre")
    verb.add_argument(
        "--as",
        dest="administrator",
        required=True,
        metavar="NUMBER",
        help="who is asking: the staff number to sign in with",
    )


def _add_staff(verbs: Any) -> None:
    staff = verbs.add_parser("staff", help="add, change and list people")
    tasks = staff.add_subparsers(dest="task", required=True)
    add = _verb(tasks, "add", "a new member of staff")
    change = _verb(tasks, "set", "change a name, the grants, or whether somebody may sign in")
    password = _verb(tasks, "password", "a new password, one's own or as administrator another's")
    listing = _verb(tasks, "list", "everybody with their grants")
    for verb in (add, change, password, listing):
        _signed_in(verb)
    for verb in (add, change, password):
        verb.add_argument("number", help="staff number")
    for verb in (add, change):
        verb.add_argument("--grant", action="append", metavar="GROUP=ROLE", default=None,
                          help="agent, clerk, leader or manager of a group; admin or manager of *; may be repeated")  # fmt: skip
    add.add_argument("name")
    change.add_argument("--name")
    change.add_argument("--active", choices=("yes", "no"), help="whether the person may sign in")
    for verb in (add, password):
        verb.add_argument(
            "--new-password-file", metavar="FILE", help="file with the new password; - for standard input"
        )


def _add_group_and_seat(verbs: Any) -> None:
    group = _verb(verbs, "group", "make or rename a group; without a code list them")
    _signed_in(group)
    group.add_argument("code", nargs="?")
    group.add_argument("name", nargs="?")
    enrol = _verb(verbs, "enrol", "let a seat join: writes the file its first-run page asks for")
    _signed_in(enrol)
    enrol.add_argument("number", help="seat number")
    enrol.add_argument("name", help="seat name")
    enrol.add_argument("--out", type=Path, required=True, help="seat file to write")


def _init(desk: _Desk) -> Told:
    from nacl.public import PrivateKey

    from agent_desk.hub import founding

    args = desk.args
    for path in (args.seat_file, args.recovery_key_file):
        if path.exists():
            raise DeskError("hub.file_exists", path=str(path))
    address = desk.address()
    desk.superuser_password()
    password = desk.password(args.admin_password_file, "ask_new", twice=True, number=args.admin)
    with desk.superuser("postgres") as connection:
        founding.create_database(connection, address.database)
    private = PrivateKey.generate()
    with desk.superuser() as connection:
        founding.upgrade(connection, desk.kinds())
        _write_private(args.recovery_key_file, bytes(private).hex())
        try:
            centre = founding.found(
                connection, args.centre, bytes(private.public_key).hex(), (args.admin, args.admin_name, password)
            )
        except BaseException:
            args.recovery_key_file.unlink()
            raise
    SeatFile(centre.id, centre.name, centre.salt, centre.recovery_key, _portable(address)).write(args.seat_file)
    told = {"centre": centre.id, "seat_file": str(args.seat_file), "recovery_key_file": str(args.recovery_key_file)}
    return told, [
        desk.say("founded", centre=centre.name, database=address.database, host=address.host),
        desk.say("founded_file", file=args.seat_file),
        desk.say("founded_key", file=args.recovery_key_file),
        desk.say("founded_next"),
    ]


def _portable(address: HubAddress) -> HubAddress:
    """The address with its certificate inside: one file then goes to each seat."""
    if not address.certificate:
        return address
    pem = Path(address.certificate).read_text(encoding="ascii")
    return HubAddress(address.host, address.port, address.database, address.sslmode, pem)


def _write_private(path: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="ascii", newline="\n") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _upgrade(desk: _Desk) -> Told:
    from agent_desk.hub import founding

    with desk.superuser() as connection:
        founding.upgrade(connection, desk.kinds())
    database = desk.address().database
    told = {"database": database, "schema": founding.SCHEMA_NUMBER}
    return told, [desk.say("upgraded", **told)]


def _staff(desk: _Desk) -> Told:
    return _STAFF[desk.args.task](desk)


def _staff_add(desk: _Desk) -> Told:
    args = desk.args
    grants = _grants(args.grant or [])
    with desk.people() as (people, _):
        password = desk.password(args.new_password_file, "ask_new", twice=True, number=args.number)
        staff = people.add(args.number, args.name, grants, password)
    return {"staff": staff, "number": args.number}, [desk.say("staff_added", number=args.number, name=args.name)]


def _staff_set(desk: _Desk) -> Told:
    args = desk.args
    with desk.people() as (people, _):
        people.set(
            args.number, name=args.name, active=None if args.active is None else args.active == "yes",
            grants=None if args.grant is None else _grants(args.grant),
        )  # fmt: skip
    return {"number": args.number}, [desk.say("staff_changed", number=args.number)]


def _staff_password(desk: _Desk) -> Told:
    args = desk.args
    with desk.people() as (people, _):
        password = desk.password(args.new_password_file, "ask_new", twice=True, number=args.number)
        people.set_password(password, args.number)
    return {"number": args.number}, [desk.say("password_changed", number=args.number)]


def _staff_list(desk: _Desk) -> Told:
    with desk.people() as (people, _):
        listed = people.listed()
    sentences = [
        desk.say(
            "staff_line" if each.active else "staff_left", number=each.number, name=each.name,
            grants=", ".join(f"{group}={role}" for group, role in sorted(each.grants.items())),
        )
        for each in listed
    ]  # fmt: skip
    return {"staff": [{**vars(each), "grants": dict(each.grants)} for each in listed]}, sentences


def _grants(told: Sequence[str]) -> dict[str, str]:
    grants = {}
    for each in told:
        group, equals, role = each.rpartition("=")
        if equals:
            grants[group] = role
        elif each != "none":
            raise DeskError("hub_grants_wrong")
    return grants


def _group(desk: _Desk) -> Told:
    args = desk.args
    with desk.people() as (people, _):
        if args.code is None:
            groups = dict(people.groups())
            return {"groups": groups}, [desk.say("group_line", code=code, name=groups[code]) for code in sorted(groups)]
        people.set_group(args.code, args.name or args.code)
    name = args.name or args.code
    return {"code": args.code, "name": name}, [desk.say("group_set", code=args.code, name=name)]


def _enrol(desk: _Desk) -> Told:
    args = desk.args
    if args.out.exists():
        raise DeskError("hub.file_exists", path=str(args.out))
    with desk.people() as (people, seat_file):
        told = people.enrol(args.number, args.name)
    made = SeatFile(seat_file.centre, told.name, told.salt, told.recovery_key, _portable_again(seat_file.hub),
                    args.number, args.name)  # fmt: skip
    made.write(args.out)
    return {"seat": args.number, "file": str(args.out)}, [
        desk.say("enrolled", seat=args.number, name=args.name, file=args.out)
    ]


def _portable_again(address: HubAddress) -> HubAddress:
    return address if address.certificate.startswith("-----BEGIN") else _portable(address)


def _audit(desk: _Desk) -> Told:
    from agent_desk.hub.audit import audit

    with desk.superuser() as connection:
        report = audit(connection, desk.kinds())
    return json.loads(report.as_json()), _audit_words(desk, report)


def _audit_words(desk: _Desk, report: AuditReport) -> list[str]:
    from agent_desk.hub.report import COUNTS

    lines = [desk.say(f"audit_{name}", n=getattr(report, name)) for name in COUNTS]
    for code, facts in report.problems:
        told = ", ".join(f"{name} {value}" for name, value in facts.items())
        lines.append(desk.say("audit_problem", code=code, facts=told))
    for code, facts in report.explained:
        told = ", ".join(f"{name} {value}" for name, value in facts.items())
        lines.append(desk.say("audit_explained", code=code, facts=told))
    lines += [desk.say("audit_away", part=part, n=n) for part, n in report.away.items()]
    lines.append(desk.say("audit_root", root=report.root_digest))
    lines.append(desk.say("audit_good") if report.ok else desk.say("audit_bad", n=len(report.problems)))
    return lines


def _backup(desk: _Desk) -> Told:
    from agent_desk.hub.backup import Login, back_up

    with desk.superuser() as connection:
        login = Login(desk.args.superuser, desk.superuser_password())
        made = back_up(connection, desk.address(), login, desk.args.out)
    told = {"folder": str(made.folder), "files": dict(made.files), "root_digest": made.root_digest,
            "with_logins": made.with_logins}  # fmt: skip
    sentences = [desk.say("backed_up", folder=made.folder, root=made.root_digest)]
    return told, sentences if made.with_logins else [*sentences, desk.say("no_logins")]


def _import(desk: _Desk) -> Told:
    from agent_desk.hub.bundles import bring

    with desk.people() as (people, _):
        taken = bring(people.session, desk.args.file)
    told = {"file": str(desk.args.file), "links": taken.links, "fresh": taken.fresh, "held": taken.held}
    return told, [desk.say("bundle_taken", **told)]


def _status(desk: _Desk) -> Told:
    from agent_desk.hub.status import status

    with desk.superuser() as connection:
        told = status(connection)
    return told.as_dict(), _status_words(desk, told)


def _status_words(desk: _Desk, told: Status) -> list[str]:
    lines = []
    for centre in told.centres:
        facts = {"name": centre.name, "staff": centre.staff, "links": centre.links, "held": centre.held,
                 "epoch": centre.epoch}  # fmt: skip
        lines.append(desk.say("status_centre", **facts))
        if not centre.opened:
            lines.append(desk.say("status_closed", name=centre.name))
        lines += cli_heal.gap_words(desk.say, centre.gaps)
    lines += [desk.say("status_away", part=part, n=n) for part, n in told.away.items()]
    for seat in told.seats:
        facts = {"seat": seat.seat, "number": seat.number, "unsent": seat.unsent, "state": seat.state}
        word = "status_seat" if seat.known else "status_silent"
        lines.append(desk.say(word, time=_clock(seat.seen), **facts))
    if told.unsent:
        lines.append(desk.say("status_unsent", unsent=told.unsent, time=_clock(told.oldest_unsent)))
    else:
        lines.append(desk.say("status_all"))
    return lines


def _partitions(desk: _Desk) -> Told:
    from dataclasses import asdict

    from agent_desk.hub import partitions

    args = desk.args
    with desk.superuser() as connection:
        if args.attach:
            partitions.attach(connection, desk.kinds(), args.attach)
        if args.detach_before:
            partitions.detach_before(connection, args.detach_before)
        parts = partitions.listed(connection)
    words = {partitions.HERE: "part_here", partitions.ASIDE: "part_aside", partitions.ELSEWHERE: "part_elsewhere"}
    lines = [desk.say(words[each.where], part=each.name, n=each.facts, table=each.table) for each in parts]
    if args.detach_before and any(each.where == partitions.ASIDE for each in parts):
        lines.append(desk.say("part_left"))
    return {"parts": [asdict(each) for each in parts]}, lines


def _clock(us: int) -> str:
    """A time as people at this machine read it."""
    return f"{datetime.fromtimestamp(us / 1_000_000).astimezone():%Y-%m-%d %H:%M}"


_STAFF: dict[str, Callable[[_Desk], Told]] = {
    "add": _staff_add, "set": _staff_set, "password": _staff_password, "list": _staff_list,
}  # fmt: skip
_VERBS: dict[str, Callable[[_Desk], Told]] = {
    "init": _init, "upgrade": _upgrade, "staff": _staff, "group": _group, "enrol": _enrol,
    "audit": _audit, "backup": _backup, "status": _status, "import": _import, "partitions": _partitions,
    **cli_settling.VERBS, **cli_heal.VERBS,
}  # fmt: skip
