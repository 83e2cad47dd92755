"""The people who have a profile on this laptop, from the registry alone.

Enters: ProfileList and what Windows remembers of each SID. Leaves: a `Person` each. Must hold:
accounts of services and of the desktop's own machinery are no people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reticent_agent.collect.model import Context
from reticent_agent.collect.windows.laptop import RegistryValue
from reticent_agent.collect.windows.registry import MACHINE, USERS, WINDOWS_NT, keys, text, values

_PROFILES = rf"{WINDOWS_NT}\ProfileList"
_SESSIONS = (
    rf"{MACHINE}\SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\LogonUI\SessionData"
)
_IDENTITIES = rf"{MACHINE}\SOFTWARE\Microsoft\IdentityStore\Cache"
# [MS-DTYP] 2.4.2.4: accounts of a machine or a domain; S-1-12-1 are those of Entra.
_PERSON = re.compile(r"S-1-5-21(?:-\d{1,10}){4}|S-1-12-1(?:-\d{1,10}){4}")
NAMES_FRESH_S = 60.0
_ENTRA = "S-1-12-1-"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    sid: str
    user_name: str | None
    full_name: str | None
    domain: str | None
    principal: str | None  # user@domain of Entra
    home: str | None

    @property
    def is_entra(self) -> bool:
        return self.sid.startswith(_ENTRA)


def is_person(sid: str | None) -> bool:
    return sid is not None and _PERSON.fullmatch(sid) is not None


def relative_id(sid: str | None) -> int | None:
    """The last part of a person's SID."""
    return int(sid.rpartition("-")[2]) if sid is not None and is_person(sid) else None


def people(context: Context) -> Iterator[Person]:
    """In the order of their SIDs. Raises OSError where the registry cannot be read."""
    sessions = _last_sessions(context)
    for sid in keys(context, _PROFILES):
        if is_person(sid):
            yield _person(context, sid, sessions.get(sid, {}))


class KnownNames:
    """Tells a name from a password that was typed in its place. Read again when a minute old."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._read_at = float("-inf")
        self._names: frozenset[str] = frozenset()

    def __call__(self, name: str | None) -> bool:
        """Whether somebody of that name has a profile here, in any case."""
        now = self._context.clock.monotonic()
        if now - self._read_at >= NAMES_FRESH_S:
            self._names = frozenset(
                known.casefold()
                for person in people(self._context)
                for known in (person.user_name, person.principal)
                if known
            )
            self._read_at = now
        return name is not None and name.casefold() in self._names


def _person(context: Context, sid: str, session: Mapping[str, RegistryValue]) -> Person:
    environment = values(context, rf"{USERS}\{sid}\Volatile Environment")
    identity = values(context, rf"{_IDENTITIES}\{sid}\IdentityCache\{sid}")
    home = text(values(context, rf"{_PROFILES}\{sid}"), "ProfileImagePath")
    principal = text(identity, "UserName")
    if principal is not None and not _EMAIL.fullmatch(principal):
        principal = None
    known_as = text(session, "LoggedOnSAMUser") or ""
    domain, _, name = known_as.rpartition("\\")
    return Person(
        sid=sid,
        user_name=name
        or text(environment, "USERNAME")
        or text(identity, "SAMName")
        or _folder_name(home),
        full_name=text(session, "LoggedOnDisplayName") or text(identity, "DisplayName"),
        domain=text(environment, "USERDNSDOMAIN") or domain or text(environment, "USERDOMAIN"),
        principal=principal,
        home=home,
    )


def _last_sessions(context: Context) -> dict[str, Mapping[str, RegistryValue]]:
    found: dict[str, Mapping[str, RegistryValue]] = {}
    for number in keys(context, _SESSIONS):
        session = values(context, rf"{_SESSIONS}\{number}")
        sid = text(session, "LoggedOnUserSID")
        if sid:
            found[sid] = session
    return found


def _folder_name(home: str | None) -> str | None:
    """Windows names a profile's folder after the user, with the domain behind where it is taken."""
    return home.rpartition("\\")[2] or None if home else None
