"""The rows change in place: whatever comes and goes, the model ends equal to the list and says how."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from agent_desk.base.ids import FactId
from agent_desk.outbox.model import Entry, Standing
from agent_desk.outbox.table_model import OutboxTableModel


def entries(numbers: Sequence[int]) -> list[Entry]:
    return [Entry(FactId(str(number)), "test.noted", Standing.UNSENT, number, number) for number in numbers]


def model() -> OutboxTableModel:
    return OutboxTableModel(lambda entry, column: f"{entry.fact}/{column}", lambda: ("a", "b"))


sorted_numbers = st.sets(st.integers(0, 40)).map(sorted)


@settings(deadline=None, max_examples=150)
@given(before=sorted_numbers, after=sorted_numbers, held=st.integers(0, 40))
def test_after_any_change_the_rows_are_the_list_and_a_kept_row_is_still_itself(
    qapp: object, before: list[int], after: list[int], held: int
) -> None:
    shown = model()
    tester = QAbstractItemModelTester(shown, QAbstractItemModelTester.FailureReportingMode.Fatal)
    shown.tell(entries(before))
    kept: QPersistentModelIndex | None = None
    if held in before:
        kept = QPersistentModelIndex(shown.index(before.index(held), 0))
    resets: list[bool] = []
    shown.modelReset.connect(lambda: resets.append(True))
    shown.tell(entries(after))
    assert [shown.data(shown.index(row, 0)) for row in range(shown.rowCount())] == [f"{one}/0" for one in after]
    assert resets == []
    if kept is not None:
        assert kept.isValid() == (held in after)
        if kept.isValid():
            assert QModelIndex(kept).row() == after.index(held)
    tester.deleteLater()
    shown.deleteLater()
