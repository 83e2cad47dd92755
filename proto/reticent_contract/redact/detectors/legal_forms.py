"""What the law calls a firm, behind or before its name: no person has it.

Enters: nothing. Leaves: patterns. Must hold: of some forty countries; a form that is a usual word
or a part of a name (AS, SA, CO) only as it is written for firms.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.given_names import GIVEN_NAMES
from reticent_contract.redact.detectors.renowned import is_renowned

_LATIN = (
    r"GmbH|mbH|gGmbH|AG|KG|KGaA|OHG|GbR|e\.\s?(?:V|K|U)|UG|Stiftung|"
    r"Ltd|Limited|Inc|Incorporated|LLC|LLP|LP|PLC|plc|Pty|Pvt|Corp|Corporation|"
    r"S\.[ALC]\.?(?=\s*$|,| de )|SA|S/A|SAS|SARL|SASU|EURL|SNC|SCI|S\.?p\.?A|[Ss]\.?[Rr]\.?[Ll]|"
    r"S\.?a\.?s|S\.?n\.?c|S\.de R\.L|SpA|SRL|Srl|"
    r"BV|B\.V|NV|N\.V|VOF|VZW|CVBA|BVBA|AB|HB|Oyj?|Ky|Tmi|ApS|A/S|I/S|K/S|ASA|AS|ANS|ENK|"
    r"Kft|Zrt|Nyrt|Kht|Bt|Rt|Kkt|s\.\s?r\.\s?o|a\.\s?s|k\.\s?s|v\.\s?o\.\s?s|o\.\s?p\.\s?s|z\.\s?s|"
    r"[Ss]p\. ?(?:z|k|j|p)|A\.Ş|[SŞ]ti|T\.A\.[SŞ]|d\.o\.o|d\.d|EOOD|OOD|AD|"
    r"PT|Tbk|CV|UD|PD|Perum|Sdn|Bhd|Ltda|Lda|GesbR|EI|Eireli|EIRELI|MEI|Hnos|Hermanos|"
    r"C\. por A|y [Aa]sociados|e [Ff]ilhos|et Fils|& Co|and Sons|& Sons|"
    r"QSC|ASC|MMC|Group|Gruppe|Groupe|Grupo|Gruppo"
)
_OTHER = (
    "КДА|КД|ЕТ|ТД|ООО|ОАО|ЗАО|ПАО|НПО|АО|ИП|РАО|ТОВ|ПАТ|ПрАТ|ТзОВ|ФОП|ДП|ЕООД|ООД|АД|ЕАД|СД|Α\\.?Ε|Ε\\.?Π\\.?Ε|Ο\\.?Ε|Ι\\.?Κ\\.?Ε|"
    "Ա\\.Կ|ՍՊԸ|ՓԲԸ|ԲԲԸ|შპს|სს"
)
_WITHIN = (
    "株式会社|有限会社|合同会社|合資会社|[(（]株[)）]|有限公司|公司|集团|集團|企业|企業|주식회사|유한회사|\\(주\\)|㈜|\\(유\\)|"
    'लिमिटेड|प्रा\\.|एंड संस|लि\\.|லிமிடெட்|লিমিটেড|شركة|شرکت|مؤسسة|בע"מ|חברת|บริษัท|จำกัด|ห้างหุ้นส่วน|'
    "Công ty|บมจ|(?<!\\w)[\u0621-\u064a](?:\\.[\u0621-\u064a]){1,3}\\.?(?=\\s*$)"
)
_EDGE = r"(?<![\w.\-'])"
LEGAL_FORM = re.compile(
    rf"{_EDGE}(?:{_LATIN}|{_OTHER})\.?(?![\w'])|{_WITHIN}|&|{_EDGE}S\.[ALC][\w.]*\s*$|{_EDGE}(?:Company|Co)\.?$"
)
# The same behind a name that was found: Weber GmbH, Ann Reed Ltd., Weber und Reed KG, Weber & Co.
_AND = "&|und|and|y|et|e|og|och|en|i|és|ja|a|и|та|και|și|ve"
_MORE = rf"(?:,? (?:{_AND}|[A-Z\u00c0-\u00de\u0370-\u03ff\u0400-\u042f][\w&\-]*)){{0,4}}"
_BEHIND = re.compile(
    rf"\.?{_MORE},? ?[\"\u00bb]?,? \(?(?:{_LATIN}|{_OTHER})\.?(?![\w'])|[ ,\-]{{0,2}}(?:{_WITHIN})|"
    rf" (?:{_AND}) (?:Co|Sons|S\u00f6hne|Sohn|Partners?|Cie|Fils|Asociados|Filhos|"
    r"Associates|S\u00f8nner|S\u00f6ner)\b"
)
_EASTERN_BEFORE = ("株式会社", "有限会社", "合同会社", "주식회사", "유한회사", "(주)")
_WORDS_BEFORE = (
    *("ООО", "ОАО", "ЗАО", "АО", "ПАО", "ИП", "НПО", "РАО", "ТОВ", "ПАТ", "ДП"),
    *("PT", "CV", "UD", "PD", "Perum", "UAB", "SIA"),
)
_BEFORE = re.compile(
    rf"(?:{'|'.join(map(re.escape, _EASTERN_BEFORE))}|(?:\A|[\s\"'(«])"
    rf"(?:{'|'.join(_WORDS_BEFORE)}))[ «\"]{{0,2}}\Z"
)
# A pattern that ends a text is tried at each of its characters; this tells most of them fast.
_ENDS_BEFORE = (*_EASTERN_BEFORE, *_WORDS_BEFORE)
_DOTTED = re.compile(
    r"\s?S\.\s?(?:A|L|C)(?:\.\s?(?:S|T|L|P|R\.\s?L|de [CR])|om|oop)?\.?(?!\w| [^\W\d_][a-z])"
)
_FIRST = re.compile(
    rf"(?:{_OTHER}|PT|CV|UD|PD|Perum|UAB|SIA|株式会社|有限会社|주식회사)(?:[\s«\".]|\Z)"
)
_IS_KEY = re.compile(r"\s?=|:\s")  # Username = X, Group = Contractors
# Behind a name: it is a company's.
_COMPANY = re.compile(
    rb"(?: [A-Z&][\w&]*){0,2} (?:\([A-Z][a-z]+\) )?(?:GmbH|AG|KG|Ltd|Limited|Inc|LLC|LLP|Pty|Pvt|"
    rb"Corp|PLC|plc|SAS?|S\.A|SpA|S\.p\.A|S\.?r\.?l|BV|B\.V|NV|N\.V|AB|Oyj?|ApS|SARL|Kft|OOO)"
    rb"(?![A-Za-z])"
)
# The same of what may be a name of a place or a person too, but for a given one: Deccan Bank.
_OF_FIRM = re.compile(
    rb" (?:Bank|Logistics|Technologies|Industries|Enterprises|Airlines|Insurance|University|"
    rb"Hospitals?|Pharma|Textiles|Holdings|Receivables?|Payables?)(?![\w'])"
)
_INITIAL = re.compile(rb" S\Z")
_BEHIND_BYTES = 96
_BEFORE_BYTES = 40


def is_firm(text: bytes, start: int, end: int) -> bool:
    """Whether the legal form of a firm stands right behind what was found, or right before, or
    ends it."""
    found = text[start:end]
    if _INITIAL.search(found) is not None:  # Paz Soler S.L.
        end -= 2
    behind = text[end : end + _BEHIND_BYTES].decode("utf-8", "ignore")
    form = _BEHIND.match(behind)
    if form is not None and _IS_KEY.match(behind, form.end()) is None:
        return True
    if _DOTTED.match(behind) is not None:
        return True
    before = text[max(0, start - _BEFORE_BYTES) : start].decode("utf-8", "ignore")
    if before.rstrip(' «"').endswith(_ENDS_BEFORE) and _BEFORE.search(before) is not None:
        return True
    value = found.decode("utf-8", "ignore")
    return _FIRST.match(value) is not None or _BEHIND.search(value) is not None


def is_company(text: bytes, start: int, end: int) -> bool:
    """The same of one word in a sentence: Weber Transport GmbH, Deccan Bank."""
    if _COMPANY.match(text, end) is not None or _COMPANY.search(text, start, end) is not None:
        return True
    if text[start : start + 1].islower():
        return False
    last = text.find(b" ", start, end)
    name = text[start : last if last >= 0 else end].lower().decode("utf-8", "replace")
    is_named_so = _OF_FIRM.match(text, end) or _OF_FIRM.search(text, start, end)
    if is_named_so and name not in GIVEN_NAMES:
        return True
    return is_renowned(text, start, end) or is_firm(text, start, end)
