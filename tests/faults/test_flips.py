"""The table of checks that a reviewer may break: it stands in the README, it is true, and each test named goes red."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults.flips import FLIPS, ROOT, Flip, a_copy, goes_red, run, table

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("flip", FLIPS, ids=lambda flip: flip.name)
def test_the_check_stands_where_the_table_says_and_the_test_exists(flip: Flip) -> None:
    text = (ROOT / flip.file).read_text(encoding="utf-8")
    assert flip.applied(text) != text
    file, _, name = flip.test.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_the_readme_shows_the_table() -> None:
    assert table() in Path(__file__).with_name("README.md").read_text(encoding="utf-8")


def test_every_file_the_readme_names_is_there() -> None:
    told = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
    for name in set(re.findall(r"`((?:test_|simulation/|disk)[\w/]+\.(?:py|c))`", told)):
        assert (Path(__file__).parent / name).exists(), name


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_broken_check_turns_its_test_red(capsys: pytest.CaptureFixture[str]) -> None:
    green = []
    with a_copy() as copy:
        passed, _, said = run(copy, sorted({flip.test for flip in FLIPS}))
        assert passed, f"the tests must pass before anything is broken:\n{said}"
        for flip in FLIPS:
            red, said = goes_red(copy, flip)
            with capsys.disabled():
                print(f"\n{'red  ' if red else 'GREEN'} {flip.name}", end="", flush=True)
            if not red:
                green.append(f"{flip.name}\n{said}")
    assert not green, "\n".join(green)
