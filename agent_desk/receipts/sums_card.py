"""The right side of the receipt form: what it comes to, in figures, in capitals, and why."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from agent_desk.base.errors import DeskError
from agent_desk.base.money import Fen, capitals, figures
from agent_desk.receipts.draft import Reckoned
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Card, Divider, label


class SumsCard(Retranslates, Card):
    """Subtotal, the surcharge as a sentence, the total large with its capitals under it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._reckoned: Reckoned | None = None
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        self._subtotal_name = label(tone="muted")
        self._subtotal = label(figures=True)
        self._surcharge_name = label(tone="muted")
        self._surcharge = label(figures=True)
        self._reason = label(role="small", tone="muted", wrap=True)
        self._total_name = label(role="label")
        self._total = label(role="timer")
        self._capitals = label(role="strong", wrap=True)
        self._capitals.setMinimumHeight(2 * self._capitals.fontMetrics().lineSpacing())
        self._capitals.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._reason.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._reason.setMinimumHeight(2 * self._reason.fontMetrics().lineSpacing())
        self._reason.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(1, 96)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.addWidget(self._subtotal_name, 0, 0)
        grid.addWidget(self._subtotal, 0, 1, right)
        grid.addWidget(self._surcharge_name, 1, 0)
        grid.addWidget(self._surcharge, 1, 1, right)
        grid.addWidget(self._reason, 2, 0, 1, 2)
        self.body.addLayout(grid)
        self.add(Divider())
        self.add(self._total_name)
        self.add(self._total)
        self.add(self._capitals)
        self.retranslate()

    @property
    def told(self) -> tuple[str, str, str]:
        """Total, capitals and the reason of the surcharge, as shown."""
        return self._total.text(), self._capitals.text(), self._reason.text()

    def show_sums(self, reckoned: Reckoned) -> None:
        """Show what a draft comes to."""
        self._reckoned = reckoned
        self._subtotal.setText(figures(Fen(reckoned.subtotal)))
        reasons = "; ".join(charge.sentence for charge in reckoned.charges)
        self._reason.setText(reasons or self.tr("No surcharge on this kind"))
        self._surcharge.setText(figures(Fen(reckoned.surcharge_total)))
        self._total.setText(figures(Fen(reckoned.total)))
        self._total.setAccessibleName(f"{self._total_name.text()} {self._total.text()}")
        try:
            self._capitals.setText(capitals(Fen(reckoned.total)))
        except DeskError:
            self._capitals.setText("")  # beyond what capitals can name; the lines say so in words

    def retranslate(self) -> None:
        """The names of the figures; the reasons come with the next sums."""
        self._subtotal_name.setText(self.tr("Subtotal"))
        self._surcharge_name.setText(self.tr("Surcharge"))
        self._total_name.setText(self.tr("Total to pay"))
        if self._reckoned is not None:
            self.show_sums(self._reckoned)
