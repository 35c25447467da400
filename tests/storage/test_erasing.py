"""A value the hub has erased is gone from the store, its log and its copies, and does not come back."""

from __future__ import annotations

import dataclasses
import random
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.facts.personal import NO_SALT
from agent_desk.storage import cipher, copies, erasing
from agent_desk.storage.store import Arrived, Store
from tests.factory import a_note, a_store

PAGE, RESERVED = 4096, 80
KEY = secrets.token_bytes(32)
VALUE = "王芳 13800001234"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = a_store(tmp_path, key=KEY)
    yield opened
    opened.close()


def noted(store: Store, value: str = VALUE) -> FactId:
    [saved] = store.save(a_note(store, "展位断电", caller=value))
    return saved.id


def erased(store: Store, *facts: str) -> None:
    """As the pump's thread does it when the hub's word is pulled."""
    with store.writing() as writing:
        writing.erase([(fact, "caller", "hub fact") for fact in facts])


def values(path: Path) -> list[tuple[object, ...]]:
    connection = cipher.connect(path, KEY, read_only=True)
    rows = connection.execute("SELECT fact, value, salt FROM personal ORDER BY fact").fetchall()
    connection.close()
    return [tuple(row) for row in rows]


def test_the_value_goes_with_its_salt_and_the_others_stay(store: Store) -> None:
    one, other = noted(store), noted(store, "李雷")
    erased(store, one)
    kept = {fact: (value, salt) for fact, value, salt in values(store.path)}
    assert kept[one] == (None, NO_SALT)
    assert kept[other][0] == "李雷"
    [own] = store.origins()
    (_, _, first), (_, _, second) = store.pending(own.origin, 0)
    assert [value.value for value in (*first, *second)] == [None, "李雷"]  # and none goes up any more


def test_it_does_not_come_back_whoever_brings_it(store: Store, tmp_path: Path) -> None:
    colleague = a_store(tmp_path, name="8013.store")
    fact = noted(colleague)
    erased(store, fact)
    [own] = colleague.origins()
    [(link, text, personal)] = colleague.pending(own.origin, 0)
    assert personal[0].value == VALUE
    with store.writing() as writing:
        writing.take(Arrived(link, text, personal, "accepted", "", 1))
    assert values(store.path) == [(fact, None, NO_SALT)]
    colleague.close()


def test_written_again_under_its_own_id_it_is_not_kept(store: Store) -> None:
    note = a_note(store, "x", caller=VALUE)
    erased(store, note.id)
    store.save(note)
    assert values(store.path) == [(note.id, None, NO_SALT)]


def test_forms_over_the_fact_go_and_others_stay(store: Store) -> None:
    fact = noted(store)
    store.save_draft(fact, "note", "a copy")
    store.save_draft("of it", "note", f'{{"corrects": "{fact}", "caller": "{VALUE}"}}')
    store.save_draft("another", "note", "{}")
    erased(store, fact)
    assert [draft.id for draft in store.drafts()] == ["another"]


UNSAID = (
    "UPDATE personal SET value = NULL, salt = zeroblob(16)",
    "UPDATE personal SET value = NULL",
    "DELETE FROM personal",
)


@pytest.mark.parametrize("statement", UNSAID)
def test_nobody_takes_a_value_that_was_not_said_to_be_erased(store: Store, statement: str) -> None:
    fact = noted(store)
    with pytest.raises(DeskError, match="store_append_only"), store.writing() as writing:
        writing.connection.exec_driver_sql(statement)
    assert values(store.path)[0][:2] == (fact, VALUE)
    erased(store, fact)
    with pytest.raises(DeskError, match="store_append_only"), store.writing() as writing:
        writing.connection.exec_driver_sql("UPDATE personal SET value = 'x'")


def test_log_and_copies_are_made_clean(store: Store) -> None:
    fact = noted(store)
    for _ in range(3):
        copies.roll(store)
    assert all(values(path)[0][1] == VALUE for path in copies.copies_of(store.path))
    erased(store, fact)
    assert erasing.news(store) is not None
    assert erasing.clean_up(store)
    [copy] = copies.copies_of(store.path)
    assert values(copy) == [(fact, None, NO_SALT)]
    assert cipher.is_whole(copy, KEY)
    log = store.path.with_name(store.path.name + "-wal")
    before = log.read_bytes()
    assert erasing.clean_up(store)  # nothing more to do, nothing done
    assert copies.copies_of(store.path) == [copy]
    assert log.read_bytes() == before


def test_the_log_waits_for_an_older_view_and_goes_then(store: Store) -> None:
    fact = noted(store)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT value FROM personal").fetchone() is not None
        erased(store, fact)
        assert not erasing.clean_up(store)
    assert erasing.clean_up(store)


def plain_pages(path: Path) -> bytes:
    """Every byte of a store without its encryption (SQLCipher 4: AES-256-CBC a page, IV and MAC at its end)."""
    whole, told = path.read_bytes(), b""
    for start in range(0, len(whole), PAGE):
        page = whole[start : start + PAGE]
        skipped = 16 if start == 0 else 0
        decryptor = Cipher(algorithms.AES(KEY), modes.CBC(page[PAGE - RESERVED : PAGE - RESERVED + 16])).decryptor()
        told += decryptor.update(page[skipped : PAGE - RESERVED]) + decryptor.finalize()
    return told


@pytest.mark.parametrize("rewritten", [True, False])
def test_no_freed_place_keeps_it(store: Store, monkeypatch: pytest.MonkeyPatch, rewritten: bool) -> None:
    """The second run is the control: pages on which rows have moved still tell, ``secure_delete`` or not."""
    notes = [a_note(store, "x", caller=f"{VALUE} {number} " + "长" * (number % 7 * 40)) for number in range(600)]
    with store.writing() as writing:
        for note in notes:
            writing.add(note)
    facts = [note.id for note in notes]
    random.Random(7).shuffle(facts)
    assert store.empty_log()
    assert plain_pages(store.path).count(VALUE.encode()) >= 600
    if not rewritten:
        monkeypatch.setattr(Store, "rewrite", Store.empty_log)
    for first in range(0, len(facts), 20):
        erased(store, *facts[first : first + 20])
    assert erasing.clean_up(store)
    assert (VALUE.encode() in plain_pages(store.path)) is not rewritten


def test_a_copy_set_aside_is_named_until_a_person_removes_it(store: Store) -> None:
    fact = noted(store)
    aside = copies.copy_aside(store)
    erased(store, fact)
    assert erasing.clean_up(store)
    clean = erasing.news(store)
    assert clean is not None
    assert clean.left == (aside.name,)
    later = copies.copy_aside(store)  # made after it: nothing of it lies there
    assert later.name not in erasing.left(store)
    aside.unlink()
    assert erasing.left(store) == ()


def test_what_was_carried_away_is_named_while_it_is_there(store: Store, tmp_path: Path) -> None:
    fact = noted(store)
    file = tmp_path / "bundle"
    file.write_bytes(b"x")
    with store.writing() as writing:
        erasing.note_carried(writing, file)
    erased(store, fact)
    assert erasing.left(store) == (str(file),)
    file.unlink()
    assert erasing.left(store) == ()


def test_an_unsound_copy_leaves_the_earlier_ones_and_the_work_owed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = noted(store)
    earlier = copies.roll(store)
    erased(store, fact)
    monkeypatch.setattr(cipher, "is_whole", lambda *_: False)
    with pytest.raises(DeskError, match="copy_unsound"):
        erasing.clean_up(store)
    assert copies.copies_of(store.path) == [earlier]
    monkeypatch.undo()
    assert erasing.clean_up(store)
    assert earlier not in copies.copies_of(store.path)


def test_a_colleagues_file_on_this_seat_hears_of_it(store: Store, tmp_path: Path) -> None:
    colleague = a_store(tmp_path, name="8013.store", key=KEY)
    fact, other = noted(colleague), noted(colleague, "李雷")
    erased(store, fact)
    assert erasing.spread(store, colleague)
    assert erasing.clean_up(colleague)
    assert {row[0]: row[1] for row in values(colleague.path)} == {fact: None, other: "李雷"}
    assert not erasing.spread(store, colleague)
    colleague.close()


def test_forged_or_strange_words_erase_nothing(store: Store) -> None:
    from agent_desk.facts.body import parse

    fact = noted(store)
    [own] = store.origins()
    [(link, text, _)] = store.pending(own.origin, 0)
    body = parse(text)
    for fields in ({"about": fact, "names": "caller"}, {"about": fact, "names": [{"field": "caller"}]},
                   {"about": 5, "names": [{"name": "caller"}]}, {}):  # fmt: skip
        strange = dataclasses.replace(body, kind="hub.erased", fields=fields)
        with store.writing() as writing:
            erasing.hear(writing.connection.cursor(), strange, 1)
    assert values(store.path)[0][1] == VALUE
    assert link.fact == fact
