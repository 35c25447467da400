"""``agent-desk hub erase|retain|erasures|held|set``: what people settle, and where erased values still lie."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, SubjectId
from agent_desk.hub.cli_desk import Add, CliDesk, Told

if TYPE_CHECKING:
    from agent_desk.hub.erasures import Erasures
    from agent_desk.hub.port import Erased, Held


def add(verb: Callable[[str, str], argparse.ArgumentParser], signed_in: Add, server: Add) -> None:
    """Add the verbs; ``signed_in`` and ``server`` add what says who asks and where the hub is."""
    erase = verb("erase", "let personal values go for good, on the hub and on every seat")
    signed_in(erase)
    which = erase.add_mutually_exclusive_group(required=True)
    which.add_argument("--fact", help="id of the fact")
    which.add_argument("--subject", help="id of what the facts are about: every fact of it")
    erase.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="FIELD",
        help="only this value; may be repeated; else all of them",
    )
    erase.add_argument("--why", required=True, help="the reason, without the value: everybody's seat is told")
    held = verb("held", "held facts that wait for you; release or void one")
    signed_in(held)
    held.add_argument("--release", metavar="FACT", help="let this fact count from now on")
    held.add_argument("--void", metavar="FACT", help="let this fact never count")
    held.add_argument("--why", default="", help="the reason, told with it")
    setting = verb("set", "what the centre sets for all its seats; without options, what holds now")
    signed_in(setting)
    setting.add_argument(
        "--grace-days", type=int, metavar="DAYS", help="days for which a seat lets people in while the hub is away"
    )
    setting.add_argument(
        "--oldest-client", metavar="VERSION", help="the oldest desk that is handed anything; it may always send"
    )
    server(verb("retain", "let go of personal values kept as long as their kind says: for a nightly job"))
    server(verb("erasures", "where erased values may still lie; exit code 1 while there is such a place"))


def erase(desk: CliDesk) -> Told:
    """Erase by fact or by subject."""
    args = desk.args
    with desk.people() as (people, _):
        if args.fact is not None:
            done = [people.session.erase(FactId(args.fact), args.name, args.why)]
        else:
            done = people.session.erase_subject(SubjectId(args.subject), args.name, args.why)
    gone = [one for one in done if one.names]
    words = [desk.say("erased_line", fact=one.fact, names=", ".join(one.names)) for one in gone]
    return {"erased": [_erased(one) for one in gone]}, [
        *words, desk.say("erased_next") if gone else desk.say("erased_nothing")
    ]  # fmt: skip


def _erased(one: Erased) -> dict[str, Any]:
    return {"fact": one.fact, "names": list(one.names), "told_by": one.told_by}


def held(desk: CliDesk) -> Told:
    """List held facts, or rule one."""
    from agent_desk.hub.port import Verdict

    args = desk.args
    if args.release is not None and args.void is not None:
        raise DeskError("hub.one_ruling")
    with desk.people() as (people, _):
        for fact, verdict, word in (
            (args.release, Verdict.ACCEPTED, "held_released"), (args.void, Verdict.VOIDED, "held_voided"),
        ):  # fmt: skip
            if fact is not None:
                people.session.rule(FactId(fact), verdict, args.why)
                return {"fact": fact, "verdict": verdict.value}, [desk.say(word, fact=fact)]
        listed = people.session.held()
    words = [_held_line(desk, one) for one in listed] or [desk.say("held_none")]
    return {"held": [vars_of(one) for one in listed]}, words


def vars_of(one: Held) -> dict[str, Any]:
    """A held fact for another program."""
    return {
        "fact": one.fact, "kind": one.kind, "group": one.group, "author": one.author, "reason": one.reason,
        "received": one.hub_us,
    }  # fmt: skip


def _held_line(desk: CliDesk, one: Held) -> str:
    return desk.say(
        "held_line", time=desk.clock(one.hub_us), fact=one.fact, kind=one.kind, group=one.group, author=one.author,
        reason=one.reason,
    )  # fmt: skip


def set_centre(desk: CliDesk) -> Told:
    """Days of grace and the oldest desk."""
    with desk.people() as (people, _):
        told = dict(people.set_centre(grace_days=desk.args.grace_days, oldest_client=desk.args.oldest_client))
    words = [desk.say("set_grace", days=told["grace_days"])]
    words.append(
        desk.say("set_oldest", version=told["oldest_client"]) if told["oldest_client"] else desk.say("set_any")
    )
    return told, words


def retain(desk: CliDesk) -> Told:
    """IT's nightly job."""
    from agent_desk.hub import erasures

    with desk.superuser() as connection:
        done = erasures.retain(connection)
        erasures.sweep(connection)
    return {"erased": done}, [desk.say("retained", n=done)]


def places(desk: CliDesk) -> Told:
    """Where erased values may still lie."""
    from agent_desk.hub.erasures import erasures

    with desk.superuser() as connection:
        told = erasures(connection)
    return {**told.as_dict(), "ok": told.reached}, _places_words(desk, told)


def _places_words(desk: CliDesk, told: Erasures) -> list[str]:
    words = [desk.say("erasures_count", facts=told.facts, values=told.values)]
    for seat in told.seats:
        facts = {"seat": seat.seat, "number": seat.number}
        if seat.missing:
            words.append(desk.say("erasures_seat", n=seat.missing, time=desk.clock(seat.oldest), **facts))
        words += [desk.say("erasures_copy", file=name, **facts) for name in seat.left]
    for backup in told.backups:
        word = "erasures_backup" if backup.here else "erasures_backup_gone"
        words.append(desk.say(word, folder=backup.folder, time=desk.clock(backup.taken), n=backup.holds))
    if told.reached:
        words.append(desk.say("erasures_clean"))
    return words


VERBS: dict[str, Callable[[Any], Told]] = {
    "erase": erase, "held": held, "set": set_centre, "retain": retain, "erasures": places,
}  # fmt: skip
