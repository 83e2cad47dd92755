"""What is not understood is refused, with its place, and all at once."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.limits import RETENTION_DAYS_MAX
from reticent_contract.policy import Policy, PolicyError, parse_policy

Put = Callable[[dict[str, object], str, object], None]
MISSING = object()

REFUSED: tuple[tuple[str, object, str], ...] = (
    ("colour", "red", "colour: unknown key 'colour'"),
    ("language", 2, "language: must be 1"),
    ("language", "1", "language: must be 1"),
    ("version", 0, "version: must be a whole number"),
    ("version", True, "version: must be a whole number"),
    ("version", "1", "version: must be a whole number"),
    ("group", 5, "group: must be text"),
    ("group", "", "group: must have 1 to 64"),
    ("group", "a\nb", "group: must be printable"),
    ("group", "x" * 65, "group: must have 1 to 64"),
    ("not_before", "tomorrow", "not_before: must be a time"),
    ("not_before", 20270101, "not_before: must be a time"),
    ("expires", "2027-02-31", "expires: must be a time"),
    ("expires", "1969-01-01", "expires: must be later than not_before"),
    ("purpose", 5, "purpose: must be text"),
    ("purpose", "", "purpose: must have 1 to"),
    ("notice", "x" * 20_001, "notice: must have 1 to"),
    ("pseudonyms/epoch", 0, "pseudonyms.epoch: must be a whole number"),
    ("pseudonyms/epoch", 2**31, "pseudonyms.epoch: must be a whole number"),
    ("pseudonyms/salt", "x", "pseudonyms.salt: unknown key"),
    ("pseudonyms/link_groups/Person", [], "pseudonyms.link_groups.Person: a link group's name"),
    ("pseudonyms/link_groups/email", [], "pseudonyms.link_groups.email: is also a detector's"),
    ("pseudonyms/link_groups/x", ["os.nothing"], "pseudonyms.link_groups.x[0]: 'os.nothing'"),
    ("pseudonyms/link_groups/x", ["scan:secret"], "pseudonyms.link_groups.x[0]: 'scan:secret'"),
    ("pseudonyms/link_groups/x", ["session.user_name"], "is in group person already"),
    ("pseudonyms/link_groups/x", ["usb.serial", "os.machine_id"], "of different forms"),
    ("pseudonyms/link_groups/x", "usb.serial", "pseudonyms.link_groups.x: must be a list"),
    ("tables/osx", {}, "tables.osx: unknown table 'osx' "),
    ("tables/os", [], "tables.os: must be a mapping"),
    ("tables/os/retain", 5, "tables.os.retain: unknown key 'retain'"),
    ("tables/os/retention", "for_ever", "tables.os.retention: must be one of while_enrolled"),
    ("tables/os/retention_days", 5, "tables.os: says both"),
    ("tables/session/retention_days", 0, "tables.session.retention_days: must be"),
    ("tables/session/retention_days", RETENTION_DAYS_MAX + 1, "retention_days: must be"),
    ("tables/session/priority", 100, "tables.session.priority: must be"),
    ("tables/session/consent", True, "tables.session.consent: must be one of"),
    ("tables/session/options", {"files": []}, "table session has no options"),
    ("tables/log_line/options/follow", True, "tables.log_line.options.follow: unknown option"),
    ("tables/log_line/options/journal", 1, "options.journal: must be true or false"),
    ("tables/log_line/options/files", "/x", "options.files: must be a list"),
    ("tables/log_line/options/files", ["x.log"], "options.files[0]: must be an absolute path"),
    ("tables/log_line/options/files", ["/var/../etc/x"], "options.files[0]: must be an absolute"),
    ("tables/log_line/options/files", ["/etc/shadow"], "options.files[0]: names what is never"),
    ("tables/log_line/options/multi_line_files", ["/etc/shadow"], "names what is never"),
    ("tables/log_line/options/files", ["/home/a/.ssh/id"], "options.files[0]: names what is never"),
    ("tables/log_line/options/files", ["/var/log/*"], "options.files[0]: must name one file"),
    ("tables/log_line/options/files", ["/x", "/x"], "options.files[1]: stands twice"),
    ("tables/log_line/options/files", ["/x"] * 65, "options.files: has 65 entries"),
    ("tables/os/fields/verison", "keep", "unknown field 'verison' of os (did you mean 'version'?)"),
    ("tables/os/fields/version", "kep", "unknown action 'kep' (did you mean 'keep'?)"),
    ("tables/os/fields/version", "shred", "unknown action 'shred' (known: bucket, count_only,"),
    ("tables/os/fields/version", None, "tables.os.fields.version: must be an action, not nothing"),
    (
        "tables/os/fields/version",
        ["keep"],
        "tables.os.fields.version: must be an action, not a list",
    ),
    ("tables/os/fields/version", {}, "must name exactly one action"),
    ("tables/os/fields/version", {"keep": None, "drop": None}, "must name exactly one action"),
    ("tables/os/fields/version", {"keep": {"x": 1}}, "keep takes no parameters"),
    ("tables/os/fields/version", {"keep": None, "rule": "A B"}, "a rule's id has lower case"),
    ("tables/os/fields/version", {"keep": None, "rule": "deny-by-default"}, "the engine itself"),
    ("tables/usb/fields/serial", {"mask": {"keep": 4}}, "serial.mask.keep: unknown parameter"),
    ("tables/usb/fields/ser*", "keep", "covers no technical field"),
    ("tables/usb/fields/v*r*", "keep", "a wildcard has one *"),
    ("tables/usb/fields/*", {"ip_prefix": None}, "ip_prefix takes IP addresses"),
    ("tables/log_line/fields/message/scan/emial", "keep", "unknown detector 'emial' (did you mean"),
    ("tables/log_line/fields/message/scan/email", "mask", "unknown treatment 'mask'"),
    ("tables/log_line/fields/message/scan/secret", "keep", "secret findings are always removed"),
    ("tests", {}, "tests: must be a list"),
    ("tests/0/given", {}, "tests[0].given: must be one row"),
    ("tests/0/given", {"os.exploded": {}}, "unknown kind of row 'os.exploded'"),
    ("tests/0/given", {"os.snapshot": {"colour": "red"}}, "unknown field 'colour'"),
    ("tests/0/given", {"os.snapshot": {"name": None}}, "name: must be text, a whole number"),
    ("tests/0/expect", {"colour": "red"}, "tests[0].expect.colour: unknown field"),
    ("tests/0/because", "x", "tests[0].because: unknown key"),
)


@pytest.mark.parametrize(("path", "value", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_understood_is_refused_with_its_place(
    document: dict[str, object], put: Put, path: str, value: object, said: str
) -> None:
    put(document, path, value)
    with pytest.raises(PolicyError) as refused:
        parse_policy(document, CATALOG)
    assert any(said in problem for problem in refused.value.problems), refused.value.problems
    assert "is unchanged" in str(refused.value)


@pytest.mark.parametrize(
    "key", ["language", "version", "purpose", "legal_basis", "pseudonyms", "tables"]
)
def test_what_must_be_said_is_missed(document: dict[str, object], key: str) -> None:
    del document[key]
    with pytest.raises(PolicyError, match=f"{key} is missing"):
        parse_policy(document, CATALOG)


def test_all_problems_are_reported_at_once(document: dict[str, object], put: Put) -> None:
    put(document, "colour", "red")
    put(document, "tables/os/fields/version", "shred")
    put(document, "tables/usb/retention", "x")
    with pytest.raises(PolicyError) as refused:
        parse_policy(document, CATALOG)
    assert len(refused.value.problems) == 3
    assert [p.path for p in refused.value.located] == [
        ("colour",),
        ("tables", "os", "fields", "version"),
        ("tables", "usb", "retention"),
    ]
    assert str(refused.value).startswith("policy 1 was refused: ")


def test_a_wildcard_covers_technical_fields_and_gives_way(
    document: dict[str, object], put: Put
) -> None:
    put(
        document,
        "tables/board/fields",
        {"*": "keep", "bios_*": {"drop": None, "rule": "no-bios"}, "bios_date": "count_only"},
    )
    rules = parse_policy(document, CATALOG).tables["board"].rules
    assert {name: (r.rule_id, r.action.name) for name, r in rules.items()} == {
        "vendor": ("board.*", "keep"),
        "model": ("board.*", "keep"),
        "version": ("board.*", "keep"),
        "bios_vendor": ("no-bios", "drop"),
        "bios_version": ("no-bios", "drop"),
        "bios_date": ("board.bios_date", "count_only"),
    }


def test_a_policy_says_what_its_document_says(document: dict[str, object], put: Put) -> None:
    put(document, "version", 12)
    put(document, "not_before", "2027-01-01")
    put(document, "expires", "2028-01-01T12:00:00Z")
    policy = parse_policy(document, CATALOG)
    assert isinstance(policy, Policy)
    assert (policy.version, policy.not_before_s, policy.expires_s) == (12, 1798761600, 1830340800)
    assert policy.epoch == 1
    assert policy.tables["session"].retention_days == 180
    assert policy.tables["os"].retention_days is None
    assert policy.tables["os"].priority is None
    assert policy.tables["log_line"].options == {
        "journal": True,
        "files": ("/var/log/syslog", "/var/log/auth.log", "/var/log/messages", "/var/log/secure"),
        "multi_line_files": (),
        "channels": ("System", "Application"),
    }
    assert policy.domain_of("session", "user_name") == "person"
    assert policy.domain_of("usb", "serial") == "usb.serial"
    assert policy.scan_domain_of("user") == "person"
    assert policy.scan_domain_of("email") == "email"
    assert len(policy.sha256) == 32


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), junk=JUNK)
def test_no_document_makes_parsing_crash(
    default_document: dict[str, object], seed: int, junk: object
) -> None:
    """One place of the default policy, chosen by `seed`, holds junk."""
    chance = random.Random(seed)  # a test's seed, not a secret

    def bent(value: object) -> object:
        if isinstance(value, dict) and value and chance.random() < 0.9:
            key = chance.choice(sorted(value))
            return {**value, key: bent(value[key])}
        if isinstance(value, list) and value and chance.random() < 0.9:
            i = chance.randrange(len(value))
            return [*value[:i], bent(value[i]), *value[i + 1 :]]
        return junk

    document = bent(default_document)
    if isinstance(document, dict):
        problems: tuple[str, ...] = ("none",)
        try:
            parse_policy(document, CATALOG)
        except PolicyError as error:
            problems = error.problems
        assert problems


@settings(max_examples=100, deadline=None)
@given(junk=st.dictionaries(st.text(max_size=8), JUNK, max_size=4))
def test_no_junk_is_a_policy(junk: dict[str, object]) -> None:
    with pytest.raises(PolicyError):
        parse_policy(junk, CATALOG)
