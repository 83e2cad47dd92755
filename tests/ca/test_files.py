"""Key files: whole or not at all, whatever the disk does."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest
from reticent_server.ca import files
from reticent_server.ca.issuing import load_issuing, root_key
from reticent_server.ca.renewing import renew_issuing
from reticent_server.errors import ServerError


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_is_full_leaves_no_part_of_a_key_and_the_file_of_before(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_issuing(data_dir, token=None)
    here = {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()}
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full_disk)
        with pytest.raises(ServerError, match="cannot be written") as raised:
            renew_issuing(data_dir, root_key=root_key(data_dir), now_s=time.time(), token=None)
    assert "set up" not in str(raised.value)
    assert "init" not in str(raised.value)
    assert not raised.value.permanent
    assert {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()} == here
    assert load_issuing(data_dir, token=None).chain == before.chain


def test_a_key_of_which_only_a_part_was_written_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ServerError):
        files.write_secret(tmp_path / "secrets" / "new.key", b"secret")
    assert list((tmp_path / "secrets").iterdir()) == []
