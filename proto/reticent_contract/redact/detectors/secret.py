"""Secrets: always removed. PEM blocks, tokens of well-known shape, values after a telling key.

The key stays and its value goes: `password=<secret>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.codes import CODES
from reticent_contract.redact.detectors.commands import MAY_BEGIN, OPTIONS_GATE, told_as
from reticent_contract.redact.detectors.configured import CONFIGURED, is_no_word, is_variable
from reticent_contract.redact.detectors.disclosed import DISCLOSED
from reticent_contract.redact.detectors.ends import end_of, is_closed
from reticent_contract.redact.detectors.handed import HANDED_SECRETS
from reticent_contract.redact.detectors.inserted import INSERTED
from reticent_contract.redact.detectors.issued import ISSUED
from reticent_contract.redact.detectors.issuers import ISSUERS
from reticent_contract.redact.detectors.key_lines import KEY_LINES
from reticent_contract.redact.detectors.keyed import KEYED
from reticent_contract.redact.detectors.model import (
    Detector,
    Finder,
    Found,
    Pattern,
    whole_match,
)
from reticent_contract.redact.detectors.named import (
    ENTITY,
    NAME,
    NAMED_GATE,
    QUOTED_VALUE,
    in_brackets,
    is_no_name,
    is_of_things,
    is_ours,
    is_plain,
)
from reticent_contract.redact.detectors.prompts import PROMPTS
from reticent_contract.redact.detectors.questions import QUESTIONS
from reticent_contract.redact.detectors.sent_codes import SENT_CODES
from reticent_contract.redact.detectors.source import is_of_path, is_of_source
from reticent_contract.redact.detectors.structured import COOKIE_GATE, STRUCTURED
from reticent_contract.redact.detectors.tabled import TABLED_SECRETS
from reticent_contract.redact.detectors.told import TOLD
from reticent_contract.redact.detectors.userinfo import USERINFO

_B64 = r"[A-Za-z0-9_\-]"

_PEM = r"(?s)-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----(?:\\{1,3}[nr])*|\z)"
# No line of base64 behind it; a path is none.
_PUBLIC = re.compile(
    rb"(?s)-----BEGIN [A-Z0-9 ]*(?:CERTIFICATE|PUBLIC KEY)-----"
    rb"(?!.{0,200}?(?<![A-Za-z0-9+/])[A-Za-z0-9+][A-Za-z0-9+/]{11})(?!.*-----END).*"
)
_JWT = rf"eyJ{_B64}{{6,}}\.{_B64}{{4,}}(?:\.{_B64}*){{0,3}}"
_JWT_GATE = rf"eyJ{_B64}{{6}}"
_PAIR = (
    rf"(?i)(?:{NAME})(?:\](?:=|\s{{1,2}}=>\s)|[\\\"']{{0,4}}(?:\s{{0,2}}=>?\s{{0,2}}|"
    rf"\s?->\s{{1,2}}|"
    rf"\s?::?=?\s{{0,2}}(?:!{{1,2}}[a-z]+ |[|>][+\-]?\s{{1,12}})?))"
    rf"(?:\"\"[^\"]+\"\"|\\{{3,7}}\"[^\"\\\r\n]+|{QUOTED_VALUE}|(?-i:N)'[^'\r\n]+|"
    rf"(?:\\ |[^\s,;&\"']|{ENTITY})+|"  # hunter2\\ with\\ blanks, as a shell takes it
    r"&[^\s,;&\"'=<>]+)"
)
# In code, where what is not quoted is a name: config["password"] = "X", token == 'X'.
_ASSIGNED = (
    rf"(?i)(?:{NAME})(?:[\\\"']{{1,2}}\]\s{{0,2}}=>?|\s{{0,2}}={{2,3}})\s{{0,2}}"
    rf"(?:{QUOTED_VALUE})"
)
# In columns, where the rest of the line is the value.
_COLUMN = (
    rf"(?i)(?:{NAME}|(?:api|access|secret|private|recovery|"
    rf"product) key)[ \t]{{2,40}}[:=] [^\s:=][^\r\n]+"
)
_ELEMENT = rf"(?i)<[\w:.\-]*(?:{NAME})>[^<]+"
_OPTION = (
    rf"(?i)(?:^|[^\w\-])--?(?:[a-z]+-){{0,3}}(?:password|passwd|passphrase|passwort|pass|pw|token|"
    rf"secret|psk|pin|otp|(?:api|secret|access|private|auth|account|encryption|signing|"
    rf"licen[cs]e)-?key)(?:\s+|[\"']\sa[0-9]{{1,3}}=)(?:{QUOTED_VALUE}|(?:\\ |[^\s\"'])+)"
)
_SCHEME = r"(?i)(?:bearer|basic|digest|negotiate|apikey)\s+[A-Za-z0-9._~+/\-%]{8,}=*"
_SCHEME_GATE = r"(?i)(?:bearer|basic|digest|negotiate|apikey)\s+[A-Za-z0-9._~+/\-%]{4}"
_DIGEST = r"(?i)(?:digest|hawk|oauth|aws4-hmac-sha256)\s+[\w\-]+=[^\r\n]+"
# What a program is given over its standard input, or behind a share of Windows.
_PIPED = (
    r"\b(?:echo|printf)\s[^\r\n|]+\|[^\r\n|]*(?:--pass(?:word|wd)?-stdin|--passwd-on-stdin|"
    r"\bsudo\s+-S\b|\bchpasswd\b|\bpasswd\s+--stdin|\bkinit\b|\bcryptsetup\b|--passphrase-fd)"
)
# A string in the place of standard input.
_HERE = (
    r"\b(?:passwd|kinit|su|sudo|cryptsetup|chpasswd|openconnect|vault|smbpasswd|login)\b"
    r"[^\r\n|<]*\s<<<\s?(?:\"[^\"\r\n]+|'[^'\r\n]+|[^<\s\"'][^\s\"']*)"
)
_SHARE = r"(?i)\bnet\s+use\s+(?:[^\s\\]+\s+)?\\\\\S+\s+(?:\"[^\"\r\n]+|[^\s/\"]\S*)"
# One gate for all of these: a gate of its own for each makes every state of the automaton larger.
_RARE_GATE = (
    r"(?i)\b(?:(?:digest|hawk|oauth|aws4-hmac-sha256)\s+[\w\-]+=|net\s+use\s|chpasswd\b|"
    r"sudo\s+-s\b|passwd\s+--stdin|kinit\b|cryptsetup\b)|"
    r"--password-stdin|--passwd-|--pass-stdin|--passphrase-fd|\s<<<\s?[^<\s]"
)
# The key in one attribute and its value in the next, as in XML and the environment of containers.
_ATTRIBUTE = (
    rf"(?i)\b(?:key|name)\\?[\"']?\s?[=:]\s?\\?[\"'][\w.:\-]*(?:{NAME})\\?[\"'],?\s*"
    r"\\?[\"']?value\\?[\"']?\s?[=:]\s?\\?[\"'][^\"']+"
)
_ATTRIBUTE_GATE = r"(?i)[\"'],?\s*\\?[\"']?value\\?[\"']?\s?[=:]\s?\\?[\"'][^\"']"
_KNOWN_SCHEME = r"(?:token|bearer|basic|digest|negotiate|ntlm|apikey|api-key)\s"
_AUTHORIZATION = (
    r"(?i)\bauthorization[\"']{0,2}\s{0,2}[:=]\s{0,2}[\"']{0,2}"
    rf"(?:{_KNOWN_SCHEME}\s*(?:[^\s\"',;&]|{ENTITY}|&)+|"
    rf"(?:[a-z][a-z0-9\-]*\s+)?(?:[^\s\"',;&]|{ENTITY}|&){{8,}})"
)
_AUTHORIZATION_GATE = r"(?i)\bauthorization[\"']{0,2}\s{0,2}[:=]"
_SESSION = (
    r"(?i)(?:\b(?:(?:jsession|phpsess)id|connect\.sid)[\"']{0,2}\s?[:=]\s?[\"']{0,2}[^\s,;&\"'<>]+|"
    r"(?:\b|_)(?:session_?id|sessid)[\"']{0,2}\s?[:=]\s?[\"']{0,2}[^\s,;&\"'<>]{8,})"
)
# As frameworks of web sites call theirs.
_FRAMEWORK = (
    r"(?i)(?:\b|_|\.)(?:[a-z0-9]+_session|aspxauth|aspnetcore\.[a-z.]+|[a-z]+\.sid|"
    r"remember_(?:me|web_[0-9a-f]+)|wordpress_(?:logged_in|sec)_[0-9a-f]+|li_at)"
    r"[\"']{0,2}[:=]\s?[\"']{0,2}[^\s,;&\"'<>]{16,}"
)
_FRAMEWORK_GATE = (
    r"(?i)(?:_session|aspxauth|aspnetcore\.[a-z.]+|\.sid|remember_(?:me|web_[0-9a-f]+)|li_at|"
    r"wordpress_(?:logged_in|sec)_[0-9a-f]+)[\"']{0,2}[:=]"
)
_COOKIE = r"(?i)\b(?:set-)?cookie:\s*(?:\[[^\]\r\n]+|[^\r\n]+)"
_PARAMETER = (
    r"(?i)[?&#;](?:[a-z0-9_\-]{0,24}(?:token|secret|passw(?:or)?d|signature|credential|api_?key)|"
    rf"auth|code|key|sig|sid|hmac|hdnts|hdnea|hdntl|sessionid|session|jwt|ticket|otp|pin|pwd)=(?:[^&;\s\"'#<>]|{ENTITY})+"
)
_TO_BLANK = bytes.maketrans(b"\"'\t\r\n", b" " * 5)
_OPENING = (b"[", b"(", b"{")
_QUOTES = frozenset(b"\"'")
_SET_OFF_BY = frozenset(b"\"'>")
_AUTHORIZATION_BEFORE = re.compile(rb"(?i)authorization[:=]+")
_KNOWN_BEFORE = re.compile(rb"(?i)[:=\s\"']" + _KNOWN_SCHEME.encode())


def _after(
    pattern: str,
    separators: bytes,
    *,
    gate: str | None = None,
    goes_on: bool = False,
    first: bytes | None = None,
) -> Finder:
    """A finder whose value begins behind the first of `separators`, blanks and quotes aside.

    `goes_on`: whether it ends as `ends.end_of` says. `first`: a sign that it has; see `Pattern`.
    """
    compiled = Pattern(pattern, first=re.compile(first).search if first is not None else None)
    # All separators as one, so that the first of them is found at once.
    as_one = bytes.maketrans(separators, separators[:1] * len(separators))

    def find(text: bytes) -> Iterable[Found]:
        for start, end in compiled.spans(text):
            raw = text[start:end]
            rest = raw[raw.translate(as_one).find(separators[:1], 1) + 1 :]
            value = rest.lstrip(b" \t\r\n=:>|\\\"'")
            first = end - len(value)
            value = value.rstrip(b"\\\"'")
            if _is_folder(text, start, raw, value):
                continue  # sudo and shells: the working directory
            if (
                goes_on
                and text[end : end + 1] == b"&"
                and (value[1:] == b"" or is_plain(raw, value))
            ):
                end = end_of(text, first, end)
                value = text[first:end]
            if raw[:9].lower() == b"secretary" or is_plain(raw, value):
                continue
            if goes_on and (
                is_of_source(text, start, raw, value) or is_of_path(text, start, raw, value)
            ):
                continue
            if (
                value[:1] in _OPENING
                and text[first - 1] not in _SET_OFF_BY
                and (value[:1] != b"(" or not is_no_word(value))
            ):
                opening, value = value[:1], in_brackets(value)
                first = text.find(value, first)
                if is_plain(raw, value) or (is_of_things(raw) and not is_no_name(value)):
                    continue
                is_begun = raw.endswith(opening + value)
                if is_begun and not is_closed(opening, text, end):
                    first, value = first - 1, opening + value
            if value[:1] == b"&" and (text[end : end + 1] == b"=" or not is_no_word(value)):
                continue  # nothing, and the next key
            if value == b"Array" and b"]" in raw:
                continue  # as print_r begins one
            if (
                raw[:5].lower() == b"token"
                and text[max(0, start - 9) : start].lower() == b"publickey"
            ):
                continue  # of an assembly of .NET: whose key has signed it
            if raw[:7].lower() == b"passwd:" and _PROGRAM.search(text, max(0, start - 4), start):
                continue
            if value and not is_ours(value) and not raw.startswith(b"<secret>"):
                last = first + len(value)
                if goes_on and last >= end - (text[end - 1] in _QUOTES):
                    last = end_of(text, first, end)
                if last > first:  # not only an entity before the next key
                    yield first, last, text[first:last]

    return Finder(gate or pattern, find, "B", needs=compiled)


def _is_folder(text: bytes, start: int, raw: bytes, value: bytes) -> bool:
    key = raw[:4].upper()
    if key == b"PWD=":
        return value[:1] in (b"/", b"~")
    before = text[start - 1 : start]
    is_own = key == b"PWD:" and not before.isalnum() and before not in (b"_", b"-", b".")
    return is_own and _FOLDER.fullmatch(value) is not None


def _is_told_of(text: bytes, start: int, end: int) -> bool:
    """`no start line -----BEGIN CERTIFICATE-----`: what is no secret, and is not there."""
    return _PUBLIC.fullmatch(text, start, end) is not None


def _is_telling(value: bytes) -> bool:
    """`basic authentication` is prose; a credential has a digit, a sign or a capital within it."""
    if len(value) >= 20:
        return True
    return any(c in _TELLING for c in value) and _WORDS.fullmatch(value) is None


def _find_framework(text: bytes) -> Iterable[Found]:
    for start, end in _FRAMEWORK_FIND.spans(text):
        key = _BEHIND_KEY.match(text, start, end)
        first = end if key is None else key.end()
        of_desktop = _OF_DESKTOP.search(text, max(0, start - _KEY_BYTES), end) is not None
        if not of_desktop and is_no_word(text[first:end]):
            yield first, end, text[first:end]


def _find_scheme(text: bytes) -> Iterable[Found]:
    for start, end in _SCHEME_FIND.spans(text):
        value = text[start:end].split(None, 1)[1]
        if _SUM.fullmatch(value) and text[start : start + 6].lower() == b"digest":
            continue  # behind authorization another finder has it
        if _is_telling(value):
            yield end - len(value), end, value


def _find_authorization(text: bytes) -> Iterable[Found]:
    for start, end in _AUTHORIZATION_FIND.spans(text):
        raw = text[start:end]
        word = raw.translate(_TO_BLANK).rfind(b" ") + 1
        key = _AUTHORIZATION_BEFORE.match(raw, word)
        first = start + (word if key is None else key.end())
        if raw.endswith(b"=") and raw[first - start : -1].isalpha() and text[end : end + 1] == b'"':
            continue  # Token token="…": what it is called, and _PAIR's
        known = _KNOWN_BEFORE.search(raw) is not None
        if not is_ours(text[first:end]) and (known or _is_telling(text[first:end])):
            yield first, end, text[first:end]


def _find_digest(text: bytes) -> Iterable[Found]:
    for start, end in _DIGEST_FIND.spans(text):
        value = text[start:end].split(None, 1)[1]
        if not value.lower().startswith((b"sha", b"md5")):  # of a body (RFC 3230)
            yield end - len(value), end, value


def _find_piped(text: bytes) -> Iterable[Found]:
    for start, end in _PIPED_FIND.spans(text):
        value = text[start:end].partition(b"|")[0].rstrip()
        program = len(b"printf" if value.startswith(b"printf") else b"echo")
        first = start + len(value) - len(value[program:].lstrip(b" \t\"'"))
        if first < start + len(value) and not is_ours(text[first : start + len(value)]):
            yield first, start + len(value), text[first : start + len(value)]


def _last(pattern: str, *, gate: str | None = None) -> Finder:
    """A finder whose value is what stands behind the last blank or the last opening quote."""
    compiled = Pattern(pattern)

    def find(text: bytes) -> Iterable[Found]:
        for start, end in compiled.spans(text):
            raw = text[start:end]
            quote = max(raw.rfind(b'"'), raw.rfind(b"'"))
            first = start + (quote if quote >= 0 else raw.translate(_TO_BLANK).rfind(b" ")) + 1
            value = text[first:end].rstrip(b".,;)")
            if value and not is_ours(value):
                yield first, first + len(value), value

    return Finder(gate or pattern, find, "B", needs=compiled)


def _is_of_help(text: bytes, start: int, end: int, value: bytes) -> bool:
    """`-W, --password    force a prompt`, `--token or --serial`."""
    if value.lower() in _AND_OPTION and text[end : end + 2] == b" -":
        return True
    gap = text[end - len(value) - 2 : end - len(value)]
    if gap.strip() or text[end : end + 1] != b" " or not value.isalpha():
        return False
    return _BEGINS_HELP.search(text, max(0, start - _HELP_BYTES), start + 2) is not None


def _find_option(text: bytes) -> Iterable[Found]:
    for start, end in _OPTION_FIND.spans(text):
        value = text[start:end].split(None, 1)[1]
        if _is_of_help(text, start, end, value):
            continue
        if is_variable(value) or (value.startswith(b"(") and not is_no_word(value)):
            continue
        if _REDIRECTED.fullmatch(value) is not None:
            continue  # --with-token <<< X: from elsewhere
        if not is_ours(value) and not value.startswith((b"id=", *_ELSEWHERE)):
            yield end - len(value), end, value


_FRAMEWORK_FIND = Pattern(_FRAMEWORK)
_KEY_BYTES = 16
# Below a root of systems, as a password may begin with a slash as well.
_FOLDER = re.compile(
    rb"(?:~|/(?:home|Users|root|usr|var|etc|opt|srv|tmp|mnt|media|data|app|workspace|builds?)|"
    rb"[A-Za-z]:(?=\\))(?:[/\\][\w.\-]*)*|/"
)
_SUM = re.compile(rb"(?i)[0-9a-f]{32}(?:[0-9a-f]{8}){0,4}|[0-9a-f]{96}|[0-9a-f]{128}")
_OF_DESKTOP = re.compile(
    rb"(?i)(?:\b|_)(?:xdg|pam|desktop|gnome|kde|x|dbus|systemd|logind|wayland)_session|=S-1-"
)
# Between two options, in twenty languages.
_AND_OPTION = frozenset(
    "or and e y o u i a ve veya ou et und oder og och en of lub nebo atau dan eller или и и/или "
    "або та και ή 또는 または".encode().split()
)
_REDIRECTED = re.compile(rb"[0-9]?[<>]{1,3}(?:&[0-9]|/.*)?|[|;&]{1,2}")
_BEGINS_HELP = re.compile(rb"(?m)^\s*(?:-\w,? +)?-{0,2}\Z")
_HELP_BYTES = 48
_BEHIND_KEY = re.compile(rb"[^=:]+[=:][\s\"']*")
_SCHEME_FIND = Pattern(_SCHEME)
_OPTION_FIND = Pattern(_OPTION)
_AUTHORIZATION_FIND = Pattern(_AUTHORIZATION)
_DIGEST_FIND = Pattern(_DIGEST)
_PIPED_FIND = Pattern(_PIPED)
_ELSEWHERE = (b"env:", b"file:", b"fd:", b"/Users/", b"/home/", b"/etc/", b"/run/", b"/var/")
_PROGRAM = re.compile(rb"(?:\bNO|\bg|\bch|\bht|\bsmb|\bk)\Z")  # gpasswd: user … added
# Basic Constraints, Negotiate Transited Services, Basic HttpClient
_WORDS = re.compile(rb"[A-Z]?[a-z]+(?:[/.\-][A-Z]?[a-z]+)*\.?|(?:[A-Z][a-z]{2,}){2,4}")
_TELLING = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+/=_~")

SECRET = Detector(
    name="secret",
    sentence=(
        "Keys and passwords: PEM blocks and lines of them, JWTs, bearer tokens, keys with a "
        "well-known prefix, what follows password= and its like, options such as --password and "
        "curl -u, session identifiers, tokens and passwords in URLs."
    ),
    form=Form.TEXT,
    always_removed=True,
    finders=(
        whole_match(_PEM, "A", unless=_is_told_of, reads=(0, 0), gate="-----BEGIN "),
        *KEY_LINES,
        whole_match(_JWT, "A", gate=_JWT_GATE),
        *ISSUED,
        *ISSUERS,
        _after(_PAIR, b"=:>", gate=NAMED_GATE, goes_on=True),
        _after(_COLUMN, b"=:", gate=NAMED_GATE, first=rb"[ \t]{2}[:=] "),
        _after(_ASSIGNED, b"=", gate=NAMED_GATE, first=rb"[\\\"']\]\s{0,2}=|=="),
        _after(_ELEMENT, b">", gate=NAMED_GATE, first=rb"<[^<>]+>[^<]"),
        Finder(OPTIONS_GATE, _find_option, "B", needs=_OPTION_FIND),
        Finder(OPTIONS_GATE, partial(told_as, "secret"), "B", needs=MAY_BEGIN),
        *CONFIGURED,
        *DISCLOSED,
        *TOLD,
        *PROMPTS,
        *CODES,
        *SENT_CODES,
        *QUESTIONS,
        HANDED_SECRETS,
        *KEYED,
        INSERTED,
        TABLED_SECRETS,
        *STRUCTURED,
        Finder(_RARE_GATE, _find_piped, "B", needs=_PIPED_FIND),
        Finder(_RARE_GATE, _find_digest, "B", needs=_DIGEST_FIND),
        _last(_SHARE, gate=_RARE_GATE),
        _last(_HERE, gate=_RARE_GATE),
        _last(_ATTRIBUTE, gate=_ATTRIBUTE_GATE),
        Finder(_SCHEME_GATE, _find_scheme, "B", needs=_SCHEME_FIND),
        Finder(_AUTHORIZATION_GATE, _find_authorization, "B", needs=_AUTHORIZATION_FIND),
        _after(_SESSION, b"=:"),
        Finder(_FRAMEWORK_GATE, _find_framework, "B", needs=_FRAMEWORK_FIND),
        _after(_COOKIE, b":", gate=COOKIE_GATE),
        _after(_PARAMETER, b"=", goes_on=True),
        USERINFO,
    ),
)
