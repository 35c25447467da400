"""The one kind of error the desk shows to people."""

from __future__ import annotations

from typing import Any


class DeskError(Exception):
    """Something a person must hear about: a code and the facts that fill its sentence.

    ``code`` names a sentence in :mod:`agent_desk.base.sentences`; ``facts`` fill its
    placeholders. Facts must never hold a password, a key or a customer's data: they are
    shown on screen and written to the log.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code, facts)

    def __str__(self) -> str:
        if not self.facts:
            return self.code
        told = ", ".join(f"{name}={value!r}" for name, value in sorted(self.facts.items()))
        return f"{self.code} ({told})"
