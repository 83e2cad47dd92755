"""A word with a capital that people are called, and nothing else is; and who has a title.

    a given name    Lunch with Farah, Missed call: Yewande, Jun-ho Seo, "Kjersti phone"
    a title         Dr. Okonjo, Frau Lindqvist, Familie Wischnewski

Enters: text. Leaves: names. Must hold: linear; no digit is looked at. A given name is one of
`given_names`, whatever the sentence is; behind a title any word is one that logs are not written
with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.foreign import OF_COMPANIES
from reticent_contract.redact.detectors.full_names import LOWER, UPPER, is_of_thing, with_initials
from reticent_contract.redact.detectors.given_names import GIVEN_NAMES, SURNAMES_OF_WORDS
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.legal_forms import is_firm
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at, words
from reticent_contract.redact.detectors.renowned import is_renowned
from reticent_contract.redact.detectors.sentence import may_be_name

# With a capital; of UTF-8, letters beyond ASCII are these bytes.
_WORDS = re.compile(rb"[A-Z\xc3-\xc5][a-z\x80-\xc8]+(?:-[a-z]+)?")
_GIVEN = GIVEN_NAMES.capitalised
_DASHED = frozenset(name.partition(b"-")[0] for name in _GIVEN if b"-" in name)
_LETTERS = bytes(code if chr(code).isalpha() and code < 0x80 else ord(" ") for code in range(256))
_SECOND = re.compile(rb"-[A-Z\xc3-\xc5][a-z\x80-\xc8]+")  # Jean-Luc
_SURNAME = re.compile(rb" ([A-Z][a-z]+)(?![\w\-(=/])")
_BEYOND = r"[\x{80}-\x{10FFFF}]"
_GATE = rf"(?:^|[\s\"'(\[{{<>=:,;|])[A-Z](?:[a-z]|{_BEYOND})|{_BEYOND}[A-Za-z]"
# Before anything else it is a part of something longer: an identifier, a path, a time zone
# (Europe/Sofia), an address.
_OPENING = frozenset(b" \t\r\n\f\"'([{<>=:,;|")
_FIRST_BEYOND_ASCII = 0x80
_BEHIND = re.compile(rb"[A-Za-z0-9_(=@/\\\-&+]|[.:][A-Za-z0-9_]|::|\xc3|\xc4|\xc5")
# San Antonio, St. Moritz are places.
_PLACES = re.compile(
    rb"(?:\b(?:San|Santa|Santo|Sant|St\.?|Saint|Ste\.?|Sankt|Fort|Port|Lake|North|South|"
    rb"East|West|Storm|Hurricane|Cyclone|Typhoon|Hotel|Rua|Via|Rue|Calle|Avenida|Plaza|Piazza)|"
    rb"\xc3\xa3o) \Z"
)
_PLACE_BYTES = 10
# A town, a prize, a dish is called so as well.
_OF_PLACE = re.compile(
    rb" (?:region|airport|awards?|cup|prize|winners|timezone|theorem|Malpensa|Linate)\b|"
    rb" (?:[0-9.]{1,8} )?(?:licen[cs]es?|seats)\b|, (?:North|South|British|New|West) [A-Z]"
)
_SUBJECT_SIGNS = frozenset(b"=\"' ")

# Of given names in two, written with a dash.
_SYLLABLES = words(
    """
    hae yu ji jun min seo su soo hye hyun hyo eun jae jin jung kyung dong sang sung seung tae woo
    yeon young byung chul hwa kwang myung nam won yong ho hee joo ah bin kyu
    mei ling xiao li wei jing hui ming hsiao chia chih chun yi shu pei ting tzu wen kwok hoi kit siu
    sze tsz wing wai yuen hua lan fen fang jie lei qing rong yan ying yun zhen hong hsin hao yen
    """
)
_SURNAMES = words(
    """
    kim lee park choi jung jeong han shin seo kang cho yoon jang lim oh kwon hwang ahn song ryu hong
    chen wang li lin chang huang liu wu yang tsai hsu cheng hsieh kuo chan wong cheung lau ng leung
    yip tan ong goh teo zhang zhao zhou sun ma zhu hu guo he ok bae
    baek yoo noh nam heo sohn moon min
    """
)
_OF_TWO_GATE = r"\b[HJLMSWXYCKTEDNPB][a-z]{1,4}-[A-Za-z][a-z]"
_OF_TWO = (
    r"(?:^|[\s\"'(,;:=])([A-Z][a-z]{1,4}-[A-Za-z][a-z]{1,4}(?: [A-Z][a-z]{1,5})?)"
    r"(?:[\s,;:!?\"')]|\.?$)"
)

_TITLE = (
    r"(?:M(?:rs?|s|x|iss|me|lle|d)|Dr|Prof|Herrn?|Frau|Famil(?:ie|y)|Monsieur|Madame|Mademoiselle|"
    r"Se\x{f1}ora?|Se\x{f1}orita|Senhora?|Sra|Srta|Do\x{f1}a|Signora?|Smt|Shri|Shrimati|Kumari|"
    r"Dra|Dott(?:\.ssa|ssa)?|Avv|Profa?(?:\.ssa)?|Mgr|Dipl\.-Ing|Ing|Lic|Arq|Docteur|Sr\.|Hr|Fr\.|Sig(?:\.ra|\.na|\.)|se\x{f1}or(?:a|ita)?|sig(?:\.ra|\.na|nora?|\.)|hr\.|sr(?:a|ta)?\.|"
    r"dhr\.|mevr?\.|meneer|mevrouw|dott(?:\.ssa)?\.|Sra\.|Srta\.|Panie|Capt|Sgt|Rev|Tante|Onkel|Aunt|Uncle|Dhr|Mevr|Mevrouw|Meneer|Fru|Fr\x{f6}ken|Rouva|Pani|"
    r"Bapak|Ibu|Pak|Tuan|Puan|Encik|Say\x{131}n|Adv|Hon)"
)
_TITLE_GATE = rf"\b{_TITLE}\.? {UPPER}"
_TITLED = (
    rf"(?:\b{_TITLE}\.? ){{0,3}}{_TITLE_GATE}"
    rf"{LOWER}+(?:[\-'\x{{2019}}]{UPPER}{LOWER}+)?(?: {UPPER}{LOWER}+)?"
)
_IS_TITLE = re.compile(
    _TITLE.replace("\\x{f1}", "\xf1")
    .replace("\\x{f6}", "\xf6")
    .replace("\\x{131}", "\u0131")
    .encode()
    + rb"\.?|le|la|med\."
)
_NOT_TITLED = frozenset((b"Watson", b"Web", b"Pepper", b"Martens"))  # Dr. Watson is a program
_PART = re.compile(rb"[^ ]+")


def _whole(text: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the name is, with a surname that is a word; none where it is a part of something."""
    before = text[start - 1] if start else _FIRST_BEYOND_ASCII
    if before not in _OPENING and before < _FIRST_BEYOND_ASCII:
        return None
    if before in _SUBJECT_SIGNS and is_of_thing(text, start):
        return None
    second = _SECOND.match(text, end)
    if second is not None:
        end = second.end()
    if _BEHIND.match(text, end) is not None:
        return None
    if _PLACES.search(text, max(0, start - _PLACE_BYTES), start) is not None:
        return None
    if _OF_PLACE.match(text, end) is not None:
        return None
    if is_renowned(text, start, end) or is_firm(text, start, end):
        return None
    surname = _SURNAME.match(text, end)
    if surname is None:
        return with_initials(text, start, end)
    lowered = surname[1].decode().lower()
    if lowered in OF_COMPANIES:
        return None  # Lakshmi Enterprises
    return start, surname.end() if lowered in SURNAMES_OF_WORDS else end


def _find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        yield start, end, text[start:end]


def _take_of_two(start: int, value: bytes) -> Found | None:
    """Two syllables of Korean or of Chinese, and a surname behind them: Yu-min Han."""
    given, _, surname = value.partition(b" ")
    if not all(part.lower().decode() in _SYLLABLES for part in given.split(b"-")):
        return None
    whole = value if surname.lower().decode() in _SURNAMES else given
    return start, start + len(whole), whole


def _find_titled(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for first, last in spans:
        start = end = 0
        _, *words = _PART.finditer(text, first, last)
        for word in words:
            if not start and _IS_TITLE.fullmatch(word[0]) is not None:
                continue  # Herr Dr. Lindemann
            if not may_be_name(word[0].lower()) or word[0] in _NOT_TITLED:
                break
            if text[word.end() : word.end() + 1] in (b"_", b"("):
                break
            start, end = start or word.start(), word.end()
        if start:
            yield start, end, text[start:end]


class _Given(Pattern):
    """What of a text is a given name, in the place of where its gate matches."""

    __slots__ = ()

    def _spans(self, text: bytes) -> list[tuple[int, int]]:
        # Of a text of ASCII the words without an expression: a name is one, or its first part.
        if text.isascii():
            words = text.translate(_LETTERS).split()
            if _GIVEN.isdisjoint(words) and _DASHED.isdisjoint(words):
                return []
        if _GIVEN.isdisjoint(_WORDS.findall(text)):
            return []
        names = [word for word in _WORDS.finditer(text) if word[0] in _GIVEN]
        whole = (_whole(text, *name.span()) for name in names)
        return [each for each in whole if each is not None]


CALLED: tuple[Finder, ...] = (
    finder_at(_GATE, _Given(_GATE), _find, "B", reads=(0, 0)),
    grouped(_OF_TWO, _OF_TWO_GATE, _take_of_two),
    finder_at(_TITLE_GATE, Pattern(_TITLED), _find_titled, "B", reads=(0, 0)),
)
