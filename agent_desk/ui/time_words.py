"""Moments as people at a desk say them: 14:03 today, 11-21 14:03 before; one rule for every view."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local(moment_us: int) -> datetime:
    """The seat's wall clock at a moment given in µs since 1970 UTC."""
    return (_EPOCH + timedelta(microseconds=moment_us)).astimezone()


def clock_time(moment_us: int, now_us: int) -> str:
    """``14:03`` for today, ``11-21 14:03`` for another day of this year, else with the year."""
    then, now = local(moment_us), local(now_us)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    return f"{then:%m-%d %H:%M}" if then.year == now.year else f"{then:%Y-%m-%d %H:%M}"
