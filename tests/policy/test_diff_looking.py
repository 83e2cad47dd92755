"""What detectors look for is weighed as far as it can be; in doubt it reveals more."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.policy.diff import Change, compare

Document = dict[str, Any]
Put = Callable[[Document, str, object], None]
MESSAGE = "tables/log_line/fields/message"
BADGE = {"pattern": "E[0-9]{6}"}
NETWORK = "10.20.0.0/16"


@pytest.fixture
def changes(
    default_document: Document, put: Put
) -> Callable[[Mapping[str, object], Mapping[str, object]], dict[str, Change]]:
    """By place, what changes between two sets of words over the default policy."""

    def make(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, Change]:
        pair: list[Policy] = []
        for places in (before, after):
            document = copy.deepcopy(default_document)
            document.pop("scan", None)
            for place, value in places.items():
                put(document, place, value)
            pair.append(parse_policy(document, CATALOG))
        return {change.place: change for change in compare(pair[0], pair[1], CATALOG).changes}

    return make


Changes = Callable[[Mapping[str, object], Mapping[str, object]], dict[str, Change]]


@pytest.mark.parametrize(
    ("treatment", "direction"),
    [("replace", "less"), ("drop_value", "less"), ("pseudonymise", "less"), ("keep", "more")],
)
def test_a_detector_that_hides_what_it_finds_takes_away(
    changes: Changes, treatment: str, direction: str
) -> None:
    with_one = {"detectors": {"badge": BADGE}, f"{MESSAGE}/scan/badge": treatment}
    assert changes({}, with_one)["detectors.badge"].direction == direction
    assert changes(with_one, {})["detectors.badge"].direction == "more"


def test_a_fleets_pseudonym_where_others_are_one_laptops_is_more(changes: Changes) -> None:
    one_laptops = {f"{MESSAGE}/scan/email": {"pseudonymise": {"scope": "device"}}}
    badge = one_laptops | {"detectors": {"badge": BADGE}, f"{MESSAGE}/scan/badge": "pseudonymise"}
    assert changes(one_laptops, badge)["detectors.badge"].direction == "more"


def test_another_pattern_cannot_be_weighed_and_another_sentence_is_nothing(
    changes: Changes,
) -> None:
    one = {"detectors": {"badge": BADGE}}
    said = {"detectors": {"badge": BADGE | {"sentence": "Our badges."}}}
    other = {"detectors": {"badge": {"pattern": "E[0-9]{5}"}}}
    assert changes(one, other)["detectors.badge"].direction == "more"
    assert changes(one, said)["detectors.badge"].direction == "same"


def test_a_region_where_none_was_takes_away_and_another_one_cannot_be_weighed(
    changes: Changes,
) -> None:
    of: dict[str, dict[str, object]] = {
        region: {"scan": {"phone_region": region}} for region in ("IN", "US")
    }
    place = "scan.phone_region"
    assert changes({}, of["IN"])[place].direction == "less"
    assert changes(of["IN"], {})[place].direction == "more"
    assert changes(of["IN"], of["US"])[place].direction == "more"
    kept: dict[str, object] = {f"{MESSAGE}/scan/phone": "keep"}
    assert changes(kept, kept | of["IN"])[place].direction == "more"


@pytest.mark.parametrize(
    ("was", "is_now", "directions"),
    [
        ([NETWORK], ["10.20.5.0/24"], {"same", "less"}),
        ([NETWORK], ["10.20.5.7"], {"same", "less"}),
        (["10.20.5.0/24"], [NETWORK], {"more", "same"}),
        ([NETWORK], ["10.21.0.0/24"], {"more", "less"}),
        ([NETWORK], ["2001:db8::/32"], {"more", "less"}),
        (["Help@corp.example"], ["help@corp.example"], {"same"}),
    ],
    ids=["narrower", "one of it", "broader", "beside it", "of the other kind", "spelt otherwise"],
)
def test_an_exception_within_another_one_reveals_nothing(
    default_document: Document, was: list[str], is_now: list[str], directions: set[str]
) -> None:
    before, after = (
        parse_policy(default_document | {"allow": allow}, CATALOG) for allow in (was, is_now)
    )
    found = {change.direction for change in compare(before, after, CATALOG).changes}
    assert found == directions
