"""Passwords in tables, in strings by which programs connect, of several words; who mails from
where: what is found, at both sides of a bound, in lines that CRLF ends and that nothing ends."""

from __future__ import annotations

import re

import pytest
from reticent_contract.redact.findings import findings

# ⟪ and ⟫ are around what is found; a row that does not fit ends no table.
TABLES = (
    'user,password\nann,hunter2\nkim,"⟪a ""b, c⟫"\notto,⟪Sky8zz⟫',
    "user,password\nann,hunter2\n\nkim,⟪Abcd99⟫\notto,⟪Sky8zz⟫",
    "user,password\nann,hunter2,\nkim,⟪Abcd99⟫\notto,⟪Sky8zz⟫",
    'user,password\nann, "hunter2"\nkim, "⟪Ab, cd99⟫"',
    "user,password\n# list\nann,⟪Zed8kk⟫\nkim,⟪Abcd99⟫",
    "user,password\nann,hunter2\nkim,⟪a,b9⟫\notto,⟪Sky8zz⟫",
    "user,password\r\nann,hunter2\r\n\r\nkim,⟪Abcd99⟫\r\n",
    "user;password;role\nann;hunter2;dba\nkim;⟪Abcd99⟫\n",
    "user,password\nann,hunter2\na\nb\nc\notto,⟪Sky8zz⟫",
    "user,password\nann,hunter2\na\nb\nc\nd\notto,Sky8zz",
    "user,password\nann,hunter2\nlater on, and so, on\n",
    "user,password\nann,hunter2\nid,url,password\n7,x,hunter2\n8,y,⟪Sky8zz⟫",
)


_FIRST = "hunter2"  # behind its key and a line's end: found as its value


def _expected(line: str) -> tuple[str, list[str]]:
    return line.replace("⟪", "").replace("⟫", ""), re.findall("⟪(.*?)⟫", line)


def _found(line: str, *detectors: str) -> list[str]:
    return [line[each.start : each.end] for each in findings(line) if each.detector in detectors]


@pytest.mark.parametrize("table", TABLES, ids=range(len(TABLES)))
def test_a_row_that_does_not_fit_ends_no_table(table: str) -> None:
    plain, expected = _expected(table)
    assert [each for each in _found(plain, "secret") if _FIRST not in each] == expected
