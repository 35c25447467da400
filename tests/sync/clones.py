"""Disks that were copied, or set back to an older image."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.hub.port import Hub, HubSession, Judged, Outgoing
from tests.sync.desk import Seat, join


def image_of(seat: Seat, folder: Path) -> Path:
    """Switch a seat off and copy its disk, byte for byte; the seat is closed afterwards."""
    path = seat.store.path
    seat.close()
    folder.mkdir(parents=True)
    for each in path.parent.glob(path.name + "*"):
        shutil.copy2(each, folder / each.name)
    return folder


class LosingSession:
    """A session whose next answers to a push are lost after the hub has taken them."""

    def __init__(self, session: HubSession, losses: list[str]) -> None:
        self._session = session
        self._losses = losses

    def push(self, links: Sequence[Outgoing]) -> list[Judged]:
        """Take the links; the answer may be lost."""
        judged = self._session.push(links)
        if self._losses:
            raise DeskError("hub_away", why=self._losses.pop())
        return judged

    def __getattr__(self, name: str) -> object:
        return getattr(self._session, name)


class LosingHub:
    """A hub that takes what is sent and whose next answers are lost on the way."""

    def __init__(self, hub: Hub, losses: int) -> None:
        self._hub = hub
        self._losses = ["lost"] * losses

    def connect(self, number: str, password: str) -> HubSession:
        """Sign in."""
        return LosingSession(self._hub.connect(number, password), self._losses)  # type: ignore[return-value]


class Machines:
    """Makes machines out of images and lets go of them after the test."""

    def __init__(self, hub: Callable[[], Hub], folder: Path) -> None:
        self._hub = hub
        self._folder = folder
        self._count = 0
        self.running: list[Seat] = []

    def fresh(self, number: str, **others: Any) -> Seat:
        """Somebody signs in on a new machine."""
        return self._run(self._next(), number, **others)

    def from_image(self, image: Path, number: str, **others: Any) -> Seat:
        """A machine whose disk is this image."""
        folder = self._next()
        for each in image.iterdir():
            shutil.copy2(each, folder / each.name)
        return self._run(folder, number, **others)

    def on_again(self, seat: Seat, **others: Any) -> Seat:
        """The same machine, switched on again."""
        return self._run(seat.store.path.parent, seat.number, **others)

    def image(self, seat: Seat) -> Path:
        """Switch a machine off and keep its disk as an image."""
        self.running.remove(seat)
        self._count += 1
        return image_of(seat, self._folder / f"image{self._count}")

    def close(self) -> None:
        """Switch everything off."""
        for seat in self.running:
            seat.close()

    def _next(self) -> Path:
        self._count += 1
        folder = self._folder / f"machine{self._count}"
        folder.mkdir(parents=True)
        return folder

    def _run(self, folder: Path, number: str, **others: Any) -> Seat:
        self.running.append(join(others.pop("hub", None) or self._hub(), number, folder, **others))
        return self.running[-1]
