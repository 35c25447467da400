"""What a durable save costs above what the database itself costs."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from agent_desk.storage import cipher
from tests.bench.measure import Ratio, against, milliseconds, report
from tests.factory import a_catalogue, a_sale, a_store

pytestmark = pytest.mark.bench


def test_saving_costs_little_above_a_bare_commit(tmp_path: Path) -> None:
    key = secrets.token_bytes(32)
    store = a_store(tmp_path, key=key)
    [saved] = store.save(a_sale(store))
    one_row = cipher.connect(tmp_path / "bare.store", key)
    one_row.execute("CREATE TABLE kept (text TEXT)")
    text = (store.body(saved.id) or "") + "x" * 400  # the body, its link, its personal values
    rows = _SameRows(tmp_path, key)

    def one() -> None:
        one_row.execute("BEGIN IMMEDIATE")
        one_row.execute("INSERT INTO kept VALUES (?)", (text,))
        one_row.execute("COMMIT")

    def save() -> None:
        store.save(a_sale(store))

    report(
        against("durable save of a receipt", save, "the same rows by bare SQLCipher", rows.write, bar=2.0, turns=300),
        against("durable save of a receipt", save, "the same bytes in one row", one, bar=4.0, turns=300),
    )
    one_row.close()
    rows.close()
    store.close()


class _SameRows:
    """The same rows into the same tables, without anything that makes or checks them."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._store = a_store(folder, key=key, name="rows.store", catalogue=a_catalogue())
        self._number = 0
        with self._store.writing() as writing:
            statements: list[tuple[str, tuple[object, ...]]] = []
            raw = writing.connection.raw
            [saved] = [writing.add(a_sale(self._store))]
            for table in ("journal", "fact", "personal", "test_sale", "test_line"):
                column = "id" if table == "fact" else "fact"
                cursor = raw.execute(f"SELECT * FROM {table} WHERE {column} = ?", (saved.id,))
                names = [one[0] for one in cursor.description]
                for row in cursor.fetchall():
                    marks = ",".join("?" * len(row))
                    statements.append((f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})", tuple(row)))
        self._statements = statements
        self._saved = saved
        self._store.close()
        self._raw = cipher.connect(folder / "rows.store", key)

    def write(self) -> None:
        """Write the rows again under a new id, in one commit."""
        self._number += 1
        fact = f"{self._saved.id[:-6]}{self._number:06}"
        self._raw.execute("BEGIN IMMEDIATE")
        for sql, row in self._statements:
            new = [fact if value == self._saved.id else value for value in row]
            if sql.startswith("INSERT INTO journal"):
                new[1] = self._saved.seq + self._number
            self._raw.execute(sql, new)
        self._raw.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._raw.close()


def test_opening_with_the_raw_key_is_quick(tmp_path: Path) -> None:
    key = secrets.token_bytes(32)
    a_store(tmp_path, key=key).close()

    def open_raw() -> None:
        cipher.connect(tmp_path / "8012.store", key).close()

    times = sorted(milliseconds(open_raw) for _ in range(50))
    report(Ratio("open with the raw key", "5 ms", times[25], 5.0, 1.0, 50))
