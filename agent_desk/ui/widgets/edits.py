"""Fields to type into: money in fen, numbers, lines and notes. Figures never fight the Chinese input method."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from agent_desk.ui.theme import Theme, dress

_HALF_WIDTH: Final = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        "\uff0e": ".",
        "\u3002": ".",
        "\uff0c": ",",
        "\uff0d": "-",
    }
)
_MONEY: Final = re.compile(r"(?P<sign>-?)(?P<yuan>\d{0,11})(?:\.(?P<fen>\d{0,2}))?")
MAX_FEN: Final = 99_999_999_999_99


def half_width(text: str) -> str:
    """Full-width digits, point and comma, as a Chinese input method leaves them, in half width."""
    return text.translate(_HALF_WIDTH)


def parse_fen(text: str) -> int | None:
    """``"1,234.5"`` → 123450 fen; ``None`` for an empty text; ``ValueError`` for what is no amount."""
    plain = half_width(text).replace(",", "").replace(" ", "").removeprefix("¥").removeprefix("\uffe5")
    if not plain:
        return None
    found = _MONEY.fullmatch(plain)
    if found is None or not (found["yuan"] or found["fen"]):
        raise ValueError(text)
    fen = int(found["yuan"] or 0) * 100 + int((found["fen"] or "").ljust(2, "0"))
    return -fen if found["sign"] else fen


def format_fen(fen: int) -> str:
    """123450 fen → ``"1,234.50"``."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{rest:02d}"


class _FigureValidator(QValidator):
    """Lets figures through, in half width whatever was typed."""

    def __init__(self, parent: QWidget, *, decimals: bool, negative: bool) -> None:
        super().__init__(parent)
        sign = "-?" if negative else ""
        self._pattern = re.compile(rf"{sign}[\d,]{{0,15}}" + (r"(\.\d{0,2})?" if decimals else ""))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Acceptable as long as it can become a figure."""
        plain = half_width(text).replace(" ", "").replace("¥", "").replace("\uffe5", "")
        state = QValidator.State.Acceptable if self._pattern.fullmatch(plain) else QValidator.State.Invalid
        return state, plain, min(position, len(plain))


class _FigureEdit(QLineEdit):
    """Right-aligned equal-width digits; the input method is off, so a figure goes in with one key each."""

    def __init__(self, parent: QWidget | None, hints: Qt.InputMethodHint) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(Theme.current().font("body", figures=True))
        self.setInputMethodHints(hints | Qt.InputMethodHint.ImhPreferNumbers)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming by key selects the figure, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}:
            self.selectAll()


class MoneyEdit(_FigureEdit):
    """An amount of money, kept as integer fen; full-width digits are taken too."""

    amount_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, negative: bool = False, large: bool = False) -> None:
        super().__init__(parent, Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self._fen: int | None = None
        self.setValidator(_FigureValidator(self, decimals=True, negative=negative))
        self.setPlaceholderText("0.00")
        if large:
            self.setFont(Theme.current().font("figure", bold=True, figures=True))
            dress(self, role="figure")
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._settle)

    def fen(self) -> int | None:
        """The amount in fen, or ``None`` while empty."""
        return self._fen

    def set_fen(self, fen: int | None) -> None:
        """Show an amount."""
        self._take(fen)
        self.setText("" if fen is None else format_fen(fen))

    def _typed(self, text: str) -> None:
        try:
            self._take(parse_fen(text))
        except ValueError:
            self._take(None)

    def _take(self, fen: int | None) -> None:
        if fen != self._fen:
            self._fen = fen
            self.amount_changed.emit(fen)

    def _settle(self) -> None:
        """Write the amount in full when the field is left."""
        with QSignalBlocker(self):
            self.setText("" if self._fen is None else format_fen(self._fen))


class NumberEdit(_FigureEdit):
    """A whole number within bounds; up and down step it."""

    number_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, least: int = 0, most: int = 999_999_999) -> None:
        super().__init__(parent, Qt.InputMethodHint.ImhDigitsOnly)
        self._least, self._most = least, most
        self._number: int | None = None
        self.setValidator(_FigureValidator(self, decimals=False, negative=least < 0))
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._settle)

    def number(self) -> int | None:
        """The number, or ``None`` while empty or out of bounds."""
        return self._number

    def set_number(self, number: int | None) -> None:
        """Show a number; ``ValueError`` outside the bounds."""
        if number is not None and not self._least <= number <= self._most:
            raise ValueError(number)
        self._take(number)
        self.setText("" if number is None else str(number))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down count."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None or self.isReadOnly():
            super().keyPressEvent(event)
            return
        base = self._number if self._number is not None else self._least - step
        self.set_number(min(self._most, max(self._least, base + step)))

    def _typed(self, text: str) -> None:
        plain = text.replace(",", "")
        number = int(plain) if re.fullmatch(r"-?\d+", plain) else None
        within = number is not None and self._least <= number <= self._most
        self._take(number if within else None)
        dress(self, tone="danger" if number is not None and not within else "")

    def _take(self, number: int | None) -> None:
        if number != self._number:
            self._number = number
            self.number_changed.emit(number)

    def _settle(self) -> None:
        if self._number is not None:
            self.setText(str(self._number))


class TextLine(QLineEdit):
    """A line of words; blanks around it and signs that cannot be stored do not count."""

    def __init__(self, parent: QWidget | None = None, *, placeholder: str = "", longest: int = 200) -> None:
        super().__init__(parent)
        self.setMaxLength(longest)
        self.setPlaceholderText(placeholder)

    def value(self) -> str:
        """What was typed, clean."""
        return clean(self.text())

    def set_value(self, text: str) -> None:
        """Show a text from its beginning."""
        self.setText(text)
        self.setCursorPosition(0)


class TextNote(QPlainTextEdit):
    """Several lines of words; Tab leaves the field, so that one hand stays on the keyboard."""

    def __init__(self, parent: QWidget | None = None, *, placeholder: str = "", lines: int = 4) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setPlaceholderText(placeholder)
        self.setMinimumHeight(lines * self.fontMetrics().lineSpacing() + 22)

    def value(self) -> str:
        """What was typed, clean."""
        return clean(self.toPlainText())


def clean(text: str) -> str:
    """Without surrounding blanks, NUL and lone surrogates: those can never be stored."""
    kept = (sign for sign in text if sign != "\0" and not 0xD800 <= ord(sign) <= 0xDFFF)
    return "".join(kept).strip()
