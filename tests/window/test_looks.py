"""Every page, dialog and state in both languages, both themes and in doubled words: nothing is cut, nothing is nameless."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.people.authorise_view import AuthoriseView
from agent_desk.people.first_run_view import FirstRunView, Joining
from agent_desk.ui.crash import report_of
from agent_desk.ui.crash_page import CrashPage
from agent_desk.ui.shortcut_sheet import ShortcutSheet
from agent_desk.window.settings_dialog import SettingsDialog
from tests.probes.desk import Desk
from tests.probes.looks import cut_words, nameless, spilled


@pytest.mark.parametrize(
    ("language", "theme", "doubled"),
    [("zh_CN", "light", False), ("zh_CN", "dark", True), ("en", "dark", False), ("en", "light", True)],
    ids=["Chinese, light", "Chinese doubled, dark", "English, dark", "English doubled, light"],
)
def test_no_word_is_cut_and_no_control_is_nameless(
    qapp: QApplication, tmp_path: Path, language: str, theme: str, doubled: bool
) -> None:
    desk = Desk(qapp, tmp_path, language=language, theme=theme)
    desk.station.translation.choose(language, doubled=doubled)  # type: ignore[arg-type]
    faults: list[str] = []

    async def look(where: str, what: QWidget | None = None) -> None:
        await asyncio.sleep(0.05)
        shown = what or desk.window
        faults.extend(f"{where}: {one}" for one in (*cut_words(shown), *nameless(shown), *spilled(shown)))

    async def story() -> None:
        await _doors(desk, look)
        await desk.sign_in()
        await desk.linked()
        await _work(desk, look)
        await _dialogs(desk, look)

    desk.live(story)
    desk.station.translation.choose("en")
    assert not faults, "\n" + "\n".join(dict.fromkeys(faults))


async def _doors(desk: Desk, look) -> None:  # type: ignore[no-untyped-def]
    await look("sign-in")
    await desk.try_to_sign_in("8012", "wrong")
    await look("refused")
    desk.door._turn_unproven()
    await look("unproven")
    desk.door._turn_unproven()
    first = desk.station.door.show_first_run(may_go_back=True)
    await look("first run")
    assert isinstance(first, FirstRunView)
    first.show_joining(Joining("临江会展中心", "hub.linjiang.example", 5432, "", "3", "3 号台"))
    await look("joining")
    first.refuse("x " * 60)
    await look("joining refused")
    desk.station.door.show_sign_in()


async def _work(desk: Desk, look) -> None:  # type: ignore[no-untyped-def]
    work = desk.window.work
    for place in work.places:
        work.go(place)
        await asyncio.sleep(0.4)
        await look(f"{place}, empty")
    await desk.write("LJ000007")
    await desk.write("LJ000007")
    await desk.linked()
    assert desk.cable is not None
    desk.cable.pulled = True
    await desk.write("LJ000008", "LJ000009")
    await desk.down()
    await asyncio.sleep(0.6)
    for place in work.places:
        work.go(place)
        await asyncio.sleep(0.3)
        await look(f"{place}, during an outage")
    desk.cable.pulled = False
    await desk.linked()


async def _dialogs(desk: Desk, look) -> None:  # type: ignore[no-untyped-def]
    station = desk.station
    station.show_settings()
    station.show_shortcuts()
    for kind in (SettingsDialog, ShortcutSheet):
        dialog = desk.window.findChild(kind)
        await look(kind.__name__, dialog)
        dialog.close()
    allow = AuthoriseView(desk.station.tr("Void a receipt"), desk.window)
    allow.open()
    await look("authorise", allow)
    allow.refuse("x " * 60)
    await look("authorise refused", allow)
    allow.reject()
    page = CrashPage(report_of(ValueError("x"), "main"), lambda: None, desk.window)
    page.show()
    await look("crash page", page)
    page.close()
    assert station.messages is not None
    question = station.messages.question(station.tr("Close Agent Desk?"), "x " * 80, station.tr("Close"))
    await look("question", question)
    question.reject()
    assert station.people is not None
    station.people.lock()
    assert station.lock_view is not None
    await look("locked")
    station.lift_lock()
