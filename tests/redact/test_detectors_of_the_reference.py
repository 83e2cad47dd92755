"""The detectors over vectors/redact/lines.json: what is found, by which tier, what is left."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.findings import findings

_MARK = re.compile(r"\{([a-z0-9_]+)(\??)\|([^}]*)\}")
LINES = json.loads(
    (Path(__file__).parents[1] / "vectors" / "redact" / "lines.json").read_text(encoding="utf-8")
)
FOUND, LEFT = LINES["found"], LINES["left"]


def _case(marked: str) -> tuple[str, list[tuple[str, str, str]]]:
    expected = [(m[1], "B" if m[2] else "A", m[3]) for m in _MARK.finditer(marked)]
    return _MARK.sub(lambda m: m[3], marked), expected


@pytest.mark.parametrize("marked", FOUND, ids=range(len(FOUND)))
def test_what_identifies_is_found_by_its_detector_and_tier(marked: str) -> None:
    text, expected = _case(marked)
    assert [(f.detector, f.tier, text[f.start : f.end]) for f in findings(text)] == expected


@pytest.mark.parametrize("line", LEFT, ids=range(len(LEFT)))
def test_what_counts_times_or_names_programs_is_left(line: str) -> None:
    assert findings(line) == ()


def test_every_detector_with_a_pattern_has_a_line_here_or_among_the_first_ones() -> None:
    here = {m[1] for line in FOUND for m in _MARK.finditer(line)}
    first = {"secret", "own", "email", "ipv6", "user"}
    assert here | first >= set(DETECTORS)


@pytest.mark.parametrize(
    "hidden",
    [
        "card 4111&#32;1111&#x20;1111 1111",
        "a&#64;b.example.org",
        "a&commat;b.example.org",
        r"j\303\266rg@b.example.org",
        "to %2B91 98765 43210",
        "\uff14\uff11\uff11\uff11 1111 1111 1111",
        "4111\u200b1111\u200b11111111",
        "\u0664\u0661\u0661\u0661 1111 1111 1111",
    ],
)
def test_another_spelling_hides_nothing(hidden: str) -> None:
    assert findings(hidden)
