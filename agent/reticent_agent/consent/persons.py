"""Who the people of this laptop are, where a table is about all of them.

Enters: /etc/passwd, who is logged on, whom the login screen has seen; on macOS the homes. Leaves:
account numbers. Must hold: fail closed. Where it cannot be told who they are, it says None, and
what all of them have to agree to is not collected.

A name that the login screen has seen and nobody knows is one of a deleted account where accounts
are of this laptop alone, and nobody's any more. Where there is a directory it may as well be out of
reach, which the C library tells in the same words: then it cannot be told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import basename

from reticent_agent.collect.browsers.people import people
from reticent_agent.collect.linux import passwd
from reticent_agent.collect.model import FileRoot

_LOGGED_ON = "/run/systemd/users/[0-9]*"  # named after the account number
_SEEN = "/var/lib/AccountsService/users/*"  # named after the account
_NO_LOGON = ("nologin", "false")  # nologin(8): shells of accounts that nobody logs on with
_ASKED_MAX = 256
# nsswitch.conf(5); openSUSE keeps its own beneath /usr while /etc has none.
_SWITCHES = ("/etc/nsswitch.conf", "/usr/etc/nsswitch.conf")
_OF_THIS_LAPTOP = frozenset({"altfiles", "db", "extrausers", "files", "systemd"})


def persons(
    files: FileRoot,
    platform: str,
    *,
    number_of: Callable[[str], int | None] | None = None,
) -> frozenset[int] | None:
    """Everybody but root who can log on. `number_of` asks the directory, and may wait for it."""
    try:
        if platform == "darwin":
            return frozenset(one.user_id for one in people(files, platform) if one.user_id)
        if platform == "linux":
            return _of_linux(files, number_of or _number_of)
    except (OSError, ValueError):
        return None
    return None


def _of_linux(files: FileRoot, number_of: Callable[[str], int | None]) -> frozenset[int] | None:
    local = passwd.local(files)
    found = {
        account.user_id
        for account in local
        if account.user_id
        and passwd.is_person(account)
        and basename(account.shell) not in _NO_LOGON
    }
    logged_on = {int(basename(path)) for path in files.glob(_LOGGED_ON)}
    names = [basename(path) for path in files.glob(_SEEN)]
    strangers = set(names) - {account.user_name for account in local}
    if len(strangers) > _ASKED_MAX:
        return None
    numbers = {number_of(name) for name in strangers}
    if None in numbers and not _has_no_directory(files):
        return None
    others = logged_on | {number for number in numbers if number is not None}
    return frozenset(found | {uid for uid in others if uid >= passwd.FIRST_PERSON_UID})


def _has_no_directory(files: FileRoot) -> bool:
    """Whether every account is one of this laptop; False where that cannot be told."""
    for path in _SWITCHES:
        for line in (files.read_text(path) or "").splitlines():
            database, _, services = line.partition("#")[0].partition(":")
            if database.strip() == "passwd":
                return _OF_THIS_LAPTOP.issuperset(re.sub(r"\[[^]]*\]", " ", services).split())
    return False


def _number_of(name: str) -> int | None:
    import pwd  # Windows has none, and the agent imports this module there too

    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:  # deleted, or in a directory that is out of reach
        return None
