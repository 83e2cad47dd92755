"""What programs are told in their command lines, and what is configured, told and hashed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.redact.detectors.commands import told
from reticent_contract.redact.detectors.programs import PROGRAMS
from reticent_contract.redact.findings import findings

WORD = st.text("abcdefghijkXYZ0123456789!#%+", min_size=6, max_size=20).map(lambda w: f"q7{w}")
HIDDEN = [
    (name, option)
    for program in PROGRAMS
    for name in program.names.split()
    for option in program.hidden.split()
    if not program.only_with and name != "reg"
]


def covered(line: str, value: str) -> bool:
    start = line.rindex(value)
    return any(
        f.start <= start and start + len(value) <= f.end and f.detector == "secret"
        for f in findings(line)
    )


@settings(deadline=None, max_examples=150)  # the first call compiles
@given(st.sampled_from(HIDDEN), WORD)
def test_a_secret_behind_its_option_is_found_however_the_command_is_written(
    command: tuple[str, str], secret: str
) -> None:
    name, option = command
    assert covered(f"{name} {option} {secret}", secret)
    assert covered(f"run: /usr/bin/{name} --x y {option} '{secret}' z", secret)
    if option.startswith("-"):
        assert covered(f'type=EXECVE a0="{name}" a1="{option}" a2="{secret}"', secret)
        assert covered(f'cmd ["{name}","{option}","{secret}"]', secret)


@pytest.mark.parametrize(
    "line",
    [
        "docker run -p 8080:80 nginx",
        "ssh -p 2222 host",
        "mysql -p",
        "openssl enc -pass env:WORD -in a",
        "net user",
        "reg add HKLM\\SOFTWARE\\Acme /v Port /t REG_DWORD /d 1",
        "password authentication failed",
        "enable secret rotation first",
        "key 5 pressed",
        "GPIO pin 4: high",
        "error code 482913",
        "passwd: files sss",
        "networksetup -setdnsservers Wi-Fi 10.0.0.53 10.0.0.54",
        "qpdf --linearize a.pdf b.pdf",
        "curl -s -o u.txt https://example.com",
        "curl -su app: https://example.com",
        "exp 12/2027",
        "ab -A 5 -n 100 http://h/",
    ],
)
def test_what_only_looks_like_one_is_left(line: str) -> None:
    assert [f for f in findings(line) if f.detector == "secret"] == []


@pytest.mark.parametrize(
    "line",
    [
        "networksetup -setairportnetwork en0 Werknord Hunter22",
        "networksetup -setAirportNetwork en0 Werknord Hunter22",
        "net USER anna Hunter22",
        "networksetup -addpreferredwirelessnetworkatindex en0 Werknord 0 WPA2 Hunter22",
        "networksetup -setwebproxy Wi-Fi proxy 3128 on anna Hunter22",
        "qpdf a.pdf --encrypt Hunter22 Hunter22 256 -- b.pdf",
    ],
)
def test_what_a_form_of_several_words_holds_is_found(line: str) -> None:
    assert covered(line, "Hunter22")


@pytest.mark.parametrize(
    "line",
    [
        "curl -su app:Hunter22 https://h/",
        "curl -uapp:Hunter22 https://h/",
        "curl -sSfLu app:Hunter22 https://h/",
        "ab -A app:Hunter22 -n 100 http://h/",
        "exp app/Hunter22 file=x.dmp",
        "imp userid=app/Hunter22 file=x.dmp",
        "sqlplus -s app/Hunter22",
        "htpasswd -nb jdoe Hunter22",
        "htpasswd -b /etc/users jdoe Hunter22",
    ],
    ids=range(9),
)
def test_a_user_and_a_password_in_one_word_go_wherever_the_option_is(line: str) -> None:
    assert covered(line, "Hunter22")


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200), st.sampled_from([p.names.split()[0] for p in PROGRAMS]))
def test_any_bytes_behind_a_program_are_looked_through(noise: bytes, name: str) -> None:
    text = name.encode() + b" -p " + noise
    for _, (start, end, value) in told(text):
        assert 0 <= start <= end <= len(text)
        assert text[start:end] == value or b"," in text


WHOLE = ("q7000+aZ", "q7#aZ", "q7 az q8", "my az pass", "q7 curl -u x:y", "q7 mysql -p z")
LINES = (
    "run: /usr/bin/ldapsearch --x y -w '{}' z",
    'run: /usr/bin/ldapsearch --x y -w "{}"',
    'a0="ldapsearch" a1="-w" a2="{}" a3="z"',
    '["ldapsearch","-w","{}"]',
)


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_a_password_with_the_name_of_a_program_in_it_is_hidden_whole(line: str) -> None:
    for secret in WHOLE:
        assert covered(line.format(secret), secret), secret


def test_a_program_begins_wherever_a_command_may() -> None:
    for line in ("#mysql -pq7000 db", "ssh host 'mysql -pq7000 db'", "az x;mysql -pq7000 db"):
        assert covered(line, "q7000"), line
    assert covered("ldapsearch -w q7000+aZ z", "q7000+aZ")
    assert not covered("ldapsearch -w x\nmysql q7000", "q7000")
