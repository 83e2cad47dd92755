"""Mobiles beside somebody, passwords that are handed on, MAC addresses a few words on."""

from __future__ import annotations

import pytest
from reticent_contract.redact.detectors.mobiles import is_mobile
from reticent_contract.redact.findings import findings

_FOUND = (
    # mobiles
    ("Farah Qureshi,Surat,7012398765,active", "phone", "7012398765"),
    ('["farah@quill.example.in", "7012398765"]', "phone", "7012398765"),
    ("7012398765;Farah Qureshi;Surat", "phone", "7012398765"),
    ("visitor Farah Qureshi (70123 98765)", "phone", "70123 98765"),
    ("remitter 7012398765 debited", "phone", "7012398765"),
    ("meet Farah at 7012398765", "phone", "7012398765"),
    ('{"to":"917012398765","status":"delivered"}', "phone", "917012398765"),
    ("From: 7012398765 To: 8812398765", "phone", "8812398765"),
    ("A-party 7012398765 B-party 8812398765", "phone", "7012398765"),
    ("uploads/7012398765/pan.png", "phone", "7012398765"),
    ("ఫోన్ 7012398765", "phone", "7012398765"),
    ("desk: 022 2265 4321", "phone", "022 2265 4321"),
    # logins and passwords
    ("creds: farah.q / Mango#771", "user", "farah.q"),
    ("creds: farah.q / Mango#771", "secret", "Mango#771"),
    ("creds for the jump host: farahq Mango#771", "user", "farahq"),
    ("login with farahq and Mango#771", "secret", "Mango#771"),
    ("id: farahq pw: Mango#771", "user", "farahq"),
    ("APOP farahq 802bd0c9ecc419271e06b311f2a1d264", "user", "farahq"),
    ("pw for the new tablet is mango-gate-77", "secret", "mango-gate-77"),
    ("pw - mango771", "secret", "mango771"),
    # MAC addresses
    ("MAC address of my old tablet: 8c16453b362b", "mac", "8c16453b362b"),
    ("physical address is 8C16453B362B", "mac", "8C16453B362B"),
)
_NOTHING = (
    "Queue Depth,7012398765,ok",
    "order 7012398765 is out for delivery",
    "remitter 7012398765 bytes",
    "to: 7012398765",
    "cache/7012398765/index",
    "offset from 7012398765 to 8812398765",
    "creds for the jump host: ask anybody 77",
    "login with SAML and TOTP2",
    "creds expired 10 days ago",
    "mac of the day: 202611261430",
    "mac address table size 100000000000",
    "pwdLastSet=133768812345678901",
    "pwd: /srv/data",
    "digest d41d8cd98f00b204e9800998ecf8427e",
    "token=REPLACE_ME",
)


@pytest.mark.parametrize("number", range(len(_FOUND)))
def test_it_is_found_under_its_name(number: int) -> None:
    text, detector, value = _FOUND[number]
    assert (detector, value) in {(f.detector, text[f.start : f.end]) for f in findings(text)}


@pytest.mark.parametrize("number", range(len(_NOTHING)))
def test_what_only_looks_like_it_is_left(number: int) -> None:
    assert findings(_NOTHING[number]) == ()


def test_a_mobile_begins_as_one_of_india_does() -> None:
    assert is_mobile(b"7012398765")
    assert is_mobile(b"917012398765")
    assert is_mobile(b"70123 98765")
    assert not is_mobile(b"5012398765")
    assert not is_mobile(b"447012398765")
    assert not is_mobile(b"7777777777")


_FOUND_OF_OTHERS = (
    ("Add-ADGroupMember -Identity Payroll -Members farah.q", "user", "farah.q"),
    ("Set-ADUser -Identity farah.q -Enabled $true", "user", "farah.q"),
    ("su - farahq", "user", "farahq"),
    ("mobile 7012398765 alternate 8812398765", "phone", "8812398765"),
    ("mobile of the order: 7012398765", "phone", "7012398765"),
    ("vendor BKCPM4321L verified", "pan", "BKCPM4321L"),
    ("शिकायतकर्ता: मीरा पिल्लै", "user", "मीरा पिल्लै"),
    ("pasaporte nº D1Y271985", "passport", "D1Y271985"),
    ("pp no M4821973", "passport", "M4821973"),
    ("ambulance KL07CD4321", "vehicle", "KL07CD4321"),
)
_NOT = (
    ("Add-ADGroupMember -Identity Payroll -Members farah.q", "Payroll"),
    ("sender=QUILLB template=41", "QUILLB"),
    ("cab assigned: bay 4", "cab"),
    ("host su - ID52 - locked", "ID52"),
    ("mobile 7012398765 order 7711223", "7711223"),
    ("mobile no 7012398765, bill 77112234", "77112234"),
    ("SKU BKCPM4321L in stock", "BKCPM4321L"),
)


@pytest.mark.parametrize("number", range(len(_FOUND_OF_OTHERS)))
def test_what_stands_beside_such_a_word_is_found(number: int) -> None:
    text, detector, value = _FOUND_OF_OTHERS[number]
    assert (detector, value) in {(f.detector, text[f.start : f.end]) for f in findings(text)}


@pytest.mark.parametrize("number", range(len(_NOT)))
def test_a_group_a_header_and_a_number_of_its_own_are_left(number: int) -> None:
    text, value = _NOT[number]
    assert value not in {text[f.start : f.end] for f in findings(text)}
