"""`reticent-server role` and `user roles`."""

from __future__ import annotations

from pathlib import Path

import pytest
from reticent_server.audit import AuditService
from reticent_server.auth import AccountService
from reticent_server.commands.stores import control_of
from support.console_site import cli


@pytest.fixture
def data(tmp_path: Path) -> Path:
    done = cli("init", "--data", tmp_path / "s", "--administrator", "root", "--json")
    assert done.code == 0, done.err
    return tmp_path / "s"


def test_a_role_is_made_given_changed_and_removed(data: Path) -> None:
    place = ("--data", data)
    limits = ("--group", "lab", "--column", "session", "--column", "host.host_name")
    made = cli("role", "add", "lab", "--scope", "read:events", *limits, *place, "--json")
    assert made.code == 0, made.err
    assert made.json["groups"] == ["lab"]
    assert made.json["columns"] == ["host.host_name", "session"]
    added = cli("user", "add", "eve", "--role", "lab", "--role", "deployer", *place, "--json")
    assert added.json["roles"] == ["deployer", "lab"]
    assert cli("user", "roles", "eve", "--role", "lab", *place).out == "lab\n"
    shown = cli("role", "show", "lab", *place).out
    assert "groups: lab\n" in shown
    assert "search what laptops sent" in shown
    changed = cli("role", "change", "lab", "--scope", "read:devices", *place, "--json")
    assert (changed.json["scopes"], changed.json["groups"]) == (["read:devices"], None)
    listed = cli("role", "list", *place, "--json").json
    assert [one["name"] for one in listed if not one["builtin"]] == ["lab"]
    assert cli("role", "remove", "lab", *place).code == 0
    assert cli("user", "roles", "eve", *place).out == "none\n"
    with control_of(data) as control:
        entries = AuditService(control).page(limit=50).entries
        actions = [entry.action for entry in reversed(entries)]
        assert AccountService(control).get("eve") is not None
    wanted = [
        "account.create",
        "role.create",
        "account.create",
        "account.roles",
        "role.change",
        "role.remove",
    ]
    assert [action for action in actions if action in wanted] == wanted


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("role", "add", "lab", "--scope", "read:minds"), "unknown scope"),
        (("role", "change", "analyst", "--scope", "read:events"), "built in"),
        (("role", "show", "nothing"), "no such role"),
        (("user", "add", "eve", "--role", "nothing"), "no role 'nothing'"),
        (("user", "roles", "root", "--none"), "last administrator"),
        (("user", "roles", "nobody", "--role", "analyst"), "no such account"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    data: Path, arguments: tuple[str, ...], why: str
) -> None:
    done = cli(*arguments, "--data", data)
    assert done.code == 1
    assert why in done.err
    assert cli("user", "roles", "root", "--data", data).out == "administrator\n"
