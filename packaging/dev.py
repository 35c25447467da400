#!/usr/bin/env python3
"""Every developer command of Agent Desk: `python3 packaging/dev.py COMMAND`.

Needs nothing but the standard library and a Python to start with: it finds a supported one, makes `.venv` from the
lock, and on Debian adds the system packages it may add, or prints the line to type.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import checks  # noqa: E402
import environment  # noqa: E402
import lockfile  # noqa: E402
import machine  # noqa: E402
import peers  # noqa: E402
import screen_forms  # noqa: E402
from environment import ROOT, say  # noqa: E402


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):  # code page 936 and the C locale cannot print everything we say
        stream.reconfigure(encoding="utf-8", errors="replace")
    parser, options, rest = _parse(arguments)
    if rest and options.command not in {"run", "test", "bench"}:
        parser.error(f"{options.command} takes no further arguments: {' '.join(rest)}")
    try:
        return COMMANDS[options.command](options, rest)
    except (machine.MachineError, screen_forms.FormError) as problem:
        print(f"\n{problem}", file=sys.stderr)
    except subprocess.CalledProcessError as problem:
        print(f"\nfailed ({problem.returncode}): {subprocess.list2cmdline(problem.cmd)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
    return 1


def _parse(arguments: list[str]) -> tuple[argparse.ArgumentParser, argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="dev.py", description="Developer commands of Agent Desk.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("setup", help="make or refresh .venv and the system packages, nothing else")
    commands.add_parser("run", help="open the trial centre; with no screen, rehearse a day into a folder")
    test = commands.add_parser("test", help="static checks, then the tests; further arguments go to pytest")
    test.add_argument(
        "--long", action="store_true", help="also what takes hours: 500 kills, 10,000 simulated histories"
    )
    test.add_argument("--tests-only", action="store_true", help="skip the static checks")
    commands.add_parser("check", help="the static checks alone")
    bench = commands.add_parser("bench", help="the ratios of tests/bench, all or by name: bench start save")
    bench.add_argument("--long", action="store_true", help="also the forms that take minutes")
    bench.add_argument("--peer", action="store_true", help="also against PouchDB and its server, installed by npm")
    commands.add_parser("strings", help="collect the visible texts and compile the translations")
    commands.add_parser("forms", help="compile forms/screen/*.ui into modules")
    commands.add_parser("build", help="build the wheel; on Windows also the application folder")
    commands.add_parser("lock", help="resolve pyproject.toml into the lock with hashes")
    options, rest = parser.parse_known_args(arguments)
    return parser, options, rest


def setup(options: argparse.Namespace, rest: list[str]) -> int:
    """Make everything ready and say where it is."""
    _ready("run", "screen", "test")
    say(f"ready: {environment.PYTHON}")
    return 0


def run(options: argparse.Namespace, rest: list[str]) -> int:
    """Open the trial centre, or rehearse off-screen where there is no screen."""
    if _has_screen():
        _ready("run", "screen")
        return _desk("--trial", *rest)
    _ready("run", "rehearsal")
    folder = Path(rest[0]).resolve() if rest else ROOT / "rehearsal"
    say(f"no screen here, so the day is rehearsed off-screen into {folder}")
    code = _desk("rehearse", "--out", str(folder), QT_QPA_PLATFORM="offscreen")
    say(f"pictures, papers and the audit are in {folder}" if code == 0 else f"the rehearsal failed; see {folder}")
    return code


def test(options: argparse.Namespace, rest: list[str]) -> int:
    """Run the static checks and the tests; the exit code is 0 only if both are clean."""
    _ready("run", "screen", "rehearsal", "test")
    failed = [] if options.tests_only else checks.run_all()
    marks = ["-m", "not bench"] if options.long else []
    say("pytest")
    code = _python("-m", "pytest", *marks, *rest)
    if failed:
        print(f"static checks failed: {', '.join(failed)}", file=sys.stderr)
    return code or bool(failed)


def check(options: argparse.Namespace, rest: list[str]) -> int:
    """Run the static checks."""
    _ready("run")
    failed = checks.run_all()
    say(f"failed: {', '.join(failed)}" if failed else "all clean")
    return bool(failed)


def bench(options: argparse.Namespace, rest: list[str]) -> int:
    """Run the benchmarks, all or the named ones (`tests/bench/test_<name>.py`)."""
    _ready("run", "screen", "rehearsal", "test")
    folder = ROOT / "tests" / "bench"
    known = sorted(path.stem.removeprefix("test_") for path in folder.glob("test_*.py"))
    unknown = [name for name in rest if name not in known]
    if unknown or not known:
        raise machine.MachineError(f"no such bench: {' '.join(unknown)}; there are: {' '.join(known) or 'none'}")
    rest = rest or [name for name in known if name != "peers"]
    if options.peer and "peers" not in rest:
        rest.append("peers")
    told = {"AGENT_DESK_PEERS": peers.prepare()} if "peers" in rest else {}
    marks = "bench" if options.long else "bench and not long"
    files = [str(folder / f"test_{name}.py") for name in rest]
    return _python("-m", "pytest", "-m", marks, "-s", "-q", "-o", "faulthandler_timeout=0", *files, **told)


def strings(options: argparse.Namespace, rest: list[str]) -> int:
    """Collect the visible texts and compile the translations."""
    _ready("run")
    return _python(str(HERE / "strings.py"))


def forms(options: argparse.Namespace, rest: list[str]) -> int:
    """Compile the screen forms."""
    _ready("run")
    screen_forms.compile_all()
    return 0


def build(options: argparse.Namespace, rest: list[str]) -> int:
    """Build what is handed out."""
    _ready("run")
    code = strings(options, rest) or _python("-m", "hatchling", "build", "-t", "wheel", "-d", str(ROOT / "dist"))
    if code == 0 and os.name == "nt":
        spec = str(HERE / "agent-desk.spec")
        code = _python("-m", "PyInstaller", "--noconfirm", "--distpath", str(ROOT / "dist"), spec)
    say("built into dist" if code == 0 else "the build failed")
    return code


def lock(options: argparse.Namespace, rest: list[str]) -> int:
    """Resolve the dependencies again."""
    lockfile.resolve(ROOT / "pyproject.toml", environment.LOCK)
    return 0


def _ready(*groups: str) -> None:
    """Make the environment and add the system packages of these groups, or say what to type."""
    missing = machine.missing_packages(*groups)
    if missing and machine.may_install():
        say(f"installing Debian packages: {' '.join(missing)}")
        machine.install(list(missing))
    elif missing:
        say("these Debian packages are missing; what needs them will fail or be skipped:")
        for name, purpose in missing.items():
            print(f"     {name:22} {purpose}")
        print(f"   to add them: {machine.install_line(list(missing))}", flush=True)
    environment.prepare()


def _has_screen() -> bool:
    return (
        os.name == "nt"
        or sys.platform == "darwin"
        or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    )


def _desk(*arguments: str, **extra: str) -> int:
    return _python("-m", "agent_desk", *arguments, **extra)


def _python(*arguments: str, **extra: str) -> int:
    """Run the environment's Python in the project folder; return its exit code."""
    command = [str(environment.PYTHON), *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **extra}, check=False).returncode


COMMANDS = {
    "setup": setup,
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "strings": strings,
    "forms": forms,
    "build": build,
    "lock": lock,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
