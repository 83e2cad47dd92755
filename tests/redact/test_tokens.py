"""How pseudonyms are written, and that raw text cannot pretend to be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.redact.tokens import (
    embedded,
    find_tokens,
    neutralise,
    parse_pseudonym,
    pseudonym_text,
    replace_tokens,
    second_half,
    token_bytes,
    token_text,
)

TOKEN = bytes(range(16))


def test_the_written_form_is_pinned() -> None:
    assert pseudonym_text("usb.serial", 1, TOKEN) == "pn:usb.serial:1:AAECAwQFBgcICQoLDA0ODw"
    assert embedded("email", 12, TOKEN) == "<pn:email:12:AAECAwQFBgcICQoLDA0ODw>"


@given(st.binary(min_size=16, max_size=16))
def test_a_token_reads_back_as_it_was_written(token: bytes) -> None:
    assert token_bytes(token_text(token)) == token
    assert parse_pseudonym(pseudonym_text("a.b", 4, token)) == ("a.b", 4, token)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pn:a:1",
        "pn::1:AAECAwQFBgcICQoLDA0ODw",
        "pn:a:x:AAECAwQFBgcICQoLDA0ODw",
        "pn:a:1:AAECAwQFBgcICQoLDA0ODx",  # bits beyond the 16 bytes
        "pn:a:1:AAECAwQFBgcICQoLDA0OD=",
        "xx:a:1:AAECAwQFBgcICQoLDA0ODw",
    ],
)
def test_what_is_not_exactly_a_pseudonym_is_none(text: str) -> None:
    assert parse_pseudonym(text) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_raw_text_cannot_pretend_to_be_a_pseudonym(before: str, after: str) -> None:
    text = before + embedded("person", 1, TOKEN) + after
    safe = neutralise(text)
    assert not list(find_tokens(safe))
    assert parse_pseudonym(neutralise(pseudonym_text("person", 1, TOKEN))) is None


def test_text_without_a_pseudonym_is_the_same_object() -> None:
    text = "nothing here"
    assert neutralise(text) is text
    assert replace_tokens(text, lambda *_: "x") is text


def test_each_embedded_token_is_replaced_by_its_second_half() -> None:
    text = f"from {embedded('email', 1, TOKEN)} to {embedded('person', 2, TOKEN)}<pn:bad>."
    seen: list[tuple[str, int, bytes]] = []

    def second(domain: str, epoch: int, token: bytes) -> str:
        seen.append((domain, epoch, token))
        return pseudonym_text(domain, epoch, second_half(b"s" * 32, domain, epoch, token))

    replaced = replace_tokens(text, second)
    assert seen == [("email", 1, TOKEN), ("person", 2, TOKEN)]
    assert token_text(TOKEN) not in replaced
    assert replaced.endswith("<pn:bad>.")
    assert [d for d, _, _ in find_tokens(replaced)] == ["email", "person"]


def test_the_second_half_is_bound_to_key_domain_and_epoch() -> None:
    made = second_half(b"s" * 32, "person", 1, TOKEN)
    assert len(made) == 16
    others = {
        second_half(b"t" * 32, "person", 1, TOKEN),
        second_half(b"s" * 32, "host", 1, TOKEN),
        second_half(b"s" * 32, "person", 2, TOKEN),
        second_half(b"s" * 32, "person", 1, bytes(16)),
    }
    assert len(others) == 4
    assert made not in others


@pytest.mark.parametrize(("key", "token"), [(b"short", TOKEN), (b"s" * 32, b"short")])
def test_a_second_half_of_a_wrong_size_is_refused(key: bytes, token: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        second_half(key, "person", 1, token)
