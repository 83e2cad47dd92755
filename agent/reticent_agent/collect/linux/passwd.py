"""Accounts of the NSS file /etc/passwd, and lines of its form that getent gives.

Enters: bytes. Leaves: accounts. Source: passwd(5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reticent_contract import limits

from reticent_agent.collect.model import FileRoot

PATH = "/etc/passwd"
FIRST_PERSON_UID = 1_000  # login.defs(5), UID_MIN, on all distributions in use
_NOBODY_UIDS = frozenset({65_534, 65_535, 4_294_967_294, 4_294_967_295})
_UID = re.compile(r"\d{1,10}", re.ASCII)


class Account(NamedTuple):
    """One line of passwd(5); GECOS is not split yet."""

    user_name: str
    user_id: int
    gecos: str
    home: str
    shell: str


def local(files: FileRoot) -> list[Account]:
    """All accounts. Raises OSError where the file is there but cannot be read."""
    try:
        content = files.read_bytes(PATH, bytes_max=limits.FILE_BYTES_MAX)
    except FileNotFoundError:
        return []
    return list(parse(content))


def people(files: FileRoot) -> list[Account]:
    """Accounts of people, and root. Raises OSError as `local` does."""
    return [account for account in local(files) if is_person(account)]


def parse(content: bytes) -> Iterator[Account]:
    """Whole lines of passwd(5), the first of each name; others (NIS, comments) are left out."""
    seen: set[str] = set()
    for line in content.split(b"\n"):
        parts = line.decode(errors="replace").split(":")
        if len(parts) != 7 or parts[0].startswith(("+", "-", "#")):
            continue
        user_name, _, uid, _, gecos, home, shell = parts
        if user_name.strip() and _UID.fullmatch(uid) and user_name not in seen:
            seen.add(user_name)
            yield Account(user_name, int(uid), gecos, home, shell)


def is_person(account: Account) -> bool:
    """Whether somebody logs on with it; root counts."""
    if account.user_id == 0:
        return True
    return account.user_id >= FIRST_PERSON_UID and not (
        account.user_id in _NOBODY_UIDS or account.user_name == "nobody"
    )
