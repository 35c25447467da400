"""What hands type before the room they type for is there: kept in order, and given to it when it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_CHORDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_GOING_ON = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Backspace})


@dataclass(frozen=True)
class Key:
    """One key stroke: Qt's number of the key, what was held with it, and the sign it writes."""

    key: int
    held: Qt.KeyboardModifier
    text: str


def key_of(event: QKeyEvent) -> Key | None:
    """The key of a press that writes or goes on to another field; ``None`` for chords and all others."""
    if event.modifiers() & _CHORDS or not ((event.text().isprintable() and event.text()) or event.key() in _GOING_ON):
        return None
    return Key(event.key(), event.modifiers(), event.text())


class TypedAhead(QWidget):
    """Has the keyboard while rooms are being built, and remembers what is typed.

    It takes no input method: signs that are being composed stay with the input method until a field takes them.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.resize(1, 1)
        self._keys: list[Key] = []

    @property
    def keys(self) -> tuple[Key, ...]:
        """What was typed, in order."""
        return tuple(self._keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """One more; a chord goes its usual way. A second Enter for the password begins nothing."""
        key = key_of(event)
        if key is None:
            super().keyPressEvent(event)
        elif self._keys or key.text.strip():
            self._keys.append(key)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's name
        """Tab belongs to what is typed."""
        del next
        return False


def type_again(keys: Sequence[Key]) -> None:
    """Press them one after the other wherever the keyboard is then, as the hands did."""
    for key in keys:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            target = QApplication.focusWidget()
            if target is not None:
                QApplication.sendEvent(target, QKeyEvent(kind, key.key, key.held, key.text))
