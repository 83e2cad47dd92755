"""What a command does, and its entry in the audit trail, are stored together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from reticent_server.auth import AccountService, Role
from reticent_server.auth.models import Account, TotpSecret
from reticent_server.auth.passwords import Passwords
from reticent_server.commands.stores import control_of
from reticent_server.data_dir import control_path
from reticent_server.enrolment.tokens import EnrolmentTokens
from sqlalchemy import update
from support.console_app import PASSWORD
from support.console_site import cli
from support.undone import nothing_stored

HOME = "192.0.2.7"


@pytest.fixture
def names(data_dir: Path) -> dict[str, str]:
    """An account with a session, a lock's count and a second factor, and an enrolment token."""
    with control_of(data_dir) as control:
        accounts = AccountService(
            control, passwords=Passwords(time_cost=1, memory_kib=64), key=bytes(32)
        )
        accounts.create("bo", role=Role.ANALYST, password=PASSWORD, must_change=False)
        number = accounts.number_of("bo")
        accounts.log_on("bo", PASSWORD, address=HOME)
        session = accounts.sessions.list(number)[0].session_id
        accounts.second_factor.offer(number, "bo")
        with control.session() as db:
            db.execute(update(TotpSecret).values(confirmed=True))
            db.execute(update(Account).values(locks=1))
        tokens = EnrolmentTokens(control, ca_certificate_der=lambda: b"\x30\x00", clock=lambda: 1)
        tokens.create_token(group="default", uses=1, expires_s=9, address="127.0.0.1:1")
        return {"session": session, "token": str(tokens.list()[0].token_id)}


@pytest.mark.parametrize(
    "command",
    [
        "user add ada",
        "user add ada --password",
        "user password bo",
        "user password bo --password --end-all",
        "user disable bo",
        "user unlock bo",
        "user roles bo --role auditor",
        "user sessions bo --all",
        "user sessions bo --end {session}",
        "user reset-factor bo",
        "role add small --scope read:keys",
        "token create --address 127.0.0.1:7442",
        "token revoke {token}",
    ],
)
def test_a_command_whose_entry_cannot_be_stored_changes_nothing(
    data_dir: Path, names: dict[str, str], command: str
) -> None:
    words = command.format_map(names).split()
    with nothing_stored(control_path(data_dir)):
        assert cli(*words, "--data", data_dir).code == 1
    assert cli(*words, "--data", data_dir).code == 0
