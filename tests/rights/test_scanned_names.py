"""A column that names somebody and that a policy has scanned: what is found there is shown too."""

from __future__ import annotations

from typing import Any

import pytest
from reticent_contract.catalog.model import Form
from reticent_server.rights.case import Known
from reticent_server.rights.finding import Finder
from reticent_server.rights.person import ANOTHER, Person
from reticent_server.store.events.memory import MemoryEventStore
from support.console_app import NOW_S, Site
from support.console_fixtures import *  # noqa: F403 - the site and what it is made of
from support.event_groups import DEVICE, OTHER, batch, group, table
from support.persons import stored
from support.policies import document

ALICE = "q7f3a9bz@example.com"
NOW_US = int(NOW_S * 1e6)
SCANNED = {"session": "user_name", "user_account": "full_name", "device_record": "full_name"}


@pytest.fixture
def alice(site: Site) -> str:
    """Her pseudonym as a detector leaves it in a text; the policy in force scans such columns."""
    tables = dict(document()["tables"])
    for name, field in SCANNED.items():
        one = tables[name]
        tables[name] = {**one, "fields": {**one["fields"], field: {"scan": {}}}}
    site.services.policies.publish(document(tables=tables, version=2), publisher="bo")
    return f"<{stored(site, 'email', Form.EMAIL, ALICE)}>"


def looked_for(site: Site, *rows: tuple[bytes, str, dict[str, object]]) -> tuple[Person, Any]:
    store = MemoryEventStore()
    for number, (device, name, fields) in enumerate(rows, start=1):
        one = batch(number, [table(name, "snapshot", [fields])], device=device)
        store.append(group(one, received_at_us=NOW_US - 1))
    finder = Finder(site.services.policies, store, site.services.config.data_dir)
    person, _ = finder.find(Known(identifiers=(ALICE,)), before_us=NOW_US)
    found = store.search(person.held, limit=99).rows
    return person, sorted(((row.table, person.shown(row)) for row in found), key=str)


def test_of_another_laptop_her_pseudonym_is_shown_without_what_stands_around_it(
    site: Site, alice: str
) -> None:
    bo = f"<{stored(site, 'email', Form.EMAIL, 'bo@example.com')}>"
    _, shown = looked_for(
        site,
        (OTHER, "session", {"user_name": alice, "terminal": "tty1"}),
        (OTHER, "session", {"user_name": bo, "terminal": "tty2"}),
        (OTHER, "user_account", {"full_name": f"{alice} or {bo}"}),
        (OTHER, "user_account", {"full_name": f"Bo Li, Eva Ma and {alice}, {alice}"}),
    )
    assert shown == [
        ("session", {"user_name": alice}),
        ("user_account", {"full_name": f"{alice} {ANOTHER}"}),
        ("user_account", {"full_name": f"{ANOTHER} {alice} {ANOTHER} {alice}"}),
    ]


def test_of_her_own_laptop_too_a_name_beside_her_pseudonym_is_withheld(
    site: Site, alice: str
) -> None:
    _, shown = looked_for(
        site,
        (DEVICE, "device_record", {"full_name": alice}),
        (DEVICE, "session", {"user_name": f"bo alias {alice}", "terminal": "tty1"}),
        (DEVICE, "user_account", {"full_name": "Bo Li"}),
    )
    assert shown == [
        ("device_record", {"full_name": alice}),
        ("session", {"user_name": f"{ANOTHER} {alice}", "terminal": "tty1"}),
        ("user_account", {"full_name": ANOTHER}),
    ]


def test_a_record_whose_scanned_name_is_hers_alone_makes_the_laptop_hers(
    site: Site, alice: str
) -> None:
    person, shown = looked_for(
        site,
        (DEVICE, "device_record", {"full_name": alice, "company": "ours"}),
        (DEVICE, "os", {"name": "Debian"}),
        (OTHER, "device_record", {"full_name": f"bo for {alice}", "company": "ours"}),
        (OTHER, "os", {"name": "Fedora"}),
    )
    assert person.devices.keys() == {DEVICE}
    assert shown == [
        ("device_record", {"full_name": alice, "company": "ours"}),
        ("device_record", {"full_name": f"{ANOTHER} {alice}"}),
        ("os", {"name": "Debian"}),
    ]
