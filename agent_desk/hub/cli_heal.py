"""``agent-desk hub restore|restore-check|heal``: what IT does after the hub was lost, and to know beforehand that it works."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_desk.base.errors import DeskError
from agent_desk.hub.cli_desk import Add, CliDesk, Told

if TYPE_CHECKING:
    import psycopg

    from agent_desk.hub.heal import Gap, Healing
    from agent_desk.hub.restore import Checked


def add(verb: Callable[[str, str], argparse.ArgumentParser], server: Add) -> None:
    """Add the verbs; ``server`` adds what says where the hub is."""
    restore = verb("restore", "make a hub again from a backup, where none is; it comes up closed")
    server(restore)
    _from(restore)
    check = verb("restore-check", "restore a backup for trial, audit and compare it; exit code 1 when it is not whole")
    server(check)
    _from(check)
    check.add_argument(
        "--scratch",
        action="store_true",
        help="use the database named with --database on the server, which is dropped again; else a server made for it",
    )
    heal = verb("heal", "how far a restored hub is healed; bring its own facts, open it, name what is lost")
    server(heal)
    heal.add_argument("--as", dest="administrator", metavar="NUMBER", help="who says it, for --explain")
    doing = heal.add_mutually_exclusive_group()
    doing.add_argument("--status", action="store_true", help="only tell (the default)")
    doing.add_argument(
        "--facts", type=Path, nargs="+", metavar="FILE", help="bring hub-facts-*.jsonl files of newer backups"
    )
    doing.add_argument("--open", action="store_true", help="open the hub: seats send again from now on")
    doing.add_argument(
        "--close", action="store_true", help="close it: after a restore by other means, or a disk set back"
    )
    doing.add_argument("--explain", nargs=4, metavar=("ORIGIN", "FIRST", "LAST", "WHY"),
                       help="say as administrator that nobody holds these links any more")  # fmt: skip
    doing.add_argument("--new-password", metavar="NUMBER", help="a password for somebody the restored hub has none of")
    heal.add_argument("--new-password-file", metavar="FILE", help="file with the new password; - for standard input")


def _from(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--from", dest="folder", type=Path, required=True, help="the backup's folder")


def restore(desk: CliDesk) -> Told:
    """A hub from a backup."""
    from agent_desk.hub.backup import Login
    from agent_desk.hub.restore import restore as made_again

    login = Login(desk.args.superuser, desk.superuser_password())
    made = made_again(desk.args.folder, desk.address(), login, desk.kinds())
    told = {"database": made.database, "root_digest": made.root_digest, "without_password": list(made.without_password)}
    lines = [desk.say("restored", database=made.database, root=made.root_digest)]
    return told, [*lines, *_no_passwords(desk, made.without_password), desk.say("restored_next")]


def restore_check(desk: CliDesk) -> Told:
    """Whether a backup would do."""
    from agent_desk.hub import restore as restoring
    from agent_desk.hub.backup import Login

    args = desk.args
    try:
        if args.scratch:
            login = Login(args.superuser, desk.superuser_password())
            checked = restoring.check(args.folder, desk.address(), login, desk.kinds())
        else:
            checked = restoring.check_alone(args.folder, desk.kinds())
    except DeskError as problem:
        if problem.code not in {"backup_damaged", "restore_failed"}:
            raise
        told = {"ok": False, "folder": str(args.folder), "problem": problem.code, **problem.facts}
        return told, [desk.say("check_bad", folder=args.folder), desk.error(problem)]
    return _checked(desk, checked)


def _checked(desk: CliDesk, checked: Checked) -> Told:
    report = checked.report
    told = {"ok": checked.ok, "folder": str(desk.args.folder), "root_digest": report.root_digest,
            "expected": checked.expected, "links": report.links,
            "problems": [{"code": code, **facts} for code, facts in report.problems]}  # fmt: skip
    if checked.ok:
        return told, [desk.say("check_good", folder=desk.args.folder, links=report.links, root=report.root_digest)]
    lines = [desk.say("check_bad", folder=desk.args.folder)]
    if report.root_digest != checked.expected:
        lines.append(desk.say("check_root", found=report.root_digest, expected=checked.expected))
    for code, facts in report.problems:
        named = ", ".join(f"{name} {value}" for name, value in facts.items())
        lines.append(desk.say("audit_problem", code=code, facts=named))
    return told, lines


def heal(desk: CliDesk) -> Told:
    """One step of the healing, then how far it has come."""
    from agent_desk.hub import heal as healing

    args = desk.args
    if args.explain is not None:
        return _explain(desk)
    lines: list[str] = []
    told: dict[str, Any] = {}
    with desk.superuser() as connection:
        if args.close:
            healing.close(connection)
        elif args.open:
            healing.open_again(connection)
        elif args.new_password is not None:
            _give_password(desk, connection)
            lines.append(desk.say("password_changed", number=args.new_password))
        for path in args.facts or ():
            offered = healing.deliver(connection, path)
            told.setdefault("brought", []).append(
                {"file": str(path), "taken": offered.taken, "waiting": offered.waiting}
            )
            lines.append(desk.say("healed_facts", file=path, taken=offered.taken, waiting=offered.waiting))
        centres = healing.healing(connection)
    told["centres"] = [each.as_dict() for each in centres]
    return told, lines + [line for each in centres for line in _words(desk, each)]


def _explain(desk: CliDesk) -> Told:
    from agent_desk.hub.heal import name_hole

    origin, first, last, why = desk.args.explain
    if not desk.args.administrator or not desk.args.seat_file:
        raise DeskError("heal_who")
    if not (first.isdigit() and last.isdigit()):
        raise DeskError("hole_unknown")
    with desk.people() as (people, _):
        name_hole(people.session, origin, int(first), int(last), why)
    told = {"origin": origin, "first": int(first), "last": int(last), "why": why}
    return told, [desk.say("hole_named", **told)]


def _give_password(desk: CliDesk, connection: psycopg.Connection[Any]) -> None:
    from agent_desk.hub.founding import verifier
    from agent_desk.hub.heal import set_password

    number = desk.args.new_password
    password = desk.password(desk.args.new_password_file, "ask_new", twice=True, number=number)
    set_password(connection, number, verifier(connection, password))


def _words(desk: CliDesk, centre: Healing) -> list[str]:
    state = "heal_open" if centre.opened else "heal_closed" if centre.at_home else "heal_elsewhere"
    lines = [desk.say(state, name=centre.name, links=centre.own_links)]
    lines += _no_passwords(desk, centre.without_password)
    lines += gap_words(desk.say, centre.gaps)
    for hole in centre.named:
        lines.append(desk.say("hole_line", origin=hole.origin, first=hole.first, last=hole.last, why=hole.why,
                              filled=hole.filled))  # fmt: skip
    lines += [desk.say("kept_line", origin=one.origin, seq=one.seq, fact=one.fact) for one in centre.kept]
    return lines


def gap_words(say: Callable[..., str], gaps: tuple[Gap, ...]) -> list[str]:
    """What the hub lost and nobody has brought, a line each."""
    return [
        say("gap_hub" if gap.hubs else "gap_line" if gap.number else "gap_unknown", origin=gap.origin,
            number=gap.number, seat=gap.seat, first=gap.first, last=gap.last, waiting=gap.waiting)
        for gap in gaps
    ]  # fmt: skip


def _no_passwords(desk: CliDesk, numbers: tuple[str, ...]) -> list[str]:
    return [desk.say("without_password", numbers=", ".join(numbers))] if numbers else []


VERBS: dict[str, Callable[[Any], Told]] = {"restore": restore, "restore-check": restore_check, "heal": heal}
