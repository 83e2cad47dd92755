"""`reticent-server user` on sessions, locks and second factors, also beside a running server."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from reticent_server.audit import AuditService
from reticent_server.auth import AccountService, Role
from reticent_server.auth.errors import NotLoggedOnError, ThrottledError
from reticent_server.auth.passwords import Passwords
from reticent_server.commands.stores import control_of
from support.console_app import PASSWORD
from support.console_site import cli

HOME = "192.0.2.7"
CHEAP = Passwords(time_cost=1, memory_kib=64)


def test_sessions_are_listed_and_ended(data_dir: Path) -> None:
    with control_of(data_dir) as control:
        accounts = AccountService(control, passwords=CHEAP)
        accounts.create("ada", role=Role.ANALYST, password=PASSWORD, must_change=False)
        tokens = [accounts.log_on("ada", PASSWORD, address=HOME).token for _ in range(3)]
        listed = cli("user", "sessions", "Ada", "--data", data_dir, "--json").json
        assert [row["network"] for row in listed] == ["192.0.2.0/24"] * 3
        table = cli("user", "sessions", "ada", "--data", data_dir).out
        assert listed[0]["session_id"] in table
        assert not any(token in table for token in tokens)
        wrong = cli("user", "sessions", "ada", "--end", "0" * 16, "--data", data_dir)
        assert wrong.code == 1
        assert "no such session" in wrong.err
        one = listed[0]["session_id"]
        done = cli("user", "sessions", "ada", "--end", one, "--data", data_dir, "--json")
        assert done.json == {"ended": 1}
        assert cli("user", "sessions", "ada", "--all", "--data", data_dir).code == 0
        assert all(accounts.sessions.caller(token) is None for token in tokens)
        assert "not logged on" in cli("user", "sessions", "ada", "--data", data_dir).err
        assert cli("user", "sessions", "nobody", "--data", data_dir).code == 1
        recorded = [(e.action, e.object) for e in AuditService(control).page().entries]
    seen = ("account.view", "account ada, sessions")
    assert recorded == [
        seen,
        ("session.end", "account ada, all sessions: 2"),
        ("session.end", f"account ada, session {one}: 1"),
        seen,
        seen,
        ("server.init", "keys, stores and policy default 1"),
    ]


def test_a_lock_is_shown_and_ended(data_dir: Path) -> None:
    with control_of(data_dir) as control:
        accounts = AccountService(control, passwords=CHEAP)
        accounts.create("ada", role=Role.ANALYST, password=PASSWORD, must_change=False)
        for number in range(10):
            with pytest.raises(NotLoggedOnError):
                accounts.log_on("ada", "wrong", address=f"198.51.100.{number}")
        with pytest.raises(ThrottledError):
            accounts.log_on("ada", PASSWORD, address=HOME)
        assert "locked until" in cli("user", "list", "--data", data_dir).out
        assert cli("user", "unlock", "ada", "--data", data_dir).code == 0
        assert "locked" not in cli("user", "list", "--data", data_dir).out
        assert cli("user", "unlock", "nobody", "--data", data_dir).code == 1
        accounts.log_on("ada", PASSWORD, address=HOME)


def test_a_second_factor_is_removed_without_its_key(data_dir: Path) -> None:
    with control_of(data_dir) as control:
        accounts = AccountService(control, passwords=CHEAP, key=bytes(32))
        accounts.create("ada", role=Role.ANALYST, password=PASSWORD, must_change=False)
        number = accounts.number_of("ada")
        secret = base64.b32decode(accounts.second_factor.offer(number, "ada").secret)
        code = TOTP(secret, 6, SHA1(), 30).generate(int(time.time())).decode()
        accounts.second_factor.confirm(number, code)
        assert cli("user", "list", "--data", data_dir, "--json").json[0]["has_second_factor"]
        done = cli("user", "reset-factor", "ada", "--data", data_dir, "--json")
        assert done.json == {"name": "ada", "removed": True}
        assert "nothing was done" in cli("user", "reset-factor", "ada", "--data", data_dir).err
        assert cli("user", "reset-factor", "nobody", "--data", data_dir).code == 1
        accounts.log_on("ada", PASSWORD, address=HOME)
        recorded = [(e.actor, e.object) for e in AuditService(control).page().entries]
    assert recorded == [
        ("local", "account ada, removed"),
        ("local", "accounts"),
        ("local", "keys, stores and policy default 1"),
    ]


def test_a_reset_says_what_a_new_password_leaves_open_and_ends_it_where_asked(
    data_dir: Path,
) -> None:
    with control_of(data_dir) as control:
        accounts = AccountService(control, passwords=CHEAP)
        accounts.create("ada", role=Role.ANALYST, password=PASSWORD, must_change=False)
        number = accounts.number_of("ada")
        for name in ("x", "y"):
            accounts.tokens.create(number, name=name, scopes=["read:devices"])
        said = cli("user", "password", "ada", "--data", data_dir)
        assert "2 API tokens and 0 passkeys still open it" in said.err
        reset = cli("user", "password", "ada", "--end-all", "--data", data_dir, "--json")
        assert (reset.json["api_tokens"], reset.json["passkeys"]) == (0, 0)
        assert "still open" not in cli("user", "password", "ada", "--data", data_dir).err
        recorded = [e.object for e in AuditService(control).page().entries]
    assert recorded[1] == "account ada, 2 API tokens, 0 passkeys ended"


def test_the_key_of_second_factors_is_a_file_of_its_own_that_others_cannot_read(
    data_dir: Path,
) -> None:
    key = data_dir / "secrets" / "login.key"
    assert len(key.read_bytes()) == 32
    assert key.stat().st_mode & 0o777 == 0o600
