"""A text beyond its bound ends where a word ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.limits import CUT_LOOK_BACK_BYTES
from reticent_contract.redact.text import CUT_MARK, cut, fit

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


@pytest.mark.parametrize("quoted", ['\\"', '\\\\\\"'], ids=("once", "twice"))
def test_a_number_in_groups_is_not_torn_where_a_quote_is_escaped(quoted: str) -> None:
    text = f"{'x' * 24} at -24.940083, -147.480848{quoted}, 1 and more"
    for bound in range(46, 60):
        assert "24.94" not in cut(text, bytes_max=bound)


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


GROUPED = (
    "4111 1111 1111 1111",
    "+91 (80) 4012 3456",
    "+49 30 / 901820 - 44",
    "2341 2341 2346",
    "GB29 NWBK 6016 1331 9268 19",
    "KA 01 MJ 4021",
    "219 09 4411",
    "12.9716, 77.5946",
    "48\u00b0 51' 29.5\" N, 2\u00b0 17' 40.2\" E",
    "\u096f\u096e\u096a\u096b\u0966 \u0967\u0968\u0969\u096a\u096b",
    # In codes, and in signs that NFKC makes those of ASCII: a fuzz campaign found them parted.
    r"\055\066\070\05683\070583, \0616\064\056\063085\066\062",
    r"\u{2d}\u{33}\u{34}\u{2e}\u{33}\u{39}\u{36}\u{34}\u{33}\u{34}\u{2c} \u{30}\u{2e}\u{31}\u{31}",
    "&#x33;&#x33;&#x2e;&#x36;&#x33;&#x38;&#x32;, &#x36;&#x37;&#x2e;&#x35;&#x37;&#x30;&#x38;",
    "%34%31%31%31 %31%31%31%31 %31%31%31%31 %31%31%31%31",
    "\uff0d\uff17\uff15.\uff11\uff13\uff15\uff12\uff0c \uff0d\uff14\uff11\uff0e5\u200b22",
    "-60.91931\x074, 70.943159",
)


@pytest.mark.parametrize("number", GROUPED, ids=range(len(GROUPED)))
def test_a_number_in_groups_is_whole_or_gone(number: str) -> None:
    for back in range(len(number.encode()) + 2):
        before = ("said that it was " * BOUND)[: BOUND - len(CUT_MARK) - back - 7] + " number "
        body = cut(before + number + " he said" * BOUND, bytes_max=BOUND).removesuffix(CUT_MARK)
        assert body.startswith(before + number) or before.startswith(body)


@given(
    st.lists(st.text("0123456789", min_size=1, max_size=6), min_size=2, max_size=8),
    st.sampled_from((" ", "  ", " - ", ") ", ". ", "\t", " / ", ", ")),
    st.integers(0, 60),
)
def test_groups_of_digits_are_never_parted(groups: list[str], joint: str, back: int) -> None:
    number = joint.join(groups)
    before = ("a b " * BOUND)[: BOUND - len(CUT_MARK) - back] + " no "
    body = cut(before + number + " then" * BOUND, bytes_max=BOUND).removesuffix(CUT_MARK)
    assert number in body or not any(c.isdigit() for c in body)


def test_a_text_of_numbers_alone_goes_whole() -> None:
    assert cut("1234 " * BOUND, bytes_max=BOUND) == CUT_MARK


@pytest.mark.parametrize("sign", ["<pn:", "pn:", "sealed:"])
def test_a_text_at_its_bound_stays_within_it_when_it_is_made_unmistakable(sign: str) -> None:
    for length in range(20, 64):
        text = (sign * 20)[:length]
        assert len(fit(text, bytes_max=length).encode()) <= length
        assert len(fit(text + "\u00e9 and more", bytes_max=length).encode()) <= length


def test_a_word_of_codes_longer_than_any_group_is_not_torn() -> None:
    word = "%41" * 90 + "alice" * 8
    text = f"{word} %31%32 %33%34 " + "x " * BOUND
    for bound in range(len(word) + 1, len(word) + 30):
        body = cut(text, bytes_max=bound + len(CUT_MARK)).removesuffix(CUT_MARK)
        assert body.split()[:1] in ([], [word])
