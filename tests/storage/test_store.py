"""What is saved stays, once, unaltered."""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import OriginId
from agent_desk.facts.body import content_digest, parse
from agent_desk.facts.link import FIRST_PREV, holds, mac_of, make_link
from agent_desk.storage.store import Arrived, Store
from tests.factory import a_note, a_sale, a_store, a_uuid


@pytest.fixture
def store(tmp_path: Path):
    opened = a_store(tmp_path)
    yield opened
    opened.close()


def _rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql).fetchall()]


def test_a_saved_fact_is_there_after_opening_again(tmp_path: Path) -> None:
    key = secrets.token_bytes(32)
    store = a_store(tmp_path, key=key)
    [saved] = store.save(a_note(store, "桌子两张", caller="李娜"))
    store.close()
    again = a_store(tmp_path, key=key)
    assert again.person.name == "张伟"
    body = parse(again.body(saved.id) or "")
    assert body.fields == {"text": "桌子两张"}
    assert _rows(again, "SELECT field, value FROM personal") == [("caller", "李娜")]
    again.close()


def test_every_link_hangs_on_the_one_before(store: Store) -> None:
    for number in range(5):
        store.save(a_note(store, str(number)))
    [own] = store.origins()
    links = store.pending(own.origin, 0)
    assert [link.seq for link, _, _ in links] == [1, 2, 3, 4, 5]
    prev = FIRST_PREV
    for link, text, _ in links:
        assert link.prev == prev
        assert holds(link, text)
        assert own.key is not None
        assert link.mac == mac_of(own.key, link.digest)
        prev = link.digest


def test_a_double_click_is_one_fact(store: Store) -> None:
    note = a_note(store)
    [first] = store.save(note)
    [second] = store.save(note)
    assert second == type(first)(first.id, first.seq, first.stored, repeated=True)
    assert _rows(store, "SELECT count(*) FROM fact") == [(1,)]


def test_a_personal_value_stands_in_no_body_and_no_projection(store: Store) -> None:
    store.save(a_sale(store))
    assert _rows(store, "SELECT value FROM personal") == [("王芳",)]
    for table in ("fact", "test_sale", "test_line", "journal"):
        assert "王芳" not in repr(_rows(store, f"SELECT * FROM {table}"))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE fact SET body = '{}'",
        "DELETE FROM fact",
        "UPDATE journal SET content = zeroblob(32)",
        "UPDATE journal SET mac = zeroblob(32)",
        "DELETE FROM journal",
        "UPDATE personal SET value = 'x'",
        "DELETE FROM personal",
        "DELETE FROM own_origin",
    ],
)
def test_what_is_written_can_be_neither_changed_nor_deleted(store: Store, sql: str) -> None:
    store.save(a_sale(store))
    before = [_rows(store, f"SELECT * FROM {table}") for table in ("fact", "journal", "personal")]
    with pytest.raises(DeskError, match="store_append_only"), store.writing() as writing:
        writing.connection.exec_driver_sql(sql)
    assert before == [_rows(store, f"SELECT * FROM {table}") for table in ("fact", "journal", "personal")]


@pytest.mark.parametrize(("text", "why"), [("a\x00b", "nul"), ("a\ud800b", "surrogate")], ids=["nul", "surrogate"])
def test_what_no_store_keeps_unchanged_is_refused_and_nothing_is_written(store: Store, text: str, why: str) -> None:
    with pytest.raises(DeskError) as refused:
        store.save(a_note(store, "good"), a_note(store, text))
    assert (refused.value.code, refused.value.facts["why"]) == ("fact_unsaveable", why)
    with pytest.raises(DeskError):
        store.save(a_note(store, "good", caller=text))
    assert _rows(store, "SELECT count(*) FROM fact") == [(0,)]


def test_an_entry_too_large_is_refused(store: Store) -> None:
    with pytest.raises(DeskError, match="fact_too_large"):
        store.save(a_note(store, "长" * 400_000))


def test_a_missing_or_wrong_field_is_named(store: Store) -> None:
    sale = a_sale(store)
    without = type(sale)(sale.id, sale.kind, sale.group, sale.subject, {"book": "B1"})
    with pytest.raises(DeskError) as missing:
        store.save(without)
    assert missing.value.facts["field"] == "number"
    wrong = type(sale)(sale.id, sale.kind, sale.group, sale.subject, {**sale.fields, "total": "12"})
    with pytest.raises(DeskError) as refused:
        store.save(wrong)
    assert (refused.value.code, refused.value.facts["field"]) == ("field_wrong", "total")


def test_drafts_come_back_and_leave_with_their_fact(store: Store) -> None:
    note = a_note(store)
    store.save_draft(note.id, "test.noted", json.dumps({"text": "写到一"}))
    store.save_draft(note.id, "test.noted", json.dumps({"text": "写到一半"}))
    [draft] = store.drafts()
    assert json.loads(draft.text) == {"text": "写到一半"}
    store.save(note, drop_draft=note.id)
    assert store.drafts() == []


def test_a_number_drawn_for_a_fact_that_was_not_saved_is_drawn_again(store: Store) -> None:
    with store.writing() as writing:
        assert writing.draw_serial("R", "1122") == 1
    with pytest.raises(DeskError), store.writing() as writing:
        assert writing.draw_serial("R", "1122") == 2
        writing.add(a_note(store, "\x00"))
    with store.writing() as writing:
        assert writing.draw_serial("R", "1122") == 2
        assert writing.draw_serial("R", "1123") == 1


def test_rebuilt_projections_equal_the_kept_ones(store: Store) -> None:
    for number in range(30):
        store.save(a_sale(store, f"{number:06}", total=1000 + number), a_note(store))
    tables = sorted(store.projector.tables)
    kept = {name: _rows(store, f"SELECT * FROM {name} ORDER BY 1, 2") for name in tables}
    assert kept["test_line"]
    with store.writing() as writing:
        writing.connection.exec_driver_sql("DELETE FROM test_sale")
        writing.connection.exec_driver_sql("UPDATE test_line SET amount = 0")
    heard: list[float] = []
    store.rebuild(heard.append)
    assert kept == {name: _rows(store, f"SELECT * FROM {name} ORDER BY 1, 2") for name in tables}
    assert heard[-1] == 1.0


def test_many_threads_write_one_chain(store: Store) -> None:
    def write() -> None:
        for _ in range(20):
            store.save(a_note(store))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [own] = store.origins()
    seqs = [link.seq for link, _, _ in store.pending(own.origin, 0, 1000)]
    assert seqs == list(range(1, 81))


def test_unsent_counts_what_the_hub_has_not_confirmed(store: Store) -> None:
    saved = [store.save(a_note(store))[0] for _ in range(3)]
    assert store.unsent().count == 3
    assert store.unsent().oldest_us == saved[0].stored
    [own] = store.origins()
    with store.writing() as writing:
        writing.acknowledge(own.origin, 2)
    assert store.unsent().oldest_us == saved[2].stored
    assert [link.seq for link, _, _ in store.pending(own.origin, 2)] == [3]


def test_a_batch_holds_a_megabyte_at_most_but_always_one_fact(store: Store) -> None:
    for _ in range(4):
        store.save(a_note(store, "长" * 130_000))
    [own] = store.origins()
    assert len(store.pending(own.origin, 0, most_bytes=300_000)) == 2
    assert len(store.pending(own.origin, 0, most_bytes=10)) == 1


def test_an_unproven_origin_gets_its_macs_when_its_person_is_proven(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    origin = OriginId(a_uuid())
    store.add_origin(origin, None, None)
    store.save(a_note(store))
    [(link, _, _)] = store.pending(origin, 0)
    assert link.mac is None
    store.add_origin(origin, b"k" * 32, 9)
    [(proven, _, _)] = store.pending(origin, 0)
    assert proven.mac == mac_of(b"k" * 32, link.digest)
    assert proven.digest == link.digest
    store.close()


def _pulled(source: Store, standing: str = "accepted") -> list[Arrived]:
    [own] = source.origins()
    return [Arrived(link, text, personal, standing, "", 1) for link, text, personal in source.pending(own.origin, 0)]


@pytest.fixture
def colleague(tmp_path: Path):
    opened = a_store(tmp_path, name="8013.store")
    yield opened
    opened.close()


def test_a_pulled_fact_is_taken_once(store: Store, colleague: Store) -> None:
    colleague.save(a_sale(colleague), a_note(colleague))
    for _ in range(2):
        with store.writing() as writing:
            for arrived in _pulled(colleague):
                writing.take(arrived)
    assert _rows(store, "SELECT count(*) FROM fact") == [(2,)]
    assert _rows(store, "SELECT number, total, paid FROM test_sale") == [("000001", 12345, 1)]
    assert store.unsent().count == 0


@pytest.mark.parametrize("order", [("held", "duplicate"), ("duplicate", "held")])
@pytest.mark.parametrize("pages", [1, 2])
def test_a_second_link_of_a_fact_does_not_make_it_count(
    store: Store, colleague: Store, order: tuple[str, str], pages: int
) -> None:
    """A copied disk sends what is held once more: the same fact in another origin, a duplicate to the hub."""
    colleague.save(a_sale(colleague))
    [first] = _pulled(colleague, "held")
    link = first.link
    other = make_link(OriginId(a_uuid()), 1, FIRST_PREV, link.fact, link.content, link.kind, b"k" * 32)
    told = {"held": first, "duplicate": replace(first, link=other, standing="duplicate")}
    for page in [[told[one] for one in order]] if pages == 1 else [[told[one]] for one in order]:
        with store.writing() as writing:
            writing.take(*page)
    assert _rows(store, "SELECT verdict FROM standing") == [("held",)]
    assert _rows(store, "SELECT count(*) FROM test_sale") == [(1,)]


def test_a_pulled_fact_that_was_altered_is_not_taken(store: Store, colleague: Store) -> None:
    colleague.save(a_note(colleague, "一百元"))
    [arrived] = _pulled(colleague)
    altered = type(arrived)(arrived.link, arrived.body.replace("一百元", "九百元"), (), "accepted", "", 1)
    with pytest.raises(DeskError, match="pulled_altered"), store.writing() as writing:
        writing.take(altered)
    assert _rows(store, "SELECT count(*) FROM fact") == [(0,)]


def test_a_far_stamp_is_taken_marked_and_not_followed(store: Store, tmp_path: Path) -> None:
    years = 3 * 365 * 86_400 * 1_000_000
    ahead = Clock()
    ahead.correct(ahead.raw_us() + years, ahead.raw_us(), ahead.raw_us())
    wrong = a_store(tmp_path, name="ahead.store", clock=ahead)
    wrong.save(a_note(wrong))
    with store.writing() as writing:
        for arrived in _pulled(wrong):
            writing.take(arrived)
    assert _rows(store, "SELECT far FROM fact") == [(1,)]
    store.save(a_note(store))
    stamps = [json.loads(str(row[0]))["stamp"] for row in _rows(store, "SELECT body FROM fact ORDER BY stored")]
    assert stamps[1] < stamps[0]
    wrong.close()


def test_narrowed_grants_purge_others_facts_but_never_own_ones(store: Store, colleague: Store) -> None:
    store.save(a_note(store, "own in B", group="B"))
    colleague.save(a_note(colleague, "A"), a_sale(colleague, group="B"))
    with store.writing() as writing:
        for arrived in _pulled(colleague):
            writing.take(arrived)
        writing.move_cursor(OriginId("x"), "B", 9)
        assert writing.purge(["A"]) == 1
    texts = sorted(json.loads(str(row[0]))["kind"] for row in _rows(store, "SELECT body FROM fact"))
    assert texts == ["test.noted", "test.noted"]
    assert _rows(store, "SELECT count(*) FROM test_sale") == [(0,)]
    assert _rows(store, "SELECT count(*) FROM cursor") == [(0,)]


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_comes_back_as_it_was(store: Store, text: str) -> None:
    [saved] = store.save(a_note(store, text, caller=text))
    kept = store.body(saved.id) or ""
    assert parse(kept).fields["text"] == text
    assert content_digest(kept) == bytes(
        _rows(store, f"SELECT content FROM fact WHERE id = '{saved.id}'")[0][0]  # type: ignore[arg-type]
    )
