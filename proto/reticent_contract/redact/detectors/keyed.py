"""Secrets behind a name that says what they are and a blank, and those that a path carries.

    names           client_secret abcd~1234, secret_access_key wJalr…: joined, hence no prose
    keys            private key 0x4c08…, signing key 0123…, api key is X
    of a stream     stream key live_44120_xmiEYDNHEunh, rtmp://live.example.org/app/live_44120_xmiE
    keys of goods   product key VK7JG-NPHTM-C97JM-9MPGT-3V66T
    hashes          NTLM hash 31d6…, password hash 5f4d…
    of somebody     credentials ann/hunter2, the password for ann is hunter2
    quoted          token "a8f3k29d" accepted
    a cookie        set cookie sid=abcdef0123456789
    paths           /password-reset/Zk3mQ9xT7pLw2VbN8rYc, hooks.zapier.com/hooks/catch/1/a
    databases       app:s3cr3tpw@tcp(10.0.0.5:3306)/x, ann/tiger7@//db:1521/x
    expect          expect "password:" send "X\\r"

Must hold: behind a word of prose the value is no word (`configured.is_no_word`); a key of a cache,
a table or a registry is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from reticent_contract.redact.detectors.commands import OPTIONS_GATE
from reticent_contract.redact.detectors.configured import is_no_word
from reticent_contract.redact.detectors.ends import trimmed
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.detectors.person import is_prose_word
from reticent_contract.redact.gates import in_order

_JOINED = (
    r"(?i)(?:\b|_)(?:[a-z0-9]+_(?:secret|token|password|passwd|pass|pwd|"
    r"(?:api|access|secret|private|signing|encryption)_?key)|(?:api|secret|private|signing|encryption)_key|(?:client|app|"
    r"bot)secret) (?:is |was |to |as )?[\"']?[^\s\"'=:,;]{6,}"
)
_OF_KEYS = (
    r"(?i)\b(?:private|secret|signing|encryption|session|shared|pre-?shared|master|hmac|aes|api|"
    r"access|unseal|decryption|cipher|data|account|subscription|deploy|bot|auth) (?:key|"
    r"secret|token)(?: [0-9])?(?: (?:is |was |to )?| ?[:=] ?)[\"']?(?:0x)?(?:[0-9a-f]{32,128}\b|"
    r"[a-z0-9+/_\-]{14,}=*)"
)
# Of a name server's key.
_OF_SERVER = r"(?i)\bsecret [\"']?[a-z0-9+/]{16,}={0,2}"
_SHARED = (
    r"(?i)\b(?:shared|pre-?shared|client|wpa[23]?|wi-?fi|wlan|hotspot|network security) "
    r"(?:secret|key)(?: (?:is )?| ?[:=] ?)[\"']?[^\s\"'=:,;]{6,}"
)
_GOODS = (
    r"(?i)\b(?:(?:licen[cs]e|product|activation|registration|serial|cd)[ _\-]?keys?|"
    r"licen[cs]e(?:[ _\-](?:code|number|no\.?))?|activation[ _\-]code)[\\\"']{0,3}"
    r"(?: is |\s?[:=]\s?|\s)[\\\"']{0,2}(?:(?-i:[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){3,7})|"
    r"[a-z0-9]{5}(?:-[a-z0-9]{5}){3,5})\b"
)
# With which whoever has it goes on air in another's name.
_STREAMED = (
    r"(?i)\bstream(?:ing)?[ _\-]?(?:key|name/key)[\\\"']{0,3}(?: is |\s?[:=]\s?|\s)[\\\"']{0,2}"
    r"[a-z0-9][a-z0-9_\-]{7,}(?:\?[a-z0-9=&_\-]+)?|"
    r"\brtmps?://[^\s/\"']+/(?:[a-z0-9_\-]+/)?[a-z0-9_\-]{12,}"
)
_HASH = (
    r"(?i)\b(?:ntlm|nt|lm|password|passwd|pw|pwd|passphrase)[ _\-]hash(?:es)?[\\\"']{0,3}"
    r"(?: is |\s?[:=]\s?|\s)[\\\"']{0,2}[0-9a-f]{32,128}\b"
)
_PAIRED = (
    r"(?i)\b(?:credentials?|creds|logged in with|login with|stats auth)[\"']? [\w.@\-]+"
    r"(?: ?/ ?|:)[^\s\"',;]{4,}"
)
_FOR = (
    r"(?i)\b(?:password|passcode|passphrase|passwort|pwd|pw|pin) (?:for|of|f\x{fc}r|de|para|pour|"
    r"per|voor) "
    r"[^\s:=]+(?: [^\s:=]+){0,2} (?:(?:is|was|ist|lautet|est|es)|(?:was |has been )?(?:set|reset|"
    r"changed) to)"
    r":? [\"']?[^\s\"']{4,}"
)
_QUOTED = r"(?i)\btoken [\"'][\w.~+/=\-]{8,}[\"']"
_COOKIE = r"(?i)\bcookie[= ][\"']?[\w.\-]{2,40}=[^\s;,\"']{8,}"
_IN_PATH = (
    r"(?i)/(?:(?:password|account|email)?[_\-]?(?:reset|verify|verification|confirm|activate|"
    r"activation|invite|invitation|unsubscribe|unlock)(?:[_\-](?:password|email|account|link|"
    r"token))?|magic(?:[_\-]?link)?|one-time-login)/[a-z0-9_\-.]{16,}"
)
_HOOK = (
    r"(?i)\bhooks\.zapier\.com/hooks/catch/[0-9]+/[a-z0-9/]+|/incomingwebhook/[a-z0-9]+|"
    r"\.office\.com/webhook/[\w@/\-]{30,}|\bhooks?\.[\w.\-]+/services?/[a-z0-9/_\-]{20,}|"
    # Calendars that whoever has their address may read.
    r"/owa/calendar/[^\s/]+/[a-z0-9]{32,}|/calendar/ical/[^\s/]+/private-[a-z0-9]{20,}"
)
# In a row of a table.
_IN_ROW = r"(?i)(?:\b|_)(?:password|passwd|pwd|secret|token|api_?key)[;,|\t][^\s\"',;|]{6,}"
# What a camera reads to join a wireless network.
_SCANNED = r"\bWIFI:(?:[STH]:[^;\s]*;){0,3}P:[^;\s]+"
_AT_SCANNED = re.compile(rb"(?<=[:;]P:).+")
# A login and its password, each behind its word.
_BESIDE_LOGIN = (
    r"(?i)\b(?:user(?:name)?|log ?in|id|account)[=: ]{1,2}[^\s,:=]+,? (?:pass|pw|pwd|password|"
    r"passwort)[=: ]{1,2}"
    r"[\"']?[^\s\"'=:]{4,}"
)
_BESIDE_LOGIN_GATE = r"(?i)(?: |,)(?:pass|pwd?|password|passwort)[=: ]{1,2}[^ ]"
# To a chat's server.
_IDENTIFY = r"(?i)\bnickserv:? :?(?:identify|ghost|release|regain) (?:[^\s]+ )?[^\s]+"
# What a server logs of a client's command, and a user with a password beside it.
_COMMAND = (
    r"(?-i:[\"']PASS )[^\s\"']+|(?i:\b(?:user(?:name)?|login)[=: ][^\s,]+,? pass) [^\s\"']{4,}"
)
# Windows says so of a wireless network that it knows.
_WIRELESS = r"(?i)\bkey content\s*: ?[^\r\n]+|schl\x{fc}sselinhalt\s*: ?[^\r\n]+"
_EXPECT = r"(?i)assword[^\"\r\n]{0,8}\"\s*[;{]?\s*(?:exp_)?send(?:_user)? (?:-- )?\"[^\"\r\n]+"
# Go's name of a database, Oracle's, CVS's of a repository: the user goes with the password.
_DSN = (
    r"\b[\w.\-]+:[^\s:@/\"']+@(?:tcp|unix|cloudsql)\(|\b[\w.\-]+/[^\s/@\"']+@//[\w.\-]|"
    r":[pegk]?server:[\w.\-]+:[^\s:@/\"']+@[\w.\-]"
)
# What Postfix logs on with.
_STATIC = r"_maps(?: ?= ?| )static:[\w.@\-]+:[^\s\"',]{4,}"
_NO_SECRET = re.compile(rb"(?i)\b(?:unexpected|invalid|bad|illegal|near|unknown|syntax)\s\Z")
_BEFORE_BYTES = 12
_AT_BLANK = re.compile(rb"[^\s\"']+\Z")
_AT_QUOTE = re.compile(rb"[^\"']+(?=[\"']?\Z)")
_AT_CELL = re.compile(rb"[^;,|\t]+\Z")
_AT_COLON = re.compile(rb"[^\s:][^:]*\Z")
_AT_SLASH = re.compile(rb"[^/]+\Z")
_AT_SIGN = re.compile(rb"[^/:\s]+\Z")
_AT_EQUALS = re.compile(rb"[^=\"']+\Z")
_AT_GROUPS = re.compile(rb"[A-Za-z0-9]{4,6}(?:-[A-Za-z0-9]{4,6})+\Z")
_AT_ASSIGNED = re.compile(rb"(?<=[=: \"'])[^\s\"'=:]+\Z")
_AT_STREAM = re.compile(rb"(?<=[\s/:=\"'])[^\s/:=\"'?]+(?:\?[^\s/\"']*)?\Z")
_AT_HOST = re.compile(rb"[^@]+(?=@[^@]+\Z)")
_AT_HOOK = re.compile(
    rb"(?i)(?<=/)(?:[0-9]+/[a-z0-9/]+|private-[a-z0-9]+|[\w@/\-]{30,}|[a-z0-9]{16,})\Z"
)
_DIGITS_MIN = 2
_TRIM = b".,;)]"


def _is_token(value: bytes) -> bool:
    """Letters with several digits among them, and no word before a number: build-20261127."""
    digits = sum(c in b"0123456789" for c in value)
    runs = len(re.findall(rb"[0-9]+", value))
    return digits >= _DIGITS_MIN and (runs > 1 or b"-" not in value) and is_no_word(value)


_IN_FOURS = re.compile(rb"[a-z0-9]{4}(?:-[a-z0-9]{4}){3,4}")


def _is_token_or_groups(value: bytes) -> bool:
    return _IN_FOURS.fullmatch(value) is not None or _is_mixed(value)


def _is_mixed(value: bytes) -> bool:
    return sum(c in b"0123456789" for c in value) >= _DIGITS_MIN and is_no_word(value)


def _is_unknown(value: bytes) -> bool:
    """No word of English or of logs, where a login stands before: Bleuciel."""
    return is_no_word(value) or not is_prose_word(value.lower())


def _anything(value: bytes) -> bool:
    return len(value) > 1


def _valued(
    pattern: str, part: re.Pattern[bytes], gate: str, accept: Callable[[bytes], bool]
) -> Finder:
    """A finder whose value is what `part` finds at the end of a match."""
    compiled = Pattern(pattern)

    def find(text: bytes) -> Iterable[Found]:
        for start, end in compiled.spans(text):
            if _NO_SECRET.search(text, max(0, start - _BEFORE_BYTES), start) is not None:
                continue
            found = part.search(text[start:end])
            if found is None:
                continue
            first = start + found.start()
            value = text[first : trimmed(text, first, start + found.end(), _TRIM)]
            if not value.startswith(b"<") and accept(value):
                yield first, first + len(value), value

    return Finder(gate, find, "B", needs=compiled)


_NAMED_GATE = in_order(
    r"(?i)(?:password|passwd|pwd|secret|token|api_?key)[;,|\t][^\s]|_(?:secret|token|password|"
    r"passwd|pass|pwd) |(?:api|access|secret|private|signing|"
    r"encryption)_?"
    r"key |(?:client|app|bot)secret "
)
_KEY_GATE = in_order(
    r"(?i)(?:private|secret|signing|encryption|session|shared|master|hmac|aes|api|access|"
    r"decryption|cipher|data|account|subscription|deploy|bot|auth|client|unseal|wpa[23]?|wi-?fi|"
    r"wlan|hotspot|security) "
    r"(?:key|secret|token)(?: |[:=])|\btoken [\"']|\bsecret [\"']?[a-z0-9+/]{8}"
)
_GOODS_GATE = (
    r"(?i)(?:(?:licen[cs]e|product|activation|registration|serial|cd)[ _\-]?key|"
    r"activation[ _\-]code|"
    r"licen[cs]e(?:[ _\-](?:code|number|no\.?))?[\\\"']{0,3}(?: is |\s?[:=]\s?|"
    r"\s)[\\\"']{0,2}[a-z0-9]{4,6}-)"
)
_STREAMED_GATE = r"(?i)stream(?:ing)?[ _\-]?(?:key|name/key)|\brtmps?://"
_HASH_GATE = r"(?i)[mtdwe][ _\-]hash"
_PAIRED_GATE = r"(?i)(?:\bcred(?:ential)?s?[\"']? |\bstats auth[\"']? |log(?:ged )?in with[\"']? )"
_COOKIE_GATE = r"(?i)\bcookie[= ]"
_IDENTIFY_GATE = r"(?i)\bnickserv:? "
_COMMAND_GATE = r"(?i)(?:(?-i:[\"']PASS )| pass )"
_WIRELESS_GATE = r"(?i)(?:\bkey content\s*:|sselinhalt\s*:)"
_EXPECT_GATE = r"(?i)assword[^\"\r\n]{0,8}\"\s*[;{]?\s*(?:exp_)?send"
# Its own: every failed log-on says `password for`.
_FOR_GATE = (
    r"(?i)(?:pass(?:word|code|phrase|wort)|pwd?|pin) (?:for|of|f\x{fc}r|de|para|pour|per|voor) "
    r"[^ ]+ (?:[^ ]+ ){0,2}(?:is|was|ist|lautet|est|es|has|set|reset|changed)\b"
)
_IN_PATH_GATE = (
    r"(?i)(?:reset|verify|verification|confirm|activate|activation|invite|invitation|unsubscribe|"
    r"unlock|password|email|account|link|token|magic|one-time-login)/[a-z0-9_\-.]{8}"
)
_HOOK_GATE = (
    r"(?i)(?:hooks/catch/|webhook/|\bhooks?\.[\w.\-]+/services?/|/owa/calendar/|/calendar/ical/)"
)
_DSN_GATE = r"@(?:tcp|unix|cloudsql)\(|@//|:[pegk]?server:[^:]+:"
_STATIC_GATE = r"_maps(?: ?= ?| )static:"
# Of a URL, by itself.
_SIGNED = r"\bsig=[A-Za-z0-9%+/_\-]{20,}=*"
_SIGNED_GATE = r"\bsig=[A-Za-z0-9%+/_\-]{4}"
_AT_SIGNED = re.compile(rb"(?<=^sig=).+")
# A user and a password in one word, of whatever program.
_USER_OPTION = r"(?:^|\s)--(?:proxy-)?user[= ][\"']?[\w.@\-]+:[^\s\"',:/]{4,}"
_AT_PAIR = re.compile(rb"(?<=:)[^\s:]+:[^:]+\Z")
_AT_USER = re.compile(rb"[^\s\"'=]+:[^:]+\Z")
# Of PuTTY's file, where its lines are joined.
_PUTTY = (
    r"Private-Lines: [0-9]{1,3}(?:\s|\\[rn])+[A-Za-z0-9+/]{20,}"
    r"(?:(?:\s|\\[rn])+[A-Za-z0-9+/]{20,})*=*"
)
_AT_PUTTY = re.compile(rb"(?<=[\srn])[A-Za-z0-9+/]{20}.*\Z", re.DOTALL)


def _is_pair(value: bytes) -> bool:
    return is_no_word(value.partition(b":")[2])


KEYED: tuple[Finder, ...] = (
    _valued(_JOINED, _AT_BLANK, _NAMED_GATE, is_no_word),
    _valued(_OF_KEYS, _AT_BLANK, _KEY_GATE, _is_token),
    _valued(_OF_SERVER, _AT_BLANK, _KEY_GATE, _is_token),
    _valued(_SHARED, _AT_BLANK, _KEY_GATE, is_no_word),
    _valued(_QUOTED, _AT_QUOTE, _KEY_GATE, _is_token),
    _valued(_GOODS, _AT_GROUPS, _GOODS_GATE, _anything),
    _valued(_STREAMED, _AT_STREAM, _STREAMED_GATE, _is_token_or_groups),
    _valued(_HASH, _AT_BLANK, _HASH_GATE, _anything),
    _valued(_PAIRED, _AT_SIGN, _PAIRED_GATE, is_no_word),
    _valued(_FOR, _AT_BLANK, _FOR_GATE, is_no_word),
    _valued(_COOKIE, _AT_EQUALS, _COOKIE_GATE, _is_mixed),
    _valued(_IN_ROW, _AT_CELL, _NAMED_GATE, is_no_word),
    _valued(_SCANNED, _AT_SCANNED, r"\bWIFI:", _anything),
    _valued(_BESIDE_LOGIN, _AT_ASSIGNED, _BESIDE_LOGIN_GATE, _is_unknown),
    _valued(_IDENTIFY, _AT_BLANK, _IDENTIFY_GATE, is_no_word),
    _valued(_COMMAND, _AT_BLANK, _COMMAND_GATE, is_no_word),
    _valued(_WIRELESS, _AT_COLON, _WIRELESS_GATE, _anything),
    _valued(_EXPECT, _AT_QUOTE, _EXPECT_GATE, _anything),
    _valued(_IN_PATH, _AT_SLASH, _IN_PATH_GATE, _is_token),
    _valued(_DSN, _AT_HOST, _DSN_GATE, _anything),
    _valued(_STATIC, _AT_PAIR, _STATIC_GATE, _is_pair),
    _valued(_SIGNED, _AT_SIGNED, _SIGNED_GATE, is_no_word),
    _valued(_USER_OPTION, _AT_USER, OPTIONS_GATE, _is_pair),
    _valued(_PUTTY, _AT_PUTTY, "Private-Lines: ", _anything),
    _valued(_HOOK, _AT_HOOK, _HOOK_GATE, _anything),
)
