"""`reticent-agent enrol`: an identity from the server, without starting to collect."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from reticent_agent import atomic, folder_lock
from reticent_agent.config import Config
from reticent_agent.enrolling import configured_token, enrol_now
from reticent_agent.errors import EnrolmentError, IdentityError
from reticent_agent.identity import Identity, IdentityStore
from reticent_agent.keepers import machine
from reticent_agent.remote import removal


def run(config: Config, *, replace: bool, as_json: bool) -> int:
    """Enrolled already and fit: says so. Raises AgentError, also where an agent is running."""
    os.umask(0o077)
    token = configured_token(config)  # first: only root may be able to read its file
    become_owner_of(config.data_dir)
    atomic.make_folder(config.data_dir)
    _refuse_leaving(config.data_dir)
    vault = machine.vault(config)
    store = IdentityStore(config.data_dir, vault=vault)
    given_up = replace and not vault.opens()
    present, damaged = (None, True) if given_up else _present(store)
    gone = removal.over(config.data_dir)
    if present is not None and gone is not None and gone.device_id == present.device_id:
        present, damaged = None, True  # uninstalled, and could not be deleted: never used again
    if present is not None and store.stopped() is None and not replace:
        removal.forget(config.data_dir)  # of another: cut off, it stood in this one's way
        return _tell(present, as_json=as_json, new=False)
    if token is None:
        raise EnrolmentError(_no_token(config), permanent=True)
    with folder_lock.take(config.data_dir):  # not under the feet of a running agent
        _refuse_leaving(config.data_dir)  # whoever had it until now may have begun
        if replace or damaged or present is not None:
            store.discard()
        if given_up:
            vault.give_up()
        vault.take_over()
        identity = asyncio.run(enrol_now(config, token, vault=vault, patient=False))
        removal.forget(config.data_dir)
    return _tell(identity, as_json=as_json, new=True)


def _refuse_leaving(folder: Path) -> None:
    if removal.under_way(folder) is not None:
        raise EnrolmentError(
            "this agent is being uninstalled; nothing was changed; let `reticent-agent run` (the "
            "service) end it, or end it with `reticent-agent uninstall`, then enrol",
            permanent=True,
        )


def _no_token(config: Config) -> str:
    if config.token_file is not None:
        return (
            f"the token file {config.token_file} is missing or empty; nothing was changed; save "
            "the token there, or run `reticent-agent enrol -` and paste it"
        )
    return (
        "there is no enrolment token; nothing was changed; run `reticent-agent enrol -` and "
        "paste one, or name a file with --token-file or in the configuration"
    )


def become_owner_of(folder: Path) -> None:
    """As root: goes on as the user whose folder it is, for ever.

    The service runs as a user of its own and must be able to read what is written here.
    """
    if sys.platform == "win32" or os.geteuid() != 0 or not folder.exists():
        return
    owner = folder.stat()
    if owner.st_uid != 0:
        os.setgroups(_more_groups(owner.st_uid, owner.st_gid))
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)


def _more_groups(user_id: int, group_id: int) -> list[int]:
    """What the account is in beside its own group: one of them may open the TPM."""
    import pwd

    try:
        name = pwd.getpwuid(user_id).pw_name
    except KeyError:
        return []
    return [group for group in os.getgrouplist(name, group_id) if group != group_id]


def _present(store: IdentityStore) -> tuple[Identity | None, bool]:
    """The identity on disk, and whether it is damaged: then it is given up for a new one."""
    try:
        return store.load(), False
    except IdentityError:
        return None, True


def _tell(identity: Identity, *, as_json: bool, new: bool) -> int:
    if as_json:
        document = {
            "device_id": str(identity.device_id),
            "new": new,
            "telemetry_address": identity.telemetry_address,
            "group": identity.group,
        }
        sys.stdout.write(json.dumps(document) + "\n")
    elif new:
        sys.stdout.write(
            f"enrolled as device {identity.device_id} in group {identity.group}; "
            "`reticent-agent run` starts collecting\n"
        )
    else:
        sys.stdout.write(
            f"already enrolled as device {identity.device_id}; nothing was changed; --replace "
            "gives this identity up and makes a new one\n"
        )
    return 0
