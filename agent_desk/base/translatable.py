"""Marks words in declared lists for translation, without pulling Qt into rooms that do not draw."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802, ARG001 - lupdate finds the words by this name
    """Hand ``text`` back unchanged; lupdate collects it under ``context``.

    The place that shows it translates it with ``QCoreApplication.translate(context, text)``.
    """
    return text
