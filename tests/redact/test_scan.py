"""Free text: treatments, overlaps, hidden spellings, bounds, failures."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from urllib.parse import quote

import pytest
import re2
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy
from reticent_contract.redact import Admission, Plan
from reticent_contract.redact.automaton import gate
from reticent_contract.redact.detectors.model import Pattern
from reticent_contract.redact.normalise import normalised
from reticent_contract.redact.own_matcher import OwnMatcher
from reticent_contract.redact.tokens import find_tokens
from reticent_contract.rows import Row

RedactOne = Callable[..., object]
OWN = {"serial": "PF3X9Z1K", "user_name": "maren.voss", "host_name": "kestrel-7.corp.example"}


def test_a_detector_that_the_policy_does_not_name_is_replaced(redact_one: RedactOne) -> None:
    text = redact_one("message", {"scan": {"email": "keep"}}, "a@b.example 192.0.2.7")
    assert text == "a@b.example <ipv4>"


def test_otherwise_says_what_happens_to_the_detectors_not_named(redact_one: RedactOne) -> None:
    rule = {"scan": {"otherwise": "drop_value", "ipv4": "keep"}}
    assert redact_one("message", rule, "at 192.0.2.7") == "at 192.0.2.7"
    assert redact_one("message", rule, "by a@b.example") is None


def test_secrets_are_removed_even_where_otherwise_would_pseudonymise(redact_one: RedactOne) -> None:
    rule = {"scan": {"otherwise": "pseudonymise"}}
    assert redact_one("message", rule, "password=abc") == "password=<secret>"


def test_a_pseudonymised_finding_carries_its_detector_and_epoch(redact_one: RedactOne) -> None:
    text = redact_one(
        "message", {"scan": {"email": "pseudonymise"}}, "to A@b.example and a@B.example"
    )
    assert isinstance(text, str)
    tokens = list(find_tokens(text))
    assert [(d, e) for d, e, _ in tokens] == [("email", 3), ("email", 3)]
    assert tokens[0] == tokens[1]


def test_a_finding_in_text_has_the_pseudonym_of_the_field_it_is_linked_with(
    plan_of: Callable[..., Plan],
) -> None:
    plan = plan_of(
        {"user_name": "pseudonymise", "message": {"scan": {"user": "pseudonymise"}}},
        groups={"person": ["lab.user_name", "scan:user"]},
    )
    row = plan.redact(
        Row("lab", "snapshot", 0, {"user_name": "Alice", "message": "for user alice now"})
    )
    assert row is not None
    token = row.values["user_name"]
    (found,) = find_tokens(str(row.values["message"]))
    assert found == ("person", 3, token.token)  # type: ignore[union-attr]


def test_an_own_identifier_has_the_pseudonym_of_the_field_it_was_learned_from(
    plan_of: Callable[..., Plan],
) -> None:
    rules = {
        "serial": {"pseudonymise": {"scope": "device"}},
        "message": {"scan": {"own": "pseudonymise"}},
    }
    plan = plan_of(rules, own=OWN)
    row = plan.redact(Row("lab", "snapshot", 0, {"serial": "PF3X9Z1K", "message": "sn=pf3x9z1k"}))
    assert row is not None
    (found,) = find_tokens(str(row.values["message"]))
    assert found == ("lab.serial", 3, row.values["serial"].token)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rule", "line", "result"),
    [
        # The secret is replaced, which protects more than the pseudonym of the address in it.
        ({"email": "pseudonymise"}, "password=ann@example.com", "password=<secret>"),
        # Both replaced: the longer finding names the stretch.
        ({}, "/home/ann@example.com/x", "/home/<email>/x"),
        # The address is dropped with its value, whatever else is found around it.
        ({"email": "drop_value"}, "password=ann@example.com", "password=<secret>"),
    ],
)
def test_overlaps_go_to_the_most_protective_and_cover_all(
    redact_one: RedactOne, rule: dict[str, object], line: str, result: str
) -> None:
    if "drop_value" in rule.values():
        assert redact_one("message", {"scan": rule}, line) is None
    else:
        assert redact_one("message", {"scan": rule}, line) == result


@pytest.mark.parametrize(
    "hidden",
    [
        "to ann%40example.com now",
        "to ann%2540example.com now",
        "to ann\uff20example\uff0ecom now",
        "to a\u200bnn@exam\u00adple.com now",
        "to ann@exa\u202emple.com now",
        "ip \u0661\u0669\u0662.\u0660.\u0662.\u0667 now",
        "ip 192\uff0e0\uff0e2\uff0e7 now",
        "mac 00\u201011\u201022\u201033\u201044\u201055 now",
        "serial PF3X\x009Z1K now",
        "user maren%2Evoss now",
        r"to ann\u0040example.com now",
        r"to ann\x40example\x2ecom now",
        r"to ann\\u0040example.com now",
        r"mac 00\x2d11\x2d22\x2d33\x2d44\x2d55 now",
        r"ip \u0031\u0039\u0032.0.2.7 now",
        r"to ann\u002540example.com now",
        r"password\u003dhunter2",
        r"password\x3Dhunter2",
        r'{"url":"https:\/\/bob:hunter2@localhost\/x"}',
        r"postgres:\/\/u:hunter2@db\/x",
        r"{\"url\":\"https:\\/\\/bob:hunter2@localhost\\/x\"}",
        r"to ann%u0040example.com now",
        r"to ann\u{40}example.com now",
        r"to ann\u{000040}example\u{2e}com now",
        r"to ann\@example.com now",
        r"password%u003dhunter2",
        r"at \/home\/maren.voss\/x",
        # A code that is none before its digits are read as digits: a fuzz campaign found it.
        "to ann%\uff14\uff10example.com now",
        "to ann%\u0664\u0660example.com now",
        "to ann\uff05\uff14\uff10example.com now",
        "to ann\uff06#64;example.com now",
    ],
    ids=range(31),
)
def test_what_hides_in_another_spelling_is_not_passed(
    plan_of: Callable[..., Plan], hidden: str
) -> None:
    plan = plan_of({"message": "scan"}, own=OWN)
    row = plan.redact(Row("lab", "snapshot", 0, {"message": hidden}))
    text = "" if row is None else str(row.values["message"])
    assert "<" in text
    plain = normalised(text) or ""
    for left in ("ann@example.com", "192.0.2.7", "00-11-22", "PF3X9Z1K", "maren.voss", "hunter2"):
        assert left not in plain


@example("ann%\uff14\uff10example.com")
@example("e\u200b\u0301 %\u0664\u0661")
@given(st.text("%4a\\u0&#;x\uff14\uff10\u0664\u200be\u0301", max_size=30) | st.text(max_size=30))
def test_the_plain_view_of_a_plain_view_is_itself(text: str) -> None:
    plain = normalised(text)
    assert plain is None or normalised(plain) == plain


def test_percent_codes_deeper_than_anyone_needs_drop_the_value(redact_one: RedactOne) -> None:
    text = "@"
    for _ in range(9):
        text = quote(text, safe="")
    assert redact_one("message", "scan", f"ann{text}example.com") is None


def test_harmless_percent_codes_and_letters_of_any_alphabet_stay(redact_one: RedactOne) -> None:
    for line in (
        "100% of 5%20MB",
        r"s/\/usr\/bin/x/ \u{110000} \u{2713} %u2713 %uzz \u{} \@",
        r"dev-disk-by\x2duuid and \u2713 and \ud83d\ude00 and \udead and \xff C:\x64\u",
        "\u0938\u0947\u0935\u093e \u0936\u0941\u0930\u0942",
        "done \u2713",
        "a\tb",
    ):
        assert redact_one("message", "scan", line) is line


def test_a_value_beyond_its_bound_is_cut_on_white_space_and_marked(redact_one: RedactOne) -> None:
    text = redact_one("message", "scan", "word " * 2_000 + "ann@example.com")
    assert isinstance(text, str)
    assert text.endswith("word<cut>")
    assert len(text.encode()) <= 4_096


def test_an_identifier_torn_by_the_cut_does_not_stay(redact_one: RedactOne) -> None:
    for shift in range(30):
        line = "x" * (4_060 + shift) + " ann.smith@mail.example.com tail"
        text = redact_one("message", "scan", line)
        assert isinstance(text, str)
        assert "ann.s" not in text


def test_a_text_that_grew_by_its_pseudonyms_is_cut_between_them(redact_one: RedactOne) -> None:
    rule = {"scan": {"email": "pseudonymise"}}
    text = redact_one("message", rule, "a@b.example " * 300)
    assert isinstance(text, str)
    assert len(text.encode()) <= 4_096
    assert text.count("<pn:") == len(list(find_tokens(text)))


@pytest.mark.parametrize("line", ["half \ud800 pair ann@example.com", "\udcffann@example.com"])
def test_half_surrogates_are_replaced_and_the_rest_is_scanned(
    redact_one: RedactOne, line: str
) -> None:
    text = redact_one("message", "scan", line)
    assert isinstance(text, str)
    assert "ann@" not in text
    text.encode()


def test_raw_text_cannot_plant_a_pseudonym(redact_one: RedactOne) -> None:
    line = "x <pn:person:3:AAECAwQFBgcICQoLDA0ODw> y"
    for rule in ("scan", "keep"):
        text = redact_one("message", rule, line)
        assert isinstance(text, str)
        assert not list(find_tokens(text))


def test_a_detector_that_raises_drops_the_value_and_counts(
    plan_of: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of({"message": "scan"})

    def broken(*_: object) -> None:
        raise RuntimeError("a detector broke")

    monkeypatch.setattr("reticent_contract.redact.search.Search.look", broken)
    assert plan.redact(Row("lab", "snapshot", 0, {"message": "harmless"})) is None
    assert [(c.rule, c.outcome) for c in plan.take_counts()] == [("lab.message", "failed")]


@pytest.mark.parametrize("which", ["others", "custom", "secrets"])
def test_a_gate_that_is_silent_is_a_failure_and_not_a_clean_text(
    plan_of: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    # What RE2 answers when its automaton found no room.
    def silent(_text: bytes) -> list[int]:
        return []

    if which == "secrets":
        broken = OwnMatcher(())
        broken.gate = silent
        monkeypatch.setattr("reticent_contract.redact.search.nobody", lambda: broken)
    else:
        empty = replace(gate(), **cast("dict[str, Any]", {which: silent}))
        monkeypatch.setattr("reticent_contract.redact.scanner.gate", lambda _: empty)
    plan = plan_of({"message": "scan"})
    assert plan.redact(Row("lab", "snapshot", 0, {"message": "harmless"})) is None
    assert [c.outcome for c in plan.take_counts()] == ["failed"]


def test_a_gate_that_is_silent_after_the_replacement_is_a_failure_too(
    plan_of: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = OwnMatcher(())
    sound = broken.gate
    broken.gate = lambda text: [] if b"<" in text else sound(text)
    monkeypatch.setattr("reticent_contract.redact.search.nobody", lambda: broken)
    plan = plan_of({"message": "scan"})
    assert plan.redact(Row("lab", "snapshot", 0, {"message": "harmless"})) is not None
    plan.take_counts()
    assert plan.redact(Row("lab", "snapshot", 0, {"message": "from 203.0.113.7"})) is None
    assert [c.outcome for c in plan.take_counts()] == ["failed"]


@given(st.text("ab1.:@ \u00e9", max_size=60))
def test_spans_are_those_of_the_public_iterator(text: str) -> None:
    for source in (r"[0-9]+(?:\.[0-9]+)*", r"\ba", r"^b", r"[^\s@]+@[^\s@]+"):
        public = [m.span() for m in re2.compile(source).finditer(text.encode())]
        assert Pattern(source).spans(text.encode()) == public


V4 = (
    st.integers(1 << 24, (223 << 24) - 1)
    .map(lambda n: str(ipaddress.IPv4Address(n)))
    .filter(lambda a: not a.startswith("127.") and not a.endswith(".0"))
)
V6 = st.integers(0, (1 << 112) - 1).map(lambda n: ipaddress.IPv6Address((0x2001 << 112) | n))
HEX = st.integers(1, (1 << 48) - 2).map(lambda n: f"{n:012x}")
WORD = st.text("abcdefghkmprstuvw", min_size=4, max_size=9)
LONG = st.text("abcdefghXYZ0123456789", min_size=36, max_size=36)


def _joined(digits: str, joint: str, width: int) -> str:
    return joint.join(digits[i : i + width] for i in range(0, 12, width))


PLANTED: dict[str, st.SearchStrategy[tuple[str, str]]] = {
    "ipv4": V4.map(lambda v: (v, v)),
    "ipv6": st.one_of(V6.map(str), V6.map(lambda a: a.exploded.upper())).map(lambda v: (v, v)),
    "mac": st.tuples(HEX, st.sampled_from([(":", 2), ("-", 2), (".", 4)])).map(
        lambda p: (_joined(p[0], *p[1]),) * 2
    ),
    "email": st.tuples(WORD, WORD).map(lambda p: (f"{p[0]}.x@{p[1]}.example",) * 2),
    "uuid": st.uuids(version=4).map(lambda u: (str(u), str(u))),
    "own": st.sampled_from(
        ["PF3X9Z1K", "pf3x9z1k", "maren.voss", "Kestrel-7", "KESTREL-7.corp.example"]
    ).map(lambda v: (v, v)),
    "secret": st.one_of(
        LONG.map(lambda v: (f"ghp_{v}", v)),
        LONG.map(lambda v: (f"password={v}", v)),
        LONG.map(lambda v: (f"https://x:{v}@h/", v)),
        LONG.map(lambda v: (f"Bearer {v}", v)),
    ),
    "user": st.tuples(
        st.sampled_from(
            ["for user {}", "user={}", "/home/{}/x", "CORP\\{}", "Invalid user {} from ::2"]
        ),
        WORD.map(lambda w: w + "9"),
    ).map(lambda p: (p[0].format(p[1]), p[1])),
}
AROUND = ["{}", "x {} y", "[{}]", "({})", '"{}"', " {},", "{};", "a: {}", "\t{}\n", "'{}'", "<{}>"]
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda t: t,
    "percent-encoded": lambda t: quote(t, safe=" "),
    "in escapes of JSON": lambda t: "".join(c if c == " " else f"\\u{ord(c):04x}" for c in t),
    "in escapes of C": lambda t: "".join(c if c.isalnum() else f"\\x{ord(c):02x}" for c in t),
    "in escapes of JavaScript": lambda t: "".join(
        c if c == " " else f"\\u{{{ord(c):x}}}" for c in t
    ),
    "in escapes of escape()": lambda t: "".join(c if c == " " else f"%u{ord(c):04X}" for c in t),
    "with JSON's slashes": lambda t: t.replace("/", "\\/"),
    "full width": lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
    "with a zero-width joint": lambda t: t[: len(t) // 2] + "\u200b" + t[len(t) // 2 :],
}


@pytest.fixture(scope="module")
def scanning(plan_of: Callable[..., Plan]) -> Plan:
    return plan_of({"message": "scan"}, own=OWN)


@pytest.mark.parametrize("detector", PLANTED)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_planted_identifier_never_passes(
    scanning: Plan, detector: str, data: st.DataObject
) -> None:
    line, value = data.draw(PLANTED[detector])
    around = data.draw(st.sampled_from(AROUND))
    spell = SPELLINGS[data.draw(st.sampled_from(sorted(SPELLINGS)))]
    row = scanning.redact(Row("lab", "snapshot", 0, {"message": spell(around.format(line))}))
    left = "" if row is None else str(row.values["message"])
    assert value.lower() not in (normalised(left) or "").lower()


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_is_handled_without_a_failure(scanning: Plan, text: str) -> None:
    scanning.take_counts()
    scanning.redact(Row("lab", "snapshot", 0, {"message": text}))
    assert {c.outcome for c in scanning.take_counts()} <= {"kept", "redacted", "dropped"}


@pytest.fixture(scope="module")
def lock(policy_of: Callable[..., Policy], catalog: Catalog) -> Admission:
    return Admission(policy_of({"message": "scan"}), catalog)


PIECES = st.one_of(
    *PLANTED.values(),
    st.sampled_from(
        [
            "password=",
            "token: ",
            "<secret>",
            "</x>",
            "--token ",
            "://",
            "@",
            "cookie: ",
            "Authorization: ",
            "curl -u ",
            "--pass ",
            "sshpass -p ",
            "mysql -p",
            "session_id=",
            "pw=",
            "\\u003d",
            ".in-addr.arpa",
            "<cut>",
            "x",
        ]
    ).map(lambda t: (t, t)),
)


@settings(max_examples=500, deadline=None)
@given(pieces=st.lists(PIECES, max_size=6), joint=st.sampled_from(["", " ", "=", ":", ", "]))
def test_what_scan_lets_out_the_server_lets_in(
    scanning: Plan, lock: Admission, pieces: list[tuple[str, str]], joint: str
) -> None:
    line = joint.join(text for text, _ in pieces)
    row = scanning.redact(Row("lab", "snapshot", 0, {"message": line}))
    if row is not None:
        assert lock.value_problem("lab", "message", str(row.values["message"])) is None
