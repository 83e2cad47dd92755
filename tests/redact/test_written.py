"""What is redacted already stays as it is, where a log is collected or tried a second time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from accuracy.made import made_cases
from accuracy.traps import HELD_BACK, SETS, cases_of
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml
from reticent_contract.redact.detectors import secret_in
from reticent_contract.redact.findings import findings
from reticent_contract.redact.hits import Hit
from reticent_contract.redact.tokens import neutralise, without_tokens
from reticent_contract.redact.written import masked, without_written
from reticent_server.policies.drafts import read_draft
from reticent_server.policies.trying import Trial

RedactOne = Callable[..., object]
_PERSON = "<pn_:person:1:b6hg7NlbBS13HIHWHCLJtQ>"
_HOST = "<pn_:host:1:O-vj_P-wNijWrF-556I2rw>"
_WRITTEN = re.compile(r"<(?:pn_:[^>]*|[a-z]+[0-9]?)>")
_RULE: dict[str, object] = {"scan": {}}


def test_what_the_default_policy_redacted_it_does_not_change() -> None:
    """Each pseudonym is neutralised, as any text that spells one; nothing else happens to it."""
    trial = Trial(read_draft(default_policy_yaml(), CATALOG).policy, CATALOG, "log_line.message")
    changed = lost = tried = 0
    cases = [case for name in SETS if HELD_BACK not in name for case in cases_of(name)]
    for case in (*cases, *made_cases()[::9]):
        once = trial.one(case.text).text
        if not once:
            continue
        due = neutralise(once)
        twice = trial.one(due).text
        tried += 1
        changed += twice != due
        again = iter(_WRITTEN.findall(twice or ""))
        lost += not all(any(each == other for other in again) for each in _WRITTEN.findall(due))
        assert trial.one(neutralise(twice or "")).text == neutralise(twice or "") or twice != due
    assert lost == 0
    assert changed / tried < 0.001  # where the rest of a text says something else without the value


@pytest.mark.parametrize(
    "text",
    [
        f"X-User: {_PERSON}",
        f"user={_PERSON} password=<secret> host={_HOST}:5432",
        f"logon of CORP\\{_PERSON} from 198.51.100.0/24 port 22",
        f"logon of CORP\\\\{_PERSON} ok",
        f"as unix-user:{_PERSON} to",
        f"https://{_HOST}/x?user=<url>&password=<secret>",
        f"mysql -h db1 -u{_PERSON} -p<secret> sales",
        f"invalid user {_PERSON} 198.51.100.0/24 port 33012",
        "dial tcp 203.0.113.0/24:5432: timeout",
        "http://203.0.113.0/24/status answered",
        "203.0.113.0/24.443 > 198.51.100.0/24.50312: Flags",
        "socket 2001:db8:4::/48.443 up",
        f"owner: {_PERSON} ok",
        "user <user> of <phone> and <cut>",
    ],
    ids=range(14),
)
def test_it_is_left(redact_one: RedactOne, text: str) -> None:
    rule = {
        "scan": {
            "ipv4": {"ip_prefix": {"v4": 24, "v6": 48}},
            "ipv6": {"ip_prefix": {"v4": 24, "v6": 48}},
        }
    }
    assert redact_one("message", rule, text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"mail {_PERSON}asha@wierzba.com.pl x", f"mail {_PERSON}<email> x"),
        (f"{_PERSON} user=wanda.k from 172.20.4.19", f"{_PERSON} user=<user> from <ipv4>"),
        (f"password={_PERSON}Owl#77x x", "password=<secret> x"),
        (f"password=Owl#77x{_PERSON} x", "password=<secret> x"),
        (
            "<user>wanda.k</user> <phone>+919845011223</phone>",
            "<user><user></user> <phone><phone></phone>",
        ),
        # What only looks like one is looked at.
        ("user=<pn_:person:1:wanda> x", "user=<<user>:person:1:wanda> x"),
        (
            "<pn_:a@wierzba.com.pl:1:b6hg7NlbBS13HIHWHCLJtQ> x",
            "<pn_:<email>:1:b6hg7NlbBS13HIHWHCLJtQ> x",
        ),
        # and what names a host, or holds what 16 bytes are never written as
        (
            "<pn_:mail.wierzba.com.pl:1:b6hg7NlbBS13HIHWHCLJtQ> x",
            "<pn_:<fqdn>:1:b6hg7NlbBS13HIHWHCLJtQ> x",
        ),
        (
            "<pn_:person:1:AKIAIOSFODNN7QXZABCDEF> AKIAIOSFODNN7QXZABCD",
            "<pn_:person:1:<secret>EF> <secret>",
        ),
    ],
    ids=range(9),
)
def test_what_stands_beside_it_is_found(redact_one: RedactOne, text: str, left: str) -> None:
    assert redact_one("message", _RULE, text) == left


def test_the_server_reads_no_letter_of_it() -> None:
    assert without_tokens(f"token {_PERSON} ok".encode()) == b"token <pn> ok"
    assert secret_in(f"password=Owl#77x {_PERSON}")


@given(
    st.lists(st.sampled_from([_PERSON, _HOST, "<user>", "10.1.2.0/24", "a", " ", "\\", "<pn_:"]))
)
def test_offsets_stay(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert len(masked(text.encode())) == len(text)
    assert b"person" not in masked(text.encode())
    covered = {i for f in findings(text) for i in range(f.start, f.end)}
    spans = [m.span() for m in re.finditer(f"{_PERSON}|{_HOST}", text)]
    assert not any(i in covered for start, end in spans for i in range(start, end))


def test_time_grows_with_length_only() -> None:
    data = masked((_PERSON + " x ").encode() * 5_000)
    hits: list[Hit] = [
        (at, at + 1, (0, 1, 0), "user", b"x", "B", None) for at in range(0, len(data), 8)
    ]
    start = time.perf_counter()
    without_written(data, hits)
    assert time.perf_counter() - start < 1
