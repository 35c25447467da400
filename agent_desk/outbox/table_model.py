"""The rows of the outbox page: changed in place, so that a selection and the eye stay where they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agent_desk.outbox.model import Entry

Index = QModelIndex | QPersistentModelIndex
WHAT, WHEN, SINCE, WHY = range(4)


class OutboxTableModel(QAbstractTableModel):
    """One row an entry. ``words`` answers the text of a cell, ``heads`` the titles of the columns."""

    def __init__(
        self,
        words: Callable[[Entry, int], str],
        heads: Callable[[], Sequence[str]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._words = words
        self._heads = heads
        self._texts: dict[tuple[tuple[str, str], int], str] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """One row an entry."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """What, when, since, why."""
        return 0 if parent.isValid() else len(self._heads())

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a cell."""
        if not index.isValid() or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        entry = self._entries[index.row()]
        slot = (entry.key, index.column())
        if slot not in self._texts:
            self._texts[slot] = self._words(entry, index.column())
        return self._texts[slot]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads()[section]
        return None

    def entry(self, row: int) -> Entry:
        """The entry of a row."""
        return self._entries[row]

    def say_anew(self) -> None:
        """The language or the state of the link has changed: word every cell again."""
        self._texts.clear()
        if self._entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._entries) - 1, self.columnCount() - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def tell(self, entries: Sequence[Entry]) -> None:
        """Show these entries: rows that stay are not touched, gone ones leave, new ones come in their place."""
        keep = {one.key for one in entries}
        self._remove_gone(keep)
        known = {one.key for one in self._entries}
        if [one.key for one in self._entries] != [one.key for one in entries if one.key in known]:
            self._begin_anew(entries)
            return
        self._insert_new(entries, known)
        self._change_changed(entries)

    def _remove_gone(self, keep: set[tuple[str, str]]) -> None:
        """From the end, whole runs at a time."""
        row = len(self._entries) - 1
        while row >= 0:
            if self._entries[row].key in keep:
                row -= 1
                continue
            last = row
            while row > 0 and self._entries[row - 1].key not in keep:
                row -= 1
            self.beginRemoveRows(QModelIndex(), row, last)
            for gone in self._entries[row : last + 1]:
                for column in range(self.columnCount()):
                    self._texts.pop((gone.key, column), None)
            del self._entries[row : last + 1]
            self.endRemoveRows()
            row -= 1

    def _insert_new(self, entries: Sequence[Entry], known: set[tuple[str, str]]) -> None:
        row = 0
        while row < len(entries):
            if entries[row].key in known:
                row += 1
                continue
            last = row
            while last + 1 < len(entries) and entries[last + 1].key not in known:
                last += 1
            self.beginInsertRows(QModelIndex(), row, last)
            self._entries[row:row] = entries[row : last + 1]
            self.endInsertRows()
            row = last + 1

    def _change_changed(self, entries: Sequence[Entry]) -> None:
        for row, (old, new) in enumerate(zip(self._entries, entries, strict=True)):
            if old != new:
                self._entries[row] = new
                for column in range(self.columnCount()):
                    self._texts.pop((new.key, column), None)
                self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    def _begin_anew(self, entries: Sequence[Entry]) -> None:
        """The order itself has changed, which is rare: begin anew."""
        self.beginResetModel()
        self._entries = list(entries)
        self._texts.clear()
        self.endResetModel()
