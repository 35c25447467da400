"""What only the embedded hub does: one file, one process, admin verbs in Python, an audit that sees damage."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE, GroupId
from agent_desk.facts.kind import Role
from agent_desk.hub.embedded import CHEAP, EmbeddedHub
from agent_desk.hub.port import Verdict
from tests.hub.contract import CATALOGUE
from tests.hub.embedded_centre import EmbeddedCentre
from tests.hub.seats import Follower, Writer

A = GroupId("A")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[EmbeddedCentre]:
    made = EmbeddedCentre(tmp_path)
    yield made
    made.close()


def damage(centre: EmbeddedCentre, *statements: str) -> list[str]:
    """Alter the file behind the hub's back and say what the audit then finds."""
    centre.hub.close()
    file = centre.path
    connection = dbapi2.connect(str(file), isolation_level=None)
    for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        connection.execute(f"drop trigger {name}")
    for statement in statements:
        connection.execute(statement)
    connection.close()
    centre.hub = EmbeddedHub(file, CATALOGUE, Clock(), CHEAP)
    return [code for code, _ in centre.audit().problems]


MINE = "kind = 'note.written'"
DAMAGES = [
    (f"update fact set body = x'ff' where {MINE}", "altered"),
    (f"update fact set body = x'7b7d' where {MINE}", "personal_altered"),
    (f"update journal set fact = 'x' where {MINE} and seq = 2", "body_missing"),
    (
        f"update fact set id = 'x' where {MINE} and id = (select fact from journal where {MINE} limit 1)",
        "fact_unlinked",
    ),
    (f"update fact set body = cast(replace(cast(body as text), '雨', '雪') as blob) where {MINE}", "altered"),
    (f"delete from journal where {MINE} and seq = 2", "gap"),
    (f"delete from fact where id = (select fact from journal where {MINE} and seq = 2)", "body_missing"),
    (f"update journal set prev = zeroblob(32) where {MINE} and seq = 3", "chain"),
    (f"update journal set link = zeroblob(32) where {MINE} and seq = 2", "altered"),
    (f"update journal set mac = zeroblob(32) where {MINE} and seq = 2", "mac"),
    ("update journal set kind = 'note.writtem' where seq = 2", "altered"),
    ("delete from journal where kind = 'slip.written'", "head"),
    ("update origin set head_seq = 99 where code = 1", "head"),
    ("update personal set value = 'someone else'", "personal_altered"),
    ("delete from head", "group_head"),
    (f"update journal set grp = 'B' where {MINE}", "misplaced"),
    (f"update fact set subject = id where {MINE}", "misplaced"),
    (f"update journal set keyed = 0 where {MINE}", "misplaced"),
    ("update number_claim set fact = 'x'", "number_unexplained"),
]


@pytest.mark.parametrize(("statement", "problem"), DAMAGES)
def test_the_audit_names_what_was_altered_behind_the_hubs_back(
    centre: EmbeddedCentre, statement: str, problem: str
) -> None:
    writer = Writer(centre, "8001")
    for _ in range(3):
        writer.write(values={"caller": "王芳"})
    writer.write("slip.written", fields={"book": "A", "number": "1", "total": 5})
    writer.push()
    assert damage(centre) == []
    assert problem in damage(centre, statement)
    assert not centre.audit().ok
    assert problem in centre.audit().as_words()


SETTLED = [
    ("update personal set value = null where value is not null", "value_missing"),
    ("update personal set value = '王芳' where value is null", "erased_back"),
    ("delete from erased", "erasure_undone"),
    ("update erased set told_by = 'x'", "erasure_untold"),
    ("update ruling set verdict = 'accepted'", "ruling_untold"),
]


@pytest.mark.parametrize(("statement", "problem"), SETTLED)
def test_the_audit_names_what_nobody_erased_or_ruled(centre: EmbeddedCentre, statement: str, problem: str) -> None:
    writer, manager = Writer(centre, "8001"), Writer(centre, "8004")
    for _ in range(2):
        writer.write(values={"caller": "王芳"})
    writer.write("price.set", fields={"fen": 1})
    writer.push()
    manager.session.erase(writer.links[0].link.fact, [], "asked for")
    manager.session.rule(writer.links[2].link.fact, Verdict.VOIDED, "no")
    assert damage(centre) == []
    assert problem in damage(centre, statement)


def test_only_an_erasure_that_was_said_takes_a_value(centre: EmbeddedCentre) -> None:
    writer = Writer(centre, "8001")
    writer.write(values={"caller": "王芳"})
    writer.push()
    centre.hub.close()
    connection = dbapi2.connect(str(centre.path), isolation_level=None)
    good = "update personal set value = null, salt = zeroblob(16)"
    for statement in (good, "update personal set value = 'x'", "delete from personal"):
        with pytest.raises(dbapi2.DatabaseError, match="only grows"):
            connection.execute(statement)
    connection.execute("insert into erased select fact, field, 'x', 1 from personal")
    connection.execute(good)  # the control
    connection.close()


def test_what_the_hub_took_can_only_be_added_to(centre: EmbeddedCentre) -> None:
    Writer(centre, "8001").say("slip.written", fields={"book": "A", "number": "1", "total": 5})
    centre.hub.close()
    connection = dbapi2.connect(str(centre.path), isolation_level=None)
    for table in ("journal", "fact", "number_claim"):
        for statement in (f"delete from {table}", f"update {table} set rowid = rowid"):
            with pytest.raises(dbapi2.DatabaseError, match="only grows"):
                connection.execute(statement)
    connection.close()


def test_a_second_program_on_the_same_file_is_turned_away(centre: EmbeddedCentre) -> None:
    program = textwrap.dedent("""
        import sys
        from pathlib import Path
        from agent_desk.base.clock import Clock
        from agent_desk.base.errors import DeskError
        from agent_desk.facts.kind import Catalogue
        from agent_desk.hub.embedded import EmbeddedHub
        try:
            EmbeddedHub(Path(sys.argv[1]), Catalogue([]), Clock())
        except DeskError as problem:
            print(problem.code)
    """)
    told = subprocess.run(
        [sys.executable, "-c", program, str(centre.path)], capture_output=True, encoding="utf-8", timeout=60, check=True
    )
    assert told.stdout.strip() == "hub_away"
    assert Writer(centre, "8001").say().verdict is Verdict.ACCEPTED


def test_a_file_of_a_newer_desk_or_no_hub_at_all_is_left_alone(centre: EmbeddedCentre, tmp_path: Path) -> None:
    centre.hub.close()
    connection = dbapi2.connect(str(centre.path), isolation_level=None)
    connection.execute("pragma user_version = 99")
    connection.close()
    with pytest.raises(DeskError, match="hub_newer"):
        EmbeddedHub(centre.path, CATALOGUE, Clock())
    other = tmp_path / "letter.txt"
    other.write_text("Dear hub, this is no database. " * 50, encoding="utf-8")
    before = other.read_bytes()
    with pytest.raises(DeskError, match="hub_away"):
        EmbeddedHub(other, CATALOGUE, Clock())
    assert other.read_bytes() == before


def test_a_hub_that_was_closed_is_away(centre: EmbeddedCentre) -> None:
    writer = Writer(centre, "8001")
    writer.write()
    centre.hub.close()
    for verb in (writer.push, writer.sign_in, centre.audit):
        with pytest.raises(DeskError, match="hub_away"):
            verb()


def test_a_centre_is_founded_once(centre: EmbeddedCentre) -> None:
    assert centre.hub.centre() == centre.id
    with pytest.raises(DeskError, match="hub_exists"):
        centre.hub.create_centre("Another")


def test_staff_verbs_refuse_what_does_not_fit_and_change_nothing(centre: EmbeddedCentre) -> None:
    before = centre.audit()
    verbs: list[tuple[str, Any]] = [
        ("staff_exists", lambda: centre.hub.add_staff("8001", "Twin", {A: Role.AGENT}, "x")),
        ("hub_grants_wrong", lambda: centre.hub.add_staff("8010", "New", {GroupId("Z"): Role.AGENT}, "x")),
        ("hub_grants_wrong", lambda: centre.hub.set_staff("8001", name="Z", grants={GroupId("Z"): Role.AGENT})),
        ("staff_unknown", lambda: centre.hub.set_staff("9999", active=False)),
        *(("hub_text_wrong", lambda code=code: centre.hub.add_group(code, "x")) for code in ("", "*", "@8001")),
    ]
    for code, verb in verbs:
        with pytest.raises(DeskError, match=code):
            verb()
    assert centre.audit() == before


def test_a_person_may_get_another_name_and_password(centre: EmbeddedCentre) -> None:
    follower = Follower(centre, "8001")
    centre.hub.set_staff("8001", name="林华", password="new word 新")
    with pytest.raises(DeskError, match="sign_in_refused"):
        centre.hub.connect("8001", centre.password("8001"))
    centre.hub.connect("8001", "new word 新").close()
    beat = follower.beat()
    assert (beat.me.name, dict(beat.me.grants)) == ("林华", {"A": Role.AGENT})


def test_no_password_lies_in_the_file(centre: EmbeddedCentre) -> None:
    centre.hub.close()
    for file in centre.path.parent.iterdir():
        assert centre.password("8001").encode() not in file.read_bytes()


def test_a_right_that_ended_counts_for_its_grace_and_no_longer(centre: EmbeddedCentre) -> None:
    writer = Writer(centre, "8001")
    centre.set_staff("8001", {"B": Role.AGENT})
    assert writer.say(group="A").verdict is Verdict.ACCEPTED
    late = writer.say(group="A", keyed=writer.clock.now_us() + 8 * 86_400_000_000)
    assert (late.verdict, late.reason) == (Verdict.HELD, "group")
    centre.set_staff("8001", {"A": Role.AGENT, EVERYONE: Role.ADMIN})
    assert writer.say(group="A").verdict is Verdict.ACCEPTED


def test_the_hubs_stamps_grow_over_a_restart_with_a_clock_set_back(centre: EmbeddedCentre) -> None:
    centre.hub.add_group("C", "Night desk")
    centre.hub.close()
    centre.hub = EmbeddedHub(centre.path, CATALOGUE, Clock(lambda: 1_000_000), CHEAP)
    centre.hub.add_group("D", "Dawn desk")
    copy = Follower(centre, "8005").catch_up()
    chain = sorted((one.link.seq, one.body) for one in copy.facts("hub.group_set"))
    stamps = [int(body.split('"stamp":')[1].split(",")[0]) for _, body in chain]
    assert stamps == sorted(set(stamps))


@pytest.mark.fault
def test_what_the_hub_answered_survives_the_death_of_its_process(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import sys
        from pathlib import Path
        from tests.hub.embedded_centre import EmbeddedCentre
        from tests.hub.seats import Writer
        writer = Writer(EmbeddedCentre(Path(sys.argv[1])), "8001")
        print(writer.origin, flush=True)
        while True:
            for _ in range(5):
                writer.write()
            print(writer.push()[-1].seq, flush=True)
    """)
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None
    origin = process.stdout.readline().strip()
    answered = [process.stdout.readline() for _ in range(20)]
    time.sleep(0.05)
    process.kill()
    answered += process.stdout.readlines()
    process.stdout.close()
    process.wait(10)
    last = max(int(told) for told in answered if told.endswith("\n"))
    hub = EmbeddedHub(tmp_path / "hub.sqlite", CATALOGUE, Clock(), CHEAP)
    report = hub.audit()
    seq, _ = hub.connect("8001", "secret of 8001").beat(_nobody(), []).own_heads[origin]  # type: ignore[index]
    hub.close()
    assert report.ok
    assert last <= seq <= last + 5


def _nobody() -> Any:
    from agent_desk.hub.port import Presence

    return Presence("1", "ready", 0, 0, 0, "1.0")


@pytest.mark.parametrize("together", [True, False], ids=["together", "control: one after the other"])
def test_what_belongs_together_is_there_whole_or_not_at_all(tmp_path: Path, together: bool) -> None:
    """The trial centre is founded so: a founding that is cut off leaves no half of it."""
    path = tmp_path / "cut-off.hub"
    hub = EmbeddedHub(path, CATALOGUE, Clock(), CHEAP)
    with pytest.raises(DeskError, match="hub_grants_wrong"), hub.together() if together else nullcontext():
        hub.create_centre("临江会展中心")
        hub.add_group(A, "现场")
        hub.add_staff("8012", "张伟", {GroupId("nowhere"): Role.CLERK}, "pw")
    hub.close()
    again = EmbeddedHub(path, CATALOGUE, Clock(), CHEAP)
    try:
        assert (again.centre() is None) is together
    finally:
        again.close()


def test_nobody_else_is_answered_while_something_is_done_together(centre: EmbeddedCentre) -> None:
    began, answered = threading.Event(), threading.Event()

    def ask() -> None:
        began.set()
        centre.hub.centre()
        answered.set()

    asking = threading.Thread(target=ask)
    with centre.hub.together():
        asking.start()
        assert began.wait(10)
        centre.hub.add_group(A, "现场")
        assert not answered.is_set()
    asking.join(10)
    assert answered.is_set()


def test_a_beat_is_not_waited_for_and_what_comes_after_it_is(centre: EmbeddedCentre) -> None:
    """Presence may go with a power cut; the next fact is synced as ever, also after a beat that failed."""
    file = centre.hub._file

    def syncs() -> int:
        return int(file._connection.execute("pragma synchronous").fetchone()[0])

    assert syncs() == 2
    with file.noting() as cursor:
        assert cursor.execute("pragma synchronous").fetchone()[0] == 1
        cursor.execute("insert into seat values ('99', 'noted', 1)")
    assert syncs() == 2
    with pytest.raises(ValueError, match="cut off"), file.noting():
        raise ValueError("cut off")
    assert syncs() == 2
    with file.reading() as cursor:
        assert cursor.execute("select name from seat where number = '99'").fetchone() == ("noted",)
