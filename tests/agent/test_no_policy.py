"""What the laptop's owner is told where no policy is in force: why, and what helps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reticent_agent import folder_lock
from reticent_agent.config import Config
from reticent_agent.main import main
from reticent_agent.report.doctor import _collecting, _until_policy

Captured = pytest.CaptureFixture[str]
WHY = "policy 2 was refused: x. No policy is in force"


def _picture(folder: Path, **facts: object) -> None:
    picture = {"device_id": "d", "state": "connected", "policy": None, "rows": {}, **facts}
    (folder / "status.json").write_text(json.dumps(picture))


def test_status_says_why_there_is_no_policy(tmp_path: Path, capsys: Captured) -> None:
    _picture(tmp_path, no_policy=WHY, error=None)
    assert main(["status", "--data", str(tmp_path)]) == 0
    assert f"policy    none: nothing is collected\n          {WHY}\n" in capsys.readouterr().out
    _picture(tmp_path, no_policy=WHY, error=WHY)  # said once
    assert main(["status", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count(WHY) == 1


def test_doctor_does_not_have_an_agent_started_that_runs(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    _picture(tmp_path)
    assert "start the agent" in _until_policy(config)
    assert "start the agent" in _collecting(config).hint
    with folder_lock.take(tmp_path):
        assert "the agent runs" in _until_policy(config)
        assert "start the agent" not in _collecting(config).hint
        _picture(tmp_path, no_policy=WHY)
        assert _until_policy(config) == WHY
