"""The receipt on paper: a PDF laid out like the three-part book, one page set for each copy.

The same receipt gives the same bytes, on every seat: no clock and no chance goes into it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from agent_desk.base.errors import DeskError
from agent_desk.base.money import Fen, capitals, figures
from agent_desk.base.phone_number import parse_phone
from agent_desk.receipts.entry import Names, told
from agent_desk.receipts.form import GRID, BoxRow, BoxType, Column, Copy, Form
from agent_desk.receipts.model import Charge, Line, Receipt
from agent_desk.receipts.surcharge import Calendar, RuleSet
from agent_desk.receipts.typeface import Typeface

INK = (0.09, 0.13, 0.17)
QUIET = (0.36, 0.40, 0.45)
RULE = (0.45, 0.52, 0.60)
SHADE = (0.945, 0.955, 0.965)
NUMBER_RED = (0.70, 0.15, 0.12)

TEXT, SMALL, LABEL, TITLE, FIGURE = 9.0, 7.0, 6.6, 15.0, 11.5
ROW = 5.6 * mm
BOX = 8.6 * mm
PAD = 1.4 * mm
LEADING = 1.28
FILE_WORDS = "Agent Desk"


@dataclass(frozen=True)
class Void:
    """Why and when a leaf was made void: the stamp says both."""

    reason: str
    moment: int


@dataclass(frozen=True)
class Setting:
    """What a receipt is printed with besides itself: whose desk, which event, whose language."""

    centre: Names
    event: Names
    halls: Mapping[str, Names]
    calendar: Calendar
    language: str = "zh_CN"
    cashiers: Mapping[str, str] | None = None
    """Names of staff by number, where the desk knows them."""
    rules: RuleSet | None = None
    """Rules that can say a surcharge's reason in the paper's language; else it stands as written."""


def receipt_pdf(
    receipt: Receipt,
    form: Form,
    setting: Setting,
    face: Typeface,
    copies: Sequence[str] | None = None,
    void: Void | None = None,
) -> bytes:
    """The filled receipt. ``copies`` are codes of the form's copies; ``None`` prints all of them."""
    chosen = [copy for copy in form.copies if copies is None or copy.code in copies]
    if not chosen:
        raise ValueError("no such copy on the form")
    sheet = _Sheet(receipt, form, setting, face, void)
    written = io.BytesIO()
    own: dict[str, Any] = {"initialFontName": face.name}  # else reportlab's Helvetica, which is not embedded
    canvas = Canvas(written, pagesize=(form.width * mm, form.height * mm), invariant=1, pageCompression=1, **own)
    canvas.setTitle(f"{told(form.titles, setting.language)} {receipt.number}")
    canvas.setAuthor(told(setting.centre, setting.language))
    canvas.setCreator(FILE_WORDS)
    for copy in chosen:
        sheet.draw(canvas, copy)
    canvas.save()
    return written.getvalue()


class _Sheet:
    """Draws one receipt, copy by copy. Positions are points from the lower left corner."""

    def __init__(self, receipt: Receipt, form: Form, setting: Setting, face: Typeface, void: Void | None) -> None:
        self._receipt = receipt
        self._form = form
        self._setting = setting
        self._face = face
        self._void = void
        self._left = form.margin * mm
        self._right = (form.width - form.side) * mm
        self._top = (form.height - form.margin) * mm
        self._values = self._worked_out()
        self._widths = self._column_widths()
        self._rows = [self._line_texts(n, line) for n, line in enumerate(receipt.lines, start=1)]

    # Pages ---------------------------------------------------------------------------------

    def draw(self, canvas: Canvas, copy: Copy) -> None:
        pages = self._pages(copy)
        first = 0
        for place, count in enumerate(pages, start=1):
            last = place == len(pages)
            y = self._draw_top(canvas, place, len(pages))
            y = self._draw_boxes(canvas, y, self._form.head, copy)
            y = self._draw_lines(canvas, y - 1.2 * mm, first, count, last=last)
            if last:
                self._draw_boxes(canvas, y - 1.2 * mm, self._form.foot, copy)
            self._draw_side(canvas, copy)
            self._draw_bottom(canvas)
            if self._void is not None:
                self._draw_stamp(canvas, self._void)
            canvas.showPage()
            first += count

    def _pages(self, copy: Copy) -> list[int]:
        """How many lines go on each page: full pages first, the sums with the last lines."""
        foot = self._block_height(self._form.foot, copy) + 1.2 * mm
        room = self._top - 19 * mm - self._block_height(self._form.head, copy) - 1.2 * mm - ROW
        room -= self._bottom
        heights = [self._row_height(row) for row in self._rows]
        pages: list[int] = []
        while True:
            if sum(heights) <= room - foot:
                return [*pages, len(heights)]
            count = _fitting(heights, room - ROW)
            if count == len(heights):  # all fit, but not with the sums: leave some for the next
                count = max(1, count - 1)
            pages.append(count)
            heights = heights[count:]

    @property
    def _bottom(self) -> float:
        return (self._form.margin + 3.2) * mm

    # The top: whose, what, which number ------------------------------------------------------

    def _draw_top(self, canvas: Canvas, page: int, pages: int) -> float:
        language, other = self._setting.language, _other(self._setting.language)
        middle = (self._left + self._right) / 2
        canvas.setFillColorRGB(*INK)
        self._centred(canvas, middle, self._top - 5.4 * mm, told(self._form.titles, language), TITLE)
        canvas.setFillColorRGB(*QUIET)
        self._centred(canvas, middle, self._top - 9.6 * mm, told(self._form.titles, other), SMALL)
        side = 58 * mm
        canvas.setFillColorRGB(*INK)
        self._paragraph(canvas, self._left, self._top - 3 * mm, side, told(self._setting.centre, language), 8)
        canvas.setFillColorRGB(*QUIET)
        y = self._top - 10.4 * mm
        self._paragraph(canvas, self._left, y, side, told(self._setting.event, language), SMALL)
        self._draw_number(canvas, page, pages)
        return self._top - 19 * mm

    def _draw_number(self, canvas: Canvas, page: int, pages: int) -> None:
        number = self._receipt.number
        canvas.setFillColorRGB(*NUMBER_RED)
        shown = f"No. {number}"
        self._ending(canvas, self._right, self._top - 4 * mm, shown, 13)
        canvas.setFillColorRGB(*INK)
        if number.isascii():
            bars = Code128(number, barHeight=7.2 * mm, barWidth=0.27 * mm, quiet=0)
            bars.drawOn(canvas, self._right - bars.width, self._top - 13.6 * mm)
        canvas.setFillColorRGB(*QUIET)
        under = self._receipt.book if pages == 1 else f"{self._receipt.book}   {page} / {pages}"
        self._ending(canvas, self._right, self._top - 16.6 * mm, under, SMALL)

    # Boxes -----------------------------------------------------------------------------------

    def _draw_boxes(self, canvas: Canvas, y: float, rows: Sequence[BoxRow], copy: Copy) -> float:
        for row in rows:
            height = self._box_row_height(row, copy)
            x = self._left
            for name, span in row.cells:
                width = (self._right - self._left) * span / GRID
                self._draw_box(canvas, x, y - height, width, height, name, copy)
                x += width
            y -= height
        return y

    def _block_height(self, rows: Sequence[BoxRow], copy: Copy) -> float:
        return sum(self._box_row_height(row, copy) for row in rows)

    def _box_row_height(self, row: BoxRow, copy: Copy) -> float:
        most = 1
        for name, span in row.cells:
            if self._form.box(name).type is BoxType.CHOICE:
                continue
            width = (self._right - self._left) * span / GRID - 2 * PAD
            size = self._size(name)
            most = max(most, len(self._face.wrap(self._value(name, copy), size, width)))
        return max(BOX + (most - 1) * TEXT * LEADING, row.height * mm)

    def _draw_box(self, canvas: Canvas, x: float, y: float, width: float, height: float, name: str, copy: Copy) -> None:
        box = self._form.box(name)
        canvas.setStrokeColorRGB(*RULE)
        canvas.setLineWidth(0.5)
        if name in {"total", "capitals"}:
            canvas.setFillColorRGB(*SHADE)
            canvas.rect(x, y, width, height, stroke=1, fill=1)
        else:
            canvas.rect(x, y, width, height)
        canvas.setFillColorRGB(*QUIET)
        label = self._both(box.labels)
        self._face.draw(canvas, x + PAD, y + height - 2.7 * mm, self._face.cut(label, LABEL, width - 2 * PAD), LABEL)
        canvas.setFillColorRGB(*INK)
        base = y + height - 6.7 * mm
        if box.type is BoxType.CHOICE:
            self._draw_choices(canvas, x + PAD, base, width - 2 * PAD, name)
        elif box.type is BoxType.MONEY:
            self._ending(canvas, x + width - PAD, base, self._value(name, copy), self._size(name))
        else:
            size = self._size(name)
            self._paragraph(canvas, x + PAD, base, width - 2 * PAD, self._value(name, copy), size)

    def _draw_choices(self, canvas: Canvas, x: float, y: float, width: float, name: str) -> None:
        """Ticked boxes where all choices fit, as on a bought form; else the chosen word alone."""
        box, chosen = self._form.box(name), str(getattr(self._receipt, name))
        language = self._setting.language
        words = {value: told(names, language) for value, names in box.choices.items()}
        gap, mark = 3.2 * mm, 2.5 * mm
        needed = sum(mark + 1 * mm + self._face.width(word, 8) for word in words.values())
        if chosen not in words or needed + gap * (len(words) - 1) > width:
            self._face.draw(canvas, x, y, words.get(chosen, chosen), TEXT)
            return
        for value, word in words.items():
            canvas.rect(x, y - 0.3 * mm, mark, mark)
            if value == chosen:
                _tick(canvas, x, y - 0.3 * mm, mark)
            canvas.setFillColorRGB(*(INK if value == chosen else QUIET))
            self._face.draw(canvas, x + mark + 1 * mm, y, word, 8)
            x += mark + 1 * mm + self._face.width(word, 8) + gap
        canvas.setFillColorRGB(*INK)

    def _size(self, name: str) -> float:
        return FIGURE if name == "total" else 10.0 if name == "capitals" else TEXT

    def _value(self, name: str, copy: Copy) -> str:
        """What stands in a box."""
        value = self._values.get(name) or str(getattr(self._receipt, name, ""))
        return _masked(value) if name in copy.masked else value

    def _worked_out(self) -> dict[str, str]:
        """The boxes that do not show a field of the receipt as it is."""
        r, setting = self._receipt, self._setting
        hall = setting.halls.get(r.hall)
        cashier = (setting.cashiers or {}).get(r.cashier, "")
        return {
            "subtotal": figures(Fen(r.subtotal)),
            "total": figures(Fen(r.total)),
            "capitals": capitals(Fen(r.total)),
            "surcharge": self._surcharge(),
            "happened": f"{setting.calendar.local(r.happened):%Y-%m-%d %H:%M:%S}",
            "ordered_at": f"{setting.calendar.local(r.ordered_at):%Y-%m-%d %H:%M:%S}",
            "hall": r.hall if hall is None else told(hall, setting.language),
            "cashier": f"{r.cashier} {cashier}".strip(),
        }

    def _surcharge(self) -> str:
        told_all = [
            f"{self._reason(charge)}  {figures(Fen(charge.amount))}" if charge.amount else self._reason(charge)
            for charge in self._receipt.surcharge
        ]
        return "; ".join(told_all) if told_all else "—"

    def _reason(self, charge: Charge) -> str:
        setting = self._setting
        if setting.rules is None:
            return charge.sentence
        clock = f"{setting.calendar.local(self._receipt.ordered_at):%H:%M}"
        return setting.rules.retold(charge, clock, setting.language)

    # Lines -----------------------------------------------------------------------------------

    def _column_widths(self) -> list[float]:
        fixed = [column.width * mm for column in self._form.columns]
        left = self._right - self._left - sum(fixed)
        open_ones = sum(1 for width in fixed if not width)
        return [width or left / open_ones for width in fixed]

    def _line_texts(self, place: int, line: Line) -> list[list[str]]:
        texts = []
        for column, width in zip(self._form.columns, self._widths, strict=True):
            value = place if column.name == "place" else getattr(line, column.name)
            shown = figures(Fen(value), sign="") if column.type is BoxType.MONEY else str(value)
            texts.append(self._face.wrap(shown, TEXT - 0.5, width - 2 * PAD))
        return texts

    def _row_height(self, texts: list[list[str]]) -> float:
        return ROW + (max(len(each) for each in texts) - 1) * (TEXT - 0.5) * LEADING

    def _draw_lines(self, canvas: Canvas, y: float, first: int, count: int, *, last: bool) -> float:
        y = self._draw_line_heads(canvas, y)
        for texts in self._rows[first : first + count]:
            y = self._draw_line(canvas, y, texts, self._row_height(texts))
        if not last:
            return self._draw_carried(canvas, y, first + count)
        blank = max(0, self._form.lines_at_least - len(self._rows))
        for _ in range(blank):
            y = self._draw_line(canvas, y, [[""] for _ in self._widths], ROW)
        return y

    def _draw_line_heads(self, canvas: Canvas, y: float) -> float:
        x = self._left
        canvas.setStrokeColorRGB(*RULE)
        for column, width in zip(self._form.columns, self._widths, strict=True):
            canvas.setFillColorRGB(*SHADE)
            canvas.rect(x, y - ROW, width, ROW, stroke=1, fill=1)
            canvas.setFillColorRGB(*QUIET)
            label = self._face.cut(self._both(column.labels), LABEL, width - 2 * PAD)
            self._placed(canvas, x, y - ROW + 2 * mm, width, label, LABEL, column)
            x += width
        return y - ROW

    def _draw_line(self, canvas: Canvas, y: float, texts: list[list[str]], height: float) -> float:
        x = self._left
        size = TEXT - 0.5
        for column, width, wrapped in zip(self._form.columns, self._widths, texts, strict=True):
            canvas.rect(x, y - height, width, height)
            canvas.setFillColorRGB(*INK)
            base = y - 3.9 * mm
            for text in wrapped:
                self._placed(canvas, x, base, width, text, size, column)
                base -= size * LEADING
            x += width
        return y - height

    def _draw_carried(self, canvas: Canvas, y: float, upto: int) -> float:
        """Below a full page: what the lines so far come to (过次页)."""
        so_far = sum(line.amount for line in self._receipt.lines[:upto])
        words = self._both({"en": "Carried forward", "zh_CN": "过次页"})
        canvas.setFillColorRGB(*INK)
        canvas.rect(self._left, y - ROW, self._right - self._left, ROW)
        self._face.draw(canvas, self._left + PAD, y - 3.9 * mm, words, TEXT - 0.5)
        shown = figures(Fen(so_far), sign="")
        self._ending(canvas, self._right - PAD, y - 3.9 * mm, shown, TEXT - 0.5)
        return y - ROW

    # Margins and stamp -----------------------------------------------------------------------

    def _draw_side(self, canvas: Canvas, copy: Copy) -> None:
        """The copy's name along the right edge, read from below."""
        words = self._both(copy.names)
        canvas.saveState()
        canvas.setFillColorRGB(*QUIET)
        canvas.translate(self._right + 5.2 * mm, self._form.height * mm / 2)
        canvas.rotate(90)
        self._centred(canvas, 0, 0, words, 8)
        canvas.restoreState()

    def _draw_bottom(self, canvas: Canvas) -> None:
        canvas.setFillColorRGB(*QUIET)
        self._face.draw(canvas, self._left, self._form.margin * mm - 1.5 * mm, self._both(self._form.remarks), LABEL)

    def _draw_stamp(self, canvas: Canvas, void: Void) -> None:
        moment = f"{self._setting.calendar.local(void.moment):%Y-%m-%d %H:%M}"
        word = f"{self._form.void['zh_CN']} {self._form.void['en']}"
        below = self._face.cut(f"{moment} · {void.reason}", 10, 108 * mm)
        canvas.saveState()
        canvas.setFillColorRGB(*NUMBER_RED)
        canvas.setStrokeColorRGB(*NUMBER_RED)
        canvas.setFillAlpha(0.82)
        canvas.setStrokeAlpha(0.82)
        canvas.translate((self._left + self._right) / 2, self._form.height * mm / 2)
        canvas.rotate(14)
        canvas.setLineWidth(2)
        canvas.roundRect(-58 * mm, -13 * mm, 116 * mm, 28 * mm, 3 * mm)
        self._centred(canvas, 0, -1 * mm, word, 36)
        self._centred(canvas, 0, -9.5 * mm, below, 10)
        canvas.restoreState()

    # Text ------------------------------------------------------------------------------------

    def _both(self, names: Names) -> str:
        """The word in the language of the paper, then in the other one."""
        first = told(names, self._setting.language)
        second = told(names, _other(self._setting.language))
        return first if second in {"", first} else f"{first} {second}".strip()

    def _paragraph(self, canvas: Canvas, x: float, y: float, width: float, text: str, size: float) -> None:
        for line in self._face.wrap(text, size, width):
            self._face.draw(canvas, x, y, line, size)
            y -= size * LEADING

    def _centred(self, canvas: Canvas, x: float, y: float, text: str, size: float) -> None:
        self._face.draw(canvas, x - self._face.width(text, size) / 2, y, text, size)

    def _ending(self, canvas: Canvas, x: float, y: float, text: str, size: float) -> None:
        self._face.draw(canvas, x - self._face.width(text, size), y, text, size)

    def _placed(self, canvas: Canvas, x: float, y: float, width: float, text: str, size: float, column: Column) -> None:
        if column.type in {BoxType.MONEY, BoxType.NUMBER}:
            self._ending(canvas, x + width - PAD, y, text, size)
        else:
            self._face.draw(canvas, x + PAD, y, text, size)


def _other(language: str) -> str:
    return "en" if language != "en" else "zh_CN"


def _fitting(heights: Sequence[float], room: float) -> int:
    """How many rows fit; at least one, so that every page takes something."""
    used, count = 0.0, 0
    for height in heights:
        used += height
        if used > room and count:
            break
        count += 1
    return count


def _tick(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.saveState()
    canvas.setLineWidth(1.3)
    canvas.setStrokeColorRGB(*INK)
    path = canvas.beginPath()
    path.moveTo(x + size * 0.15, y + size * 0.5)
    path.lineTo(x + size * 0.42, y + size * 0.18)
    path.lineTo(x + size * 0.98, y + size * 1.05)
    canvas.drawPath(path)
    canvas.restoreState()


def _masked(number: str) -> str:
    """A phone number with its middle hidden; one nobody can parse keeps its last four signs."""
    if not number:
        return ""
    try:
        return parse_phone(number).masked
    except DeskError:
        return "****" + number[-4:]
