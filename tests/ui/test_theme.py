"""The look: readable in both themes, switched in place, out of the way in high contrast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

from agent_desk.base.places import resources
from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme, dress, load_tokens
from agent_desk.ui.widgets import Button, label
from agent_desk.ui.widgets.pills import VEIL

GROUNDS = ("window", "surface", "raised")
WORDS = (
    "text", "muted", "accent", "ok", "warn", "danger", "state_ready", "state_ringing", "state_talking", "state_hold",
    "state_after_call", "state_not_ready", "state_unknown",
)  # fmt: skip
ON_THEIR_GROUND = (
    ("on_accent", "accent"), ("on_accent", "accent_hover"), ("on_accent", "accent_pressed"), ("on_danger", "danger"),
    ("on_danger", "danger_hover"), ("text", "hover"), ("text", "pressed"), ("text", "selection"), ("text", "accent_tint"),
    ("text", "ok_tint"), ("text", "warn_tint"), ("text", "danger_tint"), ("text", "muted_tint"), ("accent", "accent_tint"),
    ("ok", "ok_tint"), ("warn", "warn_tint"), ("danger", "danger_tint"), ("muted", "muted_tint"), ("accent", "hover"),
    ("accent", "warn_tint"), ("accent", "danger_tint"), ("accent", "ok_tint"),
)  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def veiled(colour: str, ground: str, opacity: float) -> str:
    """A colour laid thinly over a ground."""
    mixed = (int(colour[at : at + 2], 16) * opacity + int(ground[at : at + 2], 16) * (1 - opacity) for at in (1, 3, 5))
    return "#" + "".join(f"{round(channel):02X}" for channel in mixed)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_right() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_text_is_readable_on_its_ground(name: str) -> None:
    tokens = load_tokens(name)
    pairs = [(word, ground) for word in WORDS for ground in GROUNDS] + list(ON_THEIR_GROUND)
    weak = {f"{word} on {ground}": round(contrast(tokens[word], tokens[ground]), 2) for word, ground in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_state_is_readable_on_the_veil_of_its_own_colour(name: str) -> None:
    tokens = load_tokens(name)
    states = [token for token in tokens if token.startswith("state_")]
    pairs = {
        (state, ground): veiled(tokens[state], tokens[ground], VEIL[name]) for state in states for ground in GROUNDS
    }
    assert {pair for pair, ground in pairs.items() if contrast(tokens[pair[0]], ground) < 4.5} == set()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_edges_of_fields_can_be_seen(name: str) -> None:
    tokens = load_tokens(name)
    assert contrast(tokens["border_strong"], tokens["surface"]) >= 3
    assert contrast(tokens["accent"], tokens["window"]) >= 3


def test_both_themes_name_the_same_tokens() -> None:
    assert set(load_tokens("light")) == set(load_tokens("dark"))


def test_small_drawings_of_a_theme_wear_its_colours() -> None:
    for name in ("light", "dark"):
        known = {value.upper() for value in load_tokens(name).values()}
        for drawing in (resources() / "themes" / name).glob("*.svg"):
            used = {
                found.upper() for found in re.findall(r'fill="(#[0-9A-Fa-f]{6})"', drawing.read_text(encoding="utf-8"))
            }
            assert used, drawing
            assert used <= known, drawing


def test_no_widget_names_a_colour() -> None:
    package = Path(__file__).parents[2] / "agent_desk"
    told = [
        path
        for path in package.rglob("*.py")
        if re.search(r"[\"']#[0-9A-Fa-f]{6}[\"']", path.read_text(encoding="utf-8"))
    ]
    assert told == []


def test_a_switch_of_theme_reaches_open_windows_at_once(theme: Theme, qapp: QApplication, qtbot) -> None:
    button = Button("Save", "filled", icon="save")
    qtbot.addWidget(button)
    button.show()
    light = button.grab().toImage().pixelColor(4, 15)
    icon = button.icon().pixmap(20).toImage()
    with qtbot.waitSignal(theme.changed):
        theme.choose("dark")
    dark = button.grab().toImage().pixelColor(4, 15)
    assert light == QColor(load_tokens("light")["accent"])
    assert dark == QColor(load_tokens("dark")["accent"])
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(load_tokens("dark")["window"])
    assert button.icon().pixmap(20).toImage() != icon


def test_the_desk_follows_the_system(theme: Theme, monkeypatch, qtbot) -> None:
    class Hints:
        scheme = Qt.ColorScheme.Dark

        def colorScheme(self):  # noqa: N802
            return self.scheme

        def unsetColorScheme(self):  # noqa: N802
            pass

    hints = Hints()
    monkeypatch.setattr(theme, "_hints", hints)
    theme.choose("system")
    assert theme.name == "dark"
    hints.scheme = Qt.ColorScheme.Light
    with qtbot.waitSignal(theme.changed):
        theme._refresh()
    assert theme.name == "light"


def test_the_same_choice_again_changes_nothing(theme: Theme, qtbot) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        theme.choose("light")


def test_high_contrast_leaves_the_look_to_the_system(theme: Theme, qapp: QApplication, monkeypatch, qtbot) -> None:
    class HighContrast:
        def contrastPreference(self):  # noqa: N802
            return Qt.ContrastPreference.HighContrast

    monkeypatch.setattr(theme, "_accessibility", HighContrast())
    theme._refresh()
    assert theme.name == "contrast"
    assert qapp.styleSheet() == ""
    assert theme.colour("danger") == qapp.palette().color(QPalette.ColorRole.WindowText)
    assert theme.colour("surface") == qapp.palette().color(QPalette.ColorRole.Base)


def test_dressing_changes_a_widget_at_once(theme: Theme, qtbot) -> None:
    button = QPushButton("x")
    qtbot.addWidget(button)
    button.show()
    plain = button.grab().toImage()
    dress(button, kind="danger")
    assert button.grab().toImage() != plain


def test_figures_have_digits_of_equal_width(theme: Theme) -> None:
    metrics = QFontMetrics(theme.font("timer", figures=True))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_the_type_scale_is_in_pixels(theme: Theme, qtbot) -> None:
    sizes = {size: theme.font(size).pixelSize() for size in ("small", "body", "section", "figure", "timer")}
    assert sizes == {"small": 12, "body": 13, "section": 15, "figure": 20, "timer": 28}
    title = label("x", role="title")
    qtbot.addWidget(title)
    title.ensurePolished()
    assert title.font().pixelSize() == 20
    assert title.font().weight() >= QFont.Weight.DemiBold


def test_the_shipped_font_speaks_chinese_when_the_machine_does_not(theme: Theme, monkeypatch) -> None:
    monkeypatch.setattr("agent_desk.ui.theme.CHINESE_FONTS", ())
    monkeypatch.setattr(theme, "_found_families", [])
    families = theme.font().families()
    assert families[-1] == "Noto Sans SC"
    assert QFontMetrics(theme.font()).inFontUcs4(ord("收"))


def test_the_shipped_font_brings_its_licence() -> None:
    fonts = resources() / "fonts"
    assert (fonts / "NotoSansSC-Regular.ttf").read_bytes()[:4] == b"\x00\x01\x00\x00"
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text(encoding="utf-8")


def test_every_icon_has_both_weights_and_draws(theme: Theme) -> None:
    icons = Icons.current()
    drawings = sorted((resources() / "icons").glob("*.svg"))
    names = {path.stem.removesuffix("-filled") for path in drawings}
    assert len(names) >= 60
    for name in names:
        for filled in (False, True):
            picture = icons.pixmap(name, "text", 20, 1.0, filled=filled).toImage()
            assert any(picture.pixelColor(x, y).alpha() for x in range(20) for y in range(20)), (name, filled)


def test_icons_are_sharp_at_a_hundred_and_fifty_per_cent(theme: Theme) -> None:
    picture = Icons.current().pixmap("receipt", "accent", 20, 1.5)
    assert picture.width() == 30
    assert picture.devicePixelRatio() == pytest.approx(1.5)


def test_a_screen_set_to_another_scale_gets_pictures_of_its_own(
    theme: Theme, qapp: QApplication, monkeypatch, qtbot
) -> None:
    button = Button("Save", "filled", icon="save")
    qtbot.addWidget(button)
    assert QSize(30, 30) not in button.icon().availableSizes()
    screen = qapp.primaryScreen()
    monkeypatch.setattr(type(screen), "devicePixelRatio", lambda _: 1.5)
    screen.geometryChanged.emit(screen.geometry())
    assert QSize(30, 30) in button.icon().availableSizes()


def test_an_icon_that_does_not_exist_is_an_error(theme: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        Icons.current().icon("no-such-icon")
