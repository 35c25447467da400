"""A blind colleague's morning: another program signs in, writes a receipt and reads the state, by names alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.peers.screen import XScreen

pytestmark = pytest.mark.xvfb

DRIVER = Path(__file__).with_name("screen_reader.py")
LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
SYSTEM_PYTHON = "/usr/bin/python3"


def _can_listen() -> bool:
    if not LAUNCHER.exists() or not shutil.which("dbus-run-session") or not Path(SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", "import pyatspi"], capture_output=True, check=False).returncode == 0


def test_a_screen_reader_signs_in_writes_a_receipt_and_reads_where_it_is(x_screen: XScreen, tmp_path: Path) -> None:
    if not _can_listen():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "no screen-reader bus: at-spi2-core or python3-pyatspi is missing"
        )
    config, data, runtime = tmp_path / "config", tmp_path / "data", tmp_path / "run"
    (config / "agent-desk").mkdir(parents=True)
    runtime.mkdir(mode=0o700)
    (config / "agent-desk" / "settings.toml").write_text('[settings]\n"window.language" = "zh_CN"\n', encoding="utf-8")
    environment = {
        **x_screen.environment, "XDG_CONFIG_HOME": str(config), "XDG_DATA_HOME": str(data),
        "XDG_STATE_HOME": str(tmp_path / "state"), "XDG_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(Path.cwd()),
        "GTK_MODULES": "", "NO_AT_BRIDGE": "0",
    }  # fmt: skip
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    desk = f"{sys.executable} -m agent_desk --trial"
    script = (
        f"{LAUNCHER} --launch-immediately & sleep 0.5; {SYSTEM_PYTHON} {DRIVER} {desk}; told=$?; kill %1; exit $told"
    )
    run = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", script],
        env=environment, capture_output=True, encoding="utf-8", timeout=100, check=False,
    )  # fmt: skip
    told = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    heard = {line["step"]: line for line in told}
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert heard["door"]["number"] == "8012"
    assert not heard["door"]["password_shown"]
    assert heard["signed in"]["places"][:3] == ["今日", "收据", "待上传"]
    assert heard["filled"]["booth"].upper() == "1B16"
    assert heard["filled"]["total"].startswith("应收合计 ¥")
    assert heard["filled"]["number"] in heard["saved"]["heard"]
    assert any(heard["filled"]["number"] in cell for cell in heard["list"]["cells"])
    assert heard["on the hub"]["light"] == "已连接 中心库"
