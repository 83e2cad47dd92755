"""Names of machines as companies give them, without a domain: by their parts, and by what is said.

    its parts       pune-web-03, srv-db1, LAGOS-PC14, pc-accueil-03, dell-anjali-2
    a header        Nov 27 09:12:41 krk-edge-04 sshd[1]: …
    what is said    el equipo CONTA-PC04, Rechner NB-7, VM win11-rkulkarni, waw-11 rebooted
    a share, ssh    \\\\nas-gdansk\\scans, ssh kofi@gpu-lab-2
    a site's        opened on MTY-FIN-03

Enters: text. Leaves: names, as `machines.MACHINES` has them. Must hold: linear; all digits are
alike. A part that logs are not written with has to be there (a town, a person), or a part that says
machine: of `web-2`, `app-db-1` and `node-18` any container and any package is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from reticent_contract.redact.detectors.given_names import GIVEN_NAMES
from reticent_contract.redact.detectors.machines import ADDRESS, DEVICES, GOES_ON
from reticent_contract.redact.detectors.model import (
    FindAt,
    Finder,
    Found,
    Pattern,
    Sift,
    Sifted,
    finder_at,
    words,
)
from reticent_contract.redact.detectors.person import OF_PROGRAMS_GATE
from reticent_contract.redact.detectors.vocabulary import is_english

Sifting = tuple[int, int, bool] | None
# Which say that it is a machine, and which say what it is for.
_MACHINES = words(
    """
    macmini macpro macstudio
    pc nb lt srv svr ws wks vm lnx nas nuc lap laptop desktop notebook workstation rds esx esxi hyp
    bastion jump vdi tc mbp imac pos kiosk dc dt host tab prn scan lab surf term xps raspi rpi pi
    """
)
_ROLES = words(
    """
    web db sql app mail mx fs files ad dns ns proxy fw gw lb vpn edge build ci gpu backup bkp
    bak cache mon prod stg uat erp crm print cam nvr sw ap rtr router switch ts smtp worker www
    master slave etl hpc render dev test
    """
)
_MAKERS = words("lenovo dell hp asus acer msi lg win ubuntu fedora mint debian galaxy redmi")
# By their code in the air, or so: of words of logs those too are towns here.
_TOWNS = words(
    """
    ams ath bcn beg ber bkk blr bln bom bos bru bud buc ccu cgn cph cpt dac del dfw doh dub dus dxb
    edi fra gda gru gva ham hel hkg hyd ist jfk jnb kbp khi kiv krk kul lax lhr lis ldn lon los mad
    man maa mex mia mil mnl muc nbo nyc ord osl par pnq prg rig rom ruh sea sfo sgp sin sjc sof sto
    str syd tll tlv tyo tor vie vno waw wro yyz zag zrh zur
    """
)
_PART = re.compile(rb"[A-Za-z]+")
_NUMBER = re.compile(rb"[0-9]")
_HEX = re.compile(rb"[a-f]+")
_LETTERS_MIN = 2
_GIVEN_CHARS_MIN = 4
_PARTS_MAX = 5
_SPELLED = {each for word in _MAKERS for each in (word, word.title(), word.upper())}
_FORM_GATE = (
    r"[A-Za-z0-9]-[A-Za-z]+-?[0-9]|"
    rf"(?:{'|'.join(sorted(_SPELLED))})[0-9]{{0,2}}-[A-Za-z]{{4}}"
)
_FORM = re.compile(_FORM_GATE.encode())
_WHOLE = r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){1,4}"
_BY_PARTS = rf"\b{_WHOLE}"
# In the header of a line of syslog. `combo` is no less a machine, but any word may stand there.
_HEADER = (
    r"(?m)(?:^|>[0-9]? ?)(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}|"
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:Z|[+\-][0-9]{2}:?[0-9]{2})?) [A-Za-z][A-Za-z]+[0-9]*(?:-[A-Za-z0-9]+)*"
)
_HOST = r"[A-Za-z]+[0-9]*[\-0-9]"
_HEADER_GATE = rf":[0-9]{{2}}(?:Z|\.[0-9]+Z?)? {_HOST}|[+\-][0-9]{{2}}:?[0-9]{{2}} {_HOST}"
_OF_HEADER = re.compile(rb"[A-Za-z]+(?:[0-9]{2,}|[0-9]*(?:-[A-Za-z0-9]+)+)")
# What stands behind it: `sshd[4121]:`, and as RFC 5424 has it `app 811 ID47`.
_BEHIND_HEADER = re.compile(rb" (?:[\w./\-()]{1,64}(?:\[[0-9]+\])?: |[\w.\-]{1,64} (?:[0-9]+|-) )")
_SAID = (
    r"(?:[Ee]quipo|[Oo]rdenador|[Cc]omputadora?|[Oo]rdinateur|[Pp]oste|[Rr]echner|[Kk]omputera?|"
    r"[Bb]ilgisayar|[Pp]ostazione|[Dd]ator|[Mm]aschine|[Ee]stación|[Mm]áquina|[Ss]ervidor|"
    r"[Ss]erveur|[Ss]erwer|[Ss]unucu|VM|[Aa]fgemeld van|[Aa]angemeld op|[Ii]nventory of)"
)
_BY_SAID = rf"\b{_SAID} [\"']?[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+"
_SAID_GATE = rf"{_SAID} [\"']?[A-Za-z]"
_DOES = (
    r" (?:(?:was |has |is )?(?:rebooted|re-?booting|powered o(?:n|ff)|shut down|woke)\b|"
    r"(?:is |went |came )(?:back )?(?:online|offline|unreachable)\b|is (?:not responding|down)\b)"
)
_BY_DEED = rf"\b{_WHOLE}{_DOES}"
_DEED_GATE = (
    r"(?:rebooted|re-?booting|powered o|shut down| woke|(?:is|went|came) (?:back )?(?:on|off)line|"
    r"unreachable|not responding|is down)"
)
_SHARE = r"(?:^|[\s\"'(=])\\\\[a-z][a-z0-9]+(?:-[A-Za-z0-9]+)*\\[A-Za-z]"
_SHARE_GATE = r"(?:^|[\s\"'(=])\\\\[a-z][a-z0-9]+[\\\-]"
_BY_SSH = r"\b(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id)\s[^\r\n@]{0,80}@[a-z][a-z0-9]*(?:-[a-z0-9]+)+"
# The town, what it is for, a number: of nothing but machines where something is done on it.
_ON = r"\b(?:on|from|at|via|to|auf|von|sur|en|na|op|su|ping)"
_BY_SITE = (
    rf"{_ON} (?:[A-Z]{{3,8}}-[A-Z]{{2,8}}-[0-9]{{1,4}}|[a-z]{{3,8}}-[a-z]{{2,8}}-[0-9]{{2,4}})"
)
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9\-]*\Z")
_SHARED = re.compile(rb"\\\\([a-z][a-z0-9\-]*)\\.\Z")
_PROJECT = re.compile(rb"(?i)(?:\b|_)project(?:_?id)?[\"'\s=:\\]{1,6}\Z")  # of a cloud
_PROJECT_BYTES = 20
_MARKED = re.compile(rb"-|[0-9]{2}")
_BEFORE = frozenset(b"-_./\\:$%#+")


@lru_cache(maxsize=2_048)
def _letters(name: bytes) -> tuple[str, ...]:
    return tuple(part.decode().lower() for part in _PART.findall(name))


def _is_unknown(part: str) -> bool:
    """Whether logs are not written with it, and it is no part of a hash."""
    if part in _TOWNS:
        return True
    return (
        len(part) >= _LETTERS_MIN and not is_english(part) and _HEX.fullmatch(part.encode()) is None
    )


@lru_cache(maxsize=2_048)
def _is_by_parts(name: bytes) -> bool:
    """Whether its parts alone say that it is a machine: `pune-web-03`, `srv-db1`; not `web-2`."""
    if _FORM.search(name) is None:
        return False
    pieces = name.split(b"-")
    if len(pieces) > _PARTS_MAX or not all(_is_piece(piece) for piece in pieces):
        return False
    parts = _letters(name)
    sure = [part for part in parts if part in _MACHINES]
    others = [part for part in parts if part not in _MACHINES and part not in _ROLES]
    number = len(_NUMBER.findall(name))
    if parts[0] in _MAKERS:
        return any(len(part) >= _GIVEN_CHARS_MIN and part in GIVEN_NAMES for part in parts[1:])
    if not number or len(parts) == len(others):
        return False
    if any(_is_unknown(part) for part in others):
        return True
    return bool(sure) and (len(parts) - len(others) > 1 or (number > 1 and name.isupper()))


def is_anywhere(name: bytes) -> bool:
    """Whether every firm has one of that name: db1, fs2, cache-1."""
    letters = name[:-1].rstrip(b"-").decode("utf-8", "replace").lower()
    if not name[-1:].isdigit() or letters in _MACHINES:
        return False
    return letters in _ROLES or is_english(letters)


@lru_cache(maxsize=2_048)
def is_called_so(name: bytes) -> bool:
    """Whether it may be a machine where a command or a message names one: a part says what it is or
    what it is for, and a number or another part is there: `db-main-2`, `nas-flur`."""
    parts = _letters(name)
    is_told = any(part in _MACHINES or part in _ROLES for part in parts)
    is_more = len(parts) > 1 or _NUMBER.search(name) is not None
    return is_told and is_more and all(_is_piece(piece) for piece in name.split(b"-"))


@lru_cache(maxsize=2_048)
def is_machine(name: bytes) -> bool:
    """The same where a part says that it is a machine, or a number and a part what it is for:
    `srv-erp`, `hr-db2`; not `ap-lib`."""
    is_sure = not _MACHINES.isdisjoint(_letters(name)) or _NUMBER.search(name) is not None
    return is_sure and is_called_so(name)


def _is_piece(piece: bytes) -> bool:
    """Letters, a number, or letters and their number: of `7d9f8` a hash is made."""
    letters = _PART.match(piece)
    return piece.isdigit() or piece.isalpha() or piece[letters.end() if letters else 0 :].isdigit()


def is_numbered(name: bytes) -> bool:
    """Whether a number is in it, and a part that logs are not written with."""
    return _NUMBER.search(name) is not None and any(map(_is_unknown, _letters(name)))


def _stands(text: bytes, start: int, end: int) -> bool:
    if start and text[start - 1] in _BEFORE:
        return False
    if GOES_ON.match(text, end) is not None or DEVICES.fullmatch(text, start, end) is not None:
        return False
    return ADDRESS.search(text, start, end) is None  # ip-10-0-0-1 is `host.DASHED`'s


def _sift_by_parts(text: bytes, start: int, end: int) -> Sifting:
    if not _is_by_parts(text[start:end]) or not _stands(text, start, end):
        return None
    is_project = _PROJECT.search(text, max(0, start - _PROJECT_BYTES), start) is not None
    return None if is_project else (start, end, True)


def _sift_header(text: bytes, start: int, end: int) -> Sifting:
    first = text.rfind(b" ", start, end) + 1
    if not _is_of_header(text[first:end]) or _BEHIND_HEADER.match(text, end) is None:
        return None
    return first, end, True


@lru_cache(maxsize=512)
def _is_of_header(name: bytes) -> bool:
    if _OF_HEADER.fullmatch(name) is None or ADDRESS.search(name) is not None:
        return False
    return _NUMBER.search(name) is not None


def _find_sifted(text: bytes, spans: Sequence[tuple[int, int, bool]]) -> Iterable[Found]:
    for start, end, _ in spans:
        yield start, end, text[start:end]


def _find_said(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        name = _NAME.search(text, start, end)
        if name is None or not _stands(text, name.start(), end):
            continue
        if _NUMBER.search(name[0]) is not None or any(map(_is_unknown, _letters(name[0]))):
            yield name.start(), end, name[0]


def _find_doing(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        last = text.index(b" ", start, end)
        name = text[start:last]
        if (_is_by_parts(name) or is_numbered(name)) and _stands(text, start, last):
            yield start, last, name


def _find_shared(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        name = _SHARED.search(text, start, end)
        if name is not None and _MARKED.search(name[1]) is not None:
            yield name.start(1), name.end(1), name[1]


def _find_site(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        first = text.rindex(b" ", start, end) + 1
        if is_numbered(text[first:end]) and _stands(text, first, end):
            yield first, end, text[first:end]


def _finder(gate: str, pattern: str, find: FindAt) -> Finder:
    return finder_at(gate, Pattern(pattern), find, "B", reads=(1, 2))


def _sifted(gate: str, pattern: str, sift: Sift, holds: tuple[bytes, ...] = ()) -> Finder:
    return finder_at(gate, Sifted(pattern, sift, holds=holds), _find_sifted, "B", reads=(0, 0))


FLEET: tuple[Finder, ...] = (
    _sifted(_FORM_GATE, _BY_PARTS, _sift_by_parts),
    # One behind the first begins a line, or stands behind a priority.
    _sifted(_HEADER_GATE, _HEADER, _sift_header, holds=(b"\n", b">")),
    _finder(_SAID_GATE, _BY_SAID, _find_said),
    _finder(_DEED_GATE, _BY_DEED, _find_doing),
    _finder(_SHARE_GATE, _SHARE, _find_shared),
    _finder(OF_PROGRAMS_GATE, _BY_SSH, _find_said),
    _finder(_FORM_GATE, _BY_SITE, _find_site),
)
