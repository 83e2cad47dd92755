"""Names of hosts: fully qualified domain names, and addresses inside a host's name.

What is taken for an FQDN. A name of two labels or more whose end is a registrable part under the
public suffix list, so that it belongs to somebody; in both cases only where it is written as names
of machines are, or where more stands around it (`host_kinds`):

    A   in a URL; under a suffix that is nothing else (.com, .org, a country's that is no word) or
        that has two parts (.co.in); under a country's that is also a word (.it) with four labels,
        or three with a digit or a dash
    B   under a suffix that is also a word, a file ending or a program's (.name, .zip, .sh): only
        near a word such as host, or before a port; names of a local network (.local, .lan)

Under one of the thousand other suffixes only in a URL, behind www, behind what tells a host (host=,
ENOTFOUND) or where the first label does (smtp.): no gate can list them.

Not taken: what begins as a bundle does and does not end as a host (com.apple.Safari,
org.freedesktop.systemd1), file names (Makefile.in, config.h.in, libfoo.so), systemd's units, the
names of classes (System.Net), what an @, a path or a dot adjoins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.beside import OfLetters, letter_behind
from reticent_contract.redact.detectors.host_kinds import (
    LISTED_SUFFIXES,
    is_listed,
    is_of_source,
    is_site,
    kind_of,
)
from reticent_contract.redact.detectors.model import (
    Detector,
    Finder,
    Found,
    Sifted,
    Tier,
    finder_at,
)
from reticent_contract.redact.forms import ipv4_octets

# Letters of any alphabet, as in addresses; what is no host's name has no registrable part.
_LABEL = r"[A-Za-z0-9_\x{80}-\x{10FFFF}][A-Za-z0-9_\-\x{80}-\x{10FFFF}]*"
_NAME = rf"(?:{_LABEL}\.)+(?:[A-Za-z]{{2,24}}|[Xx][Nn]--[A-Za-z0-9\-]{{2,59}})"
_NAME_FIND = OfLetters(_NAME, holds=(b".",))
_SCHEME = re.compile(
    rb"(?:[A-Za-z][A-Za-z0-9+.\-]*:|(?:\A|(?<=[\s\"'=(@])))//(?:[^/\s@\"'<>]*@)?\Z"
)
_SCHEME_CHARS = 96
_USERINFO = re.compile(rb"://[^/\s@:\"'<>]*:[^/\s@\"'<>]*@\Z")
_WORDS = (
    r"host(?:[ _]?name)?|server|domain|fqdn|rhost|peer|dns|resolv\w*|lookup|query|"
    r"connect\w*(?: to| from)?|client|node|proxy|gateway|relay|ping|from|reverse mapping|"
    r"getaddrinfo for|site|website|certificate for|visit\w*|www|helo|ehlo|\bH=|\bmx|registry|"
    r"blocked|sinkholed|upstream|endpoint|smtp|imap|nameserver|cname|\bsni|vhost|origin|authority|dns:|auths(?:\\?[\"']\s?:\s?\{)?|"
    r"\b(?:cn|d)\s?=|\s-h|#[0-9]{1,5}"  # mysql -h, BIND's 10.0.0.1#53122 (name)
)
_QUOTE = r"(?:[\"'(\[<]|\xe2\x80[\x98-\x9f\xb9\xba]|\xc2[\xab\xbb])"
_JOINT = rf"[\"'\]]?\s?(?:name)?(?:[=:]| is| for| to)?\s?{_QUOTE}?(?:\*\.)?"
_WORD = re.compile(rf"(?i)(?:{_WORDS}){_JOINT}\Z".encode())
_WORD_CHARS = 40
# Which only a host is told by, whatever its name looks like.
_KEYS = (
    r"(?:computer|host|server|machine|workstation|node|domain|fqdn|dns)[ _\-]?(?:host)?(?:name)?|"
    r"[rl]host|registry|endpoint|upstream|gateway|nameserver|vhost|sni|cn|helo|ehlo"
)
_KEY = re.compile(rf"(?i)(?:\b|_)(?:{_KEYS})\\?[\"']?\s?[=:]\s{{0,4}}{_QUOTE}?\Z".encode())
# Of these something is reached: no package, no extension of a browser, no bucket.
_REACHED = re.compile(
    rb"(?i)\b(?:https?|wss?|ftps?|sftp|ssh|ldaps?|smb|cifs|afp|nfs|rdp|vnc|imaps?|pop3s?|smtps?|mqtts?|"
    rb"amqps?|postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|rtsps?|rtmps?|tcp|udp|tls|ssl|"
    rb"telnet|sips?|xmpp|ircs?|git|svn|davs?|kafka|nats|grpcs?|socks5?h?)://(?:[^/\s@\"'<>]*@)?\Z"
)
_BEFORE_HOST = (b"/", b"@")
_SET = re.compile(rb"(?:\b[Hh]ost|[a-z]Host|\b[Ss]erver)(?:[Nn]ame)?[\"']? ?[=:] ?[\"']?\Z")
_SIGNS = frozenset(b"=:")
_MARKED = re.compile(rb"[a-z0-9](?:-[a-z]|-?[0-9])")
# What Node, curl, ssh and Go say of a host and of nothing else.
_ERRORS = (
    r"ENOTFOUND|EAI_AGAIN|EAI_NODATA|ECONN(?:REFUSED|RESET|ABORTED)|ETIMEDOUT|EHOSTUNREACH|"
    r"ENETUNREACH|[Cc]ould not resolve(?: host(?:name)?)?:?|dial tcp:?(?: lookup)?|"
    r"Name or service not known:?"
)
_ERROR = re.compile(rf"(?:{_ERRORS}) {_QUOTE}?\Z".encode())
# A registry of images, and its path: image: cr.acme.io/acme/web
_IMAGE = re.compile(rf"(?i)\b(?:images?|pull(?:ed|ing)?|push(?:ed|ing)?){_JOINT}\Z".encode())
_TELLING = (b":", b"/")
_PATH = re.compile(rb"/[a-z0-9]")
_PORT = re.compile(rb":[0-9]{2,5}(?![0-9A-Za-z]|:[0-9])")
# Of what is served: behind the name of a source the number is that of a line.
_SERVED_PORT = re.compile(
    rb":(?:22|25|53|80|88|143|389|443|465|587|636|993|995|1433|1521|1883|2181|3306|3389|5060|5432|"
    rb"5671|5672|6379|6443|8000|8080|8443|9000|9092|9200|11211|27017)(?![0-9A-Za-z]|:[0-9])"
)
# What ends as a country and a digit does: song.mp3, archive.bz2.
_NUMBERED_ENDINGS = frozenset(("mp2", "mp3", "mp4", "bz2", "jp2", "es5", "es6"))
# What Windows keeps for a domain, web servers for a site; a folder of a share that has a domain.
_FOLDER = re.compile(
    rb"(?i)(?:[\\/]sysvol(?:[\\/]+domain)?|/(?:www|vhosts|letsencrypt/(?:live|archive))|\\wwwroot|"
    rb"\\\\[a-z0-9\-]+(?:\.[a-z0-9\-]+)+\\+[^\\\s]+)[\\/]+\Z"
)
_FOLDER_BYTES = 128
_WITHIN = re.compile(rb"[\\/]+[A-Za-z0-9{_]")
# A key of a setting: team.private=true.
_SETTING = re.compile(rb"[A-Za-z_]+\.(?:private|home|internal|domain)=[A-Za-z]")
_SEPARATORS = (b"\\", b"/")
_SHARE = re.compile(rb"(?:\A|[\s\"'(=,>])(?:\\{2}|\\{4})\Z")  # \\\\host\\share, also escaped
_SERVICE = re.compile(
    rb"(?i)(?<![A-Za-z0-9/\\.])(?:host|http|cifs|ldap|nfs|imap|smtp|rpc|termsrv|wsman|mssqlsvc)/\Z"
)
_SERVICE_BYTES = 12
_UNDERSCORE = ord("_")
_NEIGHBOURS = frozenset(b"@\\~.$_%-")


# Its suffix is in the gate, it stands in a URL, or a word tells it.
_Gated = Literal["listed", "url", "told"]


@lru_cache(maxsize=2)
def _names(text: bytes) -> list[tuple[int, int, Tier, _Gated]]:
    """Where a host's name stands, its tier and by what a gate sees it.

    The finders ask for them one after the other.
    """
    found: list[tuple[int, int, Tier, _Gated]] = []
    for start, end in _NAME_FIND.spans(text):
        before, behind = text[start - 1 : start] if start else b"", text[end : end + 1]
        if before in _SEPARATORS and before == behind and _is_folder(text, start, end):
            found.append((start, end, "B", _gated(text, start, end, "B", "")))
            continue
        is_share = before == b"\\" and _SHARE.search(text, max(0, start - 8), start) is not None
        if (
            before
            and before[0] in _NEIGHBOURS
            and not is_share
            and text[start - 2 : start] != b"*."
            and not (before == b"@" and is_behind_password(text, start))
        ):
            continue
        is_longer = (behind and behind in b"@_-") or letter_behind(text, end)
        if is_longer and not is_share:
            continue
        if behind == b"." and _goes_on(text, end + 1):
            continue  # goes on, as libfoo.so.1 and names of files with dates do
        if behind.isdigit() and _is_numbered_ending(text, start, end):
            continue
        if behind == b"=" and _SETTING.match(text, start) is not None:
            continue
        if behind == b"(" or (behind == b":" and text[end + 1 : end + 2] == b":"):
            continue  # a function, a namespace
        kind = kind_of(text[start:end])
        if kind == "unlisted" and not _is_set(text, start, end):
            continue
        if not kind or _is_imported(text, start, end):
            continue
        if before == b"/" and not in_url(text, start) and not _is_of_service(text, start):
            continue  # a part of a path
        if _is_proved(text, start, end, kind):
            found.append((start, end, "A", _gated(text, start, end, "A", kind)))
        elif is_share or is_likely(text, start, kind) or _is_told_behind(text, start, end, kind):
            found.append((start, end, "B", _gated(text, start, end, "B", kind)))
    return found


def _gated(text: bytes, start: int, end: int, tier: Tier, kind: str) -> _Gated:
    if is_listed(text[start:end]):
        return "listed"
    is_in_url = tier == "A" or (kind == "unlisted" and text[start - 1 : start] in _BEFORE_HOST)
    return "url" if is_in_url else "told"


def _is_set(text: bytes, start: int, end: int) -> bool:
    """Whether a host has to stand there, whatever its suffix: in a URL; behind a key, where a
    setting may stand as well (`host=config.hostname`), with a number or a dash in it."""
    before = text[max(0, start - 3) : start]
    if before[-1:] in _BEFORE_HOST:
        return _REACHED.search(text, max(0, start - _SCHEME_CHARS), start) is not None
    if _SIGNS.isdisjoint(before) or _MARKED.search(text, start, end) is None:
        return False
    return _SET.search(text, max(0, start - _WORD_CHARS), start) is not None


def _is_folder(text: bytes, start: int, end: int) -> bool:
    """Whether a folder with something in it is called as a host because it is that host's."""
    before = max(0, start - _FOLDER_BYTES)
    return (
        _FOLDER.search(text, before, start) is not None
        and _WITHIN.match(text, end) is not None
        and kind_of(text[start:end]) in ("plain", "ambiguous", "likely")
    )


def _is_imported(text: bytes, start: int, end: int) -> bool:
    """`from test.support import x`, of Python."""
    return text.startswith(b" import ", end) and text[start - 5 : start] == b"from "


def _is_numbered_ending(text: bytes, start: int, end: int) -> bool:
    ending = text[text.rindex(b".", start, end) + 1 : end + 1].decode("ascii").lower()
    if ending[:-1] == "dev":
        return True  # 1.0.post1.dev0
    return ending in _NUMBERED_ENDINGS and not text[end + 1 : end + 2].isdigit()


def _goes_on(text: bytes, at: int) -> bool:
    character = text[at : at + 1]
    if character.isalnum() or letter_behind(text, at):
        return True
    return character in (b".", b"-", b"@", b"\\", b"_")


def _is_of_service(text: bytes, start: int) -> bool:
    """`host/web1.corp.example.net`: Kerberos' name of a service on a machine."""
    return _SERVICE.search(text, max(0, start - _SERVICE_BYTES), start) is not None


def in_url(text: bytes, start: int) -> bool:
    return _SCHEME.search(text, max(0, start - _SCHEME_CHARS), start) is not None


def is_behind_password(text: bytes, start: int) -> bool:
    """`https://ann:pw@git.acme.org`: a host, of whatever was before it."""
    return _USERINFO.search(text, max(0, start - _SCHEME_CHARS), start) is not None


def _is_proved(text: bytes, start: int, end: int, kind: str) -> bool:
    if kind == "plain" or (kind != "unlisted" and in_url(text, start)):
        return True
    labels = text[start:end].split(b".")
    return kind in ("ambiguous", "weak") and labels[0].lower() == b"www" and len(labels) > 2


def is_likely(text: bytes, start: int, kind: str) -> bool:
    """Whether what stands before it is enough for a name of its kind."""
    if kind in ("likely", "unlisted"):
        return True
    if _ERROR.search(text, max(0, start - _WORD_CHARS), start) is not None:
        return True
    telling = _WORD if kind == "ambiguous" else _KEY
    return telling.search(text, max(0, start - _WORD_CHARS), start) is not None


def _is_told_behind(text: bytes, start: int, end: int, kind: str) -> bool:
    """Whether a port follows, or the path of an image: git.acme.dev:8443, image cr.acme.io/acme."""
    if kind != "ambiguous" or text[end : end + 1] not in _TELLING:
        return False
    name = text[start:end]
    if not is_site(name):
        is_host = name.count(b".") > 1 and not is_of_source(name)
        return is_host and _SERVED_PORT.match(text, end) is not None
    if _PORT.match(text, end) is not None:
        return True
    is_image = _IMAGE.search(text, max(0, start - _WORD_CHARS), start) is not None
    return is_image and _PATH.match(text, end) is not None


def _finder(gate: str, tier: Tier, gated: _Gated) -> Finder:
    """Names under the suffixes that a gate can list, or under all others; proved or likely ones."""

    def find(text: bytes) -> Iterable[Found]:
        return [
            (start, end, text[start:end])
            for start, end, is_of, by in _names(text)
            if is_of == tier and by == gated
        ]

    return Finder(gate, find, tier, needs=_NAME_FIND, reads=(0, 1))


# What may stand behind a name: no letter of ASCII, and none of . - @ _
_BEHIND = r"\.?(?:[\x00-,/-?\[-^`{-\x7f]|(?-i:[\x{80}-\x{10FFFF}])|$)"
_LISTED_GATE = rf"(?i)\.(?:[a-z]{{2}}|{'|'.join(LISTED_SUFFIXES)}){_BEHIND}"
# There are more than a thousand others: they are looked for in URLs.
_URL_GATE = r"://|(?i:\bwww\.)"
# And behind a word that nothing else stands behind, or where the first label says what it does.
_TOLD_GATE = (
    rf"(?:{_ERRORS}|(?:\bhost|\bHost|[a-z]Host|\bserver|\bServer)(?:[Nn]ame)?[\"']?(?: ?[=:])?|"
    rf"[Cc]onnect(?:ed|ing)? to|"
    r"lookup|[Rr]esolve) ?[\"']?[A-Za-z0-9\-]+\.[A-Za-z0-9\-.]+[A-Za-z]{2}|"
    r"\b(?:smtp|imap|pop3|mail|webmail|vpn|mx|ldap|s?ftp|git|portal|autodiscover|www)[0-9]{0,2}\."
    r"[A-Za-z0-9\-]+\.[a-z]{3}"
)

FQDN = Detector(
    name="fqdn",
    sentence=(
        "Names of hosts and domains, by the public suffix list and what stands around, and of "
        "machines where a key says so."
    ),
    form=Form.HOST,
    finders=(
        _finder(_LISTED_GATE, "A", "listed"),
        _finder(_LISTED_GATE, "B", "listed"),
        _finder(_URL_GATE, "A", "url"),
        _finder(_TOLD_GATE, "B", "told"),
        _finder(_URL_GATE, "B", "url"),
    ),
)

# calvisitor-10-105-160-95, ip-10-0-0-1.ec2.internal, 70-242-75-179.dsl.example.net
_DASHED = r"(?:\b|_)[0-9]{1,3}(?:[\-_][0-9]{1,3}){3}"
_FIFTH = re.compile(rb"[\-_][0-9]{1,3}(?![0-9]|[\-_][0-9])")
_FIFTH_BYTES = 4
_LABEL_BEFORE = re.compile(rb"[A-Za-z][A-Za-z0-9]*[\-_.]\Z")
_LABEL_JOINTS = (b"-", b"_", b".")
_LABEL_BYTES = 25
_PRIVATE = re.compile(rb"10\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\.")


def _may_be_dashed(text: bytes, start: int, end: int) -> tuple[int, int, bool] | None:
    """Where four numbers stand, and whether a fifth follows."""
    if text[start] == _UNDERSCORE:
        start += 1
    behind = text[end : end + 2]
    if behind[:1].isalnum():
        return None
    if behind[:1] in (b"-", b"_") and behind[1:].isdigit():
        return start, end, True
    if text[start - 2 : start] in (b"S-", b"s-"):
        return None  # S-1-15-2-1: of Windows
    is_whole = _is_named(text, start) or _is_in_domain(text, end)
    return (start, end, False) if is_whole else None


def _is_named(text: bytes, start: int) -> bool:
    return text[start - 1 : start] in _LABEL_JOINTS and (
        text[start - 2 : start - 1].isalpha()
        or _LABEL_BEFORE.search(text, max(0, start - _LABEL_BYTES), start) is not None
    )


def _is_in_domain(text: bytes, end: int) -> bool:
    behind = text[end : end + 2]
    return behind[:1] == b"." and behind[1:].isalpha()


_DASHED_FIND = Sifted(_DASHED, _may_be_dashed, holds=(b"-", b"_"), times=3)


def _find_dashed(text: bytes, spans: Sequence[tuple[int, int, bool]]) -> Iterable[Found]:
    """IPv4 addresses that a host's name spells with dashes: behind a label, or before a domain."""
    found: list[Found] = []
    for start, end, has_fifth in spans:
        if has_fifth:
            four = _private_four(text, start, end)
            if four is None or not (_is_named(text, start) or _is_in_domain(text, four[1])):
                continue
            start, end = four
        address = _address_of(text[start:end])
        if address is not None:
            found.append((start, end, address))
    return found


def _private_four(text: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Of five numbers (`pool-1-10-128-0-14`) those four that are an address of a local network."""
    fifth = _FIFTH.match(text, end)
    if fifth is None:
        return None
    first = start + text[start:end].replace(b"_", b"-").index(b"-") + 1
    for four in ((first, fifth.end()), (start, end)):
        address = _address_of(text[slice(*four)])
        if address is not None and _PRIVATE.match(address) is not None:
            return four
    return None


_DOTS = bytes.maketrans(b"-_", b"..")


@lru_cache(maxsize=2_048)
def _address_of(dashed: bytes) -> bytes | None:
    if b"-" in dashed and b"_" in dashed:
        return None  # a package's name, version and revision: 1-0_122-3
    dotted = dashed.translate(_DOTS)
    packed = ipv4_octets(dotted.decode())
    if packed is not None:
        return None if packed[0] in (0, 127, 255) else dotted
    numbers = [int(octet) for octet in dotted.split(b".")]
    if max(numbers) > 255 or numbers[0] in (0, 127, 255):
        return None
    return ".".join(str(number) for number in numbers).encode()


DASHED = finder_at(_DASHED, _DASHED_FIND, _find_dashed, "A", reads=(0, _FIFTH_BYTES))
