"""What the service promises: written once, kept as typed, told after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.receipts.draft import Draft, DraftLine
from agent_desk.receipts.model import State
from agent_desk.receipts.service import ReceiptService, Written
from tests.receipts.conftest import Seat
from tests.receipts.rooms import the_day

Run = Callable[[Any], Any]


def a_draft(service: ReceiptService, number: str = "LJ0020601") -> Draft:
    line = DraftLine("P004", "三相电箱 380V/15A", "2", "个", "1280.00")
    return Draft(
        service.new_id(), "LJ-2026-413", number, "1B16", "龘翔重型机械有限责任公司", "1",
        income="service", method="wechat", payer_name="王芳", lines=[line],
    )  # fmt: skip


def facts(seat: Seat) -> int:
    with seat.store.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM fact WHERE kind = 'receipt.written'").scalar_one())


def test_a_receipt_is_told_of_after_it_is_on_disk(seat: Seat, run: Run) -> None:
    told: list[tuple[Written, int]] = []
    seat.service.receipt_saved.connect(lambda written: told.append((written, facts(seat))))
    written = run(seat.service.write(a_draft(seat.service), "zh_CN"))
    assert told == [(written, 1)]
    kept = run(seat.service.receipt(written.fact))
    assert kept.total == 384_000  # 2 × 1,280.00 and 50 % while the event is open
    assert kept.surcharge[0].rule == "while_open"
    assert kept.happened == seat.clock.now_us()
    assert kept.cashier == seat.store.person.number


def test_a_double_click_is_the_same_fact(seat: Seat, run: Run) -> None:
    draft = a_draft(seat.service)

    async def twice() -> list[Written]:
        return list(await asyncio.gather(seat.service.write(draft, "en"), seat.service.write(draft, "en")))

    first, second = run(twice())
    assert (first.repeated, second.repeated) == (False, True)
    assert first.fact == second.fact
    assert facts(seat) == 1


def test_a_number_that_is_used_or_not_issued_is_refused_and_nothing_is_written(seat: Seat, run: Run) -> None:
    run(seat.service.write(a_draft(seat.service), "en"))
    for number, code in (("LJ0020601", "number_used"), ("LJ0099999", "number_outside")):
        with pytest.raises(DeskError, match=rf"receipts\.{code}"):
            run(seat.service.write(a_draft(seat.service, number), "en"))
    assert facts(seat) == 1


def test_a_form_in_the_making_comes_back_as_typed(seat: Seat, run: Run) -> None:
    draft = a_draft(seat.service)
    draft.lines.append(DraftLine(code="dxd", quantity="１2"))
    draft.note = "half a wor"
    seat.service.keep_draft(draft).result(5)
    assert run(seat.service.drafts()) == [draft]


def test_saving_forgets_the_form_in_the_same_step_and_a_late_timer_cannot_bring_it_back(seat: Seat, run: Run) -> None:
    draft = a_draft(seat.service)
    seat.service.keep_draft(draft).result(5)
    run(seat.service.write(draft, "en"))
    seat.service.keep_draft(draft).result(5)
    assert seat.store.drafts() == []


def test_a_form_that_could_not_be_saved_is_still_kept(seat: Seat, run: Run) -> None:
    draft = a_draft(seat.service, "LJ0099999")
    seat.service.keep_draft(draft).result(5)
    with pytest.raises(DeskError):
        run(seat.service.write(draft, "en"))
    seat.service.keep_draft(draft).result(5)
    assert run(seat.service.drafts()) == [draft]


def test_numbers_on_unfinished_forms_are_not_drawn_again(seat: Seat, run: Run) -> None:
    draft = a_draft(seat.service)
    seat.service.keep_draft(draft).result(5)
    assert run(seat.service.next_leaf()).number == "LJ0020602"
    assert run(seat.service.next_leaf(draft.fact)).number == "LJ0020601"
    run(seat.service.drop_draft(draft.fact))
    assert run(seat.service.next_leaf()).number == "LJ0020601"


def test_a_thrown_away_form_can_be_taken_back(seat: Seat, run: Run) -> None:
    draft = a_draft(seat.service)
    seat.service.keep_draft(draft).result(5)
    run(seat.service.drop_draft(draft.fact))
    assert run(seat.service.drafts()) == []
    run(seat.service.bring_back(draft))
    assert run(seat.service.drafts()) == [draft]


def test_a_receipt_is_made_void_once_and_with_a_reason(seat: Seat, run: Run) -> None:
    written = run(seat.service.write(a_draft(seat.service), "en"))
    with pytest.raises(DeskError, match=r"receipts\.void_reason"):
        run(seat.service.void(written.fact, "  ", 3))
    run(seat.service.void(written.fact, "金额写错", 3))
    assert run(seat.service.rows())[0].state is State.VOID
    with pytest.raises(DeskError, match=r"receipts\.void_already"):
        run(seat.service.void(written.fact, "again", 3))


def test_the_whole_sample_day_is_written_and_its_paper_made(seat: Seat, run: Run) -> None:
    leaves = [leaf.receipt for leaf in the_day().leaves if leaf.receipt.book == "LJ-2026-413"]
    for receipt in leaves:
        run(seat.service.write_receipt(receipt))
    assert facts(seat) == len(leaves) == 50
    with pytest.raises(DeskError, match=r"receipts\.range_used_up"):
        run(seat.service.next_leaf())
    assert run(seat.service.pdf(run(seat.service.rows())[0].fact, "zh_CN")).startswith(b"%PDF")
