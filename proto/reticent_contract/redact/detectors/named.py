"""What a secret's key is called, and what behind one is none.

Enters: a key and what stands for its value. Leaves: whether that is a secret. Must hold: what
redaction itself wrote is none.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.configured import is_no_word, stands_for_one

# What a key is called, with anything before or behind it: AWS_SECRET_ACCESS_KEY, tokenId, …
CALLED = (
    r"(?:pass(?:[_\-]?word|wd|wrd|[_\- ]?phrase|code)|passw(?:or)?t|ps?wd|secret|token|credential|"
    r"psk|"
    r"(?:api|access|private|account|signing|encryption|shared|master|subscription|app|auth|wep|"
    r"session|licen[cs]e|hmac|aes|cipher|consumer|webhook)[_\-]?key|"
    r"keymaterial|saml(?:response|request)|samlart|client_assertion|code_verifier|private-mac|"
    r"access_?signature|(?:goog|amz|oss)-signature|community[_\-]?string|snmp[_\-]?community|activation[_\-]?code|"
    r"recovery[_\-]?code|security[_\-]?answer|pass4symmkey)[\w.\-]*"
)
SHORT = r"(?:\b|_)(?:pw|psw|pword|cvv2?|cvc2?|cvn|[cx]srf)"
# Personal access tokens; a path and a pattern are none.
_OF_ACCESS = (
    r"(?:\b|_)(?:gh|github|gl|gitlab|bitbucket|azure|ado|devops|ext|docker(?:hub)?|repo|personal|ci|"
    r"bot|jira)_pat"
)
NAME = (
    rf"{CALLED}|{SHORT}|(?:\b|_|db|user|root|admin|smtp|mail|ftp|ssh|key|store|pg|bind|ldap|"
    rf"login|"
    r"proxy|sudo|become|auth|remote|wifi|web|svc|service|my|app|api|new|old|sql|rabbit|redis|mongo|"
    r"amqp|vnc|wp|git|backup|vpn|wlan|imap|smb|jdbc|tomcat|jenkins|nexus|registry|elastic|"
    r"client|server)pass|"
    rf"(?:wi-?fi|wlan|router|hotspot) pass|{_OF_ACCESS}"
)
ENTITY = r"&[a-zA-Z#][a-zA-Z0-9]{1,8};"  # of HTML: a part of the value, unlike a bare &
# With quotes within it, escaped, doubled or as a shell has them (`'it'"'"'s'`), and without its
# end, as where a text was cut.
QUOTED_VALUE = (
    r"\\\"(?:\\{2,}\"|\\[^\"]|[^\"\\])*(?:\\?\"|\z)|\"(?:\\[^\n]|\"\"|[^\"\\])*(?:\"|\z)|"
    r"\\'(?:\\{2,}'|\\[^']|[^'\\])*(?:\\?'|\z)|'(?:\\[^\n]|''|'\"'\"'|'\\''|[^'\\])*(?:'|\z)"
)
# Of both, and without the value: nothing has to be remembered behind the sign before it.
NAMED_GATE = (
    rf"(?i)(?:{CALLED}|pass|_pat|{SHORT})(?:[\\\"'\]=:>]|->|\s[=:\-\s])|"
    r"(?:api|access|secret|private|recovery|product) key\s\s"
)
_OURS = re.compile(rb"(?:<secret>|<cut>)+")
# An object and its hash, as Java writes both: Token{a64f992 ActivityRecord{…}}.
_OBJECT = re.compile(rb"(?:[A-Z][a-z]+)+(?:\{|@)[0-9a-f]{5,8}\b.*", re.DOTALL)
_NO_SECRETS = frozenset(
    b"chauthtok session account auth yes no none null nil true false required [] {} "
    b"convertto-securestring eof undefined - + []string []string{ []byte []byte{".split()
)
# secretName: tls-cert, passwordPolicy: strict, password_max_age=90
_SETTING = re.compile(
    rb"(?i)(?:password|passwd|passphrase|token|secret|credential|pwd|api[_-]?key)s?[_\-.]?"
    rb"(?:policy|name|type|(?:store[_\-]?)?(?:dir(?:ectory)?|folder|home|location)|store[_\-](?:clip|enable|"
    rb"umask|sign|generated|character|x_sel|gpg|key|git)\w*|hash_algo\w*|grace\w*|warn\w*|"
    rb"issuer|audience|count|limit|(?:ttl|lifetime|timeout|interval|validity|rotation)(?:_[a-z]+)?|url|uri|endpoint|provider|strength|history|complexity|"
    rb"prompt|last_?(?:set|change\w*|used|modified)|time\b|history\w*|properties|encryption|algorithm|format|scope|index|bucket|(?:max|"
    rb"min)[\w\-]*|age|"
    rb"length|expir\w*|required|enabled|file|path|(?:key)?ref|manager|"
    rb"izer|ization|operator|controller|validator|handler|factory|generator)[\"']{0,2}\s?[=:]|"
    rb"accesskeyname[\"']{0,2}\s?[=:]"
)
# passwordchange: letter sent
# How YAML says that the value is elsewhere, or encrypted.
_ELSEWHERE = re.compile(
    rb"!(?:vault(?: [|>][+\-]?)?|(?:secret|ref|sub|getatt|env|env_var|include|"
    rb"reference)(?: [\w.:\-${}]+)?)"
)
_TAG = re.compile(
    rb"(?i)(?:password|passwd|pwd|token|secret|credential)s?[_\-.]?(?:change|reset|update|sync|check|"
    rb"notice|mail|alert|audit|service|agent|filter)[a-z]*: [a-z]+"
)
_TOLD = re.compile(rb"[a-zA-Z]:\s")
_OF_USER = re.compile(rb"(?i)(?:user(?:_?name)?|login|uid|account)=\w")
PROSE = frozenset(
    b"""
    authentication authenticating failed failure invalid incorrect wrong missing expired required
    changed accepted rejected denied empty unset unknown mismatch mismatched disabled enabled error
    ok success successful verified valid revoked refreshed updated reset set not must cannot could
    please enter is was has the this a an for from user unable unsupported unexpected too is_expired
    saved stored loaded created deleted removed rotated generated issued requested received used
    unlocked locked opened closed synced syncing filled copied exported imported started stopped
    rotation rotating scanning checking validating verifying prompting waiting reading using trying
    """.split()
)
_IS_KEY = re.compile(  # what is kept in a file of its own, or says that it names one
    rb"(?i)[\w.\-]*(?:key|(?:key|token|secret|password|credential)s?[_\-.]?(?:file|path))\b"
)
# Each part begins with its slash: were that optional, a name without one could be split in as many
# ways as it has letters, and each would be tried.
_PATH = re.compile(
    rb"[\"']?(?:(?:/(?:etc|usr|var|opt|run|root|srv|mnt|secrets|certs|ssl|keys)|\.|"
    rb"~)(?:/[\w.\-]+)+|"
    rb"(?:/[\w.\-]+)+\.(?:pem|key|crt|cer|p12|pfx|jks|keytab|gpg|asc|pub|txt|json|ya?ml|env|conf)|"
    rb"[A-Za-z]:\\[\w\\ .\-]+\.(?:pem|key|crt|cer|p12|pfx|jks|txt|json|xml))"
)
_TEST_RUN = re.compile(
    rb"PASS: (?:[a-zA-Z_./]+|[0-9]{1,3})|pass: [0-9]{1,4}"
)  # of a program under test
_COUNTED = re.compile(rb"(?i)tokens|token_count|(?:secret|credential|password)s\b")
_COUNT_DIGITS_MAX = 7
_NO_NAME_CHARS = 8
_OF_THINGS = re.compile(rb"(?i)(?:token|secret|credential)s\b")
_CLOSING = frozenset(b"])}")
_NAME_SERVICES = frozenset(b"files compat sss systemd ldap winbind nis password".split())


def is_ours(value: bytes) -> bool:
    """Whether redaction itself wrote this: what it made must not be taken for a secret again."""
    return value.startswith(b"<") and _OURS.fullmatch(value) is not None


def is_plain(raw: bytes, value: bytes) -> bool:
    """A module of PAM, `using password: YES`, a number of tokens, a setting about passwords."""
    if value.rstrip(b"):;,.").lower() in _NO_SECRETS or stands_for_one(value):
        return True
    if _OBJECT.fullmatch(value) is not None:
        return True
    if value[:1] == b"!" and _ELSEWHERE.fullmatch(value.lower()) is not None:
        return True
    if not value.strip(b"[](){}"):
        return True  # an empty list, and what is around it
    if value.lower() in PROSE and _TOLD.search(raw) is not None:
        return True  # `password: authentication for user …`, `token: expired`
    if _OF_USER.match(value) is not None and _TOLD.search(raw) is not None:
        return True  # `Password: user=otto`: a heading
    if value.endswith(b":") and value[:-1].isalpha() and _TOLD.search(raw) is not None:
        return True  # `credentials: Target: …`: the next key
    if _IS_KEY.match(raw) is not None and _PATH.fullmatch(value) is not None:
        return True  # private_key: /etc/ssl/private/web.key
    if (
        _TAG.fullmatch(raw) is not None
        or _SETTING.match(raw) is not None
        or _TEST_RUN.fullmatch(raw) is not None
    ):
        return True
    if raw[:7] == b"passwd:" and value in _NAME_SERVICES:
        return True
    digits = value.rstrip(b"]),.;")
    if not digits.isdigit() or len(digits) > _COUNT_DIGITS_MAX:
        return False
    return _COUNTED.search(raw) is not None or (raw[:5].lower() == b"token" and len(digits) < 4)


def is_of_things(raw: bytes) -> bool:
    """Whether the key names things as well: `secrets: [db-creds]`, `tokens: [the, cat]`."""
    return _OF_THINGS.search(raw) is not None


def is_no_name(value: bytes) -> bool:
    """Whether it names no thing: `db-creds-v2` and `gpt2` may."""
    digits = sum(c in b"0123456789" for c in value)
    is_joined = any(joint in value for joint in (b"-", b"_", b"."))
    return len(value) >= _NO_NAME_CHARS and digits > 2 * is_joined and is_no_word(value)


def in_brackets(value: bytes) -> bytes:
    """What stands in brackets around all of `value`, or behind one that is not closed: `[X`. Two
    that are not are its own: `{{X`."""
    inner = value.lstrip(b"[({")
    bare = inner.rstrip(b"])}")
    is_begun = len(value) - len(inner) == 1 and _CLOSING.isdisjoint(inner)
    if len(bare) < len(inner) or is_begun:
        return bare
    return value
