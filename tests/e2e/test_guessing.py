"""Who took one half of the keys confirms no guess, though the right value is in their list.

One real run: a laptop with 150 users and 80 interfaces, two epochs, the first destroyed at the end.
Whoever holds

  the laptop's disk      can compute tokens, and so confirm what that laptop itself spooled: values
                         it had in the clear anyway. No stored pseudonym, and so no other laptop's.
  the server's stores    (database, event store decrypted, logs, receipts, a backup; no `secrets/`)
                         can confirm nothing at all.
  both keys              confirms every right guess: the control that the attack itself works.
  what is left after a destruction    confirms nothing of that epoch; a backup of `secrets/` from
                         before still does, which is why the receipt's page speaks of backups.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from reticent_agent.policy.keys import KeyStore
from reticent_contract.catalog.model import Form
from reticent_contract.policy import default_policy_yaml
from reticent_contract.redact import second_half
from reticent_contract.redact.forms import canonical_form
from support import guessing
from support.canaries import Canary, plant
from support.deployment import Deployment, FailedError, run, wait_for
from support.guessing import Tokens

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket, pytest.mark.timeout(240)]

USERS = "person"
MACS = "network_interface.mac_address"
KEYS_TRIED = 300  # each with each
FORMS = {USERS: Form.USER, MACS: Form.MAC}


@dataclass(frozen=True, repr=False)
class Loot:
    """What the run left. `keys`: (fleet, server) by epoch, from before the destruction."""

    stored: Tokens
    laptop: bytes
    stores: bytes
    lying_about: list[bytes]
    keys: dict[int, tuple[bytes, bytes]]
    keys_left: set[int]
    laptop_epochs: dict[int, bytes]
    spooled: set[tuple[str, int, bytes]]
    candidates: dict[str, list[str]]
    true: dict[str, list[str]]
    sealed: list[str]  # as they are stored, and opened by the officer
    opened: list[str]
    serials: set[str]
    receipt_verifies: bool


@pytest.fixture(scope="module")
def loot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loot]:
    root = tmp_path_factory.mktemp("laptop")
    planted = plant(root)
    directory = tmp_path_factory.mktemp("run")
    with Deployment(directory, file_root=root) as deployment:
        data = ("--data", deployment.server_data)
        deployment.start()
        for table in ("user_account", "network_interface"):
            wait_for(table, partial(deployment.finds, f"table:{table}"), seconds=60)
        backup = guessing.files(deployment.server_data, without="secrets")
        rotated = json.loads(run("reticent_server.main", "keys", "rotate", "--json", *data))
        assert rotated == {"epoch": 2, "pushed": True}
        document = yaml.safe_load(default_policy_yaml())
        document["pseudonyms"]["epoch"] = 2
        document["version"] = 2
        officer = _officer(directory)
        document["seal"] = {"key": json.loads(officer)["public"]}
        document["tables"]["usb"]["fields"]["serial"] = "seal"
        document["tests"] = []  # they expect a pseudonym there
        (directory / "policy.yaml").write_text(yaml.safe_dump(document))
        run("reticent_server.main", "policy", "publish", directory / "policy.yaml", *data)
        wait_for("the new policy in force", lambda: _runs(deployment, 2), seconds=60)
        assert deployment.status()["error"] is None
        wait_for("rows of epoch 2", lambda: _has_epoch(deployment, 2), seconds=60)
        keys = _keys(deployment.server_data)
        receipt = wait_for("the receipt", lambda: _destroyed(deployment), seconds=60)
        verified = run("reticent_server.main", "keys", "verify-receipt", receipt, *data)
        wait_for("the laptop to forget", lambda: 1 not in _epochs(deployment), seconds=60)
        deployment.agent.stop()
        deployment.server.stop()
        rows = deployment.query("*", limit=0)
        sealed = [row for row in rows if str(row["fields"].get("serial")).startswith("sealed:")]
        yield Loot(
            stored=guessing.tokens_in(rows),
            laptop=guessing.files(deployment.agent_data),
            stores=b"\n".join(
                (
                    guessing.files(deployment.server_data, without="secrets"),
                    backup,
                    guessing.files(deployment.logs),
                    json.dumps(rows).encode(),
                )
            ),
            lying_about=_lying_about(deployment.server_data),
            keys=keys,
            keys_left=set(_keys(deployment.server_data)),
            laptop_epochs=dict(KeyStore(deployment.agent_data).load().epochs),
            spooled=guessing.spooled(deployment.agent_data),
            candidates=_candidates(planted),
            true={USERS: _values(planted, "user"), MACS: _values(planted, "mac")},
            sealed=[row["fields"]["serial"] for row in sealed],
            opened=_unsealed(directory, sealed),
            serials=set(_values(planted, "serial")),
            receipt_verifies=verified.startswith("valid: the keys of epoch 1"),
        )


def _officer(directory: Path) -> str:
    """Makes the privacy officer's pair, away from the server; what the command printed."""
    (directory / "passphrase").write_text("five random words make one")
    return run(
        *("reticent_server.main", "policy", "seal-key", "new", "--json"),
        *("--out", directory / "officer.key", "--passphrase-file", directory / "passphrase"),
    )


def _unsealed(directory: Path, rows: list[dict[str, Any]]) -> list[str]:
    """The serials of events, opened offline by the officer's key."""
    answer = run(
        *("reticent_server.main", "unseal", "--key", directory / "officer.key"),
        *("--passphrase-file", directory / "passphrase"),
        input_text="".join(json.dumps(row) + "\n" for row in rows),
    )
    return [json.loads(line)["fields"]["serial"] for line in answer.splitlines()]


def _destroyed(deployment: Deployment) -> str | None:
    """The receipt's path; None until the laptop has said that it runs the new policy."""
    try:
        return run(
            *(
                "reticent_server.main",
                "keys",
                "destroy",
                "1",
                "--reason",
                "retention is over",
                "--yes",
            ),
            *("--data", deployment.server_data),
        ).strip()
    except FailedError:
        return None


def _runs(deployment: Deployment, version: int) -> bool:
    return (deployment.status().get("policy") or {}).get("version") == version


def _has_epoch(deployment: Deployment, epoch: int) -> bool:
    rows = deployment.get("/api/v1/events", q="table:network_interface", limit=500)["events"]
    return (MACS, epoch) in guessing.tokens_in(rows)


def _epochs(deployment: Deployment) -> set[int]:
    return set(KeyStore(deployment.agent_data).load().epochs)


def _keys(server_data: Path) -> dict[int, tuple[bytes, bytes]]:
    secrets = server_data / "secrets"
    return {
        epoch: (
            (secrets / f"pseudonym-{epoch}.fleet.key").read_bytes(),
            (secrets / f"pseudonym-{epoch}.server.key").read_bytes(),
        )
        for epoch in (1, 2)
        if (secrets / f"pseudonym-{epoch}.fleet.key").exists()
    }


def _lying_about(server_data: Path) -> list[bytes]:
    """What a reader of the database would try as a key: every 32 bytes of its short values."""
    found: set[bytes] = set()
    database = sqlite3.connect(f"file:{server_data / 'control.db'}?mode=ro", uri=True)
    try:
        names = [
            n for (n,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for name in names:
            for row in database.execute(f'SELECT * FROM "{name}"'):
                for value in row:
                    data = value.encode() if isinstance(value, str) else value
                    if isinstance(data, bytes) and len(data) <= 160:
                        found.update(guessing.keys_in(data))
    finally:
        database.close()
    return sorted(found)[:: max(1, len(found) // KEYS_TRIED)]


def _values(planted: list[Canary], kind: str) -> list[str]:
    return [canary.value for canary in planted if canary.kind == kind]


def _candidates(planted: list[Canary]) -> dict[str, list[str]]:
    """10,000 user names, and all 65,536 MACs that share the first four bytes of a true one."""
    users = _values(planted, "user")
    known = _values(planted, "mac")[0][:11]
    return {
        USERS: [*users, *(f"decoy{n:05d}" for n in range(10_000 - len(users)))],
        MACS: [f"{known}:{n >> 8:02x}:{n & 255:02x}" for n in range(65_536)],
    }


def _confirmed(
    loot: Loot, domain: str, epoch: int, *, fleet_key: bytes, server_key: bytes
) -> list[str]:
    made = guessing.fleet_tokens(
        loot.candidates[domain], FORMS[domain], domain=domain, epoch=epoch, fleet_key=fleet_key
    )
    stored = loot.stored[domain, epoch]
    halves = {second_half(server_key, domain, epoch, token): name for token, name in made.items()}
    return sorted(name for token, name in halves.items() if token in stored)


CASES = [(domain, epoch) for domain in FORMS for epoch in (1, 2)]


@pytest.mark.parametrize(("domain", "epoch"), CASES)
def test_with_both_keys_exactly_the_right_guesses_are_confirmed(
    loot: Loot, domain: str, epoch: int
) -> None:
    fleet_key, server_key = loot.keys[epoch]
    found = _confirmed(loot, domain, epoch, fleet_key=fleet_key, server_key=server_key)
    right = set(loot.true[domain]) & set(loot.candidates[domain])
    assert len(found) >= 1
    assert set(found) == right, "the list names others, or misses some"


@pytest.mark.parametrize(("domain", "epoch"), CASES)
def test_no_unkeyed_hash_of_any_candidate_is_stored(loot: Loot, domain: str, epoch: int) -> None:
    stored = loot.stored[domain, epoch]
    made = guessing.unkeyed(loot.candidates[domain], FORMS[domain], domain)
    assert not any(token in stored for _, token in made)


@pytest.mark.parametrize("domain", FORMS)
def test_a_laptops_disk_confirms_no_stored_pseudonym(loot: Loot, domain: str) -> None:
    """Its fleet key makes every candidate's token; no 32 bytes on it are the server's half."""
    stored = loot.stored[domain, 2]
    made = guessing.fleet_tokens(
        loot.candidates[domain],
        FORMS[domain],
        domain=domain,
        epoch=2,
        fleet_key=loot.laptop_epochs[2],
    )
    assert not stored & set(made)
    guessed_right = _token_of_a_true_value(loot, domain)
    assert len(loot.laptop) > 100_000
    assert not guessing.confirms_with_a_key_of(
        loot.laptop, token=guessed_right, domain=domain, epoch=2, stored=stored
    )
    control = loot.laptop + loot.keys[2][1].hex().encode()
    assert guessing.confirms_with_a_key_of(
        control, token=guessed_right, domain=domain, epoch=2, stored=stored
    ), "the search would not even find the key"


def _token_of_a_true_value(loot: Loot, domain: str) -> bytes:
    (token,) = guessing.fleet_tokens(
        loot.true[domain][:1], FORMS[domain], domain=domain, epoch=2, fleet_key=loot.keys[2][0]
    )
    return token


def test_a_laptops_disk_holds_no_half_of_the_servers(loot: Loot) -> None:
    assert guessing.holds(loot.laptop, loot.keys[2][0]), "its own half is there: a control"
    for _, server_key in loot.keys.values():
        assert not guessing.holds(loot.laptop, server_key)


def test_what_a_laptops_disk_does_give_away_is_its_own_spool(loot: Loot) -> None:
    """Not protected, and said so: tokens of values that this very laptop has in the clear."""
    for domain, form in FORMS.items():
        made = guessing.fleet_tokens(
            loot.candidates[domain], form, domain=domain, epoch=2, fleet_key=loot.laptop_epochs[2]
        )
        spooled = {token for d, e, token in loot.spooled if (d, e) == (domain, 2)}
        confirmed = {name for token, name in made.items() if token in spooled}
        assert confirmed
        assert confirmed <= set(loot.true[domain])


@pytest.mark.parametrize(("domain", "epoch"), CASES)
def test_the_servers_stores_and_their_backup_confirm_nothing(
    loot: Loot, domain: str, epoch: int
) -> None:
    """Neither half stands in them in any form, and whatever keys they do hold make no pseudonym."""
    for key in loot.keys[epoch]:
        assert not guessing.holds(loot.stores, key)
    canonical = canonical_form(FORMS[domain], loot.true[domain][0])
    assert canonical is not None
    stored = loot.stored[domain, epoch]
    assert len(loot.lying_about) > 100
    assert not guessing.confirms_as_both_keys(
        loot.lying_about, canonical, domain=domain, epoch=epoch, stored=stored
    )
    control = [*loot.lying_about[:5], *loot.keys[epoch]]
    assert guessing.confirms_as_both_keys(
        control, canonical, domain=domain, epoch=epoch, stored=stored
    ), "the attack would not even work with the keys"


def test_after_its_destruction_an_epoch_is_confirmed_by_nothing_that_is_left(loot: Loot) -> None:
    assert loot.receipt_verifies
    assert loot.keys_left == {2}
    assert set(loot.laptop_epochs) == {2}
    assert not guessing.holds(loot.laptop, loot.keys[1][0])
    fleet_key, server_key = loot.keys[2]
    for domain in FORMS:
        assert (domain, 1) in loot.stored
        assert _confirmed(loot, domain, 1, fleet_key=fleet_key, server_key=server_key) == []


def test_sealed_values_are_opened_by_the_officer_alone_and_never_look_equal(loot: Loot) -> None:
    assert len(loot.opened) == len(loot.sealed) >= 100
    assert set(loot.opened) <= loot.serials
    assert len(set(loot.sealed)) == len(loot.sealed)
    for place in (loot.stores, loot.laptop):
        assert not any(serial.encode() in place for serial in loot.serials)
