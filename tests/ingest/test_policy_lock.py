"""The prepared lock says what `Admission` says, value by value: short cuts admit nothing more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy
from reticent_contract.redact import Admission
from reticent_contract.redact.actions.simple import Keep
from reticent_contract.redact.detectors import secret_in
from reticent_contract.redact.sealed import parse_seal_key, sealer
from reticent_contract.rows import Scalar
from reticent_server.ingest import policy_lock
from reticent_server.ingest.policy_lock import PolicyLock
from reticent_server.ingest.pseudonyms import Pseudonyms, UnknownEpochError
from reticent_server.ingest.refusal import BatchRefusedError
from reticent_server.policies.yaml_source import load_yaml

POLICY = parse_policy(load_yaml(default_policy_yaml()), CATALOG)
PSEUDONYMS = Pseudonyms({1: b"k" * 32})
ADMISSION = Admission(POLICY, CATALOG)

# One of each shape that the detector of secrets knows, alone in a text: where a pattern asks for
# the text's start or end, searching many texts at once must not miss it.
SECRETS = [
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
    "eyJhbGciOi.eyJzdWIiOiIx.c2ln",
    "AKIAABCDEFGHIJKLMNOP",
    "ghp_" + "a1" * 18,
    "glpat-" + "x" * 20,
    "rtk1_" + "A" * 40,
    "password=hunter2",
    "api_key: 'abc def'",
    "--password hunter2",
    "-token abcdef",
    "Authorization: Bearer abcDEF123456",
    "Cookie: sid=1",
    "https://example.com/?token=abc",
    "https://alice:hunter2@example.com/",
]
_SEAL = sealer(parse_seal_key("x25519:" + "A" * 42 + "E"), "log_line.message")
# One in twenty-five looks like a secret in the midst of a text, where none of ours ever stands.
SEALED = next(each for each in iter(lambda: _SEAL("x"), "") if not secret_in(f"see {each}"))
GOOD = [
    "sealed: the tender box",
    f"see {SEALED}",
    "Started session 4.",
    "wlan0: associated",
    "",
    "password=<secret>",
    "basic authentication is off",
    f"logon of <pn:person:1:{'A' * 22}>",
    "a < b, <pn: nothing>",
    "vpn: connected",
    f"see pn:person:1:{'A' * 22}",
    "naïve Übung 你好",
]
BAD = [
    *SECRETS,
    SEALED,
    "x" * (32 * 1024 + 1),
    "é" * (16 * 1024 + 1),
    f"<pn:nobody:1:{'A' * 22}>",
    f"<pn:person:2:{'A' * 22}>",
    f"pn:person:1:{'A' * 22}",
    f"pn:nobody:7:{'B' * 21}A",
]


def lock_refuses(lock: PolicyLock, texts: list[str]) -> bool:
    sentence = ""
    try:
        stored = lock.texts("log_line", "message", texts, PSEUDONYMS)
    except BatchRefusedError as error:
        sentence = str(error)
    else:
        assert stored == [PSEUDONYMS.in_text(text) for text in texts]
    assert not any(text in sentence for text in texts if len(text) > 3)
    return bool(sentence)


def admission_refuses(texts: list[str]) -> bool:
    return any(ADMISSION.value_problem("log_line", "message", text) for text in texts)


@pytest.mark.parametrize("number", range(len(BAD)))
@pytest.mark.parametrize("place", ["alone", "first", "last", "between"])
def test_a_bad_text_is_found_wherever_it_stands(number: int, place: str) -> None:
    bad = BAD[number]
    texts = {
        "alone": [bad],
        "first": [bad, *GOOD],
        "last": [*GOOD, bad],
        "between": [*GOOD, bad, *GOOD],
    }[place]
    assert admission_refuses(texts)
    lock = PolicyLock(POLICY, CATALOG)
    assert not lock_refuses(lock, GOOD)  # what it remembers must not help the bad one
    assert lock_refuses(lock, texts)


@given(st.lists(st.sampled_from(GOOD + BAD) | st.text(max_size=40), min_size=1, max_size=8))
def test_both_locks_agree_on_any_mixture(texts: list[str]) -> None:
    assert lock_refuses(PolicyLock(POLICY, CATALOG), texts) == admission_refuses(texts)


def test_of_many_texts_only_those_that_trip_a_gate_are_asked_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    class Asked(Admission):
        def value_problem(self, table: str, field: str, value: Scalar) -> str | None:
            asked.append(str(value))
            return super().value_problem(table, field, value)

    monkeypatch.setattr(policy_lock, "Admission", Asked)
    trips = "session of <pn:person:1:-u7RkW2mZp0vTn5sYb8Lx3>"  # a gate takes `:-u` for an option
    plain = [
        *(
            f"Accepted publickey for <pn:person:1:q7RkW2mZp0vTn5sYb8Lx3A> port {n}"
            for n in range(40)
        ),
        "state changed bound, address=10.1.2.0/24 lease=4711",
        "disk 100 % full, kk=1",
    ]
    lock = PolicyLock(POLICY, CATALOG)
    assert not lock_refuses(lock, plain)
    asked.clear()  # that the domain is good is learned from the first batch
    assert not lock_refuses(lock, [*plain[:20], trips, *plain[20:]])
    assert asked == [trips]
    assert lock_refuses(lock, [*plain, trips, "password=hunter2"])


def test_other_actions_are_asked_value_by_value() -> None:
    lock = PolicyLock(POLICY, CATALOG)
    good = ["10.1.2.0/24", "2001:db8:1::/48"]
    for _ in range(2):
        assert lock.texts("network_interface", "ip_addresses", good, PSEUDONYMS) == good
    with pytest.raises(BatchRefusedError):
        lock.texts("network_interface", "ip_addresses", [*good, "10.1.2.3"], PSEUDONYMS)
    lock.check_numbers("cpu", "logical_count", [1, 2, 3])


KEPT = [("os", "name"), ("cpu", "vendor")]


@pytest.mark.parametrize(("table", "field"), KEPT)
@pytest.mark.parametrize("form", ["{}", "<{}>", "said <{}>"])
def test_kept_text_holds_no_pseudonym(table: str, field: str, form: str) -> None:
    assert isinstance(POLICY.tables[table].rules[field].action, Keep)
    text = form.format(f"pn:person:1:{'A' * 22}")
    assert ADMISSION.value_problem(table, field, text)
    for others in ([], ["sshd", "vpn: up"]):
        with pytest.raises(BatchRefusedError):
            PolicyLock(POLICY, CATALOG).texts(table, field, [*others, text], PSEUDONYMS)


def test_what_merely_looks_like_a_token_does_not_make_its_domain_good() -> None:
    lock = PolicyLock(POLICY, CATALOG)
    assert not lock_refuses(lock, [f"<pn:nobody:9:{'!' * 22}>"])
    assert lock_refuses(lock, [f"<pn:nobody:9:{'A' * 22}>"])


def test_a_column_is_judged_with_its_encoding_domain_and_epoch() -> None:
    lock = PolicyLock(POLICY, CATALOG)
    good = ("session", "logon", "user_name", "pseudonym", "person", 1)
    for _ in range(2):
        lock.check_column(good)
    for changed in (
        ("session", "logon", "user_name", "text", "", 0),
        ("session", "logon", "user_name", "pseudonym", "host", 1),
        ("session", "logon", "user_name", "pseudonym", "person", 2),
        ("session", "melted", "user_name", "pseudonym", "person", 1),
    ):
        with pytest.raises(BatchRefusedError):
            lock.check_column(changed)


def test_the_second_half_is_stable_keyed_and_bound_to_its_domain() -> None:
    token = b"\x05" * 16
    one, other = Pseudonyms({1: b"k" * 32}), Pseudonyms({1: b"l" * 32})
    assert one.text("person", 1, token) == one.text("person", 1, token)
    assert one.text("person", 1, token) != other.text("person", 1, token)
    halves = {one.text(domain, 1, token).rpartition(":")[2] for domain in ("person", "host")}
    assert len(halves) == 2
    with pytest.raises(UnknownEpochError):
        one.text("person", 2, token)


@given(st.text(max_size=60), st.text(max_size=60))
def test_text_around_an_embedded_token_stays_as_it_is(before: str, after: str) -> None:
    pseudonyms = Pseudonyms({1: b"k" * 32})
    inner = "pn:person:1:" + "A" * 22
    replaced = pseudonyms.in_text(f"{before}<{inner}>{after}")
    half = pseudonyms.text("person", 1, bytes(16))
    assert replaced == f"{before}<{half}>{after}"


def test_what_only_looks_like_a_token_stays_as_it_is() -> None:
    pseudonyms = Pseudonyms({1: b"k" * 32})
    for text in ("<pn:", "<pn:>", "<pn:x:1:short>", "<pn:<pn:a", "<pn:" + "a" * 600 + ">"):
        assert pseudonyms.in_text(text) == text
