"""Whether a number counts or numbers something, rather than names a card, a phone, a person.

Enters: a text, and where a number stands in it. Leaves: yes or no, by what adjoins it: a unit
behind it (1234567 ms, 12345678 entries), or what programs count before it (size=…, build …).
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.near import is_underscored

_BEFORE_BYTES = 24
_COUNTER = re.compile(
    rb"(?i)(?<![a-z])(?:job|block|ack|row|item|ticket|size|bytes?|length|len|inode|pid|tid|uid|"
    rb"used|free|total|count|compressed|offset|sector|order|trace|txn|txid|invoice|seq|sequence|"
    rb"time|timestamp|duration|address|addr|handle|thread|build|version|"
    rb"ean(?:[\- ]?13)?|barcode|upc(?:[\- ]?a)?|gtin|isbn(?:[\- ]?13)?|sku|"
    rb"id)[\"']?(?:_[a-z]+)?\s?[=:_]?\s?[\"']?\Z"
)
_UNIT = re.compile(
    rb"\s?(?:bytes|[KMGT]?i?B\b(?!-[a-z])|[mun]?s\b|sectors|blocks|ticks|records|entries|items|times\b|rows|"
    rb"pages|lines|messages|contacts|numbers|users|calls\b|packets|(?:milli|micro)?seconds|"
    rb"[mk]?V\b|mAh?\b|%|px\b|rpm\b|[kMG]?Hz\b)"
)
# Of what stands near a word for a phone: what a phone or a radio has besides its number.
_NUMBERED = re.compile(
    rb"(?i)(?:\b(?:build|version|rev|revision|queue|node|table|batch|pid|seq|sequence|size|count|"
    rb"total|took|offset|index|epoch|timestamp|(?:sms|msg|message|call|session|event|queue|job|"
    rb"app)[ _\-]id|(?:reference|complaint|case|request|support|docket|claim|ticket|tracking|order|"
    rb"invoice|account|application|policy|registration|serial|confirmation|booking) "
    rb"(?:no\.?|number|id) is)|\bcell[ _]?(?:id|identity|tower))[\"']?\s?[=:#]?\s?[\"']?\Z"
)
# Behind a number that is one: mobile 9845012345 order 9211001.
_OF_ITS_OWN = re.compile(
    rb"(?i)[0-9>][^0-9a-z]{1,4}(?:[a-z]+ ){0,2}(?:order|invoice|receipt|ticket|mmid|txn|"
    rb"transaction|ref|reference|awb|amount|complaint|booking|utr|rrn|docket|bill|"
    rb"(?:consumer|customer|account|policy|claim|case)(?=[ _]?(?:no|num|number|id)))"
    rb"(?:[ _]?(?:no\.?|num|number|id))?[\"']?\s?[=:#]?\s?[\"']?\Z"
)
_OWN_BYTES = 40
_OWN_ENDS = tuple(
    b"order invoice receipt ticket mmid txn transaction ref reference awb amount complaint booking "
    b"utr rrn docket bill no no. num number id".split()
)
_CELL = re.compile(
    rb"(?i)\b(?:attach\w*|camp\w*|handover|handoff|reselect\w*|moved|serving|neighbou?r\w*|battery|"
    rb"memory|fuel|solar|table|grid|radio|lte|nr|gsm|source|target|barred|detected)\s(?:to |on |"
    rb"from |in )?"
    rb"cell\s?[=:#]?\s?\Z"
)
_CELL_BYTES = 32
# blk_-6952295868487656571, hash=-4980916519894289629: a number below zero, of a program.
_BELOW_ZERO = re.compile(rb"[\w=:(\[,] ?-\Z")
_SIGNED_DIGITS_MIN = 17
# Of a card, a phone, a device, whose own detectors look there.
_TOLD = re.compile(
    rb"(?i)(?:\b|_)(?:card|paid|pay|payment|bill|billed|charge|charged|refund|refunded|imei|"
    rb"imeisv|meid|phone|mobile|msisdn|tel|whatsapp|sms|call|called|caller|calling)"
    rb"(?:[ _]?(?:no|number|to|from|with|by|method|alert))*\W{0,5}\Z"
)
_TOLD_BYTES = 40


def is_counted(text: bytes, end: int) -> bool:
    """Whether a unit stands behind the number that ends there."""
    return _UNIT.match(text, end) is not None


def is_no_count(text: bytes, start: int, end: int) -> bool:
    """A size, a counter, an identifier of a program: one in twenty of them passes as a card."""
    return (
        is_underscored(text, start, end)
        and not is_counted(text, end)
        and not (
            end - start >= _SIGNED_DIGITS_MIN
            and text[start:end].isdigit()
            and _BELOW_ZERO.search(text, max(0, start - 3), start) is not None
        )
        and _COUNTER.search(text, max(0, start - _BEFORE_BYTES), start) is None
    )


def is_bare(text: bytes, start: int, end: int) -> bool:
    """A number that no word before it tells to count or to be something else."""
    return (
        is_no_count(text, start, end)
        and _TOLD.search(text, max(0, start - _TOLD_BYTES), start) is None
    )


def is_numbered(text: bytes, start: int, end: int) -> bool:
    """Whether a number near a word for a phone is no number to call: `mobile build 1234567`."""
    return (
        is_counted(text, end)
        or _NUMBERED.search(text, max(0, start - _BEFORE_BYTES), start) is not None
        or _is_of_its_own(text, start)
        or _CELL.search(text, max(0, start - _CELL_BYTES), start) is not None
    )


def _is_of_its_own(text: bytes, start: int) -> bool:
    before = text[max(0, start - _OWN_BYTES) : start]
    is_likely = before.rstrip(b" =:#\"'").lower().endswith(_OWN_ENDS)
    return is_likely and _OF_ITS_OWN.search(before) is not None
