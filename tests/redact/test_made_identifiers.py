"""Properties of every detector: a made value is found in any context, and never leaves."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.catalog.model import Catalog
from reticent_contract.reading import At
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.redact.actions import Scan
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.findings import findings
from reticent_contract.redact.scanner import Scanner
from support.identifiers import IDENTIFIERS

# `adhar` would say that a card's number is another.
WORDS = st.text("abcdfghjklmqrvwxyz\u00e9\u0928 ", max_size=24).filter(lambda t: "adhar" not in t)
AROUND = st.tuples(WORDS, WORDS).map(lambda pair: (f"{pair[0]} ", f" {pair[1]}"))


@pytest.fixture(scope="module")
def scanner(catalog: Catalog) -> Scanner:
    return Scanner(
        Scan.read(At([]), None).treatments,
        bytes_max=4_096,
        own=OwnIdentifiers(catalog),
        substitute=lambda name, _tier, _value: f"<{name}>".encode(),
        substitute_own=lambda _identity: b"<own>",
    )


def test_every_detector_has_made_identifiers() -> None:
    assert {detector for detector, *_ in IDENTIFIERS.values()} == set(DETECTORS) - {"own"}


@pytest.mark.parametrize("name", IDENTIFIERS)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), around=AROUND)
def test_a_made_identifier_is_found_and_never_leaves(
    scanner: Scanner, name: str, seed: int, around: tuple[str, str]
) -> None:
    detector, introductions, make = IDENTIFIERS[name]
    random = Random(seed)
    value = make(random)
    text = f"{around[0]}{random.choice(introductions)}{value}{around[1]}"
    result = scanner(text)
    assert not (isinstance(result, str) and value in result)
    covering = [f for f in findings(text) if f.start <= text.index(value) < f.end]
    assert covering
    if name not in ("national", "vid"):  # what is also a number of another kind is named by one
        assert detector in {f.detector for f in covering}
