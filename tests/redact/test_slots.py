"""Names that the words around them tell, by class of sentence; what stays in the same places."""

from __future__ import annotations

import pytest
from faker import Faker
from faker.providers.person.de_DE import Provider as German
from faker.providers.person.en_IN import Provider as Indian
from faker.providers.person.en_US import Provider as American
from reticent_contract.redact.detectors.sentence import may_be_name
from reticent_contract.redact.detectors.vocabulary import is_word
from reticent_contract.redact.findings import findings

SENTENCES = (
    *("user {} has joined", "member {} added", "user not found: {}", "account with name {}"),
    *("pushed by @{}", "build started by {} on main", "checked out by {}", "upload by {} done"),
    *("login failed for {}", "quota exceeded for {}", "Successful su for root by {}"),
    *("session of {} resumed", "on behalf of {}", "wallet of {} locked", "running as {}"),
    *("access granted to {}", "ownership transferred to {}", "switched to {}", "reminder to {}"),
    *("role revoked from {}", "message from {} received", "chat with {} ended"),
    *("{} joined the game", "{} has signed in", "{} approved the request", "{} was kicked"),
    *("user {}'s password changed", "{}'s account is locked", "group x gained member {}"),
    *("added {} to group blue", "{} was removed from team blue", "Kicked {}", "Welcome, {}!"),
    *("Approved-by: {}", "reviewers={}", '"author":"{}"', "requested_by={}", "cc @{}"),
    *("worker[{}]: ready", "su: {} to root on /dev/pts/2", "locked out {}", "<{}> hello"),
    *("nickname changed from {} to zzyzx", "match between {} and zzyzx", "{} from 192.0.2.7"),
)
NAMES = ("nadia", "r.novak", "jdoe7", "oyelaran", "maria-k", "svc_etlx")
WORDS = (
    "broker",
    "scheduler",
    "default",
    "read-only",
    "timeout",
    "root",
    "admin",
    "tls1.2",
)


def users(text: str) -> list[str]:
    return [text[f.start : f.end] for f in findings(text) if f.detector == "user"]


@pytest.mark.parametrize("sentence", SENTENCES, ids=range(len(SENTENCES)))
def test_a_name_is_found_where_the_words_around_it_tell(sentence: str) -> None:
    for name in NAMES:
        if ("[" not in sentence and not sentence.startswith("<")) or name.isalpha():
            assert name in users(sentence.format(name)), name


@pytest.mark.parametrize("sentence", SENTENCES, ids=range(len(SENTENCES)))
def test_what_logs_are_written_with_is_no_name_there(sentence: str) -> None:
    # Between two words that tell, and behind a key that has no other use, it is one.
    strong = sentence.startswith(
        ("user {} has", "running as", "login failed for", "requested_by", "<")
    )
    for word in WORDS:
        if not strong:
            assert word not in users(sentence.format(word)), word


FULL_NAMES = (
    ("Approved by Lars Nyberg.", ["Lars Nyberg"]),
    ("User Pieter de Wit is saved", ["Pieter de Wit"]),
    ("Submitted request on behalf of T. Brandt.", ["T. Brandt"]),
    ("reviewed by alice, bob and carol", ["alice", "bob", "carol"]),
    ("members alice, bob and carol added", ["alice", "bob", "carol"]),
    ('"reviewers":["alice","bob"]', ["alice", "bob"]),
    ("approved by alice, nginx restarted", ["alice"]),
    ("Transfer locked by Mireille Fabre", ["Mireille Fabre"]),
)


@pytest.mark.parametrize(("text", "names"), FULL_NAMES, ids=range(len(FULL_NAMES)))
def test_full_names_and_lists_are_found_whole(text: str, names: list[str]) -> None:
    assert users(text) == names


NOBODY = (
    *("user 41 not found", "Quota exceeded for #88", "User #41 removed", "User Name: N/A"),
    *("User's id = 14", "actor=[0x0041]", "Checking if user exists in table: invoices"),
    *("upload requested by pod-deletion", "login by admin", "@timestamp is missing"),
    *("raised by NullPointerException", "authentication failed for shard-3", "for HTTP_ERR login"),
    *(
        "npm install @babel/core",
        "heroku[router]: at=info",
        "Consumer joined group",
        "app[web]: up",
    ),
    *("account deletion requested", "login items changed: 2 added", "session of type wayland"),
    # What a planted pseudonym becomes (fuzzing, seed 12, number 97556).
    *("P%for user <pn_:x", "approved by <pn_:x", "account pn_ locked"),
)


@pytest.mark.parametrize("text", NOBODY, ids=range(len(NOBODY)))
def test_what_is_nobody_is_left_alone(text: str) -> None:
    assert users(text) == []


def test_whoever_is_named_once_is_meant_wherever_the_word_stands() -> None:
    assert users("user helge not found, cannot load profile-x of helge") == ["helge", "helge"]


def test_all_lines_of_a_shape_are_told_the_same() -> None:
    for digits in ("12", "98", "45", "12"):
        assert users(f"session closed for jdoe{digits}") == [f"jdoe{digits}"]
        assert users(f"session closed for node{digits}") == []


def test_few_given_names_are_words_of_logs() -> None:
    names = {
        name.lower()
        for provider in (American, Indian, German)
        for name in provider(Faker()).first_names
    }
    taken = {name for name in names if is_word(name)}
    assert len(names) > 1_000
    assert len(taken) < 0.01 * len(names)


def test_a_long_run_of_digits_costs_no_more_than_its_length() -> None:
    assert not may_be_name(b"0" * 63)
    assert not may_be_name(b"a0" * 32)
    assert users("login failed for " + "a1" * 30_000) == []
