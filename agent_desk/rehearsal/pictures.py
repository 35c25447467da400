"""Pictures of the window: in both languages and themes, on the smallest seat and on a large screen at 150 %."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage

from agent_desk.bootstrap.workstation import Workstation
from agent_desk.rehearsal.screens import LARGE, LARGE_SCALE, LARGE_SIZE
from agent_desk.window.declared import LANGUAGE, THEME
from agent_desk.window.frame import FIRST

LOOKS = (("zh_CN", "light"), ("en", "light"), ("en", "dark"), ("zh_CN", "dark"))
"""In this order the whole window is dressed anew only twice a scene."""
LARGEST = 200_000
SMALLEST = 0
"""Qt's quality of a PNG is how little it is packed."""
SETTLE_SECONDS = 0.12
"""Long enough for what a switch of language or a new size makes the pages ask their store."""
FOR_README = {
    "1-door-zh_CN-light": "sign-in",
    "4-form-zh_CN-light": "receipt-while-the-hub-is-down",
    "4-form-en-dark": "receipt-while-the-hub-is-down-en-dark",
    "3-outbox-zh_CN-light": "not-on-the-hub",
    "5-list-zh_CN-light": "all-on-the-hub",
    "6-leader-en-dark": "leader-en-dark",
}
"""Which pictures the README shows, and what they are called there."""


@dataclass
class Camera:
    """Takes pictures into a folder. ``looks`` are the (language, theme) pairs of each scene."""

    folder: Path
    looks: tuple[tuple[str, str], ...] = LOOKS
    home: tuple[str, str] = LOOKS[0]
    """The look in which the day is played."""
    taken: list[Path] = field(default_factory=list)

    async def scene(self, station: Workstation, name: str, *, large: bool = False) -> None:
        """Every look of what the window shows now, then the look it had before."""
        for language, theme in self.looks:
            await dress(station, language, theme)
            self._shoot(station, f"{name}-{language}-{theme}")
        if large and any(screen.name() == LARGE for screen in QGuiApplication.screens()):
            await self._on_the_large_screen(station, name)
        await dress(station, *self.home)

    async def _on_the_large_screen(self, station: Workstation, name: str) -> None:
        window = station.window
        there = next(screen for screen in QGuiApplication.screens() if screen.name() == LARGE)
        home, here = window.screen(), window.geometry()
        await dress(station, *self.home)
        window.setScreen(there)
        width, height = (round(each / LARGE_SCALE) for each in LARGE_SIZE)
        window.setGeometry(QRect(there.geometry().x(), 0, width, height))
        await asyncio.sleep(SETTLE_SECONDS)
        self._shoot(station, f"{name}-1920x1080-150")
        window.setScreen(home)
        window.setGeometry(here)
        await asyncio.sleep(SETTLE_SECONDS)

    def _shoot(self, station: Workstation, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.png"
        if station.window.grab().save(str(path)):
            self.taken.append(path)


async def dress(station: Workstation, language: str, theme: str) -> None:
    """Switch language and theme as the person's own switches do."""
    changed = False
    for setting, value in ((LANGUAGE, language), (THEME, theme)):
        if station.settings.get(setting) != value:
            station.settings.set(setting, value)
            changed = True
    if changed:
        await asyncio.sleep(SETTLE_SECONDS)


def fit_the_smallest_seat(station: Workstation) -> None:
    """The work area of the smallest seat the desk is drawn for."""
    station.window.resize(*FIRST)


def copy_for_readme(taken: Iterable[Path], folder: Path) -> list[Path]:
    """Copy the pictures the README shows into ``folder``, each at most :data:`LARGEST` bytes; returns them.

    One that is larger is kept in 256 colours, which nobody sees in a picture of a window.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = []
    for path in taken:
        name = FOR_README.get(path.stem)
        if name is None:
            continue
        target, image = folder / f"{name}.png", QImage(str(path))
        image.save(str(target), quality=SMALLEST)
        if target.stat().st_size > LARGEST:
            few = image.convertToFormat(QImage.Format.Format_Indexed8, Qt.ImageConversionFlag.ThresholdDither)
            few.save(str(target), quality=SMALLEST)
        kept.append(target)
    return kept
