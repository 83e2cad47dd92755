"""Table `user_account`: accounts of people, and root, from /etc/passwd and the directory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reticent_contract.catalog.user_account import USER_ACCOUNT
from reticent_contract.rows import Row

from reticent_agent.collect.linux import directory_accounts, passwd, root_only
from reticent_agent.collect.linux.passwd import Account
from reticent_agent.collect.model import (
    NEEDS_ROOT,
    Absence,
    Context,
    StateCollector,
    Watch,
    WatchKind,
)
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import described

_EMAIL = re.compile(r"[^\s@,:<>]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def collect(context: Context) -> Iterator[Row]:
    """One row an account. Raises OSError or CommandError where a source is there and broken."""
    ts_us = context.clock.now_us()
    local = passwd.local(context.files)
    rows = [
        _row(account, ts_us, domain=None, directory="local")
        for account in local
        if passwd.is_person(account)
    ]
    others = list(directory_accounts.met(context, {account.user_name for account in local}))
    if others:
        domains = root_only.known(context, "sssd_domains")
        if domains is None:
            for field in ("domain", "directory"):
                context.absent(Absence(NEEDS_ROOT, field))
        for account in others:
            domain, directory = directory_accounts.origin(account.user_name, domains)
            rows.append(_row(account, ts_us, domain=domain, directory=directory))
    return present(rows)


def _row(account: Account, ts_us: int, *, domain: str | None, directory: str | None) -> Row | None:
    # chfn(1): full name, room, work phone, home phone, other.
    parts = [*account.gecos.split(",", 4), "", "", "", ""]
    full_name, _, work_phone, home_phone, other = parts[:5]
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
            "domain": domain,
            "directory": directory,
            "email": other.strip() if _EMAIL.fullmatch(other.strip()) else None,
        },
    )


COLLECTOR = StateCollector(
    table=USER_ACCOUNT.name,
    collect=collect,
    watches=(
        Watch(WatchKind.PATH, path=passwd.PATH),
        Watch(WatchKind.PATH, path="/run/systemd/users"),
    ),
    seconds_max=25.0,
)
