"""Diff says in words what a policy reveals that another did not, the most sensitive first."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.policy.diff import Comparison, compare, reveals_more
from reticent_contract.policy.diff.ranks import direction_of, direction_of_treatment
from reticent_contract.reading import At
from reticent_contract.redact.actions import ACTIONS, Scan, Treatment
from reticent_contract.redact.sealed import seal_key_of

Document = dict[str, Any]
Put = Callable[[Document, str, object], None]
USER = "tables/user_account/fields"
MESSAGE = "tables/log_line/fields/message"

# From what reveals most to what reveals least, for user_account.full_name.
BY_REVEALING: list[Any] = [
    "keep",
    {"truncate": {"characters": 5}},
    {"truncate": {"characters": 3}},
    "pseudonymise",
    {"pseudonymise": {"scope": "device"}},
    {"replace": {"with": "a name"}},
    "drop",
]


@pytest.fixture
def change(default_document: Document, put: Put) -> Callable[..., Comparison]:
    """The default policy against itself with these places set; `back` the other way round."""

    def make(*changes: tuple[str, object], back: bool = False) -> Comparison:
        document = copy.deepcopy(default_document)
        for path, value in changes:
            put(document, path, value)
        pair = parse_policy(default_document, CATALOG), parse_policy(document, CATALOG)
        return compare(*(pair[::-1] if back else pair), CATALOG)

    return make


@pytest.fixture
def with_rule(default_document: Document, put: Put) -> Callable[[object], Policy]:
    def make(rule: object) -> Policy:
        document = copy.deepcopy(default_document)
        put(document, f"{USER}/full_name", rule)
        return parse_policy(document, CATALOG)

    return make


def test_a_policy_reveals_what_it_reveals(default_document: Document) -> None:
    policy = parse_policy(default_document, CATALOG)
    comparison = compare(policy, policy, CATALOG)
    assert comparison == Comparison(())
    assert comparison.verdict == "same"
    assert not reveals_more(policy, policy, CATALOG)


@pytest.mark.parametrize("i", range(len(BY_REVEALING) - 1))
def test_each_step_down_reveals_less_and_each_step_up_more(
    with_rule: Callable[[object], Policy], i: int
) -> None:
    more, less = with_rule(BY_REVEALING[i]), with_rule(BY_REVEALING[i + 1])
    assert reveals_more(less, more, CATALOG)
    assert not reveals_more(more, less, CATALOG)
    assert compare(more, less, CATALOG).verdict == "less"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"mask": {"keep_last": 2}}, {"truncate": {"characters": 2}}),
        ({"truncate": {"characters": 2}}, {"mask": {"keep_last": 2}}),
    ],
)
def test_another_part_of_a_value_is_something_new(
    with_rule: Callable[[object], Policy], one: object, other: object
) -> None:
    assert reveals_more(with_rule(one), with_rule(other), CATALOG)


def test_another_fixed_text_is_the_same(with_rule: Callable[[object], Policy]) -> None:
    one, other = with_rule({"replace": {"with": "a"}}), with_rule({"replace": {"with": "b"}})
    assert compare(one, other, CATALOG).verdict == "same"


def test_a_part_that_nobody_looks_through_any_more_is_more_than_scanned_text(
    with_rule: Callable[[object], Policy],
) -> None:
    scanned = with_rule("scan")
    assert reveals_more(scanned, with_rule({"truncate": {"characters": 3}}), CATALOG)
    assert not reveals_more(scanned, with_rule("pseudonymise"), CATALOG)


def test_a_change_is_said_as_a_person_would_say_it(change: Callable[..., Comparison]) -> None:
    (found,) = change((f"{USER}/full_name", "keep")).changes
    assert found.sentence == (
        "user_account.full_name was pseudonymised, is now kept: personal, it names somebody or one "
        "device: the person's name, as it was typed in for the account"
    )
    assert (found.place, found.direction, found.is_personal) == (
        "user_account.full_name",
        "more",
        True,
    )


@pytest.mark.parametrize(
    ("path", "value", "more", "said"),
    [
        (f"{MESSAGE}/scan/email", "keep", True, "the detector email finds in log_line.message"),
        (f"{MESSAGE}/scan/email", "drop_value", False, "is now a reason to drop"),
        (f"{MESSAGE}/scan/ipv4", {"ip_prefix": {"v4": 28}}, True, "28 bits"),
        (f"{MESSAGE}/scan/ipv4", {"ip_prefix": {"v4": 16}}, False, "16 bits"),
        ("tables/log_line/options/journal", False, False, "log_line.journal is no longer read"),
        ("tables/log_line/options/files", ["/srv/a.log"], True, "/srv/a.log is now read"),
        ("tables/log_line/options/files", ["/var/log/syslog"], False, "/var/log/secure is no"),
        ("tables/usb/consent", "required", False, "usb now needs the user's consent"),
        ("tables/session/retention_days", 365, True, "is now kept 365 days"),
        ("tables/session/retention_days", 30, False, "session was kept 180 days, is now"),
        ("pseudonyms/epoch", 2, False, "pseudonyms start anew with epoch 2"),
        ("pseudonyms/link_groups/names", ["user_account.full_name", "usb.product"], True, "match"),
        ("pseudonyms/link_groups/host", ["host.host_name"], False, "no longer match"),
        ("not_before", "2027-03-01", False, "takes effect later: on 2027-03-01, no longer at once"),
        ("expires", "2030-01-01", False, "the policy now holds until 2030-01-01"),
        ("tables/os/fields/kernel", "drop", False, "os.kernel was kept, is now dropped"),
    ],
)
def test_what_is_read_kept_and_joined_is_compared_too(
    change: Callable[..., Comparison], path: str, value: object, more: bool | None, said: str
) -> None:
    there = change((path, value))
    assert said in " | ".join(found.sentence for found in there.changes)
    back = change((path, value), back=True)
    if more is None:
        assert (there.verdict, back.verdict) == ("same", "same")
    elif more and "files" in path:  # other files are read no longer
        assert (there.verdict, back.verdict) == ("more", "more")
    else:
        assert (there.verdict, back.verdict) == (("more", "less") if more else ("less", "more"))


@pytest.mark.parametrize(
    ("consent", "said"),
    [
        ("required", "app_usage was not read, now is, only with the user's consent"),
        ("not_required", "app_usage was not read, now is, without asking for the user's consent"),
    ],
)
def test_a_table_that_comes_or_goes_is_told_with_its_consent(
    change: Callable[..., Comparison], consent: str, said: str
) -> None:
    table = {"consent": consent, "retention_days": 30, "fields": {"app": "keep"}}
    there = change(("tables/app_usage", table))
    assert there.verdict == "more"
    (found,) = [one for one in there.changes if one.place == "app_usage.consent"]
    assert (found.sentence, found.direction, found.is_personal) == (said, "same", True)
    back = change(("tables/app_usage", table), back=True)
    assert back.verdict == "less"
    gone = [one.sentence for one in back.changes if one.place == "app_usage.consent"]
    said = "app_usage is no longer read, so the user's consent is no longer asked for it"
    assert gone == ([said] if consent == "required" else [])


def test_a_table_of_which_nothing_leaves_is_told_of_without_consent(
    change: Callable[..., Comparison],
) -> None:
    table = {"consent": "required", "retention_days": 30, "fields": {"app": "drop"}}
    assert not [c for c in change(("tables/app_usage", table)).changes if "consent" in c.place]


@pytest.mark.parametrize(
    ("before", "after", "direction", "said"),
    [
        ("host", "url", "more", "the whole address of the page is read of a visit, before the who"),
        ("url", "site", "less", "the site alone is read of a visit, before the whole address"),
        ("site", "host", "more", "the whole host name is read of a visit, before the site alone"),
        (None, "site", "more", "the site alone is read of a visit, before nothing"),
    ],
)
def test_how_much_is_read_of_a_visit_is_weighed(
    default_document: Document, put: Put, before: str | None, after: str, direction: str, said: str
) -> None:
    pair = []
    for detail in (before, after):
        document = copy.deepcopy(default_document)
        if detail is not None:
            table = {
                "retention_days": 30,
                "options": {"detail": detail},
                "fields": {"site": "keep"},
            }
            put(document, "tables/site_visit", table)
        pair.append(parse_policy(document, CATALOG))
    for (one, other), expected in (
        (pair, direction),
        (pair[::-1], "less" if direction == "more" else "more"),
    ):
        (found,) = [c for c in compare(one, other, CATALOG).changes if c.place.endswith("detail")]
        assert found.direction == expected
        assert expected != direction or said in found.sentence


def test_a_new_name_of_a_link_group_reveals_nothing(default_document: Document, put: Put) -> None:
    document = copy.deepcopy(default_document)
    groups = document["pseudonyms"]["link_groups"]
    groups["people"] = groups.pop("person")
    document["tests"] = []
    found = compare(
        parse_policy(default_document, CATALOG), parse_policy(document, CATALOG), CATALOG
    )
    assert [c.direction for c in found.changes] == ["same"]
    assert "start anew under another name" in found.changes[0].sentence


def test_a_table_that_is_left_out_takes_its_fields_and_its_options_along(
    change: Callable[..., Comparison], default_document: Document
) -> None:
    document = copy.deepcopy(default_document)
    del document["tables"]["log_line"]
    pair = parse_policy(default_document, CATALOG), parse_policy(document, CATALOG)
    places = {c.place for c in compare(*pair, CATALOG).changes}
    assert {"log_line.message", "log_line.options.files", "log_line.options.journal"} <= places
    assert compare(*pair, CATALOG).verdict == "less"
    assert compare(pair[1], pair[0], CATALOG).verdict == "more"


def test_the_most_sensitive_comes_first(change: Callable[..., Comparison]) -> None:
    found = change(
        ("tables/os/fields/kernel", "drop"),
        ("tables/session/retention_days", 3_000),
        ("tables/network_interface/fields/ip_addresses", {"ip_prefix": {"v4": 28}}),
        (f"{MESSAGE}", "keep"),
        (f"{USER}/work_phone", {"mask": {"keep_last": 4}}),
        (f"{USER}/full_name", "keep"),
    )
    assert [c.place for c in found.changes] == [
        "user_account.full_name",
        "user_account.work_phone",
        "log_line.message",
        "session.retention_days",
        "network_interface.ip_addresses",
        "os.kernel",
    ]
    assert [c.direction for c in found.changes] == ["more"] * 5 + ["less"]
    assert found.verdict == "more"


def _with_document(policy: Policy, **keys: Any) -> Policy:
    """As a later version of the language would read it: with keys that are unknown here."""
    later = copy.copy(policy)
    object.__setattr__(later, "document", {**policy.document, **keys})
    return later


def test_what_cannot_be_weighed_counts_as_more(default_document: Document) -> None:
    policy = parse_policy(default_document, CATALOG)
    later = _with_document(policy, nose={"length": 5})
    for pair in ((policy, later), (later, policy)):
        (found,) = compare(*pair, CATALOG).changes
        assert (found.place, found.direction) == ("nose", "more")


def test_an_exception_from_the_detectors_reveals_more(default_document: Document) -> None:
    policy = parse_policy(default_document, CATALOG)
    one = _with_document(policy, allow=["203.0.113.7"])
    two = _with_document(policy, allow=["203.0.113.7", "10.0.0.0/8"])
    assert [c.sentence for c in compare(policy, one, CATALOG).changes] == [
        "203.0.113.7 is now left in the clear wherever it is found"
    ]
    assert reveals_more(one, two, CATALOG)
    assert compare(two, policy, CATALOG).verdict == "less"


def test_a_detector_that_is_new_to_a_policy_takes_something_away() -> None:
    scan = ACTIONS["scan"].read(At([]), None)
    assert isinstance(scan, Scan)
    fewer = Scan({name: t for name, t in scan.treatments.items() if name != "email"})
    assert direction_of(fewer, scan) == "less"
    assert direction_of(scan, fewer) == "more"
    kept = Scan({**fewer.treatments, "email": Treatment("keep")})
    assert direction_of_treatment(None, kept.treatments["email"]) == "same"


def test_each_tier_of_a_detector_is_weighed() -> None:
    keep, hide = Treatment("keep"), Treatment("replace")
    proved_hidden = Treatment("replace", tier_b=keep)
    assert direction_of_treatment(hide, proved_hidden) == "more"
    assert direction_of_treatment(proved_hidden, hide) == "less"
    assert direction_of_treatment(keep, proved_hidden) == "less"
    assert direction_of_treatment(proved_hidden, Treatment("keep", tier_b=hide)) == "more"
    assert direction_of_treatment(hide, Treatment("replace", tier_b=hide)) == "same"


@pytest.mark.parametrize(
    ("path", "value", "depth"),
    [
        ("tables/os/fields/machine_id", "keep", 4),
        (f"{MESSAGE}/scan/mac", "keep", 6),
        ("tables/session/retention_days", 365, 3),
        ("tables/log_line/options/files", ["/var/log/x", "/var/log/syslog"], 4),
        ("pseudonyms/link_groups/more", ["usb.serial", "host.system_serial"], 2),
    ],
)
def test_more_is_told_with_its_place(
    default_document: Document, put: Put, path: str, value: object, depth: int
) -> None:
    document = copy.deepcopy(default_document)
    put(document, path, value)
    pair = parse_policy(default_document, CATALOG), parse_policy(document, CATALOG)
    paths = {c.path for c in compare(*pair, CATALOG).changes if c.direction == "more"}
    assert paths == {tuple(path.split("/")[:depth])}


def test_a_wildcard_is_named_by_its_key(default_document: Document, put: Put) -> None:
    document = copy.deepcopy(default_document)
    put(document, "tables/cpu/fields", {"*": "drop"})
    pair = parse_policy(document, CATALOG), parse_policy(default_document, CATALOG)
    assert {c.path for c in compare(*pair, CATALOG).changes} == {("tables", "cpu", "fields", "*")}


KEYS = tuple(
    str(seal_key_of(X25519PrivateKey.from_private_bytes(seed * 32))) for seed in (b"s", b"t")
)


def test_a_first_key_to_seal_to_reveals_nothing_and_another_one_does(
    change: Callable[..., Comparison],
) -> None:
    first = change(("seal", {"key": KEYS[0]}))
    assert first.verdict == "same"
    assert [c.sentence for c in first.changes] == [
        "a key to seal to is named for the first time; nothing was sealed before"
    ]
    assert change(("seal", {"key": KEYS[0]}), back=True).verdict == "same"


def test_another_key_to_seal_to_reveals_more(default_document: Document) -> None:
    one, other = (parse_policy({**default_document, "seal": {"key": key}}, CATALOG) for key in KEYS)
    (found,) = compare(one, other, CATALOG).changes
    assert (found.direction, found.place) == ("more", "seal")
    assert "names another key" in found.sentence


def test_what_is_done_with_detectors_that_are_not_named_is_told(
    change: Callable[..., Comparison],
) -> None:
    """The default policy names all of them: only those that a later version brings are meant."""
    more = change((f"{MESSAGE}/scan/otherwise", "pseudonymise"))
    assert more.verdict == "more"
    assert [(c.place, c.path[-1]) for c in more.changes] == [
        ("log_line.message.otherwise", "otherwise")
    ]
    assert "was replaced by the detector's name, is now pseudonymised" in more.changes[0].sentence
    assert change((f"{MESSAGE}/scan/otherwise", "drop_value")).verdict == "less"
