"""Run as a program of its own: does one thing and says how much memory the process held, in MB (Linux).

It reads what to do as one line of JSON, so that no password stands on a command line.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def resident() -> float:
    """What the process holds now."""
    return _told("VmRSS")


def peak() -> float:
    """The most it held since :func:`forget_peak`."""
    return _told("VmHWM")


def forget_peak() -> None:
    """Begin to look for the most anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _told(name: str) -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise SystemExit("this machine does not say")


def audit_hub(told: dict[str, Any]) -> dict[str, float]:
    """Audit the hub of a database, as ``agent-desk hub audit`` does."""
    import psycopg

    from agent_desk.hub.audit import audit
    from tests.factory import a_catalogue

    with psycopg.connect(**told["keywords"], autocommit=True) as owner:
        before = resident()
        forget_peak()
        report = audit(owner, a_catalogue())
        assert report.problems == []
        return {"before": before, "peak": peak(), "links": report.links}


def work_at_seat(told: dict[str, Any]) -> dict[str, float]:
    """Open a full store, drain what it holds, then pull as much into another one."""
    from agent_desk.hub.address import HubAddress, SeatFile
    from agent_desk.hub.postgres import PostgresHub
    from tests.sync.desk import join

    file = told["seat_file"]
    hub = PostgresHub(SeatFile(**{**file, "hub": HubAddress(**file["hub"])}))
    seat = join(hub, "8001", Path(told["folder"]))
    weights = {"opened": resident()}
    forget_peak()
    weights["pushed"] = seat.round().pushed
    weights["draining"] = peak()
    seat.close()
    reader = join(hub, "8003", Path(told["folder"]))
    forget_peak()
    weights["pulled"] = reader.round().pulled
    weights["pulling"] = peak()
    reader.close()
    return weights


if __name__ == "__main__":
    order = json.loads(sys.stdin.readline())
    print(json.dumps({"audit": audit_hub, "seat": work_at_seat}[order["do"]](order)))
