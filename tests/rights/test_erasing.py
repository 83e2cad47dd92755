"""What names a person is erased on every laptop, by a job that may be cut off anywhere."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Form, Type
from reticent_server.commands.checks import _persons
from reticent_server.errors import StoreError
from reticent_server.query.expr import TableIs
from reticent_server.query.people import PERSON_FIELDS
from reticent_server.receipt_chain import verify
from reticent_server.rights.case import Case, Known
from reticent_server.rights.finding import Finder
from reticent_server.rights.job import RightsEraser
from reticent_server.rights.person import EMPTIED, NAMING, PERSONAL
from reticent_server.rights.words import Right
from support.committing import committed
from support.console_app import NOW_S, Site
from support.event_groups import DEVICE, OTHER, STREAM, batch, group, table
from support.persons import stored
from support.rights_store import ALICE, NAME, NOW_US, Store


def eraser(
    site: Site, store: Store, *, written: Callable[[], object] = lambda: None
) -> RightsEraser:
    services = site.services
    finder = Finder(services.policies, store, services.config.data_dir)
    return RightsEraser(
        services.rights, finder, store, services.cuts, clock=site.clock, written=written
    )


def run(site: Site, *identifiers: str) -> Case:
    rights = site.services.rights
    case = rights.open(
        Right.ERASURE,
        Known(identifiers=identifiers or (ALICE, NAME)),
        reference="4711",
        received_s=rights.now_s(),
        by="bo",
    )
    committed(site.services.control, rights.run, case.case_id, approval_id=uuid4(), by="bo")
    return rights.get(case.case_id)


def left(store: Store) -> list[tuple[str, dict[str, object]]]:
    rows = list(store.search(TableIs("session"), limit=99).rows)
    for name in ("log_line", "device_record", "os"):
        rows += store.search(TableIs(name), limit=99).rows
    return [(row.table, dict(row.fields)) for row in rows if row.device_id == OTHER]


@pytest.mark.parametrize("fails", ["", "before", "after", "emptying"])
def test_rows_about_her_go_others_lose_what_names_her_and_the_counts_are_right(
    site: Site, store: Store, fails: str
) -> None:
    case, job = run(site), eraser(site, store)
    assert job.run_once() == 1  # what was on its way may still come
    assert len(left(store)) == 5
    site.clock.now += 6
    store.fails, store.files = fails, 1
    if fails:
        with pytest.raises(StoreError):
            job.run_once()
        job = eraser(site, store)  # of another process
    assert job.run_once() == 1  # a file of before is left
    bo = stored(site, "session.user_name", Form.USER, "bo")
    assert left(store) == [
        ("session", {"user_name": bo}),
        ("log_line", {"unit": "postfix"}),
        ("device_record", {"purchase_date": "2025-01-01"}),
        ("os", {"name": "Debian"}),
    ]
    assert site.services.rights.get(case.case_id).state == "running"
    store.files = 0
    assert job.run_once() == 0
    done = site.services.rights.get(case.case_id)
    assert (done.state, done.is_over) == ("done", True)
    counted = {(one.device_id.bytes, one.table): one for one in done.counts}
    assert len(counted) == 6
    for device in (DEVICE, OTHER):
        for name, numbers in (
            ("session", (1, 1, 0)),
            ("log_line", (1, 0, 1)),
            ("device_record", (1, 0, 1)),
        ):
            one = counted[device, name]
            assert (one.found, one.deleted, one.emptied) == numbers, name
    [entry] = [e for e in site.services.audit.page().entries if e.action == "rights.erased"]
    assert entry.reason.startswith("2 rows deleted and 4 emptied in 6 tables of laptops")
    whole = site.services.cuts.whole_from()
    assert verify(store, whole_from_us=whole).broken == 0
    assert verify(store).broken == 2  # else the check above could not fail
    assert store.last_seq(OTHER, STREAM) == 1


def test_what_comes_later_is_not_touched_and_the_same_is_asked_for_again(
    site: Site, store: Store
) -> None:
    case, job = run(site), eraser(site, store)
    site.clock.now += 6
    user = stored(site, "session.user_name", Form.USER, NAME)
    late = batch(2, [table("session", "logon", [{"user_name": user}])], device=OTHER)
    store.append(group(late, received_at_us=NOW_US + 1))
    assert job.run_once() == 0
    assert ("session", {"user_name": user}) in left(store)
    again = run(site)
    assert again.earlier == 1
    site.clock.now += 6
    assert job.run_once() == 0
    assert ("session", {"user_name": user}) not in left(store)
    assert site.services.rights.get(case.case_id).counts


def test_a_row_that_the_disk_takes_long_to_store_is_not_missed(site: Site, store: Store) -> None:
    run(site)
    user = stored(site, "session.user_name", Form.USER, NAME)
    slow = batch(2, [table("session", "logon", [{"user_name": user}])], device=OTHER)
    writing = [group(slow, received_at_us=NOW_US - 1)]

    def written() -> None:
        while writing:
            store.append(writing.pop())

    job = eraser(site, store, written=written)
    site.clock.now += 6
    assert job.run_once() == 0
    written()  # at the latest now
    assert ("session", {"user_name": user}) not in left(store)


def test_it_is_not_over_while_the_search_finds_something(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, job = run(site), eraser(site, store)
    site.clock.now += 6
    with monkeypatch.context() as broken:
        broken.setattr(store, "empty_where", lambda *_, **__: None)
        assert job.run_once() == 1
    assert site.services.rights.get(case.case_id).state == "running"
    assert job.run_once() == 0
    assert site.services.rights.get(case.case_id).state == "done"


def test_nobody_is_found_and_that_is_said(site: Site, store: Store) -> None:
    case, job = run(site, "nobody@example.org"), eraser(site, store)
    site.clock.now += 6
    assert job.run_once() == 0
    done = site.services.rights.get(case.case_id)
    assert (done.state, done.counts) == ("done", ())
    assert "not found by your name" in " ".join(done.unseen)
    assert len(left(store)) == 5


def test_an_erased_device_takes_its_note_of_deleted_rows_along(site: Site) -> None:
    from support.console_data import add_devices, device_id

    add_devices(site.services.control, 1, now_s=int(NOW_S))
    site.services.cuts.announce_devices([device_id(0).bytes], before_s=9)
    site.services.cuts.announce_devices([device_id(0).bytes], before_s=7)
    assert site.services.cuts.whole_from()[device_id(0).bytes] == 9_000_000
    committed(site.services.control, site.services.erasures.ask, device_id(0), asked_by="ada")
    assert device_id(0).bytes not in site.services.cuts.whole_from()


def test_by_the_catalog_every_column_that_names_a_person_goes_one_way_or_the_other() -> None:
    assert {"app_usage", "posture", "session", "site_visit", "user_account"} == PERSONAL
    for member in PERSON_FIELDS:
        name, _, field = member.partition(".")
        assert field in NAMING[name]
        assert (name in PERSONAL) != (field in EMPTIED.get(name, ())), member
    for one in CATALOG:
        for field in EMPTIED.get(one.name, ()):  # what `empty_where` can empty
            assert one.by_name[field].type in (Type.TEXT, Type.TEXTS)
    assert EMPTIED["device_record"] == {"user_name", "full_name", "email", "phone", "company"}


def test_doctor_says_what_is_overdue_and_what_does_not_end(site: Site) -> None:
    case = run(site)
    control = site.services.control
    assert list(_persons(control, site.clock())) == []
    [late] = _persons(control, site.clock() + 3_601)
    assert (late.state, late.found) == ("warn", "1 erasures run for more than an hour")
    overdue, late = _persons(control, case.due_s + 1)
    assert "1 are overdue" in overdue.found
    site.services.rights.erased(case.case_id)
    assert list(_persons(control, case.due_s + 1)) == []
