"""Words with a capital that people are called and nothing else is; who has a title; records of
people in forms of their own; other languages; and what stays in the same places."""

from __future__ import annotations

import pytest
from faker import Faker
from faker.providers.person.de_DE import Provider as German
from faker.providers.person.en_IN import Provider as Indian
from faker.providers.person.es_ES import Provider as Spanish
from faker.providers.person.fr_FR import Provider as French
from faker.providers.person.pl_PL import Provider as Polish
from faker.providers.person.tr_TR import Provider as Turkish
from reticent_contract.redact.detectors.given_names import GIVEN_NAMES
from reticent_contract.redact.detectors.vocabulary import is_english
from reticent_contract.redact.findings import findings

PROVIDERS = (German, Indian, Spanish, French, Polish, Turkish)
SENTENCES = (
    "Lunch with {} at noon",
    "Missed call: {}",
    "{} is typing",
    "{}: hello everyone",
    'tile "{} laptop" renamed',
    "{} raised a hand",
    "handed to ({})",
)
LEFT = (
    "flight to San Antonio delayed, St. Moritz closed",
    "zone Europe/Sofia, America/Santiago",
    "Ruby 3.3 and Jasmine loaded, Catalina started",
    "MariaDB ready, Oliver.Core loaded, Martin_2 too",
    "Jan 12, June 3 and April",
    "Ms Office Basics, Family Sharing, Miss Rate",
    "alex is no word of logs, nor is oliver",
)


def users(text: str) -> list[str]:
    return [text[f.start : f.end] for f in findings(text) if f.detector == "user"]


def test_of_what_people_are_called_in_six_languages_much_is_found_in_any_sentence() -> None:
    for provider in PROVIDERS:
        names = {name for name in provider(Faker()).first_names if name.isalpha()}
        known = [name for name in names if name.lower() in GIVEN_NAMES]
        assert len(known) > 20
        for name in known[:60]:
            for sentence in SENTENCES:
                assert users(sentence.format(name)) == [name], sentence.format(name)


def test_no_given_name_is_a_word() -> None:
    # James, Jared and their like are forms of words, and of none that anybody writes.
    words = {name for name in GIVEN_NAMES if is_english(name)}
    assert words <= {"denys", "james", "jared", "mads", "subhash"}


@pytest.mark.parametrize("number", range(len(LEFT)))
def test_what_is_called_so_and_is_nobody_is_left(number: int) -> None:
    assert users(LEFT[number]) == []


WHOLE = (
    ("asked Jean-Luc for it", "Jean-Luc"),
    ("placed by Jun-ho Seo, position 4", "Jun-ho Seo"),
    ("visit with Dr. Zorbitz, room 4", "Zorbitz"),
    ("delivered to Familie Quandtner at 9", "Quandtner"),
    ("Grace Okonquo asked for a refund", "Grace Okonquo"),
    ("case moved from Will Page to tier two", "Will Page"),
    ('"displayName":"Sean O\'Rourke"', "Sean O'Rourke"),
    ("назначено Олег Мороз сегодня", "Олег Мороз"),
    ("محمد الحربي has joined #it-help", "محمد الحربي"),
    ("passenger LEE/MINJUN MR seat 4", "LEE/MINJUN"),
    ("PID|1||88120^^^MRN||HALVORSEN^KNUT||19610412", "HALVORSEN^KNUT"),
    ("PV1|1|I|W^3||||4410^Quandt^Lene^^DR|||", "Quandt^Lene^^DR"),
    ("PatientName: QUANDT^ILSE", "QUANDT^ILSE"),
    ("jpalm/192.0.2.7:503 MULTI_sva: pool", "jpalm"),
    ("INFO tbrandt 613x4410x1 1k2 /browse", "tbrandt"),
    ("(m.sato) RELOAD (crontabs/m.sato)", "m.sato"),
    ("Merge pull request #4 from quandt-dev/fix", "quandt-dev"),
    ("Job 771 from MKOWALCZYK queued", "MKOWALCZYK"),
    ("courier id 318 (youssef.b)", "youssef.b"),
    ("Registered SIP 'hamza.q' at x", "hamza.q"),
    ("login --user haruto.m --realm x", "haruto.m"),
    ("user DESHPANDEA, host x", "DESHPANDEA"),
    ('"assignees":[{"login":"zorbk"}]', "zorbk"),
    ("(item={'name': 'ibrahim.toure', 'shell': 'x'})", "ibrahim.toure"),
    ("actor=zorbk action=role.add target=lwanda", "lwanda"),
    ('{"path":"/zorbkx/infra","username":"zorbkx"}', "zorbkx"),
    (r"C:/Users/Lotte V/cv.docx", "Lotte V"),
    ("name=zorbk department=sales", "zorbk"),
    ("waiting for zorbk to approve", "zorbk"),
    ("granted reviewer rights to zorbk", "zorbk"),
    ("session from zorbk@laptop refused", "zorbk@laptop"),
    ("Beleg erstellt von zorbk", "zorbk"),
    ("dossier créé par zorbk", "zorbk"),
    ("zgłoszenie utworzone przez zorbk", "zorbk"),
    ("Mitarbeiter zorbk ausgestempelt", "zorbk"),
    ("Bearbeiter: zorbk", "zorbk"),
)


@pytest.mark.parametrize("number", range(len(WHOLE)))
def test_a_form_of_its_own_tells_a_name(number: int) -> None:
    text, name = WHOLE[number]
    assert name in users(text)


NOBODY = (
    "Benutzer wurde gesperrt, Kunde nicht gefunden",
    "utilisateur non trouvé",
    "gesendet von der Zentrale",
    "install of lodash@latest from react@next",
    "latency IN/OUT MS, TCP/UDP MR1",
    "ADT^A01 and K^Potassium",
    "resized to 1920x1080x32 ok",
    "session 12 (idle), id 4 (none)",
    "aspect 1:1 mapping",
    "pip install --user requests -q",
    "name=nginx state=running",
    '"customer":{"name":"default"}',
    "actor=system target=x86_64",
    "invoice for April sent",
    "Zone member added: Glass Door Sensor",
    'Account "Zorbitz Trading GmbH": terms changed',
    "role QA Engineer II, Analyst III",
    "timeout set to 30, mode set to manual",
    "Unregistered SIP 'reception'",
)


@pytest.mark.parametrize("number", range(len(NOBODY)))
def test_what_stands_in_the_same_places_is_left(number: int) -> None:
    assert users(NOBODY[number]) == []


MACHINES = (
    ("terminal lt-0931 locked", "lt-0931"),
    ("snapshot saved, host thinkpad-zorb, user x", "thinkpad-zorb"),
    ("changed: [app-srv-09] => x", "app-srv-09"),
    ("alarm on node rabbit@mq-02", "mq-02"),
    ("Running on build-agent-11 in /srv", "build-agent-11"),
    ("Successfully assigned ops/x to worker-07", "worker-07"),
    ("client 100, host sapprd01", "sapprd01"),
    ("server fs01 is down", "fs01"),
    ('"node":"db-prod-3"', "db-prod-3"),
    ("upstream http://web01:8080/x refused", "web01"),
    ("mysql -h db-ro.quantbay.io -u x", "db-ro.quantbay.io"),
    ("10.30.5.61#53122 (updates.bluetarn.io): query", "updates.bluetarn.io"),
)


@pytest.mark.parametrize("number", range(len(MACHINES)))
def test_a_program_tells_a_machine_in_its_own_way(number: int) -> None:
    text, name = MACHINES[number]
    assert name in [text[f.start : f.end] for f in findings(text) if f.detector == "fqdn"]


@pytest.mark.parametrize(
    "text",
    [
        "host key mismatch",
        "Running on battery power",
        "ok: [localhost]",
        "numpy.ma imported",
        "server sha256, node v18",
        "http://api:80/",
    ],
    ids=range(6),
)
def test_what_is_no_machine_is_left(text: str) -> None:
    assert [f for f in findings(text) if f.detector == "fqdn"] == []
