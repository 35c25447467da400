"""Two languages, complete at all times, switched in place; twice as long a text breaks no layout."""

from __future__ import annotations

import re
import string
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QWidget

from agent_desk.base.places import resources
from agent_desk.base.sentences import SENTENCES
from agent_desk.ui.gallery import Gallery
from agent_desk.ui.translation import Retranslates, Translation
from agent_desk.ui.widgets import StatusLine

ROOT = Path(__file__).parents[2]


def messages(language: str) -> list[ET.Element]:
    """All entries of a language."""
    return list(ET.parse(resources() / "i18n" / f"agent_desk_{language}.ts").getroot().iter("message"))


def test_every_sentence_has_its_chinese_and_the_files_are_fresh() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "strings.py"), "--check"],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:]


def test_no_entry_is_unfinished_or_vanished() -> None:
    for language in ("zh_CN", "en"):
        types = {found.get("type") for message in messages(language) for found in message.iter("translation")}
        assert types <= {None}, language


def translated() -> list[tuple[str, list[str]]]:
    """Every finished Chinese entry: its source and its forms."""
    found = []
    for message in messages("zh_CN"):
        entry = message.find("translation")
        if entry.get("type") is None:
            forms = [form.text or "" for form in entry.iter("numerusform")] or [entry.text or ""]
            found.append((message.findtext("source", ""), forms))
    return found


def placeholders(text: str) -> list[str]:
    named = [name for _, name, _, _ in string.Formatter().parse(text.replace("%", "%%")) if name is not None]
    return sorted([*named, *re.findall(r"%n|%L?\d", text)])


def test_placeholders_survive_translation() -> None:
    for source, forms in translated():
        for form in forms:
            assert placeholders(form) == placeholders(source), source


def test_chinese_uses_chinese_punctuation() -> None:
    for _, forms in translated():
        for text in forms:
            assert not re.search(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", text), text


def test_every_error_sentence_can_be_said_in_chinese(qapp, translation: Translation) -> None:
    translation.choose("zh_CN")
    untold = [code for code, text in SENTENCES.items() if QCoreApplication.translate("DeskError", text) == text]
    assert untold == []


class Page(Retranslates, QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel(self)
        self.retranslate()

    def retranslate(self) -> None:
        self.words.setText(QCoreApplication.translate("SeatState", "Ready"))


def test_an_open_window_follows_a_switch_of_language(qtbot, translation: Translation) -> None:
    page = Page()
    qtbot.addWidget(page)
    line = StatusLine(page)
    assert page.words.text() == "Ready"
    translation.choose("zh_CN")
    assert (page.words.text(), line.undo_button.text()) == ("示闲", "撤销")
    assert translation.language == "zh_CN"
    translation.choose("en")
    assert (page.words.text(), line.undo_button.text()) == ("Ready", "Undo")


def test_qt_speaks_chinese_too(qapp, translation: Translation) -> None:
    translation.choose("zh_CN")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_doubled_texts_say_everything_twice(qtbot, translation: Translation) -> None:
    page = Page()
    qtbot.addWidget(page)
    translation.choose("zh_CN", doubled=True)
    assert page.words.text() == "示闲 示闲"
    translation.choose("en", doubled=True)
    assert page.words.text() == "Ready Ready"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_gallery_opens_in_every_language_and_look(
    theme, qtbot, translation: Translation, language: str, look: str
) -> None:
    theme.choose(look)
    translation.choose(language)
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.show()
    assert not gallery.grab().isNull()


def test_the_gallery_survives_doubled_texts(theme, qtbot, translation: Translation) -> None:
    translation.choose("zh_CN", doubled=True)
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.show()
    cut = [
        words.text()
        for words in gallery.findChildren(QLabel)
        if words.isVisible()
        and words.text()
        and not words.wordWrap()
        and words.width() < words.minimumSizeHint().width()
    ]
    assert [text for text in cut if "收据 R1122" not in text] == []
