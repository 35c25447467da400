"""Every action of the desk, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from agent_desk.ui.actions import ActionBook
from agent_desk.ui.capability import Capability
from agent_desk.window.declared import TODAY_ID, TODAY_TITLE, WINDOW_ACTIONS, go_specs
from agent_desk.wiring.station import Station


def make_actions(station: Station, capabilities: Iterable[Capability]) -> ActionBook:
    """Every action of the desk, and what it does."""
    ordered = sorted(capabilities, key=lambda one: one.order)
    places = [(TODAY_ID, TODAY_TITLE, "today"), *((one.id, one.title, one.icon) for one in ordered)]
    goes = go_specs(places)
    own = [spec for one in ordered for spec in one.actions]
    book = ActionBook([*goes, *own, *WINDOW_ACTIONS], parent=station.window)
    window = station.window
    for spec, (place, _, _) in zip(goes, places, strict=True):
        book.make(spec.id, window, lambda place=place: window.work.go(place))  # type: ignore[misc]
    do: Mapping[str, Callable[[], object]] = {
        "window.try_now": lambda: station.shift and station.shift.try_now(),
        "window.settings": station.show_settings,
        "window.shortcuts": station.show_shortcuts,
        "window.theme": station.look.toggle_theme,
        "window.language": station.look.toggle_language,
        "window.side": window.work.side.toggle,
        "window.lock": lambda: lock(station),
        "window.sign_out": lambda: sign_out(station),
    }
    for action, verb in do.items():
        book.make(action, window, verb)
    header = window.header
    header.settings_requested.connect(station.show_settings)
    header.shortcuts_requested.connect(station.show_shortcuts)
    header.lock_requested.connect(do["window.lock"])
    header.sign_out_requested.connect(do["window.sign_out"])
    header.link_pressed.connect(lambda: window.work.go("outbox"))
    return book


def lock(station: Station, why: str = "asked") -> None:
    if station.people is not None:
        station.people.lock(why)


def sign_out(station: Station) -> None:
    if station.shift is not None:
        station.spawn(station.sign_out())
