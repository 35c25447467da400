"""What works behind the window: kinds, hub, the people's files, signing in. Heavy to import, so never before the first paint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from filelock import FileLock, Timeout

from agent_desk import __version__
from agent_desk.base.clock import MICROSECONDS, Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId
from agent_desk.bootstrap import trial
from agent_desk.bootstrap.parts import Belonging
from agent_desk.capabilities import CAPABILITIES, catalogue
from agent_desk.facts.kind import Catalogue
from agent_desk.hub.address import SeatFile
from agent_desk.hub.embedded import CHEAP
from agent_desk.hub.port import Hub
from agent_desk.people.place import Place, system_facts
from agent_desk.people.shelf import Shelf
from agent_desk.people.sign_in import SeatInfo, SignIn
from agent_desk.people.verifier import LIGHT, Verifier
from agent_desk.settings.secrets import KeyFileVault, Vault, open_vault
from agent_desk.storage.store import Store
from agent_desk.ui.capability import Capability

DAY_US = 86_400 * MICROSECONDS


@dataclass(frozen=True)
class Seat:
    """What the header says of centre and seat."""

    centre: CentreId
    centre_name: str
    number: str
    name: str


@dataclass(frozen=True)
class Engine:
    """Everything of one centre on this seat, before anybody has signed in."""

    seat: Seat
    catalogue: Catalogue
    capabilities: tuple[Capability, ...]
    clock: Clock
    hub: Hub
    shelf: Shelf
    sign_in: SignIn
    verifier: Verifier
    warning: str = ""
    """Code of the sentence about where keys lie, or ``""``."""
    trial: trial.Practice | None = None
    end: Callable[[], None] = lambda: None

    def grace_left(self, store: Store) -> int | None:
        """Whole days for which this person can still sign in off line; ``None`` before the first sign-in."""
        kept = self.verifier.kept(store)
        if kept is None:
            return None
        used = (max(self.clock.raw_us(), kept.seen) - kept.signed_in) // DAY_US
        return max(0, int(kept.grace_days - used))


def build(belonging: Belonging, clock: Clock) -> Engine:
    """The engine of the centre this seat belongs to. Blocks (disk, keyring): call it on a lane.

    Raises :class:`DeskError` ``desk_open_elsewhere`` (a second window), where stores must not lie, and
    what the vault or the seat file says.
    """
    lock = only_window(belonging.place)
    try:
        if belonging.seat_file is None:
            engine = build_trial(belonging.place, clock)
        else:
            engine = build_centre(belonging.place, belonging.seat_file, clock)
    except BaseException:
        lock.release()
        raise

    def end() -> None:
        engine.end()
        lock.release()

    return replace(engine, end=end)


def only_window(place: Place) -> FileLock:
    """One window an account: a second one would get in the way of the first."""
    lock = FileLock(str(place.root / "window.lock"), timeout=0, thread_local=False)
    try:
        place.root.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise DeskError("desk_open_elsewhere") from None
    except OSError as problem:
        raise DeskError("installation_unwritable", folder=str(place.root), why=type(problem).__name__) from None
    return lock


def build_centre(place: Place, seat_file: SeatFile, clock: Clock, vault: Vault | None = None) -> Engine:
    """A centre's desk on its PostgreSQL hub."""
    from agent_desk.hub.postgres import PostgresHub

    place.refuse_unfit(system_facts())
    seat = Seat(seat_file.centre, seat_file.centre_name, seat_file.seat, seat_file.seat_name)
    recovery = bytes.fromhex(seat_file.recovery_key) if seat_file.recovery_key else None
    return assemble(place, seat, PostgresHub(seat_file), clock, catalogue(), vault or open_vault(place.keys), recovery)


def build_trial(place: Place, clock: Clock) -> Engine:
    """The trial centre on the embedded hub: the same desk, everything invented."""
    kinds = catalogue()
    practice = trial.open_centre(place, kinds, clock, CHEAP)
    seat = Seat(practice.centre, practice.name, practice.seat, practice.seat_name)
    vault = KeyFileVault(place.keys)
    return assemble(
        place, seat, practice.hub, clock, kinds, vault, None,
        warning="", practice=practice, verifier=Verifier(LIGHT), end=practice.hub.close,
    )  # fmt: skip


def assemble(
    place: Place,
    seat: Seat,
    hub: Hub,
    clock: Clock,
    kinds: Catalogue,
    vault: Vault,
    recovery_key: bytes | None,
    *,
    warning: str | None = None,
    practice: trial.Practice | None = None,
    verifier: Verifier | None = None,
    end: Callable[[], None] = lambda: None,
) -> Engine:
    """Put the parts together; tests hand in their own hub, vault and verifier."""
    verifier = verifier or Verifier()
    shelf = Shelf(place, vault, seat.centre, kinds, clock, recovery_key)
    info = SeatInfo(seat.centre, seat.number, __version__)
    sign_in = SignIn(hub, shelf, info, clock, verifier)
    return Engine(
        seat, kinds, CAPABILITIES, clock, hub, shelf, sign_in, verifier,
        vault.warning if warning is None else warning, practice, end,
    )  # fmt: skip
