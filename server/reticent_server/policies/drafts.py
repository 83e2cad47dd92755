"""A policy before it goes live: read from its YAML, looked at from every side.

Enters: YAML text as its author has it. Leaves: the policy, flattened where the text extends
another one, with the line of each place in that text, and findings that name their line. Must hold:
nothing is signed, stored or sent; what publication would refuse as looser is refused; a draft
without `version` is read as version 1, because publication gives it the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy, PolicyError, parse_policy, unpublishable
from reticent_contract.policy.lint import Severity, lint_policy
from reticent_contract.policy.parse import EXTENDS
from reticent_contract.reading import Path, Problem

from reticent_server.errors import NotFoundError
from reticent_server.policies.flatten import (
    CircleError,
    Difference,
    flatten,
    flatten_checked,
    lines_of_flat,
    parent_refused,
    read_difference,
    tests_left_out,
)
from reticent_server.policies.yaml_source import line_of, load_yaml_lines, with_lines

LEFT_OUT = "tests-left-out"
_NAMED = 10  # tests that are not taken over
REFUSED = "refused"  # the code of what the language does not allow
# The document of what a draft extends. Raises PolicyError (CircleError where it may not extend
# that), NotFoundError.
ParentOf = Callable[[str], Mapping[str, object]]
_NEXT = "correct the file and try again"
_LINE = re.compile(r"line (\d+): (.*)", re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A policy that parses. `document` is what would be signed; `has_version`: it says its own.

    `lines` are those of the author's text; `extends` names what it was laid over, if anything, and
    `tests_left_out` the tests of that which it does not take over.
    """

    document: Mapping[str, object]
    has_version: bool
    policy: Policy
    lines: Mapping[Path, int]
    extends: str | None = None
    tests_left_out: tuple[str, ...] = ()

    def line_of(self, path: Path) -> int:
        """What was taken over has the line of what holds it, at last that of `extends`."""
        return line_of(self.lines, path)

    def is_taken_over(self, path: Path) -> bool:
        """Whether what stands there is said by what the draft extends, not by the draft."""
        return self.extends is not None and path not in self.lines


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFinding:
    """A finding of lint with its line; `place` is empty where the YAML itself is wrong.

    No line where a document was looked at, and no text.
    """

    line: int | None
    severity: Severity
    code: str
    place: str
    sentence: str
    advice: str


def read_draft(
    text: str, catalog: Catalog, *, parent_of: ParentOf | None = None, is_strict: bool = True
) -> Draft:
    """PolicyError where the policy is refused; every problem has its line.

    Without `parent_of` the policy has to stand on its own. Not `is_strict`: it may be looser than
    what it extends without saying so, for whoever compares the two.
    """
    document, lines = load_yaml_lines(text)
    has_version = "version" in document
    try:
        difference, left_out = read_difference(document), tuple[str, ...]()
        if difference is not None:
            parent = _parent(difference, parent_of)
            left_out = tuple(tests_left_out(parent, difference.says))
            lines = lines_of_flat(lines, parent, difference, catalog)
            document = (
                flatten_checked(parent, difference, catalog)
                if is_strict
                else flatten(parent, difference.says, catalog)
            )
        document.setdefault("version", 1)
        policy = parse_policy(document, catalog)
        if problems := unpublishable(document):
            raise PolicyError("the policy was refused", problems, next_step=_NEXT)
    except PolicyError as error:
        raise with_lines(error, lines) from None
    return Draft(
        document=document,
        has_version=has_version,
        policy=policy,
        lines=lines,
        extends=None if difference is None else difference.extends,
        tests_left_out=left_out,
    )


def _parent(difference: Difference, parent_of: ParentOf | None) -> Mapping[str, object]:
    if parent_of is None:
        raise _refused("what is signed has to stand on its own; publish this, or write it out")
    try:
        return parent_of(difference.extends)
    except NotFoundError as error:
        raise _refused(str(error)) from None
    except CircleError:
        raise  # what the draft says, not what the parent is
    except PolicyError as error:
        raise parent_refused(difference.extends, error) from None


def _refused(what: str) -> PolicyError:
    problems = [Problem((EXTENDS,), what)]
    return PolicyError("the policy was refused", problems, next_step=_NEXT)


def lint_text(
    text: str, catalog: Catalog, *, now_s: int, parent_of: ParentOf | None = None
) -> list[LineFinding]:
    """Errors first, then by line. A policy that is refused has its problems as findings."""
    try:
        draft = read_draft(text, catalog, parent_of=parent_of)
    except PolicyError as error:
        return [_refusal(problem) for problem in error.problems]
    findings = findings_of(draft.policy, draft.lines, catalog, now_s=now_s)
    return [*findings, *left_out_of(draft.extends, draft.tests_left_out, draft.lines)]


def left_out_of(
    extends: str | None, names: Sequence[str], lines: Mapping[Path, int] | None
) -> list[LineFinding]:
    """That tests of what is extended do not come along: what they held to, nothing holds to now."""
    if extends is None or not names:
        return []
    listed = ", ".join(repr(name) for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [
        LineFinding(
            line=None if lines is None else line_of(lines, (EXTENDS,)),
            severity="warning",
            code=LEFT_OUT,
            place=EXTENDS,
            sentence=f"tests of {extends!r} that this takes away, or whose tables it speaks of, "
            f"are not taken over: {listed}{more}",
            advice="repeat those that are still to hold, with what is expected now",
        )
    ]


def findings_of(
    policy: Policy, lines: Mapping[Path, int] | None, catalog: Catalog, *, now_s: int
) -> list[LineFinding]:
    """As `lint_text`, of a policy that was read already."""
    found = [
        LineFinding(
            line=None if lines is None else line_of(lines, finding.path),
            severity=finding.severity,
            code=finding.code,
            place=finding.place,
            sentence=finding.sentence,
            advice=finding.advice,
        )
        for finding in lint_policy(policy, catalog, now_s=now_s)
    ]
    return sorted(found, key=lambda finding: (finding.severity != "error", finding.line or 0))


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
