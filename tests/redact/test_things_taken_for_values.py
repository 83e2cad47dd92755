"""What stands where a value does and is none: tags, types, routes; and values beside it."""

from __future__ import annotations

import pytest
from reticent_contract.redact.findings import findings

NOTHING = (
    'Token rotated for {"client":"web","id":77}',
    'User login {"account_id":88,"role":"editor"}',
    "podman login: registry list",
    "gcloud auth login: project shop",
    "pop-login: Refused by policy",
    "passwordreset: letter sent",
    "LEEF:2.0|Acme|Edge|4|user|src=web",
    "CEF:0|Acme|Gate|2.1|77|account|5|act=block",
    "user_name NVARCHAR2(30) NOT NULL",
    "password VARCHAR(72) NOT NULL",
    "api_key BINARY(32),",
    "DELETE /users/sign_out",
    "authenticated by faceid",
    "signed in using web_oauth2",
    "logged in as curl/8.4.0",
    "logged in as Java agent 2.1",
    "Plan changed for user: 77",
    "Upgrading cmake 3.30.5_1 -> 3.31.0.2",
    "Downgraded shop 1.2.3.4 to 1.2.3.3",
    "chart=redis-18.1.0.3",
    "V8 12.4.254.21",
    "-----BEGIN RSA PUBLIC KEY----- expected",
    "-----BEGIN CERTIFICATE----- in /etc/ssl/certs/shop.pem",
    "12-Jan-2026::09:14:55",
    "team.internal=true",
    "INPUT\\Mouse2",
    "account=Business1 sync",
    "PAN like BBBBB1111B",
    "desk handed to vm-paint-7",
    "user opt-in recorded",
)


@pytest.mark.parametrize("line", NOTHING, ids=range(len(NOTHING)))
def test_a_tag_a_type_or_a_version_is_no_value(line: str) -> None:
    assert findings(line) == ()


VALUES = (
    ("password reset to Hafer#55frost", "Hafer#55frost"),
    ("pop-login: otto.k", "otto.k"),
    ("passwordreset: Hafer#55", "Hafer#55"),
    ("row|user|otto|x", "otto"),
    ("password Winter(60)", "Winter(60)"),
    ("GET /users/otto_k", "otto_k"),
    ("logged in as otto.k/admin", "otto.k"),
    ("user: 48213", "48213"),
    ("upgraded node at 10.4.4.4", "10.4.4.4"),
    ("-----BEGIN EC PRIVATE KEY----- cut", "-----BEGIN EC PRIVATE KEY----- cut"),
    ("web.internal: ok", "web.internal"),
    ("denied for user [KONZERN]\\[petra.k]", "petra.k"),
    ("user=i:0#.w|konzern\\kvogel", "kvogel"),
    ("claims i:0#.w|konzern\\kvogel granted", "kvogel"),
    ("D:\\SYSVOL\\sysvol\\velmora.de\\Policies", "velmora.de"),
    ("/var/www/intra.velmora.eu/public/a.css", "intra.velmora.eu"),
    ("permit of DL 8S BX 0071 ends", "DL 8S BX 0071"),
    ("gaadi no. MH-2-K-918 ko hatao", "MH-2-K-918"),
)


@pytest.mark.parametrize(("line", "value"), VALUES, ids=range(len(VALUES)))
def test_a_value_where_such_things_stand_is_one(line: str, value: str) -> None:
    assert [line[f.start : f.end] for f in findings(line)] == [value]
