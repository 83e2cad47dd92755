"""The detectors of hosts, phones, places, devices, India, finance and URLs: found and left.

`{detector?|value}` marks a finding of tier B, `{detector|value}` one of tier A.
"""

from __future__ import annotations

import re

import pytest
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.findings import findings

_MARK = re.compile(r"\{([a-z0-9_]+)(\??)\|([^}]*)\}")
FOUND = (
    "calvisitor-{ipv4|10-105-160-95} kernel",
    "ip-{ipv4|10-0-0-1} started",
    "airbears2-{ipv4|10-142-110-255} up",
    "static_{ipv4|203_0_113_9} up",
    "rhost={fqdn|203-0-113-77.dyn.example.net} user",
    "reverse mapping for {fqdn|ns.city.example.com} [{ipv4|203.0.113.7}] failed",
    "lookup {fqdn|mail.example.co.in}: no such host",
    "GET https://{fqdn|shop.example.org}/x",
    "GET https://{fqdn|files.example.zip}/x",
    "from {fqdn|PC7.EXAMPLE.COM} port 22",
    "connect to {fqdn?|build.example.dev} ok",
    "on {fqdn?|alices-macbook.local} now",
    "server {fqdn?|nas.lan}",
    "certificate for {fqdn|vpn-7.example.it} expires",
    "see {fqdn|b\u00fccher-laden.de} now",
    "opened https://{fqdn|www.example.org}/s?q={url|back+pain}&page=1",
    "fetch https://{user|alice}@[{ipv6|::2}]/x",
    "modem {imei|490154203237518} attached",
    "IMEI: {imei?|490154203237519}",
    "imeisv {imei?|4901542032375101}",
    "id {imei|49-015420-323751-8} seen",
    "sid {sid|S-1-5-21-1085031214-1563985344-725345543-1001}_Classes",
    "call {phone|+91 98765 43210} now",
    "call 0091 x {phone|+49 30 901820}",
    "tel:{phone|+1-415-555-2671};",
    "phone {phone?|98765 43210}",
    '"mobile":"{phone?|9876543210}"',
    "dialled, call {phone?|098765-43210}",
    "at {geo|geo:12.9716,77.5946} now",
    "lat={geo|12.9716 lon=77.5946} fix",
    '"latitude": {geo|12.97, "longitude": 77.59}',
    "loc: {geo|12.9716\u00b0 N, 77.5946\u00b0 E}",
    "position {geo?|12.97, 77.59} stored",
    "seen {geo?|12.9715987, 77.5945627} there",
    "Aadhaar {aadhaar|2345 6789 0124} ok",
    "id {aadhaar|2345 6789 0124} ok",
    "aadhaar_no={aadhaar|234567890124}",
    "Aadhaar: {aadhaar?|1234 5678 9012}",
    "VID {vid?|9123456789012345} used",
    "PAN {pan|AFZPK7190K}",
    "tax of {pan|AFZPK7190K} paid",
    "pan: {pan?|abcde1234f}",
    "invoice {gstin|27AAPFU0939F1ZV}",
    "GSTIN {gstin?|27AAPFU0939F1ZX}",
    "voter id {epic?|ABC1234568}",
    "passport no {passport?|Z1234567}",
    "entered {vehicle|KA 01 AB 1234}",
    "vehicle {vehicle?|ka-1-ab-1234}",
    "paid to {upi|alice.k@okaxis} now",
    "vpa={upi?|alice@mybank}",
    "branch {ifsc|HDFC0001234}",
    "IFSC {ifsc?|ABCD0123456}",
    "paid with {card|4111 1111 1111 1111} ok",
    "paid with {card|378282246310005} ok",
    "card {card?|4111 1111 1111 1112}",
    "to {iban|GB82 WEST 1234 5698 7654 32} EUR",
    "to {iban|DE89370400440532013000}",
    "IBAN {iban?|DE89370400440532013001}",
    "id {ssn|123-45-6789}",
    "SSN {ssn?|123456789}",
    "mac {mac?|0:1a:2b:3:4d:5e} seen",
    "uuid {uuid?|123e4567e89b12d3a456426614174000}",
    "usermod: add '{user?|alice}' to group 'docker'",
    "ssh {user?|alice}@{ipv4|10.0.0.5}",
    "uid=1000({user?|alice}) gid=1000",
    "dn: uid={user?|jdoe},ou=people",
    "su: (to root) {user?|alice} on none",
    "Started User Manager for {user?|alice}.",
    r"open C:\Users\{user?|Jane Doe}\x.doc",
    "<Data Name='TargetUserName'>{user?|alice}</Data>",
    r"msg=\"user\":\"{user?|alice}\"",
    "t\u00e9l : {phone?|01 23 45 67 89}",
    "docker login -u ci -p {secret?|lvp16Hxpjou} x",
    "from {iban|GB82 WEST 1234 5698 7654 32} EUR 12",
    "bot {secret|123456789:AAabcdefghijklmnopqrstuvwxyz012345678} x",
)
LEFT = (
    "epoch 1700000000 1700000000123 1700000000123456",
    "pid 123456 size 4111111111111111 bytes, inode 5500000000000004",
    "version 12.9.77 build 20261123 v1.2.3-4",
    "com.apple.xpc.launchd com.apple.Safari org.freedesktop.systemd1 org.gnome.Shell",
    "java.net.ConnectException at System.Net.Http in foo.service",
    "libfoo.so.1 libfoo.so Makefile.in config.h.in setup.py run.sh x.zip README.md rc.local",
    "sha256 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "at 2026-11-23 12:30:45.123456 and 23.11.2026 12:30",
    "called at 1700000000 by job 42",
    "BATCH2024A released",
    "uid=1000 gid=1000 pid=331324994085",
    "ratio 3.14159, 2.71828 and 0.5, 0.25",
    "MSK-2024-1234 and REF-2024-0001 and KB2786081",
    "range 10-20-30 and 2026-11-23-04",
    "foo@2x.png opened",
    "pam_unix(passwd:chauthtok): using password: YES max_tokens=4096",
    "Chrome/131.0.0.0 Safari/537.36",
    "npm i left-pad@1.3.0 @types/node@20.10.1",
    "Last login: Wed Nov 25",
    "error: e.g. this, i.e. that.No more",
    "S-1-5-18 and S-1-5-32-544",
    "0000 0000 0000 and 0000000000000000",
    "phone app 00000004 started",
    "Chrome 1.5.gb of memory",
    "dev team.Please call back",
)


def _case(marked: str) -> tuple[str, list[tuple[str, str, str]]]:
    expected = [(m[1], "B" if m[2] else "A", m[3]) for m in _MARK.finditer(marked)]
    return _MARK.sub(lambda m: m[3], marked), expected


@pytest.mark.parametrize("marked", FOUND, ids=range(len(FOUND)))
def test_what_identifies_is_found_by_its_detector_and_tier(marked: str) -> None:
    text, expected = _case(marked)
    assert [(f.detector, f.tier, text[f.start : f.end]) for f in findings(text)] == expected


@pytest.mark.parametrize("line", LEFT, ids=range(len(LEFT)))
def test_what_counts_times_or_names_programs_is_left(line: str) -> None:
    assert findings(line) == ()


def test_every_detector_with_a_pattern_has_a_line_here_or_among_the_first_ones() -> None:
    here = {m[1] for line in FOUND for m in _MARK.finditer(line)}
    first = {"secret", "own", "email", "ipv6", "user"}
    assert here | first >= set(DETECTORS)


@pytest.mark.parametrize(
    "hidden",
    [
        "card 4111&#32;1111&#x20;1111 1111",
        "a&#64;b.example.org",
        "a&commat;b.example.org",
        r"j\303\266rg@b.example.org",
        "to %2B91 98765 43210",
        "\uff14\uff11\uff11\uff11 1111 1111 1111",
        "4111\u200b1111\u200b11111111",
        "\u0664\u0661\u0661\u0661 1111 1111 1111",
    ],
)
def test_another_spelling_hides_nothing(hidden: str) -> None:
    assert findings(hidden)
