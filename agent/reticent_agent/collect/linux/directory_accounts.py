"""Accounts of a company's directory that were used on this laptop.

Enters: who is logged on and who the login screen has seen; NSS, asked by name through getent.
Leaves: accounts that /etc/passwd does not have. Must hold: the directory is never listed: only
names that this laptop has met are asked for, and not many.

Source: /run/systemd/users/UID of systemd-logind (`NAME=`); AccountsService keeps a file a person
below /var/lib/AccountsService/users; getent(1) exits with 2 where a name is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from posixpath import basename

from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.linux import key_values, passwd
from reticent_agent.collect.linux.passwd import Account
from reticent_agent.collect.model import Answer, Context

_GETENT = "/usr/bin/getent"
_SECONDS_MAX = 2.0
_NAMES_MAX = 8  # each may wait for a server that is far away
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,255}")
_KINDS = {"ad": "ad", "ldap": "ldap", "ipa": "ldap"}  # id_provider of sssd.conf(5)


def met(context: Context, local: Collection[str]) -> Iterator[Account]:
    """Raises CommandError where the directory does not answer in time."""
    if not context.files.exists(_GETENT):
        return
    for name in _names(context, local)[:_NAMES_MAX]:
        try:
            line = context.commands.run([_GETENT, "passwd", "--", name], seconds_max=_SECONDS_MAX)
        except CommandError as error:
            if error.reason == "failed":  # nobody knows it any more
                continue
            raise
        account = next(passwd.parse(line), None)
        if account is not None and account.user_name not in local and passwd.is_person(account):
            yield account


def _names(context: Context, local: Collection[str]) -> list[str]:
    files = context.files
    names = [
        key_values.parse(files.read_text(path) or "").get("NAME", "")
        for path in files.glob("/run/systemd/users/[0-9]*")
    ]
    names += [basename(path) for path in files.glob("/var/lib/AccountsService/users/*")]
    return [n for n in dict.fromkeys(names) if n not in local and _NAME.fullmatch(n)]


def origin(user_name: str, domains: Answer | None) -> tuple[str | None, str | None]:
    """Domain and kind of directory; None where it cannot be told without guessing."""
    domain = user_name.rpartition("@")[2] if "@" in user_name else ""
    if "\\" in user_name:  # winbind writes DOMAIN\name
        return user_name.partition("\\")[0], "ad"
    if not domains:
        return domain or None, None
    mine = [record for record in domains if record["name"].casefold() == domain.casefold()]
    if not mine and not domain and len(domains) == 1:
        mine = list(domains)
    if not mine:
        return domain or None, None
    return mine[0]["name"], _KINDS.get(mine[0].get("provider", ""))
