"""``agent-desk hub`` from an empty server to a verified backup, as an IT person types it."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import stat
from pathlib import Path
from typing import Any

import psycopg
import pytest

from agent_desk.facts.body import parse
from agent_desk.facts.personal import seal
from agent_desk.hub.address import read_seat_file
from agent_desk.hub.cli import add_parser, run
from agent_desk.hub.postgres import PostgresHub
from agent_desk.hub.words import WORDS, speech_of
from tests.hub.centre import CATALOGUE, Seat, presence, receipt
from tests.hub.test_push import WRITTEN
from tests.peers.postgres import Database, PostgresServer

ADMIN, AGENT = "pw-9001-good", "pw-8101-密码"


class Terminal:
    """The command line, with passwords in files and on standard input."""

    def __init__(self, server: PostgresServer, folder: Path, database: str) -> None:
        self.folder = folder
        self._server, self._name = server, database
        self.secret = folder / "superuser"
        self.secret.write_text(server.password + "\n", encoding="utf-8")
        self.admin = folder / "admin"
        self.admin.write_text(ADMIN + "\n", encoding="utf-8")
        self.seat_file = folder / "centre.toml"
        self.server = ["--host", server.host, "--port", str(server.port), "--database", database,
                       "--certificate", str(server.authority), "--password-file", str(self.secret)]  # fmt: skip

    def type(self, *words: str, stdin: str = "", zh: bool = False) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        add_parser(parser.add_subparsers(dest="command", required=True))
        out = io.StringIO()
        speech = speech_of({"LANG": "zh_CN.UTF-8" if zh else "C"})
        code = run(
            parser.parse_args(["hub", *words]), lambda: CATALOGUE, speech=speech, out=out, typed=io.StringIO(stdin)
        )
        return code, out.getvalue()

    def json(self, *words: str, stdin: str = "") -> Any:
        code, told = self.type(*words, "--json", stdin=stdin)
        assert code == 0, told
        return json.loads(told)

    def init(self) -> Any:
        return self.json("init", *self.server, "--centre", "展馆服务台", "--admin", "9001", "--admin-name", "Ad Min",
                         "--admin-password-file", str(self.admin), "--seat-file", str(self.seat_file),
                         "--recovery-key-file", str(self.folder / "recovery.key"))  # fmt: skip

    def database(self) -> psycopg.Connection[Any]:
        return Database(self._server, self._name).connect(autocommit=True)

    def signed_in(self) -> list[str]:
        return ["--seat-file", str(self.seat_file), "--as", "9001", "--password-file", str(self.admin)]


@pytest.fixture
def terminal(postgres_server: PostgresServer, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    database = f"cli_{abs(hash(request.node.name)) % 10**9}"
    yield Terminal(postgres_server, tmp_path, database)
    postgres_server.drop_database(database)


def test_from_nothing_to_a_verified_backup(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    told = terminal.init()
    key = terminal.folder / "recovery.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert read_seat_file(terminal.seat_file).centre == told["centre"]
    assert key.read_text(encoding="ascii").strip() not in terminal.seat_file.read_text(encoding="utf-8")

    terminal.json("group", *terminal.signed_in(), "hall", "展馆")
    terminal.json("staff", "add", *terminal.signed_in(), "8101", "张三", "--grant", "hall=agent",
                  "--new-password-file", "-", stdin=AGENT + "\n")  # fmt: skip
    assert terminal.json("staff", "list", *terminal.signed_in())["staff"] == [
        {"number": "8101", "name": "张三", "active": True, "grants": {"hall": "agent"}},
        {"number": "9001", "name": "Ad Min", "active": True, "grants": {"*": "admin"}},
    ]
    assert terminal.json("group", *terminal.signed_in())["groups"] == {"hall": "展馆"}
    out = terminal.folder / "seat7.toml"
    terminal.json("enrol", *terminal.signed_in(), "7", "窗口七", "--out", str(out))
    seat_file = read_seat_file(out)
    assert (seat_file.seat, seat_file.seat_name, seat_file.centre_name) == ("7", "窗口七", "展馆服务台")

    session = PostgresHub(seat_file).connect("8101", AGENT)
    seat = Seat.of(session, "7")
    session.push([seat.write("test.receipt_written", receipt(n)) for n in range(5)])
    session.beat(presence("7", unsent=3, oldest_unsent_us=1_700_000_000_000_000), [])
    session.close()

    terminal.json("upgrade", *terminal.server)
    status = terminal.json("status", *terminal.server)
    assert (status["unsent"], status["seats"][0]["seat"], status["seats"][0]["known"]) == (3, "7", True)
    audited = terminal.json("audit", *terminal.server)
    assert audited["ok"]
    assert audited["links"] == 5 + 5
    backup = terminal.json("backup", *terminal.server, "--out", str(terminal.folder / "backups"))
    assert backup["root_digest"] == audited["root_digest"]
    assert {"hub.dump", "roles.sql"} < set(backup["files"])
    assert "SCRAM-SHA-256" in (Path(backup["folder"]) / "roles.sql").read_text(encoding="utf-8")
    assert capsys.readouterr() == ("", "")


def test_held_facts_and_erasures_from_the_command_line(terminal: Terminal) -> None:
    terminal.init()
    terminal.json("group", *terminal.signed_in(), "hall", "展馆")
    for number, grant in (("8101", "hall=agent"), ("8103", "*=manager")):
        terminal.json("staff", "add", *terminal.signed_in(), number, f"P{number}", "--grant", grant,
                      "--new-password-file", "-", stdin=AGENT + "\n")  # fmt: skip
    manager = ["--seat-file", str(terminal.seat_file), "--as", "8103", "--password-file", "-"]
    hub = PostgresHub(read_seat_file(terminal.seat_file))
    session = hub.connect("8101", AGENT)
    seat = Seat.of(session)
    good = seat.write(WRITTEN, receipt(1), (seal("payer", "王芳"),))
    bad = [seat.write("test.roster_set", {"day": f"{n}"}) for n in range(2)]
    session.push([good, *bad])

    listed = terminal.json("held", *manager, stdin=AGENT + "\n")["held"]
    assert [(one["fact"], one["author"], one["reason"]) for one in listed] == [
        (one.link.fact, "8101", "role") for one in bad
    ]
    code, told = terminal.type("held", *manager, stdin=AGENT + "\n")
    assert code == 0
    assert bad[0].link.fact in told
    for number, option in enumerate(("--release", "--void")):
        fact = bad[number].link.fact
        code, told = terminal.type("held", *manager, option, fact, "--why", "seen", zh=bool(number), stdin=AGENT + "\n")
        assert (code, fact in told) == (0, True)
    assert terminal.json("held", *manager, stdin=AGENT + "\n") == {"held": []}
    code, told = terminal.type(
        "held", *manager, "--release", bad[1].link.fact, "--why", "x", "--json", stdin=AGENT + "\n"
    )
    assert (code, json.loads(told)["error"]) == (2, "hub_ruled_already")

    backup = Path(terminal.json("backup", *terminal.server, "--out", str(terminal.folder / "kept"))["folder"])
    code, told = terminal.type("erase", *manager, "--fact", good.link.fact, "--why", "王芳 asked", "--json",
                               stdin=AGENT + "\n")  # fmt: skip
    assert (code, json.loads(told)["error"]) == (2, "hub_why_tells")
    assert "王芳" not in told
    gone = terminal.json("erase", *manager, "--fact", good.link.fact, "--why", "asked", stdin=AGENT + "\n")["erased"]
    assert [(one["fact"], one["names"]) for one in gone] == [(good.link.fact, ["payer"])]
    subject = parse(good.body).subject
    again = terminal.json("erase", *manager, "--subject", subject, "--name", "payer", "--why", "x", stdin=AGENT + "\n")
    assert again == {"erased": []}
    assert terminal.json("retain", *terminal.server) == {"erased": 0}

    code, told = terminal.type("erasures", *terminal.server, "--json")
    report = json.loads(told)
    assert (code, report["facts"], report["values"]) == (1, 1, 1)
    assert [(one["number"], one["missing"]) for one in report["seats"]] == [("8101", 1)]
    assert [(one["folder"], one["holds"], one["here"]) for one in report["backups"]] == [(str(backup), 1, True)]
    code, told = terminal.type("erasures", *terminal.server, zh=True)
    assert code == 1
    assert str(backup) in told
    # the seat says that it is clean, the backup's folder is gone: no place is left
    upto = next(one for one in session.beat(presence(), []).heads if one.group == "*").seq
    with terminal.database() as owner:
        origin = owner.execute("select hub_origin::text from desk.centre").fetchall()[0][0]
    session.push([seat.write("desk.erased_here", {
        "reached": [{"hub_origin": origin, "upto": upto}], "origins": [{"own": seat.origin}], "left": []})])  # fmt: skip
    shutil.rmtree(backup)
    report = terminal.json("erasures", *terminal.server)
    assert (report["reached"], report["seats"], report["backups"][0]["here"]) == (True, [], False)
    terminal.json("audit", *terminal.server)
    session.close()


def test_what_the_centre_sets_from_the_command_line(terminal: Terminal) -> None:
    terminal.init()
    assert terminal.json("set", *terminal.signed_in()) == {"grace_days": 7, "oldest_client": ""}
    assert terminal.json("set", *terminal.signed_in(), "--grace-days", "3")["grace_days"] == 3
    told = terminal.json("set", *terminal.signed_in(), "--oldest-client", "0.1")
    assert told == {"grace_days": 3, "oldest_client": "0.1"}
    for wrong in (("--grace-days", "999"), ("--grace-days", "-1"), ("--oldest-client", "new")):
        code, said = terminal.type("set", *terminal.signed_in(), *wrong, "--json")
        assert (code, json.loads(said)["error"]) == (2, "hub_text_wrong")
    code, said = terminal.type("set", *terminal.signed_in(), zh=True)
    assert (code, "3" in said) == (0, True)


def test_the_audit_and_a_damaged_backup_say_so(terminal: Terminal, postgres_server: PostgresServer) -> None:
    from agent_desk.base.errors import DeskError
    from agent_desk.hub.backup import verify

    terminal.init()
    backup = Path(terminal.json("backup", *terminal.server, "--out", str(terminal.folder))["folder"])
    verify(backup)
    facts = next(backup.glob("hub-facts-*.jsonl"))
    facts.write_text(facts.read_text(encoding="utf-8").replace("Ad Min", "Ad Mim"), encoding="utf-8")
    with pytest.raises(DeskError, match="backup_damaged"):
        verify(backup)
    database = terminal.server[5]
    with psycopg.connect(**postgres_server.keywords(database), autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("update desk.fact set body = replace(body, 'Ad Min', 'Ad Mim')")
    code, words = terminal.type("audit", *terminal.server)
    assert code == 1
    assert "PROBLEM altered" in words
    code, words = terminal.type("audit", *terminal.server, zh=True)
    assert "问题 altered" in words


def test_a_month_is_taken_out_and_put_back(terminal: Terminal, postgres_server: PostgresServer) -> None:
    terminal.init()
    with psycopg.connect(**postgres_server.keywords(terminal.server[5]), autocommit=True) as owner:
        owner.execute(
            "select desk.part_make('fact_2025_03', desk.month_bound('2025-03-01'), desk.month_bound('2025-04-01'))"
        )

    def where(*asked: str) -> str:
        parts = {each["name"]: each for each in terminal.json("partitions", *terminal.server, *asked)["parts"]}
        return str(parts["fact_2025_03"]["where"])

    assert where() == "here"
    assert where("--detach-before", "2025-04") == "aside"
    assert "fact_2025_03:已移出" in terminal.type("partitions", *terminal.server, zh=True)[1]
    assert where("--attach", "2025-03") == "here"
    assert terminal.type("partitions", *terminal.server, "--detach-before", "April")[0] == 2


def test_mistakes_get_a_sentence_and_change_nothing(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.init()
    key_file = terminal.folder / "recovery.key"
    key = key_file.read_bytes()
    files = ["--seat-file", str(terminal.seat_file), "--recovery-key-file", str(key_file)]
    again = ["init", *terminal.server, "--centre", "x", "--admin", "1", "--admin-name", "x", *files]
    signed_in = terminal.signed_in()
    add = ["staff", "add", *signed_in, "8101", "x", "--new-password-file", "-"]
    cases = {
        "hub.file_exists": (again, ""),
        "hub_grants_wrong": ([*add, "--grant", "nowhere=agent"], "long enough\n"),
        "password_too_short": (add, "short\n"),
        "hub.password_missing": (["staff", "add", *terminal.signed_in(), "8101", "x"], ""),
        "staff_unknown": (["staff", "set", *terminal.signed_in(), "8101", "--name", "x"], ""),
        "last_admin": (["staff", "set", *terminal.signed_in(), "9001", "--active", "no"], ""),
        "staff_exists": (["staff", "add", *terminal.signed_in(), "9001", "x", "--new-password-file", "-"], "long enough\n"),
        "sign_in_refused": (["staff", "list", *terminal.signed_in()[:-1], str(terminal.secret)], ""),
        "hub.address_missing": (["status", "--password-file", str(terminal.secret)], ""),
        "seat_file_missing": (["group", "--seat-file", "nowhere.toml", "--as", "9001"], ""),
        "hub.file": (["audit", *terminal.server[:-1], "nowhere"], ""),
    }  # fmt: skip
    for code, (words, stdin) in cases.items():
        told = terminal.type(*words, "--json", stdin=stdin)
        assert (told[0], json.loads(told[1])["error"]) == (2, code), words
        assert json.loads(told[1])["sentence"]
    assert terminal.type("status", "--password-file", str(terminal.secret))[0] == 2
    assert "--host" in capsys.readouterr().err
    assert key_file.read_bytes() == key
    assert len(terminal.json("staff", "list", *terminal.signed_in())["staff"]) == 1


def test_a_new_password_works_and_the_old_one_does_not(terminal: Terminal) -> None:
    terminal.init()
    terminal.json(
        "staff", "password", *terminal.signed_in(), "9001", "--new-password-file", "-", stdin="quite another\n"
    )
    assert terminal.type("staff", "list", *terminal.signed_in(), "--json")[0] == 2
    terminal.admin.write_text("quite another\n", encoding="utf-8")
    assert terminal.json("staff", "list", *terminal.signed_in())


def test_no_password_reaches_the_servers_log(terminal: Terminal, postgres_server: PostgresServer) -> None:
    with psycopg.connect(**postgres_server.keywords(), autocommit=True) as owner:
        owner.execute("alter system set log_statement = 'all'")
        owner.execute("select pg_reload_conf()")
        try:
            terminal.init()
            terminal.json("group", *terminal.signed_in(), "hall", "x")
            terminal.json(
                "staff", "add", *terminal.signed_in(), "8101", "张三", "--new-password-file", "-", stdin=AGENT + "\n"
            )
        finally:
            owner.execute("alter system reset log_statement")
            owner.execute("select pg_reload_conf()")
    log = postgres_server.log()
    assert "staff_add" in log
    assert ADMIN not in log
    assert AGENT not in log
    assert postgres_server.password not in log


def test_every_word_is_said_in_chinese_too() -> None:
    chinese, english = speech_of({"LC_ALL": "zh_CN"}), speech_of({"LANG": "C"})
    facts = {name: name for name in ("user", "number", "centre", "database", "host", "file", "schema", "name", "grants",
                                     "code", "seat", "folder", "root", "staff", "links", "held", "epoch", "state",
                                     "unsent", "time", "n", "facts", "fresh", "unproven", "sentence",
                                     "fact", "names", "kind", "group", "author",
                                     "reason", "days", "version", "values", "numbers", "found", "expected",
                                     "taken", "waiting", "first", "last", "origin", "why", "filled", "seq",
                                     "part", "table")}  # fmt: skip
    same = [word for word in WORDS if chinese.say(word, **facts) == english.say(word, **facts)]
    assert same == ["staff_line", "group_line"]
