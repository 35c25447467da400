"""What the window declares: its settings and its actions, drawn by the dialog, the sheet and the keyboard."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.settings.declared import Setting
from agent_desk.ui.actions import ActionSpec

SYSTEM: Final = "system"

LANGUAGE: Final = Setting(
    "window.language",
    str,
    SYSTEM,
    QT_TRANSLATE_NOOP("Setting", "Language"),
    QT_TRANSLATE_NOOP("Setting", "Look and language"),
    QT_TRANSLATE_NOOP("Setting", "In force at once, in every open window."),
    choices=(
        (SYSTEM, QT_TRANSLATE_NOOP("Setting", "As the system")),
        ("zh_CN", QT_TRANSLATE_NOOP("Setting", "Chinese")),
        ("en", QT_TRANSLATE_NOOP("Setting", "English")),
    ),
)
THEME: Final = Setting(
    "window.theme",
    str,
    SYSTEM,
    QT_TRANSLATE_NOOP("Setting", "Light or dark"),
    QT_TRANSLATE_NOOP("Setting", "Look and language"),
    choices=(
        (SYSTEM, QT_TRANSLATE_NOOP("Setting", "As the system")),
        ("light", QT_TRANSLATE_NOOP("Setting", "Light")),
        ("dark", QT_TRANSLATE_NOOP("Setting", "Dark")),
    ),
)
WINDOW_SETTINGS: Final = (LANGUAGE, THEME)

WINDOW_ACTIONS: Final = (
    ActionSpec("window.try_now", QT_TRANSLATE_NOOP("ActionSpec", "Try to reach the hub now"), "refresh", "F5"),
    ActionSpec("window.settings", QT_TRANSLATE_NOOP("ActionSpec", "Settings"), "settings", "Ctrl+,"),
    ActionSpec("window.shortcuts", QT_TRANSLATE_NOOP("ActionSpec", "Keyboard shortcuts"), "keyboard", "F1"),
    ActionSpec("window.theme", QT_TRANSLATE_NOOP("ActionSpec", "Light or dark"), "moon", "Ctrl+Alt+T"),
    ActionSpec("window.language", QT_TRANSLATE_NOOP("ActionSpec", "Chinese or English"), "language", "Ctrl+Alt+L"),
    ActionSpec("window.side", QT_TRANSLATE_NOOP("ActionSpec", "Fold or unfold the side panel"), "fold_panel", "F6"),
    ActionSpec("window.lock", QT_TRANSLATE_NOOP("ActionSpec", "Lock the seat"), "lock", "Ctrl+Alt+K"),
    ActionSpec("window.sign_out", QT_TRANSLATE_NOOP("ActionSpec", "Sign out"), "sign_out", "Ctrl+Alt+Q"),
)
ALLOWED_WHILE_LOCKED: Final = frozenset({"window.theme", "window.language"})
ALLOWED_AT_DOOR: Final = ALLOWED_WHILE_LOCKED | {"window.settings", "window.shortcuts"}

TODAY_ID: Final = "today"
TODAY_TITLE: Final = QT_TRANSLATE_NOOP("Capability", "Today")


class GoSpec(ActionSpec):
    """Going to a place: worded like the rail, Alt+digit by its position."""

    __slots__ = ()

    def words(self) -> str:
        """The place's own word."""
        return QCoreApplication.translate("Capability", self.text)


def go_specs(places: list[tuple[str, str, str]]) -> list[GoSpec]:
    """An action for each place: id, title and icon, in the order of the rail."""
    return [
        GoSpec(f"go.{place}", title, icon, f"Alt+{at}" if at <= 9 else "")
        for at, (place, title, icon) in enumerate(places, start=1)
    ]
