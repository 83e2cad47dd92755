"""What an operator writes is checked at start, naming key and fix, never the value of a secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reticent_agent.config import load_config
from reticent_agent.errors import ConfigError


def _load(tmp_path: Path, text: str, **overrides: Any) -> Any:
    file = tmp_path / "agent.toml"
    file.write_text(text)
    return load_config(file, overrides)


def test_flags_win_over_the_file(tmp_path: Path) -> None:
    text = 'data_dir = "/a"\nproxy = "http://p:1"\nlog_level = "debug"\n'
    config = _load(tmp_path, text, data_dir=Path("/b"), proxy=None)
    assert (config.data_dir, config.proxy, config.log_level) == (Path("/b"), "http://p:1", "debug")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("datadir = 'x'", "unknown key 'datadir'"),
        ("data_dir = 5", "data_dir of the wrong type"),
        ("spool_rows_max = true", "spool_rows_max of the wrong type"),
        ("spool_bytes_max = 5", "spool_bytes_max out of range"),
        ("log_level = 'loud'", "unknown log_level"),
        ("proxy = 'https://p:1'", "proxy that cannot be used"),
        ("proxy = 'socks5://p:1'", "proxy that cannot be used"),
        ("token = 'made-up-secret", "no valid TOML"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        _load(tmp_path, text)
    assert "made-up-secret" not in str(caught.value)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        load_config(tmp_path / "none.toml", {})


def test_the_token_comes_from_its_file_and_is_in_no_repr(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("rtk1_secret\n")
    config = load_config(None, {"token_file": tmp_path / "token"})
    assert config.read_token() == "rtk1_secret"
    assert "rtk1_secret" not in repr(load_config(None, {"token": "rtk1_secret"}))
    assert load_config(None, {"token_file": tmp_path / "gone"}).read_token() is None
