"""A settings layer in a TOML file: the seat's, written by IT, or an agent's on this account."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from agent_desk.base.errors import DeskError
from agent_desk.settings.declared import Scope, Value


class FileLayer:
    """Reads ``[settings]`` of a TOML file and writes it back whole, so that a power cut leaves the old or the new file."""

    def __init__(self, path: Path, scope: Scope) -> None:
        self.path = path
        self.scope = scope

    @classmethod
    def of_account(cls) -> FileLayer:
        """The agent's layer in the account's settings folder."""
        return cls(platformdirs.user_config_path("agent-desk", appauthor=False) / "settings.toml", Scope.AGENT)

    def read(self) -> Mapping[str, object]:
        """All values; a missing file is an empty layer. ``DeskError("settings_unreadable")`` when it is no TOML."""
        table = self._document().get("settings", {})
        return dict(table) if isinstance(table, dict) else {}

    def write(self, setting_id: str, value: Value | None) -> None:
        """Keep one value, leave the others. ``DeskError("settings_not_saved")`` when the file cannot be written."""
        values = dict(self.read())
        if value is None:
            values.pop(setting_id, None)
        else:
            values[setting_id] = value
        text = "# kept by Agent Desk\n[settings]\n" + "".join(
            f"{json.dumps(key)} = {_toml(kept)}\n" for key, kept in values.items()
        )
        fresh = self.path.with_name(f"{self.path.name}.new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(text, encoding="utf-8", newline="\n")
            os.replace(fresh, self.path)  # noqa: PTH105 - the atomic one on Windows, too
        except OSError as error:
            raise DeskError("settings_not_saved", path=str(self.path)) from error

    def _document(self) -> Mapping[str, object]:
        try:
            return tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise DeskError("settings_unreadable", path=str(self.path)) from error


def _toml(value: object) -> str:
    """One value as TOML; a JSON string is a TOML string, lone surrogates excepted, which settings never hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)
