"""A refusal names the line and says what to write, in the words of whoever wrote it."""

from __future__ import annotations

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError, default_policy_yaml
from reticent_server.policies.drafts import read_draft
from reticent_server.policies.yaml_source import load_yaml, parse_yaml_policy

DEFAULT = default_policy_yaml()
EXPECTED = "    expect: {terminal: pts/0}"
MTU = "      mtu: keep"


def refusal(text: str) -> str:
    with pytest.raises(PolicyError) as refused:
        read_draft(text, CATALOG)
    return refused.value.told


def line_of(part: str) -> int:
    return DEFAULT[: DEFAULT.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("rule", "kind"),
    [("[keep]", "a list"), ("", "nothing"), ("true", "true/false"), ("5", "a number")],
)
def test_a_rule_that_is_no_word_is_told_in_the_authors_words(rule: str, kind: str) -> None:
    told = refusal(DEFAULT.replace(MTU, f"      mtu: {rule}"))
    assert f"line {line_of(MTU)}: " in told
    assert f"must be an action, not {kind}, e.g. keep" in told


@pytest.mark.parametrize(
    "number", ["30.0", "0x1e", "9" * 400, "-1.5"], ids=["fraction", "base", "long", "below"]
)
def test_a_number_that_is_written_otherwise_is_said_to_be_one(number: str) -> None:
    told = refusal(DEFAULT.replace("retention_days: 180", f"retention_days: {number}", 1))
    assert f"line {line_of('retention_days: 180')}: " in told
    assert "write its digits alone" in told


def test_nothing_and_the_word_nothing_are_told_apart() -> None:
    told = refusal(DEFAULT.replace(EXPECTED, "    expect: null", 1))
    assert f"line {line_of(EXPECTED)}: " in told
    assert "must be a mapping of what leaves, or the word nothing" in told


def test_keys_that_are_taken_over_from_elsewhere_are_named_so() -> None:
    told = refusal(DEFAULT.replace(MTU, f"{MTU}\n      <<: {{mtu: keep}}"))
    assert f"line {line_of(MTU) + 1}: << takes keys over" in told
    assert load_yaml('"<<": 1') == {"<<": 1}


def test_a_character_that_no_yaml_has_is_named_with_its_line() -> None:
    told = refusal(DEFAULT.replace(MTU, f"{MTU} # \0"))
    assert told == f"line {line_of(MTU)}: holds a character that no policy may have (U+0000)"


def test_too_deep_a_nesting_has_its_line() -> None:
    told = refusal(DEFAULT.replace(MTU, "      mtu: " + "[" * 3_000))
    assert told.startswith(f"line {line_of(MTU)}: the policy is nested too deeply")


@pytest.mark.parametrize("key", ["purpose", "legal_basis", "notice"])
@pytest.mark.parametrize(
    "escaped",
    ["\\0", "\\e", "\\u202e", "\\u2066", "\\u200b", "\\u2028"],
    ids=["nul", "escape", "override", "isolate", "no width", "line"],
)
def test_what_people_are_to_read_holds_nothing_that_is_not_seen(key: str, escaped: str) -> None:
    lines = _without(key).splitlines()
    text = "\n".join([*lines, f'{key}: "to patch {escaped} and more"', ""])
    told = refusal(text)
    assert f"line {len(lines) + 1}: {key}: holds a character that is not seen (U+" in told
    parse_yaml_policy(text, CATALOG)  # laptops that have it in force go on


def test_several_lines_and_scripts_that_join_their_letters_are_fine() -> None:
    for said in (
        "one\\n\\ttwo",
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "Ü\xadber",
    ):
        read_draft(f'{_without("notice")}\nnotice: "{said}"\n', CATALOG)


def _without(key: str) -> str:
    """The default policy without one of its texts, which end where the next key begins."""
    kept, leaving = [], False
    for line in DEFAULT.splitlines():
        if line[:1] not in ("", " "):
            leaving = line.startswith(f"{key}:")
        if not leaving:
            kept.append(line)
    return "\n".join(kept)
