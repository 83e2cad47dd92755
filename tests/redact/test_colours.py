"""Colours, titles and links of a terminal hide nothing, and are no part of a value."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

import pytest
from reticent_contract.redact.apart import apart
from reticent_contract.redact.colours import blanked, without_colours
from reticent_contract.redact.findings import findings
from reticent_contract.redact.normalise import normalised
from support.identifiers import IDENTIFIERS

RedactOne = Callable[..., object]
_RULE: dict[str, object] = {"scan": {}}
ESCAPES = [
    *("\x1b", r"\u001b", r"\u001B", r"\x1b", r"\\u001b", r"\033", r"\e", "#033", "^[", "%1B"),
    *("&#27;", r"\u{1b}"),
]
COLOURED = (
    ("card", "4024007140363325"),
    ("user", "wanda.k"),
    ("password", "Owl#77x"),
    ("", "AAKPZ7711Q"),
    ("", "NL91ABNA0417164300"),
    ("", "2001:db8:71::9"),
    ("", "mail.wierzba.com.pl"),
    ("", "pooja@wierzba.com.pl"),
    ("host", "db-lodz-4"),
)
CODES = ["[0m", "[32m", "[1;31m", "[38;5;196m", "[K", "[01;31m", "[?25h", "[5G"]


@pytest.mark.parametrize("escape", ESCAPES, ids=ascii)
def test_what_is_coloured_is_found(redact_one: RedactOne, escape: str) -> None:
    off = f"{escape}[0m"
    for on in (escape + code for code in CODES):
        for key, value in COLOURED:
            text = f"{on}{key}{off}={on}{value}{off} x" if key else f"at {on}{value}{off} x"
            left = str(redact_one("message", _RULE, text))
            assert value not in left
            assert left.split()[-1] == "x"
            assert left.count("<") == 1


@pytest.mark.parametrize("escape", ESCAPES[:4], ids=ascii)
def test_what_is_coloured_within_is_found(redact_one: RedactOne, escape: str) -> None:
    for text in (
        f"card 4024{escape}[1m007140363325{escape}[0m x",
        f"at 172.20.{escape}[01;31m4.19{escape}[K x",
        f"user=wan{escape}[7mda.k{escape}[27m x",
    ):
        left = str(redact_one("message", _RULE, text))
        assert not any(part in left for part in ("4024", "0071", "172", "4.19", "wan", "da.k"))


@pytest.mark.parametrize("escape", ["\x1b", r"\u001b", r"\x1b", "^["], ids=ascii)
@pytest.mark.parametrize("end", ["\x1b\\", "\x07", r"\u0007", "^G"], ids=ascii)
def test_of_a_link_both_the_address_and_the_text_are_looked_at(
    redact_one: RedactOne, escape: str, end: str
) -> None:
    text = (
        f"see {escape}]8;;https://mail.wierzba.com.pl/a{end}pooja@wierzba.com.pl{escape}]8;;{end} x"
    )
    left = str(redact_one("message", _RULE, text))
    assert "wierzba" not in left
    assert "pooja" not in left
    title = f"{escape}]0;wanda@mail.wierzba.com.pl: ~{end}172.20.4.19 up"
    assert not any(
        part in str(redact_one("message", _RULE, title)) for part in ("wanda", "wierzba", "4.19")
    )


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[32mINFO\x1b[0m ready",
        r"\u001b[32mINFO\u001b[0m ready",
        "^[[32mINFO^[[0m ready",
        r"grep -E '^[[:alpha:]]+$' ^[[0-9a-f]m",
        r"C:\e[1]\x and \E[a-z]",
        "issue #033 and #0331",
    ],
    ids=range(6),
)
def test_where_nothing_is_found_the_text_stays_as_it_is(redact_one: RedactOne, text: str) -> None:
    assert redact_one("message", _RULE, text) == text


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_every_kind_is_found_in_colour(name: str) -> None:
    _, introductions, make = IDENTIFIERS[name]
    random = Random(f"colours around {name}")
    for number in range(12):
        value, told = make(random), introductions[number % len(introductions)]
        text = f"one \x1b[36m{told}\x1b[0m\x1b[32m{value}\x1b[0m end"
        at = text.index(value)
        covered = {i for f in findings(text) for i in range(f.start, f.end)}
        assert all(i in covered or not text[i].isalnum() for i in range(at, at + len(value)))


@pytest.mark.parametrize("escape", ESCAPES, ids=ascii)
def test_offsets_stay(escape: str) -> None:
    text = f"a{escape}[32mb{escape}]8;;c\x07"
    assert len(blanked(text)) == len(apart(text)) == len(text)
    assert without_colours(text).startswith("ab")
    assert normalised(text) == "abc"


def test_time_grows_with_length_only() -> None:
    for piece in ("\x1b[", "\x1b", "\x1b[0;", "^[", "\\", r"\u001b[1;", "\x1b]8;;", "\x1b[ "):
        start = time.perf_counter()
        blanked(piece * 20_000)
        assert time.perf_counter() - start < 2
