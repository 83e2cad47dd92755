"""What the detectors find and what they leave, on lines as systems write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import re2
from reticent_contract.redact.detectors.commands import MAY_BEGIN
from reticent_contract.redact.detectors.model import words
from reticent_contract.redact.detectors.sentence import Walked
from support.made_of_patterns import every_pattern

RedactOne = Callable[..., object]

PEM_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
FOUND = (
    ("from 203.0.113.77 port 22", "from <ipv4> port 22"),
    ("rhost=203.0.113.77.dyn.example.net", "rhost=<fqdn>"),
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
    ("curl https://bo:pw@host.example/", "curl https://<user><secret>/"),
    ("GET /x?access_token=abc123&y=1", "GET /x?access_token=<secret>&y=1"),
    ("run --password hunter2 now", "run --password <secret> now"),
    ("key AKIAIOSFODNN7EXAMPLE used", "key <secret> used"),
    ("tok ghp_0123456789abcdefghijABCDEFGHIJ012345", "tok <secret>"),
    ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_1", "jwt <secret>"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x", "<secret> x"),
    ("-----BEGIN PRIVATE KEY-----\nMIIE torn", "<secret>"),
    ("enrol rtk1_abcdefghijklmnopqrstuvwxyz", "enrol <secret>"),
    ("Set-Cookie: sid=abc; path=/", "Set-Cookie: <secret>"),
    ("nameserver 203.0.113.53#53", "nameserver <ipv4>#53"),
    ("server 192.168.77.5 up", "server <ipv4> up"),
    ("LDAP server: 10.20.30.40", "LDAP server: <ipv4>"),
    ("DHCP Server=10.20.30.40", "DHCP Server=<ipv4>"),
    ("receiver 203.0.113.9", "receiver <ipv4>"),
    ("driver 203.0.113.9", "driver <ipv4>"),
    ("prev 203.0.113.9", "prev <ipv4>"),
    ("rebuild 203.0.113.9", "rebuild <ipv4>"),
    ("conversion 203.0.113.9", "conversion <ipv4>"),
    ("s\u00e9ver 203.0.113.9", "s\u00e9ver <ipv4>"),
    ("server:                    203.0.113.9", "server:                    <ipv4>"),
    ("server                      203.0.113.9", "server                      <ipv4>"),
    ("server                  203.0.113.9", "server                  <ipv4>"),
    ("open ~/203.0.113.9/x", "open ~/<ipv4>/x"),
    ("path /org/bluez/hci0/dev_AA_BB_CC_DD_EE_01 up", "path /org/bluez/hci0/dev_<mac> up"),
    ("bluez_card.aa_bb_cc_dd_ee_01", "bluez_card.<mac>"),
    ("curl -u bob:hunter2 https://h.example/", "curl -u <secret> https://h.example/"),
    ("curl -s https://h.example/ -u 'bob:a b'", "curl -s https://h.example/ -u '<secret>'"),
    ("/usr/bin/curl --user=bob:hunter2 h", "/usr/bin/curl --user=<secret> h"),
    ('a0="curl" a1="-u" a2="bob:hunter2"', 'a0="curl" a1="-u" a2="<secret>"'),
    ("curl 'h/?a;b' -U ann:x1 -u bob:x2 h", "curl 'h/?a;b' -U <secret> -u <secret> h"),
    ("mysqldump -pa1 db | mysql -u x -pb2", "mysqldump -p<secret> db | mysql -u <user> -p<secret>"),
    ('a1="--password" a2="hunter2"', 'a1="--password" <secret>'),
    ("run --pass hunter2 now", "run --pass <secret> now"),
    ("wget --http-password hunter2 x", "wget --http-password <secret> x"),
    ("sshpass -p hunter2 ssh h", "sshpass -p <secret> ssh h"),
    ("sshpass -phunter2 ssh h", "sshpass -p<secret> ssh h"),
    ("sshpass -p 'a b' ssh h", "sshpass -p '<secret>' ssh h"),
    ("mysql -h db -uroot -phunter2 shop", "mysql -h db -uroot -p<secret> shop"),
    ("Authorization: token 0123abcd", "Authorization: token <secret>"),
    ("Authorization: token abcdefgh", "Authorization: token <secret>"),
    ("authorization=token abc x", "authorization=token <secret> x"),
    ('"authorization": "Token 0123abcd"', '"authorization": "Token <secret>"'),
    ("Authorization: 0123abcd4567", "Authorization: <secret>"),
    ("got JSESSIONID=0A1B2C; x", "got JSESSIONID=<secret>; x"),
    ("got PHPSESSID=0a1b2c, x", "got PHPSESSID=<secret>, x"),
    ("session_id=0a1b2c3d4e x", "session_id=<secret> x"),
    ('{"sessionId": "0a1b2c3d4e"}', '{"sessionId": "<secret>"}'),
    ("pw=hunter2 ok", "pw=<secret> ok"),
    ("DB_PW=hunter2 SMTP_PASS=x1", "DB_PW=<secret> SMTP_PASS=<secret>"),
    (PEM_BODY, "<secret>"),
    (f"  {PEM_BODY}\r\nnext", "  <secret>\r\nnext"),
    ("PTR 77.113.0.203.in-addr.arpa", "PTR <ipv4>.in-addr.arpa"),
    ("PTR 0.77.113.0.203.in-addr.arpa", "PTR 0.<ipv4>.in-addr.arpa"),
    ("up cedar-25.example.net02:1a:4c:5e:00:07", "up <fqdn><mac>"),
    ("alder.example.co.in7 up", "<fqdn>7 up"),
    ("PTR 127.113.0.203.IN-ADDR.ARPA.", "PTR <ipv4>.IN-ADDR.ARPA."),
    (f"PTR {'7.' * 24}8.b.d.0.1.0.0.2.ip6.arpa", "PTR <ipv6>.ip6.arpa"),
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
    "version=1.2.3.4 ver=1.2.3.4 ver. 1.2.3.4 release: 1.2.3.4",
    "build 10.0.19041.1 Rev. 1.2.3.4 rev 1.2.3.4",
    'ProductVersion: "10.0.19041.1" kernel_version=1.2.3.4',
    "1.2.3.4-5ubuntu2 and (v1.2.3.4)",
    "curl -u bob https://h.example/",
    "docker run -u 1000:1000 x",
    "curl: <secret> -u <secret>",
    "mysql -p and sshpass -e ssh h",
    "Authorization: authentication succeeded",
    "session_id=c2 SessionId=1",
    "bypass=1",
    "sha256 " + "0a1b2c3d" * 8,
    "0a1b2c3d" * 8,
    "on 13_04_05_12_30 and 2013_04_05_12_30_59",
    "PTR 1.0.0.127.in-addr.arpa",
    "song.mp3 TALK.MP4 archive.bz2 scan.jp2 module.es6",
)


@pytest.mark.parametrize(("line", "result"), FOUND, ids=range(len(FOUND)))
def test_what_identifies_is_replaced(redact_one: RedactOne, line: str, result: str) -> None:
    assert redact_one("message", "scan", line) == result


@pytest.mark.parametrize("line", LEFT, ids=range(len(LEFT)))
def test_what_identifies_nobody_is_left(redact_one: RedactOne, line: str) -> None:
    assert redact_one("message", "scan", line) is line


def test_a_reversed_address_is_shown_as_its_network(redact_one: RedactOne) -> None:
    rule = {"scan": {"ipv4": {"ip_prefix": {"v4": 24}}, "ipv6": {"ip_prefix": {"v6": 48}}}}
    line = "PTR 77.113.0.203.in-addr.arpa"
    assert redact_one("message", rule, line) == "PTR 203.0.113.0/24.in-addr.arpa"
    line = f"PTR {'7.' * 24}8.b.d.0.1.0.0.2.ip6.arpa"
    assert redact_one("message", rule, line) == "PTR 2001:db8:7777::/48.ip6.arpa"


def test_a_word_that_stands_twice_in_one_list_is_refused() -> None:
    assert words("ann\n  bob") == {"ann", "bob"}
    with pytest.raises(ValueError, match="twice in one list of words: bob"):
        words("ann bob carl\n  bob")


def test_every_pattern_compiles() -> None:
    """Each is compiled when it is first asked, which on a laptop may be in a year."""
    patterns = every_pattern()
    assert len(patterns) > 100
    assert not any(pattern.starts(b"\n") for pattern in patterns)


def test_every_pattern_has_room_for_its_automaton(capfd: pytest.CaptureFixture[str]) -> None:
    """Without one RE2 takes a hundred times as long, and says so nowhere but in its log."""
    for pattern in every_pattern():
        if isinstance(pattern, Walked):
            continue  # a walk looks in its place
        options = re2.Options()
        options.max_mem = pattern.bytes_max
        re2._Regexp(pattern.source, options).search(b"1 a")
    # From its end on, as RE2 looks for where a match begins: one that stands in many lines.
    options = re2.Options()
    options.max_mem = MAY_BEGIN.bytes_max
    re2._Regexp(f"(?:{MAY_BEGIN.source})\\z", options).search(b"1 a")
    assert "out of memory" not in capfd.readouterr().err
