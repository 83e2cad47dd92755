"""generalise to site (of URLs and hosts) and to grid (of latitudes and longitudes)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Field
from reticent_contract.policy import PolicyError, parse_policy
from reticent_contract.policy.diff import compare
from reticent_contract.policy.explain import explain_field
from reticent_contract.redact.actions import Generalise
from reticent_contract.redact.actions.generalise import GRIDS, cell, site

SITES = (
    ("https://mail.example.co.uk/inbox/4711?q=a#b", "example.co.uk"),
    ("HTTPS://WWW.Example.COM/", "example.com"),
    ("https://alice:secret@www.example.com:8443/x", "example.com"),
    ("www.example.com.", "example.com"),
    ("mail.münchen.de", "xn--mnchen-3ya.de"),
    ("https://münchen.de/x", "xn--mnchen-3ya.de"),
    ("example.com", "example.com"),
    ("co.uk", None),
    ("https://co.uk/", None),
    ("http://localhost:8080/x", None),
    ("http://wiki/Alice", None),
    ("http://wiki.corp.local/Alice", None),
    ("http://192.0.2.7/", None),
    ("http://[2001:db8::1]/", None),
    ("https://[", None),
    (r"https://example.com\@evil.example/", None),
    ("https://example.com%2f@evil.example/", None),
    ("file:///home/alice/x.html", None),
    ("data:text/html,alice", None),
    ("mailto:alice@example.com", None),
    ("alice smith", None),
    ("", None),
)


def field_of(name: str) -> Field:
    table, _, field = name.partition(".")
    return CATALOG.tables[table].by_name[field]


@pytest.mark.parametrize("number", range(len(SITES)))
def test_a_site_is_the_registered_part_of_a_host(number: int) -> None:
    value, wanted = SITES[number]
    assert site(value) == wanted


LABEL = st.from_regex(r"z[a-z0-9]{3,12}q", fullmatch=True)


@given(
    st.sampled_from(("https://", "http://", "ftp://")),
    LABEL,
    st.lists(LABEL, max_size=3),
    st.sampled_from(("", ":8080")),
    st.lists(LABEL, max_size=3),
    st.sampled_from(("com", "co.uk", "de", "org.in")),
)
def test_no_site_tells_host_path_or_account(
    scheme: str, user: str, hosts: list[str], port: str, path: list[str], suffix: str
) -> None:
    host = ".".join((*hosts, "registered", suffix))
    url = f"{scheme}{user}@{host}{port}/{'/'.join(path)}?{user}"
    told = site(url)
    assert told == f"registered.{suffix}"
    assert site(told) == told
    assert Generalise("site").admits(field_of("site_visit.url"), told) is None


@given(st.text(max_size=80))
def test_any_text_gives_a_site_that_the_server_admits_or_none(text: str) -> None:
    for value in (text, f"https://{text}"):
        told = site(value)
        assert told is None or Generalise("site").admits(field_of("site_visit.url"), told) is None


@given(st.floats(-180, 180), st.sampled_from(GRIDS))
def test_a_cell_holds_its_place_and_is_its_own(value: float, degrees: int) -> None:
    edge = cell(value, degrees)
    assert edge is not None
    assert edge <= value < edge + degrees
    assert cell(edge, degrees) == edge
    assert math.copysign(1, edge) == 1 or edge < 0  # no -0.0
    action, field = Generalise("grid", degrees), field_of("connection.latitude")
    assert action.admits(field, edge) is None
    if edge != value:
        assert action.admits(field, value) is not None


@given(st.floats(-180, 180), st.sampled_from(GRIDS), st.sampled_from(GRIDS))
def test_a_grid_of_whole_multiples_tells_nothing_that_the_finer_does_not(
    value: float, fine: int, coarse: int
) -> None:
    edge = cell(value, fine)
    assert edge is not None
    if coarse % fine == 0:
        assert cell(edge, coarse) == cell(value, coarse)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 180.5, -181.0])
def test_what_is_no_place_has_no_cell(value: float) -> None:
    assert cell(value, 1) is None


def document(field: str, rule: object) -> dict[str, object]:
    table, _, name = field.partition(".")
    return {
        "language": 1,
        "version": 1,
        "purpose": "to test",
        "legal_basis": "none is needed",
        "pseudonyms": {"epoch": 1},
        "tables": {table: {"retention_days": 1, "fields": {name: rule}}},
    }


REFUSED = (
    ("site_visit.url", {"to": "domain"}, "url is a URL, of which {to: site} tells the site"),
    ("site_visit.profile", {"to": "site"}, "takes a URL or a host name; profile holds text"),
    ("user_account.user_id", {"to": "site"}, "generalise to site takes text; user_id is of type"),
    ("connection.city", {"to": "grid"}, "takes a latitude or longitude; city is of type text"),
    ("cpu.logical_count", {"to": "grid"}, "takes a latitude or longitude; logical_count"),
    ("connection.latitude", {"to": "grid", "degrees": 7}, "must be one of 1, 2, 5, 10"),
    ("connection.latitude", {"to": "grid", "degrees": True}, "must be one of 1, 2, 5, 10"),
    ("connection.latitude", {"to": "grid", "degrees": "5"}, "must be one of 1, 2, 5, 10"),
    ("site_visit.url", {"to": "site", "degrees": 5}, "goes with {to: grid} alone, not with site"),
    ("connection.latitude", {"degrees": 5}, "generalise needs to"),
)


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_does_not_fit_is_refused_once_and_says_what_does(number: int) -> None:
    field, parameters, said = REFUSED[number]
    with pytest.raises(PolicyError) as refused:
        parse_policy(document(field, {"generalise": parameters}), CATALOG)
    (problem,) = refused.value.problems
    assert said in problem


def test_a_word_that_is_not_known_is_no_reason_for_a_second_problem() -> None:
    for field, rule in (
        ("os.version", {"generalise": {"to": "galaxy"}}),
        ("cpu.logical_count", {"bucket": {"to": "galaxy"}}),
        ("user_account.user_id", {"replace": {"with": "<pn:a:1:x>"}}),
    ):
        with pytest.raises(PolicyError) as refused:
            parse_policy(document(field, rule), CATALOG)
        assert len(refused.value.problems) == 1


def test_of_a_number_ip_prefix_says_that_it_is_a_number() -> None:
    with pytest.raises(PolicyError, match="user_id is of type integer"):
        parse_policy(document("user_account.user_id", "ip_prefix"), CATALOG)


def test_diff_and_explain_know_them() -> None:
    def verdict(one: object, other: object) -> str:
        before, after = (
            parse_policy(document("connection.latitude", rule), CATALOG) for rule in (one, other)
        )
        return compare(before, after, CATALOG).verdict

    grids = [{"generalise": {"to": "grid", "degrees": d}} for d in (1, 5, 2)]
    assert verdict(grids[0], grids[1]) == "less"
    assert verdict(grids[1], grids[0]) == "more"
    assert verdict(grids[1], grids[2]) == "more"  # their cells cross
    assert verdict("keep", grids[0]) == "less"
    policy = parse_policy(document("connection.latitude", grids[1]), CATALOG)
    said = str(explain_field(policy, CATALOG, "connection.latitude"))
    assert "is generalised to a grid of 5 degrees" in said
    policy = parse_policy(document("site_visit.url", {"generalise": {"to": "site"}}), CATALOG)
    assert "generalised to site" in str(explain_field(policy, CATALOG, "site_visit.url"))
