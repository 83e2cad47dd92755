"""The `[oidc]` table: read as it is documented, kept as it was, refused where it is not safe."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reticent_server.config import ServerConfig, keep_config, load_config
from reticent_server.config_oidc import OidcConfig, oidc_of
from reticent_server.errors import ConfigError, ServerError
from reticent_server.sso.service import single_sign_on
from reticent_server.store.control.engine import ControlStore

TABLE = """
data_dir = "/var/lib/reticent-server"
[oidc]
issuer = "https://login.example.com/realms/staff"
client_id = "reticent"
client_secret_file = "/etc/reticent/oidc.secret"
label = "Log in with Example"
scopes = ["openid", "profile", "groups"]
group_claim = "groups"
name_claim = "preferred_username"
local_log_on = "administrators"
just_in_time = false
redirect_uri = "https://telemetry.example.com/login/oidc/return"
ca_file = "/etc/ssl/corporate.pem"
[oidc.roles]
"it-admins" = ["administrator"]
"soc" = ["analyst", "auditor"]
"""
EXAMPLE = OidcConfig(
    issuer="https://login.example.com/realms/staff",
    client_id="reticent",
    client_secret_file=Path("/etc/reticent/oidc.secret"),
    label="Log in with Example",
    scopes=("openid", "profile", "groups"),
    local_log_on="administrators",
    just_in_time=False,
    redirect_uri="https://telemetry.example.com/login/oidc/return",
    ca_file=Path("/etc/ssl/corporate.pem"),
    roles={"it-admins": ("administrator",), "soc": ("analyst", "auditor")},
)
LEAST: dict[str, Any] = {
    "issuer": "https://login.example.com",
    "client_id": "x",
    "roles": {"a": ["analyst"]},
}


def test_every_documented_key_is_read_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "server.toml"
    path.write_text(TABLE)
    config = load_config(path)
    assert config.oidc == EXAMPLE
    kept = tmp_path / "kept.toml"
    keep_config(config, kept)
    assert load_config(kept, data_dir=config.data_dir) == config


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"issuer": "http://login.example.com"}, "issuer does not begin with https://"),
        ({"issuer": "http://localhost:8080"}, "issuer does not begin with https://"),
        ({"issuer": "https://a:b@login.example.com"}, "issuer has a name or a password"),
        ({"issuer": "https://login.example.com/?x=1"}, "issuer has a query"),
        ({"issuer": "https://"}, "issuer has no host"),
        ({"issuer": ""}, "issuer must be a text"),
        ({"client_id": 7}, "client_id must be a text"),
        ({"scopes": ["profile"]}, 'scopes must hold "openid"'),
        ({"roles": {}}, "roles is empty"),
        ({"roles": {"a": []}}, "roles needs 1 to 16"),
        ({"roles": {"a": "analyst"}}, "roles must be a list"),
        ({"roles": ["a"]}, "roles must be a table"),
        ({"local_log_on": "nobody"}, "local_log_on is unknown"),
        ({"just_in_time": "yes"}, "just_in_time must be true or false"),
        ({"redirect_uri": "http://x.example/return"}, "redirect_uri does not begin with https://"),
        ({"insecure": True}, "insecure is unknown"),
        (
            {"issuer": "http://login.example.com", "unsafe_http_on_loopback": True},
            "issuer does not begin with https://",
        ),
    ],
)
def test_what_is_not_safe_is_refused_and_named(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        oidc_of({**LEAST, **changed})
    assert str(caught.value).startswith(f"configuration key oidc.{why}")


@pytest.mark.parametrize("key", ["issuer", "client_id"])
def test_what_is_missing_is_named(key: str) -> None:
    with pytest.raises(ConfigError, match=f"oidc.{key} is missing"):
        oidc_of({name: value for name, value in LEAST.items() if name != key})


def test_plain_http_is_for_this_machine_and_by_its_name_alone() -> None:
    oidc = oidc_of({**LEAST, "issuer": "http://127.0.0.1:8080", "unsafe_http_on_loopback": True})
    assert oidc.issuer == "http://127.0.0.1:8080"


def test_a_secret_that_others_can_read_is_no_secret(tmp_path: Path, control: ControlStore) -> None:
    path = tmp_path / "oidc.secret"
    path.write_text("one line")
    path.chmod(0o644)
    oidc = replace(EXAMPLE, client_secret_file=path, ca_file=None)
    config = ServerConfig(data_dir=tmp_path, oidc=oidc)
    with pytest.raises(ServerError, match="can be read by others"):
        single_sign_on(config, control, key=bytes(32), clock=lambda: 0.0)
    path.chmod(0o600)
    assert single_sign_on(config, control, key=bytes(32), clock=lambda: 0.0) is not None
    path.write_text("one line\nand another")
    with pytest.raises(ConfigError, match="holds no secret of one line"):
        single_sign_on(config, control, key=bytes(32), clock=lambda: 0.0)
    path.write_text("one line")
    wrong = replace(config, oidc=replace(oidc, ca_file=tmp_path / "none.pem"))
    with pytest.raises(ConfigError, match="ca_file"):
        single_sign_on(wrong, control, key=bytes(32), clock=lambda: 0.0)
