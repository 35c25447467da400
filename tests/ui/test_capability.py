"""Rooms are built in steps, with the window alive between them."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.ui.capability import Room, at_once, in_turns


def _making(told: list[str]) -> Generator[None, None, Room]:
    for step in ("first", "second", "third"):
        told.append(step)
        yield
    return Room(QWidget())


def test_the_loop_turns_between_the_steps_of_a_room(qapp: QApplication) -> None:
    told: list[str] = []

    async def somebody_types() -> None:
        while told[-1:] != ["third"]:
            told.append("key")
            await asyncio.sleep(0)

    async def story() -> Room:
        typing = asyncio.ensure_future(somebody_types())
        room = await in_turns(_making(told))
        await typing
        return room

    room = asyncio.run(story())
    steps = [at for at, word in enumerate(told) if word != "key"]
    assert all(later - earlier > 1 for earlier, later in pairwise(steps)), told
    room.page.deleteLater()


def test_all_at_once_gives_the_same_room(qapp: QApplication) -> None:
    told: list[str] = []
    room = at_once(_making(told))
    assert told == ["first", "second", "third"]
    room.page.deleteLater()


def test_a_step_that_fails_is_heard(qapp: QApplication) -> None:
    def broken() -> Generator[None, None, Room]:
        yield
        raise ValueError("no page")

    with pytest.raises(ValueError, match="no page"):
        asyncio.run(in_turns(broken()))
