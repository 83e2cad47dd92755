"""Whether each person's screen locks by itself, as they set it in GNOME.

Enters: ~/.config/dconf/user of every account of a person. Leaves: user name and state. Must hold:
no other setting is told; a setting that nobody made is not guessed: distributions differ; root
reads no file that a person's link names, but their own.
Source: gsettings-desktop-schemas, org.gnome.desktop.screensaver and org.gnome.desktop.session.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from posixpath import dirname

from reticent_contract import limits

from reticent_agent.collect.linux import dconf, passwd
from reticent_agent.collect.linux.passwd import Account
from reticent_agent.collect.linux.readable import is_hidden, is_there
from reticent_agent.collect.model import Answer, CommandRunner, FileRoot

KEYS = frozenset({"user_name", "state"})
_DATABASE_BYTES_MAX = 4 << 20
_LOCK = "/org/gnome/desktop/screensaver/lock-enabled"
_IDLE = "/org/gnome/desktop/session/idle-delay"


def read(files: FileRoot, _commands: CommandRunner) -> Answer:
    """A record a person. Raises PermissionError where a home is closed to us."""
    return [
        {"user_name": account.user_name, "state": _state(files, account)}
        for account in passwd.people(files)[: limits.PRIVILEGED_RECORDS_MAX]
        if account.user_id >= passwd.FIRST_PERSON_UID
    ]


def _state(files: FileRoot, account: Account) -> str:
    """What a person puts into their home must not take the check from everybody else."""
    try:
        return _set(files, account)
    except PermissionError:
        if os.geteuid() != 0:
            raise  # root may be able to; where even root is not, nobody is
        return "unknown"
    except OSError:
        return "unknown"


def _set(files: FileRoot, account: Account) -> str:
    home = account.home
    if not home.startswith("/"):
        return "unknown"
    if is_hidden(files, dirname(home.rstrip("/"))):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    path = f"{home}/.config/dconf/user"
    if not is_there(files, home) or not is_there(files, path):
        return "unknown"
    content = files.read_bytes(path, bytes_max=_DATABASE_BYTES_MAX, owner=account.user_id)
    return state(dconf.parse(content))


def state(settings: Mapping[str, bool | int]) -> str:
    """on, off, partial (locks when told to, never by itself) or unknown."""
    locks, idle_s = settings.get(_LOCK), settings.get(_IDLE)
    if locks is False:
        return "off"
    if idle_s == 0:
        return "partial" if locks is True else "unknown"
    return "on" if locks is True or idle_s else "unknown"
