"""What ``agent-desk hub`` says at a terminal: English here, Chinese in ``resources/i18n/zh_CN``.

The command runs on servers without a screen, so it reads the same catalogue without Qt.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.base.errors import DeskError
from agent_desk.base.places import resources
from agent_desk.base.sentences import SENTENCES
from agent_desk.base.translatable import QT_TRANSLATE_NOOP

CONTEXT = "HubCommand"

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "ask_superuser": QT_TRANSLATE_NOOP("HubCommand", "Password of the database administrator {user}: "),
        "ask_admin": QT_TRANSLATE_NOOP("HubCommand", "Password of {number}: "),
        "ask_new": QT_TRANSLATE_NOOP("HubCommand", "New password for {number}: "),
        "ask_again": QT_TRANSLATE_NOOP("HubCommand", "The same once more: "),
        "founded": QT_TRANSLATE_NOOP(
            "HubCommand", "The hub of {centre} is ready in the database {database} on {host}."
        ),
        "founded_file": QT_TRANSLATE_NOOP(
            "HubCommand", "Administrators work with the file {file}. It holds no secret."
        ),
        "founded_key": QT_TRANSLATE_NOOP(
            "HubCommand",
            "The private recovery key is in {file}, written this once. Carry it away from the hub and lock it up: "
            "it opens every seat's store, and nobody can make it again.",
        ),
        "founded_next": QT_TRANSLATE_NOOP(
            "HubCommand", "Next: agent-desk hub group, then agent-desk hub staff add, then agent-desk hub enrol."
        ),
        "upgraded": QT_TRANSLATE_NOOP("HubCommand", "The hub in {database} is up to date (schema {schema})."),
        "staff_added": QT_TRANSLATE_NOOP("HubCommand", "{number} {name} can sign in now."),
        "staff_changed": QT_TRANSLATE_NOOP("HubCommand", "{number} is changed."),
        "staff_line": QT_TRANSLATE_NOOP("HubCommand", "{number}  {name}  {grants}"),
        "staff_left": QT_TRANSLATE_NOOP("HubCommand", "{number}  {name}  cannot sign in"),
        "password_changed": QT_TRANSLATE_NOOP("HubCommand", "{number} has a new password."),
        "group_set": QT_TRANSLATE_NOOP("HubCommand", "The group {code} is called {name}."),
        "group_line": QT_TRANSLATE_NOOP("HubCommand", "{code}  {name}"),
        "enrolled": QT_TRANSLATE_NOOP(
            "HubCommand", "Seat {seat} ({name}) may join. Put {file} on that machine; it holds no secret."
        ),
        "backed_up": QT_TRANSLATE_NOOP(
            "HubCommand", "The backup in {folder} is written and read back. Root digest {root}."
        ),
        "no_logins": QT_TRANSLATE_NOOP(
            "HubCommand", "The server does not let passwords be copied: after a restore everybody needs a new one."
        ),
        "status_centre": QT_TRANSLATE_NOOP(
            "HubCommand", "{name}: {staff} people, {links} entries, {held} held, epoch {epoch}."
        ),
        "restored": QT_TRANSLATE_NOOP(
            "HubCommand",
            "The hub is back in the database {database}, closed. Root digest {root}: the same as in the backup.",
        ),
        "restored_next": QT_TRANSLATE_NOOP(
            "HubCommand",
            "Next: let seats reach it for a minute, or bring newer hub-facts files with agent-desk hub heal --facts; "
            "then agent-desk hub heal --open.",
        ),
        "without_password": QT_TRANSLATE_NOOP(
            "HubCommand",
            "They need a new password, since theirs is newer than the backup: {numbers}. "
            "agent-desk hub staff password, or hub heal --new-password when no administrator can sign in.",
        ),
        "check_good": QT_TRANSLATE_NOOP(
            "HubCommand", "The backup in {folder} comes up whole: {links} links, root digest {root}."
        ),
        "check_bad": QT_TRANSLATE_NOOP(
            "HubCommand", "The backup in {folder} is NOT good. Make another one today, to another disk."
        ),
        "check_root": QT_TRANSLATE_NOOP(
            "HubCommand", "It holds {found}, but its manifest says {expected}: something was put in or taken out."
        ),
        "healed_facts": QT_TRANSLATE_NOOP(
            "HubCommand", "{file}: {taken} of the hub's own facts taken, {waiting} wait for earlier ones."
        ),
        "heal_open": QT_TRANSLATE_NOOP("HubCommand", "{name} is open; the hub holds {links} facts of its own."),
        "heal_closed": QT_TRANSLATE_NOOP(
            "HubCommand",
            "{name} is closed until it is healed; the hub holds {links} facts of its own. "
            "When no more come, open it: agent-desk hub heal --open.",
        ),
        "heal_elsewhere": QT_TRANSLATE_NOOP(
            "HubCommand",
            "{name} is open somewhere else: this is a copy, with {links} facts of the hub itself. "
            "If the other one is gone for good (lost, moved, or its server upgraded), begin the healing here: "
            "agent-desk hub heal --close.",
        ),
        "gap_line": QT_TRANSLATE_NOOP(
            "HubCommand",
            "lost: {first} to {last} of {number} at seat {seat}; {waiting} wait behind. Start that seat, or ask who was "
            "there; then agent-desk hub heal --explain {origin} {first} {last} WHY",
        ),
        "gap_hub": QT_TRANSLATE_NOOP(
            "HubCommand",
            "lost: {first} to {last} of what the hub itself said; {waiting} wait behind. Let every seat reach the hub, or "
            "bring newer hub-facts files; then agent-desk hub heal --explain {origin} {first} {last} WHY",
        ),
        "gap_unknown": QT_TRANSLATE_NOOP(
            "HubCommand",
            "lost: whose {origin} is; {waiting} links of it wait from {last} on. They come in when its person signs in "
            "at the seat they were written at.",
        ),
        "hole_named": QT_TRANSLATE_NOOP("HubCommand", "{first} to {last} of {origin} are named as lost: {why}"),
        "hole_line": QT_TRANSLATE_NOOP(
            "HubCommand", "named as lost: {first} to {last} of {origin} ({why}); {filled} of them came back since"
        ),
        "kept_line": QT_TRANSLATE_NOOP(
            "HubCommand", "kept beside: link {seq} of {origin} (fact {fact}); the hub holds another one at its place"
        ),
        "audit_explained": QT_TRANSLATE_NOOP("HubCommand", "explained {code}: {facts}"),
        "status_closed": QT_TRANSLATE_NOOP("HubCommand", "{name} is closed until it is healed."),
        "status_seat": QT_TRANSLATE_NOOP("HubCommand", "seat {seat}, {number}: {state}, {unsent} unsent"),
        "status_silent": QT_TRANSLATE_NOOP(
            "HubCommand", "seat {seat}, {number}: unknown since {time}, {unsent} unsent then"
        ),
        "status_unsent": QT_TRANSLATE_NOOP("HubCommand", "{unsent} not on the hub, the oldest from {time}."),
        "status_all": QT_TRANSLATE_NOOP("HubCommand", "Everything the seats told of is on the hub."),
        "erased_line": QT_TRANSLATE_NOOP("HubCommand", "{fact}: {names} erased."),
        "erased_next": QT_TRANSLATE_NOOP(
            "HubCommand",
            "Every seat lets go of it as soon as it is linked. agent-desk hub erasures names the places left.",
        ),
        "erased_nothing": QT_TRANSLATE_NOOP("HubCommand", "Nothing was left to erase."),
        "held_line": QT_TRANSLATE_NOOP("HubCommand", "{time}  {fact}  {kind}  group {group}, by {author}: {reason}"),
        "held_none": QT_TRANSLATE_NOOP("HubCommand", "Nothing is held that you may decide."),
        "held_released": QT_TRANSLATE_NOOP("HubCommand", "{fact} counts from now on."),
        "held_voided": QT_TRANSLATE_NOOP("HubCommand", "{fact} never counts."),
        "set_grace": QT_TRANSLATE_NOOP(
            "HubCommand", "While the hub is away, a seat lets people in for {days} days after their last sign-in."
        ),
        "set_oldest": QT_TRANSLATE_NOOP("HubCommand", "Desks older than {version} may send, and are handed nothing."),
        "set_any": QT_TRANSLATE_NOOP("HubCommand", "Desks of every version are served."),
        "retained": QT_TRANSLATE_NOOP("HubCommand", "Retention: personal values of {n} entries let go."),
        "erasures_count": QT_TRANSLATE_NOOP("HubCommand", "{values} personal values of {facts} entries are erased."),
        "erasures_seat": QT_TRANSLATE_NOOP(
            "HubCommand",
            "seat {seat}, {number}: may hold values of {n} entries, the oldest erased {time}. It lets go when {number} "
            "signs in there; a file nobody uses any more is removed by hand.",
        ),
        "erasures_copy": QT_TRANSLATE_NOOP(
            "HubCommand", "seat {seat}, {number}: the copy {file} may hold erased values. Remove it by hand."
        ),
        "erasures_backup": QT_TRANSLATE_NOOP(
            "HubCommand",
            "backup {folder} of {time} holds values of {n} entries erased since. Remove it once a newer one is verified.",
        ),
        "erasures_backup_gone": QT_TRANSLATE_NOOP(
            "HubCommand",
            "backup {folder} of {time} held values of {n} entries erased since; it is not on this machine.",
        ),
        "erasures_clean": QT_TRANSLATE_NOOP("HubCommand", "No place is known that still holds an erased value."),
        "status_away": QT_TRANSLATE_NOOP("HubCommand", "{part} is away: {n} facts are not on the hub now."),
        "part_here": QT_TRANSLATE_NOOP("HubCommand", "{part}: here"),
        "part_aside": QT_TRANSLATE_NOOP("HubCommand", "{part}: taken out, {n} facts, lies in {table}"),
        "part_elsewhere": QT_TRANSLATE_NOOP("HubCommand", "{part}: taken out, {n} facts, kept elsewhere"),
        "part_left": QT_TRANSLATE_NOOP(
            "HubCommand",
            "Copy these tables with pg_dump, try the copies, and only then drop the tables. To put a month back: "
            "pg_restore it, then agent-desk hub partitions --attach.",
        ),
        "audit_centres": QT_TRANSLATE_NOOP("HubCommand", "centres: {n}"),
        "audit_origins": QT_TRANSLATE_NOOP("HubCommand", "chains: {n}"),
        "audit_links": QT_TRANSLATE_NOOP("HubCommand", "links: {n}"),
        "audit_facts": QT_TRANSLATE_NOOP("HubCommand", "different facts: {n}"),
        "audit_held": QT_TRANSLATE_NOOP("HubCommand", "held: {n}"),
        "audit_conflicts": QT_TRANSLATE_NOOP("HubCommand", "conflicts: {n}"),
        "audit_disputes": QT_TRANSLATE_NOOP("HubCommand", "disputed numbers told: {n}"),
        "audit_delivered_for_others": QT_TRANSLATE_NOOP("HubCommand", "delivered by a colleague: {n}"),
        "audit_numbers": QT_TRANSLATE_NOOP("HubCommand", "paper numbers: {n}"),
        "audit_away": QT_TRANSLATE_NOOP("HubCommand", "away, bodies not read: {part}, {n} facts"),
        "audit_problem": QT_TRANSLATE_NOOP("HubCommand", "PROBLEM {code}: {facts}"),
        "audit_root": QT_TRANSLATE_NOOP("HubCommand", "root digest: {root}"),
        "audit_good": QT_TRANSLATE_NOOP("HubCommand", "Nothing lost, nothing altered, nothing doubled."),
        "audit_bad": QT_TRANSLATE_NOOP(
            "HubCommand", "{n} problems. Keep the hub as it is and look at the last backup."
        ),
        "bundle_taken": QT_TRANSLATE_NOOP(
            "HubCommand", "{file}: {links} entries, {fresh} of them new to the hub, {held} held or in conflict."
        ),
        "bundle_written": QT_TRANSLATE_NOOP("HubCommand", "{number}: {links} entries in {file}."),
        "bundle_none": QT_TRANSLATE_NOOP("HubCommand", "{number}: nothing is unsent."),
        "bundle_stays": QT_TRANSLATE_NOOP(
            "HubCommand",
            "{number}: {unproven} entries written without proof stay here until their person confirms them.",
        ),
        "bundle_shut": QT_TRANSLATE_NOOP("HubCommand", "{number}: not opened. {sentence}"),
        "bundle_next": QT_TRANSLATE_NOOP(
            "HubCommand",
            "Only the hub can read them. Bring them to any seat that reaches it: agent-desk import FILE. They stay here, too.",
        ),
        "recovered": QT_TRANSLATE_NOOP(
            "HubCommand", "{number}: the key is in this account's keyring again; the data opens."
        ),
        "recovered_not": QT_TRANSLATE_NOOP("HubCommand", "{number}: {sentence}"),
        "recovered_none": QT_TRANSLATE_NOOP("HubCommand", "No key is missing on this account; nothing was changed."),
    }
)


class Speech:
    """Says the words in one language; ``chinese`` maps context and English text to Chinese."""

    def __init__(self, chinese: Mapping[str, Mapping[str, str]]) -> None:
        self._chinese = chinese

    def say(self, word: str, **facts: object) -> str:
        """One of WORDS, filled."""
        return self._translated(CONTEXT, WORDS[word]).format(**facts)

    def error(self, problem: DeskError) -> str:
        """The sentence of an error."""
        source = SENTENCES.get(problem.code, SENTENCES["unknown"])
        facts = {"code": problem.code, **problem.facts}
        try:
            return self._translated("DeskError", source).format(**facts)
        except (KeyError, IndexError):
            return self._translated("DeskError", SENTENCES["unknown"]).format(code=problem.code)

    def _translated(self, context: str, source: str) -> str:
        return self._chinese.get(context, {}).get(source, source)


def speech_of(surroundings: Mapping[str, str] = os.environ) -> Speech:
    """The language the terminal asks for: Chinese for ``zh…`` in LC_ALL, LC_MESSAGES or LANG."""
    asked = next((surroundings[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if surroundings.get(name)), "")
    if not asked.lower().startswith("zh"):
        return Speech({})
    told: dict[str, dict[str, str]] = {}
    for path in sorted((resources() / "i18n" / "zh_CN").glob("*.toml")):
        for context, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
            told.setdefault(context, {}).update(
                {source: text for source, text in entries.items() if isinstance(text, str)}
            )
    return Speech(told)
