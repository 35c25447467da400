"""Bundles by real seats: written while the line is down, carried to another seat, harmless when it is back."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import OriginId
from agent_desk.hub.bundles import bring
from agent_desk.hub.port import Taken
from agent_desk.sync import bundles
from agent_desk.sync.bundles import export
from tests.factory import a_note, a_sale, a_uuid
from tests.sync.clones import Machines
from tests.sync.desk import PASSWORD, Centre, EmbeddedCentre, Seat

Join = Callable[..., Seat]


def sell(seat: Seat, count: int, book: str = "b") -> set[str]:
    return {seat.store.save(a_sale(seat.store, f"{book}{n:04}"))[0].id for n in range(count)}


def carried(centre: Centre, path: Path, number: str = "8006") -> Taken:
    """Somebody brings a file to a seat that reaches the hub."""
    session = centre.hub.connect(number, PASSWORD.format(number))
    try:
        return bring(session, path)
    finally:
        session.close()


def test_what_is_carried_by_hand_is_on_the_hub_once_when_the_line_is_back(
    seat: Join, centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "PART_LINKS", 4)
    desk, reader = seat("8001"), seat("8003")
    promised = sell(desk, 3, "a")
    desk.round()
    promised |= sell(desk, 9)
    told = export(desk.store, "7", tmp_path / "stick")
    assert (told.number, told.links, told.unproven, len(told.files)) == ("8001", 9, 0, 1)
    assert desk.store.unsent().count == 9  # a file on a stick is not the hub
    assert carried(centre, told.files[0]) == Taken(9, 9, 0)
    assert carried(centre, told.files[0]) == Taken(9, 0, 0)
    reader.round()
    assert {one for one, body in reader.facts().items() if '"kind":"test.sold"' in body} == promised
    promised |= sell(desk, 2, "c")
    assert desk.round().state.unsent == 0
    assert set(desk.standings().values()) == {"accepted"}
    assert centre.sold() == sorted(promised)
    report = centre.audit()
    assert (report.ok, report.delivered_for_others) == (True, 9)


def test_large_outboxes_fill_several_files_taken_in_their_order(
    seat: Join, centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "PART_LINKS", 2)
    monkeypatch.setattr(bundles, "FILE_BYTES", 4000)
    desk = seat("8001")
    promised = sell(desk, 12)
    files = export(desk.store, "3 号/台", tmp_path).files
    assert len(files) > 2
    with pytest.raises(DeskError, match="bundle_gap"):
        carried(centre, files[1])
    for path in files:
        carried(centre, path)
    assert centre.sold() == sorted(promised)


def test_what_is_not_whole_is_refused_with_its_sentence_and_nothing_is_taken(
    seat: Join, centre: Centre, tmp_path: Path
) -> None:
    chance = random.Random(7)
    desk = seat("8001")
    promised = sell(desk, 5)
    [path] = export(desk.store, "7", tmp_path / "stick").files
    good = path.read_bytes()
    broken = tmp_path / "broken.bundle"
    for length in (0, 10, len(good) // 2, len(good) - 1):
        broken.write_bytes(good[:length])
        with pytest.raises(DeskError, match=r"bundle_cut_short|bundle_unreadable"):
            carried(centre, broken)
    for _ in range(20):
        place = chance.randrange(20, len(good))
        broken.write_bytes(good[:place] + bytes([good[place] ^ 1 << chance.randrange(8)]) + good[place + 1 :])
        with pytest.raises(DeskError, match=r"bundle_altered|bundle_cut_short"):
            carried(centre, broken)
    with pytest.raises(DeskError, match="bundle_missing"):
        carried(centre, tmp_path / "none.bundle")
    assert centre.sold() == []
    assert carried(centre, path).fresh == 5
    assert centre.sold() == sorted(promised)


def test_another_centres_bundle_is_refused(seat: Join, centre: Centre, tmp_path: Path) -> None:
    (tmp_path / "hub2").mkdir()
    other = EmbeddedCentre.found(tmp_path / "hub2")
    stranger = Machines(lambda: other.hub, tmp_path / "there").fresh("8001")
    sell(stranger, 2)
    [path] = export(stranger.store, "7", tmp_path / "stick").files
    with pytest.raises(DeskError, match="bundle_foreign"):
        carried(centre, path)
    stranger.close()
    other.hub.close()


def test_entries_without_proof_stay_and_are_counted(seat: Join, tmp_path: Path) -> None:
    desk = seat("8001")
    desk.store.add_origin(OriginId(a_uuid()), None, None)
    sell(desk, 3)
    told = export(desk.store, "7", tmp_path / "stick")
    assert (told.files, told.links, told.unproven) == ((), 0, 3)


def test_nothing_unsent_writes_no_file(seat: Join, tmp_path: Path) -> None:
    desk = seat("8001")
    desk.store.save(a_note(desk.store))
    desk.round()
    assert export(desk.store, "7", tmp_path / "stick").files == ()
    assert not (tmp_path / "stick").exists()


def test_a_folder_that_takes_nothing_is_said_and_nothing_is_left_behind(seat: Join, tmp_path: Path) -> None:
    desk = seat("8001")
    sell(desk, 1)
    (tmp_path / "stick").write_text("a file, no folder", encoding="utf-8")
    with pytest.raises(DeskError, match="bundle_unwritable"):
        export(desk.store, "7", tmp_path / "stick")


def test_a_bundle_of_a_copied_disk_is_left_to_its_own_seat(centre: Centre, tmp_path: Path) -> None:
    machines = Machines(lambda: centre.hub, tmp_path)
    desk = machines.fresh("8001")
    image = machines.image(desk)
    desk, copy = machines.on_again(desk), machines.from_image(image, "8001")
    promised = sell(desk, 2, "a") | sell(copy, 2, "b")
    [path] = export(copy.store, "7", tmp_path / "stick").files
    desk.round()
    with pytest.raises(DeskError, match="bundle_forked"):
        carried(centre, path)
    assert copy.round().state.unsent == 0
    assert centre.sold() == sorted(promised)
    machines.close()


def test_control_a_file_taken_part_by_part_is_caught(centre: Centre, tmp_path: Path) -> None:
    """What "nothing half taken" guards: sent part by part, the first one stays on the hub."""
    machines = Machines(lambda: centre.hub, tmp_path)
    desk = machines.fresh("8001")
    sell(desk, 4)
    own = desk.store.origins()[-1]
    from agent_desk.facts import bundle
    from agent_desk.hub.port import Outgoing
    from agent_desk.hub.postgres import push_text

    rows = desk.store.pending(own.origin, 0)
    assert own.key is not None
    centre_id = desk.store.person.centre
    texts = [push_text([Outgoing(*row) for row in part]) for part in (rows[:2], rows[3:])]
    parts = [
        bundle.sealed(own.key, centre_id, own.origin, n, n + 1, text) for n, text in zip((1, 4), texts, strict=True)
    ]
    session = centre.hub.connect("8006", PASSWORD.format("8006"))
    with pytest.raises(DeskError, match="chain"):
        session.take_bundle(bundle.read(bundle.written(centre_id, parts)).inner)
    assert centre.sold() == []
    with pytest.raises(DeskError, match="chain"):
        for part in parts:
            session.take_bundle(bundle.read(bundle.written(centre_id, [part])).inner)
    assert len(centre.sold()) == 2
    session.close()
    machines.close()
