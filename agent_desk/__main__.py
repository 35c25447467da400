"""The command ``agent-desk``: a window, or one of the commands for IT."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Start what the command line names; without a name the window."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["hub"]:
        return _hub(words[1:])
    if words[:1] in (["export"], ["import"], ["recover"]):
        from agent_desk.bootstrap.errands import Errand

        return Errand().run(words)
    if words[:1] == ["rehearse"]:
        return _rehearse(words[1:])
    return _window(words)


def _window(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="agent-desk",
        description="The workstation of a customer-service seat."
        " For IT: agent-desk hub --help; the same for export, import, recover and rehearse.",
    )
    parser.add_argument("--trial", action="store_true", help="open the trial centre without asking")
    asked = parser.parse_args(words)
    from agent_desk.bootstrap.start import run_window

    return run_window(trial=asked.trial)


def _hub(words: Sequence[str]) -> int:
    from agent_desk.capabilities import catalogue
    from agent_desk.hub.cli import add_parser, run

    parser = argparse.ArgumentParser(prog="agent-desk")
    add_parser(parser.add_subparsers(dest="command", required=True))
    return run(parser.parse_args(["hub", *words]), catalogue)


def _rehearse(words: Sequence[str]) -> int:
    from agent_desk.rehearsal.cli import add_parser, run

    parser = argparse.ArgumentParser(prog="agent-desk")
    add_parser(parser.add_subparsers(dest="command", required=True))
    return run(parser.parse_args(["rehearse", *words]))


if __name__ == "__main__":
    sys.exit(main())
