"""The one door through which the desk speaks to the person: status line first, a bar for what stays true, a dialog last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from agent_desk.base.errors import DeskError
from agent_desk.base.sentences import SENTENCES
from agent_desk.ui.question import Question
from agent_desk.ui.widgets.bar import Bar, BarStack
from agent_desk.ui.widgets.status_line import StatusLine


class HasBars(Protocol):
    """A view with room for bars: :class:`~agent_desk.ui.widgets.page.Page`, or anything with a ``bars`` stack."""

    bars: BarStack


class Messages(QObject):
    """Says what happened, what it means and what to do. Views never open message boxes themselves."""

    told = Signal(str)

    def __init__(
        self, status_line: StatusLine, window: QWidget | None = None, sentences: Mapping[str, str] = SENTENCES
    ) -> None:
        """``window`` is what dialogs belong to; default: the status line's window."""
        super().__init__(status_line)
        self._line = status_line
        self._window = window
        self._sentences = sentences

    def tell(self, text: str, tone: str = "muted") -> None:
        """Say the last thing done ("Receipt 0017 saved · 14:03")."""
        self._line.say(text, tone)
        self.told.emit(text)

    def undo(self, text: str, take_back: Callable[[], object]) -> None:
        """Say the last thing done and offer to take it back; better than asking "are you sure?" before."""
        self._line.say(text, "muted", take_back)
        self.told.emit(text)

    def progress(self, text: str, fraction: float | None, cancel: Callable[[], object] | None = None) -> None:
        """Show long work: how far from 0 to 1 (``None`` = not known). At 1 it is over."""
        if fraction is not None and fraction >= 1:
            self._line.end_work()
        else:
            self._line.show_work(text, fraction, cancel)

    def end_progress(self) -> None:
        """The long work is over or was given up."""
        self._line.end_work()

    def bar(
        self,
        view: HasBars,
        key: str,
        text: str,
        tone: str = "accent",
        action: tuple[str, Callable[[], object]] | None = None,
        *,
        dismissable: bool = False,
    ) -> Bar:
        """Say what stays true at the top of a view. The same key again changes the bar; :meth:`unbar` takes it away."""
        bar = view.bars.show_bar(key, text, tone, dismissable=dismissable)
        if action is not None:
            bar.offer(*action)
        return bar

    def unbar(self, view: HasBars, key: str) -> None:
        """It is true no longer."""
        view.bars.drop(key)

    def sentence(self, error: DeskError) -> str:
        """The plain sentence of an error in the language in force; facts it lacks stay visible as ``{name}``."""
        source = self._sentences.get(error.code)
        facts = dict(error.facts)
        if source is None:
            source = self._sentences.get("unknown", "{code}")
            facts = {"code": error.code}
        return QCoreApplication.translate("DeskError", source).format_map(_Facts(facts))

    def explain(self, error: DeskError, view: HasBars | None = None, tone: str = "danger") -> str:
        """Say what went wrong: in a bar of the view it happened in, else on the status line. Gives the sentence back."""
        text = self.sentence(error)
        if view is not None:
            self.bar(view, error.code, text, tone, dismissable=True)
        else:
            self._line.say(text, tone)
        self.told.emit(text)
        return text

    def question(self, title: str, text: str, verb: str, *, danger: bool = False) -> Question:
        """Open a question that does not hold up a ringing call; hear its ``answered`` signal."""
        asked = Question(title, text, verb, danger=danger, parent=self._window or self._line.window())
        asked.open()
        return asked

    async def ask(self, title: str, text: str, verb: str, *, danger: bool = False) -> bool:
        """Ask and wait for the answer without stopping anything else. The button says ``verb``, never "OK"."""
        import asyncio

        asked = self.question(title, text, verb, danger=danger)
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def take(yes: bool) -> None:
            if not answer.done():
                answer.set_result(yes)

        asked.answered.connect(take)
        try:
            return await answer
        except asyncio.CancelledError:
            asked.close()
            raise


class _Facts(dict[str, object]):
    """Leaves a placeholder without a fact as it is, so that a sentence can never fail."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
