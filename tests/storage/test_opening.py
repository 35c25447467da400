"""Whatever is wrong with the file, one clear sentence is said and the data stay untouched."""

from __future__ import annotations

import contextlib
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import OriginId
from agent_desk.base.sentences import SENTENCES
from agent_desk.facts.kind import Catalogue
from agent_desk.storage import cipher, copies, migrating
from agent_desk.storage.connection import Connection
from agent_desk.storage.migrating import migrate
from agent_desk.storage.store import open_store
from agent_desk.storage.tables import SCHEMA_NUMBER
from tests.factory import NOTED, a_catalogue, a_note, a_person, a_store, a_uuid

KEY = bytes(range(32))


def _refusal(tried: Callable[[], object]) -> str:
    with pytest.raises(DeskError) as refused:
        tried()
    assert SENTENCES[refused.value.code].format(**refused.value.facts)
    return refused.value.code


def _written(folder: Path, count: int = 40) -> Path:
    store = a_store(folder, key=KEY)
    for number in range(count):
        store.save(a_note(store, f"{number} " + "字" * 500))
    store.close()
    return store.path


def _open(path: Path, key: bytes = KEY) -> object:
    return open_store(path, key, a_catalogue(), Clock())


def test_a_wrong_key_is_told_from_damage_and_touches_nothing(tmp_path: Path) -> None:
    path = _written(tmp_path, 2)
    before = path.read_bytes()
    assert _refusal(lambda: _open(path, secrets.token_bytes(32))) == "store_wrong_key"
    assert path.read_bytes() == before


def test_a_damaged_first_page_is_called_damage_when_the_key_is_right(tmp_path: Path) -> None:
    path = _written(tmp_path)
    with path.open("r+b") as file:
        file.seek(200)
        file.write(b"\x00" * 64)
    before = path.read_bytes()
    assert _refusal(lambda: _open(path)) == "store_damaged"
    assert path.read_bytes() == before


def test_a_damaged_page_inside_is_said_when_it_is_read_and_a_copy_is_left(tmp_path: Path) -> None:
    store = a_store(tmp_path, key=KEY)
    for number in range(200):
        store.save(a_note(store, f"{number} " + "字" * 500))
    sound = copies.roll(store)
    store.close()
    size = store.path.stat().st_size
    with store.path.open("r+b") as file:
        for page in range(size // 4096 // 2, size // 4096 - 2, 3):
            file.seek(page * 4096 + 100)
            file.write(b"damage")
    again = a_store(tmp_path, key=KEY)

    def read() -> None:
        with again.reading() as connection:
            connection.exec_driver_sql("SELECT sum(length(body)) FROM fact").fetchall()

    assert _refusal(read) == "store_damaged"
    again.close()
    assert cipher.is_whole(sound, KEY)
    assert not cipher.is_whole(store.path, KEY)


def test_a_second_instance_is_refused_with_a_sentence(tmp_path: Path) -> None:
    store = a_store(tmp_path, key=KEY)
    assert _refusal(lambda: _open(store.path)) == "store_open_elsewhere"
    script = (
        "import sys; from pathlib import Path; from agent_desk.base.errors import DeskError\n"
        "from agent_desk.base.clock import Clock; from agent_desk.facts.kind import Catalogue\n"
        "from agent_desk.storage.store import open_store\n"
        "try: open_store(Path(sys.argv[1]), bytes(range(32)), Catalogue([]), Clock())\n"
        "except DeskError as refused: print(refused.code)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(store.path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stdout.strip() == "store_open_elsewhere"
    store.save(a_note(store, "still writing"))
    store.close()


def test_a_store_of_a_newer_desk_is_left_alone(tmp_path: Path) -> None:
    path = _written(tmp_path, 1)
    connection = cipher.connect(path, KEY)
    connection.execute(f"PRAGMA user_version = {SCHEMA_NUMBER + 1}")
    connection.close()
    before = path.read_bytes()
    assert _refusal(lambda: _open(path)) == "store_newer"
    assert path.read_bytes() == before


def test_a_full_disk_loses_nothing_saved_and_saves_again_when_there_is_room(tmp_path: Path) -> None:
    store = a_store(tmp_path, key=KEY)
    store.save(a_note(store))
    with store.writing() as writing:
        pages = writing.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        writing.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
    assert _refusal(lambda: store.save(a_note(store, "字" * 20_000))) == "disk_full"
    assert store.unsent().count == 1
    with store.writing() as writing:
        writing.connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    store.save(a_note(store, "字" * 20_000))
    assert store.unsent().count == 2
    store.close()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert _refusal(lambda: _open(tmp_path / "file" / "a.store")) == "store_unopenable"


def test_a_file_that_may_only_be_read_says_so(tmp_path: Path) -> None:
    store = a_store(tmp_path, key=KEY)
    store.save(a_note(store))
    with store.writing() as writing:
        writing.connection.exec_driver_sql("PRAGMA query_only = ON")
    assert _refusal(lambda: store.save(a_note(store))) == "store_read_only"
    store.close()


def test_an_old_sqlite_is_refused() -> None:
    assert _refusal(lambda: cipher.refuse_old_sqlite((3, 51, 1))) == "sqlite_too_old"
    cipher.refuse_old_sqlite()


def test_the_file_is_strict_synchronous_and_logged_ahead(tmp_path: Path) -> None:
    store = a_store(tmp_path, key=KEY)
    with store.writing() as writing:
        pragma = writing.connection.exec_driver_sql
        assert pragma("PRAGMA synchronous").scalar_one() == 2
        assert pragma("PRAGMA journal_mode").scalar_one() == "wal"
        assert pragma("PRAGMA cipher_version").scalar_one()
        loose = pragma("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%STRICT%'").fetchall()
        assert loose == []
    store.close()
    assert b"SQLite format 3" not in store.path.read_bytes()


def test_copies_are_read_back_and_the_oldest_go(tmp_path: Path) -> None:
    store = a_store(tmp_path, key=KEY)
    for number in range(copies.KEPT + 3):
        store.save(a_note(store, str(number)))
        made = copies.roll(store)
    assert len(copies.copies_of(store.path)) == copies.KEPT
    store.close()
    again = open_store(made, KEY, a_catalogue(), Clock())
    assert again.unsent().count == copies.KEPT + 3
    again.close()


def test_a_copy_that_does_not_read_back_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = a_store(tmp_path, key=KEY)
    monkeypatch.setattr(cipher, "is_whole", lambda *_: False)
    assert _refusal(lambda: copies.roll(store)) == "copy_unsound"
    assert copies.copies_of(store.path) == []
    store.close()


def _migrated(path: Path) -> None:
    """A store as an older desk left it and this desk's migrations brought it here."""
    with _bare(path) as connection:
        migrate(connection)


@contextlib.contextmanager
def _bare(path: Path) -> Iterator[Connection]:
    raw = cipher.connect(path, KEY)
    raw.execute("BEGIN IMMEDIATE")
    yield Connection(raw)
    raw.execute("COMMIT")
    raw.close()


def test_migrations_make_the_same_schema_as_a_fresh_store_has(tmp_path: Path) -> None:
    _migrated(tmp_path / "migrated.store")
    with _bare(tmp_path / "migrated.store") as connection:
        migrated = _schema(connection)
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == SCHEMA_NUMBER
    fresh = open_store(tmp_path / "fresh.store", KEY, Catalogue([]), Clock())
    with fresh.reading() as reading:
        made = _schema(reading)
    fresh.close()
    assert migrated == made
    assert {"journal", "ix_journal_fact", "journal_stays"} <= made.keys()


def _schema(connection: Connection) -> dict[str, str]:
    """Every table, index and trigger in its own words; blanks and quotes left out."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master")
    default = ("DEFAULT '0' NOT NULL", "NOT NULL DEFAULT 0")
    return {
        name: re.sub(r"[\s\"]", "", sql.replace(*default).replace("DEFAULT 0 NOT NULL", default[1]))
        for name, sql in rows
        if sql
    }


def test_a_store_of_an_older_desk_is_copied_aside_and_brought_here_with_everything_in_it(tmp_path: Path) -> None:
    path = tmp_path / "old.store"
    with _bare(path) as connection:
        migrate(connection, "0001")
        connection.exec_driver_sql("INSERT INTO meta VALUES ('kept', 'yes')")
        connection.exec_driver_sql("PRAGMA user_version = 1")
    store = open_store(path, KEY, a_catalogue(), Clock())
    assert store.meta_get("kept") == "yes"
    store.bind(a_person())
    store.add_origin(OriginId(a_uuid()), bytes(32), 1)
    store.save(a_note(store, "新"))
    assert store.unsent().count == 1
    store.close()
    assert [one.name.split(".")[0] for one in (tmp_path / "copies").iterdir()] == ["before-migration-old"]


def test_a_migration_that_fails_leaves_the_older_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.store"
    with _bare(path) as connection:
        migrate(connection, "0001")
        connection.exec_driver_sql("PRAGMA user_version = 1")
        before = _schema(connection)

    def half(connection: Connection) -> None:
        migrate(connection)
        raise DeskError("disk_full", file="old.store")

    monkeypatch.setattr(migrating, "migrate", half)
    assert _refusal(lambda: open_store(path, KEY, a_catalogue(), Clock())) == "disk_full"
    with _bare(path) as connection:
        assert _schema(connection) == before
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == 1


def test_a_projection_declared_otherwise_is_made_again_at_opening(tmp_path: Path) -> None:
    from agent_desk.facts.kind import FactKind, FieldType
    from agent_desk.facts.projection import Projection

    store = a_store(tmp_path, key=KEY)
    store.save(a_note(store, "七"))
    store.close()
    wider = FactKind(
        NOTED.name,
        fields=NOTED.fields,
        personal=NOTED.personal,
        projections=(Projection("test_note", (("text", FieldType.TEXT), ("place", FieldType.TEXT))),),
    )
    again = open_store(store.path, KEY, Catalogue([wider]), Clock())
    with again.reading() as connection:
        assert connection.exec_driver_sql("SELECT text, place FROM test_note").fetchall() == [("七", None)]
    again.close()
