"""Records of devices on a running server: redacted by its policy, stored once, shown as entered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from reticent_contract.batch import SpooledRow
from reticent_contract.catalog import CATALOG
from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan
from reticent_contract.rows import Row
from reticent_server.app import Server
from reticent_server.config import ServerConfig
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.http.threads import BoundedThreads
from reticent_server.ingest.server_rows import Placed
from reticent_server.main import main
from reticent_server.receipt_chain import verify
from reticent_server.records.entry import EntryError
from reticent_server.records.service import RecordService
from reticent_server.store.events.memory import MemoryEventStore
from support.running import ANY_PORTS, Running, batch
from support.telemetry_client import Laptop

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

UNKNOWN = UUID("00000000-0000-4000-8000-000000000000")


class Office:
    """A server, laptops that said who they are, and the service."""

    def __init__(self, server: Server, events: MemoryEventStore, data_dir: Path) -> None:
        self.server = server
        self.events = events
        self.data_dir = data_dir
        self.records = RecordService(server.services, BoundedThreads(at_once=4, waiting_max=64))

    async def laptop(self, **host: str) -> UUID:
        """Enrols one and sends its row of `host`, redacted as its agent would."""
        run = Running(self.server, None, self.data_dir)  # type: ignore[arg-type]  # only its token
        laptop: Laptop = await run.laptop()
        async with laptop.streaming() as stream:
            await stream.send(1, batch(self._redacted(host)))
            await stream.acknowledged(1)
        return UUID(bytes=laptop.answer.device_id)

    def _redacted(self, host: dict[str, str]) -> SpooledRow:
        services = self.server.services
        policy = services.policies.parsed(services.policies.current())
        fleet = {one.epoch: one.key for one in services.ingest.pseudonym_keys}
        plan = compile_plan(
            policy,
            catalog=CATALOG,
            keys=KeyRing(fleet, bytes(32)),
            own=OwnIdentifiers(CATALOG),
        )
        row = plan.redact(Row("host", "snapshot", services.ingest.now_us(), host))
        assert row is not None
        return SpooledRow(row.table, row.event, row.ts_us, row.values)

    def record(self, device_id: UUID) -> dict[str, object]:
        rows = self.events.current_state(device_id.bytes).get("device_record", [])
        return dict(rows[0]) if rows else {}

    def stored(self) -> int:
        return len([e for e in self.events._rows() if e.table == "device_record"])

    async def publish(self, **rules: object) -> None:
        """The default policy with other rules for the record."""
        policies = self.server.services.policies
        document: dict[str, Any] = dict(policies.parsed(policies.current()).document)
        tables = dict(document["tables"])
        fields = {**tables["device_record"]["fields"], **rules}
        document["tables"] = {
            **tables,
            "device_record": {**tables["device_record"], "fields": fields},
        }
        del document["version"]
        document.pop("tests", None)
        await asyncio.to_thread(policies.publish, document)

    async def command(self, *arguments: str) -> int:
        return await asyncio.to_thread(main, [*arguments, "--data", str(self.data_dir)])


@asynccontextmanager
async def office(data_dir: Path) -> AsyncIterator[Office]:
    events = MemoryEventStore()
    config = ServerConfig(data_dir=data_dir, ports=ANY_PORTS)
    server = Server(config, open_events=lambda _config, _key: events)
    await server.start()
    try:
        yield Office(server, events, data_dir)
    finally:
        assert verify(events).problems == []
        await server.stop()


async def test_a_record_is_redacted_by_the_devices_policy_before_it_is_stored(
    data_dir: Path,
) -> None:
    async with office(data_dir) as here:
        device = await here.laptop(host_name="laptop-1")
        given = {"email": "Ada@Example.com", "purchase_date": "2026-01-31"}
        assert await here.records.set(device, given, by="api")
        record = here.record(device)
        assert str(record.pop("email")).startswith("pn:device_record.email:1:")
        assert record == {"purchase_date": "2026-01-31", "entered_by": "api"}
        # The same person, written otherwise, is the same pseudonym.
        assert not await here.records.set(device, {"email": "ada@example.COM"}, by="console")
        assert here.stored() == 1


async def test_a_later_entry_changes_what_it_names_and_leaves_the_rest(data_dir: Path) -> None:
    async with office(data_dir) as here:
        await here.publish(company="keep", phone="keep")
        device = await here.laptop(host_name="laptop-1")
        await here.records.set(device, {"company": "Example"}, by="api")
        await here.records.set(device, {"phone": "+91 98100 12345"}, by="console")
        await here.records.set(device, {"company": "Another"}, by="api")
        assert here.record(device) == {
            "company": "Another",
            "phone": "+91 98100 12345",
            "entered_by": "api",
        }
        assert await here.records.clear(device, by="api")
        assert here.record(device) == {}
        assert not await here.records.clear(device, by="api")
        await here.records.set(device, {"company": "Third"}, by="api")
        assert here.record(device) == {"company": "Third", "entered_by": "api"}


async def test_what_the_policy_drops_is_never_stored(data_dir: Path) -> None:
    async with office(data_dir) as here:
        await here.publish(phone="drop", company="keep")
        device = await here.laptop(host_name="laptop-1")
        with pytest.raises(ConflictError, match="keeps none of the fields"):
            await here.records.set(device, {"phone": "+919810012345"}, by="api")
        await here.records.set(device, {"phone": "+919810012345", "company": "X"}, by="api")
        assert here.record(device) == {"company": "X", "entered_by": "api"}
        assert "98100" not in repr(here.events._rows())


async def test_a_device_that_is_not_there_and_a_bad_value_are_refused(data_dir: Path) -> None:
    async with office(data_dir) as here:
        with pytest.raises(NotFoundError):
            await here.records.set(UNKNOWN, {"company": "X"}, by="api")
        device = await here.laptop(host_name="laptop-1")
        with pytest.raises(EntryError):
            await here.records.set(device, {"email": "nobody"}, by="api")
        with pytest.raises(EntryError):
            await here.records.set(device, {}, by="api")
        assert here.stored() == 0


async def test_a_file_is_matched_through_pseudonyms_and_importing_it_again_stores_nothing(
    data_dir: Path,
) -> None:
    async with office(data_dir) as here:
        one = await here.laptop(host_name="laptop-1", system_serial="PF0AAA11")
        two = await here.laptop(host_name="laptop-2", system_serial="PF0BBB22")
        three = await here.laptop(host_name="laptop-3")
        text = (
            "device_id,system_serial,host_name,purchase_date,email\n"
            ",PF0AAA11,,2026-01-31,ada@example.com\n"
            ",,LAPTOP-2,2025-01-31,\n"
            f"{three},,,2024-01-31,eve@example.com\n"
        )
        tried = await here.records.import_csv(text, dry_run=True)
        assert (tried.lines, tried.problems, here.stored()) == (3, [], 0)
        done = await here.records.import_csv(text, dry_run=False)
        assert (done.stored, done.unchanged, done.problems) == (3, 0, [])
        dates = [here.record(device)["purchase_date"] for device in (one, two, three)]
        assert dates == ["2026-01-31", "2025-01-31", "2024-01-31"]
        again = await here.records.import_csv(text, dry_run=False)
        assert (again.stored, again.unchanged, here.stored()) == (0, 3, 3)
        assert here.record(one)["entered_by"] == "import"


async def test_one_line_that_cannot_be_leaves_everything_as_it_is(data_dir: Path) -> None:
    async with office(data_dir) as here:
        one = await here.laptop(host_name="laptop-1", system_serial="PF0AAA11")
        revoked = await here.laptop(host_name="laptop-9")
        await asyncio.to_thread(here.server.services.devices.revoke, revoked, reason="lost")
        head = "device_id,system_serial,host_name,phone\n"
        text = (
            f"{one},,,+919810012345\n"
            ",PF0AAA11,,+919810012345\n"
            ",canary,,+919810012345\n"
            f"{revoked},,,+919810012345\n"
            f"{UNKNOWN},,,canary\n"
        )
        done = await here.records.import_csv(head + text, dry_run=False)
        assert here.stored() == done.stored == 0
        assert [(problem.line, problem.sentence) for problem in done.problems] == [
            (3, "is about the same device as line 2"),
            (4, "matches no device by its system_serial"),
            (5, "matches no device in service by its device_id"),
            (6, "matches no device in service by its device_id"),
        ]
        text += ",,,+919810012345\ncanary,,,+919810012345\n"
        done = await here.records.import_csv(head + text, dry_run=False)
        assert [(problem.line, problem.sentence) for problem in done.problems] == [
            (7, "names no device"),
            (8, "has a device_id that is no UUID"),
        ]


async def test_a_claimed_name_neither_takes_a_record_over_nor_blocks_a_file(
    data_dir: Path,
) -> None:
    async with office(data_dir) as here:
        true = await here.laptop(host_name="laptop-1", system_serial="PF0AAA11")
        other = await here.laptop(host_name="laptop-2", system_serial="PF0BBB22")
        liar = await here.laptop(host_name="liar", system_serial="PF0AAA11")
        text = "system_serial,host_name,purchase_date\nPF0AAA11,,2026-01-31\nPF0BBB22,,2025-01-31\n"
        done = await here.records.import_csv(text, dry_run=False)
        assert (done.stored, done.problems) == (1, [])
        (conflict,) = done.conflicts
        assert conflict.line == 2
        assert conflict.sentence == "more than one device claims its system_serial"
        assert set(conflict.devices) == {true, liar}
        assert here.record(other)["purchase_date"] == "2025-01-31"
        # Two names that agree say more than one that is claimed.
        text = "system_serial,host_name,purchase_date\nPF0AAA11,laptop-1,2026-01-31\n"
        assert (await here.records.import_csv(text, dry_run=False)).stored == 1
        assert here.record(true)["purchase_date"] == "2026-01-31"
        text = "system_serial,host_name,purchase_date\nPF0AAA11,laptop-2,2024-01-31\n"
        done = await here.records.import_csv(text, dry_run=False)
        assert [one.sentence for one in done.conflicts] == [
            "its system_serial and host_name are not those of one device"
        ]
        assert here.record(liar) == {}


async def test_a_serial_that_was_anothers_before_is_a_conflict_and_a_retired_ones_is_not(
    data_dir: Path,
) -> None:
    async with office(data_dir) as here:
        run = Running(here.server, None, data_dir)  # type: ignore[arg-type]
        before = await run.laptop()
        async with before.streaming() as stream:
            for seq, serial in enumerate(("PF0AAA11", "PF0CCC33"), 1):
                await stream.send(seq, batch(here._redacted({"system_serial": serial})))
                await stream.acknowledged(seq)
        taker = await here.laptop(system_serial="PF0AAA11")
        text = "system_serial,purchase_date\nPF0AAA11,2026-01-31\n"
        done = await here.records.import_csv(text, dry_run=False)
        assert (done.stored, len(done.conflicts)) == (0, 1)
        device = UUID(bytes=before.answer.device_id)
        await asyncio.to_thread(here.server.services.devices.revoke, device, reason="lost")
        assert (await here.records.import_csv(text, dry_run=False)).stored == 1
        assert here.record(taker)["purchase_date"] == "2026-01-31"


async def test_many_newer_claims_of_a_serial_hide_no_older_one(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.records.matching._ASKED_MAX", 2)
    async with office(data_dir) as here:
        await here.laptop(system_serial="PF0AAA11")
        gone = await here.laptop(system_serial="PF0AAA11")
        await asyncio.to_thread(here.server.services.devices.revoke, gone, reason="lost")
        liar = await here.laptop(system_serial="PF0AAA11")
        text = "system_serial,purchase_date\nPF0AAA11,2026-01-31\n"
        done = await here.records.import_csv(text, dry_run=False)
        assert [(one.sentence, one.devices) for one in done.conflicts] == [
            ("too many devices have claimed its system_serial", (liar,))
        ]
        assert here.record(liar) == {}


async def test_a_name_that_a_laptop_has_no_more_does_not_match(data_dir: Path) -> None:
    async with office(data_dir) as here:
        await here.publish()  # a second version: what was stored under the first matches as well
        run = Running(here.server, None, data_dir)  # type: ignore[arg-type]
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            for seq, name in enumerate(("old-name", "new-name"), 1):
                await stream.send(seq, batch(here._redacted({"host_name": name})))
                await stream.acknowledged(seq)
        text = "host_name,purchase_date\n{},2026-01-31\n"
        old = await here.records.import_csv(text.format("old-name"), dry_run=False)
        new = await here.records.import_csv(text.format("new-name"), dry_run=False)
        assert (len(old.problems), new.stored) == (1, 1)


async def test_the_command_line_enters_imports_and_is_audited(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with office(data_dir) as here:
        device = await here.laptop(host_name="laptop-1")
        arguments = ["--email", "ada@example.com", "--purchase-date", "2026-01-31"]
        assert await here.command("device", "set", str(device), *arguments) == 0
        assert here.record(device)["entered_by"] == "api"
        assert await here.command("device", "set", str(device), *arguments, "--json") == 0
        assert json.loads(capsys.readouterr().out) == {"changed": False}
        assert await here.command("device", "set", str(device), "--email", "canary") == 1
        told = capsys.readouterr().err
        assert "email is not an e-mail address" in told
        assert "canary" not in told

        file = tmp_path / "records.csv"
        file.write_text(f"device_id,company\n{device},Example\n{UNKNOWN},Example\n")
        assert await here.command("device", "import", str(file)) == 1
        assert "line 3 matches no device" in capsys.readouterr().err
        file.write_text(f"device_id,company\n{device},Example\n")
        assert await here.command("device", "import", str(file), "--dry-run") == 0
        assert await here.command("device", "import", str(file)) == 0
        assert "1 of 1 lines stored" in capsys.readouterr().err
        assert await here.command("device", "clear", str(device)) == 0
        assert here.record(device) == {}
        entries = here.server.services.audit.page(limit=50).entries
        found = [(e.action, e.outcome, e.reason) for e in entries if "device." in e.action]
        assert ("device.record", "done", "set email, purchase_date") in found
        assert ("device.import", "done", _told("dry run: 1 lines, 0 changed, 0")) in found
        assert ("device.import", "refused", _told("2 lines, 0 changed, 1")) in found
        assert "ada@" not in repr(found)


def _told(beginning: str) -> str:
    return f"{beginning} not understood, 0 names that no device has, 0 in conflict"


async def test_what_was_stored_only_in_part_is_in_the_audit_trail(
    data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def is_stored(_: Placed) -> bool:
        return False

    async with office(data_dir) as here:
        device = await here.laptop(host_name="laptop-1")
        monkeypatch.setattr(Placed, "is_stored", is_stored)
        assert await here.command("device", "set", str(device), "--company", "Example") == 1
        file = tmp_path / "records.csv"
        file.write_text(f"device_id,company\n{device},Another\n")
        assert await here.command("device", "import", str(file)) == 1
        entries = here.server.services.audit.page(limit=50).entries
    told = {
        e.action: (e.outcome, e.reason)
        for e in entries
        if e.action in ("device.record", "device.import")
    }
    failed = ("failed", "the store failed; a part may have been stored")
    assert told == {"device.record": failed, "device.import": failed}
    capsys.readouterr()


async def test_whom_the_directory_knows_it_describes_and_the_policy_redacts_that_too(
    data_dir: Path,
) -> None:
    rules = dict.fromkeys(("user_name", "full_name", "company", "email", "phone"), "keep")
    async with office(data_dir) as here:
        people = here.server.services.scim.people
        enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
        made = people.create(
            {
                "userName": "ada",
                "displayName": "Ada Example",
                "emails": [{"value": "Ada@Example.com", "primary": True}],
                "phoneNumbers": [{"value": "no number"}],
                enterprise: {"organization": "Example Ltd"},
            }
        )
        people.create({"userName": "bo", "emails": [{"value": "bo@example.com"}]})
        device = await here.laptop(host_name="laptop-1")
        given = {"email": "ada@example.com", "company": "Old Ltd", "purchase_date": "2026-01-31"}
        await here.records.set(device, given, by="api")
        record = here.record(device)
        assert record["entered_by"] == "scim"
        assert record["purchase_date"] == "2026-01-31"
        for field in ("email", "full_name"):  # as the policy in force leaves them
            assert str(record[field]).startswith("pn:device_record.")
        assert "phone" not in record  # the directory's is none
        await here.publish(**rules)
        other = await here.laptop(host_name="laptop-2")
        await here.records.set(other, {"user_name": "ADA", "company": "Old Ltd"}, by="api")
        assert here.record(other)["company"] == "Example Ltd"
        assert here.record(other)["full_name"] == "Ada Example"
        for names in (
            {"user_name": "ada", "email": "bo@example.com"},  # not one person's
            {"user_name": "carol", "company": "Own Ltd"},
        ):
            third = await here.laptop(host_name="laptop-3")
            await here.records.set(third, names, by="api")
            assert here.record(third)["entered_by"] == "api"
        people.replace(str(made.resource["id"]), {"userName": "ada", "active": False}, version=None)
        fourth = await here.laptop(host_name="laptop-4")
        await here.records.set(fourth, {"user_name": "ada"}, by="console")
        assert here.record(fourth)["entered_by"] == "console"
