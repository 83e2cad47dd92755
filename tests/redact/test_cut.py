"""A text beyond its bound ends where a word ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.limits import CUT_LOOK_BACK_BYTES
from reticent_contract.redact.text import CUT_MARK, cut

BOUND = 3_000
WORD_SIGNS = "abzAZ059_.@:+%/\\&;=~-\u00e9\u0915\U0001f600"
ENDS = " \t\n,\"'()[]{}<>|!?#*$^`"
WORDS = st.text(WORD_SIGNS, min_size=1, max_size=40)


@pytest.mark.parametrize(
    "identifier",
    [
        "alice.smith@corp.example",
        "4111111111111111",
        "aa:bb:cc:dd:ee:ff",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "2001:db8::1:2:3",
        "\u0930\u093e\u092e@example.com",
    ],
    ids=range(6),
)
def test_no_identifier_is_torn_where_no_blank_is_near(identifier: str) -> None:
    low = BOUND - len(CUT_MARK) - CUT_LOOK_BACK_BYTES
    for back in range(len(identifier.encode()) + 2):
        before = ('{"k":1,' * BOUND)[: low - back - 1] + ","
        short = cut(before + identifier + "," + '"k":1,' * BOUND, bytes_max=BOUND)
        body = short.removesuffix(CUT_MARK)
        assert body.rstrip(",").endswith(identifier) or identifier[:2] not in body


def test_one_word_beyond_the_bound_goes_whole() -> None:
    assert cut("x" * (BOUND + 1), bytes_max=BOUND) == CUT_MARK
    assert cut("\u00e9" * BOUND, bytes_max=BOUND) == CUT_MARK


@given(
    st.lists(st.tuples(WORDS, st.text(ENDS, min_size=1, max_size=3)), min_size=1, max_size=20),
    st.lists(st.tuples(WORDS, st.text(ENDS[3:], min_size=1, max_size=3)), min_size=1, max_size=20),
    st.integers(1, 200),
)
def test_what_is_left_ends_where_a_word_ends(
    first: list[tuple[str, str]], then: list[tuple[str, str]], times: int
) -> None:
    text = "".join(a + b for a, b in first) + "".join(a + b for a, b in then) * times
    short = cut(text, bytes_max=BOUND)
    assert len(short.encode()) <= BOUND
    if short == text:
        return
    body = short.removesuffix(CUT_MARK)
    assert short == body + CUT_MARK
    assert text.startswith(body)
    if body:
        assert body[-1] not in WORD_SIGNS or text[len(body)] not in WORD_SIGNS
