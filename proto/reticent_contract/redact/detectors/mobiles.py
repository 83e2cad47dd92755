"""Ten digits that are somebody's mobile, as India writes it, by what stands right beside them.

    beside a person   Anil Kapoor,9845012345   "anil@example.in","9845012345"
    behind a word     driver 9845012345, remitter: 98450 12345, custMobNo=9845012345
    in a message      to:9845012345 status:delivered; a word that says little, and a sign of one
    in a path         uploads/9845012345/selfie.png, call_9845012345_20261126.wav

Other numbers of ten digits are orders and accounts, so it begins as a mobile does (6 to 9, maybe
behind 0 or 91), and nothing stands between it and what tells.

Enters: a text, and where the digits stand. Leaves: yes or no. Must hold: looks at a bounded stretch
and tells no digit from another, but in the number itself.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.somebody import Told, is_somebody

GATE = r"(?:\b|_)[0-9]{5}[ \-]?[0-9]{5}"
SHAPE = r"(?:\b|_)[0-9]{0,2}[0-9]{5}[ \-]?[0-9]{5}(?:\b|_)"
BEFORE_BYTES, BEHIND_BYTES = 64, 64
_BEFORE = (b"", b"0", b"91")
_FIRST = frozenset(b"6789")
_DIGITS = 10
_DISTINCT_MIN = 3
_COLUMNS = b",|;\t\n/"
_BETWEEN = _COLUMNS + b" -\"'()[]<>{}"
_CELL = re.compile(rb"[,|;\t][ \"']*[A-Za-z][A-Za-z .]{0,23}\Z")
_CELLS_MAX = 2
_NAME = rb"[A-Z][A-Za-z'\-]*\.?(?: [A-Z][A-Za-z'\-]*\.?){1,3}"
_NAMED = re.compile(rb"(?<![\w.])" + _NAME + rb"\Z")
_NAMES = re.compile(_NAME + rb"(?![\w.])")
_KNOWN = (
    rb"(?:[A-Za-z0-9._%+\-]{1,40}@(?:[A-Za-z0-9\-]{1,30}\.){1,4}[A-Za-z]{2,12}|"
    rb"[A-Z]{3}[ABCFGHLJPT][A-Z][0-9]{4}[A-Z])"
)
_KNOWN_BEFORE = re.compile(_KNOWN + rb"\Z")
_KNOWN_BEHIND = re.compile(_KNOWN + rb"\b")
_PERSON = rb"(?: [A-Z][a-z]+){1,2}"
_WORD = re.compile(
    rb"(?i:(?<![a-z])(?:driver|rider|captain|remitter|payee|payer|beneficiary|passenger|customer|"
    rb"subscriber|guest|patient|nominee|guardian|visitor|courier|caller|callee|"
    rb"(?:delivery|courier) (?:boy|agent|partner|executive|man|person)|[ab][ \-]?party|paytm|"
    rb"g-?pay|google pay|phone ?pe|bhim|sim(?: card)?|ivr|dnd(?: registered)?|login id|"
    rb"missed calls?)(?: (?:no|num|number)\b\.?)?)(?:" + _PERSON + rb")?\W{1,3}\Z|"
    rb"(?i:\b(?:reach|contact|meet|call|ask for|(?:speak|talk|spoke) (?:to|with)))"
    + _PERSON
    + rb" (?:at|on) \Z|"
    rb"(?i:\bping (?:me|us|him|her|them) (?:on|at) \Z|\be?-?kyc(?: [a-z]+)? (?:of|for) \Z|"
    rb"\b(?:mnp|port(?:ed)?[ \-](?:in|out))\b[a-z ]{0,16}\W\Z|"
    rb"\brecharged?\b(?: [^\n]{0,32}\b(?:for|of|to|on))? \Z|"
    rb"(?:(?<![a-z])|[_a-z](?-i:M)|_m)(?:ph|mob|ob|mobile|obile|alt|cell)[ _]?"
    rb"(?:no|num|number|nr)[\"']?\s?[=:]\s?[\"']?\Z)|"
    + "(?:தொடர்பு|மொபைல்|கைபேசி|ಮೊಬೈಲ್|ಫೋನ್|ఫోన్|మొబైల్|മൊബൈൽ|ഫോൺ|મોબાઈલ|મોબાઇલ|ફોન|ਮੋਬਾਈਲ|"
    "ਫ਼ੋਨ|ਫੋਨ|संपर्क|सम्पर्क|ମୋବାଇଲ|ଫୋନ୍)".encode()
    + rb"(?: [\x80-\xff]{3,24})?[ :=\-]{1,3}\Z"
)
_SIGNS = b" :=\"'(.-#<[\t"
_WORD_BYTES = 16
_LETTERS = bytes(b if chr(b).isalpha() or b >= 0x80 else 32 for b in range(256))
# What `_WORD` may end with.
_LAST = frozenset(
    b"driver rider captain remitter payee payer beneficiary passenger customer subscriber guest "
    b"patient nominee guardian visitor courier caller callee boy agent partner executive man "
    b"person party paytm gpay pay phonepe pe bhim sim card ivr dnd registered id call calls at on "
    b"of for to in out mnp recharge recharged done".split()
)
_ENDS = (b"no", b"num", b"number", b"nr", *(bytes((b,)) for b in range(0x80, 0x100)))
_BEHIND = re.compile(
    rb"(?i)[\"'] for key [\"'`][\w.]{0,24}(?:mob|phone|msisdn|contact|cell)|"
    rb"\W{1,2}(?:ported|barred|complained|on whats ?app|(?:is )?(?:switched off|not reachable|"
    rb"unreachable|not answering))\b"
)
_LITTLE = re.compile(
    rb"(?i)(?<![a-z])(?:to|from|dest(?:ination)?|dst|src|source|recipients?|receiver|numbers?|no|"
    rb"key|for|with|ping|verify)[\"']?\s?[=: ]\s?[\"']?\Z"
)
_OF_MESSAGES = re.compile(
    rb"(?i)(?<![a-z])(?:sms|whats ?app|otp|smpp|dlr|dlt|ivr|upi|sim|cdr|gupshup|twilio|kaleyra|"
    rb"msg91|karix|exotel|kyc)(?![a-z])|\bdeliv(?:rd|ered)\b"
)
_FROM = re.compile(rb"(?i)\bfrom\s?[:=]\s?\Z")
_THEN_TO = re.compile(rb"(?i)\W{1,2}to\s?[:=]\s?(?:[0-9]{2})?[0-9]{10}\b")
_TO = re.compile(rb"(?i)\bfrom\s?[:=]\s?(?:[0-9]{2})?[0-9]{10}\W{1,2}to\s?[:=]\s?\Z")
_FOLDER = re.compile(
    rb"(?i)(?:\A|/)(?:uploads?|e?kyc|selfies?|users?|customers?|recordings?|calls?|drivers?|riders?|"
    rb"documents?|photos?)/\Z"
)
_RECORDED = re.compile(
    rb"(?i)(?:\A|[/_\- ])(?:call|rec|recording|voice|missed|in|out|incoming|outgoing|whatsapp)"
    rb"[_\-]\Z"
)


def is_mobile(number: bytes) -> bool:
    """Whether its digits are those of a mobile."""
    digits = number.translate(None, b" -")
    dialled, digits = digits[:-_DIGITS], digits[-_DIGITS:]
    return dialled in _BEFORE and digits[0] in _FIRST and len(set(digits)) >= _DISTINCT_MIN


def is_told(text: bytes, start: int, end: int) -> bool:
    """Whether what stands beside the digits from `start` to `end` says whose they are."""
    before = text[max(0, start - BEFORE_BYTES) : start]
    behind = text[end : end + BEHIND_BYTES]
    return (
        (_may_tell(before) and _WORD.search(before) is not None)
        or _BEHIND.match(behind) is not None
        or _is_of_message(before, behind)
        or _is_in_path(before, behind)
        or _is_beside_person(before, behind)
    )


def _may_tell(before: bytes) -> bool:
    """Whether the last word may be one of `_WORD`, or a name behind one; told fast."""
    head = before.rstrip(_SIGNS)
    word = head[-_WORD_BYTES:].translate(_LETTERS).rpartition(b" ")[2]
    return word.istitle() or word.lower() in _LAST or word.lower().endswith(_ENDS)


def _is_of_message(before: bytes, behind: bytes) -> bool:
    if _LITTLE.search(before) is None:
        return False
    if _OF_MESSAGES.search(before) or _OF_MESSAGES.search(behind):
        return True
    is_first = _FROM.search(before) is not None and _THEN_TO.match(behind) is not None
    return is_first or _TO.search(before) is not None


def _is_in_path(before: bytes, behind: bytes) -> bool:
    if behind[:1] == b"/":
        return _FOLDER.search(before) is not None
    return behind[:1] in (b"_", b"-", b".") and _RECORDED.search(before) is not None


def _is_beside_person(before: bytes, behind: bytes) -> bool:
    head = before.rstrip(_BETWEEN)
    gap = before[len(head) :]
    for _ in range(_CELLS_MAX + 1):
        if (b"@" in head or head[-1:].isupper()) and _KNOWN_BEFORE.search(head):
            return True
        if head[-1:].isalpha() and _is_name(_NAMED.search(head)):
            return True
        cell = _CELL.search(head)
        if cell is None or not gap.strip(b" -\"'()[]<>{}"):
            break
        head = head[: cell.start()].rstrip(_BETWEEN)
    if head and not gap.strip(b" -\"'"):
        return False  # a word of its own stands before it
    tail = behind.lstrip(_BETWEEN)
    return (
        len(tail) < len(behind)
        and tail[:1].isalnum()
        and (_KNOWN_BEHIND.match(tail) is not None or _is_name(_NAMES.match(tail)))
    )


def _is_name(match: re.Match[bytes] | None) -> bool:
    return match is not None and is_somebody(match[0].decode(), Told.LIKELY)
