"""An export is verified by itself, and whatever is done to the file is found."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from reticent_server.audit.export_file import ExportError, verify_files
from reticent_server.audit.findings import Problem, Verdict
from support.trails import Trail

Change = Callable[[list[str]], list[str]]


def of(path: Path, key: bytes | None, *kept: Path) -> Verdict:
    return verify_files([path], public_key=key, checkpoint_files=kept)[0]


def first(verdict: Verdict) -> tuple[str, int]:
    assert verdict.first is not None
    return verdict.first.kind, verdict.first.number


def without(number: int) -> Change:
    return lambda lines: [
        line for line in lines if f'"number":{number},' not in line or "checkp" in line
    ]


def changed(number: int, old: str, new: str) -> Change:
    def change(lines: list[str]) -> list[str]:
        return [
            line.replace(old, new)
            if f'"number":{number},' in line and "checkpoint" not in line
            else line
            for line in lines
        ]

    return change


def swapped(lines: list[str]) -> list[str]:
    lines[6], lines[7] = lines[7], lines[6]  # rows 6 and 7: a checkpoint stands after row 5
    return lines


CHANGES: dict[str, tuple[Change, str, int]] = {
    "a row deleted": (without(7), "deleted", 7),
    "the first row deleted": (without(1), "deleted", 1),
    "a row altered": (changed(7, '"ada"', '"eve"'), "altered", 7),
    "a hash altered": (changed(7, '"hash":"', '"hash":"00'), "altered", 7),
    "rows exchanged": (swapped, "reordered", 6),
    "a row twice": (lambda lines: [*lines[:7], lines[6], *lines[7:]], "reordered", 6),
    "the seal cut off": (lambda lines: lines[:-1], "truncated", 16),
    "the tail cut off": (lambda lines: lines[:-5], "truncated", 13),
    "the tail cut off, the seal kept": (
        lambda lines: [*lines[:-5], lines[-1]],
        "truncated",
        13,
    ),
    "torn in a line": (lambda lines: [*lines[:12], lines[12][:40]], "truncated", 11),
    "a checkpoint altered": (
        lambda lines: [line.replace('"sequence":2', '"sequence":9') for line in lines],
        "checkpoint",
        10,
    ),
    "a checkpoint deleted": (
        lambda lines: [line for line in lines if '"sequence":2' not in line],
        "checkpoint",
        15,
    ),
    "the seal altered": (
        lambda lines: [line.replace('"last":15', '"last":14') for line in lines],
        "truncated",
        16,
    ),
}


def test_a_whole_export_is_whole_in_both_forms(fifteen: Trail, tmp_path: Path) -> None:
    for form in ("jsonl", "csv"):
        path = fifteen.export(tmp_path / f"all.{form}", form=form)
        verdict = of(path, fifteen.public_key, fifteen.kept)
        assert verdict.whole
        assert (verdict.rows, verdict.head_number, verdict.newest and verdict.newest[0]) == (
            15,
            15,
            3,
        )


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_done_to_the_file_is_found(fifteen: Trail, tmp_path: Path, name: str) -> None:
    change, kind, number = CHANGES[name]
    path = fifteen.export(tmp_path / "all.jsonl")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(change(lines)))
    assert path.read_text().splitlines(keepends=True) != fifteen.export(
        tmp_path / "again.jsonl"
    ).read_text().splitlines(keepends=True)
    assert first(of(path, fifteen.public_key)) == (kind, number)


def test_an_altered_cell_of_a_csv_is_found(fifteen: Trail, tmp_path: Path) -> None:
    path = fifteen.export(tmp_path / "all.csv", form="csv")
    path.write_text(path.read_text().replace("thing 7,", "thing 6,"))
    assert first(of(path, fifteen.public_key)) == ("altered", 7)


def test_an_export_of_a_database_that_was_cut_off_says_so(fifteen: Trail, tmp_path: Path) -> None:
    """The seal is honest; the checkpoints that came back from the file outside speak of more."""
    with fifteen.by_hand() as db:
        db.execute("DELETE FROM audit_entry WHERE number > 11")
        db.execute("DELETE FROM audit_checkpoint WHERE number > 11")
    path = fifteen.export(tmp_path / "all.jsonl")
    assert first(of(path, fifteen.public_key)) == ("truncated", 12)


def test_an_older_export_shows_by_checkpoints_kept_elsewhere(
    fifteen: Trail, tmp_path: Path
) -> None:
    path = fifteen.export(tmp_path / "all.jsonl")
    fifteen.fill(2, every=2)
    assert of(path, fifteen.public_key).whole
    assert first(of(path, fifteen.public_key, fifteen.kept)) == ("truncated", 16)


def test_exports_of_times_join_and_a_gap_between_them_is_found(
    fifteen: Trail, tmp_path: Path
) -> None:
    def at(number: int) -> int:
        return fifteen.audit.page(before=number + 1, limit=1).entries[0].at_us

    parts = [
        fifteen.export(tmp_path / f"{low}.jsonl", since_us=at(low), until_us=at(high) + 1)
        for low, high in ((1, 4), (5, 9), (10, 15), (8, 12))
    ]
    key = fifteen.public_key
    for part in parts:
        assert of(part, key).whole
    whole, _ = verify_files([parts[2], parts[0], parts[1]], public_key=key)
    assert (whole.whole, whole.rows) == (True, 15)
    overlap, _ = verify_files([parts[1], parts[3]], public_key=key)
    assert (overlap.whole, overlap.rows) == (True, 8)
    gap, _ = verify_files([parts[0], parts[2]], public_key=key)
    assert gap.first == Problem(
        kind="gap", number=5, sentence="between two exports rows 5 to 9 are missing"
    )


def test_a_time_with_no_entry_is_an_export_without_rows(fifteen: Trail, tmp_path: Path) -> None:
    path = fifteen.export(tmp_path / "none.jsonl", since_us=0, until_us=1)
    verdict = of(path, fifteen.public_key)
    assert (verdict.whole, verdict.rows) == (True, 0)
    assert len(path.read_text().splitlines()) == 1


def test_another_servers_key_proves_nothing(fifteen: Trail, tmp_path: Path) -> None:
    path = fifteen.export(tmp_path / "all.jsonl")
    verdict, used = verify_files([path], public_key=None)
    assert (verdict.whole, used) == (True, fifteen.public_key)  # as the file itself says
    other = of(path, bytes(31) + b"\x07")
    assert {problem.kind for problem in other.problems} == {"checkpoint", "truncated"}


def test_a_spreadsheet_takes_no_text_for_a_formula(trail: Trail, tmp_path: Path) -> None:
    hostile = ["=1+1", "+1", "-1", "@x", "'=1", "'", 'a "quoted", text', "plain"]
    for text in hostile:
        trail.audit.record(actor="ada", action="count", object=text)
    path = trail.export(tmp_path / "all.csv", form="csv")
    with path.open(newline="") as file:
        cells = [row["object"] for row in csv.DictReader(file) if row["number"]]
    assert [cell[0] in "=+-@" for cell in cells] == [False] * len(hostile)
    assert of(path, trail.public_key).whole
    jsonl = trail.export(tmp_path / "all.jsonl").read_text().splitlines()
    assert [json.loads(line).get("object") for line in jsonl][: len(hostile)] == hostile


@pytest.mark.parametrize(
    "content", ["", "\xff\xfe", "no export\n", '{"number": 1}\n', "[]\n", "a,b\n"]
)
def test_what_is_no_export_is_refused_or_not_whole(
    fifteen: Trail, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "other"
    path.write_bytes(content.encode("latin-1"))
    try:
        verdict = of(path, fifteen.public_key)
    except ExportError as error:
        assert "nothing was verified" in str(error)  # noqa: PT017 - either is right, whole is not
    else:
        assert not verdict.whole


def test_an_export_takes_a_page_of_memory_whatever_its_length(fifteen: Trail) -> None:
    """Not one row is read before the first is asked for, nor all of them after it."""
    read = 0
    original = fifteen.audit.rows

    def counted(**bounds: int) -> object:
        nonlocal read
        for row in original(**bounds):
            read += 1
            yield row

    fifteen.audit.rows = counted  # type: ignore[method-assign,assignment]
    lines = fifteen.checkpoints.exporter().lines()
    next(lines)
    assert read <= 1
