"""A page of pulled facts is taken as one fact after another would be, and nothing in it can block the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.base.ids import FactId, OriginId
from agent_desk.facts.body import content_digest
from agent_desk.facts.hub_kinds import HUB_STAFF
from agent_desk.facts.link import FIRST_PREV, make_link
from agent_desk.storage.store import Arrived, Store
from tests.factory import a_note, a_sale, a_store, a_uuid


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = a_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def colleague(tmp_path: Path) -> Iterator[Store]:
    opened = a_store(tmp_path, name="8013.store")
    yield opened
    opened.close()


def written(source: Store) -> list[Arrived]:
    """Everything a colleague wrote, as the hub hands it on."""
    [own] = source.origins()
    return [Arrived(link, text, personal, "accepted", "", 1) for link, text, personal in source.pending(own.origin, 0)]


def arrived(text: str, fact: str, kind: str, *, seq: int = 1) -> Arrived:
    """Any text under any name, its link in order: what a forged client can bring about."""
    link = make_link(OriginId(a_uuid()), seq, FIRST_PREV, FactId(fact), content_digest(text), kind, b"k" * 32)
    return Arrived(link, text, (), "held", "unreadable", 1)


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql).fetchall()]


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, but for when they were stored here."""
    told = {name: rows(store, f"SELECT * FROM {name} ORDER BY 1, 2") for name in (*store.projector.tables, "journal")}
    told["fact"] = rows(
        store, "SELECT id, kind, grp, author, subject, happened, content, body, far FROM fact ORDER BY 1"
    )
    told["standing"] = rows(store, "SELECT fact, verdict, reason, hub_us FROM standing ORDER BY 1")
    told["personal"] = rows(store, "SELECT * FROM personal ORDER BY 1, 2")
    return told


def test_a_page_and_the_same_facts_one_by_one_leave_the_same_rows(
    store: Store, colleague: Store, tmp_path: Path
) -> None:
    for number in range(20):
        colleague.save(a_sale(colleague, f"{number:06}"), a_note(colleague, caller="王芳"))
    page = written(colleague)
    singly = a_store(tmp_path, name="8014.store")
    with store.writing() as writing:
        assert writing.take(*page[:30]) == 30
        assert writing.take(*page, *page[:5]) == 10  # some are here, some stand twice in the page
    with singly.writing() as writing:
        assert [writing.take(one) for one in (*page, *page)] == [1] * 40 + [0] * 40
    assert everything(store) == everything(singly)
    assert len(rows(store, "SELECT 1 FROM test_line")) == 40
    singly.close()


def test_the_last_word_on_a_fact_counts_wherever_it_stands_in_a_page(store: Store, colleague: Store) -> None:
    colleague.save(a_note(colleague))
    [note] = written(colleague)
    told = json.loads(note.body) | {
        "id": a_uuid(), "kind": "hub.verdict", "author": HUB_STAFF, "personal": {},
        "fields": {"about": note.link.fact, "origin": note.link.origin, "seq": 1, "verdict": "held", "reason": "role"},
    }  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    verdict = replace(arrived(text, told["id"], "hub.verdict"), standing="accepted", reason="")
    with store.writing() as writing:
        writing.take(note, verdict)
    assert rows(store, f"SELECT verdict FROM standing WHERE fact = '{note.link.fact}'") == [("held",)]
    with store.writing() as writing:
        writing.take(verdict, note)  # the hub hands the fact on with its standing as of then
    assert rows(store, f"SELECT verdict FROM standing WHERE fact = '{note.link.fact}'") == [("accepted",)]


def test_a_body_that_takes_another_facts_name_blocks_nothing(store: Store, colleague: Store) -> None:
    """A forged client can have the hub keep such a body; seats that may read it must still go on pulling."""
    colleague.save(a_sale(colleague), a_note(colleague))
    sale, note = written(colleague)
    forged = arrived(sale.body, a_uuid(), sale.link.kind)
    renamed = arrived(note.body, a_uuid(), "test.sold")
    with store.writing() as writing:
        assert writing.take(sale, forged, renamed, note) == 4
    assert rows(store, "SELECT count(*) FROM test_sale") == [(1,)]
    kept = dict(rows(store, "SELECT id, grp FROM fact"))
    assert kept[forged.link.fact] == kept[renamed.link.fact] == "*"
    assert kept[sale.link.fact] == kept[note.link.fact] == "A"


def test_what_was_not_believed_when_it_came_is_not_believed_when_tables_are_made_again(
    store: Store, colleague: Store
) -> None:
    """Neither a colleague's body that speaks for the hub, nor one under another fact's name."""
    colleague.save(a_sale(colleague))
    [sale] = written(colleague)
    fields = {"staff": a_uuid(), "number": "8005", "name": "x", "active": True, "grants": []}
    told = json.loads(sale.body) | {"id": a_uuid(), "kind": "hub.staff_set", "fields": fields}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    with store.writing() as writing:
        writing.take(sale, arrived(text, told["id"], "hub.staff_set"), arrived(sale.body, a_uuid(), "test.sold"))
    before = everything(store)
    assert before["staff_set"] == []
    assert len(before["test_sale"]) == 1
    store.rebuild()
    assert everything(store) == before
    with colleague.writing() as writing:  # the same words from the hub itself are believed: the control
        text = text.replace(str(told["author"]), HUB_STAFF)
        writing.take(replace(arrived(text, told["id"], "hub.staff_set"), standing="accepted"))
    assert len(rows(colleague, "SELECT * FROM staff_set")) == 1
    colleague.rebuild()
    assert len(rows(colleague, "SELECT * FROM staff_set")) == 1
