"""Words by which a number is told to be one to call, and where they stand.

    a noun        phone, mobile, Tlf., 電話, โทร: any number near it is one
    a verb        call, dial, text: other numbers follow it as well (Call 1482112823 ended), so a
                  short one has to be written as a phone, or asked to be called, right behind it
    what asks     Call 45831383 for support; the customer called from 98247907; phone=1482112823

Enters: a text, and where a number stands in it. Leaves: yes or no.
Must hold: looks at a bounded stretch before and behind the number.
"""

from __future__ import annotations

import re

NOUN = (
    r"(?:phone|mobile|\btel[e\x{e9}]?(?:ph|f|m|p)?(?:one?|no|oon)?\b|t[e\x{e9}]l[e\x{e9}]f[o\x{f3}]|"
    r"telem[o\x{f3}]vel|\btelep[o\x{f3}]n|\btelp\b|\btelefax\b|"
    r"\bcell?(?:ular(?:e|es)?)?\b|puhelin|\bpuh\b|toll[ \-]?free|\bwa\.me/|"
    r"\balt(?:ernate|ernative)? no\b|"
    r"\x{442}\x{435}\x{43b}(?:\x{435}\x{444}\x{43e}\x{43d}|[.:])|"
    r"\x{43c}\x{43e}\x{431}(?:\x{438}\x{43b}|\x{456}\x{43b}|\.)|"
    r"\x{3c4}\x{3b7}\x{3bb}|\x{3ba}\x{3b9}\x{3bd}\x{3b7}\x{3c4}|"
    r"\x{10e2}\x{10d4}\x{10da}|\x{570}\x{565}\x{57c}|\x{1235}\x{120d}\x{12ad}|"
    r"\x{643a}\x{5e2f}|\x{624b}\x{6a5f}|[\x{7535}\x{624b}][\x{8bdd}\x{673a}]|\x{96fb}\x{8a71}|"
    r"\x{c804}\x{d654}|\x{d734}\x{b300}\x{d3f0}|\x{d578}\x{b4dc}\x{d3f0}|\x{c5f0}\x{b77d}\x{cc98}|"
    r"\x{647}\x{627}\x{62a}\x{641}|\x{62c}\x{648}\x{627}\x{644}|\x{645}\x{648}\x{628}\x{627}|"
    r"\x{645}\x{648}\x{628}\x{64a}\x{644}|\x{62a}\x{644}\x{641}\x{646}|"
    r"\x{5d8}\x{5dc}(?:\x{5e4}\x{5d5}\x{5df}|'|:)|\x{5e0}\x{5d9}\x{5d9}\x{5d3}|"
    r"\x{bae}\x{bca}\x{baa}\x{bc8}\x{bb2}\x{bcd}|\x{ba4}\x{bca}\x{bb2}\x{bc8}\x{baa}\x{bc7}|"
    r"\x{b95}\x{bc8}\x{baa}\x{bc7}\x{b9a}\x{bbf}|"
    r"\x{9ab}\x{9cb}\x{9a8}|\x{9ae}\x{9cb}\x{9ac}\x{9be}\x{987}\x{9b2}|"
    r"\x{92b}\x{93c}?\x{94b}\x{928}|\x{95e}\x{94b}\x{928}|"
    r"\x{92e}\x{94b}\x{92c}\x{93e}[\x{907}\x{908}]\x{932}|\x{926}\x{942}\x{930}\x{92d}\x{93e}\x{937}|"
    r"\x{e42}\x{e17}\x{e23}|\x{e21}\x{e37}\x{e2d}\x{e16}\x{e37}\x{e2d}|"
    r"\x{111}i\x{1ec7}n tho\x{1ea1}i|\bs\x{111}t\b|di \x{111}\x{1ed9}ng|\x{111}t:|"
    r"t\x{101}lr|m\x{f3}vil|\bmobiel\b|\bmobitel|kom\x{f3}rk|\bhandy(?:nr|nummer)?\b|\btlf\b|"
    r"caller[ _\-]?id|hotline|landline|"
    r"\bvoice ?mail\b|\b(?:call(?:er|ing|ed|ee)|dial(?:ed|led)|from|to|src|dst|source|destination|"
    r"sender|recipient|subscriber)[ _\-]?(?:no|num|number)\b|\b(?:sip|tel|callto):|\b(?:pj)?sip/|"
    r"\bfax\b|whats ?app|"
    r"\bsms\b|msisdn\b|"
    r"\bcontact[ _]?(?:no|num|number)\b|n\x{fa}mero de (?:contac?to|tel)|"
    r"\bmobil(?:nummer)?\b|rufnummer|t\x{e9}l|"
    r"\bmob\b|\bph\b|\bhelpline\b|\bangerufen\b|\banruf\b|r\x{fc}ckruf\b)"
)
VERB = (
    r"(?:\bcontact\b|\bcall(?:ed|ing|s|[ _]?back|er[ _]?id)?\b|\bdial(?:l?ed|l?ing|s)?\b|\botp\b|"
    r"\btext(?:ed)?\b|\bportable\b|(?:dest|source|destination)_addr|\bcdr\b|\bm: ?|"
    r"\breach(?:ed)? (?:me|us|him|her|them)\b|\bcli\b|"
    r"\bclid\b|\bani\b)"
)
# What stands right before a number that is called, and before little else.
_OBJECT = (
    r"(?: (?:me|us|him|her|them|you|back|customer|client|user|patient|the|up|again|til|upp)){0,3}"
)
TALK = (
    r"(?:\b(?:joindre|joignable|contacter|contactar|contattare|raggiungibile|erreichbar|kontakt|"
    r"bereikbaar)(?: [^\s0-9]+){0,2} (?:au|le|al|unter|op|pelo)\b|\bn\x{e5}s p\x{e5}|"
    r"\bpod numerem|\bcall ?cent(?:er|re)|\bdial[ \-]?in\b|"
    r"\b(?:call(?:s|ed|ing|er)?|dial(?:l?ed|l?ing|s)?|ring|rang|phoned|text(?:ed|ing| message)?)"
    rf"\b{_OBJECT}(?: (?:from|to|back|transferred to|forwarded to|diverted to))?|"
    r"\b(?:call|ring|phone|text|reach(?:ed|able)?|contact(?:ed)?|call[ \-]?back)"
    rf"{_OBJECT}(?: requested| due| scheduled)? (?:at|on|under|via)|"
    r"\b(?:message|msg|otp|code|link|pin)(?: sent)? (?:to|for)|"
    r"\bcontact(?:ed)?(?: [a-z]+ (?:on|at))?|\b[tfpd]:|\([tfmpd]\)|"
    r"\b(?:office|residence|reception|direct|desk) ?:|"
    r"\bspoke (?:to|with)(?: [a-z]+){1,2} (?:on|at)|\btried|\bl?vm(?: at| for)?|\bnumber on file|"
    r"\b(?:alternate|alternative|new|old|best|ported|wrong|secondary|preferred|registered|backup|"
    r"recovery|callback) (?:contact(?: number)?|number|no\.?)|\bhelp ?desk|"
    r"\bconference bridge|\bpage[dr]|\bviber|\btelegram|\bcb[:#]|"
    r"\bvoicemail from|\bemergency contact|\bnext of kin|"
    r"\b(?:my|his|her|their|your|our|contact) (?:\w+ )?number is|"
    r"\b(?:office|direct|phone|land) ?line\b|\bemergency\b|notfallkontakt|\bll\x{e1}mame al|"
    r"\bchiamami al|\bzavolejte|\bzadzwo\x{144}|\b(?:aapka|naya|purana|iska|uska) (?:number|no\.?)|"
    r"\x{62e8}\x{6253}|\b(?:my|his|her|your|our) no\.?(?: is)?|[a-z]['\x{2019}]s (?:no\.?|"
    r"number)(?: is)?|"
    r"\x{92e}\x{941}\x{91d}\x{947}|"
    r"\b(?:number|nambar|no\.?|num) (?:hai|h|he)\b|\bmer[ai] (?:number|nambar|no\.?)|"
    r"\b(?:[mst]i|su) n\x{fa}mero (?:es|\x{e8})|\b(?:meu|seu) n\x{fa}mero \x{e9}|"
    r"\bmon num\x{e9}ro(?: est)?(?: le)?|\bmeine? (?:nummer|rufnummer|telefonnummer) (?:ist|"
    r"lautet)|"
    r"\bil mio numero \x{e8}|\bmijn nummer is|\bm\x{f3}j numer(?: to)?|\bnumaram|\bnomor saya|"
    r"\x{43c}\x{43e}\x{439} \x{43d}\x{43e}\x{43c}\x{435}\x{440}|"
    r"\x{6211}\x{7684}\x{53f7}\x{7801}(?:\x{662f})?|"
    r"\x{92e}\x{947}\x{930}\x{93e} (?:\x{928}\x{902}\x{92c}\x{930}|"
    r"\x{928}\x{92e}\x{94d}\x{92c}\x{930})|"
    r"\x{928}\x{902}\x{92c}\x{930} \x{939}\x{948}|"
    r"\b(?:gsm|hp|cep|cel|kom|contac?to|contato|kontakt|contact|caller)[\"']?\s?[.:=]{1,2}|"
    r"\bno\.? hp|"
    r"\bcallback|\bcontac?t(?: person)? no\.?|"
    r"\brufen sie|\bappelez(?: le)?|\brappele[rz](?: au| le)?|\bappel (?:re\x{e7}u )?d[ue]|"
    r"\bllam(?:ar|e|ada)(?: (?:al?|de))?|\bligar para|\bligue(?: para)?|"
    r"\bbel(?:len)?(?: terug)?(?: (?:op|naar))?|\bsoita|\bvolejte|\bvolajte|"
    r"\bh\x{ed}vja|\bsuna\x{21b}i(?: la)?|\bchiam(?:are|i|ata)(?: (?:il|dal?))?|"
    r"\bzadzwo\x{144}(?: pod| na)?|\barayan|\bhubungi|hat (?:von|unter)|"
    r"\x{43f}\x{43e}\x{437}\x{432}\x{43e}\x{43d}\x{438}\x{442}\x{435}|"
    r"\x{437}\x{432}\x{43e}\x{43d}\x{43e}\x{43a} \x{441}|"
    r"\x{434}\x{437}\x{432}\x{456}\x{43d}\x{43e}\x{43a} \x{437})"
)
# Of two numbers: my number has changed from 98450 12345 to 98450 54321.
CHANGED = (
    r"\b(?:my|his|her|their|our|phone|mobile|contact|cell|whats ?app) (?:[a-z]+ )?number "
    r"(?:has |was |is )?(?:been )?(?:changed|changing|moved) (?:from|to)"
)
# Of an account, what says who somebody is, where they sit and how to call them.
FIELD = (
    r"(?:(?:user(?:add|mod)|adduser|chfn|gecos)\b[^\n:]{0,64},|"
    r":[0-9]+:[0-9]+:[^\n:,]{1,40},[^\n:,]{0,16},)"
)
FIELD_GATE = r"(?i)(?:user(?:add|mod)|adduser|chfn|gecos)\b|:[0-9]+:[0-9]+:[^\n:,]"
# Right behind a number: 98450 12345 (mobile), … is the caller's number.
OWNED = (
    r"(?:\((?:mobile|cell|phone|tel|home|work|office|fax|handy|mobil|portable|landline|whats ?app|"
    r"direct)\b|\banrufen\b|\x{307e}\x{3067}|\x{b85c} \x{c5f0}\x{b77d}|"
    r"\x{92a}\x{930} (?:\x{915}\x{949}\x{932}|\x{92b}\x{94b}\x{928})|\bis (?:my|his|her|their|our|"
    r"(?:the )?[a-z]+['\x{2019}]s) (?:[a-z]+ )?number\b)"
)
# Keys of a gateway's log whose value is a number with its country.
ENDS = (
    r"\b(?:from|to|src|dst|sender|recipient|caller|callee|called|number|dest|destination)[\"']?\s?"
    r"[:=]"
)
# What says right before a number of digits only, or right behind it, that somebody can be called
# there: it may be the number of a call, or the time of one, elsewhere.
ASKED = (
    r"(?:\bcall(?:ed|ing)?\b|\bphone|\bmobile|\btel\b|\bcell\b|msisdn\b|\bwhats ?app\b|\bsms\b|"
    r"\brang\b|\bring\b|\bdial|\btext|\breach|\bnumber is\b|\bvoicemail from\b|"
    r"\bemergency contact\b)"
)
_KEY = re.compile(
    rb"(?i)(?:(?<![a-z])(?:(?:mobile|cell|tele|contact|work|home|user|customer|client)?[ _\-]?"
    rb"phone|mobile|tel|cell|(?:[a-z]{1,12}[_\-]?)?msisdn|whatsapp)"
    rb"(?:[ _\-]?(?:no|num|number|nr))?[\"']?\s?[:=]\s?[\"']?|"
    rb"\b(?:sms|whatsapp|text)(?: was| message)? (?:sent |delivered )?to:? )\Z"
)
_CALLER = re.compile(
    rb"(?i)\b(?:he|she|they|i|we|customer|client|user|caller|patient|guest|member|subscriber|tenant|"
    rb"employee|colleague|someone|person|parent|applicant)\s(?:has |had |just |was |can be |is )?"
    rb"(?:called|rang|phoned|dialed|texted|calling|reached|reachable)(?: (?:us|me|in|back))?"
    rb"(?: from| on| at| under)? \Z|"
    rb"\b(?:call|ring|rang|phone|text|reach|contact|dial)(?:ed)? (?:me|us|him|her|them)(?: back)?"
    rb"(?: at| on| under| via)? \Z|"
    rb"\b(?:missed|incoming|outgoing|inbound|outbound|phone|voice|video|whatsapp|returned) call "
    rb"(?:from|to) \Z|\bvoicemail from \Z|\bnumber is:? \Z|\bemergency contact:? \Z|"
    rb"\bdial(?:l?ed|l?ing):? \Z|\bcallback requested (?:at|on) \Z|\bring til \Z"
)
_CALL = re.compile(
    rb"(?i)\b(?:call|ring|dial|phone|text)(?: (?:me|us|him|her|them|back|on|at|customer))*:? \Z"
)
_ASKS_BEHIND = re.compile(
    rb"(?i)\s(?:for (?:(?:more|any|further|urgent|technical|customer|free|your) )?(?:support|help|"
    rb"assistance|details|info|information|questions?|queries|service|emergenc|inquir|enquir|booking|"
    rb"reservation|appointment|sales|delivery|access)|"
    rb"to (?:verify|confirm|reach|speak|talk|book|order|report|activate|cancel|schedule|get|learn|"
    rb"register|reset|unlock|request|complain|claim|pay|discuss|arrange|subscribe|check)\b|"
    rb"(?:now|today|tomorrow|immediately|asap)(?:[.!,;)\"']|\Z| (?:to|for|and|or|if)\b)|"
    rb"back\b(?! (?:in|into|to|from|with)\b)|if (?:you|any|there|this)\b|"
    rb"or (?:e-?mail|visit|write|text)\b|and ask\b|between [0-9]|during (?:office|business))"
)
_BEFORE_BYTES, _BEHIND_BYTES = 64, 32
_GROUP = re.compile(rb"[0-9]+")
_OF_YEAR = re.compile(rb"(?:19|20)[0-9]{2}[\-/ .][0-9]{4,}")
_OF_PART = re.compile(rb"[1-9][0-9]*(?:-[0-9]+){2,}")  # 123-45-678
_THOUSANDS = re.compile(rb"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_DIGITS_MIN, _WITH_ZERO_MIN, _DOTTED_MIN = 7, 8, 8
_BARE_MIN = 9
_LETTER = re.compile(rb"(?i)(?:\b[tfpd]:|\([tfmpd]\)) ?\Z")
_LETTER_BYTES = 6
_OF_A_CALL = re.compile(rb"(?i)\bcall(?:s|ed|ing|back)?(?: (?:from|to|at|on))?[^a-z]{0,4}\Z")


def is_asked(text: bytes, start: int, end: int) -> bool:
    """Whether the words around a number leave no doubt that somebody is called there."""
    before = text[max(0, start - _BEFORE_BYTES) : start]
    if _KEY.search(before) or _CALLER.search(before):
        return True
    behind = _ASKS_BEHIND.match(text, end, end + _BEHIND_BYTES)
    return behind is not None and _CALL.search(before) is not None


def is_of_year(number: bytes) -> bool:
    """Whether it numbers something of a year: call 2026-0012345 assigned."""
    return _OF_YEAR.fullmatch(number) is not None


def is_written(number: bytes) -> bool:
    """Whether people write phones so: with joints, or with the zero that is dialled first. Points
    part versions and thousands too, what stands behind a year is of a list."""
    groups = _GROUP.findall(number)
    digits = sum(map(len, groups))
    if len(groups) == 1 and number.isdigit():
        return digits >= _WITH_ZERO_MIN and number.startswith(b"0") and number[1:2] != b"0"
    if digits < _DIGITS_MIN or is_of_year(number) or _THOUSANDS.fullmatch(number):
        return False
    if b"." in number:
        return digits >= _DOTTED_MIN and min(map(len, groups)) > 1
    return digits >= _BARE_MIN or _OF_PART.fullmatch(number) is None


def is_of_signature(text: bytes, start: int, end: int) -> bool:
    """T: 020 7946 0123, (M) 07700 900123 as people sign mails; a letter stands before much else."""
    if _LETTER.search(text, max(0, start - _LETTER_BYTES), start) is None:
        return True
    number = text[start:end]
    digits = sum(map(len, _GROUP.findall(number)))
    return number[:1] in (b"0", b"(") and digits >= _BARE_MIN and b"." not in number


def is_long(text: bytes, start: int, end: int) -> bool:
    """Whether it has digits only, and too many for the number of a call that a log counts."""
    return (
        end - start >= _BARE_MIN
        and text[start:end].isdigit()
        and _OF_A_CALL.search(text, max(0, start - _BEFORE_BYTES), start) is None
    )
