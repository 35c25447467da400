"""How the window looks and which language it speaks: as the person chose, and remembered."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from agent_desk.base.errors import DeskError
from agent_desk.bootstrap.parts import Parts
from agent_desk.settings.declared import Settings
from agent_desk.ui.theme import THEME_NAME, Theme
from agent_desk.ui.translation import LANGUAGES, Language, Translation
from agent_desk.window.declared import LANGUAGE, THEME, WINDOW_SETTINGS


class Look(QObject):
    """Theme and language of one window, following its settings."""

    reworded = Signal()
    """Another language is in force."""
    failed = Signal(object)
    """A :class:`DeskError`: what was chosen could not be remembered."""

    def __init__(self, app: QApplication, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self.settings = Settings(WINDOW_SETTINGS, _layers(parts))
        self.theme = _theme_of(app)
        self.theme.choose(self.settings.get(THEME))  # type: ignore[arg-type]
        self.translation = Translation(app)
        self.translation.choose(self._language())
        self._stop_settings = self.settings.changed(self._follow)

    def toggle_theme(self) -> None:
        """Light becomes dark, dark light, and it is remembered."""
        self._set(THEME, "light" if self.theme.name == "dark" else "dark")

    def toggle_language(self) -> None:
        """Chinese becomes English and back, and it is remembered."""
        self._set(LANGUAGE, "en" if self.translation.language == "zh_CN" else "zh_CN")

    def choice(self, key: str) -> Any:
        """The value in force of a declared setting; ``KeyError`` when nobody declared it."""
        declared = {one.id: one for one in self.settings.declared}
        return self.settings.get(declared[key])

    def let_go(self) -> None:
        """Follow the settings no more."""
        self._stop_settings()

    def end(self) -> None:
        """The window is gone: the next desk of this process begins with the words of the sources."""
        self.translation.end()

    def _language(self) -> Language:
        wanted = self.settings.get(LANGUAGE)
        if wanted in LANGUAGES:
            return wanted
        return Translation.of_the_system()

    def _set(self, setting: Any, value: str) -> None:
        try:
            self.settings.set(setting, value)
        except DeskError as problem:
            self.failed.emit(problem)

    def _follow(self, changed: str) -> None:
        if changed == THEME.id:
            self.theme.choose(self.settings.get(THEME))  # type: ignore[arg-type]
        elif changed == LANGUAGE.id:
            self.translation.choose(self._language())
            self.reworded.emit()


def _layers(parts: Parts) -> list[Any]:
    from agent_desk.settings.file_layer import FileLayer

    return parts.settings_layers() or [FileLayer.of_account()]


def _theme_of(app: QApplication) -> Theme:
    """The application's one theme, dressed once."""
    found = app.findChild(Theme, THEME_NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    if found is not None:
        return found
    theme = Theme(app)
    theme.start()
    return theme
