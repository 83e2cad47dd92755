"""Who is meant by a request, and what of them nobody can find: each sentence where it is true."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_contract.catalog.model import Form
from reticent_contract.redact.sealed import seal_key_of
from reticent_server.rights import finding
from reticent_server.rights.case import Known
from reticent_server.rights.finding import Finder
from reticent_server.rights.person import Person
from support.console_app import Site
from support.event_groups import DEVICE, OTHER, batch, group, table
from support.persons import stored
from support.rights_store import ALICE, LATE_US, NAME, NOW_US, Store

HER = Known(identifiers=(ALICE, NAME))


def found(site: Site, store: Store, known: Known = HER) -> tuple[Person, str]:
    """Who is meant, and all that is said of what stays unseen."""
    finder = Finder(site.services.policies, store, site.services.config.data_dir)
    person, unseen = finder.find(known, before_us=LATE_US)
    return person, " ".join(unseen)


def publish(site: Site, rule: object) -> None:
    """A second version, which does this with the user name of a session."""
    policies = site.services.policies
    document = cast("dict[str, Any]", policies.parsed(policies.current()).document)
    session = document["tables"]["session"]
    changed = {**session, "fields": {**session["fields"], "user_name": rule}}
    tables = {**document["tables"], "session": changed}
    seal = {"key": str(seal_key_of(X25519PrivateKey.generate()))}
    policies.publish(
        {**document, "version": 2, "tables": tables, "tests": [], "seal": seal}, publisher="bo"
    )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            {"pseudonymise": {"scope": "device"}},
            "a pseudonym stands for you whose key is on the laptop alone: session.user_name.",
        ),
        (
            "seal",
            "your value is sealed for the privacy officer, and nobody here can compare it: "
            "session.user_name.",
        ),
        ({"mask": {"keep_last": 2}}, "only a part of your value is kept: session.user_name."),
        ({"truncate": {"characters": 3}}, "only a part of your value is kept: session.user_name."),
    ],
)
def test_what_cannot_be_compared_is_said_of_any_policy_of_now_or_before(
    site: Site, store: Store, rule: object, said: str
) -> None:
    said = f"By some policy of now or before, {said}"
    assert said not in found(site, store)[1]
    publish(site, rule)
    assert said in found(site, store)[1]


def test_of_epochs_whose_keys_are_destroyed_it_is_said_that_nobody_is_found(
    site: Site, store: Store
) -> None:
    epochs = site.services.epochs
    for expected in (2, 3, 4):
        assert epochs.rotate(actor="ada") == expected
    of_two = stored(site, "session.user_name", Form.USER, NAME, epoch=2)
    rows = [table("session", "logon", [{"user_name": of_two}])]
    store.append(group(batch(2, rows), received_at_us=NOW_US - 1))
    person, told = found(site, store)
    assert "destroyed" not in told
    assert store.count_where(person.named, before_us=LATE_US)[DEVICE, "session"] == 2
    for epoch in (3, 2):
        epochs.destroy(epoch, actor="ada", reason="it is over")
    person, told = found(site, store)
    assert "Pseudonyms of epochs whose keys were destroyed stand for nobody: 2, 3." in told
    assert store.count_where(person.named, before_us=LATE_US)[DEVICE, "session"] == 1


@pytest.mark.parametrize(("devices_max", "is_said"), [(1, True), (2, False)])
def test_of_more_laptops_than_one_person_has_none_counts_that_was_not_named(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch, devices_max: int, is_said: bool
) -> None:
    monkeypatch.setattr(finding, "RIGHTS_DEVICES_MAX", devices_max)
    said = f"More than {devices_max} laptops are written down as yours; whole rows are given of "
    person, told = found(site, store)
    assert (said in told) is is_said
    assert set(person.devices) == (set() if is_said else {DEVICE, OTHER})
    person, told = found(site, store, replace(HER, devices=(UUID(bytes=OTHER),)))
    assert (said in told) is is_said
    assert set(person.devices) == ({OTHER} if is_said else {DEVICE, OTHER})
    assert person.devices[OTHER] == 0  # as whoever asked said: at all times


def test_versions_that_are_not_read_are_counted(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(site, {"pseudonymise": {"scope": "device"}})
    said = "old versions of policies were not read, so what only they linked is not."
    assert said not in found(site, store)[1]
    read = len(site.services.policies.history("default"))
    monkeypatch.setattr(finding, "RIGHTS_POLICIES_MAX", read - 1)
    assert f"1 {said}" in found(site, store)[1]


def test_a_laptop_is_theirs_where_its_record_says_so_now(site: Site, store: Store) -> None:
    person, _ = found(site, store)
    assert person.devices.keys() == {DEVICE, OTHER}
    gone = batch(2, [table("device_record", "removed", [{"entered_by": "api"}])], device=OTHER)
    store.append(
        group(
            replace(gone, tables=[replace(gone.tables[0], ts_us=[LATE_US])]),
            received_at_us=NOW_US,
        )
    )
    person, _ = found(site, store)
    assert person.devices.keys() == {DEVICE}
