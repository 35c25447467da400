"""Every refusal of the people's room has a sentence, and the facts that fill it."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import agent_desk.people
import agent_desk.settings.secrets
from agent_desk.base.sentences import SENTENCES

SOURCES = [
    *Path(agent_desk.people.__path__[0]).glob("*.py"),
    Path(agent_desk.settings.secrets.__file__),
]


def raised() -> list[tuple[str, set[str], str]]:
    """Code, names of facts and place of each ``DeskError(…)`` in the sources."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DeskError":
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    names = {word.arg for word in node.keywords if word.arg}
                    found.append((str(code.value), names, f"{path.name}:{node.lineno}"))
    return found


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_refusal_has_a_sentence_and_its_facts() -> None:
    errors = raised()
    assert len(errors) > 40
    for code, names, place in errors:
        assert code in SENTENCES, f"{place}: {code} has no sentence"
        assert placeholders(SENTENCES[code]) <= names, f"{place}: {code} lacks facts"


def test_standing_warnings_have_a_sentence() -> None:
    assert "key_file_warning" in SENTENCES
    for code in ("vault_unreadable", "vault_unwritable", "keyring_missing"):
        assert placeholders(SENTENCES[code]) <= {"why"}
