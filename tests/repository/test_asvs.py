"""server/ASVS.md: every number of the standard once, and every test that it names exists.

The numbers are those of OWASP ASVS 4.0.3 at levels 1 and 2 (the published table, 4.0/docs_en in
OWASP/ASVS); what 4.0.3 deleted or asks at level 3 alone is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from support.functions import functions_in

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "server/ASVS.md"
STATES = ("met", "does not apply", "**not met**")

SECTIONS = {
    "1.1": "1-7",
    "1.2": "1-4",
    "1.4": "1 4 5",
    "1.5": "1-4",
    "1.6": "1-4",
    "1.7": "1-2",
    "1.8": "1-2",
    "1.9": "1-2",
    "1.10": "1",
    "1.11": "1-2",
    "1.12": "2",
    "1.14": "1-6",
    "2.1": "1-12",
    "2.2": "1-3",
    "2.3": "1-3",
    "2.4": "1-5",
    "2.5": "1-7",
    "2.6": "1-3",
    "2.7": "1-6",
    "2.8": "1-7",
    "2.9": "1-3",
    "2.10": "1-4",
    "3.1": "1",
    "3.2": "1-4",
    "3.3": "1-4",
    "3.4": "1-5",
    "3.5": "1-3",
    "3.7": "1",
    "4.1": "1-3 5",
    "4.2": "1-2",
    "4.3": "1-3",
    "5.1": "1-5",
    "5.2": "1-8",
    "5.3": "1-10",
    "5.4": "1-3",
    "5.5": "1-4",
    "6.1": "1-3",
    "6.2": "1-6",
    "6.3": "1-2",
    "6.4": "1-2",
    "7.1": "1-4",
    "7.2": "1-2",
    "7.3": "1 3 4",
    "7.4": "1-3",
    "8.1": "1-4",
    "8.2": "1-3",
    "8.3": "1-8",
    "9.1": "1-3",
    "9.2": "1-4",
    "10.2": "1-2",
    "10.3": "1-3",
    "11.1": "1-8",
    "12.1": "1-3",
    "12.2": "1",
    "12.3": "1-6",
    "12.4": "1-2",
    "12.5": "1-2",
    "12.6": "1",
    "13.1": "1 3-5",
    "13.2": "1-3 5-6",
    "13.3": "1-2",
    "13.4": "1-2",
    "14.1": "1-4",
    "14.2": "1-6",
    "14.3": "2-3",
    "14.4": "1-7",
    "14.5": "1-4",
}


def numbers() -> Iterator[str]:
    for section, spans in SECTIONS.items():
        for span in spans.split():
            first, _, last = span.partition("-")
            for number in range(int(first), int(last or first) + 1):
                yield f"{section}.{number}"


def rows() -> list[list[str]]:
    """number, what is asked, state, evidence or reason"""
    lines = PAGE.read_text().splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if re.match(r"\| \d", line)
    ]


def test_every_requirement_of_level_2_stands_there_once_and_in_order() -> None:
    assert [row[0] for row in rows()] == list(numbers())


def test_every_row_says_what_is_asked_and_where_it_stands() -> None:
    for row in rows():
        assert len(row) == 4, row
        assert all(row), row
        assert row[2] in STATES, row


def test_what_is_met_names_a_test_or_file() -> None:
    assert [n for n, _, state, evidence in rows() if state == "met" and "`" not in evidence] == []


def test_every_test_and_file_that_a_row_names_is_there() -> None:
    """Of every row; of one that is not met, a word in such quotes may be a setting as well."""
    for number, _, state, evidence in rows():
        for name in re.findall(r"`([^`]+)`", evidence):
            if state != "met" and "/" not in name:
                continue
            path, _, test = name.partition("::")
            if test:
                assert test in functions_in(ROOT / "tests" / path), (number, name)
            else:
                assert (ROOT / path).is_file(), (number, name)


def test_every_test_that_a_row_names_without_its_file_is_there() -> None:
    plain = (re.sub(r"`[^`]+`", "", row[3]) for row in rows())
    named = {name for evidence in plain for name in re.findall(r"\btest_\w+", evidence)}
    files = (ROOT / "tests").rglob("test_*.py")
    assert named <= set().union(*map(functions_in, files))


def test_the_page_counts_right() -> None:
    head = PAGE.read_text().partition("## ")[0]
    counts = Counter(row[2] for row in rows())
    told = [int(n) for n in re.findall(r"\b(\d+) (?:things|are met|do not|are not)", head)]
    met, idle, missing = (counts[state] for state in STATES)
    assert told == [len(rows()), met, idle, missing]
