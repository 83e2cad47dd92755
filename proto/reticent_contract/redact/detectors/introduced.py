"""Names with a capital that the words before or behind them introduce, in several languages.

    who speaks      My name is Thorwald, je suis Solène Kerbrat, this is Babajide from accounts
    a salutation    Hallo Wiebke, danke; Thanks, Adunni; Liebe Roswitha
    what is asked   met Gowri at the desk, ask Temilade to sign, spoke with Nalini
    what they do    driver Kipchumba reached gate 3, host: Gunasekaran
    an honorific    Munna bhai, Tanaka-san, Mehmet Bey
    their things    Kenji's iPad, Zofia's MacBook Air, iPad von Birgit: whole, for so it is called

Enters: text. Leaves: names. Must hold: linear; no digit is looked at; a word that logs, everyday
English or another language is written with is no name, and what may follow such words in prose has
to stand behind it.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.full_names import LOWER, UPPER, is_part_of_name
from reticent_contract.redact.detectors.given_names import GIVEN_NAMES, NAMES_OF_WORDS
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found, words

_FIRST = rf"{UPPER}{LOWER}+(?:['\-\x{{2019}}]{UPPER}?{LOWER}+)?"
_WORD = rf"{UPPER}{LOWER}+(?:['\-\x{{2019}}]{UPPER}?{LOWER}+)?"
_NAMES = rf"({_FIRST}(?: {_WORD}){{0,2}})"
_ENDS = r"(?:[,.!;:?)\"']|$)"
_PART = re.compile(rb"[^ ]+")

_SPEAKS = (
    r"(?:\b[Mm]y name is|[Mm]ein Name ist|\b[Ii]ch hei\x{df}e|\b[Ii]ch heisse|"
    r"[Jj]e m['\x{2019}]appelle|\b[Mm]e llamo|\b[Mm]i nombre es|\b[Mm]i chiamo|"
    r"\b[Ii]l mio nome \x{e8}|\b[Mm]eu nome \x{e9}|\b[Mm]e chamo|\b[Jj]ag heter|\b[Jj]eg heter|"
    r"\b[Jj]eg hedder|\b[Mm]ijn naam is|\b[Ii]k heet|\b[Nn]azywam si\x{119}|\b[Jj]menuji se|"
    r"\b[Nn]ama saya|\b[Mm]era naam|\b[Mm]era nam|\b[Jj]ina langu ni)"
)
_SPEAKS_LOOSELY = (
    r"(?:\b[Ii] am|\b[Ii]['\x{2019}]m|\b[Jj]e suis|\b[Ii]ch bin|\b[Ss]oy|\b[Ee]u sou|\b[Ii]k ben|"
    r"\b[Jj]ag \x{e4}r|\b[Jj]estem|\b[Tt]his is|\b[Hh]ier ist|\b[Hh]ier spricht)"
)
_BEHIND_SPEAKER = (
    r"(?:[,.!;?]|$| (?:from|of|here|speaking|calling|and|in|with|at|von|aus|und|vom|de|del|da|do|"
    r"di|y|et|du|z|van|en|fr\x{e5}n|la)\b)"
)
_GREETS = (
    r"\b(?:[Hh]ey|[Hh]allo|[Hh]ola|[Bb]onjour|[Bb]onsoir|[Ss]alut|[Cc]iao|[Oo]i|[Hh]ej|[Hh]ei|"
    r"[Mm]oi|[Mm]erhaba|[Ss]elam|[Nn]amaste|[Nn]amaskar|[Vv]anakkam|[Ss]alaam|[Ll]iebe[rs]?|"
    r"[Qq]uerid[oa]|[Ee]stimad[oa]|[Cc]ar[oa]|[Cc]her|[Bb]este|[Gg]eachte|[Tt]hanks|[Tt]hank you|"
    r"[Tt]hx|[Mm]erci|[Dd]anke|[Gg]racias|[Oo]brigad[oa]|[Bb]edankt|[Gg]razie|[Ss]aludos|"
    r"[Cc]ordialement|[Ss]orry|[Cc]ongrats|[Cc]ongratulations|[Mm]orning|[Aa]fternoon|[Ee]vening|"
    r"Morgen|Tag|d\x{ed}as|[Tt]ardes|[Bb]om dia|[Bb]oa tarde|[Bb]uongiorno|[Dd]obry|[Rr]egards|"
    r"[Cc]heers|[Bb]est|[Ss]incerely|Gr\x{fc}\x{df}en?|Gru\x{df}),?"
)
_ASKS = (
    r"\b(?:[Aa]sk(?:ed)?|[Tt]ell|[Tt]old|[Rr]emind(?:ed)?|[Pp]ing(?:ed)?|[Mm]et|[Cc]all(?:ed)?|"
    r"[Pp]honed?|[Tt]ext(?:ed)?|[Ww]ait(?:ing)? for|[Cc]heck with|[Ss]po(?:ke|ken) (?:with|to)|"
    r"[Tt]alk(?:ed)? (?:with|to)|[Cc]hat(?:ted)? with|[Mm]eet(?:ing)? with|[Ss]ync(?:ed)? with|"
    r"[Bb]ooked with|[Ss]et up with|"
    r"[Ss]cheduled with|[Aa]ppointment with|[Rr]eview with|[Ii]nterview with|"
    r"[Hh]elp(?:ed|ing)|over to|[Cc]overing for|[Oo]n behalf of|[Bb]irthday of)"
)
_BEHIND_ASKED = (
    rf"(?:{_ENDS}| (?:to|for|back|about|that|if|when|at|today|tomorrow|yesterday|again|and|know|"
    r"why|how|this|because|regarding|re|with|on|who|she|he)\b)"
)
_DOERS = (
    r"\b(?:[Dd]river|[Hh]ost|[Pp]artner|[Cc]aptain|[Pp]ilot|[Cc]hef|[Gg]uard|[Ii]nspector|"
    r"[Ss]upervisor|[Ii]ntern|[Cc]ontact|[Cc]lient|[Aa]gent|[Oo]perator|[Cc]rew|[Tt]echnician|"
    r"[Bb]oss|[Ww]aiter|[Ww]arden|[Cc]ourier|[Cc]andidate|[Cc]hauffeur|[Cc]olleague|[Rr]ep|"
    r"[Ww]itness|[Ff]riend|[Mm]other|[Ff]ather|[Pp]arent|[Cc]hild|[Ww]ife|[Hh]usband|"
    r"[Ff]ahrer(?:in)?|[Kk]olleg(?:e|in)|[Cc]onductor|[Mm]otorista|[Cc]onducente|[Cc]hauff\x{f8}r|"
    r"[Kk]ierowca|[Bb]estuurder|[Mm]edewerker|[Ss]achbearbeiter(?:in)?|[Aa]nsprechpartner(?:in)?|"
    r"[Pp]aciente|[Aa]lumn[oa]|[Cc]ollaborateur|[Dd]ipendente|[Ff]uncion\x{e1}ri[oa]|[Ss]alesman|[Cc]ook|[Cc]leaner|[Gg]ardener|[Pp]lumber|[Ee]lectrician)"
)
_BEHIND_DOER = (
    rf"(?:{_ENDS}| (?:is|was|has|had|will|did|does|reached|arrived|called|reported|reports|said|"
    r"says|picked|dropped|left|accepted|cancelled|took|waits|waiting|assigned|checked|signed|"
    r"came|went|asked|asks|delivered|handed|started|finished|closed|opened|paid|brought|sent|wants|needs|refused|hat|ist|ha|est|a|is)\b)"
)
_HONORED = (
    rf"({_WORD}(?: (?:ji|bhai|bhaiya|didi|saab|sahab|sahib|madam|maam|sir|garu|akka|bey|Bey|"
    r"han\x{131}m|Han\x{131}m|hoca|abla|ssi)|-(?:san|sama|kun|ji|ssi)))(?:[^\w\-]|$)"
)
_HONORED_GATE = (
    r" (?:ji|bhai|didi|saab|saha?ib|sahab|madam|maam|sir|garu|akka|[Bb]ey|[Hh]an\x{131}m|hoca|"
    r"abla|ssi)|-(?:san|sama|kun|ji|ssi)"
)
_DEVICE = (
    r"(?:iPhone|iPad|iPod|iMac|MacBook|Mac (?:mini|Pro|Studio)|AirPods|Apple (?:Watch|TV)|"
    r"HomePod|Galaxy|Pixel|Kindle|ThinkPad|Surface|Laptop|laptop|PC|phone|Phone|Tablet|tablet|Watch|Buds|Beats|Mac)"
)
_OWNED_GATE = rf"['s] {_DEVICE}"
_MODEL = r"(?: (?:Pro|Air|Max|Plus|mini|Mini|Ultra|SE))*"
# As systems of Apple call them where the language has no apostrophe: Annas MacBook Pro.
_OF_APPLE = r"(?:iPhone|iPad|iPod|iMac|MacBook|Mac (?:mini|Pro|Studio)|Apple (?:Watch|TV))"
_OWNED = (
    rf"({_WORD}(?: {_WORD})?(?:['\x{{2019}}]s|') {_DEVICE}\b{_MODEL})|"
    rf"({UPPER}{LOWER}+s {_OF_APPLE}\b{_MODEL})"
)
# The other way round, where a language sets whose it is behind: MacBook Air von Birgit.
_OF = r"(?:von|de|di|van|da|do|af|av)"
_BEHIND_DEVICE = rf"\b((?:{_OF_APPLE}|Galaxy|Pixel|Redmi)(?: [A-Z]?[0-9]+)?{_MODEL} {_OF} {_WORD})"
_BEHIND_DEVICE_GATE = (
    rf"(?:{_OF_APPLE}|Galaxy|Pixel|Redmi|[0-9]|Pro|Air|Max|Plus|[Mm]ini|Ultra|SE) {_OF} [A-Z]"
)


def _take(start: int, value: bytes) -> Found | None:
    """As many of the words as are names, from the first on."""
    end = 0
    for part in _PART.finditer(value):
        if not _is_name(part[0]):
            break
        end = part.end()
    return (start, start + end, value[:end]) if end else None


def _take_asked(start: int, value: bytes) -> Found | None:
    """The same, or a given name that is a word: booked with Grace for Tuesday."""
    first, _, more = value.partition(b" ")
    if not more and first.decode("utf-8", "replace").lower() in NAMES_OF_WORDS:
        return start, start + len(value), value
    return _take(start, value)


def _is_name(word: bytes) -> bool:
    return is_part_of_name(word) or word.decode("utf-8", "replace").lower() in GIVEN_NAMES


def _take_honored(start: int, value: bytes) -> Found | None:
    bare = _BEFORE_HONORIFIC.sub(b"", value)
    return (start, start + len(value), value) if _is_name(bare) else None


def _take_owned(start: int, value: bytes) -> Found | None:
    """With what is theirs: their phone is called so wherever it is seen."""
    owner = _BEFORE_DEVICE.search(value)
    if owner is None:
        return None
    first = owner[1].split(b" ")[0]
    is_any = _is_name(first) or (b" " in owner[1] and _is_name(owner[1].split(b" ")[1]))
    return (start, start + len(value), value) if is_any else None


def _take_owned_plainly(start: int, value: bytes) -> Found | None:
    owner = value.split(b" ")[0].decode("utf-8", "replace").lower()
    bare = owner.removesuffix("s")
    is_any = owner in GIVEN_NAMES or bare in GIVEN_NAMES or bare in _SHORT_NAMES
    return (start, start + len(value), value) if is_any else None


_SHORT_NAMES = words("jan tom tim ben max kim lee sam dan joe ann eva ida lea mia pia kai jon")
_BEFORE_HONORIFIC = re.compile(rb"[ \-][^ \-]+\Z")
_BEFORE_DEVICE = re.compile(rb"\A(\S+?(?: \S+?)?)(?:'|\xe2\x80\x99)s? [A-Za-z]")

_CAPITAL_OR_NOT = re.compile(r"\[[A-Z][a-z]\](?=[a-z]{3})")


_CAPITAL = r"(?:[A-Z]|[\x{80}-\x{10FFFF}])"


def _gate(words: str, behind: str = rf" {_CAPITAL}") -> str:
    """Without the edges of words and their first letters in two cases: what begins otherwise costs
    an automaton more than looking in vain."""
    return _CAPITAL_OR_NOT.sub("", words.replace(r"\b", "")) + behind


INTRODUCED: tuple[Finder, ...] = (
    grouped(rf"{_SPEAKS}:? {_NAMES}", _gate(_SPEAKS, rf":? {_CAPITAL}"), _take),
    grouped(rf"{_SPEAKS_LOOSELY} {_NAMES}{_BEHIND_SPEAKER}", _gate(_SPEAKS_LOOSELY), _take),
    grouped(rf"{_GREETS} {_NAMES}{_ENDS}", _gate(_GREETS), _take),
    grouped(rf"{_ASKS} {_NAMES}{_BEHIND_ASKED}", _gate(_ASKS), _take_asked),
    grouped(rf"{_DOERS}:? {_NAMES}{_BEHIND_DOER}", _gate(_DOERS, rf":? {_CAPITAL}"), _take),
    grouped(_HONORED, _HONORED_GATE, _take_honored),
    grouped(_BEHIND_DEVICE, _BEHIND_DEVICE_GATE, lambda at, name: (at, at + len(name), name)),
    grouped(_OWNED, _OWNED_GATE, _take_owned, _take_owned_plainly),
)
