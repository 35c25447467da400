"""The first page on a new seat: practise in the trial centre, or join a centre with its seat file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Bar, Button, Card, Field, label

WIDEST = 820


@dataclass(frozen=True)
class Joining:
    """What a seat file says, as the person may correct it before joining."""

    centre: str
    host: str
    port: int
    certificate: str
    """A file; empty for the one inside the seat file, or for the system's where there is none inside."""
    seat: str
    seat_name: str
    inside: bool = False
    """The seat file carries the certificate itself."""


class FirstRunView(Retranslates, QWidget):
    """Two cards side by side: the quick way and the real way. Refusals are sentences above them."""

    trial_requested = Signal()
    file_chosen = Signal(str)
    """The path of a seat file."""
    text_pasted = Signal(str)
    """The text of a seat file."""
    join_requested = Signal(object)
    """A :class:`Joining`: the person has looked at it and wants it."""
    back_requested = Signal()

    def __init__(self, *, may_go_back: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inside = False
        self._title = label(role="title")
        self._lead = label(role="body", tone="muted", wrap=True)
        self.bar = Bar()
        self.bar.hide()
        self.trial_button = Button(kind="filled")
        self.file_button = Button(icon="folder")
        self.paste = QPlainTextEdit()
        self.paste.setTabChangesFocus(True)
        self.paste.setFixedHeight(104)
        self.read_button = Button()
        self.back_button = Button(kind="quiet")
        self.back_button.setVisible(may_go_back)
        self.centre = label(role="strong", wrap=True)
        self.host = QLineEdit()
        self.port = QLineEdit()
        self.certificate = QLineEdit()
        self.certificate_button = Button()
        self.seat = QLineEdit()
        self.seat_name = QLineEdit()
        self.join_button = Button(kind="filled")
        self.again_button = Button()
        self._trial_words = label(wrap=True, tone="muted")
        self._join_words = label(wrap=True, tone="muted")
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.trial_button)
        self.retranslate()

    def _lay_out(self) -> None:
        space = Theme.current().space
        self._trial_card, self._join_card = Card(" "), Card(" ")
        self._trial_card.add(self._trial_words)
        self._trial_card.body.addStretch(1)
        self._trial_card.add(self.trial_button)
        self._join_card.add(self._join_words)
        self._steps = QStackedWidget()
        self._steps.addWidget(self._choosing())
        self._steps.addWidget(self._looking())
        self._join_card.add(self._steps, 1)
        self._trial_card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        cards = QHBoxLayout()
        cards.setSpacing(space.l)
        cards.addWidget(self._trial_card, 2)
        cards.addWidget(self._join_card, 3)
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        column = QVBoxLayout(inside)
        column.setSpacing(space.m)
        for widget in (self._title, self._lead, self.bar):
            column.addWidget(widget)
        column.addSpacing(space.s)
        column.addLayout(cards)
        column.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignHCenter)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inside, 20)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(3)

    def _choosing(self) -> QWidget:
        page = QWidget()
        self._or = label(role="label")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Theme.current().space.s)
        column.addWidget(self.file_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._or)
        column.addWidget(self.paste)
        column.addWidget(self.read_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return page

    def _looking(self) -> QWidget:
        page = QWidget()
        self._centre_field = label(role="label")
        self._fields = {
            "host": Field("", self._with_port(), below=False),
            "certificate": Field("", self._with_button(), below=False),
            "seat": Field("", self.seat, below=False),
            "seat_name": Field("", self.seat_name, below=False),
        }
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Theme.current().space.s)
        column.addWidget(self._centre_field)
        column.addWidget(self.centre)
        column.addWidget(self._fields["host"])
        column.addWidget(self._fields["certificate"])
        seats = QHBoxLayout()
        seats.addWidget(self._fields["seat"], 1)
        seats.addWidget(self._fields["seat_name"], 2)
        column.addLayout(seats)
        column.addSpacing(4)
        buttons = QHBoxLayout()
        buttons.addWidget(self.again_button)
        buttons.addStretch(1)
        buttons.addWidget(self.join_button)
        column.addLayout(buttons)
        return page

    def _with_port(self) -> QWidget:
        both = QWidget()
        self.port.setMaximumWidth(88)
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.host, 1)
        row.addWidget(self.port)
        both.setFocusProxy(self.host)
        return both

    def _with_button(self) -> QWidget:
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.certificate, 1)
        row.addWidget(self.certificate_button)
        both.setFocusProxy(self.certificate)
        return both

    def _connect(self) -> None:
        self.trial_button.clicked.connect(self.trial_requested)
        self.file_button.clicked.connect(self._choose_file)
        self.certificate_button.clicked.connect(self._choose_certificate)
        self.read_button.clicked.connect(lambda: self.text_pasted.emit(self.paste.toPlainText()))
        self.again_button.clicked.connect(self._begin_again)
        self.join_button.clicked.connect(self._join)
        self.back_button.clicked.connect(self.back_requested)
        self.paste.textChanged.connect(self._show_readable)
        self._show_readable()

    # -- what it is told ---------------------------------------------------------------------------

    def show_joining(self, joining: Joining) -> None:
        """A seat file was read: show what it says and let it be corrected."""
        self.bar.hide()
        self.centre.setText(joining.centre)
        self.host.setText(joining.host)
        self.port.setText(str(joining.port))
        self._inside = joining.inside
        self.certificate.setText(joining.certificate)
        self.seat.setText(joining.seat)
        self.seat_name.setText(joining.seat_name)
        self._steps.setCurrentIndex(1)
        self.trial_button.set_kind("plain")
        self.retranslate()
        (self.seat if not joining.seat else self.join_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, sentence: str) -> None:
        """Say why it cannot be."""
        self.bar.say(sentence, "danger")
        self.bar.show()

    # -- what a person does --------------------------------------------------------------------------

    def _join(self) -> None:
        port = self.port.text().strip()
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            self.refuse(self.tr("The port is a number from 1 to 65535; PostgreSQL's own is 5432."))
            self.port.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.join_requested.emit(
            Joining(
                self.centre.text(), self.host.text().strip(), int(port), self.certificate.text().strip(),
                self.seat.text().strip(), self.seat_name.text().strip(), self._inside,
            )
        )  # fmt: skip

    def _begin_again(self) -> None:
        self.bar.hide()
        self._steps.setCurrentIndex(0)
        self.trial_button.set_kind("filled")
        self.file_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_file(self) -> None:
        self._open_dialog(self.tr("Choose the seat file"), self.tr("Seat files (*.toml)"), self.file_chosen.emit)

    def _choose_certificate(self) -> None:
        self._open_dialog(
            self.tr("Choose the hub's certificate"),
            self.tr("Certificates (*.pem *.crt *.cer)"),
            self.certificate.setText,
        )

    def _open_dialog(self, title: str, kinds: str, then: Callable[[str], object]) -> None:
        """Opened, never waited for."""
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([kinds, self.tr("All files (*)")])
        dialog.fileSelected.connect(then)
        dialog.open()

    def _show_readable(self) -> None:
        self.read_button.setEnabled(bool(self.paste.toPlainText().strip()))

    def retranslate(self) -> None:
        """Say every word anew."""
        self._title.setText(self.tr("Welcome to Agent Desk"))
        self._lead.setText(
            self.tr(
                "This seat belongs to no centre yet. Practise first, or join your centre; both can be changed later."
            )
        )
        self._trial_card.set_title(self.tr("Trial centre"))
        self._trial_words.setText(
            self.tr(
                "An invented exhibition centre with a price list, a book of receipts and one colleague."
                " Everything stays on this machine; nothing can go wrong here."
            )
        )
        self.trial_button.setText(self.tr("Open the trial centre"))
        self._join_card.set_title(self.tr("Join a centre"))
        self._join_words.setText(
            self.tr(
                "IT gives each seat a small file: the hub's address, its certificate and the seat's name. No password is in it."
            )
        )
        self.file_button.setText(self.tr("Choose the seat file …"))
        self._or.setText(self.tr("or paste its text"))
        self.paste.setAccessibleName(self.tr("Text of the seat file"))
        self.paste.setPlaceholderText("[centre]\nid = …\n[hub]\nhost = …")
        self.read_button.setText(self.tr("Read the text"))
        self._centre_field.setText(self.tr("Centre"))
        self._fields["host"].set_label(self.tr("Hub: host and port"))
        self.host.setAccessibleName(self.tr("Host of the hub"))
        self.port.setAccessibleName(self.tr("Port of the hub"))
        self._fields["certificate"].set_label(self.tr("Certificate"))
        self.certificate.setAccessibleName(self.tr("Certificate of the hub"))
        self.certificate.setPlaceholderText(
            self.tr("as in the seat file") if self._inside else self.tr("empty: the system's own")
        )
        self.certificate_button.setText(self.tr("Choose …"))
        self._fields["seat"].set_label(self.tr("Seat number"))
        self._fields["seat_name"].set_label(self.tr("Seat name"))
        self.again_button.setText(self.tr("Another file"))
        self.join_button.setText(self.tr("Join this centre"))
        self.back_button.setText(self.tr("Back to signing in"))
        self.setAccessibleName(self._title.text())
