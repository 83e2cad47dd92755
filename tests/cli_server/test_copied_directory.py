"""A data directory that was copied while its server was stopped is a server of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.console_site import Done, RunningSite, cli, prepared, process
from support.copied import copy, leads_into_itself, state

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket, pytest.mark.timeout(240)]
ALL = ("query", "*", "--limit", "0", "--json", "--data")


def rows_of(done: Done) -> dict[str, object]:
    assert done.code == 0, done.err
    return {row["id"]: row["fields"] for row in map(json.loads, done.out.splitlines())}


def test_a_copy_serves_all_rows_and_the_original_is_neither_needed_nor_written(
    tmp_path: Path,
) -> None:
    original, copied = tmp_path / "original", tmp_path / "copied"
    prepared(original)
    rows = rows_of(process(*ALL, original))
    assert len(rows) > 400
    copy(original, copied)
    leads_into_itself(copied)  # before anybody opens it
    before = state(original)
    with RunningSite(copied):
        assert rows_of(cli(*ALL, copied)) == rows
    assert state(original) == before
    original.rename(tmp_path / "away")
    with RunningSite(copied):
        assert rows_of(cli(*ALL, copied)) == rows
    leads_into_itself(copied)
    assert not original.exists()
