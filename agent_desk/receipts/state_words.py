"""Where a receipt stands, as people read it: a word, a shape, a tone."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.receipts.model import State
from agent_desk.ui.widgets import Shape

STATE_LOOKS: Final[dict[State, tuple[str, Shape]]] = {
    State.HERE: ("warn", Shape.UP),
    State.ON_HUB: ("ok", Shape.DOT),
    State.HELD: ("warn", Shape.BARS),
    State.CONFLICT: ("danger", Shape.CROSS),
    State.DISPUTED: ("danger", Shape.TRIANGLE),
    State.VOID: ("muted", Shape.DASH),
}
STATE_WORDS: Final[dict[State, str]] = {
    State.HERE: QT_TRANSLATE_NOOP("ReceiptState", "Here, not yet on the hub"),
    State.ON_HUB: QT_TRANSLATE_NOOP("ReceiptState", "On the hub"),
    State.HELD: QT_TRANSLATE_NOOP("ReceiptState", "Held"),
    State.CONFLICT: QT_TRANSLATE_NOOP("ReceiptState", "Conflict"),
    State.DISPUTED: QT_TRANSLATE_NOOP("ReceiptState", "Number disputed"),
    State.VOID: QT_TRANSLATE_NOOP("ReceiptState", "Void"),
}


def state_word(state: State) -> str:
    """The word in the language in force."""
    return QCoreApplication.translate("ReceiptState", STATE_WORDS[state])
