"""What the detectors find and what they leave, on lines as systems write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

RedactOne = Callable[..., object]

FOUND = (
    ("from 203.0.113.77 port 22", "from <ipv4> port 22"),
    ("rhost=203.0.113.77.dyn.example.net", "rhost=<ipv4>.dyn.example.net"),
    ("IP 10.0.0.5.443 > 10.0.0.6.50312:", "IP <ipv4>.443 > <ipv4>.50312:"),
    ("at 059.045.101.203,", "at <ipv4>,"),
    ("srv10.20.30.40x", "srv<ipv4>x"),
    ("[2001:db8::7]:443 refused", "[<ipv6>]:443 refused"),
    ("addr:2001:db8::7: timeout", "addr:<ipv6>: timeout"),
    ("iface:2001:db8::7 up", "iface:<ipv6> up"),
    ("fe80::1c2b:3d4e%en0 up", "<ipv6>%en0 up"),
    ("v6(en0:2607:f140:6000:8:c6b3:1ff:fecd:467f)", "v6(en0:<ipv6>)"),
    ("::ffff:203.0.113.77 in", "<ipv6> in"),
    ("bssid 5c:50:15:4c:18:13, rssi", "bssid <mac>, rssi"),
    ("paired 84-41-67-32-DB-E1.", "paired <mac>."),
    ("vlan 0011.2233.4455 dynamic", "vlan <mac> dynamic"),
    ("mac=001a2b3c4d5e up", "mac=<mac> up"),
    ("host=00:1a:2b:3c:4d:5e:8080", "host=<mac>:8080"),
    (
        "MAC=00:16:3e:5e:6c:01:02:1a:2b:3c:4d:5e:08:00 SRC=192.0.2.1",
        "MAC=<mac>:<mac>:08:00 SRC=<ipv4>",
    ),
    ("mail <ann.b+c@mail.example.co.in>", "mail <<email>>"),
    ("to j\u00f6rg@b\u00fccher.example ok", "to <email> ok"),
    ("id 123e4567-E89B-12d3-a456-426614174000!", "id <uuid>!"),
    ("Accepted publickey for alice from 203.0.113.77", "Accepted publickey for <user> from <ipv4>"),
    ("Invalid user oracle9 from 203.0.113.77", "Invalid user <user> from <ipv4>"),
    (
        "Failed password for invalid user bo from ::2",
        "Failed password for invalid user <user> from <ipv6>",
    ),
    (
        "session opened for user alice(uid=1000) by (uid=0)",
        "session opened for user <user>(uid=1000) by (uid=0)",
    ),
    (
        "session opened for user root by alice(uid=1000)",
        "session opened for user root by <user>(uid=1000)",
    ),
    ("New session c1 of user alice.", "New session c1 of user <user>."),
    ("logname= uid=0 ruser= rhost=x  user=alice", "logname= uid=0 ruser= rhost=x  user=<user>"),
    (
        "   alice : TTY=pts/0 ; PWD=/home/alice ; USER=root",
        "   <user> : TTY=pts/0 ; PWD=/home/<user> ; USER=root",
    ),
    ("(alice) CMD (true)", "(<user>) CMD (true)"),
    ("logon CORP\\alice ok", "logon CORP\\<user> ok"),
    ("open C:\\Users\\alice\\x.doc", "open C:\\Users\\<user>\\x.doc"),
    ("path=/Users/alice/Library", "path=/Users/<user>/Library"),
    ("User alice from 192.0.2.1 not allowed", "User <user> from <ipv4> not allowed"),
    ("password changed for alice", "password changed for <user>"),
    ("[sudo] password for alice: ", "[sudo] password for <user>: "),
    ("Failed password for alice", "Failed password for <user>"),
    ("Changing password for alice.", "Changing password for <user>."),
    ('user "alice" unknown', 'user "<user>" unknown'),
    ("login password=hunter2 ok", "login password=<secret> ok"),
    ('{"api_key": "abc def"}', '{"api_key": "<secret>"}'),
    ('{\\"password\\":\\"abc\\"}', '{\\"password\\":\\"<secret>\\"}'),
    ("AWS_SECRET_ACCESS_KEY=abc/def", "AWS_SECRET_ACCESS_KEY=<secret>"),
    ("Authorization: Bearer abcdef123456", "Authorization: Bearer <secret>"),
    ("curl https://bo:pw@host.example/", "curl https://<secret>/"),
    ("GET /x?access_token=abc123&y=1", "GET /x?access_token=<secret>&y=1"),
    ("run --password hunter2 now", "run --password <secret> now"),
    ("key AKIAIOSFODNN7EXAMPLE used", "key <secret> used"),
    ("tok ghp_0123456789abcdefghijABCDEFGHIJ012345", "tok <secret>"),
    ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_1", "jwt <secret>"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x", "<secret> x"),
    ("-----BEGIN PRIVATE KEY-----\nMIIE torn", "<secret>"),
    ("enrol rtk1_abcdefghijklmnopqrstuvwxyz", "enrol <secret>"),
    ("Set-Cookie: sid=abc; path=/", "Set-Cookie: <secret>"),
)
LEFT = (
    "check pass; user unknown",
    "session opened for user root by (uid=0)",
    "Failed password for root from",
    "version 2.6.5.1 started",
    "libfoo v1.2.3.4 loaded",
    "amd64~~6.1.1.1 applicable",
    "openssl 1.1.1.1-5ubuntu2 installed",
    "oid 1.3.6.1.4.1.311",
    "listening on 127.0.0.1 and 0.0.0.0 and ::1 and ::",
    "netmask 255.255.255.0",
    "octet 300.1.2.3",
    "at 06:49:27 and 12:30",
    "std::add<int>::value",
    "key SHA1 aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd",
    "lo 00:00:00:00:00:00 and ff:ff:ff:ff:ff:ff",
    "Started user@1000.service",
    "id 00000000-0000-0000-0000-000000000000",
    "open C:\\Users\\Public\\x and /home/linuxbrew/bin",
    "HKLM\\Software and C:\\WINDOWS\\System32",
    "basic authentication failed",
    "password: <secret>",
)


@pytest.mark.parametrize(("line", "result"), FOUND, ids=range(len(FOUND)))
def test_what_identifies_is_replaced(redact_one: RedactOne, line: str, result: str) -> None:
    assert redact_one("message", "scan", line) == result


@pytest.mark.parametrize("line", LEFT, ids=range(len(LEFT)))
def test_what_identifies_nobody_is_left(redact_one: RedactOne, line: str) -> None:
    assert redact_one("message", "scan", line) is line
