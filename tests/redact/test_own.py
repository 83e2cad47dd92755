"""What a laptop knows of itself: what is learned, how it is found, what is left alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random
from uuid import UUID

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Catalog, Form
from reticent_contract.limits import OWN_IDENTIFIERS_MAX
from reticent_contract.redact import KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.redact.findings import findings
from reticent_contract.redact.own_matcher import Identity, OwnMatcher
from reticent_contract.redact.tokens import find_tokens
from reticent_contract.rows import Row


def _found(own: OwnIdentifiers, text: str) -> list[str]:
    matcher = own.matcher()
    data = text.encode()
    return [] if matcher is None else [data[s:e].decode() for s, e, _ in matcher.find(data)]


@pytest.fixture
def own() -> OwnIdentifiers:
    known = OwnIdentifiers(CATALOG)
    known.learn(
        Row(
            "host",
            "snapshot",
            0,
            {
                "host_name": "kestrel-7.corp.example",
                "system_serial": "PF3X9Z1K",
                "chassis_serial": "C02XL",
                "hardware_uuid": "4C4C4544-0042-3510-8051-B9C04F4A4D32",
                "vendor": "LENOVO",
            },
        )
    )
    known.learn(Row("network_interface", "snapshot", 0, {"mac_address": "02:1a:2b:3c:4d:5e"}))
    known.learn(
        Row(
            "user_account",
            "snapshot",
            0,
            {
                "user_name": "CORP\\zo\u00eb.k",
                "full_name": "Zo\u00eb Krol",
                "work_phone": "+49 30 1234567",
            },
        )
    )
    return known


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on KESTREL-7.corp.example.", ["KESTREL-7.corp.example"]),
        ("on kestrel-7: up", ["kestrel-7"]),
        ("xkestrel-7 kestrel-77", []),
        ("sn PF3X9Z1K,pf3x9z1k", ["PF3X9Z1K", "pf3x9z1k"]),
        ("ID_SERIAL=XPF3X9Z1KX", ["PF3X9Z1K"]),
        ("C02XL C02XLM", ["C02XL"]),
        (
            "021a2b3c4d5e 02-1A-2B-3C-4D-5E 021a.2b3c.4d5e enx021a2b3c4d5e",
            ["021a2b3c4d5e", "02-1A-2B-3C-4D-5E", "021a.2b3c.4d5e", "021a2b3c4d5e"],
        ),
        ("{4c4c4544-0042-3510-8051-b9c04f4a4d32}", ["4c4c4544-0042-3510-8051-b9c04f4a4d32"]),
        ("44454c4c-4200-1035-8051-b9c04f4a4d32", ["44454c4c-4200-1035-8051-b9c04f4a4d32"]),
        ("zo\u00eb.k zo\u00eb.k\tZO\u00cb.K", ["zo\u00eb.k", "zo\u00eb.k", "ZO\u00cb.K"]),
        ("by Zo\u00eb  Krol", ["Zo\u00eb  Krol"]),
        ("by Zo\u00eb\t.Krol", ["Zo\u00eb\t.Krol"]),
        ("tel +49 (30) 1234567", ["+49 (30) 1234567"]),
        ("made by LENOVO", []),
        ("", []),
    ],
    ids=range(15),
)
def test_own_identifiers_are_found_in_every_spelling(
    own: OwnIdentifiers, text: str, found: list[str]
) -> None:
    assert sorted(_found(own, text)) == sorted(found)


@pytest.mark.parametrize(
    "spelled",
    [
        "+49 (30) 1234567",
        "0049 30 1234567",
        "49301234567",
        "(+49) 30 1234567",
        "030 1234567",
        "030/1234567",
        "301234567",
    ],
)
def test_an_own_phone_has_the_pseudonym_of_its_field_however_it_is_dialled(
    own: OwnIdentifiers, spelled: str
) -> None:
    for text in (f"call {spelled} now", spelled, f"1,{spelled},2", f"\u201c{spelled}\u201d"):
        (found,) = findings(text, own=own)
        assert (found.detector, text[found.start : found.end]) == ("own", spelled)
        matcher = own.matcher()
        assert matcher is not None
        assert {i.canonical for _, _, i in matcher.find(text.encode())} == {"+49301234567"}
    within = "".join(c for c in spelled if c.isdigit())
    assert _found(own, f"7{within} {within}7") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at 2:1a:2b:3c:4d:5e on en0", ["2:1a:2b:3c:4d:5e"]),
        ("ether 2:1A:2b:3c:4d:5E", ["2:1A:2b:3c:4d:5E"]),
        ("12:1a:2b:3c:4d:5e", []),
        ("2:1a:2b:3c:4d:5e1", []),
    ],
)
def test_an_own_mac_is_found_without_its_leading_zeros(
    own: OwnIdentifiers, text: str, found: list[str]
) -> None:
    assert _found(own, text) == found


def test_macs_that_differ_in_where_zeros_were_left_out_stay_apart() -> None:
    own = OwnIdentifiers(CATALOG)
    addresses = ("01:12:aa:bb:cc:dd", "11:02:aa:bb:cc:dd")
    for mac in addresses:
        own.learn(Row("network_interface", "snapshot", 0, {"mac_address": mac}))
    matcher = own.matcher()
    assert matcher is not None
    spelled = b"1:12:aa:bb:cc:dd 11:2:aa:bb:cc:dd"
    told = [identity.canonical for _, _, identity in matcher.find(spelled)]
    assert told == [mac.replace(":", "") for mac in addresses]


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("user_account", "user_name", "root"),
        ("user_account", "user_name", "www-data"),
        ("user_account", "user_name", "li"),
        ("user_account", "user_name", "test"),
        ("user_account", "full_name", "root"),
        ("host", "host_name", "localhost"),
        ("host", "host_name", "localhost.localdomain"),
        ("host", "host_name", "ubuntu"),
        ("host", "system_serial", "Default string"),
        ("host", "system_serial", "To Be Filled By O.E.M."),
        ("host", "system_serial", "0000000000"),
        ("host", "system_serial", "N/A"),
        ("host", "hardware_uuid", "00000000-0000-0000-0000-000000000000"),
        ("network_interface", "mac_address", "00:00:00:00:00:00"),
        ("network_interface", "name", "eth0"),
        ("os", "version", "22.04"),
        ("nowhere", "user_name", "someone"),
        ("host", "nothing", "someone"),
    ],
)
def test_what_names_nobody_is_not_learned(table: str, field: str, value: str) -> None:
    own = OwnIdentifiers(CATALOG)
    assert not own.learn(Row(table, "snapshot", 0, {field: value}))
    assert own.matcher() is None


def test_only_people_who_did_log_on_are_learned_from_sessions() -> None:
    own = OwnIdentifiers(CATALOG)
    assert not own.learn(Row("session", "failed_logon", 0, {"user_name": "kernelx"}))
    assert own.learn(Row("session", "logon", 0, {"user_name": "anna.k"}))
    assert not own.learn(Row("session", "logon", 0, {"user_name": "ANNA.K"}))
    assert _found(own, "anna.k kernelx") == ["anna.k"]


def test_a_plan_sees_what_is_learned_after_it_was_compiled(
    policy_of: Callable[..., object], catalog: Catalog, keys: KeyRing
) -> None:
    own = OwnIdentifiers(catalog)
    plan: Plan = compile_plan(
        policy_of({"message": "scan"}),  # type: ignore[arg-type]  # the fixture's type is a Callable
        catalog=catalog,
        keys=keys,
        own=own,
    )
    row = Row("lab", "snapshot", 0, {"message": "sn PF3X9Z1K"})

    def text() -> object:
        redacted = plan.redact(row)
        assert redacted is not None
        return redacted.values["message"]

    assert text() == "sn PF3X9Z1K"
    own.learn(Row("lab", "snapshot", 0, {"serial": "PF3X9Z1K"}))
    assert text() == "sn <own>"


def test_the_number_of_identifiers_is_bounded_and_says_so(catalog: Catalog) -> None:
    own = OwnIdentifiers(catalog, entries_max=3)
    learned = [own.learn(Row("lab", "snapshot", 0, {"serial": f"SERIAL{i}"})) for i in range(5)]
    assert learned == [True, True, True, False, False]
    assert own.is_full
    assert "SERIAL" not in repr(own)


def test_the_default_bound_still_compiles_and_matches(catalog: Catalog) -> None:
    own = OwnIdentifiers(catalog)
    while not own.is_full:
        i = len(own._identities)
        own.learn(Row("lab", "snapshot", 0, {"serial": f"SERIAL{i:05d}X"}))
    assert _found(own, "a SERIAL00002X b") == ["SERIAL00002X"]


def test_learning_and_matching_from_many_threads_agree(catalog: Catalog) -> None:
    own = OwnIdentifiers(catalog)
    missed: list[int] = []

    def work(worker: int) -> None:
        for i in range(20):
            value = f"SN{worker:02d}{i:04d}X"
            own.learn(Row("lab", "snapshot", 0, {"serial": value}))
            if value not in _found(own, f"x {value} y"):
                missed.append(worker)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not missed


def test_a_short_host_name_in_a_log_has_the_pseudonym_of_the_whole_one(
    plan_of: Callable[..., Plan],
) -> None:
    rules = {"host_name": "pseudonymise", "message": {"scan": {"own": "pseudonymise"}}}
    name = "kestrel-7.corp.example"
    plan = plan_of(rules, own={"host_name": name})
    lines = ["kestrel-7 up", "Kestrel-7.CORP.example up"]
    texts = []
    for line in lines:
        row = plan.redact(Row("lab", "snapshot", 0, {"host_name": name, "message": line}))
        assert row is not None
        (found,) = find_tokens(str(row.values["message"]))
        texts.append(found)
        assert found[2] == row.values["host_name"].token  # type: ignore[union-attr]
    assert texts[0] == texts[1]


def test_a_domain_is_learned_whole_and_not_by_its_first_word() -> None:
    own = OwnIdentifiers(CATALOG)
    own.learn(Row("host", "snapshot", 0, {"domain_name": "harbour.example"}))
    assert _found(own, "harbour harbour.example") == ["harbour.example"]


@pytest.mark.parametrize(
    ("learned", "text"),
    [
        ("naa.5002538e40b1b1b1", "wwn-0x5002538e40b1b1b1-part1"),
        ("naa.5002538e40b1b1b1", "ata1: WWN 5-002538-e40b1b1b1"),
        ("naa.5002538e40b1b1b1", "LU WWN Device Id: 5 002538 e40b1b1b1"),
        ("naa.5002538e40b1b1b1", "scsi-35002538E40B1B1B1"),
        ("naa.5002538e40b1b1b1", "id naa.5002538e40b1b1b1"),
        ("0x5002538e40b1b1b1", "id naa.5002538e40b1b1b1"),
        ("eui.0025385b71b0e5a1", "nvme-eui.0025385b71b0e5a1"),
        ("eui.0025385b71b0e5a1", "IEEE EUI-64: 002538 5b71b0e5a1"),
        ("eui.000000000000000100a0752044d1e2f3", "nvme-eui.000000000000000100a0752044d1e2f3"),
    ],
    ids=range(9),
)
def test_a_disks_wwid_is_found_in_every_spelling_and_has_one_pseudonym(
    learned: str, text: str
) -> None:
    own = OwnIdentifiers(CATALOG)
    own.learn(Row("disk", "snapshot", 0, {"wwid": learned}))
    matcher = own.matcher()
    assert matcher is not None
    data = text.encode()
    ((start, end, identity),) = matcher.find(data)
    digits = "".join(c for c in data[start:end].decode().lower() if c.isalnum())
    assert digits.endswith(learned.lower().removeprefix("naa.").removeprefix("eui.")[2:])
    assert (identity.table, identity.field) == ("disk", "wwid")
    assert identity.canonical.lower() == learned


def test_a_wwid_that_is_no_number_is_found_as_it_is_written() -> None:
    own = OwnIdentifiers(CATALOG)
    own.learn(Row("disk", "snapshot", 0, {"wwid": "t10.ATA     ACME S1D5NSAF123456"}))
    assert _found(own, "x t10.ATA ACME S1D5NSAF123456 y") == ["t10.ATA ACME S1D5NSAF123456"]


@pytest.mark.parametrize("form", [Form.MAC, Form.UUID, Form.SERIAL])
def test_as_many_as_are_remembered_are_found(form: Form) -> None:
    random = Random("many")
    values = {
        Form.MAC: lambda: f"{random.getrandbits(48):012x}",
        Form.UUID: lambda: str(UUID(int=random.getrandbits(128))),
        Form.SERIAL: lambda: f"{random.getrandbits(56):014X}",
    }
    known = [values[form]() for _ in range(OWN_IDENTIFIERS_MAX)]
    matcher = OwnMatcher(tuple(Identity("t", "f", form, value, value) for value in known))
    for value in known[:: OWN_IDENTIFIERS_MAX // 64]:
        assert len(matcher.find(f"of {value} here".encode())) == 1
