"""Enrolment as an agent does it: identity, policy and keys belong together."""

from __future__ import annotations

import logging
import random
import time
from pathlib import Path

from reticent_contract.catalog import CATALOG
from reticent_contract.enrolment_token import EnrolmentToken

from reticent_agent.config import Config
from reticent_agent.errors import EnrolmentError, PolicyRefusedError
from reticent_agent.identity import Identity, IdentityStore
from reticent_agent.identity.enrol import enrol, enrol_patiently, read_token
from reticent_agent.keepers.vault import Vault
from reticent_agent.policy.accept import Judge
from reticent_agent.policy.keys import KeyStore
from reticent_agent.policy.store import PolicyStore

log = logging.getLogger("reticent_agent.enrolment")


def configured_token(config: Config) -> EnrolmentToken | None:
    """The token of the configuration, None without one. Raises ConfigError, EnrolmentError."""
    text = config.read_token()
    return None if text is None else read_token(text)


async def enrol_now(
    config: Config, token: EnrolmentToken, *, vault: Vault, patient: bool
) -> Identity:
    """A new identity under `config.data_dir`, with its policy.

    Raises EnrolmentError, KeeperError where keys that are there cannot be opened.
    """
    folder = config.data_dir
    store = IdentityStore(folder, vault=vault)
    if patient:
        enrolled = await enrol_patiently(
            token,
            store=store,
            catalog_version=CATALOG.version,
            proxy=config.proxy,
            chance=random.random,
            waiting=_tell_waiting,
        )
    else:
        enrolled = await enrol(
            token, store=store, catalog_version=CATALOG.version, proxy=config.proxy
        )
    identity = enrolled.identity
    KeyStore(folder, vault=vault).forget_epochs()
    if PolicyStore(folder).other_organisation(public_key=identity.policy_public_key):
        set_spool_aside(folder)
    log.info("enrolled", extra={"fields": {"device_id": str(identity.device_id)}})
    if enrolled.waiting:
        log.warning("an administrator has to approve this laptop; nothing is collected until then")
        return identity
    judge = Judge(
        store=PolicyStore(folder),
        public_key=identity.policy_public_key,
        catalog=CATALOG,
        group=identity.group,
    )
    try:
        judge.accept(enrolled.policy, now_s=int(time.time()))
    except PolicyRefusedError as error:
        # Not the end: the stream tells the server which policy is in force, and it pushes again.
        log.warning("the policy that came with the enrolment was refused", exc_info=error)
    return identity


def set_spool_aside(folder: Path) -> None:
    """Another organisation's server must not get what was collected for the one before."""
    for suffix in ("-wal", "-shm", ""):
        part = folder / f"spool.db{suffix}"
        if part.exists():
            part.rename(folder / f"spool.other-server-{time.time_ns()}.db{suffix}")


def _tell_waiting(error: EnrolmentError, delay_s: float) -> None:
    log.warning(
        "not enrolled yet",
        extra={"fields": {"reason": str(error), "again_in_s": round(delay_s, 1)}},
    )
