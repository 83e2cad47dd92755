"""Full names in any sentence, names of machines behind a key, and what stays in the same places."""

from __future__ import annotations

import pytest
from faker import Faker
from faker.providers.person.de_DE import Provider as German
from faker.providers.person.en_IN import Provider as Indian
from faker.providers.person.pl_PL import Provider as Polish
from reticent_contract.redact.detectors.sentence import may_be_name
from reticent_contract.redact.findings import findings

SENTENCES = (
    "Leave request 881 of {} approved",
    '"userDisplayName":"{}"',
    "[moodle] Enrolled {} in 3 courses",
    "queued for {} (platform x)",
    "caller_id={} group=x",
    "new hire {}, start 2026-11-02",
    "{} \u2014 on leave",
)
NAMES = (
    "Anders Holmqvist",
    "Rajeshwari Pillai",
    "Jean-Luc Morvan",
    "T. Brandtner",
    "Pieter de Vries",
    "\u00d8ystein L\u00f8vdal",
    "Michael R. Lyubo",
    "Leilani K.",
    "Jun-ho Seong",
    "Mahmoud el-Sayed",
    "Piotr \u017bak",
)


def found(text: str, detector: str) -> list[str]:
    return [text[f.start : f.end] for f in findings(text) if f.detector == detector]


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_a_full_name_is_found_in_any_sentence(number: int) -> None:
    for sentence in SENTENCES:
        assert found(sentence.format(NAMES[number]), "user") == [NAMES[number]], sentence


def test_names_of_many_people_are_found_where_none_of_their_words_is_one_of_logs() -> None:
    fake = Faker()
    looked_for = [
        f"{first} {last}"
        for provider in (German, Indian, Polish)
        for first, last in zip(
            [*provider(fake).first_names][:80], [*provider(fake).last_names][:80], strict=False
        )
        if first.isalpha() and last.isalpha()
    ]
    hidden = [name for name in looked_for if name in found(f"ticket of {name} is open", "user")]
    words = [n for n in looked_for if not all(may_be_name(w.encode()) for w in n.lower().split())]
    assert len(looked_for) > 150
    assert len(looked_for) - len(hidden) <= len(words) + 0.05 * len(looked_for)


TURNED = (
    ("recording started by Nordstr\u00f6m, Elin, 6 participants", "Nordstr\u00f6m, Elin"),
    ('From: "DE SMET, Lotte" via x', "DE SMET, Lotte"),
    ("badge 00718 of Schuster, Heidi released", "Schuster, Heidi"),
    ("user_mod: x first=Pilar ok", "Pilar"),
    ('{"given_name":"Pilar"}', "Pilar"),
    ("cardholder=ELENA POPESCU pan", "ELENA POPESCU"),
    ("Border check: TANAKA<<EMI, lane 6", "TANAKA<<EMI"),
)


@pytest.mark.parametrize("number", range(len(TURNED)))
def test_a_name_is_found_whole_as_offices_write_it(number: int) -> None:
    text, name = TURNED[number]
    assert name in found(text, "user")


@pytest.mark.parametrize(
    "text", ["verified as IMRAN SHAIKH", "holder GURPREET SINGH SANDHU"], ids=range(2)
)
def test_capitals_are_a_name_behind_a_word_that_says_so(text: str) -> None:
    name = text.split(" ", 2 if "as" in text.split() else 1)[-1]
    assert found(text, "user") == [name]


NOBODY = (
    "Microsoft Windows Update Agent started",
    "Connection Reset by Remote Host",
    "path C:/Program Files/Nvidia Corporation/x",
    "for Nordhaus GmbH, order 4",
    "call Foo::Bar Baz::Qux",
    "verified as VALID OK",
    "SELECT FROM INTO WHERE",
    "Enrolled Zopfner in 3 courses",
    "replied from Foobar, Ltd and others",
    "cursor first=12 last=40",
    'User "system:serviceaccount:monitoring:default" cannot list',
    "registered new driver usbfs",
)


@pytest.mark.parametrize("number", range(len(NOBODY)))
def test_what_is_no_full_name_is_left(number: int) -> None:
    assert found(NOBODY[number], "user") == []


MACHINES = (
    ("ComputerName=NB-4471-FIN UserName=x", "NB-4471-FIN"),
    ("Workstation Name: LT-0417-KM Source", "LT-0417-KM"),
    ("wifi: Hostname: 'garden-pump'", "garden-pump"),
    ("DeviceName=AND-7731, UPN=x", "AND-7731"),
    ('{"hostName":"kestrel7"}', "kestrel7"),
    ("device CPC-akua-7F2 enrolled", "CPC-akua-7F2"),
    (r"owned by x on \\HENRIKE-PC was printed", "HENRIKE-PC"),
    ("remote session from client DESKTOP-4F7K2Q1", "DESKTOP-4F7K2Q1"),
    (r"copied to \\ANNAS-BOX\c$ by x", "ANNAS-BOX"),
    ("lease to folas-mbp", "folas-mbp"),
    ("denied for user 'ann'@'annas-box' (using password: YES)", "annas-box"),
    ('User-Name = "host/lt-0552.corp.example.net"', "lt-0552.corp.example.net"),
)


@pytest.mark.parametrize("number", range(len(MACHINES)))
def test_a_machine_is_found_behind_a_key_that_says_so(number: int) -> None:
    text, name = MACHINES[number]
    assert found(text, "fqdn") == [name]


LEFT = (
    "hostname=localhost",
    "hostname: unknown",
    "device name: eth0",
    "DeviceName=nvme0n1",
    "systemName: iOS",
    "server name=4711",
    "hostname=$HOST",
    "node name: read-only",
    "device usb-storage ready",
    "the desktop-pc profile",
    r"\\.\pipe\x opened",
    "'x'@'localhost'",
    "workstation read-only mode",
)


@pytest.mark.parametrize("number", range(len(LEFT)))
def test_what_is_no_machine_is_left(number: int) -> None:
    assert found(LEFT[number], "fqdn") == []


def test_a_name_with_a_domain_is_found_once_and_whole() -> None:
    assert found("hostname=web1.corp.example.net up", "fqdn") == ["web1.corp.example.net"]


OTHERS = (
    (":snorri!~sn@gw.example.org JOIN :#salt", "snorri"),
    ("murmur: <4:Tjorven(11)> Authenticated", "Tjorven"),
    ("client connected 'Quirin'(id:88) from 203.0.113.150:5", "Quirin"),
    ('Parameters: {"user"=>{"login"=>"annikki", "x"=>1}}', "annikki"),
    ("Discovered Obinnas-MacBook-Pro.local over AWDL", "Obinnas-MacBook-Pro.local"),
    ('Enrolled device "Tomasz\'s iPad", serial', "Tomasz's iPad"),
    ("was reassigned from jitka to emeka because", "jitka"),
    ("nurse Beatriz called", "Beatriz"),
    ("Break-the-glass access to chart 4 by eivind.moe, reason", "eivind.moe"),
    ("killed query 88120 of desmond after 600 s", "desmond"),
    ("Out of office for Annelies is on", "Annelies"),
    ("VAC ban applied to n00bhunter3000 (STEAM_0:1:44172039)", "n00bhunter3000"),
    ("freeipa: user_add: pilar ok", "pilar"),
    ("job 118 from evangelia@ateliers-imac queued", "evangelia@ateliers-imac"),
)


@pytest.mark.parametrize("number", range(len(OTHERS)))
def test_programs_of_their_own_way_tell_names(number: int) -> None:
    text, name = OTHERS[number]
    assert name in found(text, "user") + found(text, "fqdn")


def test_a_version_that_was_upgraded_is_no_address() -> None:
    text = "parser upgraded from 1.9.0.44 to 1.9.1.3"
    assert found(text, "ipv4") == []
    assert found("moved from 10.9.0.44 to 10.9.1.3", "ipv4") == ["10.9.0.44", "10.9.1.3"]
