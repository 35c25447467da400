"""Paint first, import after: the sign-in field is live before anything heavy is loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "sqlalchemy", "sqlcipher3", "psycopg", "alembic", "reportlab", "keyring", "nacl", "qasync", "asyncio", "filelock",
    "agent_desk.storage", "agent_desk.sync", "agent_desk.receipts", "agent_desk.outbox", "agent_desk.people.sign_in",
    "agent_desk.hub.postgres", "agent_desk.hub.embedded", "concurrent.futures", "PySide6.QtNetwork",
)  # fmt: skip

START = """
import json, sys
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
before = set(sys.modules)
from agent_desk.bootstrap.parts import Parts
from agent_desk.bootstrap.start import paint
from agent_desk.bootstrap.workstation import Workstation
from agent_desk.people.place import Place
app = QApplication([])
station = Workstation(app, Parts(place=Place(Path(sys.argv[1])), trial=sys.argv[2] == "trial"))
station.open()
paint(app, station)
loaded = sorted(set(sys.modules) - before)
field = getattr(station.window.door, "number", None)
if field is not None:
    QTest.keyClicks(field, "8012")
print(json.dumps({"loaded": loaded, "typed": field.text() if field else "", "focus": field is not None and field.hasFocus(),
                  "painted": station.window.isVisible()}))
"""


@pytest.mark.parametrize("door", ["trial", "first run"])
def test_nothing_heavy_is_loaded_when_the_first_page_is_painted(tmp_path: Path, door: str) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path), door],
        capture_output=True, encoding="utf-8", timeout=60, check=False, env=environment,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout.splitlines()[-1])
    too_early = [name for name in told["loaded"] if any(name == one or name.startswith(f"{one}.") for one in HEAVY)]
    assert too_early == []
    assert told["painted"]
    if door == "trial":
        assert told["typed"] == "8012"
        assert told["focus"]
