"""The calm page after an unexpected fault: what happened, why nothing is lost, and three ways on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from agent_desk.ui.crash import CrashReport
from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets.buttons import Button
from agent_desk.ui.widgets.card import label


class CrashPage(Retranslates, QDialog):
    """Not modal: a ringing call can still be answered while it is open."""

    def __init__(self, report: CrashReport, restart: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report, self._copied = report, False
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 230)
        space = Theme.current().space
        self._picture = QLabel()
        self._picture.setPixmap(Icons.current().pixmap("shield", "accent", 32, self.devicePixelRatioF(), filled=True))
        self._title, self._safe, self._next = (
            label(role="section", wrap=True),
            label(wrap=True),
            label(tone="muted", wrap=True),
        )
        self.details = QPlainTextEdit(report.text())
        self.details.setReadOnly(True)
        self.details.hide()
        self.continue_button, self.restart_button = Button(kind="filled"), Button(icon="reset")
        self.copy_button, self.details_button = Button(kind="quiet", icon="copy"), Button(kind="quiet")
        self._lay_out(space.xl, space.m, space.s)
        self.continue_button.clicked.connect(self.accept)
        self.continue_button.setDefault(True)
        self.restart_button.clicked.connect(lambda: restart())
        self.copy_button.clicked.connect(self._copy)
        self.details_button.clicked.connect(self._toggle_details)
        self.retranslate()

    def _lay_out(self, margin: int, gap: int, small: int) -> None:
        """Picture and words, then the report on request, then the ways on."""
        head = QHBoxLayout()
        head.setSpacing(gap)
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(small)
        for text in (self._title, self._safe, self._next):
            words.addWidget(text)
        head.addLayout(words, 1)
        foot = QHBoxLayout()
        foot.setSpacing(small)
        for widget in (self.details_button, self.copy_button):
            foot.addWidget(widget)
        foot.addStretch()
        for widget in (self.restart_button, self.continue_button):
            foot.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(margin, margin, margin, gap)
        column.setSpacing(gap)
        column.addLayout(head)
        column.addWidget(self.details, 1)
        column.addStretch()
        column.addLayout(foot)

    def retranslate(self) -> None:
        """All words of the page."""
        self.setWindowTitle(self.tr("Agent Desk met a fault"))
        self._title.setText(self.tr("Something in the desk failed. Your work is safe."))
        self._safe.setText(
            self.tr(
                'Everything you saved was written to this seat\'s disk before the desk said "saved". Drafts are kept as you type.'
            )
        )
        self._next.setText(
            self.tr("You can go on working. If it happens again, restart the desk and give the report to IT.")
        )
        self.continue_button.setText(self.tr("Go on working"))
        self.restart_button.setText(self.tr("Restart the desk"))
        self.copy_button.setText(self.tr("Copied") if self._copied else self.tr("Copy report"))
        self.details_button.setText(self.tr("Hide report") if self.details.isVisible() else self.tr("Show report"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report.text())
        self._copied = True
        self.retranslate()

    def _toggle_details(self) -> None:
        self.details.setVisible(not self.details.isVisible())
        self.resize(self.width(), 460 if self.details.isVisible() else 230)
        self.retranslate()
