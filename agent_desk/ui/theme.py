"""How the desk looks: colours, lengths and letters from token files, switched while the window is open.

A widget never names a colour. It says what it is (``role="title"``, ``kind="filled"``, ``tone="danger"``) and the theme
dresses it. Like Qt's own palette the theme belongs to the application, so every widget can ask :meth:`Theme.current`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from types import MappingProxyType
from typing import Final, Literal, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.base.places import resources
from agent_desk.ui.focus_ring import FocusRing

Choice = Literal["system", "light", "dark"]
THEME_NAME: Final = "desk-theme"
CHINESE_FONTS: Final = (
    "Microsoft YaHei UI",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Noto Sans SC",
    "Microsoft YaHei",
)
SHIPPED_FONT: Final = "NotoSansSC-Regular.ttf"


@dataclass(frozen=True, slots=True)
class Space:
    """Gaps on the 4-px grid, in px at 100 %."""

    xs: int
    s: int
    m: int
    l: int  # noqa: E741 - the sizes are called xs, s, m, l, xl
    xl: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths every theme shares, in px at 100 %."""

    space: Space
    control: Mapping[str, int]
    type: Mapping[str, int]

    @classmethod
    def load(cls) -> Measures:
        """Read ``resources/themes/measures.toml``."""
        found = tomllib.loads((resources() / "themes" / "measures.toml").read_text(encoding="utf-8"))
        return cls(Space(**found["space"]), MappingProxyType(found["control"]), MappingProxyType(found["type"]))


def load_tokens(name: str) -> Mapping[str, str]:
    """The colour tokens of the theme ``light`` or ``dark``, name → ``#RRGGBB``."""
    text = (resources() / "themes" / f"{name}.toml").read_text(encoding="utf-8")
    return MappingProxyType({token: str(value) for token, value in tomllib.loads(text).items()})


def dress(widget: QWidget, **looks: str | bool) -> None:
    """Say what a widget is (``role``, ``tone``, ``kind``, ``compact``); the style sheet follows at once."""
    changed = [name for name, value in looks.items() if widget.property(name) != value]
    for name in changed:
        widget.setProperty(name, looks[name])
    if changed:
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)
        widget.update()


class Theme(QObject):
    """The look of the running desk: follows the system or the person's choice, without a restart.

    In Windows' high-contrast mode the desk steps back: the system's palette and no style sheet.
    """

    changed = Signal()

    def __init__(self, app: QApplication, choice: Choice = "system") -> None:
        super().__init__(app)
        self.setObjectName(THEME_NAME)
        self._app = app
        self.measures = Measures.load()
        self.space = self.measures.space
        self._choice: Choice = choice
        self._tokens: dict[str, Mapping[str, str]] = {}
        self._colours: dict[str, QColor] = {}
        self._applied: str | None = None
        self._ring: FocusRing | None = None
        self._found_families: list[str] = []
        self._knows_rare = False
        # kept for good: the wrapper of the accessibility hints must not be collected while Qt holds them
        self._hints = app.styleHints()
        self._accessibility = self._hints.accessibility()

    @staticmethod
    def current() -> Theme:
        """The application's theme; a bare application (a single widget under test) gets an unapplied light one."""
        app = cast(QApplication, QApplication.instance())
        found = app.findChild(Theme, THEME_NAME, Qt.FindChildOption.FindDirectChildrenOnly)
        return found if found is not None else Theme(app, "light")

    @property
    def choice(self) -> Choice:
        """What the person chose: the system's look, light or dark."""
        return self._choice

    @property
    def name(self) -> Literal["light", "dark", "contrast"]:
        """The look in force now."""
        if self._accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast:
            return "contrast"
        if self._choice != "system":
            return self._choice
        return "dark" if self._hints.colorScheme() == Qt.ColorScheme.Dark else "light"

    def start(self) -> None:
        """Dress the application; call once, before the first window is made."""
        for other in self._app.findChildren(Theme, THEME_NAME):
            if other is not self:
                other.setParent(None)
                other.deleteLater()
        self._say_scheme()
        self._hints.colorSchemeChanged.connect(self._refresh)
        self._accessibility.contrastPreferenceChanged.connect(self._refresh)
        self._app.setFont(self.font())
        self._ring = FocusRing(self._app, self)
        self._refresh()

    def know_rare_signs(self) -> None:
        """Names are written with signs few fonts have (𠮷, 䶮): the printed receipt's own fonts help the window out.

        Takes some 10 ms: after the first paint.
        """
        if not self._knows_rare:
            self._knows_rare = True
            for font in sorted((resources() / "fonts").glob("*-beyond-*.ttf")):
                QFontDatabase.addApplicationFont(str(font))

    def choose(self, choice: Choice) -> None:
        """Switch to the system's look, light or dark while the windows stay open."""
        if choice == self._choice:
            return
        self._choice = choice
        self._say_scheme()
        self._refresh()

    def colour(self, token: str) -> QColor:
        """The colour of a token in the look in force; ``KeyError`` names a token that does not exist."""
        name = self._applied or self.name
        if name == "contrast":
            return self._contrast_colour(token)
        key = f"{name}/{token}"
        if key not in self._colours:
            self._colours[key] = QColor(self.tokens(name)[token])
        return self._colours[key]

    def tokens(self, name: str | None = None) -> Mapping[str, str]:
        """The tokens of one look, read once."""
        wanted = name or self.name
        wanted = "light" if wanted == "contrast" else wanted
        if wanted not in self._tokens:
            self._tokens[wanted] = load_tokens(wanted)
        return self._tokens[wanted]

    def font(self, size: str = "body", *, bold: bool = False, figures: bool = False) -> QFont:
        """A font of the type scale (``small``, ``body``, ``section``, ``figure``, ``timer``).

        ``figures`` gives digits of equal width.
        """
        font = QFont()
        font.setFamilies(self._families())
        font.setPixelSize(self.measures.type[size])
        font.setWeight(QFont.Weight(self._strong()) if bold else QFont.Weight.Normal)
        if figures:
            with_equal_digits(font)
        return font

    def _families(self) -> list[str]:
        """The Chinese interface fonts of this machine, best first; the shipped one is loaded only if there is none."""
        if self._found_families:
            return self._found_families
        families = [family for family in CHINESE_FONTS if QFontDatabase.hasFamily(family)]
        if not families:
            QFontDatabase.addApplicationFont(str(resources() / "fonts" / SHIPPED_FONT))
            families = ["Noto Sans SC"]
        if sys.platform == "win32" and families[0] != "Microsoft YaHei UI":
            families.insert(0, "Segoe UI")
        self._found_families = families
        return families

    def _strong(self) -> int:
        """The weight of headings: 600 where the font has it, else 700, which every font has or Qt can draw."""
        styles = QFontDatabase.styles(self._families()[0])
        return 600 if {"SemiBold", "DemiBold", "Semibold", "Demibold"} & set(styles) else 700

    def _say_scheme(self) -> None:
        """Tell Qt the wanted scheme, so that title bars and Qt's own dialogs agree."""
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        if self._choice in schemes:
            self._hints.setColorScheme(schemes[self._choice])
        else:
            self._hints.unsetColorScheme()

    def _refresh(self) -> None:
        """Put the look in force on, if it is not on already: palette first, then the style sheet."""
        name = self.name
        if name == self._applied:
            return
        self._applied = name
        if name == "contrast":
            self._app.setStyleSheet("")
            self._app.setPalette(QPalette())
        else:
            self._app.setStyle("Fusion")
            self._app.setPalette(self._palette())
            self._app.setStyleSheet(self._style_sheet(name))
        self.changed.emit()

    def _palette(self) -> QPalette:
        """Qt's palette from the tokens, so that whatever the style sheet does not reach fits too."""
        palette = QPalette()
        roles = QPalette.ColorRole
        pairs = {
            roles.Window: "window", roles.WindowText: "text", roles.Base: "surface", roles.AlternateBase: "raised",
            roles.Text: "text", roles.Button: "surface", roles.ButtonText: "text", roles.BrightText: "on_accent",
            roles.Highlight: "accent", roles.HighlightedText: "on_accent", roles.Link: "accent", roles.LinkVisited: "state_hold",
            roles.ToolTipBase: "raised", roles.ToolTipText: "text", roles.PlaceholderText: "muted", roles.Accent: "accent",
            roles.Light: "raised", roles.Midlight: "hover", roles.Mid: "border", roles.Dark: "border_strong",
            roles.Shadow: "border_strong",
        }  # fmt: skip
        for role, token in pairs.items():
            palette.setColor(role, self.colour(token))
        for role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("disabled"))
        return palette

    def _style_sheet(self, name: str) -> str:
        """``desk.qss`` with this look's tokens filled in."""
        folder = resources() / "themes"
        template = Template((folder / "desk.qss").read_text(encoding="utf-8"))
        measures = {**self.measures.control, **self.measures.type}
        values: dict[str, object] = {
            **measures,
            **self.tokens(name),
            "strong": self._strong(),
            "assets": (folder / name).as_posix(),
        }
        return template.substitute(values)

    def _contrast_colour(self, token: str) -> QColor:
        """The system's colour that stands for a token in high contrast: text, ground or highlight."""
        palette = self._app.palette()
        roles = QPalette.ColorRole
        grounds = {"window", "surface", "raised", "hover", "pressed"}
        if token in grounds or token.endswith("_tint"):
            return palette.color(roles.Base)
        if token in {"on_accent", "on_danger"}:
            return palette.color(roles.HighlightedText)
        if token.startswith("accent") or token == "selection":
            return palette.color(roles.Highlight)
        return palette.color(roles.WindowText)


def with_equal_digits(font: QFont) -> QFont:
    """Ask the font for digits of equal width, so that sums and timers do not dance."""
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
