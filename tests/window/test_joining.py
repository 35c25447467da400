"""The first page of a new seat: practise, or join a centre by its file; refusals are sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId
from agent_desk.bootstrap import door
from agent_desk.bootstrap.engine import Engine
from agent_desk.bootstrap.parts import Belonging
from agent_desk.hub.address import HubAddress, SeatFile, read_seat_file
from agent_desk.people.first_run_view import FirstRunView
from agent_desk.people.place import Place
from agent_desk.people.sign_in_view import SignInView
from tests.factory import a_uuid
from tests.probes.desk import Desk, press

PEM = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ2hlY2s=\n-----END CERTIFICATE-----\n"


def a_seat_file(**changed: object) -> SeatFile:
    known = {
        "centre": CentreId(a_uuid()), "centre_name": "临江会展中心", "salt": "aa55", "recovery_key": "",
        "hub": HubAddress("127.0.0.1", 5432, "desk", "disable"), "seat": "3", "seat_name": "3 号台",
    }  # fmt: skip
    return SeatFile(**(known | changed))  # type: ignore[arg-type]


@pytest.fixture
def new_seat(qapp: QApplication, tmp_path: Path) -> Desk:
    return Desk(qapp, tmp_path, trial_centre=False)


def first_page(desk: Desk) -> FirstRunView:
    page = desk.window.door
    assert isinstance(page, FirstRunView)
    return page


def test_the_trial_centre_is_one_press_away(new_seat: Desk) -> None:
    async def story() -> None:
        press(first_page(new_seat).trial_button)
        await new_seat.until(
            lambda: new_seat.station.engine is not None and isinstance(new_seat.window.door, SignInView)
        )
        press(new_seat.door.trial_button)
        press(new_seat.door.enter_button)
        await new_seat.until(lambda: new_seat.station.shift is not None)

    new_seat.live(story)


def test_a_pasted_seat_file_is_shown_then_joined_and_the_next_start_knows_the_centre(new_seat: Desk) -> None:
    seat_file = a_seat_file(hub=HubAddress("hub.linjiang.example", 5432, "desk", "verify-full", PEM))

    async def story() -> None:
        page = first_page(new_seat)
        page.paste.setPlainText("this is no file")
        press(page.read_button)
        assert "座席文件不完整" in page.bar.text
        page.paste.setPlainText(seat_file.text())
        press(page.read_button)
        assert page.centre.text() == "临江会展中心"
        assert page.host.text() == "hub.linjiang.example"
        assert page.certificate.placeholderText() == "用座席文件中的证书"
        page.seat.setText("")
        press(page.join_button)
        await new_seat.until(lambda: "座席号" in page.bar.text, "a seat needs a number")
        page.seat.setText("5")
        page.seat_name.setText("5 号台")
        press(page.join_button)
        await new_seat.until(lambda: isinstance(new_seat.window.door, SignInView), "the door asks for a number")

    new_seat.live(story)
    kept = read_seat_file(new_seat.folder / "seat.toml")
    assert (kept.centre, kept.seat, kept.seat_name) == (seat_file.centre, "5", "5 号台")
    assert kept.hub.certificate == PEM

    async def next_start() -> None:
        assert new_seat.door._where.text() == "临江会展中心 · 5 号台"

    new_seat.again(next_start, engine=no_engine)


def no_engine(belonging: Belonging, clock: Clock) -> Engine:
    """The door then says what the seat file alone tells."""
    del belonging, clock
    raise DeskError("store_unopenable", file="", folder="")


def test_a_damaged_seat_file_on_disk_is_told_and_not_touched(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "seat.toml").write_text("[centre]\nid = 7\n", encoding="utf-8")
    new_seat = Desk(qapp, tmp_path, trial_centre=False)

    async def story() -> None:
        page = first_page(new_seat)
        await new_seat.until(lambda: page.bar.isVisible(), "the page says why")
        assert "座席文件不完整" in page.bar.text

    new_seat.live(story)
    assert (new_seat.folder / "seat.toml").read_text(encoding="utf-8") == "[centre]\nid = 7\n"


def test_a_hub_on_another_machine_without_encryption_is_refused(tmp_path: Path) -> None:
    seat_file = a_seat_file()
    joining = door.joining_of(seat_file)
    from dataclasses import replace

    with pytest.raises(DeskError) as problem:
        door.corrected(seat_file, replace(joining, host="10.0.0.7"))
    assert problem.value.code == "hub_needs_tls"


def test_a_certificate_chosen_as_a_file_travels_inside_the_seat_file(tmp_path: Path) -> None:
    from dataclasses import replace

    certificate = tmp_path / "hub.pem"
    certificate.write_text(PEM, encoding="ascii")
    seat_file = a_seat_file(hub=HubAddress("hub.example", 5432, "desk", "verify-full", ""))
    place = Place(tmp_path / "desk")
    wanted = door.corrected(seat_file, replace(door.joining_of(seat_file), certificate=str(certificate)))
    door.join(place, wanted)
    certificate.unlink()
    assert read_seat_file(place.seat_file).hub.certificate == PEM
    with pytest.raises(DeskError) as problem:
        door.corrected(seat_file, replace(door.joining_of(seat_file), certificate=str(certificate)))
    assert problem.value.code == "certificate_missing"
