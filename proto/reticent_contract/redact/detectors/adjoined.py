"""Who is beside an address or a card's, one word joined to it by a bracket or a sign.

    brackets       mount by zeichen-ws (10.8.8.1), mta9x[198.51.100.9], 203.0.113.9[rkunz]
    columns        webdav;rebekka;10.3.3.8;rename, otto|10.3.3.8|PUT
    a slash        sstp 203.0.113.50/dlorenz down
    a card's       client 5c:e9:1e:0b:44:a1 (rpillai), entry [v.dsouza] for 5c:e9:1e:0b:44:a7
    in a lease     10.2.7.7 5c:e9:1e:0b:44:10 Redmi-di-Chiara
    a place        cashdesk 3 (bsommer), counter 7 ("akhan")

Enters: text. Leaves: user names, as `person.USER` has them; a machine's stands there as well, and
either is somebody's. Must hold: linear; all digits are alike; no word that logs are written with,
no interface and no protocol.
"""

from __future__ import annotations

from reticent_contract.redact.detectors.actors import LEFT_OUT
from reticent_contract.redact.detectors.foreign import FOREIGN
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.machines import DEVICES
from reticent_contract.redact.detectors.model import Finder, Found
from reticent_contract.redact.detectors.person import is_prose_word, named
from reticent_contract.redact.detectors.sentence import may_be_name
from reticent_contract.redact.gates import in_order
from reticent_contract.redact.shapes import ANY_DIGIT

_IPV4 = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_MAC = r"[0-9A-Fa-f]{2}(?:[:\-][0-9A-Fa-f]{2}){5}"
_LOGIN = r"[A-Za-z][A-Za-z0-9._\-]*[A-Za-z0-9]"
# Vendors of cards stand there as well, and none is written so.
_JOINED = r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){1,4}"
_SMALL = r"[a-z][a-z0-9._\-]*[a-z0-9]"
_BESIDE = (
    rf"\b(?:by|from|for|of|to|user|client|peer|host) ({_LOGIN}) ?[(\[]{_IPV4}[)\]]|"
    rf"(?:^|[:=,;\]] ?)([a-z][a-z0-9._]*[a-z0-9]) ?[(\[]{_IPV4}[)\]]|"
    rf"(?:^|[\s=:]){_IPV4}[(\[]({_LOGIN})[)\]]|"
    rf"\(({_LOGIN}),{_IPV4}\)|"
    rf"(?:^|[;|,])({_SMALL})[;|,]{_IPV4}[;|,]|"
    rf"(?:^|[\s=:]){_IPV4}/({_LOGIN})(?:[\s,;:]|$)"
)
_BESIDE_GATE = in_order(
    r"[(\[][0-9]{1,3}\.[0-9]{1,3}\.|\.[0-9]{1,3}\.[0-9]{1,3}[(\[/][A-Za-z]|"
    r"[;|,][0-9]{1,3}\.[0-9]{1,3}\."
)
_BESIDE_CARD = (
    rf"\b{_MAC} [(\[][\"']?({_SMALL})[\"']?[)\]]|"
    rf"\b(?:[Aa]ccount|[Uu]ser(?: ?name)?|ap:) (?:entry|slot|record) "
    rf"[(\[][\"']?({_LOGIN})[\"']?[)\]] [a-z]|"
    rf"\b(?:{_IPV4} {_MAC}|{_MAC} {_IPV4}) ({_JOINED})(?:\s|$)"
)
# Three of its pairs with what joins them, as a time of day has two.
_CARD_ENDS = r"(?:[:\-][0-9A-Fa-f]{2}){3}"
_BESIDE_CARD_GATE = in_order(
    rf"{_CARD_ENDS} (?:[(\[][\"']?)?[A-Za-z]|{_CARD_ENDS} [0-9]{{1,3}}\.[0-9]{{1,3}}\.|"
    r"(?:entry|slot|record) [(\[]"
)
_PLACE = (
    r"\b(?:[Cc]ash ?desk|[Cc]ounter|[Tt]ill|[Dd]esk|[Cc]ashier|[Kk]iosk|[Ww]ard|[Kk]asse|[Pp]latz|"
    r"[Oo]perator|[Aa]gent|[Rr]egister|[Tt]eller|[Ss]eat|[Ll]ane)"
    rf"(?: [0-9]{{1,4}})? [(\[][\"']?({_LOGIN})[\"']?[)\]]"
)
_PLACE_GATE = in_order(
    r"(?:[Dd]esk|ounter|[Tt]ill|ashier|iosk|[Ww]ard|asse|latz|perator|gent|egister|eller|[Ss]eat|"
    r"[Ll]ane)(?: [0-9]{1,4})? [(\[][\"']?[A-Za-z]"
)
_CHARS_MIN = 3


def _take(start: int, value: bytes) -> Found | None:
    found = named(start, value)
    if found is None or len(found[2]) < _CHARS_MIN or DEVICES.fullmatch(found[2]) is not None:
        return None
    word = found[2].lower()
    if LEFT_OUT.fullmatch(word) is not None or word.decode("utf-8", "replace") in FOREIGN:
        return None
    if is_prose_word(word) or not may_be_name(word.translate(ANY_DIGIT)):
        return None
    return found


ADJOINED: tuple[Finder, ...] = (
    grouped(_BESIDE, _BESIDE_GATE, _take),
    grouped(_BESIDE_CARD, _BESIDE_CARD_GATE, _take),
    grouped(_PLACE, _PLACE_GATE, _take),
)
