"""Slow work waits on its lane, and a watch proves that the window never stood still."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
import qasync

from agent_desk.base.errors import DeskError
from agent_desk.ui.lane import Lane
from agent_desk.ui.watch import Watch


def in_loop(qapp, work):
    """Run a coroutine function in the window's loop."""
    with qasync.QEventLoop(qapp) as loop:
        return loop.run_until_complete(work())


def test_work_runs_on_one_other_thread_in_order(qapp) -> None:
    order: list[int] = []

    async def work() -> set[int]:
        with Lane("db") as lane:

            async def one(number: int) -> int:
                return await lane.run(lambda: (order.append(number), threading.get_ident())[1])

            return set(await asyncio.gather(*(one(number) for number in range(20))))

    threads = in_loop(qapp, work)
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    assert order == list(range(20))


def test_an_exception_comes_back_to_who_asked(qapp) -> None:
    def broken() -> None:
        raise DeskError("store_busy")

    async def work() -> None:
        with Lane("db") as lane:
            with pytest.raises(DeskError, match="store_busy"):
                await lane.run(broken)
            assert await lane.run(lambda: 7) == 7

    in_loop(qapp, work)


def test_the_window_goes_on_while_the_lane_works(qapp) -> None:
    async def work() -> int:
        with Lane("db") as lane:
            slow = asyncio.ensure_future(lane.run(time.sleep, 0.15))
            turns = 0
            while not slow.done():
                await asyncio.sleep(0.005)
                turns += 1
            return turns

    assert in_loop(qapp, work) > 5


def test_work_that_has_not_begun_can_be_dropped(qapp) -> None:
    done: list[str] = []
    gate = threading.Event()

    async def work() -> None:
        with Lane("db") as lane:
            first = asyncio.ensure_future(lane.run(gate.wait, 5))
            second = asyncio.ensure_future(lane.run(done.append, "second"))
            await asyncio.sleep(0.01)
            second.cancel()
            await asyncio.sleep(0.01)
            gate.set()
            await first
            await lane.run(done.append, "third")

    in_loop(qapp, work)
    assert done == ["third"]


def test_a_closed_lane_takes_nothing_more() -> None:
    lane = Lane("db")
    assert lane.submit(lambda: 1).result() == 1
    lane.close()
    lane.close()
    with pytest.raises(DeskError, match="lane_closed"):
        lane.submit(lambda: 1)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lane-db")]


def test_closing_waits_for_what_has_begun_and_drops_the_rest() -> None:
    done: list[int] = []
    begun = threading.Event()
    lane = Lane("db")

    def slow() -> None:
        begun.set()
        time.sleep(0.05)
        done.append(1)

    lane.submit(slow)
    lane.submit(done.append, 2)
    begun.wait(5)
    lane.close()
    assert done == [1]


def stand_still(seconds: float) -> None:
    time.sleep(seconds)


def spin(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


@pytest.mark.parametrize("block", [stand_still, spin])
def test_the_watch_sees_a_block_and_names_the_line(qtbot, block) -> None:
    with Watch() as watch:
        qtbot.wait(60)
        block(0.2)
        qtbot.wait(60)
    report = watch.report
    assert report.longest_ms >= 150
    assert report.over_limit >= 1
    worst = max(report.stands, key=lambda stand: stand.ms)
    assert block.__name__ in worst.where


def test_the_watch_is_quiet_over_a_quiet_window(qtbot) -> None:
    with Watch(limit_ms=1000) as watch:
        qtbot.wait(200)
    assert watch.report.pings > 5
    assert watch.report.over_limit == 0
    assert watch.report.stands == []


def test_a_watch_ends_even_while_the_window_is_blocked() -> None:
    watch = Watch().start()
    time.sleep(0.08)
    before = time.perf_counter()
    watch.stop()
    assert time.perf_counter() - before < 2
