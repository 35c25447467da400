"""``agent-desk rehearse``: play the day into a folder; the exit code tells the truth."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent_desk.rehearsal.play import Plan
    from agent_desk.rehearsal.summary import Summary

HELD, BROKEN, NOT_PLAYED = 0, 1, 2
PLUGIN_ONLY = "This plugin does not support"
"""What the off-screen platform says of every window."""
FEW, TYPED_OF_FEW, TYPED = 6, 3, 8


def add_parser(subparsers: Any) -> None:
    """Add ``rehearse`` to the command line."""
    parser = subparsers.add_parser(
        "rehearse",
        help="play a day with an outage on the real window, store and hub, and count that nothing is lost",
        description=f"Exit code {HELD}: every check held. {BROKEN}: one did not. {NOT_PLAYED}: it could not be played.",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for pictures, papers, audit and summary")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON and nothing else")
    parser.add_argument("--short", action="store_true", help="a few receipts and pictures in one look only")
    parser.add_argument("--embedded", action="store_true", help="on the embedded hub even if PostgreSQL is there")
    parser.add_argument(
        "--spoil", choices=("lost", "altered"), default="", help="damage the hub before the audit: it must then end red"
    )
    parser.add_argument("--pictures-to", type=Path, help="also copy the pictures the README shows into this folder")


def run(args: argparse.Namespace) -> int:
    """Play; returns the exit code."""
    from agent_desk.rehearsal.screens import off_screen

    for stream in (sys.stdout, sys.stderr):  # code page 936 cannot print everything we say
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    out: Path = args.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    off_screen(out)
    _by_the_clock_of_the_hall()
    tell = _quiet if args.json else _say
    try:
        summary = play(_plan(args, out), tell)
    except Exception as problem:  # noqa: BLE001 - whatever it was, the exit code must say that nothing was proved
        import traceback

        traceback.print_exc()
        print(f"the rehearsal could not be played: {problem}", file=sys.stderr)  # noqa: T201 - the command line
        return NOT_PLAYED
    summary.write(out)
    if args.pictures_to is not None:
        from agent_desk.rehearsal.pictures import copy_for_readme

        copy_for_readme((out / each for each in summary.pictures), args.pictures_to)
    print(summary.as_json() if args.json else _last_lines(summary, out))  # noqa: T201 - the command line
    return HELD if summary.held else BROKEN


def _by_the_clock_of_the_hall() -> None:
    """The invented hall stands in China: its papers and the window then tell the same hour on every machine."""
    if hasattr(time, "tzset"):
        os.environ["TZ"] = "CST-8"  # as POSIX writes UTC+8, without a time zone database
        time.tzset()


def _plan(args: argparse.Namespace, out: Path) -> Plan:
    from agent_desk.rehearsal.pictures import LOOKS
    from agent_desk.rehearsal.play import Plan

    if args.short:
        return Plan(out, few=FEW, typed=TYPED_OF_FEW, looks=LOOKS[:1], embedded=args.embedded, spoil=args.spoil)
    return Plan(out, typed=TYPED, embedded=args.embedded, spoil=args.spoil)


def play(plan: Plan, tell: Any) -> Summary:
    """Make application and loop, play, and see that no thread is left."""
    import asyncio
    import gc

    import qasync
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from agent_desk.rehearsal.play import Play

    known = set(threading.enumerate())
    warned: list[str] = []
    before = qInstallMessageHandler(lambda _kind, _context, text: warned.append(text))
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(["agent-desk"])
    app.setApplicationName("Agent Desk")
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    try:
        with loop:
            summary: Summary = loop.run_until_complete(Play(app, plan, tell).run())
    finally:
        asyncio.set_event_loop(None)
        del loop
        gc.collect()
        qInstallMessageHandler(before)
    left = [thread.name for thread in threading.enumerate() if thread not in known]
    loud = [text for text in warned if not text.startswith(PLUGIN_ONLY)]
    summary.check("after", "Qt warned of nothing", not loud, "; ".join(loud[:5]))
    summary.check("after", "no thread is left", not left, ", ".join(left))
    return summary


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command line


def _quiet(line: str) -> None:
    del line


def _last_lines(summary: Summary, out: Path) -> str:
    broken = [f"NOT HELD  {check.act}: {check.what}  [{check.seen}]" for check in summary.broken]
    figures = [f"{what}: {value}" for what, value in summary.figures.items() if what not in {"count", "stands"}]
    whole = f"{sum(summary.seconds.get(f'act {number}', 0.0) for number in range(1, 8)):.0f} s"
    return "\n".join([*figures, *broken, f"{summary.verdict()} ({whole}); see {out / 'summary.md'}"])
