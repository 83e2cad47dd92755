"""Secrets in lines of configuration and of protocols: a word, and the secret behind a blank.

Network devices (`snmp-server community X`, `enable secret 5 X`), services (`requirepass X`), SQL
(`IDENTIFIED BY 'X'`), PowerShell, mail and file transfer (`AUTH PLAIN X`, `PASS X`), .netrc,
.pgpass, keys of Kerberos.
Must hold: where the words before it are prose as well (`password`, `key`), the value is quoted or
is no word: it has a digit and letters, or signs, as `is_no_word` says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from reticent_contract.redact.detectors.ends import (
    end_of_quoted,
    end_of_word,
    opening_quote,
    trimmed,
)
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.gates import in_order

Accept = Callable[[bytes], bool]

_QUOTED = r"\\?\"[^\"\r\n]+|\\?'[^'\r\n]+"
_VALUE = rf"(?:{_QUOTED}|[^\s\"']+)"
# How a device's configuration says that what follows is hashed or encrypted, and which way.
_TYPE = (
    r"(?:(?:[0-9]{1,2}|ascii-text|ascii|hex(?:adecimal)?|encrypted|enc|cipher|simple|plain|clear|"
    r"irreversible-cipher|local|remote|md5|read|write|name|string|hash)\s+)"
)
_WORD_FOR_ONE = (
    r"(?:passw(?:or)?d|passwort|passcode|passphrase|kennwort|secret|key-string|encrypted-password|"
    r"plain-text-password|wpa-psk|psk|auth-key|authentication-key|message-digest-key|"
    r"simple-password|"
    r"pre-shared-(?:key|secret)|shared-(?:key|secret)|keymaterial|community)"
)
# A word and, in two cases, more: a type, or another word before it that only devices have.
_TYPED = (
    r"(?i)\b(?:password|passwd|secret|key|key-string|key-chain|md5|sha|sha256|psk|community|"
    rf"message-digest-key [0-9]{{1,3}} md5)\s+(?:0|4|5|6|7|8|9|10|15|enc|encrypted|cipher|"
    rf"irreversible-cipher|ascii [0-9]|hex [0-9])\s+{_VALUE}"
)
_TYPED_GATE = (
    r"(?i)(?:passw(?:or)?d|secret|key|chain|string|md5|sha|sha256|psk|community)\s+"
    r"(?:[0-9]{1,2}|enc|encrypted|cipher|irreversible-cipher|ascii|hex)\s"
)
_SNMP = (
    rf"(?i)\b(?:snmp[\w\-]*:?|set)\s(?:[^\s]+\s+){{0,5}}?community\s+{_TYPE}{{0,3}}{_VALUE}|"
    rf"\br[ow]community6?\s+{_VALUE}|\bcom2sec6?\s+\S+\s+\S+\s+{_VALUE}|"
    r"\bsnmp-server host \S+ (?:traps |informs )?(?:version (?:1|2c|3(?: \w+)?) )?"
    rf"{_VALUE}"
)
_SNMP_USER = (
    r"(?i)\b(?:auth|priv(?:acy)?)(?:entication)?\s+(?:md5|sha-?[0-9]{0,3}|3?des|aes-?[0-9]{0,3})\s+"
    rf"(?:128 |192 |256 )?{_VALUE}"
)
_SNMP_GATE = in_order(
    r"(?i)community6?\s|\bcom2sec|snmp-server host |\b(?:auth|priv)[a-z]*\s+(?:md5|sha|3?des|aes)"
)
_OF_DEVICE = (
    r"(?i)\b(?:enable|vty|chap|pap|ppp|isakmp|ike|ipsec|ospf6?|bgp|ntp|vrrp|hsrp|radius|tacacs|aaa|"
    rf"neighbor|peer|username|wep)(?:-\w+)*\s(?:[^\s]+\s+){{0,7}}?(?:{_WORD_FOR_ONE}|"
    rf"key)\s+{_TYPE}{{0,3}}"
    rf"{_VALUE}|(?:\b(?:pre-)?shared-(?:key|secret)|(?:encrypted|plain-text)-password|\bkey-string|"
    rf"\bauthentication-key|\bwpa-psk)\s+{_TYPE}{{0,3}}{_VALUE}"
)
# Nothing else stands there, so a plain word is one as well.
_OF_ROUTES = (
    rf"(?i)\bmessage-digest-key\s+[0-9]{{1,3}}\s+md5\s+{_TYPE}{{0,3}}{_VALUE}|"
    r"\b(?:enable|username\s+\S+)\s+(?:(?:privilege|level|role)\s+\S+\s+)?(?:secret|password)"
    rf"\s+[0-9]\s+{_VALUE}"
)
# Clear ones go on to the end of their line, or to what else is set there.
_CLEAR_OF_ROUTES = (
    r"(?i)\b(?:enable|username\s+\S+)\s+(?:(?:privilege|level|role)\s+\S+\s+)?"
    r"(?:secret|password)\s+0\s+([^\s\"'][^\r\n\"']*?[ \t][^\r\n\"']+?)[ \t]*\r?$"
)
_NO_CLEAR = re.compile(rb"\s+(?:(?:role|privilege|level|expire|group|class)\s|[!\-;|(#].*\Z)")
_OF_DEVICE_GATE = in_order(
    r"(?i)\b(?:enable|vty|chap|pap|ppp|isakmp|ike|ipsec|ospf6?|bgp|ntp|vrrp|hsrp|radius|tacacs|aaa|"
    r"neighbor|peer|username|wep)[\s\-]|shared-|(?:encrypted|text)-password|key-string|"
    r"authentication-key|digest-key\s|-psk\s"
)
# `password X` anywhere, where X is no word.
_PLAIN = (
    r"(?i)(?:passw(?:or)?d|passwort|kennwort|passcode|passphrase|\bpsk|\bpwd?|"
    r"\bpre-shared-key|"
    r"keymaterial)\s{1,2}"
    rf"(?:{_QUOTED}|[^\s\"']*[0-9!@#$%^&*+=~][^\s\"']*)"
)
# As Apple makes them for one program, all letters.
_OF_PROGRAM = r"(?i)\bpassword\s{1,2}[\"']?(?-i:[a-z]{4}(?:-[a-z]{4}){3})\b"
_PLAIN_GATE = (
    r"(?i)(?:passw(?:or)?d|wort|passcode|passphrase|psk|\bpwd?|shared-key|"
    r"keymaterial)\s{1,2}"
    r"(?:[^f\s]|f[^o]|fo[^r]|for\S)"  # `password for` is what every logon says
)
_SERVICE = (
    r"(?i)\b(?:requirepass|auth_pass|masterauth|masterpass|bindpw|rootpw|olcrootpw|userpw|"
    rf"bind_?credentials|ldap_default_authtok|psksecret|wep_key[0-9]?)\s*:?\s+{_VALUE}|"
    # Of OpenWrt.
    r"\boption\s+(?:key|wpa_psk|password|sae_password|(?:auth|acct)_secret|private_key|"
    r"preshared_key)\s+'[^'\r\n]+"
)
_PSK = r"\b(?:PSK|XAUTH|EAP|NTLM)\s{0,2}\"[^\"\r\n]+"
_SQL = (
    rf"(?i)\bidentified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?{_VALUE}|"
    r"\bset\s+password\b[^\r\n]{0,120}?=\s*(?:password\()?['\"][^'\"\r\n]+|"
    r"\bpassword\(['\"][^'\"\r\n]+"
)
_POWERSHELL = (
    rf"(?i)\bconvertto-securestring\s+(?:-string\s+)?(?:{_QUOTED}|[^\s\"'\-$][^\s\"']*)|"
    r"credential\(\s*[\"'][^\"'\r\n]*[\"']\s*,\s*[\"'][^\"'\r\n]+"
)
_MAIL = (
    r"\bAUTH\s+(?:(?:PLAIN|LOGIN|CRAM-MD5|XOAUTH2|OAUTHBEARER|NTLM|[a-z][a-z0-9_.\-]*)\s+)?"
    r"[^\s\"']+|(?:^|[\s>:])PASS\s[^\s\"']+\r?$|"
    r"\b[A-Za-z]{0,4}[0-9]{1,6} LOGIN \S+ (?:\"[^\"\r\n]+|[^\s\"]+)"
)
LOST_IN_AUTH = re.compile(rb"\bAUTH from\s")  # lost connection after AUTH from unknown[192.0.2.7]
_NETRC = rf"\b(?:machine\s+\S+|default)\s+login\s+\S+\s+password\s+{_VALUE}"
_PGPASS_GATE = r":[56]4[0-9]{2}:|:\*:"
_PGPASS = (
    r"(?:^|\s)(?:[^\s:#]*[A-Za-z*][^\s:]*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}):"
    # Behind a port that may be any, no user is a number: a line of shadow has days there.
    r"(?:[56]4[0-9]{2}:[^\s:/]+:[^\s:/]+|\*:[^\s:/]+:[^\s:/]*[^\s:/0-9][^\s:/]*):[^\s:\"']+"
)
# The port and the login before it, and a login in a list. Whatever digits a port has, so that it
# is the same for all lines of a shape.
LISTED_LOGIN_GATE = rf"{_PGPASS_GATE}|\bchpasswd"
LISTED_LOGIN = (
    r"(?:^|\s)(?:[^\s:#]*[A-Za-z*][^\s:]*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}):"
    r"(?:([0-9]{4})|\*):[^\s:/]+:([A-Za-z_][^\s:/]*):[^\s:\"']|"
    r"\bchpasswd(?: <<<)?[:=\s]{1,3}(?:list[:=]\s?)?[\"']?([\w.\-]+):[^\s\"',:/]"
)
_KERBEROS = (
    r"(?i)\b(?:aes(?:128|256)-cts[\w\-]*|arcfour-hmac[\w\-]*|rc4-hmac|des3-cbc[\w\-]*)"
    r"[\s:(]{1,3}(?:0x)?[0-9a-f]{32,64}"
)
_RADIUS = r"Login (?:OK|incorrect)[^\[\r\n]{0,60}: \[[^/\]\r\n]+/[^\]\r\n]+"
_ORACLE = r"(?i)\bjdbc:oracle:\w+:[^\s/@]+/[^\s@]+@"
_XML = (
    r"(?i)(?:name|key|id)=\\?[\"'][\w.:\-]*"
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|api_?key)[\w.\-]*\\?[\"']"
    r"(?:[^<>]{0,60}[\"'])?\s?>[^<\s][^<\r\n]*"
)
# A key by itself: long, of letters and digits, without the dashes and dots of names.
_KEY = r"(?i)(?:\b|_)key\\?[\"']?\s?[=:]\s?\\?[\"']?(?:base64:|s:)?[A-Za-z0-9+/=]{16,}"
_KEY_GATE = r"(?i)(?:\b|_)key\\?[\"']?\s?[=:]\s?\\?[\"']?(?:base64:|s:)?[a-z0-9+/=]{4}"
# `token X` where X is long and of letters and digits.
_LONG = (
    r"(?i)\b(?:token|api[ _\-]?key|access[ _\-]?key|secret[ _\-]?key|"
    r"auth[ _\-]?key)\s[\"']?[a-z0-9_]{16,}\b"
)
_LONG_GATE = r"(?i)(?:token|api[ _\-]?key|(?:access|secret|auth)[ _\-]?key)\s[\"']?[a-z0-9_]{8}"
# Names with their passwords: credentials: bob:X, chpasswd: list: bob:X.
_LISTED = (
    r"(?i)\b(?:credentials?|creds|chpasswd|userpass|basic[ _\-]auth|user:pass(?:word)?)[\"']?"
    r"[:=\s]{1,3}(?:list[:=]\s?)?[\"'\[]{0,2}[\w.\-]+:[^\s\"',:/]+"
)
_LISTED_GATE = (
    r"(?i)\b(?:credentials?|creds|chpasswd|userpass|basic[ _\-]auth|user:pass(?:word)?)[\"']?[:=\s]"
)
_TERRAFORM = (
    r"(?i)[\"'][\w.\-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|"
    r"api_?key)[\w.\-]*[\"']\s*\{[^}\r\n]{0,80}?"
    r"(?:default|value)\s{0,8}=\s{0,3}[\"'][^\"'\r\n]+"
)
_AUTHORITY = (
    r"(?i)\b(?:SSWS|GenieKey|Splunk|SharedKey|AccessKey)\s+(?:[\w\-]+:)?[A-Za-z0-9+/=_\-]{16,}"
)
_SERVICE_GATE = (
    r"(?i)(?:requirepass|auth_pass|masterauth|masterpass|bindpw|rootpw|userpw|bind_?credentials|"
    r"ldap_default_authtok|psksecret|wep_key|\boption\s+[a-z_]+\s+')"
)
_PSK_GATE = r"(?:PSK|XAUTH|EAP|NTLM)\s{0,2}\""
_SQL_GATE = r"(?i)(?:identified\s|set\s+password|password\()"
_POWERSHELL_GATE = r"(?i)(?:securestring|credential\()"
_MAIL_GATE = r"\bAUTH\s|\bPASS\s|[0-9] LOGIN "
_NETRC_GATE = r"\bmachine\s|\bdefault\s+login\s"
_KERBEROS_GATE = r"(?i)(?:-cts|-hmac|des3-cbc)"
_RADIUS_GATE = r"Login (?:OK|incorrect)"
_ORACLE_GATE = r"(?i)jdbc:oracle:"
_XML_GATE = r"[\"']\s?>[^<]"
_TERRAFORM_GATE = r"(?i)(?:default|value)\s{0,8}=\s{0,3}[\"']"
_AUTHORITY_GATE = r"(?i)(?:ssws|geniekey|splunk|sharedkey|accesskey)\s"
# A word that stands there in prose, whatever it looks like.
_WORDS = frozenset(
    b"""
    sha1 sha224 sha256 sha384 sha512 sha-1 sha-256 sha-512 md5 des 3des aes128 aes192 aes256
    aes-128 aes-256 rsa2048 rsa4096 base64 utf8 utf-8 oauth2 oauth v1 v2 v3 v4 mschapv2 ntlmv2
    ipv4 ipv6
    x509
    not string strings name is was and or for from of to the a an with version traps informs vrf
    configured missing required policy rotation encryption authentication add delete remove set get
    create failed failure success supported command method mechanism read write mismatch unknown
    none null yes no true false redacted hidden encrypted unencrypted <removed> -n 2fa 802.1x
    wpa2 wpa3
    """.split()
)
# Closed forms alone, or what a value's end at a blank leaves of one: `{{`, `$(cat`. What may hold
# a literal, a default above all, is no such form: `${PW:-hunter2}`.
_STANDS_FOR_ONE = re.compile(
    rb"(?i)[*#.]{3,}|(?:\xe2\x80\xa2|\xe2\x97\x8f){3,}|x{4,}|"
    rb"\$\{[a-z_][\w.]*\}|\$?\{\{(?: ?[\w.]+ ?\}\})?|\$\([a-z_]+\)?|%[a-z_]+%|%\([a-z_]+\)s|"
    rb"(?:n?var)?(?:char|binary)2?\([0-9]{1,5}\)?|(?:big|small|tiny|medium)?int(?:eger)?\([0-9]{1,3}\)?|"
    rb"n?char\([0-9]{1,5}\)?|"  # types of SQL
    rb"%[0-9.]{0,4}l?[a-z@]|\{[0-9]{1,2}\}|\?|"
    rb"\$(?:env:)?(?-i:[A-Z0-9_]*(?:PASS|PWD|TOKEN|SECRET|KEY|CRED|AUTH)[A-Z0-9_]*)|"
    rb"\$_(?-i:POST|GET|REQUEST|SERVER|ENV|SESSION|COOKIE)\[[\"']?[\w.\-]*[\"']?\]?|"
    rb"(?:process\.env|os\.environ|env)[.\[][\w.\[\]\"'(]*|os\.getenv\(|"
    rb"(?:getenv|env|secret|lookup|vault|file)\([\"']?[\w./\-]*[\"']?\)?|"
    rb"[<\[({*]{1,3}(?:redacted|filtered|masked|hidden|removed|secret|sensitive|password|passwd|"
    rb"token|"
    rb"omitted|scrubbed|protected|encrypted|none|null|nil|empty|not set|unset|"
    rb"your[\w \-]*|[a-z]+_here)"
    rb"[>\])}*]{0,3}|(?:not|un)[ _-]?(?:set|shown|changed)|redacted|filtered|masked|hidden|"
    rb"changeme_here|[<\[{]?(?:your|insert|replace|enter)[_\-](?:[a-z]+[_\-]){0,4}(?:key|token|secret|"
    rb"password|passwd|here|me)[>\]}]?|"
    rb"(?:vault|ssm|op|arn|secretsmanager|keyring|keychain|awssm|gcpsm|azkv|ref\+\w+):"
    rb"[\w.:@*\-]*[/:#][\w/.:#@*\-]*"
)
_VARIABLE = re.compile(
    rb"\$(?:[a-z]+_?)??(?:pw|pwd|pass|passwd|[pP]assword|secret|token|secure[A-Z][A-Za-z]+)[,;)]*"
)
# A password's own: no list and no remark begins so.
_BEGUN = re.compile(rb"[\[({](?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])[^=:\[\]{}<>]{6,40}")
_TO_BLANK = bytes.maketrans(b"\"'\t\r\n", b" " * 5)
_TRIM = b".,;)]"
_SIGNS = frozenset(b"!@#$%^&*+=~")
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset(b"0123456789")
_CHARS_MIN = 4
_LONG_CHARS = 24


def stands_for_one(value: bytes) -> bool:
    """A mask or the name of where a secret is: `****`, `[FILTERED]`, `${DB_PASSWORD}`."""
    value = value.strip(b"\"',;")
    return _STANDS_FOR_ONE.fullmatch(value) is not None or is_variable(value)


def is_variable(value: bytes) -> bool:
    """`-Password $pw`, of shells and of PowerShell: it is called as its key is."""
    return _VARIABLE.fullmatch(value) is not None


def is_no_word(value: bytes) -> bool:
    """Letters and digits, letters and signs, or digits so many that they count nothing."""
    if value[:1] in b"([{":
        return _BEGUN.fullmatch(value) is not None
    if value.lower() in _WORDS or len(value) < _CHARS_MIN or value[:1] in b"/<-":
        return False
    if stands_for_one(value) or (value.endswith(b"=") and value[:-1].isalpha()):
        return False  # the latter is the key of what follows
    has_letter = any(c in _LETTERS or c >= 0x80 for c in value)
    has_digit = any(c in _DIGITS for c in value)
    has_sign = any(c in _SIGNS for c in value)
    return (has_letter and (has_digit or has_sign)) or (has_digit and has_sign)


def is_no_prose(value: bytes) -> bool:
    """Where the words before leave little doubt: everything but a word of prose."""
    if stands_for_one(value):
        return False
    return value.lower() not in _WORDS and value[:1] not in b"<({" and len(value) > 1


_WORD_BYTES = 3


def last_of(
    pattern: str,
    gate: str,
    accept: Accept,
    *,
    trim: bytes = _TRIM,
    cut: bytes = b"",
    quoted_is_proof: bool = True,
    unless: re.Pattern[bytes] | None = None,
) -> Finder:
    """A finder whose value is behind the last opening quote or blank, or behind the last `cut`.

    `unless`: what stands in a match, or directly before it, where there is none.
    """
    compiled = Pattern(pattern)

    def find(text: bytes) -> Iterable[Found]:
        for start, end in compiled.spans(text):
            raw = text[start:end]
            begin = max(0, start - _WORD_BYTES)  # a match may begin within a word
            if unless is not None and unless.search(text, begin, end) is not None:
                continue
            quote = opening_quote(raw)
            blank = raw.translate(_TO_BLANK).rfind(b" ")
            if cut:
                blank = max(raw.rfind(sign) for sign in (cut[i : i + 1] for i in range(len(cut))))
                quote = -1
            first = start + max(quote, blank if quote < 0 else -1) + 1
            if quote < 0:
                end = trimmed(text, first, end if cut else end_of_word(text, end), trim)
            else:
                end = end_of_quoted(text, raw[quote], end)
            value = text[first:end]
            told = accept(value) or (quoted_is_proof and quote >= 0 and len(value) > 1)
            if value and told and not value.startswith((b"<secret>", b"<cut>")):
                yield first, first + len(value), value

    return Finder(gate, find, "B", needs=compiled, reads=(0, 0))


def _clear(start: int, value: bytes) -> Found | None:
    """Of several words: of one it is found as others are."""
    parted = _NO_CLEAR.search(value)
    value = value if parted is None else value[: parted.start()]
    return (start, start + len(value), value) if len(value.split()) > 1 else None


def _anything(value: bytes) -> bool:
    return bool(value)


def _is_given(value: bytes) -> bool:
    """FreeRADIUS writes `<via Auth-Type = eap>` where it was shown no password."""
    return bool(value) and value[:1] != b"<"


def _is_mixed(value: bytes) -> bool:
    """Several digits, or two and both cases, among letters: no name with a number, no number."""
    digits = sum(c in _DIGITS for c in value)
    is_long = len(value) >= _LONG_CHARS and value not in (value.lower(), value.upper())
    enough = digits > 2 or (digits > 1 and is_long)
    return enough and any(c in _LETTERS for c in value) and is_no_word(value)


CONFIGURED: tuple[Finder, ...] = (
    last_of(_TYPED, _TYPED_GATE, is_no_word),
    last_of(_SNMP, _SNMP_GATE, is_no_prose),
    last_of(_SNMP_USER, _SNMP_GATE, is_no_prose),
    last_of(_OF_DEVICE, _OF_DEVICE_GATE, is_no_word),
    last_of(_OF_ROUTES, _OF_DEVICE_GATE, _anything),
    grouped(_CLEAR_OF_ROUTES, _OF_DEVICE_GATE, _clear),
    last_of(_PLAIN, _PLAIN_GATE, is_no_word),
    last_of(_OF_PROGRAM, _PLAIN_GATE, _anything),
    last_of(_SERVICE, _SERVICE_GATE, is_no_prose),
    last_of(_PSK, _PSK_GATE, _anything),
    last_of(_SQL, _SQL_GATE, is_no_word),
    last_of(_POWERSHELL, _POWERSHELL_GATE, is_no_word),
    last_of(rf"(?m){_MAIL}", _MAIL_GATE, is_no_word, unless=LOST_IN_AUTH),
    last_of(_NETRC, _NETRC_GATE, _anything, trim=b""),
    last_of(rf"(?m){_PGPASS}", _PGPASS_GATE, _anything, trim=b"", cut=b":"),
    last_of(_KERBEROS, _KERBEROS_GATE, _anything, cut=b"x (:"),
    last_of(_RADIUS, _RADIUS_GATE, _is_given, trim=b"", cut=b"/"),
    last_of(_ORACLE, _ORACLE_GATE, _anything, trim=b"@", cut=b":"),
    last_of(_XML, _XML_GATE, _anything, trim=b" ", cut=b">"),
    last_of(_TERRAFORM, _TERRAFORM_GATE, _anything),
    last_of(_KEY, _KEY_GATE, is_no_word, cut=b" =:\"'"),
    last_of(_LONG, _LONG_GATE, _is_mixed),
    last_of(_LISTED, _LISTED_GATE, is_no_word, cut=b":"),
    last_of(_AUTHORITY, _AUTHORITY_GATE, is_no_word),
)
