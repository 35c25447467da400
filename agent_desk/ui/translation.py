"""The desk's languages: Chinese and English, switched while the window is open."""

from __future__ import annotations

import re
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from agent_desk.base.places import resources

Language = Literal["zh_CN", "en"]
QT_OWN: Final = re.compile(r"Q[A-Z]")  # the contexts of Qt itself: key names, its own dialogs
LANGUAGES: Final[dict[Language, str]] = {"zh_CN": "简体中文", "en": "English"}


class DoublingTranslator(QTranslator):
    """Says everything twice: a layout that survives this survives every language (used by tests)."""

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:  # noqa: N803
        """The loaded translation, or the source where there is none, twice."""
        if QT_OWN.match(context):
            return None  # type: ignore[return-value]  # "ask the next translator", which an empty text would not mean
        found = super().translate(context, sourceText, disambiguation, n) or sourceText
        return f"{found} {found}" if found else ""

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        """Never empty: Qt would not ask an empty translator."""
        return False


class Translation:
    """Keeps the translators of the language in force; windows hear of a switch by ``LanguageChange``."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._language: Language = "en"
        self._installed: list[QTranslator] = []

    @property
    def language(self) -> Language:
        """The language in force."""
        return self._language

    @staticmethod
    def of_the_system() -> Language:
        """Chinese on a Chinese Windows, English elsewhere."""
        return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"

    def choose(self, language: Language, *, doubled: bool = False) -> None:
        """Switch to a language at once; ``doubled`` says every sentence twice, to test layouts."""
        self.end()
        self._installed = [*self._qt_own(language), self._desk_own(language, doubled=doubled)]
        self._language = language
        QLocale.setDefault(QLocale(language))
        for new in self._installed:
            self._app.installTranslator(new)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LanguageChange)

    def end(self) -> None:
        """Back to the English of the sources."""
        for old in self._installed:
            self._app.removeTranslator(old)
        self._installed = []

    def _qt_own(self, language: Language) -> list[QTranslator]:
        """Qt's own words (the buttons of a file dialog)."""
        translator = QTranslator(self._app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        return [translator] if translator.load(f"qtbase_{language}", folder) else []

    def _desk_own(self, language: Language, *, doubled: bool) -> QTranslator:
        """The desk's words; a missing file leaves the English of the sources."""
        translator = DoublingTranslator(self._app) if doubled else QTranslator(self._app)
        translator.load(f"agent_desk_{language}", str(resources() / "i18n"))
        return translator


class Retranslates:
    """Mixed into a widget (first base): its words change while it is open.

    Put every ``setText`` into :meth:`retranslate` and call it once at the end of ``__init__``.
    """

    def retranslate(self) -> None:
        """Say all visible words anew."""

    def changeEvent(self, event: QEvent) -> None:
        """Hear of a language switch, then let Qt have the event."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)  # type: ignore[misc]  # the widget class that follows has it
