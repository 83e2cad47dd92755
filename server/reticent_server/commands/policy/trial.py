"""`reticent-server policy try`: lines or rows from standard input, redacted, to standard output.

    journalctl -o cat | reticent-server policy try
    reticent-server policy try --policy my-policy.yaml --field session.user_name < names.txt

One output line for each input line, in order, also where nothing leaves (an empty line) and where
the input is no UTF-8. Nothing is stored and nothing is sent; no server is needed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from typing import cast

from reticent_contract.catalog import CATALOG
from reticent_contract.limits import OWN_IDENTIFIERS_MAX
from reticent_contract.redact import OwnIdentifiers

from reticent_server.commands.common import count_of, say
from reticent_server.commands.policy.blocks import BLOCK_BYTES, blocks
from reticent_server.commands.policy.drafts import STANDARD_INPUT, draft_of
from reticent_server.errors import ServerError
from reticent_server.policies.row_lines import NoRowError, row_of
from reticent_server.policies.trying import RowTrial, Trial, json_line, one_line

Lines = Callable[[list[str]], list[str]]
_LEARNED_BYTES_MAX = 16 << 20
_PROBLEMS_SHOWN_MAX = 20


def run(options: argparse.Namespace) -> int:
    if options.policy == STANDARD_INPUT:
        raise ServerError(
            "standard input has the lines that are tried; nothing was read; name the policy's file"
        )
    policy = draft_of(options.policy, options).policy
    own = OwnIdentifiers(CATALOG)
    if options.learn is not None:
        _learn(own, options.learn)
    if options.rows:
        rows = _Rows(RowTrial(policy, CATALOG, own=own), show=options.show, as_json=options.json)
        _stream(rows.lines)
        rows.end()
        counts = rows.trial.counts
    else:
        trial = Trial(policy, CATALOG, options.field, own=own)
        _stream(_work(trial, show=options.show, as_json=options.json))
        counts = trial.counts
    _report(counts, as_json=options.json)
    return 1 if counts["unreadable"] else 0


def _stream(work: Lines) -> None:
    """A block in, a block out, at once: whoever watches the output waits for nothing else."""
    read, out = cast("BufferedReader", sys.stdin.buffer).read1, sys.stdout.buffer
    for block in blocks(lambda: read(BLOCK_BYTES)):
        text = block.decode("utf-8", "replace")
        out.write(_block(work, text).encode("utf-8", "replace"))
        out.flush()


def _block(work: Lines, text: str) -> str:
    """Lines that end in CR LF: the CR is none of the value, and stays where it was."""
    if "\r" not in text:
        return "\n".join((*work(text.split("\n")), ""))
    if text.endswith("\r") and text.count("\r\n") == text.count("\n") == text.count("\r") - 1:
        return "\r\n".join((*work(text[:-1].split("\r\n")), ""))
    lines = text.split("\n")
    ends = ["\r\n" if line.endswith("\r") else "\n" for line in lines]
    results = work([line.removesuffix("\r") for line in lines])
    return "".join(part for pair in zip(results, ends, strict=True) for part in pair)


def _work(trial: Trial, *, show: bool, as_json: bool) -> Lines:
    if not show and not as_json:
        return trial.lines
    one = _as_json(trial, show=show) if as_json else lambda line: trial.mark(line).text or ""
    return lambda lines: [one(line) for line in lines]


def _as_json(trial: Trial, *, show: bool) -> Callable[[str], str]:
    def tell(line: str) -> str:
        tried = trial.one(line)
        document: dict[str, object] = {"text": tried.text, "outcome": tried.outcome}
        if show:
            document["found"] = _told(trial, line)
        return one_line(json.dumps(document, ensure_ascii=True))

    return tell


def _told(trial: Trial | RowTrial, line: str) -> list[dict[str, object]] | None:
    """What was found; null where a detector could not look."""
    found = trial.found(line)
    return None if found is None else [one.told() for one in found]


class _Rows:
    """Rows in, rows or objects out; what is no row is said, as far as a person reads on."""

    def __init__(self, trial: RowTrial, *, show: bool = False, as_json: bool) -> None:
        self.trial = trial
        self._show = show
        self._as_json = as_json
        self._number = 0

    def lines(self, lines: list[str]) -> list[str]:
        return [self._line(line) for line in lines]

    def end(self) -> None:
        more = self.trial.counts["unreadable"] - _PROBLEMS_SHOWN_MAX
        if more > 0 and not self._as_json:  # there the counts say it
            say(f"and {more} more")

    def _line(self, line: str) -> str:
        self._number += 1
        is_marked = self._show and not self._as_json
        tried = self.trial.mark(line) if is_marked else self.trial.one(line)
        if tried.problem and self.trial.counts["unreadable"] <= _PROBLEMS_SHOWN_MAX:
            self._tell(tried.problem)
        if self._as_json:
            document: dict[str, object] = {"row": tried.row, "outcome": tried.outcome}
            if self._show:
                document["found"] = _told(self.trial, line)
            return json.dumps(document, ensure_ascii=True)
        if is_marked and tried.outcome == "kept":
            return line
        return "" if tried.row is None else json_line(tried.row)

    def _tell(self, problem: str) -> None:
        told = {"line": self._number, "problem": problem}
        say(json.dumps(told) if self._as_json else f"line {self._number}: {problem}")


def _learn(own: OwnIdentifiers, path: Path) -> None:
    """Rows as --rows takes them: what a laptop would know of itself."""
    try:
        with path.open("rb") as file:
            content = file.read(_LEARNED_BYTES_MAX)
    except OSError as error:
        raise ServerError(
            f"{path} cannot be read ({error.strerror}); nothing was done; name another file"
        ) from error
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            own.learn(row_of(line, CATALOG))
        except NoRowError as error:
            raise ServerError(f"{path}, line {number}: {error}; nothing was done") from error
    if own.is_full:
        say(f"more than {OWN_IDENTIFIERS_MAX} values were to be learned; the rest was left out")


def _report(counts: Counter[str], *, as_json: bool) -> None:
    """On standard error: how many lines had which outcome. Never a value."""
    if as_json:
        say(json.dumps(dict(counts)))
        return
    told = [f"{count} {outcome}" for outcome, count in sorted(counts.items()) if count]
    say(f"{count_of(sum(counts.values()), 'line')}: {', '.join(told) or 'nothing came'}")
