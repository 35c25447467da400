"""An error names its code and the facts that fill its sentence."""

from __future__ import annotations

from agent_desk.base.errors import DeskError


def test_an_error_tells_code_and_facts_in_one_order() -> None:
    assert str(DeskError("disk_full")) == "disk_full"
    assert str(DeskError("hub_away", port=5432, host="hub")) == "hub_away (host='hub', port=5432)"
    assert DeskError("hub_refused", why="mac").facts == {"why": "mac"}
