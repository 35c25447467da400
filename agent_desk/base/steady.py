"""Keeps the window from standing still while Python cleans up."""

from __future__ import annotations

import gc


def hold_steady() -> None:
    """Let the garbage collector leave everything loaded so far alone.

    A full collection looks at every object there is and holds the interpreter meanwhile: 100 ms
    and more once all libraries are loaded, seen by the agent as a frozen window. What start-up
    loaded stays for the whole session anyway. Call it when start-up, and again when sign-in, is done.
    """
    gc.collect()
    gc.freeze()


def leave_alone() -> None:
    """The quick half, while somebody types at the door: what is loaded is left alone, nothing is swept before."""
    gc.freeze()
