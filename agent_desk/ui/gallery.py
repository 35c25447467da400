"""Every widget of the kit on one page, to look at: ``python -m agent_desk.ui.gallery [light|dark] [zh_CN|en] [picture.png]``."""

from __future__ import annotations

import sys
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from agent_desk.ui.theme import Choice, Theme, dress
from agent_desk.ui.translation import Language, Retranslates, Translation
from agent_desk.ui.widgets import (
    Bar,
    Button,
    Card,
    EmptyState,
    Field,
    IconButton,
    KeyCap,
    LightPill,
    LinkState,
    MoneyEdit,
    NumberEdit,
    Page,
    RailButton,
    SeatState,
    Segments,
    Shape,
    StatePill,
    StatusLine,
    Table,
    TextLine,
    TextNote,
    TimerLabel,
    label,
)


class Gallery(Retranslates, QWidget):
    """The kit at a glance, in the size of the smallest seat."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(1366, 728)
        self.page = Page()
        self.light = LightPill()
        self.light.show_link(LinkState.DOWN, self.tr("3 not on the hub · oldest 14:03"))
        self.page.add_action(self.light)
        self.page.add_action(IconButton("settings", self.tr("Settings")))
        self.page.add_action(IconButton("help", self.tr("Shortcuts")))
        self.status = StatusLine()
        self._build_body()
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.page, 1)
        right.addWidget(self.status)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail())
        row.addLayout(right, 1)
        self.status.say(self.tr("Receipt R1122-3A-0017 saved · 14:03:22"), undo=lambda: None)
        self.status.show_work(self.tr("Sending 412 of 1,000"), 0.41, lambda: None)
        self.retranslate()

    def retranslate(self) -> None:
        """The window's own words."""
        self.setWindowTitle(self.tr("Gallery"))
        self.page.set_title(self.tr("Gallery"), self.tr("every widget of the kit"))

    def _rail(self) -> QFrame:
        rail = QFrame()
        dress(rail, role="rail")
        rail.setFixedWidth(72)
        column = QVBoxLayout(rail)
        column.setContentsMargins(4, 8, 4, 8)
        group = QButtonGroup(rail)
        stops = (
            ("today", self.tr("Today"), 3), ("phone", self.tr("Phone"), 0), ("complaint", self.tr("Complaints"), 12),
            ("receipt", self.tr("Receipts"), 0), ("tasks", self.tr("Tasks"), 128), ("team", self.tr("Team"), 0),
        )  # fmt: skip
        for icon, words, count in stops:
            button = RailButton(icon, words)
            button.set_count(count)
            button.setChecked(icon == "receipt")
            group.addButton(button)
            column.addWidget(button)
        column.addStretch()
        return rail

    def _build_body(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(12)
        grid.addWidget(self._bars_card(), 0, 0, 1, 2)
        grid.addWidget(self._fields_card(), 1, 0)
        grid.addWidget(self._states_card(), 1, 1)
        grid.addWidget(self._table_card(), 0, 2, 2, 1)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 5)
        grid.setRowStretch(1, 1)
        self.page.body.addLayout(grid)

    def _bars_card(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        down = Bar(
            self.tr("The hub cannot be reached since 14:03. Write receipts as usual; they are sent when it is back."),
            "warn",
        )
        down.offer(self.tr("Show what waits"), lambda: None)
        refused = Bar(
            self.tr("The hub refused this sign-in: the password was changed elsewhere. Sign in again."), "danger"
        )
        refused.offer(self.tr("Sign in"), lambda: None)
        done = Bar(self.tr("Everything is on the hub · 14:22"), "ok")
        done.close_button.show()
        for bar in (down, refused, done):
            column.addWidget(bar)
        return holder

    def _fields_card(self) -> Card:
        card = Card(self.tr("Receipt"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        number, booth, quantity = TextLine(), TextLine(), NumberEdit(most=999)
        number.set_value("0001 7342")
        booth.set_value("3A-12")
        quantity.set_number(4)
        price, total = MoneyEdit(), MoneyEdit(large=True)
        price.set_fen(12_550)
        total.set_fen(65_260)
        hall = QComboBox()
        hall.addItems(["1", "2", "3"])
        self.booth = Field(self.tr("Booth"), booth, required=True)
        self.booth.set_error(self.tr("Hall 3 has no booth 3A-12"))
        grid.addWidget(
            Field(self.tr("Receipt number"), number, hint=self.tr("as printed on the leaf"), required=True), 0, 0
        )
        grid.addWidget(Field(self.tr("Hall"), hall), 0, 1)
        grid.addWidget(self.booth, 0, 2)
        grid.addWidget(Field(self.tr("Quantity"), quantity), 1, 0)
        grid.addWidget(Field(self.tr("Unit price (yuan)"), price), 1, 1)
        grid.addWidget(Field(self.tr("Total (yuan)"), total), 1, 2)
        note = TextNote(placeholder=self.tr("In the customer's own words"), lines=2)
        grid.addWidget(Field(self.tr("Notes"), note), 2, 0, 1, 3)
        pay = Segments(
            [
                ("cash", self.tr("Cash")),
                ("card", self.tr("Bank card")),
                ("wechat", self.tr("WeChat")),
                ("alipay", self.tr("Alipay")),
            ]
        )
        pay.set_value("wechat")
        grid.addWidget(Field(self.tr("Payment"), pay, below=False), 3, 0, 1, 3)
        card.body.addLayout(grid)
        tick = QCheckBox(self.tr("Second keying owed"))
        tick.setChecked(True)
        card.add(tick)
        card.body.addStretch()
        row = QHBoxLayout()
        row.addWidget(Button(self.tr("Void"), "quiet"))
        row.addStretch()
        off = Button(self.tr("Print"), icon="print")
        off.setEnabled(False)
        row.addWidget(off)
        row.addWidget(Button(self.tr("Preview"), icon="pdf"))
        row.addWidget(Button(self.tr("Save"), "filled", icon="save"))
        card.body.addLayout(row)
        return card

    def _states_card(self) -> Card:
        card = Card(self.tr("States"))
        timer = TimerLabel()
        timer.show_seconds(761)
        card.add(timer)
        pills = QGridLayout()
        pills.setHorizontalSpacing(8)
        for at, state in enumerate(SeatState):
            pills.addWidget(StatePill.of_seat(state), at // 2, at % 2)
        words = (
            (self.tr("On the hub"), "ok", Shape.CHECK), (self.tr("Not on the hub"), "warn", Shape.UP),
            (self.tr("Held"), "danger", Shape.SQUARE), (self.tr("Void"), "muted", Shape.CROSS),
        )  # fmt: skip
        for at, (text, tone, shape) in enumerate(words, start=len(SeatState)):
            pills.addWidget(StatePill(text, tone, shape), at // 2, at % 2)
        pills.setColumnStretch(2, 1)
        card.body.addLayout(pills)
        for link, text in (
            (LinkState.LINKED, self.tr("Linked · hub")),
            (LinkState.LAGGING, self.tr("Sending 3 …")),
            (LinkState.REFUSED, self.tr("Refused: password")),
        ):
            pill = LightPill()
            pill.show_link(link, text)
            card.add(pill)
        figures = QHBoxLayout()
        for value, word in (
            ("32", self.tr("calls today")),
            ("3:41", self.tr("average handling")),
            ("97%", self.tr("entry rate")),
        ):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(label(value, role="figure"))
            column.addWidget(label(word, role="hint"))
            figures.addLayout(column)
        card.body.addLayout(figures)
        keys = QHBoxLayout()
        for caps in ("F9", "Ctrl+Shift+P", "Alt+4"):
            keys.addWidget(KeyCap(caps))
        keys.addStretch()
        card.body.addLayout(keys)
        danger = QHBoxLayout()
        danger.addWidget(Button(self.tr("Void the leaf"), "danger"))
        danger.addStretch()
        card.body.addLayout(danger)
        card.body.addStretch()
        return card

    def _table_card(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        table = Table()
        table.setModel(self._rows(table))
        for at, width in enumerate((104, 190, 76)):
            table.setColumnWidth(at, width)
        table.selectRow(1)
        empty = Table(
            EmptyState(
                "receipt",
                self.tr("No receipts yet"),
                self.tr("Write the first one; it is kept here even while the hub is down."),
                "Ctrl+N",
            )
        )
        empty.setModel(QStandardItemModel(0, 3, empty))
        column.addWidget(table, 3)
        column.addWidget(empty, 2)
        return holder

    def _rows(self, parent: QWidget) -> QStandardItemModel:
        model = QStandardItemModel(0, 4, parent)
        model.setHorizontalHeaderLabels([self.tr("Number"), self.tr("Exhibitor"), self.tr("Booth"), self.tr("Total")])
        model.horizontalHeaderItem(3).setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        rows = (
            ("0001 7341", "华东精密机械展览(苏州)有限公司驻展馆办事处", "1B-07", "1,280.00"),
            ("0001 7342", "Messe Wärmetechnik GmbH", "3A-12", "652.60"),
            ("0001 7343", "欧阳家居", "2C-31", "88.00"),
            ("0001 7344", "北方灯光设备租赁", "1A-02", "12,400.00"),
            ("0001 7345", "绿洲食品", "4D-18", "305.50"),
        )
        for row in rows:
            items = [QStandardItem(text) for text in row]
            items[-1].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            model.appendRow(items)
        return model


def main(arguments: list[str]) -> int:
    """Show the gallery, or draw it into a file."""
    app = cast(QApplication, QApplication.instance() or QApplication(arguments[:1]))
    look = next((word for word in arguments if word in {"light", "dark", "system"}), "system")
    language = next((word for word in arguments if word in {"zh_CN", "en"}), "zh_CN")
    picture = next((word for word in arguments if word.endswith(".png")), "")
    Theme(app, cast(Choice, look)).start()
    Translation(app).choose(cast(Language, language), doubled="doubled" in arguments)
    gallery = Gallery()
    gallery.show()
    if not picture:
        return app.exec()
    app.processEvents()
    return 0 if gallery.grab().save(picture) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
