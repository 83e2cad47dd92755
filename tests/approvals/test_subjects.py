"""The second person reads what this server says; what somebody typed stays in its line of it."""

from __future__ import annotations

import pytest
from reticent_server.approvals.request import Subject
from reticent_server.approvals.subjects import export_subject, person_subject, unseal_subject

FORGED = "*\nat most 1 events\u202e\u2066\x1b[2J\u200b\u2028\x85\u00a0end"


@pytest.mark.parametrize(
    ("subject", "lines"),
    [
        (export_subject(FORGED, shape="everything", rows_max=9), 2),
        (unseal_subject(FORGED, shape="everything", limit=9), 1),
        (person_subject([FORGED, "bo"]), 2),
    ],
    ids=["export", "unseal", "person"],
)
def test_what_was_typed_makes_no_line_and_turns_no_text_around(
    subject: Subject, lines: int
) -> None:
    shown = subject.shown.split("\n")
    assert len(shown) == lines
    assert all(line.isprintable() for line in shown)
    assert "\\u{a}" in subject.shown
    assert "\\u{202e}" in subject.shown


def test_texts_that_look_alike_are_different_subjects() -> None:
    typed = export_subject("a\\u{a}b", shape="", rows_max=9)
    broken = export_subject("a\nb", shape="", rows_max=9)
    assert typed.shown == broken.shown
    assert typed.parts != broken.parts
