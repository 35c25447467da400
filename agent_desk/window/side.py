"""The context column: what belongs to the page in front. It folds to a strip where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import dress
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import IconButton

WIDTH = 280
STRIP = 40
NARROW = 1200
"""px of window width below which the column folds by itself."""


class SideColumn(Retranslates, QFrame):
    """One panel a page. Hidden while the page in front has none."""

    folded_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        dress(self, role="surface")
        self.setObjectName("side")
        self._folded = False
        self._narrow = False
        self._wanted: bool | None = None
        self._panels: dict[str, QWidget] = {}
        self._stack = QStackedWidget(self)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._stack)
        self.fold_button = IconButton("fold_panel", "", parent=self)
        self.fold_button.clicked.connect(self.toggle)
        self._line = QFrame(self)
        dress(self._line, role="divider", upright=True)
        head = QHBoxLayout()
        head.setContentsMargins(4, 4, 4, 0)
        head.addStretch(1)
        head.addWidget(self.fold_button)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        column.addStretch(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._line)
        row.addLayout(column, 1)
        self._apply()
        self.hide()
        self.retranslate()

    def add(self, place: str, panel: QWidget) -> None:
        """The panel of a page."""
        self._panels[place] = panel
        self._stack.addWidget(panel)

    def clear(self) -> None:
        """Nobody is signed in: take every panel away."""
        for panel in self._panels.values():
            self._stack.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
        self._panels.clear()
        self.hide()

    def bring_forward(self, place: str) -> None:
        """Show the panel of the page in front, or nothing."""
        panel = self._panels.get(place)
        self.setVisible(panel is not None)
        if panel is not None:
            self._stack.setCurrentWidget(panel)

    @property
    def is_folded(self) -> bool:
        """Whether only the strip is shown."""
        return self._folded

    def fit(self, window_width: int) -> None:
        """Fold where the window is narrow, unless the person wanted otherwise since it became so."""
        narrow = window_width < NARROW
        if narrow != self._narrow:
            self._narrow, self._wanted = narrow, None
            self._apply()

    def toggle(self) -> None:
        """Fold or unfold, by the person's wish."""
        self._wanted = not self._folded
        self._apply()

    def _apply(self) -> None:
        folded = self._narrow if self._wanted is None else self._wanted
        changed, self._folded = folded != self._folded, folded
        self.setFixedWidth(STRIP if folded else WIDTH)
        self._scroll.setVisible(not folded)
        if changed:
            self.folded_changed.emit(folded)
        self.retranslate()

    def retranslate(self) -> None:
        """The button says what pressing it does."""
        self.setAccessibleName(self.tr("Beside the page"))
        self.fold_button.set_meaning(self.tr("Unfold the panel") if self._folded else self.tr("Fold the panel away"))
        Icons.current().put(self.fold_button, "chevron_left" if self._folded else "fold_panel", "muted")
