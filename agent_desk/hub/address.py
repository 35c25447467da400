"""Where a centre's hub is and what this seat is called there: the seat file, which holds no secret."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, is_uuid


@dataclass(frozen=True)
class HubAddress:
    """How to reach a PostgreSQL hub. ``certificate`` is a path or PEM text, '' = the system's."""

    host: str
    port: int
    database: str
    sslmode: str = "verify-full"
    certificate: str = ""

    def __post_init__(self) -> None:
        if self.sslmode == "disable" and not is_loopback(self.host):
            raise DeskError("hub_needs_tls", host=self.host)
        if self.sslmode not in {"verify-full", "disable"}:
            raise DeskError("seat_file_wrong", field="hub.sslmode")


@dataclass(frozen=True)
class SeatFile:
    """Everything a seat must be told to join a centre; safe to hand round.

    ``salt`` goes into login names, ``recovery_key`` is the public half (hex) the store's keys
    are sealed to. ``seat`` and ``seat_name`` are '' in the file an administrator works with.
    """

    centre: CentreId
    centre_name: str
    salt: str
    recovery_key: str
    hub: HubAddress
    seat: str = ""
    seat_name: str = ""

    def login(self, number: str) -> str:
        """The opaque PostgreSQL login of a staff number."""
        return login_name(self.salt, self.centre, number)

    def text(self) -> str:
        """The file as TOML."""
        certificate = self.hub.certificate
        tables: dict[str, dict[str, str | int]] = {
            "centre": {"id": self.centre, "name": self.centre_name, "salt": self.salt,
                       "recovery_key": self.recovery_key},
            "hub": {"host": self.hub.host, "port": self.hub.port, "database": self.hub.database,
                    "sslmode": self.hub.sslmode, "certificate": certificate},
            "seat": {"number": self.seat, "name": self.seat_name},
        }  # fmt: skip
        lines = []
        for table, values in tables.items():
            lines.append(f"[{table}]")
            lines += [f"{name} = {_toml(value)}" for name, value in values.items()]
            lines.append("")
        return "\n".join(lines)

    def write(self, path: Path) -> None:
        """Write it; raises OSError."""
        path.write_text(self.text(), encoding="utf-8", newline="\n")


def read_seat_file(path: Path) -> SeatFile:
    """Read a seat file. Raises :class:`DeskError` ``seat_file_missing`` or ``seat_file_wrong``.

    A relative certificate path counts from the file's own folder.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise DeskError("seat_file_missing", path=str(path), why=problem.strerror) from None
    except ValueError:
        raise DeskError("seat_file_wrong", path=str(path), field="") from None
    hub = HubAddress(
        host=_field(raw, "hub", "host", str),
        port=_field(raw, "hub", "port", int),
        database=_field(raw, "hub", "database", str),
        sslmode=_field(raw, "hub", "sslmode", str),
        certificate=_certificate(_field(raw, "hub", "certificate", str), path.parent),
    )
    centre = _field(raw, "centre", "id", str)
    if not is_uuid(centre):
        raise DeskError("seat_file_wrong", path=str(path), field="centre.id")
    return SeatFile(
        centre=CentreId(centre),
        centre_name=_field(raw, "centre", "name", str),
        salt=_field(raw, "centre", "salt", str),
        recovery_key=_field(raw, "centre", "recovery_key", str),
        hub=hub,
        seat=_field(raw, "seat", "number", str),
        seat_name=_field(raw, "seat", "name", str),
    )


def login_name(salt: str, centre: str, number: str) -> str:
    """``desk_`` and 24 hex digits: tells nobody who listens whose login it is."""
    hashed = hashlib.sha256(f"{salt}:{centre}:{number}".encode())
    return "desk_" + hashed.hexdigest()[:24]


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    if host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _field(raw: dict[str, Any], table: str, name: str, kind: type) -> Any:
    value = raw.get(table, {}).get(name) if isinstance(raw.get(table, {}), dict) else None
    if value is None and table == "seat":
        return ""
    if not isinstance(value, kind):
        raise DeskError("seat_file_wrong", field=f"{table}.{name}")
    return value


def _certificate(told: str, folder: Path) -> str:
    if not told or told.startswith("-----BEGIN"):
        return told
    return str(folder / told)


def _toml(value: str | int) -> str:
    """A TOML basic string (JSON's escapes are among TOML's) or an integer."""
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
