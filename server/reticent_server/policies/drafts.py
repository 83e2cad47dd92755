"""A policy before it goes live: read from its YAML, looked at from every side.

Enters: YAML text as its author has it. Leaves: the policy with the line of each place, and
findings that name their line. Must hold: nothing is signed, stored or sent; a draft without
`version` is read as version 1, because publication gives it the next one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy, PolicyError, parse_policy
from reticent_contract.policy.lint import Severity, lint_policy
from reticent_contract.reading import Path

from reticent_server.policies.yaml_source import line_of, load_yaml_lines, with_lines

REFUSED = "refused"  # the code of what the language does not allow
_LINE = re.compile(r"line (\d+): (.*)", re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A policy that parses. `document` is what would be signed; `has_version`: it says its own."""

    document: Mapping[str, object]
    has_version: bool
    policy: Policy
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        return line_of(self.lines, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFinding:
    """A finding of lint with its line; `place` is empty where the YAML itself is wrong."""

    line: int
    severity: Severity
    code: str
    place: str
    sentence: str
    advice: str


def read_draft(text: str, catalog: Catalog) -> Draft:
    """PolicyError where the policy is refused; every problem has its line."""
    document, lines = load_yaml_lines(text)
    has_version = "version" in document
    document.setdefault("version", 1)
    try:
        policy = parse_policy(document, catalog)
    except PolicyError as error:
        raise with_lines(error, lines) from None
    return Draft(document=document, has_version=has_version, policy=policy, lines=lines)


def lint_text(text: str, catalog: Catalog, *, now_s: int) -> list[LineFinding]:
    """Errors first, then by line. A policy that is refused has its problems as findings."""
    try:
        draft = read_draft(text, catalog)
    except PolicyError as error:
        return [_refusal(problem) for problem in error.problems]
    found = [
        LineFinding(
            line=draft.line_of(finding.path),
            severity=finding.severity,
            code=finding.code,
            place=finding.place,
            sentence=finding.sentence,
            advice=finding.advice,
        )
        for finding in lint_policy(draft.policy, catalog, now_s=now_s)
    ]
    return sorted(found, key=lambda finding: (finding.severity != "error", finding.line))


def _refusal(problem: str) -> LineFinding:
    match = _LINE.match(problem)
    line, said = (int(match[1]), match[2]) if match is not None else (1, problem)
    place, _, sentence = said.partition(": ")
    if not sentence or " " in place:
        place, sentence = "", said
    return LineFinding(
        line=line,
        severity="error",
        code=REFUSED,
        place=place,
        sentence=sentence,
        advice="correct it: laptops and server refuse the whole policy",
    )
