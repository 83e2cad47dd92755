"""Table `user_account`: accounts of people, and root, from the NSS file /etc/passwd."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from reticent_contract import limits
from reticent_contract.catalog.user_account import USER_ACCOUNT
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import integer, present, snapshot
from reticent_agent.collect.worthless import described

_PATH = "/etc/passwd"
_FIRST_PERSON_UID = 1_000  # login.defs(5), UID_MIN, on all distributions in use
_NOBODY_UIDS = frozenset({65_534, 65_535, 4_294_967_294, 4_294_967_295})


class Account(NamedTuple):
    """One line of passwd(5); GECOS is not split yet."""

    user_name: str
    user_id: int
    gecos: str
    home: str
    shell: str


def collect(context: Context) -> Iterator[Row]:
    """One row an account. Raises OSError where the file is there and cannot be read."""
    try:
        content = context.files.read_bytes(_PATH, bytes_max=limits.FILE_BYTES_MAX)
    except FileNotFoundError:
        return iter(())
    ts_us = context.clock.now_us()
    return present(_row(account, ts_us) for account in parse(content) if is_person(account))


def parse(content: bytes) -> Iterator[Account]:
    """Whole lines of passwd(5), the first of each name; others (NIS, comments) are left out."""
    seen: set[str] = set()
    for line in content.split(b"\n"):
        parts = line.decode(errors="replace").split(":")
        if len(parts) != 7 or parts[0].startswith(("+", "-", "#")):
            continue
        user_name, _, uid, _, gecos, home, shell = parts
        user_id = integer(uid)
        if user_name.strip() and user_id is not None and user_name not in seen:
            seen.add(user_name)
            yield Account(user_name, user_id, gecos, home, shell)


def is_person(account: Account) -> bool:
    """Root, and accounts that were made for people; no service's."""
    if account.user_id == 0:
        return True
    return account.user_id >= _FIRST_PERSON_UID and not (
        account.user_id in _NOBODY_UIDS or account.user_name == "nobody"
    )


def _row(account: Account, ts_us: int) -> Row | None:
    # chfn(1): full name, room, work phone, home phone, other.
    full_name, _, work_phone, home_phone, *_ = [*account.gecos.split(","), "", "", "", ""]
    return snapshot(
        USER_ACCOUNT,
        ts_us,
        {
            "user_name": account.user_name,
            "user_id": account.user_id,
            # passwd(5): an ampersand stands for the user name with a capital
            "full_name": described(full_name.replace("&", account.user_name.capitalize())),
            "work_phone": described(work_phone),
            "home_phone": described(home_phone),
            "home_directory": account.home,
            "shell": account.shell,
        },
    )


COLLECTOR = StateCollector(
    table=USER_ACCOUNT.name,
    collect=collect,
    watches=(Watch(WatchKind.PATH, path=_PATH),),
)
