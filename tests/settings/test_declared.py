"""Settings: declared once, read typed, layered, told when they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.settings.declared import MemoryLayer, Scope, Setting, Settings
from agent_desk.settings.file_layer import FileLayer

LANGUAGE = Setting("look.language", str, "zh_CN", "Language", choices=(("zh_CN", "简体中文"), ("en", "English")))
VOLUME = Setting("sound.volume", int, 60, "Ring volume", least=0, most=100)
GRACE = Setting("people.grace_days", int, 3, "Days of grace", scope=Scope.CENTRE, least=0, most=30)
SEAT = Setting("seat.number", str, "", "Seat number", scope=Scope.SEAT)
RING = Setting("sound.ring", bool, True, "Ring")
ALL = (LANGUAGE, VOLUME, GRACE, SEAT, RING)


def layered(**agent: object) -> Settings:
    return Settings(
        ALL,
        [
            MemoryLayer(Scope.AGENT, agent),
            MemoryLayer(Scope.SEAT, {"seat.number": "3", "sound.volume": 10, "people.grace_days": 1}),
            MemoryLayer(Scope.CENTRE, {"sound.volume": 40, "people.grace_days": 5}),
        ],
    )


def test_the_stronger_layer_wins_whatever_the_order() -> None:
    settings = layered(**{"sound.volume": 80})
    assert settings.get(VOLUME) == 80
    assert settings.source(VOLUME) == Scope.AGENT
    assert layered().get(VOLUME) == 40
    assert layered().get(LANGUAGE) == "zh_CN"
    assert layered().source(LANGUAGE) is None


def test_nobody_overrides_what_is_not_theirs() -> None:
    settings = layered(**{"people.grace_days": 30, "seat.number": "99"})
    assert settings.get(GRACE) == 5
    assert settings.get(SEAT) == "3"
    with pytest.raises(DeskError, match="settings_not_yours"):
        settings.set(GRACE, 9)
    settings.set(GRACE, 9, Scope.CENTRE)
    assert settings.get(GRACE) == 9


@pytest.mark.parametrize(
    ("setting", "bad"), [(VOLUME, 101), (VOLUME, -1), (VOLUME, True), (VOLUME, "7"), (LANGUAGE, "fr"), (RING, 1)]
)
def test_what_does_not_fit_is_refused(setting: Setting, bad: object) -> None:
    settings = layered()
    before = settings.get(setting)
    with pytest.raises(DeskError, match="settings_bad_value"):
        settings.set(setting, bad)
    assert settings.get(setting) == before


def test_a_kept_value_that_does_not_fit_is_passed_over_and_told() -> None:
    settings = layered(**{"sound.volume": 1000, "unknown.thing": "x"})
    assert settings.get(VOLUME) == 40
    assert list(settings.rejected) == ["sound.volume"]


def test_listeners_hear_of_every_change_and_only_of_changes() -> None:
    settings, heard = layered(), []
    end = settings.changed(heard.append)
    settings.set(VOLUME, 70)
    settings.set(VOLUME, 70)
    settings.set(VOLUME, None)
    assert heard == ["sound.volume", "sound.volume"]
    assert settings.get(VOLUME) == 40
    end()
    settings.set(VOLUME, 20)
    assert len(heard) == 2


def test_a_new_layer_after_sign_in_is_heard() -> None:
    settings, heard = Settings(ALL, [MemoryLayer(Scope.SEAT)]), []
    settings.changed(heard.append)
    settings.add_layer(MemoryLayer(Scope.AGENT, {"look.language": "en"}))
    assert settings.get(LANGUAGE) == "en"
    assert heard == ["look.language"]


def test_declarations_are_checked() -> None:
    with pytest.raises(ValueError, match="twice"):
        Settings((VOLUME, VOLUME), [])
    with pytest.raises(DeskError, match="settings_bad_value"):
        Settings((Setting("x", int, 7, "x", least=8),), [])


def test_a_file_keeps_what_was_set(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.toml"
    settings = Settings(ALL, [FileLayer(path, Scope.AGENT)])
    settings.set(LANGUAGE, "en")
    settings.set(VOLUME, 7)
    settings.set(RING, value=False)
    again = Settings(ALL, [FileLayer(path, Scope.AGENT)])
    assert (again.get(LANGUAGE), again.get(VOLUME), again.get(RING)) == ("en", 7, False)
    again.set(VOLUME, None)
    assert "volume" not in path.read_text(encoding="utf-8")


def test_a_file_keeps_the_settings_of_other_versions_and_odd_words(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[settings]\n"later.thing" = "值 \\"x\\" \\\\ y"\n', encoding="utf-8")
    Settings(ALL, [FileLayer(path, Scope.AGENT)]).set(VOLUME, 7)
    assert FileLayer(path, Scope.AGENT).read() == {"later.thing": '值 "x" \\ y', "sound.volume": 7}


def test_a_damaged_file_is_told_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe nonsense")
    with pytest.raises(DeskError, match="settings_unreadable"):
        Settings(ALL, [FileLayer(path, Scope.AGENT)])
    assert path.read_bytes() == b"\xff\xfe nonsense"


def test_a_value_that_cannot_be_written_holds_for_the_run(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be", encoding="utf-8")
    settings = Settings(ALL, [MemoryLayer(Scope.SEAT)])
    settings.add_layer(_Unwritable(tmp_path / "blocked" / "settings.toml"))
    with pytest.raises(DeskError, match="settings_not_saved"):
        settings.set(VOLUME, 33)
    assert settings.get(VOLUME) == 33


class _Unwritable(FileLayer):
    """A file layer below something that is no folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Scope.AGENT)

    def _document(self) -> dict[str, object]:
        return {}
