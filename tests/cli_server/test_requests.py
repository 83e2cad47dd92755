"""`reticent-server request open|list|show|extend|refuse|answer`, against a running server."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from reticent_server.commands.client import LocalServer
from support.approvals import agree
from support.console_site import Done, cli
from support.served import served

pytestmark = pytest.mark.enable_socket
NAME = "q7f3a9bz"


def test_a_request_is_opened_listed_extended_and_refused(data_dir: Path, tmp_path: Path) -> None:
    who = tmp_path / "who.txt"
    who.write_text(f"\n{NAME}@example.com\n  {NAME}\n")
    reference = ("--reference", "4711", "--received")
    with served(data_dir):

        def request(*arguments: str | Path) -> Done:
            return cli("request", *arguments, "--data", data_dir)

        none = request("list")
        assert (none.code, none.out, none.err) == (0, "", "no request yet\n")
        made = request("open", "access", "--identifiers", who, *reference, "2000-01-01")
        assert (made.code, "day of receipt" in made.err) == (1, True)
        made = request("open", "erasure", "--identifiers", tmp_path / "none", "--reference", "1")
        assert (made.code, "cannot be read" in made.err) == (1, True)
        made = request("open", "access", "--identifiers", who, "--reference", "4711")
        assert (made.code, "nothing is looked for before" in made.err) == (0, True), made.err
        case = made.out.strip()
        other = request("open", "erasure", "--identifiers", who, "--reference", "4712", "--json")
        assert other.json["state"] == "open"
        listed = request("list")
        assert listed.out.splitlines()[0].split() == [
            "request",
            "right",
            "reference",
            "state",
            "due",
            "(UTC)",
        ]
        assert re.search(r" open +\d{4}-\d\d-\d\d \d\d:\d\d$", listed.out, re.M)
        assert case in listed.out
        assert request("extend", case, "--json").json["extended_at"]
        assert request("extend", case).code == 1
        wrong = request("run", other.json["case_id"], "--confirm", case)
        assert (wrong.code, "was not said again" in wrong.err) == (1, True)
        refused = request("refuse", case, "--ground", "withdrawn")
        assert "access request 4711: refused" in refused.out
        (tmp_path / "answer").mkdir()  # somebody else's, who would read what is written there
        (tmp_path / "elsewhere").touch(mode=0o666)
        (tmp_path / "answer" / ".answer.txt.part").symlink_to(tmp_path / "elsewhere")
        told = request("answer", case, "--to", who)
        assert (told.code, told.err.count("\n")) == (1, 1)
        assert "name another folder" in told.err
        told = request("answer", case, "--to", tmp_path / "answer")
        assert (tmp_path / "elsewhere").read_text() == ""
        assert not (tmp_path / "answer" / "answer.txt").is_symlink()
        assert (told.code, sorted(p.name for p in (tmp_path / "answer").iterdir())) == (
            0,
            ["answer.txt"],
        )
        assert "took the request back" in (tmp_path / "answer" / "answer.txt").read_text()
        shown = request("show", case)
        assert "ground: withdrawn" in shown.out
        still = request("list", "--open", "--json").json
        assert [one["reference"] for one in still] == ["4712"]
        assert NAME not in listed.out + shown.out + made.out + made.err


def test_an_answer_that_ends_too_early_leaves_no_file(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = tmp_path / "who.txt"
    who.write_text(NAME)
    whole = LocalServer.stream

    def cut(server: LocalServer, path: str, parameters: Mapping[str, str]) -> Iterator[bytes]:
        for block in whole(server, path, parameters):
            yield block[:-9] if parameters["format"] == "jsonl" else block

    with served(data_dir):
        place = ("--data", data_dir)
        opened = cli("request", "open", "access", "--identifiers", who, "--reference", "1", *place)
        case = opened.out.strip()
        agree(data_dir, cli("request", "run", case, *place))
        ran = cli("request", "run", case, *place)
        assert ran.code == 0, ran.err
        listed = cli("request", "list", *place).out
        assert all("to be answered" in text for text in (ran.out, listed))  # nothing runs any more
        assert not any("running" in text for text in (ran.out, listed))
        monkeypatch.setattr(LocalServer, "stream", cut)
        folder = tmp_path / "answer"
        told = cli("request", "answer", case, "--to", folder, *place)
        assert (told.code, "ended too early" in told.err) == (1, True)
        assert [path.name for path in folder.iterdir()] == ["answer.txt"]
        monkeypatch.setattr(LocalServer, "stream", whole)
        assert cli("request", "answer", case, "--to", folder, *place).code == 0
        assert (folder / "answer.jsonl").read_text().endswith('{"kind":"end","rows":0}\n')
        assert (folder / "answer.jsonl").stat().st_mode & 0o077 == 0


def test_what_cannot_be_removed_afterwards_hides_not_why_it_was_not_written(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, folder = tmp_path / "who.txt", tmp_path / "answer"
    who.write_text(NAME)
    remove = Path.unlink

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def kept(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".part" and path.exists():
            raise PermissionError(errno.EACCES, "Permission denied")
        remove(path, missing_ok=missing_ok)

    with served(data_dir):
        place = ("--data", data_dir)
        opened = cli("request", "open", "access", "--identifiers", who, "--reference", "1", *place)
        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", full)
            broken.setattr(Path, "unlink", kept)
            told = cli("request", "answer", opened.out.strip(), "--to", folder, *place)
    assert told.code == 1
    assert "cannot be written (No space left on device)" in told.err
    assert "it holds a part of an answer: remove it" in told.err
