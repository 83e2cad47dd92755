"""What was registered is what the package says whose list we read."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList
from reticent_contract.redact.suffixes import _rules, registrable

THEIRS = PublicSuffixList(accept_unknown=False)
_LABELS = ("www", "a", "b-1", "co", "uk", "com", "ck", "kobe", "jp", "city", "in", "gov", "github")


@lru_cache(maxsize=1)
def _suffixes() -> list[str]:
    return sorted(each for each in THEIRS._publicsuffix if each.isascii())


def test_every_suffix_of_the_list_is_known() -> None:
    suffixes = _suffixes()
    assert len(suffixes) > 9_000
    for suffix in suffixes:
        bare = suffix.lstrip("!*.")
        for host in (bare, f"x.{bare}", f"y.x.{bare}", f"a.y.x.{bare}"):
            assert registrable(host) == THEIRS.privatesuffix(host), host


@given(st.lists(st.sampled_from(_LABELS), min_size=1, max_size=10).map(".".join))
def test_any_name_has_the_part_that_they_say(host: str) -> None:
    assert registrable(host) == THEIRS.privatesuffix(host)


@pytest.mark.parametrize("host", ["", ".", "a..com", "localhost", "x.unknown", "com", ".com"])
def test_a_name_without_one_has_none(host: str) -> None:
    assert registrable(host) is None


def test_an_encoded_name_is_known() -> None:
    assert registrable("www.beispiel.xn--p1ai") == "beispiel.xn--p1ai"


def test_no_suffix_is_kept_as_text() -> None:
    assert _rules().itemsize * len(_rules()) < 100_000
