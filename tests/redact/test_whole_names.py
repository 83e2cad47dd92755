"""Whole names behind keys and words that tell of somebody, in letters with capitals and without."""

from __future__ import annotations

import pytest
from reticent_contract.redact.detectors import holders
from reticent_contract.redact.findings import findings

# A few of many scripts; none of the words is in any list.
NAMES = (
    "Veres Bal\u00e1zs",
    "Alfredo Arenas Ponce",
    "Caitlyn Barnett-O'Sullivan",
    "Kai Coreth von und zu Coredo und Starkenberg",
    "\u85e4\u539f \u76f4\u6a39",
    "\u5b8b\u7ea2\u6885",
    "\uac15\ud604\uc6b0",
    "\u0926\u0940\u092a\u094d\u0924\u093f \u0935\u0930\u094d\u092e\u093e",
    "\u0638\u0628\u064a \u0622\u0644 \u0645\u0642\u0637\u0629",
    "\u0641\u0627\u0637\u0645\u0647 \u0632\u0647\u0631\u0627 \u0648\u0644\u0627\u0634\u062c\u0631",
    "\u05d2'\u05d5\u05dc\u05d9 \u05db\u05d4\u05df",
    "\u0e2a\u0e21\u0e1e\u0e34\u0e28 \u0e15\u0e31\u0e49\u0e07\u0e23\u0e1a",
    "\u10dc\u10d8\u10dc\u10dd \u10d1\u10d4\u10e0\u10d8\u10eb\u10d4",
    "\u0531\u0580\u0561\u0574 \u054d\u0561\u0580\u0563\u057d\u0575\u0561\u0576",
    "\u0936\u094b\u092d\u093e (\u0905\u092e\u093e\u0924\u094d\u092f)",
    "\u0936\u094d\u0930\u0947\u0937\u094d\u200d\u0920 \u0930\u093e\u0923\u093e",
)
KEYS = (
    '{{"full_name": "{}", "id": 4}}',
    "Customer name: {}",
    "Patient name: {}; ward 3",
    "displayName={}",
    "Contact person: {}",
    "customer_name={} status=ok",
    "<FullName>{}</FullName>",
    "\u59d3\u540d: {}",
    "\u59d3\u540d\uff1a{} \u7535\u8bdd\uff1a13800138000",
    "\u0424\u0418\u041e: {}",
    "\u0627\u0644\u0627\u0633\u0645 \u0627\u0644\u0643\u0627\u0645\u0644: {}",
    "\u0928\u093e\u092e: {}",
    "Imi\u0119 i nazwisko: {}",
    "BEGIN:VCARD\nFN:{}\nTEL:",
    'ORGANIZER;CN="{}":x',
    "Signed-off-by: {} <a@x.example>",
)
SENTENCES = (
    "user {} logged in",
    "employee {} joined",
    "Message from {}",
    "Ticket assigned to {}",
    "signed by {}",
    "Dear {},",
    "Patient {} admitted",
    "[10:02] {}: see you",
)


def users(text: str) -> list[str]:
    return [text[f.start : f.end] for f in findings(text) if f.detector == "user"]


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_behind_a_key_that_tells_of_somebody_the_value_is_the_name(number: int) -> None:
    for key in KEYS:
        assert NAMES[number] in users(key.format(NAMES[number])), key


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_in_a_sentence_the_whole_run_of_words_is_the_name(number: int) -> None:
    for sentence in SENTENCES:
        if "von und zu" not in NAMES[number] or "(" not in sentence:
            assert NAMES[number] in users(sentence.format(NAMES[number])), sentence


def test_each_key_of_a_line_has_its_own_name() -> None:
    assert users("first_name=Grace last_name=Baker id=4") == ["Grace", "Baker"]
    assert users('{"firstName":"Page","lastName":"Lane"}') == ["Page", "Lane"]
    assert users("Nom: Dupont, Pr\u00e9nom: Solange") == ["Dupont", "Solange"]
    assert users("N:Reed;Ann;;;") == ["Reed", "Ann"]


def test_a_word_that_ends_the_name_is_no_part_of_it() -> None:
    assert users("customer name: Christiane Carrier called twice") == ["Christiane Carrier"]
    assert users("approved by Christiane Carrier Monday") == ["Christiane Carrier"]
    assert users("employee Mrs Christiane Carrier joined") == ["Christiane Carrier"]
    assert users("customer_name=Elaine Jenkins plan=pro") == ["Elaine Jenkins"]


@pytest.mark.parametrize(
    "text",
    [
        "customer name: not provided",
        "first_name: required",
        '{"full_name": "octocat/hello-world"}',
        "display name: Print Spooler",
        "full_name=null",
        "customer_name=Takahashi Steel GmbH",
        "name: Weberknecht Holzmann GmbH",
        "customer Kessler Schaefer AG created",
        "invoice from Nemeth Hegedus Kft.",
        "Message from \u682a\u5f0f\u4f1a\u793e\u85e4\u539f",
        "owner: Wagenknecht Pvt Ltd",
        "name: \u4f1a\u8b70\u5ba4",
        "name: \u670d\u52a1\u5668",
        "name: \uc11c\ubc84",
        "name: \u0646\u0626\u06cc server",
        "file name: report 2026",
        "shipped to \u53e4\u5df4",
        "replaced by Folic Acid",
        "flight to San Antonio delayed, St. Moritz closed",
    ],
)
def test_a_field_a_thing_and_a_firm_are_nobody(text: str) -> None:
    assert users(text) == []


class _Counted:
    """Of a text no part of a name, and how often it was asked for."""

    asked = 0

    def spans(self, _: bytes) -> list[tuple[int, int]]:
        self.asked += 1
        return []


def test_the_parts_of_names_are_looked_for_once_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = _Counted()
    monkeypatch.setattr(holders, "_PARTS", (counted,))
    for finder in holders.HOLDERS:
        counted.asked = 0
        list(finder.find(b"Nom: Dupont, x " * 200))
        assert counted.asked <= 1
