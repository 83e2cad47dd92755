"""User names in prompts, terminals, lists of rights, log-ons that failed, and pairs in pairs."""

from __future__ import annotations

import pytest
from reticent_contract.redact.findings import findings

KEY = "SHA256:4q9zXJ7kqv8bXn0W3f2e1d0c9b8a7f6e5d4c3b2a1ZQ"
LINES = (
    "[{}@fedora ~]$ sudo dnf upgrade",
    "[{}@localhost src]$",
    "{}@mac ~ %",
    "sshd: {} [priv]",
    "sshd-session: {}@pts/0",
    "{}@notty",
    "{}@tty2",
    f"256 {KEY} {{}}@server (RSA)",
    "konzern\\{}",
    "desktop-4k2\\{}",
    "azuread\\{} joined",
    "D:\\share konzern\\{}:(OI)(CI)(F)",
    "NT AUTHORITY\\SYSTEM konzern\\{}",
    "Login failed: '{}'",
    'login denied: "{}"',
    'callerid="{}" <101>',
    "cannot authenticate as '{}'",
    "Login: username={}",
    'Wrong login: username="{}"',
    "user: {{login: {}}}",
    "Account: name={}",
    "Password: user={}",
)
NAMES = ("petrak", "klara", "k.vogel7")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_a_program_tells_who_it_is(line: str, name: str) -> None:
    text = line.format(name)
    assert [(text[f.start : f.end], f.detector) for f in findings(text)] == [(name, "user")]


NOBODY = (
    "[root@localhost ~]#",
    "[10:22@x y]$ z",
    "50 % of the disk",
    "Started getty@tty1.service - Getty on tty1.",
    "sshd: unknown [priv]",
    "software\\classes",
    "windows\\system32",
    "bin\\tool.exe",
    "sub\\dir:(F)",
    "BUILTIN\\Users:(RX) src\\main",
    "Login failed: 'invalid password'",
    'Login failed: "Datenbank nicht erreichbar"',
    'template "list" <int>',
    "User: role=admin",
    "user: {id: 5}",
)


@pytest.mark.parametrize("line", NOBODY, ids=range(len(NOBODY)))
def test_what_looks_like_it_is_nobody(line: str) -> None:
    assert findings(line) == ()
