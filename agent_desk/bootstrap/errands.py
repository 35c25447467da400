"""``agent-desk export``, ``import`` and ``recover``: what is done on a seat without its window."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.hub.address import SeatFile, read_seat_file
from agent_desk.hub.words import Speech, speech_of
from agent_desk.people.place import Place, account_place

if TYPE_CHECKING:
    from agent_desk.hub.port import Hub
    from agent_desk.people.shelf import Book, Shelf
    from agent_desk.settings.secrets import Vault
    from agent_desk.sync.bundles import Exported

Told = tuple[dict[str, Any], list[str]]
NAMES = ("export", "import", "recover")


@dataclass(frozen=True)
class Carried:
    """What an export came to: what each store gave, and which files could not be opened, and why."""

    given: tuple[Exported, ...]
    shut: tuple[tuple[str, DeskError], ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file written."""
        return tuple(path for one in self.given for path in one.files)

    @property
    def links(self) -> int:
        """How many entries are in them."""
        return sum(one.links for one in self.given)


def carry(shelf: Shelf, seat: str, folder: Path) -> Carried:
    """Write the unsent entries of every store this account can open into ``folder``. Raises ``bundle_unwritable``."""
    from agent_desk.sync.bundles import export

    given, shut = [], []
    for book in shelf.books():
        try:
            store = shelf.open_book(book)
        except DeskError as problem:
            shut.append((book.number, problem))
            continue
        try:
            if store.has_person:
                given.append(export(store, seat, folder))
        finally:
            shelf.release(store)
    return Carried(tuple(given), tuple(shut))


@dataclass
class Errand:
    """One run; tests hand in another place, vault and terminal."""

    place: Place = field(default_factory=account_place)
    vault: Callable[[Path], Vault] | None = None
    speech: Speech = field(default_factory=speech_of)
    out: TextIO = field(default_factory=lambda: sys.stdout)
    error: TextIO = field(default_factory=lambda: sys.stderr)
    typed: TextIO = field(default_factory=lambda: sys.stdin)

    def run(self, words: Sequence[str]) -> int:
        """Do it. Exit codes: 0 done, 1 done in part, 2 it could not be done."""
        asked = _parser().parse_args(words)
        verbs: dict[str, Callable[[argparse.Namespace], Told]] = {
            "export": self._export, "import": self._import, "recover": self._recover,
        }  # fmt: skip
        try:
            values, sentences = verbs[asked.command](asked)
        except DeskError as problem:
            return self._fail(asked, problem)
        text = json.dumps(values, ensure_ascii=False, sort_keys=True) if asked.json else "\n".join(sentences)
        self.out.write(text + "\n")
        return 0 if values["ok"] else 1

    def _fail(self, asked: argparse.Namespace, problem: DeskError) -> int:
        sentence = self.speech.error(problem)
        if asked.json:
            told = {"error": problem.code, "sentence": sentence, **problem.facts}
            self.out.write(json.dumps(told, ensure_ascii=False, sort_keys=True, default=str) + "\n")
        else:
            self.error.write(sentence + "\n")
        return 2

    # -- the three ------------------------------------------------------------------------------------

    def _export(self, asked: argparse.Namespace) -> Told:
        seat_file = self._seat_file()
        with self._shelf(seat_file) as shelf:
            carried = carry(shelf, seat_file.seat, asked.to)
        say = self.speech.say
        lines = []
        for one in carried.given:
            lines += [say("bundle_written", number=one.number, links=one.links, file=path) for path in one.files]
            lines += [] if one.files or one.unproven else [say("bundle_none", number=one.number)]
            lines += [say("bundle_stays", number=one.number, unproven=one.unproven)] if one.unproven else []
        lines += [say("bundle_shut", number=n, sentence=self.speech.error(problem)) for n, problem in carried.shut]
        lines += [say("bundle_next")] if carried.files else []
        values = {
            "ok": not carried.shut, "files": [str(path) for path in carried.files], "links": carried.links,
            "unproven": sum(one.unproven for one in carried.given), "shut": [number for number, _ in carried.shut],
        }  # fmt: skip
        return values, lines

    def _import(self, asked: argparse.Namespace) -> Told:
        from agent_desk.hub.bundles import bring, read_file

        read_file(asked.file)  # before anybody is asked for a password
        session = self._hub().connect(asked.number, self._password(asked))
        try:
            taken = bring(session, asked.file)
        finally:
            session.close()
        told = {"file": str(asked.file), "links": taken.links, "fresh": taken.fresh, "held": taken.held}
        return {"ok": True, **told}, [self.speech.say("bundle_taken", **told)]

    def _recover(self, asked: argparse.Namespace) -> Told:
        from agent_desk.people.recovery import read_private_key

        private = read_private_key(asked.recovery_key_file)
        with self._shelf(self._seat_file()) as shelf:
            lost = [book for book in shelf.books() if shelf.lacks_key(book)]
            problems = {book: self._recovered(shelf, book, private) for book in lost}
        lines = [] if lost else [self.speech.say("recovered_none")]
        for book, problem in problems.items():
            if problem is None:
                lines.append(self.speech.say("recovered", number=book.number))
            else:
                lines.append(self.speech.say("recovered_not", number=book.number, sentence=self.speech.error(problem)))
        good = [book.number for book, problem in problems.items() if problem is None]
        bad = {book.number: problem.code for book, problem in problems.items() if problem is not None}
        return {"ok": not bad, "recovered": good, "failed": bad}, lines

    def _recovered(self, shelf: Shelf, book: Book, private: bytes) -> DeskError | None:
        try:
            shelf.recover(book, private)
        except DeskError as problem:
            return problem
        return None

    # -- what they need --------------------------------------------------------------------------------

    def _seat_file(self) -> SeatFile:
        return read_seat_file(self.place.seat_file)

    def _hub(self) -> Hub:
        from agent_desk.hub.postgres import PostgresHub

        return PostgresHub(self._seat_file())

    @contextlib.contextmanager
    def _shelf(self, seat_file: SeatFile) -> Iterator[Shelf]:
        """This account's files, with the window closed: two programs must not open them at once."""
        from agent_desk.bootstrap.engine import only_window
        from agent_desk.capabilities import catalogue
        from agent_desk.people.shelf import Shelf
        from agent_desk.settings.secrets import open_vault

        lock = only_window(self.place)
        try:
            vault = (self.vault or open_vault)(self.place.keys)
            shelf = Shelf(self.place, vault, seat_file.centre, catalogue(), Clock())
            try:
                yield shelf
            finally:
                shelf.close()
        finally:
            lock.release()

    def _password(self, asked: argparse.Namespace) -> str:
        if asked.password_file == "-":
            told = self.typed.readline().rstrip("\r\n")
        elif asked.password_file is not None:
            told = _first_line(Path(asked.password_file))
        elif self.typed.isatty():
            told = getpass.getpass(self.speech.say("ask_admin", number=asked.number))
        else:
            told = ""
        if not told:
            raise DeskError("hub.password_missing")
        return told


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except OSError as problem:
        raise DeskError("hub.file", path=str(path), why=str(problem.strerror)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agent-desk")
    verbs = parser.add_subparsers(dest="command", required=True)
    export = _verb(verbs, "export", "write what is unsent on this seat into bundles that only the hub can read")
    export.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="folder, share or stick")
    bring = _verb(verbs, "import", "hand a bundle's entries to the hub; twice is harmless")
    bring.add_argument("file", type=Path, help="bundle written by agent-desk export")
    bring.add_argument("--as", dest="number", required=True, metavar="NUMBER", help="staff number to sign in with")
    bring.add_argument("--password-file", metavar="FILE", help="file with the password; - reads standard input")
    recover = _verb(verbs, "recover", "open this account's data again after its Windows password was reset")
    recover.add_argument(
        "--recovery-key-file", type=Path, required=True, metavar="FILE", help="what agent-desk hub init wrote"
    )
    return parser


def _verb(verbs: Any, name: str, told: str) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=told, description=told)
    verb.add_argument("--json", action="store_true", help="answer for another program")
    return verb
