"""Setting Chinese and Latin text on paper: measuring, wrapping, and signs a font does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from agent_desk.base.errors import DeskError

_NOT_AT_START = frozenset("，。、；：？！）》」』”’％%,.;:?!)]}·")
_NOT_AT_END = frozenset("（《「『“‘([{¥￥")


class _Font(TTFont):
    """A font whose text can be copied and searched beyond the 16-bit signs too.

    reportlab 5.1 writes their code points into the ToUnicode map as they are; PDF wants UTF-16
    (ISO 32000-1 §9.10.3), so rare signs of names came out of the paper as other ones.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
        """Hand the font to the document, then spell the map's wide signs as PDF asks."""
        super().addObjects(doc)
        for name, made in doc.idToObject.items():
            if str(name).startswith("toUnicodeCMap:"):
                made.content = _WIDE_SIGN.sub(_utf_16, made.content)


_WIDE_SIGN = re.compile(r"(?<= )<([0-9A-F]{5,6})>$", re.MULTILINE)


def _utf_16(found: re.Match[str]) -> str:
    return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"


class Typeface:
    """One or more TrueType files, asked in turn for each sign.

    A sign none of them has is set as its code point in brackets (``[U+20BB7]``), so that paper
    never shows an empty box where a person's name should be: a clerk writes it in by hand.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        """Load the fonts. Raises :class:`DeskError` ``receipts.font_missing`` for the first one;

        further ones that this machine lacks are left out.
        """
        self._names: list[str] = []
        self._glyphs: list[dict[int, int]] = []
        for place, file in enumerate(files):
            try:
                self._load(file)
            except (OSError, TTFError):
                if place == 0:
                    raise DeskError("receipts.font_missing", file=file.name) from None

    def _load(self, file: Path) -> None:
        name = f"desk-{file.stem}"
        font = _Font(name, str(file))
        pdfmetrics.registerFont(font)
        self._names.append(name)
        self._glyphs.append(font.face.charToGlyph)

    @property
    def name(self) -> str:
        """The first font's name among reportlab's fonts."""
        return self._names[0]

    def _font_of(self, sign: str) -> int | None:
        point = ord(sign)
        return next((n for n, glyphs in enumerate(self._glyphs) if point in glyphs), None)

    def printable(self, text: str) -> str:
        """The text with control signs as spaces and unknown signs spelled as code points."""
        made = []
        for sign in text:
            if not sign.isprintable():
                made.append(" ")
            elif self._font_of(sign) is None:
                made.append(f"[U+{ord(sign):04X}]")
            else:
                made.append(sign)
        return "".join(made)

    def _runs(self, text: str) -> Iterator[tuple[str, str]]:
        run, font = "", 0
        for sign in self.printable(text):
            of_sign = self._font_of(sign) or 0
            if run and of_sign != font:
                yield self._names[font], run
                run = ""
            run, font = run + sign, of_sign
        if run:
            yield self._names[font], run

    def width(self, text: str, size: float) -> float:
        """Points a text takes."""
        return sum(pdfmetrics.stringWidth(run, name, size) for name, run in self._runs(text))

    def draw(self, canvas: Canvas, x: float, y: float, text: str, size: float) -> None:
        """Set a text from ``x`` on its base line ``y`` (points)."""
        for name, run in self._runs(text):
            canvas.setFont(name, size)
            canvas.drawString(x, y, run)
            x += pdfmetrics.stringWidth(run, name, size)

    def wrap(self, text: str, size: float, width: float) -> list[str]:
        """Lines no wider than ``width`` points.

        Chinese breaks between any two signs, Latin between words (long ones anywhere), and
        closing signs never begin a line nor opening ones end it. At least one line.
        """
        lines, line = [], ""
        for word in _words(self.printable(text)):
            if not line or self.width(line + word.rstrip(), size) <= width:
                line += word if line else word.lstrip()
            else:
                lines.append(line.rstrip())
                line = word.lstrip()
            while self.width(line.rstrip(), size) > width and len(line) > 1:
                fits = self._fitting(line, size, width)
                lines.append(line[:fits])
                line = line[fits:]
        lines.append(line.rstrip())
        return lines

    def _fitting(self, text: str, size: float, width: float) -> int:
        count = 1
        while count < len(text) and self.width(text[: count + 1], size) <= width:
            count += 1
        return count

    def cut(self, text: str, size: float, width: float) -> str:
        """The text, or as much of it as fits with an ellipsis behind it."""
        text = self.printable(text)
        if self.width(text, size) <= width:
            return text
        while text and self.width(text + "…", size) > width:
            text = text[:-1]
        return text + "…"


def on_paper(fonts: Path) -> Typeface:
    """The desk's own fonts in ``resources/fonts``: one weight, and the rare signs it lacks."""
    files = ("NotoSansSC-Regular.ttf", "NotoSansJP-beyond-SC.ttf", "NotoSansHK-beyond-SC.ttf")
    return Typeface([fonts / file for file in files])


def _words(text: str) -> Iterator[str]:
    """Pieces that stay together: Latin words with the spaces behind them, single Chinese signs."""
    piece = ""
    for sign in text:
        if piece and _parts(piece, sign):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _parts(piece: str, sign: str) -> bool:
    """Whether a line may break between what was read and the next sign."""
    last = piece[-1]
    if sign in _NOT_AT_START or last in _NOT_AT_END or sign == " ":
        return False
    return last == " " or ord(sign) >= 0x2E80 or ord(last) >= 0x2E80
