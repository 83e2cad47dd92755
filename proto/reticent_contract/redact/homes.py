r"""Where a path names the owner of a home folder.

    /home/alice/x          the usual place, wherever in a path: /data/home, /export/home, homes
    /home/CORP/alice/x     below a domain, as winbind and sssd make it, or below a group (staff)
    /home/a/al/alice/x     below the beginnings of the name, as where there are thousands
    \\srv\users$\alice\x   a share; C:\Users and C:\Documents and Settings
    \\srv\alice$\x         a hidden share, which is somebody's own, or a thing's: who can tell
    ~alice/x               as a shell writes it

Enters: a path. Leaves: which parts of it name an owner. Must hold: what may be a domain or may be a
person counts as both, so it is named and so is the part below it; in doubt a part is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reticent_contract.redact.suffixes import registrable

_PART = re.compile(r"[^/\\]+")
# What homes lie below, wherever it stands in a path.
_ROOT = re.compile(
    r"(?i)home[0-9]{0,3}\$?|homes\$?|users\$?|documents and settings|per-user|"
    r"(?:user|profiles?|redirected|folders|userdata|personal)\$"
)
# The same where nothing but this stands before.
_ROOTS_AT_START = re.compile(
    r"(?i)/+(?:user|media|run/+(?:user|media)|var/+(?:spool/+)?mail|"
    r"var/+spool/+cron(?:/+(?:crontabs|tabs))?|var/+cron/+tabs)(?![^/\\])"
)
_HIDDEN_SHARE = re.compile(r"[/\\]{2,}[^/\\]+[/\\]+([^/\\]+\$)(?![^/\\])")
_SHARES_OF_SYSTEM = re.compile(r"(?i)(?:[a-z]|admin|ipc|print|fax)\$")
_TILDE = re.compile(r"~[^/\\]+")
_BESIDE = "shared public default defaultappdata lost+found linuxbrew"
_SORTED_BY = """
    local likewise-open domain domains ad corp ldap nis staff people students student faculty
    employees external guests members users user home homes
"""
# Folders beside the homes that belong to nobody.
NOBODY = frozenset([*_BESIDE.split(), "default user", "all users"])
_GROUPS = frozenset(_SORTED_BY.split())  # what people's folders are sorted into
_INNER = frozenset(["local", "lan", "internal", "corp", "intranet", "localdomain", "home", "ad"])
_LEVELS_MAX = 3
_BEGINNING_CHARS_MAX = 2


def owners(path: str) -> Iterator[tuple[int, int]]:
    """Where the parts begin and end that name an owner; what only sorts owners is none."""
    above, below = -1, 0  # how many levels may still follow, and how many did
    at_start = _ROOTS_AT_START.match(path)
    share = _hidden_share(path)
    if _TILDE.match(path) is not None:
        part = _PART.match(path)
        if part is not None:
            yield part.start() + 1, part.end()
    for part in _PART.finditer(path):
        name = part.group()
        if name in (".", ".."):
            continue
        if part.span() == share:
            above, below = -1, 0
            yield part.span()
            continue
        if above >= 0 and not (below == 0 and name.lower() in NOBODY):
            is_group = name.lower() in _GROUPS
            if not is_group:
                yield part.span()
            is_level = is_group or is_domain(name) or len(name) <= _BEGINNING_CHARS_MAX
            above, below = (above - 1, below + 1) if is_level else (-1, 0)
            continue
        above, below = -1, 0
        if _ROOT.fullmatch(name) or (at_start is not None and part.end() == at_start.end()):
            above = _LEVELS_MAX


def _hidden_share(path: str) -> tuple[int, int] | None:
    match = _HIDDEN_SHARE.match(path)
    if match is None or _SHARES_OF_SYSTEM.fullmatch(match[1]) or _ROOT.fullmatch(match[1]):
        return None
    return match.span(1)


def is_domain(name: str) -> bool:
    """Whether a domain is called so: CORP, corp.example.com, corp.local. So may be a person."""
    if "@" in name:  # alice@corp.example.com is a whole account
        return False
    if name.startswith(("$", "%")):  # $USER, in the place of a name
        return False
    if not any(c.islower() for c in name):
        return any(c.isupper() for c in name)
    lowered = name.lower().rstrip(".")
    if "." not in lowered or not lowered.isascii():
        return False
    return lowered.rpartition(".")[2] in _INNER or registrable(lowered) is not None


def without_owners(path: str, stand_in: str) -> str:
    """The path with `stand_in` in the place of each owner's name."""
    pieces: list[str] = []
    end = 0
    for start, stop in owners(path):
        pieces += (path[end:start], stand_in)
        end = stop
    return "".join((*pieces, path[end:]))
