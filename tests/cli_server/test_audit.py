"""`reticent-server audit`, in this process and without a server; and what other commands record."""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from reticent_contract.policy import default_policy_yaml
from reticent_server.audit import AuditService
from reticent_server.audit.chain import Record
from reticent_server.auth import AccountService, Role
from reticent_server.auth.passwords import Passwords
from reticent_server.auth.tokens import local_caller
from reticent_server.ca.issuing import key_pem, pem_of
from reticent_server.commands.checks import check_trail
from reticent_server.commands.stores import approvals_of, control_of
from reticent_server.config import ServerConfig
from reticent_server.main import main, parser_of
from support.approvals import person, subject
from support.authorities import corporate

CHEAP = Passwords(time_cost=1, memory_kib=64)
PASSWORD = "seven wet horses run"
Run = Callable[..., tuple[int, str, str]]
_HAS_A_SERVER = "asks the running server, which records it"
_NO_STORE = "reads files that it is given, no store"
_NO_PERSON = "policies, keys, tokens and roles: no personal data"
DEVICE_COMMANDS = [
    "set",
    "clear",
    "import",
    "list",
    "approve",
    "refuse",
    "retire",
    "new-key",
    "pause",
    "resume",
    "asked",
    "group",
    "erase",
    "diagnostics",
    "facts",
    "uninstall",
]
REQUEST_COMMANDS = ["open", "list", "show", "run", "answer", "extend", "refuse", "close"]
EXEMPT = {
    "run": "starts the server, which records by itself",
    "demo": "is a server",
    "export": _HAS_A_SERVER,
    "approval list": "what was asked for, and by whom; its text is not in it",
    "doctor": "shows states and counts",
    "unseal": _NO_STORE,
    "support-bundle make": "test_support_bundle looks for its entry",
    "support-bundle seal": "likewise",
    **dict.fromkeys((f"device {name}" for name in DEVICE_COMMANDS), _HAS_A_SERVER),
    **dict.fromkeys((f"request {name}" for name in REQUEST_COMMANDS), _HAS_A_SERVER),
    "keys list": _NO_PERSON,
    "ca show": _NO_PERSON,
    "keys verify-receipt": _NO_STORE,
    "token list": _NO_PERSON,
    "audit key": _NO_PERSON,
    "role list": _NO_PERSON,
    "role show": _NO_PERSON,
    "audit verify": "shows row numbers",
    **dict.fromkeys(
        (
            f"policy {name}"
            for name in ("show", "diff", "explain", "history", "lint", "schema", "test", "try")
        ),
        _NO_PERSON,
    ),
    "policy sign": _NO_STORE,
    "policy verify": _NO_STORE,
    "policy seal-key": _NO_STORE,
}


@pytest.fixture
def data(tmp_path: Path, initialised: Path) -> Path:
    shutil.copytree(initialised, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def newest(data: Path) -> Record:
    with control_of(data) as control:
        return AuditService(control).page(limit=1).entries[0]


def by_hand(data: Path, statement: str) -> None:
    db = sqlite3.connect(data / "control.db", isolation_level=None)
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    db.execute(statement)
    for _, sql in triggers:
        db.execute(sql)
    db.close()


def asked(data: Path) -> str:
    """A request that an account made."""
    with control_of(data) as control:
        approvals = approvals_of(control, ServerConfig(data_dir=data))
        made = approvals.ask(subject(), reason="audit of May", caller=person(7))
    return str(made.request_id)


def commands() -> set[str]:
    found: set[str] = set()
    for top in parser_of()._subparsers._group_actions:  # type: ignore[union-attr]
        for name, parser in top.choices.items():  # type: ignore[union-attr]
            inner = [
                action.choices
                for action in parser._actions
                if isinstance(action, argparse._SubParsersAction)
            ]
            found.update(f"{name} {one}" for one in inner[0]) if inner else found.add(name)
    return found


def test_every_command_that_opens_the_stores_leaves_its_entry(
    data: Path, run: Run, tmp_path: Path
) -> None:
    recorded: set[str] = set()

    def leaves(action: str, about: str, *arguments: object) -> None:
        code, _, err = run(*arguments, "--data", data)
        assert code == 0, err
        entry = newest(data)
        assert (entry.actor, entry.action, entry.outcome) == ("local", action, "done"), arguments
        assert about in entry.object, arguments
        assert entry.source_address.startswith("this machine, uid "), arguments
        name = str(arguments[0])
        recorded.add(name if name in ("query", "init") else f"{name} {arguments[1]}")

    leaves("account.create", "account ada", "init", "--administrator", "ada")
    leaves("account.create", "account bo, analyst", "user", "add", "bo", "--role", "analyst")
    leaves("account.password", "account bo", "user", "password", "bo")
    leaves("role.create", "role keys: read:keys", "role", "add", "keys", "--scope", "read:keys")
    leaves("role.change", "read:metrics", "role", "change", "keys", "--scope", "read:metrics")
    leaves("account.roles", "analyst to keys", "user", "roles", "bo", "--role", "keys")
    leaves("account.list", "account bo", "user", "roles", "bo")
    leaves("role.remove", "role keys", "role", "remove", "keys")
    with control_of(data) as control:
        accounts = AccountService(control, passwords=CHEAP, key=bytes(32))
        accounts.create("cy", role=Role.ANALYST, password=PASSWORD, must_change=False)
        number = accounts.number_of("cy")
        offer = accounts.second_factor.offer(number, "cy")
        code = TOTP(base64.b32decode(offer.secret), 6, SHA1(), 30).generate(int(time.time()))
        accounts.second_factor.confirm(number, code.decode())
    leaves("account.view", "account cy, sessions", "user", "sessions", "cy")
    leaves("session.end", "account cy, all sessions", "user", "sessions", "cy", "--all")
    leaves("account.factor", "account cy, removed", "user", "reset-factor", "cy")
    leaves("account.unlock", "account cy", "user", "unlock", "cy")
    leaves("account.disable", "account bo", "user", "disable", "bo")
    leaves("account.list", "accounts", "user", "list")
    leaves("enrolment_token.create", "group lab", "token", "create", "--group", "lab")
    safe = ("--passphrase-file", tmp_path / "passphrase")
    safe[1].write_text("a long passphrase")
    leaves("ca.export_root", "still here", "ca", "export-root", tmp_path / "root.pem", *safe)
    leaves("ca.renew", "one of before trusted", "ca", "renew")
    leaves("ca.renew_root", "beside the one of before", "ca", "renew-root")
    leaves("ca.drop_root", "alone", "ca", "drop-root", "--force")
    token_id = json.loads(run("token", "list", "--json", "--data", data)[1])[0]["token_id"]
    leaves("enrolment_token.revoke", token_id, "token", "revoke", token_id)
    given = corporate()
    (tmp_path / "chain.pem").write_bytes(pem_of(given.chain))
    (tmp_path / "key.pem").write_bytes(key_pem(given.key))
    brought = (tmp_path / "chain.pem", "--key", tmp_path / "key.pem")
    leaves("ca.import", "SHA-256", "ca", "import", *brought)
    leaves("keys.rotate", "epoch 2", "keys", "rotate")
    leaves("keys.destroy", "epoch 2", "keys", "destroy", 2, "--reason", "over", "--yes")
    file = tmp_path / "policy.yaml"
    file.write_text(default_policy_yaml().replace("version: 1\n", "version: 2\n"))
    leaves("policy.publish", "policy default 2", "policy", "publish", file, "--share", "50%")
    leaves("policy.rollout", "policy default 2", "policy", "rollout", "default", "--share", "100%")
    leaves("policy.rollback", "policy default 3", "policy", "rollback", "default", "--to", 1)
    request = asked(data)
    leaves("approval.view", "events.export", "approval", "show", request)
    leaves("approval.approve", "events.export", "approval", "approve", request)
    leaves("approval.withdraw", "events.export", "approval", "withdraw", request)
    leaves("approval.refuse", "events.export", "approval", "refuse", asked(data))
    leaves("audit.view", "actor", "audit", "list", "--actor", "eve")
    leaves("audit.export", "as csv: since", "audit", "export", "--format", "csv", "--since", "1d")
    leaves("audit.accept", "0 problems", "audit", "accept", "--reason", "none")
    recorded.add("query")  # its engine stays in the process; `test_commands` has it
    assert recorded & set(EXEMPT) == set()
    assert commands() == recorded | set(EXEMPT)


def test_the_first_entry_is_that_of_init(initialised: Path) -> None:
    with control_of(initialised) as control:
        first = AuditService(control).page(limit=500).entries[-1]
    assert (first.number, first.actor, first.action) == (1, "local", "server.init")


def test_init_tells_the_key_by_which_an_export_is_verified_on_another_machine(
    data: Path, run: Run, tmp_path: Path
) -> None:
    key = json.loads(run("init", "--data", data, "--json")[1])["audit_public_key"]
    assert run("audit", "key", "--data", data)[1].strip() == key
    file = tmp_path / "audit.jsonl"
    file.write_text(run("audit", "export", "--data", data)[1])
    shutil.rmtree(data)
    code, out, err = run("audit", "verify", file, "--key", key)
    assert (code, out.startswith("whole: "), err) == (0, True, "")
    code, _, err = run("audit", "verify", file)
    assert code == 0
    assert f"by the key {key}, which the file itself names" in err
    code, out, _ = run("audit", "verify", file, "--key", "00" * 32)
    assert code == 3
    assert "not signed by the given key" in out
    assert run("audit", "verify", file, "--key", "xyz")[0] == 1


def test_what_was_changed_is_named_with_exit_code_3(data: Path, run: Run) -> None:
    for _ in range(3):
        run("audit", "list", "--data", data)
    run("audit", "export", "--data", data)
    by_hand(data, "UPDATE audit_entry SET actor = 'eve' WHERE number = 3")
    code, out, _ = run("audit", "verify", "--data", data)
    assert code == 3
    assert out.splitlines()[0] == "altered: row 3 is not as it was written"
    code, out, _ = run("audit", "verify", "--data", data, "--json")
    assert (code, json.loads(out)["problems"][0]["number"]) == (3, 3)
    check = check_trail(ServerConfig(data_dir=data))
    assert check.state == "bad"
    assert "row 3 is not as it was written" in check.found
    code, _, err = run("audit", "accept", "--reason", "a test", "--data", data)
    assert (code, "1 problem accepted" in err) == (0, True)
    code, out, _ = run("audit", "verify", "--data", data)
    assert code == 0
    assert "row 3 is not as it was written (accepted by an administrator)" in out


def test_a_tail_that_was_cut_off_shows_by_a_file_kept_elsewhere(
    data: Path, run: Run, tmp_path: Path
) -> None:
    run("audit", "export", "--data", data)
    kept = shutil.copy(data / "audit" / "checkpoints.jsonl", tmp_path / "kept.jsonl")
    by_hand(data, "DELETE FROM audit_entry WHERE number > 1")
    by_hand(data, "DELETE FROM audit_checkpoint")
    (data / "audit" / "checkpoints.jsonl").unlink()
    assert run("audit", "verify", "--data", data)[0] == 0  # whoever has both can do that
    code, out, _ = run("audit", "verify", "--data", data, "--checkpoints", kept)
    assert code == 3
    assert "the end was cut off" in out
    assert run("audit", "verify", "--data", data, "--checkpoints", tmp_path / "none")[0] == 1


def test_the_command_line_is_no_second_person_for_itself(data: Path, run: Run) -> None:
    with control_of(data) as control:
        approvals = approvals_of(control, ServerConfig(data_dir=data))
        own = approvals.ask(subject(), reason="x", caller=local_caller()).request_id
    code, _, err = run("approval", "approve", own, "--data", data)
    assert (code, "nobody decides on their own request" in err) == (1, True)
    assert newest(data).outcome == "refused"
    code, out, _ = run("approval", "list", "--waiting", "--json", "--data", data)
    assert (code, [one["mine"] for one in json.loads(out)]) == (0, [True])
    code, out, _ = run("approval", "list", "--data", data)
    assert (code, str(own) in out, "waiting" in out) == (0, True, True)


def test_a_policy_that_reveals_more_is_recorded_with_its_reason(
    data: Path, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(
        "extends: default\nlooser: [user_account.full_name]\n"
        "tables: {user_account: {fields: {full_name: keep}}}\n"
    )
    publish = (
        "policy",
        "publish",
        file,
        "--group",
        "lab",
        "--despite-lint",
        "x",
        "--yes",
        "--data",
        data,
    )
    assert run(*publish, "--reason", "the council agreed")[0] == 0
    with control_of(data) as control:
        entries = AuditService(control).page(limit=3).entries
    assert [entry.action for entry in entries] == ["policy.publish", "approval.use", "approval.ask"]
    assert entries[1].reason == "the council agreed"
    assert entries[1].actor == "local"
    assert "no second person" in entries[1].object
