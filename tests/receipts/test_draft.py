"""What a clerk may type, and which sentence answers what is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.base.sentences import SENTENCES
from agent_desk.receipts.draft import Check, Draft, DraftLine, from_text, parse_moment, show_moment
from tests.receipts.rooms import at, the_catalog, the_form

CATALOG, FORM = the_catalog(), the_form()
CALENDAR = CATALOG.event.calendar
NOW = at(21, 14, 3, 22, 500)
CHECK = Check(CATALOG, FORM)
LINE = DraftLine("P004", "三相电箱 380V/15A", "2", "个", "1280.00")
GOOD = Draft(
    FactId("x"), "LJ-2026-413", "LJ0020601", "1B16", "龘翔", "1", income="service", method="cash", lines=[LINE]
)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("", NOW),
        ("14:03", at(21, 14, 3)),
        ("1403", at(21, 14, 3)),
        ("9:05:07", at(21, 9, 5, 7)),
        ("１４：０３", at(21, 14, 3)),
        ("11-20 14:03", at(20, 14, 3)),
        ("11/20  0800", at(20, 8)),
        ("2026-10-05 08:00:01", at(5, 8, 0, 1, month=10)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, moment: int) -> None:
    assert parse_moment(typed, NOW, CALENDAR) == moment


@pytest.mark.parametrize("typed", ["noon", "25:00", "14:60", "13-40 10:00", "2", "14:3", "2026-02-30 10:00"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(DeskError, match=r"receipts\.time_unreadable"):
        parse_moment(typed, NOW, CALENDAR)


def test_a_shown_time_reads_back() -> None:
    assert parse_moment(show_moment(NOW, CALENDAR), NOW, CALENDAR) == at(21, 14, 3, 22)


def wrong(draft: Draft) -> list[tuple[str, str, int | None]]:
    return [(each.field, each.error.code.removeprefix("receipts."), each.line) for each in CHECK.problems(draft, NOW)]


def test_a_good_form_has_no_problems_and_becomes_a_receipt() -> None:
    assert wrong(GOOD) == []
    receipt = CHECK.receipt(GOOD, NOW, "zh_CN", "8012")
    assert (receipt.subtotal, receipt.surcharge_total, receipt.total) == (256_000, 128_000, 384_000)
    assert receipt.ordered_at == receipt.happened == NOW


def test_keyed_from_paper_the_order_time_is_the_paper_s_unless_typed() -> None:
    receipt = CHECK.receipt(replace(GOOD, happened="11-20 10:00"), NOW, "en", "8012")
    assert receipt.happened == receipt.ordered_at == at(20, 10)
    assert receipt.surcharge[0].rule == "during_build_up"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"number": " "}, ("number", "field_empty", None)),
        ({"booth": ""}, ("booth", "field_empty", None)),
        ({"method": ""}, ("method", "field_empty", None)),
        ({"method": "shells"}, ("method", "field_empty", None)),
        ({"exhibitor": "x" * 121}, ("exhibitor", "too_long", None)),
        ({"payer_phone": "12"}, ("payer_phone", "phone_unreadable", None)),
        ({"happened": "soon"}, ("happened", "time_unreadable", None)),
        ({"happened": "23:50"}, ("happened", "time_ahead", None)),
        ({"ordered_at": "11-22 09:00"}, ("ordered_at", "time_ahead", None)),
        ({"happened": "10:00", "ordered_at": "11:00"}, ("ordered_at", "ordered_after", None)),
        ({"lines": []}, ("lines", "no_lines", 0)),
        ({"lines": [LINE, DraftLine(code="zzz")]}, ("lines", "item_missing", 1)),
        ({"lines": [replace(LINE, quantity="0")]}, ("lines", "quantity_wrong", 0)),
        ({"lines": [replace(LINE, quantity="1.5")]}, ("lines", "quantity_wrong", 0)),
        ({"lines": [replace(LINE, quantity="1000000")]}, ("lines", "quantity_wrong", 0)),
        ({"income": "rental"}, ("lines", "other_income", 0)),
        ({"lines": [LINE] * 201}, ("lines", "too_many_lines", 200)),
        ({"lines": [replace(LINE, quantity="999999", unit_price="9999999")] * 2}, ("lines", "total_too_large", 0)),
    ],
)
def test_each_slip_is_named_at_its_field(change: dict[str, object], expected: tuple[str, str, int | None]) -> None:
    found = wrong(replace(GOOD, **change))  # type: ignore[arg-type]
    assert found[0][0] == expected[0]
    assert expected in [(field, code.removeprefix("phone."), line) for field, code, line in found]


def test_every_problem_has_a_sentence() -> None:
    bad = replace(GOOD, number="", happened="soon", ordered_at="11-22 09:00", payer_phone="12", lines=[DraftLine("zz")])
    for problem in CHECK.problems(bad, NOW):
        assert problem.error.code in SENTENCES
        SENTENCES[problem.error.code].format(**problem.error.facts)


def test_problems_come_in_the_order_of_the_paper() -> None:
    bad = replace(GOOD, number="", method="", happened="soon", lines=[])
    assert [field for field, _, _ in wrong(bad)] == ["number", "happened", "lines", "method"]


def test_full_width_quantities_are_taken() -> None:
    assert CHECK.reckon(replace(GOOD, lines=[replace(LINE, quantity="１２")]), NOW, "en").subtotal == 1_536_000


def test_lines_in_the_making_count_nothing_yet() -> None:
    draft = replace(GOOD, lines=[LINE, DraftLine(code="P0"), replace(LINE, quantity="")])
    assert CHECK.reckon(draft, NOW, "en").subtotal == 256_000


def test_a_draft_reads_back() -> None:
    assert from_text(GOOD.to_text()) == GOOD


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"lines": 3}', '{"fact": "x", "lines": [], "moon": 1}'])
def test_a_spoiled_draft_is_said_to_be_one(text: str) -> None:
    with pytest.raises(DeskError, match=r"receipts\.draft_unreadable"):
        from_text(text)
