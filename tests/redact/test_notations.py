"""Notations that unseen lines had and the detectors once missed, or took for something else."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pytest
from accuracy.numerals import luhn_digit
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reticent_contract.redact.findings import findings

DIGITS = "0123456789"


def found(text: str) -> list[tuple[str, str, str]]:
    return [(f.detector, f.tier, text[f.start : f.end]) for f in findings(text)]


@settings(deadline=None)  # the first call compiles
@example("0" * 10 + "1", "GA", "0" * 7)
@given(
    st.text(DIGITS, min_size=11, max_size=11).filter(lambda body: body.strip("0") != ""),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ /", min_size=2, max_size=26),
    st.text(DIGITS, min_size=7, max_size=20),
)
def test_the_stripe_of_a_card_goes_whole(body: str, holder: str, more: str) -> None:
    number = "4532" + body
    number += luhn_digit(number)
    for track in (f"{number}^{holder}^{more}?", f"{number}={more}?", f"{number}D{more}F"):
        before = "raw %B" if "^" in track else "raw ;" if "=" in track else "tag 57: "
        assert found(f"{before}{track} ok") == [("card", "A", track)]


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 8999), st.integers(0, 17999), st.sampled_from("NS"), st.sampled_from("EW"))
def test_a_position_of_a_gps_receiver_is_proved_by_its_checksum(
    latitude: int, longitude: int, north: str, east: str
) -> None:
    place = f"{latitude // 100:02d}{latitude % 60:02d}.1234,{north},"
    place += f"{longitude // 100:03d}{longitude % 60:02d}.5678,{east}"
    body = f"GPRMC,123519,A,{place},022.4,084.4,230394,003.1,W"
    check = reduce(xor, body.encode())
    assert found(f"gpsd: ${body}*{check:02X}") == [("geo", "A", place)]
    assert found(f"gpsd: ${body}*{check ^ 1:02x}") == [("geo", "B", place)]


@pytest.mark.parametrize(
    "line",
    [
        "app:1.2.3.4 started",
        "python-3.11.7.1",
        "numpy==45.60.70.80",
        "core-52.17.11.22.jar",
        "libfoo.so.1.2.3.4",
        "firmware: 84.0.11.31",
        'AssemblyVersion("3.2.1.0")',
        "ruser= rhost=",
        "/share/home/icons",
        "GET /api/users/search HTTP/1.1",
        "check pass; user unknown",
        "the user has logged off",
        "from owner: com.apple.SystemUIServer.agent",
        "a::b",
        "secretName: tls-cert",
        "passwordPolicy: strict",
        "token=null",
        "gpasswd: user added",
        "order 100-20-3000 shipped",
    ],
)
def test_what_looks_like_an_identifier_is_left(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize("number", ["203.0.113.9", "10.1.2.3", "192.168.7.8", "45.148.10.67"])
@pytest.mark.parametrize("before", ["app:", "node-", "peer:", "host-", "x=", "srv1."])
def test_an_address_behind_a_name_is_no_version(before: str, number: str) -> None:
    assert [f[2] for f in found(f"see {before}{number} now")] == [number]


@pytest.mark.parametrize("before", ["client:", "host-", "ip:", "dns:"])
def test_small_numbers_behind_a_word_of_hosts_are_an_address(before: str) -> None:
    assert found(f"{before}9.9.9.9") == [("ipv4", "A", "9.9.9.9")]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("user\talice", "alice"),
        ("|user|alice|", "alice"),
        ("\tAccount Name:\t\tsgupta", "sgupta"),
        ('"userName" : "lchen"', "lchen"),
        ('{"user":{"name":"lchen","id":1}}', "lchen"),
        ("User Id=pay_rw;", "pay_rw"),
        ("Authentication failed for user lchen: bad", "lchen"),
        ("logged in as o.brien", "o.brien"),
        ("session started, user zhang.wei", "zhang.wei"),
        ("ssh lchen@build-07", "lchen"),
        ("lchen@payroll LOG:  statement", "lchen"),
        ("docker login -u lchen", "lchen"),
        ("-rw-r--r-- 1 lchen staff 12 a", "lchen"),
        (" - lchen [26/Nov/2026:08:44:12 +0530]", "lchen"),
        ("[lchen] OK LOGIN", "lchen"),
        ("CONNECT h:443 lchen HIER_DIRECT/-", "lchen"),
    ],
    ids=range(16),
)
def test_a_user_is_found_by_what_stands_around(line: str, name: str) -> None:
    others = [each for each in found(line) if each != ("fqdn", "B", "build-07")]  # ssh X@build-07
    assert others == [("user", "B", name)]


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize(
    "command",
    ["sshpass -p {}", "mysql -p{}", "mysqldump -p{}", "docker login -p {}", "curl -u {}a:"],
)
@pytest.mark.parametrize("end", [True, False])
def test_a_quoted_password_goes_whether_or_not_its_quote_is_closed(
    command: str, quote: str, end: bool
) -> None:
    line = command.format(quote) + "two words"
    (only,) = found(line + quote * end)
    assert only[0] == "secret"
    assert only[2].endswith("two words")


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("echo hunter22 | docker login --password-stdin", "hunter22"),
        ("net use Z: \\\\srv\\hr P@ssw0rd1 /user:root", "P@ssw0rd1"),
        ("password is 'letmein'", "letmein"),
        ("your verification code is 991204", "991204"),
        ('<add key="ApiSecret" value="0d8f7c6b5a" />', "0d8f7c6b5a"),
        ('{"name":"DB_PASSWORD","value":"x y"}', "x y"),
        ('Digest username="tk", response="6629fae4"', 'username="tk", response="6629fae4"'),
        ("SK0123456789abcdef0123456789abcdef", "SK0123456789abcdef0123456789abcdef"),
        ("key-0123456789abcdef0123456789abcdef", "key-0123456789abcdef0123456789abcdef"),
        ('"cvv":"119"', "119"),
    ],
    ids=range(10),
)
def test_a_secret_goes_and_its_key_stays(line: str, secret: str) -> None:
    assert [(f[0], f[2]) for f in found(line)] == [("secret", secret)]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("geo:-33.8688,151.2093,58", "geo:-33.8688,151.2093,58"),
        ("/maps/@12.9716,77.5946,15z", "@12.9716,77.5946,15z"),
        ("POINT(151.2093 -33.8688)", "151.2093 -33.8688"),
        ("lon 13.4050 lat 52.5200", "13.4050 lat 52.5200"),
        ("pos N48 51.4917 E002 17.6700", "N48 51.4917 E002 17.6700"),
        ("GPSLatitude=12 deg 58' 17.76\" N", "12 deg 58' 17.76\" N"),
    ],
    ids=range(6),
)
def test_a_place_is_found_in_every_notation(line: str, place: str) -> None:
    assert [(f[0], f[2]) for f in found(line)] == [("geo", place)]


def test_a_latitude_and_a_longitude_with_something_between_are_two() -> None:
    line = '{"latitude":12.97,"accuracy":5,"longitude":77.59}'
    assert [f[2] for f in found(line)] == ["12.97", "77.59"]
    assert found('{"lat": 12.97, ' + '"x": 1, ' * 40 + '"lon": 77.59}') == []


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ("0:1c:42:0:0:8", "", ""),
        ("? (h) at 0:1c:42:0:0:8 on en0", "mac", "0:1c:42:0:0:8"),
        ("DUID 00-01-00-01-2B-7F-3A-11-3C-58-C2-1A-90-FF", "mac", "3C-58-C2-1A-90-FF"),
        ("IP6 fe80::a6b1:c1ff:fe0e:7720.546:", "ipv6", "fe80::a6b1:c1ff:fe0e:7720"),
        ("node gke-pool-1-10-128-0-14 up", "ipv4", "10-128-0-14"),
        ("<bounce+anna=a.example@b.example>", "email", "bounce+anna=a.example@b.example"),
        ("from=anna@b.example", "email", "anna@b.example"),
        ("\\\\nas01.corp.example.de\\hr", "fqdn", "nas01.corp.example.de"),
        ("refused: db-1.kaveri.in/x", "fqdn", "db-1.kaveri.in"),
        ("wrote config.yaml.in", "", ""),
        ("iccid 89919809575455319380", "imei", "89919809575455319380"),
        ("imsi=404450123456789", "imei", "404450123456789"),
        ("meid A0000049DF2B11", "imei", "A0000049DF2B11"),
        ("RC 22 BH 1234 AA", "vehicle", "22 BH 1234 AA"),
    ],
    ids=range(14),
)
def test_an_identifier_is_found_in_every_notation(line: str, kind: str, value: str) -> None:
    assert [(f[0], f[2]) for f in found(line)] == ([(kind, value)] if kind else [])


@pytest.mark.parametrize(
    ("line", "tier"),
    [
        ("c2 is evil[.]nordwerk[.]de", "A"),
        ("seen: Nordwerk[.]com and more", "A"),
        ("cdn(.)nordwerk(.)co(.)in", "A"),
        ("hxxps://evil[.]zip/x", "A"),
        ("seen evil[.]xyz today", "B"),
        ("host evil[.]bar today", "B"),
    ],
)
def test_a_host_whose_dots_are_in_brackets_is_proved_as_any_other(line: str, tier: str) -> None:
    assert [f[:2] for f in found(line)] == [("fqdn", tier)]


@pytest.mark.parametrize(
    "line",
    [
        "grep README[.]md",
        "libc[.]so",
        "^foo[.]bar$",
        "main[.]py",
        "x[.]test",
        "a[.]is",
        "data[.]zip",
    ],
)
def test_a_file_in_a_pattern_is_no_host(line: str) -> None:
    assert found(line) == []


KEY = "4f2a1c9e-77be-10c9-d2b1-8f2c7be10d94"


@pytest.mark.parametrize(
    "before",
    ["LaunchDarkly: sdk-", "LD_SDK_KEY=sdk-", "sdk key sdk-", "api token: api-", "LD_API=api-"],
)
def test_a_key_of_launchdarkly_is_a_secret_behind_a_word_that_says_so(before: str) -> None:
    (only,) = found(f"{before}{KEY} used")
    assert (only[0], only[2][-36:]) == ("secret", KEY)


@pytest.mark.parametrize("before", ["sdk-", "api-", "mob-", "device mob-", "trace of api-"])
def test_a_word_before_a_uuid_makes_it_no_key(before: str) -> None:
    assert found(f"seen {before}{KEY} again") == [("uuid", "A", KEY)]


@pytest.mark.parametrize(
    "line",
    [
        '{{ pw | default("Hunter2x9") }}',
        'password: {{ x.y | default("Hunter2x9") }}',
        "db_password: \"{{ db_pass | trim | default('Hunter2x9', true) }}\"",
        'value: {{ .Values.dbPassword | default "Hunter2x9" | quote }}',
        "secret={{ lookup_key | d('Hunter2x9') }}",
    ],
    ids=range(5),
)
def test_the_default_of_a_template_is_a_secret(line: str) -> None:
    (only,) = found(line)  # where the call is quoted, all of it goes
    assert (only[0], "Hunter2x9" in only[2]) == ("secret", True)


@pytest.mark.parametrize(
    "line",
    [
        'password: {{ pw | default("") }}',
        'port: {{ port | default("8080") }}',
        "password: {{ pw | default(none) }}",
        'token: {{ t | default("{{ other }}") }}',
    ],
    ids=range(4),
)
def test_a_template_without_a_literal_is_left(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize("between", [" - ", "- ", "\n- ", "\n  - "])
def test_a_user_of_a_kubeconfig_is_found_on_one_line_and_on_several(between: str) -> None:
    assert found(f"users:{between}name: anna") == [("user", "B", "anna")]


@pytest.mark.parametrize(
    "line",
    [
        "<password\n    salt='a'><![CDATA[Hunter2x9]]></password>",
        "<password  type='plain'>Hunter2x9</password>",
        "<password type\t =\n'plain'>Hunter2x9</password>",
        "<Password >\n  <Value>Hunter2x9</Value>",
        "<db:secret\n><![CDATA[Hunter2x9]]>",
    ],
    ids=range(5),
)
def test_a_secret_in_an_element_is_found_however_its_tag_is_spaced(line: str) -> None:
    (only,) = found(line)
    assert (only[0], "Hunter2x9" in only[2]) == ("secret", True)


@pytest.mark.parametrize(
    "address",
    [
        "ann(dot)lee(at)example(dot)org",
        "ann[.]lee@example[.]org",
        "ann[.]lee@example.org",
        "a.b\\.lee@example\\.org",
        "ann dot lee at example dot org",
        "ann_x [dot] m [dot] lee+7 [at] example.org",
    ],
    ids=range(6),
)
def test_an_address_with_dots_in_brackets_before_its_at_sign_goes_whole(address: str) -> None:
    assert found(f"sent to: {address}, twice") == [("email", "A", address)]
