"""The settings dialog: drawn from the declarations, searched, in force at once."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox

from agent_desk.base.errors import DeskError
from agent_desk.settings.declared import MemoryLayer, Scope, Setting, Settings
from agent_desk.ui.widgets import TextLine
from agent_desk.window.settings_dialog import SettingsDialog

pytestmark = pytest.mark.usefixtures("theme")

LANGUAGE = Setting(
    "look.language", str, "zh_CN", "Language", "Look", choices=(("zh_CN", "简体中文"), ("en", "English"))
)
VOLUME = Setting("sound.volume", int, 60, "Ring volume", "Sound", "How loud it rings", least=0, most=100, unit="%")
RING = Setting("sound.ring", bool, True, "Ring", "Sound")
GREETING = Setting("phone.greeting", str, "", "Greeting", "Phone")
GRACE = Setting("people.grace_days", int, 3, "Days of grace", "People", scope=Scope.CENTRE)
ALL = (LANGUAGE, VOLUME, GREETING, RING, GRACE)


@pytest.fixture
def settings() -> Settings:
    return Settings(ALL, [MemoryLayer(Scope.CENTRE, {"people.grace_days": 5}), MemoryLayer(Scope.AGENT)])


@pytest.fixture
def dialog(settings: Settings, qtbot) -> SettingsDialog:
    made = SettingsDialog(settings)
    qtbot.addWidget(made)
    made.open()
    return made


def test_each_kind_of_setting_gets_its_control(dialog: SettingsDialog) -> None:
    kinds = {row.setting.id: type(row.control).__mro__ for row in dialog.rows()}
    assert QComboBox in kinds["look.language"]
    assert QSpinBox in kinds["sound.volume"]
    assert QCheckBox in kinds["sound.ring"]
    assert TextLine in kinds["phone.greeting"]
    assert not dialog.isModal()
    assert all(row.control.accessibleName() for row in dialog.rows())


def test_a_change_is_in_force_at_once(dialog: SettingsDialog, settings: Settings, qtbot) -> None:
    heard = []
    settings.changed(heard.append)
    dialog.row("sound.ring").control.click()
    dialog.row("sound.volume").control.setValue(25)
    box = dialog.row("look.language").control
    box.setCurrentIndex(1)
    box.activated.emit(1)
    line = dialog.row("phone.greeting").control
    line.setText(" 您好 ")
    line.editingFinished.emit()
    assert (settings.get(RING), settings.get(VOLUME), settings.get(LANGUAGE)) == (False, 25, "en")
    assert settings.get(GREETING) == "您好"
    assert heard == ["sound.ring", "sound.volume", "look.language", "phone.greeting"]


def test_the_way_back_to_the_default_is_there_when_needed(dialog: SettingsDialog, settings: Settings) -> None:
    row = dialog.row("sound.volume")
    assert row._reset.isHidden()
    row.control.setValue(25)
    assert not row._reset.isHidden()
    row._reset.click()
    assert settings.get(VOLUME) == 60
    assert row.control.value() == 60


def test_what_the_centre_sets_is_shown_not_changed(dialog: SettingsDialog) -> None:
    row = dialog.row("people.grace_days")
    assert not row.control.isEnabled()
    assert row.control.value() == 5
    assert row._source.text() == "Set by the centre"


def test_a_change_elsewhere_is_shown(dialog: SettingsDialog, settings: Settings) -> None:
    settings.set(VOLUME, 5)
    assert dialog.row("sound.volume").control.value() == 5


def test_settings_are_found_by_their_words(dialog: SettingsDialog) -> None:
    dialog.search.setText("loud ring")
    assert [row.setting.id for row in dialog.rows()] == ["sound.volume"]
    dialog.search.setText("xyzzy")
    assert dialog.rows() == []


def test_what_cannot_be_kept_is_told(settings: Settings, dialog: SettingsDialog, qtbot, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise DeskError("settings_not_saved", path="x")

    monkeypatch.setattr(settings._layers[-1], "write", full)
    with qtbot.waitSignal(dialog.failed) as failed:
        dialog.row("sound.ring").control.click()
    assert failed.args[0].code == "settings_not_saved"
    assert settings.get(RING) is False


def test_a_language_switch_from_inside_redraws_the_dialog(
    dialog: SettingsDialog, settings: Settings, translation, qtbot
) -> None:
    settings.changed(
        lambda setting_id: translation.choose(settings.get(LANGUAGE)) if setting_id == LANGUAGE.id else None
    )
    settings.set(LANGUAGE, "en")
    settings.set(LANGUAGE, "zh_CN")
    assert dialog.windowTitle() == "设置"
    box = dialog.row("look.language").control
    box.setCurrentIndex(1)
    box.activated.emit(1)
    qtbot.wait(10)
    assert dialog.windowTitle() == "Settings"


def test_a_closed_dialog_hears_nothing_more(settings: Settings, qtbot) -> None:
    made = SettingsDialog(settings)
    made.deleteLater()
    qtbot.waitUntil(lambda: settings._listeners == [])
    settings.set(VOLUME, 1)
