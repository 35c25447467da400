"""A leader allows something on another's screen, with number and password of their own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent_desk.base.errors import DeskError
from agent_desk.people.authorise_view import AuthoriseView

if TYPE_CHECKING:
    from agent_desk.base.ids import GroupId, StaffId, SubjectId
    from agent_desk.bootstrap.workstation import Workstation


async def ask_leader(station: Workstation, what: str, act: str, group: GroupId, about: SubjectId) -> StaffId | None:
    """Open the dialog and wait for its answer; ``None`` when nobody allowed it."""
    view = AuthoriseView(what, station.window)
    answer: asyncio.Future[StaffId | None] = asyncio.get_running_loop().create_future()
    asking = AskLeader(station, view, answer, act, group, about)
    view.authorise_requested.connect(lambda number, password: station.spawn(asking.ask(number, password)))
    view.finished.connect(asking.give_up)
    view.open()
    return await answer


@dataclass
class AskLeader:
    """One question to a leader, from opening the dialog to its answer."""

    station: Workstation
    view: AuthoriseView
    answer: asyncio.Future[StaffId | None]
    act: str
    group: GroupId
    about: SubjectId

    async def ask(self, number: str, password: str) -> None:
        """Check number and password; a refusal stays in the dialog."""
        people, messages = self.station.people, self.station.messages
        if people is None or messages is None:
            return
        try:
            witness = await people.authorise(number, password, self.act, self.group, self.about)
        except DeskError as problem:
            self.view.refuse(messages.sentence(problem))
            return
        if not self.answer.done():
            self.answer.set_result(witness.staff)
        self.view.accept()

    def give_up(self, _result: int) -> None:
        """The dialog was closed without a leader."""
        if not self.answer.done():
            self.answer.set_result(None)
