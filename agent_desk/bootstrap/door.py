"""Before anybody is signed in: which page stands at the door, and joining a centre."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from agent_desk.base.errors import DeskError
from agent_desk.hub.address import HubAddress, SeatFile, read_seat_file
from agent_desk.people.first_run_view import Joining
from agent_desk.people.place import Place

PEM = "-----BEGIN"


def joining_of(seat_file: SeatFile) -> Joining:
    """What the first-run page shows of a seat file."""
    hub = seat_file.hub
    inside = hub.certificate.startswith(PEM)
    return Joining(
        seat_file.centre_name, hub.host, hub.port, "" if inside else hub.certificate,
        seat_file.seat, seat_file.seat_name, inside,
    )  # fmt: skip


def read_text(place: Place, text: str) -> SeatFile:
    """A seat file pasted as text. Raises :class:`DeskError` ``seat_file_wrong``."""
    scrap = place.root / "pasted.seat.toml"
    place.root.mkdir(parents=True, exist_ok=True)
    try:
        scrap.write_text(text, encoding="utf-8", newline="\n")
        return read_seat_file(scrap)
    finally:
        scrap.unlink(missing_ok=True)


def corrected(seat_file: SeatFile, joining: Joining) -> SeatFile:
    """The seat file with what the person corrected. Raises ``seat_missing``, ``certificate_missing`` or ``hub_needs_tls``."""
    if not joining.seat:
        raise DeskError("seat_missing")
    certificate = joining.certificate
    if not certificate and joining.inside:
        certificate = seat_file.hub.certificate
    elif certificate and not Path(certificate).is_file():
        raise DeskError("certificate_missing", path=certificate)
    hub = HubAddress(joining.host, joining.port, seat_file.hub.database, seat_file.hub.sslmode, certificate)
    return replace(seat_file, hub=hub, seat=joining.seat, seat_name=joining.seat_name)


def join(place: Place, seat_file: SeatFile) -> SeatFile:
    """Write the seat file where the next start finds it; the certificate travels inside it.

    Raises :class:`DeskError` ``seat_file_unwritable``.
    """
    certificate = seat_file.hub.certificate
    try:
        if certificate and not certificate.startswith(PEM):
            pem = Path(certificate).read_text(encoding="ascii")
            seat_file = replace(seat_file, hub=replace(seat_file.hub, certificate=pem))
        place.root.mkdir(parents=True, exist_ok=True)
        fresh = place.seat_file.with_name(place.seat_file.name + ".new")
        seat_file.write(fresh)
        fresh.replace(place.seat_file)
    except (OSError, UnicodeDecodeError) as problem:
        raise DeskError("seat_file_unwritable", path=str(place.seat_file), why=type(problem).__name__) from None
    return seat_file
