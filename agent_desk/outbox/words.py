"""Why a fact is not on the hub, and what that means, in one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.outbox.model import Entry, Help, Standing
from agent_desk.outbox.ruling import may_count, may_rule

if TYPE_CHECKING:
    from agent_desk.ui.capability import LinkSeen, Who

translate = QCoreApplication.translate

_HELD = {
    "unreadable": QT_TRANSLATE_NOOP("Outbox", "held: the hub cannot read it · IT looks at it, nothing is lost"),
    "too_large": QT_TRANSLATE_NOOP("Outbox", "held: too large for the hub · write it again, shorter"),
    "kind_unknown": QT_TRANSLATE_NOOP(
        "Outbox", "held: newer than the hub · released when the hub is brought up to date"
    ),
    "field_wrong": QT_TRANSLATE_NOOP("Outbox", "held: a field does not hold what it should · correct it"),
    "role": QT_TRANSLATE_NOOP("Outbox", "held: your role may not write this · the leader releases or voids it"),
    "group": QT_TRANSLATE_NOOP("Outbox", "held: you are not in its group · the leader releases or voids it"),
    "personal": QT_TRANSLATE_NOOP("Outbox", "held: a name or number does not fit its seal · tell IT"),
    "rights_ended": QT_TRANSLATE_NOOP("Outbox", "held: written after your rights had ended · the leader decides"),
    "unproven": QT_TRANSLATE_NOOP("Outbox", "held: written without proof · its person confirms it"),
}
_HELD_OF_OTHERS = {
    "unreadable": QT_TRANSLATE_NOOP("Outbox", "held: the hub cannot read what {0} wrote"),
    "too_large": QT_TRANSLATE_NOOP("Outbox", "held: what {0} wrote is too large for the hub"),
    "field_wrong": QT_TRANSLATE_NOOP("Outbox", "held: a field {0} filled in does not hold what it should"),
    "role": QT_TRANSLATE_NOOP("Outbox", "held: {0} may not write this in their role"),
    "group": QT_TRANSLATE_NOOP("Outbox", "held: {0} is not in its group"),
    "personal": QT_TRANSLATE_NOOP("Outbox", "held: a name or number {0} wrote does not fit its seal"),
    "rights_ended": QT_TRANSLATE_NOOP("Outbox", "held: {0} wrote it after their rights had ended"),
}
_STANDINGS = {
    Standing.DISPUTED: QT_TRANSLATE_NOOP("Outbox", "disputed"),
    Standing.CONFLICT: QT_TRANSLATE_NOOP("Outbox", "conflict"),
    Standing.HELD: QT_TRANSLATE_NOOP("Outbox", "held"),
    Standing.UNPROVEN: QT_TRANSLATE_NOOP("Outbox", "unproven"),
    Standing.UNSENT: QT_TRANSLATE_NOOP("Outbox", "not sent"),
}
_HELPS = {
    Help.TRY_NOW: QT_TRANSLATE_NOOP("Outbox", "Try now"),
    Help.OPEN: QT_TRANSLATE_NOOP("Outbox", "Open"),
    Help.CONFIRM: QT_TRANSLATE_NOOP("Outbox", "How to confirm"),
}


def why(entry: Entry, link: LinkSeen | None, who: Who | None = None) -> str:
    """The reason beside an entry, and what comes of it, for who sits here."""
    if entry.standing is Standing.DISPUTED:
        return translate("Outbox", "disputed: number {0} is on another receipt too · compare the two papers").format(
            entry.reason
        )
    if entry.standing is Standing.CONFLICT:
        return translate("Outbox", "conflict: the hub has another content under this entry · compare the two")
    if entry.standing is Standing.HELD:
        if who is not None and entry.author != who.staff and entry.reason in _HELD_OF_OTHERS:
            return _held_of_others(entry, who)
        known = _HELD.get(entry.reason)
        return translate("Outbox", known) if known else translate("Outbox", "held: {0}").format(entry.reason)
    if entry.standing is Standing.UNPROVEN:
        return translate("Outbox", "written without proof · stays here until you sign in with the hub in reach")
    return _unsent(link)


def _held_of_others(entry: Entry, who: Who) -> str:
    told = translate("Outbox", _HELD_OF_OTHERS[entry.reason])
    reason = told.format(entry.writer or translate("Outbox", "somebody"))
    if not may_rule(entry, who):
        return translate("Outbox", "{0} · the leader decides").format(reason)
    if may_count(entry):
        return translate("Outbox", "{0} · release it or void it").format(reason)
    return translate("Outbox", "{0} · void it; it is written again").format(reason)


def _unsent(link: LinkSeen | None) -> str:
    if link is None or link.kind == "waiting":
        return translate("Outbox", "safe on this seat · connecting to the hub")
    if link.kind == "down":
        return translate("Outbox", "safe on this seat · the hub is out of reach, goes up by itself")
    if link.kind == "refused":
        return translate("Outbox", "safe on this seat · the hub refuses this seat, see the notice above")
    return translate("Outbox", "safe on this seat · being sent")


def standing(which: Standing) -> str:
    """The word of a standing."""
    return translate("Outbox", _STANDINGS[which])


def help_word(which: Help) -> str:
    """The word on the button that helps."""
    return translate("Outbox", _HELPS[which])


def decide_word() -> str:
    """The word on a button that leads to an entry one decides on."""
    return translate("Outbox", "Decide")


def ruled(counts: bool) -> str:
    """What was done with a held entry."""
    return translate("Outbox", "Released.") if counts else translate("Outbox", "Voided.")
