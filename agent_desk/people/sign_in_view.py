"""The door: number and password, and what to do when nobody can check them now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Bar, Button, Card, Field, label

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desk.ui.typed_ahead import Key, TypedAhead

CARD_WIDTH = 400


@dataclass(frozen=True)
class Offer:
    """What the door says before anybody typed: the centre, and for practice a number that opens it."""

    centre: str
    seat: str = ""
    trial_number: str = ""
    trial_password: str = ""


class SignInView(Retranslates, QWidget):
    """One card in the middle. Enter goes from number to password to signing in."""

    sign_in_requested = Signal(str, str)
    """Number and password as typed."""
    unproven_requested = Signal(str, str, str)
    """Number, name and password of somebody whom nobody can check now."""
    another_centre_requested = Signal()

    def __init__(self, offer: Offer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offer = offer
        self._busy = False
        self._asked = ""
        self._ahead: TypedAhead | None = None
        self._advice: Callable[[], str] | None = None
        self._unproven = False
        self.number = QLineEdit()
        self.number.setInputMethodHints(Qt.InputMethodHint.ImhPreferLatin | Qt.InputMethodHint.ImhNoAutoUppercase)
        self.name = QLineEdit()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.number_field = Field("", self.number, below=False)
        self.name_field = Field("", self.name, below=False)
        self.password_field = Field("", self.password)
        self.enter_button = Button(kind="filled")
        dress(self.enter_button, big=True)
        self.unproven_button = Button(kind="quiet")
        self.centre_button = Button(kind="quiet")
        self.trial_button = Button(kind="quiet")
        self._title = label(role="title", wrap=True)
        self._where = label(role="body", tone="muted", wrap=True)
        self._hint = label(role="small", tone="muted", wrap=True)
        self._practice = label(role="small", tone="muted", wrap=True)
        self._practice.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.bar = Bar()
        self.bar.hide()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.number)
        self.retranslate()
        self._show_mode()

    def _lay_out(self) -> None:
        space = Theme.current().space
        self._card = card = Card()
        card.setFixedWidth(CARD_WIDTH)
        card.body.setContentsMargins(space.xl, space.xl, space.xl, space.l)
        card.add(self._title)
        card.add(self._where)
        card.body.addSpacing(4)
        card.add(self.bar)
        for field in (self.number_field, self.name_field, self.password_field):
            card.add(field)
        card.add(self.enter_button)
        card.add(self._hint)
        card.add(self._practice)
        card.add(self.trial_button)
        card.add(self.unproven_button)
        middle = QVBoxLayout()
        middle.addStretch(2)
        middle.addWidget(card)
        middle.addSpacing(space.s)
        middle.addWidget(self.centre_button, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(3)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(middle)
        row.addStretch(1)

    def _connect(self) -> None:
        self.number.returnPressed.connect(self._next_from_number)
        self.name.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._ask)
        self.password.installEventFilter(self)
        self.number.textEdited.connect(self._calm)
        self.password.textEdited.connect(self._calm)
        self.enter_button.clicked.connect(self._ask)
        self.unproven_button.clicked.connect(self._turn_unproven)
        self.trial_button.clicked.connect(self._fill_trial)
        self.centre_button.clicked.connect(self.another_centre_requested)

    # -- what it is told ------------------------------------------------------------------------

    def show_offer(self, offer: Offer) -> None:
        """The centre is known now."""
        self._offer = offer
        self.retranslate()
        self._show_mode()

    def refuse(self, sentence: str, *, may_go_unproven: bool = False) -> None:
        """Say why it did not work, and where nobody can check, offer to work all the same."""
        self.set_busy(busy=False)
        self._advice = None
        if self._ahead is not None:
            self._ahead.deleteLater()
            self._ahead = None
        self.bar.say(sentence, "danger" if not may_go_unproven else "warn")
        self.bar.show()
        self.unproven_button.setVisible(may_go_unproven or self._unproven)
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def welcome(self) -> None:
        """The password was taken, the rooms are being built: what is typed from now on is meant for them.

        Whoever is typing a password again goes on doing that: no part of it may appear in the open.
        """
        from agent_desk.ui.typed_ahead import TypedAhead

        if self.password.text() != self._asked:
            return
        self._ahead = TypedAhead(self)
        self._ahead.show()
        self._ahead.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def typed_ahead(self) -> tuple[Key, ...]:
        """What was typed since :meth:`welcome`."""
        return () if self._ahead is None else self._ahead.keys

    def advise(self, sentence: Callable[[], str], tone: str = "accent") -> None:
        """Say something that is no refusal ("signed out, 3 not on the hub"); asked again in another language."""
        self._advice = sentence
        self.bar.say(sentence(), tone)
        self.bar.show()

    def set_busy(self, *, busy: bool) -> None:
        """The hub is being asked: the button says so, typing stays possible."""
        self._busy = busy
        self.enter_button.setEnabled(not busy)
        self.retranslate()

    @property
    def is_unproven(self) -> bool:
        """Whether it asks for number and name in words."""
        return self._unproven

    # -- what a person does -----------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Caps lock shows itself by a capital letter typed without Shift."""
        if watched is self.password and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._look_at_caps(event)
        return super().eventFilter(watched, event)

    def _look_at_caps(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_CapsLock:
            self.password_field.set_hint("")
            return
        sign = event.text()
        if len(sign) != 1 or not sign.isalpha() or not sign.isascii():
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        caps = sign.isupper() != shift
        self.password_field.set_hint(self.tr("Caps Lock is on") if caps else "")

    def _next_from_number(self) -> None:
        target = self.name if self._unproven else self.password
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _calm(self) -> None:
        self.number_field.set_error(None)
        self.password_field.set_error(None)

    def _ask(self) -> None:
        if self._busy:
            return
        number, password = self.number.text().strip(), self.password.text()
        if not number:
            self.number.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self._unproven and not self.name.text().strip():
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not password:
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.set_busy(busy=True)
        self._asked = password
        if self._unproven:
            self.unproven_requested.emit(number, self.name.text().strip(), password)
        else:
            self.sign_in_requested.emit(number, password)

    def _turn_unproven(self) -> None:
        self._unproven = not self._unproven
        self.bar.hide()
        self._show_mode()
        self.retranslate()
        (self.name if self._unproven and self.number.text() else self.number).setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_trial(self) -> None:
        self.number.setText(self._offer.trial_number)
        self.password.setText(self._offer.trial_password)
        self.enter_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_mode(self) -> None:
        self.name_field.setVisible(self._unproven)
        self.unproven_button.setVisible(self._unproven)
        practising = bool(self._offer.trial_number) and not self._unproven
        self._practice.setVisible(practising)
        self.trial_button.setVisible(practising)
        self._hint.setVisible(self._unproven)

    def retranslate(self) -> None:
        """Say every word anew."""
        offer = self._offer
        self._title.setText(self.tr("Sign in without proof") if self._unproven else self.tr("Sign in"))
        self._where.setText(" · ".join(part for part in (offer.centre, offer.seat) if part))
        self._where.setVisible(bool(self._where.text()))
        self.number_field.set_label(self.tr("Staff number"))
        self.name_field.set_label(self.tr("Name"))
        self.password_field.set_label(self.tr("Password"))
        words = self.tr("Begin without proof") if self._unproven else self.tr("Sign in")
        self.enter_button.setText(self.tr("Checking …") if self._busy else words)
        self.unproven_button.setText(
            self.tr("Back to signing in") if self._unproven else self.tr("Begin without proof …")
        )
        self._hint.setText(
            self.tr(
                "Your number and name stand on the screen in words. What you write stays on this seat"
                " until you sign in with the hub in reach and confirm it as yours."
            )
        )
        self._practice.setText(
            self.tr("To practise: number {0}, password {1}.").format(offer.trial_number, offer.trial_password)
        )
        self.trial_button.setText(self.tr("Fill both in"))
        if self._advice is not None:
            self.bar.say(self._advice(), self.bar.tone)
        self.centre_button.setText(self.tr("Another centre …"))
        self.setAccessibleName(self._title.text())
