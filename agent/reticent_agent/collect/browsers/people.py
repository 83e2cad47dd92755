"""Whose homes there are on this laptop.

Enters: /etc/passwd, or the folder that holds the homes. Leaves: people. Must hold: where accounts
have numbers, consent and files are compared by them, never by a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from reticent_agent.collect.model import FileRoot

_MACOS_FIRST_UID = 501  # of the accounts that people make
_OF_NOBODY = frozenset(
    {"Shared", "Guest", "Public", "Default", "Default User", "All Users", "defaultuser0"}
)


class Person(NamedTuple):
    user_name: str
    user_id: int | None  # Windows has no numbers
    home: str  # as on the laptop, without a slash at its end


def people(files: FileRoot, platform: str) -> Iterable[Person]:
    """Everybody who may have a browser. OSError where the accounts are there and unreadable."""
    return _of_passwd(files) if platform == "linux" else _of_folder(files, platform)


def _of_passwd(files: FileRoot) -> Iterable[Person]:
    from reticent_agent.collect.linux import passwd

    return [
        Person(account.user_name, account.user_id, account.home.rstrip("/"))
        for account in passwd.people(files)
        if account.home.startswith("/") and account.home.strip("/")
    ]


def _of_folder(files: FileRoot, platform: str) -> Iterable[Person]:
    """macOS and Windows name a home after its account. On macOS its owner is the account."""
    found: list[Person] = []
    for home in files.glob("/Users/*"):
        name = home.rpartition("/")[2]
        if name in _OF_NOBODY or not files.is_dir(home):
            continue
        user_id = None
        if platform == "darwin":
            try:
                user_id = Path(files.real(home)).stat().st_uid
            except OSError:
                continue
            if user_id < _MACOS_FIRST_UID:
                continue
        found.append(Person(name, user_id, home))
    return found
