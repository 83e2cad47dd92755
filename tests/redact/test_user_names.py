"""User names written as versions, files, keys or numbers are, and what stays all the same."""

from __future__ import annotations

import pytest
from faker import Faker
from faker.providers.person.cs_CZ import Provider as Czech
from faker.providers.person.de_DE import Provider as German
from faker.providers.person.en_IN import Provider as Indian
from faker.providers.person.en_US import Provider as American
from faker.providers.person.nl_NL import Provider as Dutch
from faker.providers.person.pl_PL import Provider as Polish
from faker.providers.person.sv_SE import Provider as Swedish
from reticent_contract.redact.detectors.given_names import GIVEN_NAMES
from reticent_contract.redact.findings import findings

NAMES = (
    *("s1234567", "i512345", "p12345", "id42", "h2", "k8", "test1", "node7", "10023345", "4nna"),
    *("ann.io", "e.go", "li.cs", "kumar.dev", "ann.d", "x.app", "svc__backup", "john._doe"),
    *("maria-key", "ann-file", "bob-data", "{jdoe}", "*ann*", "q"),
)
BETWEEN = (
    "User {} logged in",
    "User {} not found",
    "user {} joined",
    "User '{}' was removed",
    "user account {} locked",
    "user {} has no access",
)
BY_KEY = (
    "user={}",
    "login: {}",
    '"owner": "{}"',
    "session opened for user {}(uid=1000) by (uid=0)",
    "Failed password for {} from 192.0.2.7 port 22 ssh2",
    "192.0.2.7 - {} [26/Nov/2026:08:44:12 +0530]",
)
BEHIND_A_NOUN = ("s1234567", "i512345", "p12345", "id42", "ann.io", "e.go", "svc__backup", "test1")

# Roles, words of logs and numbers: a name too, where a program says that it is one.
ANYBODY = (
    *("admin", "oracle", "test", "vagrant", "deploy", "support", "ghost", "cyrus", "monitor"),
    *("4711", "1234"),
)
SURE = (
    "Invalid user {} from 203.0.113.7",
    "input_userauth_request: invalid user {} [preauth]",
    "Failed password for invalid user {} from 203.0.113.7 port 22 ssh2",
    "Failed password for {} from 203.0.113.7 port 22 ssh2",
    "Accepted publickey for {} from 203.0.113.7 port 22 ssh2",
    "pam_unix(su:session): session opened for user {} by (uid=0)",
    "session closed for user {}",
    "authentication failure; logname= uid=0 rhost=203.0.113.7  user={}",
    "authenticated user {}, realm x",
    "unknown user name {}",
    "User {} from 203.0.113.7 not allowed because not listed in AllowUsers",
    "session opened for user x by {}(uid=1000)",
    "chage: changed password expiry for user x, password changed for {}",
    "user '{}'",
    "login={} ok",
    'Username: "{}"',
    "/home/{}/x",
    r"C:\Users\{}\x",
)


QUOTES = ("“{}”", "‘{}’", "„{}“", "‚{}‘", "«{}»", "‹{}›", "”{}”", "‛{}’", "‟{}”")
IN_QUOTES = (
    "mail from {}",
    "login of {} failed",
    "user {} logged in",
    "user={} failed",
    "session opened for {} by root",
    "owner is {}.",
    "{} logged in from home",
)


def users(text: str) -> list[str]:
    return [text[f.start : f.end] for f in findings(text) if f.detector == "user"]


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_between_two_words_that_tell_a_name_is_found_whatever_it_looks_like(number: int) -> None:
    for sentence in BETWEEN:
        assert users(sentence.format(NAMES[number])) == [NAMES[number]], sentence


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_behind_a_key_a_name_is_found_whatever_it_looks_like(number: int) -> None:
    for line in BY_KEY:
        assert NAMES[number] in users(line.replace("{}", NAMES[number])), line


@pytest.mark.parametrize("number", range(len(BEHIND_A_NOUN)))
def test_behind_a_noun_a_name_with_a_sign_in_it_is_found(number: int) -> None:
    name = BEHIND_A_NOUN[number]
    for line in (f"user {name}", f"principal {name}, ok", f"uid {name} of the realm"):
        assert users(line) == [name]


@pytest.mark.parametrize("number", range(len(ANYBODY)))
def test_where_a_program_says_that_it_is_a_user_anything_is_one(number: int) -> None:
    for line in SURE:
        assert ANYBODY[number] in users(line.format(ANYBODY[number])), line


ROLES = ("admin", "oracle", "test", "vagrant", "guest", "deploy", "ghost", "monitor")
OF_USER = (
    "login failed for user {}",
    "login failed for {}",
    "failed login for {} via ssh",
    "created user {}",
    "new user {} added",
    "job started by user {}",
    "switched to user {}",
    "password changed for user {}",
    "access denied for user {}",
    "session for user {} closed",
    "user {} logged in",
    "account {} locked",
)


@pytest.mark.parametrize("number", range(len(ROLES)))
def test_behind_user_a_role_or_a_word_of_logs_is_a_name(number: int) -> None:
    for line in OF_USER:
        assert users(line.format(ROLES[number])) == [ROLES[number]], line


SAID_TO_BE_ONE = (
    "user={}",
    "Invalid user {} from 203.0.113.7",
    "session opened for user {} by (uid=0)",
    "login failed for user {}",
    "created user {}",
    "running as {}",
    "/home/{}/x",
)


def test_whatever_people_are_called_is_a_name_where_a_program_says_so() -> None:
    """Jan, Per, Job, Nick: no word that logs are written with is left alone there."""
    names = {
        name.lower()
        for provider in (American, Czech, Dutch, German, Indian, Polish, Swedish)
        for name in provider(Faker()).first_names
        if name.isascii() and name.isalpha()
    }
    names -= {"else", "edit", "peer"}  # logs have these there, and hardly anybody is called so
    assert {"jan", "per", "job", "nick", "max"} <= names
    assert len(names) > 2_000
    missed = [
        line
        for name in names
        for form in SAID_TO_BE_ONE
        if name not in users(line := form.format(name))
    ]
    assert missed == []


DEEDS = (
    "waiting for user approval of the request",
    "auth failed for read-only",
    "background job for user storage of all users",
    "closed by user interaction",
    "login failed for tls1.2",
    "created user session",
)


@pytest.mark.parametrize("number", range(len(DEEDS)))
def test_what_is_done_and_what_belongs_to_users_is_none(number: int) -> None:
    assert users(DEEDS[number]) == []


LEFT = (
    "user v2.1 schema loaded",
    "user settings.json written",
    "user x509 certificates",
    "user 1000 logged in",
    "user table has 4412 rows",
    "error raised by node7, retrying",
    "kubeconfig: user: client-key-data: x",
    "user=$USER",
    "owner: {user}",
    "login=%s",
    "docker run x sort -u -k2",
    "charge declined by issuer, code 51",
    "130 stopped by Ctrl-C",
    "log archived by logrotate",
    "signal sender=x path=/a interface=org.freedesktop.DBus member=GetAll",
    "pull access denied for acme/payments-api, repository does not exist",
    "Access denied for resource",
    "Error: Invalid login: 535-5.7.8 not accepted",
    "ContentTransferManager: [CTM] job 3",
    "User opted out",
    "verified by Experian",
    "(kCFPreferencesAnyHost User: kCFPreferencesCurrentUser)",
    "su: FAILED SU (to oracle) root on pts/1",
    "login by password, login by OTP",
    "systemd[1]: user@1000.service: Deactivated successfully.",
    "cupsd: E [27/Nov/2026:10:00:00 +0000] [Job 12] stopped",
    "Invalid user  from 10.1.1.4 port 22",
    "file owned by MySQL, GStreamer and DBus",
)


@pytest.mark.parametrize("number", range(len(LEFT)))
def test_what_is_nobody_is_left(number: int) -> None:
    assert users(LEFT[number]) == []


IN_FORMS = (
    ("password for '{}' changed by 'root'", "kiosk7"),
    ("add '{}' to group 'lpadmin'", "kiosk7"),
    ("delete '{}' from group 'sudo'", "kiosk7"),
    ("login by {} ok", "admin2"),
    (r"Document 14, x owned by {} on \\PC was printed", "MWeber"),
    ("pkexec[1]: {}: Executing command", "anna"),
    ("pkexec: {}: Executing command", "anna"),
    ("systemd-homed[5]: {}: changing state", "ines"),
    ("su: FAILED SU (to {}) root on pts/1", "anna"),
    ("Invalid user {} from 10.1.1.4 port 22", "ftp user"),
    ("Failed password for invalid user {} from 10.1.1.4 port 22 ssh2", "ftp user"),
    ("Connection closed by invalid user {} 10.1.1.4 port 22 [preauth]", "ftp user"),
    ("access denied for {}", "jdoe"),
    ("access denied for {}", "admin"),
)


@pytest.mark.parametrize("number", range(len(IN_FORMS)))
def test_a_form_of_a_program_tells_a_name_that_no_list_has(number: int) -> None:
    form, name = IN_FORMS[number]
    assert users(form.format(name)) == [name]


def test_what_stands_where_a_log_of_requests_has_its_user_is_taken_for_one() -> None:
    """A word too many is hidden here: by its shape nobody can tell that it is no name."""
    assert users("lp job 12 [26/Nov/2026:08:44:12 +0530]") == ["job"]


def test_given_names_are_found_behind_keys_that_things_have_as_well() -> None:
    assert [name for name in sorted(GIVEN_NAMES) if not findings(f"approved_by={name}")] == []


@pytest.mark.parametrize("quotes", QUOTES)
@pytest.mark.parametrize("sentence", IN_QUOTES)
def test_quotes_of_print_are_no_part_of_a_name(sentence: str, quotes: str) -> None:
    """Else the same person had another pseudonym in them, and an address were a user name."""
    for name in ("alice", "asha.rao", "Asha Rao"):
        assert users(sentence.format(quotes.format(name))) == [name]
    found = findings(sentence.format(quotes.format("asha.rao@kaveri.example")))
    assert [f.detector for f in found] == ["email"]
    assert users(sentence.format(quotes.format("root"))) == []
