"""`reticent-agent doctor`: looks for what is wrong, one numbered check after another.

Each check says what was found and, where it is not well, what to do. The exit code is 1 where one
of them failed. Changes nothing; check 12 opens one TCP connection to the server.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import stat
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from reticent_contract.catalog import CATALOG
from reticent_contract.kept import Kept

from reticent_agent import folder_lock
from reticent_agent.config import NO_PROXY, Config
from reticent_agent.errors import AgentError
from reticent_agent.identity import Identity, IdentityStore
from reticent_agent.identity.keys import load_key
from reticent_agent.keepers import StoreError, machine
from reticent_agent.keepers.model import WRAPPING_KEY_BYTES
from reticent_agent.keepers.vault import PURPOSES, WRAPPING_KEY
from reticent_agent.policy.accept import Judge
from reticent_agent.policy.keys import KeyStore
from reticent_agent.policy.store import PolicyStore
from reticent_agent.remote import removal
from reticent_agent.report import cost
from reticent_agent.report.files import read_status
from reticent_agent.spool import read

CONNECT_WAIT_S = 5.0
_SECRET_FILES = (*PURPOSES, WRAPPING_KEY, "spool.db", "spool.db-wal")
_OF_ANY_FOLDER = ("data directory", "secret files", "identity", "agent")
_TOLD_KEYS = {"device key": "device.key", "pseudonym keys": "keys"}

Verdict = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `hint` is empty where all is well."""

    check: str
    verdict: Verdict
    found: str
    hint: str = ""
    lines: tuple[str, ...] = ()  # more of it, a line each


def run(config: Config, *, as_json: bool) -> int:
    findings = examine(config)
    if as_json:
        sys.stdout.write(json.dumps([asdict(finding) for finding in findings]) + "\n")
    else:
        for number, finding in enumerate(findings, start=1):
            sys.stdout.write(f"{number:>2}. {finding.verdict:<8}{finding.check}: {finding.found}\n")
            sys.stdout.writelines(f"            {line}\n" for line in finding.lines)
            if finding.hint:
                sys.stdout.write(f"            {finding.hint}\n")
    return int(any(finding.verdict == "failed" for finding in findings))


def examine(config: Config) -> list[Finding]:
    """All checks, in the order in which the agent needs what they look at.

    Where the agent was uninstalled, or is leaving, most of it is nobody's concern any more.
    """
    try:
        gone = _gone(config) is not None
    except AgentError:  # its own check says so
        gone = False
    return [
        Finding(name, "ok", "not needed any more: the agent is gone from here, or going")
        if gone and name not in _OF_ANY_FOLDER
        else _guarded(name, check, config)
        for name, check in CHECKS
    ]


def _gone(config: Config) -> removal.Removal | None:
    return removal.over(config.data_dir) or removal.under_way(config.data_dir)


def _guarded(name: str, check: Callable[[Config], Finding], config: Config) -> Finding:
    try:
        return check(config)
    except AgentError as error:
        return Finding(name, "failed", str(error))
    except OSError as error:
        return Finding(
            name, "failed", f"cannot be looked at ({error.strerror})", "run as the agent's user"
        )


def _folder(config: Config) -> Finding:
    name, folder = "data directory", config.data_dir
    if not folder.is_dir():
        return Finding(name, "failed", f"{folder} does not exist", "give the right --data")
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        return Finding(
            name, "failed", f"{folder} is open to others (mode {mode:o})", f"chmod 700 {folder}"
        )
    if not os.access(folder, os.W_OK):
        return Finding(name, "failed", f"{folder} cannot be written", "run as the agent's user")
    return Finding(name, "ok", f"{folder}, for its owner only")


def _secrets(config: Config) -> Finding:
    name = "secret files"
    if not config.data_dir.exists():
        return Finding(name, "warning", "there are none", "they are made at the enrolment")
    for file in (config.data_dir / part for part in _SECRET_FILES):
        with contextlib.suppress(FileNotFoundError):
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & 0o077:
                return Finding(
                    name,
                    "failed",
                    f"{file.name} can be read by others (mode {mode:o})",
                    f"chmod 600 {file}; then make a new identity with enrol --replace",
                )
    return Finding(name, "ok", "readable by their owner only")


def _space(config: Config) -> Finding:
    there = next(folder for folder in _upwards(config.data_dir) if folder.exists())
    free = shutil.disk_usage(there).free
    if free < config.spool_bytes_max:
        return Finding(
            "disk space",
            "warning",
            f"{free >> 20} MiB free, the spool may grow to {config.spool_bytes_max >> 20} MiB",
            "free some space, or lower spool_bytes_max; a full disk drops rows, and counts them",
        )
    return Finding("disk space", "ok", f"{free >> 20} MiB free")


def _upwards(folder: Path) -> tuple[Path, ...]:
    absolute = folder.absolute()
    return (absolute, *absolute.parents)


def _identity(config: Config) -> Finding:
    name = "identity"
    gone = removal.over(config.data_dir)
    if gone is not None:
        return Finding(
            name,
            "failed",
            "; ".join(filter(None, (gone.whose, gone.left()))),
            "remove the program, or run `reticent-agent enrol` with a new token to begin anew",
        )
    leaving = removal.under_way(config.data_dir)
    if leaving is not None:
        return Finding(
            name,
            "failed",
            f"this agent is being uninstalled, as {leaving.asker} asked; nothing is collected, and "
            "the key goes once the server was told",
            "let the service end it, or end it now with `reticent-agent uninstall`; no enrolment "
            "before that",
        )
    stopped = IdentityStore(config.data_dir).stopped()
    if stopped is not None:
        return Finding(
            name,
            "failed",
            f"the server stopped this device: {stopped.reason}",
            "ask the administrator; enrol it again with a new token if it is to come back",
        )
    identity = _load(config)
    if identity is None:
        return Finding(
            name, "failed", "not enrolled", "run `reticent-agent enrol --token-file FILE`"
        )
    return Finding(name, "ok", f"device {identity.device_id} in group {identity.group}")


def _certificate(config: Config) -> Finding:
    name = "certificate"
    identity = _load(config)
    if identity is None:
        return Finding(name, "warning", "there is none", "it comes with the enrolment")
    not_before, not_after = identity.validity_s()
    now = time.time()
    if now > not_after:
        return Finding(
            name,
            "failed",
            f"expired {(now - not_after) / 86400:.1f} days ago, by this laptop's clock",
            "check the clock; enrol again with a new token",
        )
    if now < not_before:
        return Finding(name, "failed", "not valid yet, by this laptop's clock", "check the clock")
    return Finding(name, "ok", f"valid for another {(not_after - now) / 86400:.1f} days")


def _policy(config: Config) -> Finding:
    name = "policy"
    identity = _load(config)
    if identity is None:
        return Finding(name, "warning", "there is none", "it comes with the enrolment")
    judge = Judge(
        store=PolicyStore(config.data_dir),
        public_key=identity.policy_public_key,
        catalog=CATALOG,
        group=identity.group,
    )
    policy = judge.stored(now_s=int(time.time()))
    if policy is None:
        return Finding(
            name,
            "failed",
            "there is none: nothing is collected",
            _until_policy(config),
        )
    keys = KeyStore(config.data_dir, vault=machine.vault(config)).load()
    if policy.epoch not in keys.epochs:
        return Finding(
            name,
            "failed",
            f"version {policy.version} holds, but the key of epoch {policy.epoch} is not here",
            _until_policy(config),
        )
    return Finding(name, "ok", f"version {policy.version}, signature and dates hold")


def _until_policy(config: Config) -> str:
    """What brings the policy, or its key."""
    if not folder_lock.is_taken(config.data_dir):
        return "start the agent and let it connect once"
    why = (read_status(config.data_dir) or {}).get("no_policy")
    if why:
        return str(why)
    return "the agent runs: the server sends it with the next connection, where it has one"


def _keys(config: Config) -> Finding:
    """Does not make any: there are none before the agent has run."""
    name, keys = "pseudonym keys", KeyStore(config.data_dir, vault=machine.vault(config))
    if keys.kept is None:
        return Finding(name, "warning", "there are none", "they come with the first connection")
    epochs = ", ".join(map(str, sorted(keys.load().epochs))) or "none"
    return Finding(name, "ok", f"epochs: {epochs}")


def _key_store(config: Config) -> Finding:
    """How the keys lie here, and whether whatever keeps them does so still."""
    name, vault = "key store", machine.vault(config)
    lying = {title: vault.kept(file) for title, file in _TOLD_KEYS.items()}
    lines = tuple(f"{title}: {kept}, {kept.sentence}" for title, kept in lying.items() if kept)
    if not lines:
        return Finding(name, "warning", "there are no keys yet", "they come with the enrolment")
    for file in PURPOSES:
        secret = vault.read(file)
        if secret is not None and vault.kept(file) is Kept.TPM:
            load_key(secret, vault.tpm).sign(b"doctor", ec.ECDSA(hashes.SHA256()))
    found = ", ".join(f"{title} {kept}" for title, kept in lying.items() if kept)
    if Kept.FILE not in lying.values() or vault.tpm is None:
        return Finding(name, "ok", found, lines=lines)
    try:
        vault.tpm.seal(bytes(WRAPPING_KEY_BYTES))
        hint = "restart the agent: it seals them; if not, add its user to the group tss"
    except StoreError as error:
        hint = f"{error}; add the agent's user to the group tss, then restart the agent"
    return Finding(name, "warning", f"{found}, though a TPM is here", hint, lines)


def _spool(config: Config) -> Finding:
    name, path = "spool", config.data_dir / "spool.db"
    if not path.exists():
        return Finding(name, "warning", "there is none", "it comes with the first row")
    aside = sorted(part.name for part in config.data_dir.glob("spool.damaged-*"))
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
        try:
            sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            totals = read.totals(connection)
            waiting = read.waiting_count(connection)
        finally:
            connection.close()
    except sqlite3.Error:
        sound = False
    if not sound:
        return Finding(
            name,
            "failed",
            "the file is damaged",
            "start the agent: it sets the file aside, keeps it, and takes over what can be read",
        )
    found = f"{totals.rows} rows and {waiting} sealed batches wait"
    if aside:
        return Finding(
            name,
            "warning",
            f"{found}; damaged ones were set aside: {', '.join(aside)}",
            "check the disk; delete them when nobody wants to look into them any more",
        )
    return Finding(name, "ok", found)


def _running(config: Config) -> Finding:
    name = "agent"
    if removal.over(config.data_dir) is not None:
        return Finding(name, "ok", "does not run and does not start: it was uninstalled")
    if not folder_lock.is_taken(config.data_dir):
        return Finding(
            name, "warning", "is not running", "systemctl start reticent-agent, or `run`"
        )
    if removal.under_way(config.data_dir) is not None:
        return Finding(name, "ok", "runs to end the uninstallation")
    picture = read_status(config.data_dir) or {}
    if picture.get("error"):
        return Finding(name, "failed", str(picture["error"]))
    return Finding(name, "ok", f"runs, {picture.get('state', 'just started')}")


def _collecting(config: Config) -> Finding:
    """What collecting takes, by the last round of each table and each source since its start."""
    name = "collecting"
    collecting = cost.read((read_status(config.data_dir) or {}).get("collecting"))
    if not collecting:
        running = folder_lock.is_taken(config.data_dir)
        hint = "it begins with a policy; see there" if running else "start the agent"
        return Finding(name, "warning", "nothing was collected yet", hint)
    rounds = [part for part in collecting if not part.is_source]
    found = (
        f"{len(rounds)} tables took {sum(part.cpu_ms for part in rounds)} ms of processor time "
        "in their last rounds"
    )
    lines = tuple(part.sentence() for part in collecting)
    if any(part.needs_root for part in collecting):
        return Finding(
            name, "warning", found, "systemctl enable --now reticent-agent-privileged.socket", lines
        )
    return Finding(name, "ok", found, lines=lines)


def _reach(config: Config) -> Finding:
    """A TCP connection to the telemetry port, or to the proxy that leads there."""
    name = "server"
    identity = _load(config)
    if identity is None:
        return Finding(name, "warning", "not known yet", "it comes with the enrolment")
    address, via = identity.telemetry_address, ""
    proxy = config.proxy or os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY")
    if proxy and proxy != NO_PROXY and urlsplit(proxy).hostname:
        parts = urlsplit(proxy)
        address, via = f"{parts.hostname}:{parts.port or 80}", " (the proxy)"
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_WAIT_S):
            return Finding(name, "ok", f"{address}{via} takes connections")
    except OSError as error:
        return Finding(
            name,
            "failed",
            f"{address}{via} does not take connections ({error.strerror or 'no answer'})",
            "what is collected stays spooled; check network, proxy, firewall, and the server",
        )


def _load(config: Config) -> Identity | None:
    return IdentityStore(config.data_dir, vault=machine.vault(config)).load()


CHECKS: tuple[tuple[str, Callable[[Config], Finding]], ...] = (
    ("data directory", _folder),
    ("secret files", _secrets),
    ("disk space", _space),
    ("identity", _identity),
    ("certificate", _certificate),
    ("policy", _policy),
    ("pseudonym keys", _keys),
    ("key store", _key_store),
    ("spool", _spool),
    ("agent", _running),
    ("collecting", _collecting),
    ("server", _reach),
)
