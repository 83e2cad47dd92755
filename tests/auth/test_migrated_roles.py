"""Accounts and tokens from before there were several roles go on as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from reticent_server.auth import AccountService, Scope
from reticent_server.auth.scopes import BASE, Role, scopes_of
from reticent_server.store.control import engine as control_engine
from reticent_server.store.control.engine import open_control
from sqlalchemy import create_engine, text


@pytest.mark.parametrize("role", ["administrator", "analyst"])
def test_an_account_keeps_its_role_and_its_tokens_what_they_did(tmp_path: Path, role: str) -> None:
    from alembic import command
    from alembic.config import Config

    path = tmp_path / "control.db"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    folder = Path(control_engine.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003_policy_text")
        connection.execute(
            text(
                "INSERT INTO account (account_id, name, password_hash, password_is_temporary, role,"
                " created_s) VALUES (1, 'ada', 'x', 0, :role, 1)"
            ),
            {"role": role},
        )
        connection.execute(
            text(
                "INSERT INTO api_token (token_id, token_sha256, account_id, name, scopes, "
                "created_s, expires_s) VALUES ('t', x'00', 1, 't', "
                "'admin:enrolment read:devices read:policies', 1, 9)"
            )
        )
        connection.commit()
    engine.dispose()
    control = open_control(path)
    accounts = AccountService(control, clock=lambda: 2.0)
    view = accounts.get("ada")
    assert view is not None
    assert view.roles == (role,)
    assert accounts.sessions.create(1, address="192.0.2.7").caller.scopes == scopes_of(Role(role))
    (token,) = accounts.tokens.list(1)
    assert set(token.scopes) == {
        *("admin:enrolment", "read:enrolment", "read:devices", "read:facts"),
        *("read:policies", "edit:policies", "read:keys"),
    }
    control.close()


def test_no_role_but_the_administrators_reaches_accounts_or_every_scope() -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert Scope.ADMIN_ACCOUNTS not in scopes_of(role)
        assert BASE < scopes_of(role) < set(Scope)
    assert not scopes_of(Role.DEPLOYER) & {Scope.READ_EVENTS, Scope.READ_FACTS}
    assert not any(s.startswith("admin:") for s in scopes_of(Role.ANALYST))
