"""The paper says what the receipt says, in a font it carries along, in the same bytes each time."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics

from agent_desk.base.errors import DeskError
from agent_desk.base.money import Fen, capitals, figures
from agent_desk.base.places import resources
from agent_desk.receipts import paper
from agent_desk.receipts.model import Receipt
from agent_desk.receipts.typeface import Typeface, on_paper
from tests.receipts.rooms import a_setting, at, the_catalog, the_day, the_form

FACE = on_paper(resources() / "fonts")
DAY = the_day()


def printed(receipt: Receipt, language: str = "zh_CN", **more: object) -> bytes:
    return paper.receipt_pdf(receipt, the_form(), a_setting(language), FACE, **more)  # type: ignore[arg-type]


def tool(name: str, pdf: bytes, folder: Path, *options: str) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} (poppler-utils) is not installed")
    file = folder / "receipt.pdf"
    file.write_bytes(pdf)
    behind = ["-"] if name == "pdftotext" else []
    run = subprocess.run([name, *options, str(file), *behind], capture_output=True, check=True)
    return run.stdout.decode("utf-8")


def test_the_same_receipt_gives_the_same_bytes() -> None:
    receipt = DAY.leaves[9].receipt
    assert printed(receipt) == printed(receipt)


@pytest.mark.parametrize("place", [0, 2, 9, 21, 40])
def test_number_sums_and_capitals_stand_on_the_paper(place: int, tmp_path: Path) -> None:
    receipt = DAY.leaves[place].receipt
    text = tool("pdftotext", printed(receipt), tmp_path, "-raw")
    for wanted in (
        f"No. {receipt.number}", receipt.book, receipt.exhibitor, receipt.booth, receipt.payer_name,
        capitals(Fen(receipt.total)), figures(Fen(receipt.total)), figures(Fen(receipt.subtotal)),
        "现场服务缴费单据", "存根", "客户", "记账", receipt.surcharge[0].sentence,
    ):  # fmt: skip
        assert wanted in text
    for line in receipt.lines:
        assert line.item in text
        assert figures(Fen(line.amount), sign="") in text


def test_every_font_is_embedded(tmp_path: Path) -> None:
    table = tool("pdffonts", printed(DAY.leaves[21].receipt), tmp_path).splitlines()[2:]
    assert table
    for row in table:
        assert row.split()[-5:-2] == ["yes", "yes", "yes"], row


def test_a_copy_of_its_own_masks_the_payer_s_phone(tmp_path: Path) -> None:
    receipt = DAY.leaves[0].receipt
    assert receipt.payer_phone in tool("pdftotext", printed(receipt, copies=["stub"]), tmp_path)
    customer = tool("pdftotext", printed(receipt, copies=["customer"]), tmp_path)
    assert receipt.payer_phone not in customer
    assert "130****0001" in customer


def test_rare_signs_of_names_can_be_read_and_copied(tmp_path: Path) -> None:
    receipt = replace(DAY.leaves[0].receipt, payer_name="邓𠮷", exhibitor="龘䶮𬭎喆商行")
    text = tool("pdftotext", printed(receipt, copies=["stub"]), tmp_path)
    assert "邓𠮷" in text
    assert "龘䶮𬭎喆商行" in text


def test_a_sign_no_font_has_is_spelled_out(tmp_path: Path) -> None:
    receipt = replace(DAY.leaves[0].receipt, payer_name="王\U0002f800\n")
    assert "王[U+2F800]" in tool("pdftotext", printed(receipt, copies=["stub"]), tmp_path)


def test_many_lines_flow_to_further_pages_and_none_is_lost(tmp_path: Path) -> None:
    item = the_catalog().items[0]
    lines = tuple(item.line(n, "zh_CN") for n in range(1, 61))
    total = sum(line.amount for line in lines)
    receipt = replace(DAY.leaves[0].receipt, lines=lines, subtotal=total, total=total)
    text = tool("pdftotext", printed(receipt, copies=["stub"]), tmp_path, "-layout")
    pages = text.split("\f")[:-1]
    assert len(pages) == 5
    assert all(f"{n} / 5" in page for n, page in enumerate(pages, start=1))
    for line in lines:
        assert figures(Fen(line.amount), sign="") in text
    assert text.count("过次页") == 4
    assert capitals(Fen(total)) in pages[-1]
    assert capitals(Fen(total)) not in "".join(pages[:-1])


@pytest.mark.parametrize("count", range(1, 20))
def test_no_page_is_without_lines_and_the_sums_always_find_room(count: int, tmp_path: Path) -> None:
    item = the_catalog().items[0]
    receipt = replace(DAY.leaves[0].receipt, lines=tuple(item.line(1, "zh_CN") for _ in range(count)))
    sheet = paper._Sheet(receipt, the_form(), a_setting(), FACE, None)
    pages = sheet._pages(the_form().copies[0])
    assert sum(pages) == count
    assert all(pages)


def test_a_long_name_wraps_and_stays_whole(tmp_path: Path) -> None:
    name = "临江国际工业零部件研究院有限责任公司驻第十六届展览会临时联络处" * 3
    text = tool("pdftotext", printed(replace(DAY.leaves[0].receipt, exhibitor=name), copies=["stub"]), tmp_path)
    assert name in text.replace("\n", "")


def test_a_void_receipt_is_stamped(tmp_path: Path) -> None:
    void = paper.Void("金额写错", at(21, 9, 50))
    stamped = printed(DAY.leaves[11].receipt, void=void, copies=["stub"])
    text = tool("pdftotext", stamped, tmp_path, "-raw")
    assert set("作废VOID") <= set(text)
    assert "2026-11-2109:50" in "".join(text.split())
    assert "金额写错" in text
    assert "VOID" not in tool("pdftotext", printed(DAY.leaves[11].receipt, copies=["stub"]), tmp_path)


def test_it_speaks_english_to_an_english_desk(tmp_path: Path) -> None:
    text = tool("pdftotext", printed(DAY.leaves[0].receipt, language="en", copies=["customer"]), tmp_path)
    assert "On-site Service Receipt" in text
    assert "Hall 1" in text
    assert "placed during build-up: +30 %" in text


def test_the_bar_code_reads_as_the_number(tmp_path: Path) -> None:
    if shutil.which("zbarimg") is None or shutil.which("pdftoppm") is None:
        pytest.skip("zbarimg (zbar-tools) is not installed")
    file = tmp_path / "receipt.pdf"
    receipt = DAY.leaves[3].receipt
    file.write_bytes(printed(receipt, copies=["stub"]))
    subprocess.run(["pdftoppm", "-r", "200", "-png", str(file), str(tmp_path / "leaf")], check=True)
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", *map(str, tmp_path.glob("leaf*.png"))], capture_output=True, check=True
    )
    assert read.stdout.decode().strip() == receipt.number


def test_a_missing_font_is_named() -> None:
    with pytest.raises(DeskError, match=r"receipts\.font_missing"):
        Typeface([Path("/nowhere/Some.ttf")])


@pytest.mark.parametrize(
    "text", ["", "三", "一二三四五六七八九十,不要断在逗号前。", "a very long English name Supercalifragilistic"]
)
@pytest.mark.parametrize("width", [20.0, 45.0, 90.0])
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: float) -> None:
    lines = FACE.wrap(text, 9, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert FACE.width(line, 9) <= width or len(line) == 1
    assert pdfmetrics.getFont(FACE.name) is not None
