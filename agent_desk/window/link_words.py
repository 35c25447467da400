"""What the window says of the link to the hub: always in words, never one green dot."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject

from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.ui.capability import LinkSeen
from agent_desk.ui.time_words import clock_time
from agent_desk.ui.widgets import Shape

_REFUSALS = {
    "sign_in_refused": QT_TRANSLATE_NOOP(
        "LinkVoice",
        "The hub no longer takes this password. What you write stays safe on this seat; sign out and sign in again.",
    ),
    "hub_untrusted": QT_TRANSLATE_NOOP(
        "LinkVoice",
        "The server could not prove that it is the centre's hub. Nothing is sent to it. Tell IT before anything else.",
    ),
    "rights": QT_TRANSLATE_NOOP(
        "LinkVoice", "Your rights on the hub have ended. What you wrote stays safe on this seat; ask your leader."
    ),
    "fork": QT_TRANSLATE_NOOP(
        "LinkVoice",
        "The hub no longer holds what it had confirmed of this seat: somebody changed it, or this disk."
        " Everything is kept here; of that part nothing is sent. Tell IT at once.",
    ),
    "set_back": QT_TRANSLATE_NOOP(
        "LinkVoice",
        "The hub holds less than it had confirmed: its disk was set back. Nothing is sent, and nothing is lost here."
        " Tell IT at once: agent-desk hub heal --close, then --open.",
    ),
    "client_too_old": QT_TRANSLATE_NOOP(
        "LinkVoice", "This desk is too old for the hub. What you write stays safe here; ask IT for the new version."
    ),
    "closed": QT_TRANSLATE_NOOP(
        "LinkVoice", "The hub is closed for repair. Go on as usual; everything goes up by itself when it opens."
    ),
}
_ANY_REFUSAL = QT_TRANSLATE_NOOP(
    "LinkVoice",
    "The hub refuses what this seat sends ({why}). Everything is kept here and nothing is lost. Tell IT this word.",
)
_SHORT_REFUSALS = {
    "sign_in_refused": QT_TRANSLATE_NOOP("LinkVoice", "password not taken"),
    "hub_untrusted": QT_TRANSLATE_NOOP("LinkVoice", "hub not proven"),
    "rights": QT_TRANSLATE_NOOP("LinkVoice", "rights ended"),
    "fork": QT_TRANSLATE_NOOP("LinkVoice", "the hub was changed"),
    "set_back": QT_TRANSLATE_NOOP("LinkVoice", "hub set back"),
    "client_too_old": QT_TRANSLATE_NOOP("LinkVoice", "desk too old"),
    "closed": QT_TRANSLATE_NOOP("LinkVoice", "hub closed"),
}


@dataclass(frozen=True)
class LinkWords:
    """One state of the link as the window shows it.

    ``short`` stands in the header behind the shape, in the colour of ``tone``; ``sentence``
    stands in a bar while it is true, ``""`` for no bar.
    """

    tone: str
    shape: Shape
    short: str
    sentence: str = ""


class LinkVoice(QObject):
    """Puts the state of the link into words, in the language in force."""

    def words(self, state: LinkSeen | None, now_us: int) -> LinkWords:
        """The words for a state; ``None`` before the first answer."""
        if state is None or state.kind == "waiting":
            return LinkWords("muted", Shape.RING, self.tr("connecting to the hub …"))
        if state.kind == "refused":
            return self._refused(state)
        if state.kind == "down" and state.why == "unproven":
            return self._unproven(state)
        if state.kind == "down":
            return self._down(state, now_us)
        return self._linked(state, now_us)

    def _linked(self, state: LinkSeen, now_us: int) -> LinkWords:
        if not state.unsent:
            return LinkWords("ok", Shape.DOT, self.tr("linked to the hub"))
        if state.kind == "lagging" and state.oldest_us is not None:
            return LinkWords("warn", Shape.TRIANGLE, self._unsent(state, now_us))
        return LinkWords("ok", Shape.UP, self.tr("linked · sending %n", None, state.unsent))

    def _down(self, state: LinkSeen, now_us: int) -> LinkWords:
        since = clock_time(state.since_us, now_us)
        short = self._unsent(state, now_us) if state.unsent else self.tr("hub out of reach since {0}").format(since)
        if state.why == "healing":
            sentence = self.tr(
                "The hub was restored and is being completed since {0}."
                " Write as usual; everything goes up by itself when it opens."
            )
        else:
            sentence = self.tr(
                "The hub has been out of reach since {0}."
                " Write receipts as usual; they go up by themselves when it is back."
            )
        return LinkWords("warn", Shape.TRIANGLE, short, sentence.format(since))

    def _unproven(self, state: LinkSeen) -> LinkWords:
        stays = self.tr("not proven · %n stay here", None, state.unsent) if state.unsent else self.tr("not proven")
        return LinkWords("warn", Shape.QUESTION, stays)

    def _refused(self, state: LinkSeen) -> LinkWords:
        short, sentence = _SHORT_REFUSALS.get(state.why), _REFUSALS.get(state.why, _ANY_REFUSAL)
        why = QCoreApplication.translate("LinkVoice", short) if short else state.why
        told = QCoreApplication.translate("LinkVoice", sentence).format(why=state.why)
        return LinkWords("danger", Shape.CROSS, self.tr("refused: {0}").format(why), told)

    def _unsent(self, state: LinkSeen, now_us: int) -> str:
        count = self.tr("%n not on the hub", None, state.unsent)
        if state.oldest_us is None:
            return count
        return self.tr("{0} · oldest {1}").format(count, clock_time(state.oldest_us, now_us))
