"""Table `posture`: disk encryption, firewall, screen lock, secure boot, TPM."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from reticent_contract.catalog.posture import POSTURE
from reticent_contract.rows import Row, Value

from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.linux import key_values, mount_encryption, passwd, root_only
from reticent_agent.collect.model import (
    NEEDS_ROOT,
    Absence,
    Context,
    FileRoot,
    StateCollector,
    Watch,
    WatchKind,
)
from reticent_agent.collect.rows import present, snapshot

_EFI = "/sys/firmware/efi"
# UEFI specification 2.10, section 3.3, of EFI_GLOBAL_VARIABLE; the kernel puts the four bytes of
# the variable's attributes before its value.
_SECURE_BOOT = f"{_EFI}/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_TPM = "/sys/class/tpm/tpm0"
_UFW = "/etc/ufw/ufw.conf"
_SYSTEMCTL = "/usr/bin/systemctl"
_SYSTEMCTL_SECONDS_MAX = 5.0
_ACTIVE = re.compile(rb"^ActiveState=active$", re.MULTILINE)

_Values = Mapping[str, Value | None]


def collect(context: Context) -> Iterator[Row]:
    """One row a check and subject. Raises OSError or CommandError where a source is broken."""
    ts_us = context.clock.now_us()
    found = list(
        chain(
            _disk_encryption(context.files),
            [_firewall(context)],
            _screen_locks(context),
            [_secure_boot(context.files), _tpm(context.files)],
        )
    )
    return present(snapshot(POSTURE, ts_us, values) for values in found)


def _disk_encryption(files: FileRoot) -> Iterator[_Values]:
    for point, state, method in mount_encryption.read(files):
        yield {"check": "disk_encryption", "subject": point, "state": state, "detail": method}


def _firewall(context: Context) -> _Values:
    """By what is in charge of it; else by the kernel's ruleset, which only root may read."""
    state, detail = "off", ""
    if _ufw_is_enabled(context.files):
        state, detail = "on", "ufw"
    elif _firewalld_runs(context):
        state, detail = "on", "firewalld"
    else:
        answer = root_only.known(context, "nftables_active")
        if answer is None:
            context.absent(Absence(NEEDS_ROOT, "state"))
            state = "needs_root"
        elif answer:
            state, detail = answer[0].get("state", "unknown"), "nftables"
        else:  # no nft: rules of iptables alone are possible, and not looked at
            state = "unknown"
    return {"check": "firewall", "state": state, "detail": detail}


def _ufw_is_enabled(files: FileRoot) -> bool:
    return key_values.parse(files.read_text(_UFW) or "").get("ENABLED", "").lower() == "yes"


def _firewalld_runs(context: Context) -> bool:
    """systemctl(1) `show` exits with 0 whatever the state is; without systemd it fails."""
    if not context.files.exists("/usr/lib/systemd/system/firewalld.service"):
        return False
    arguments = [_SYSTEMCTL, "show", "--property=ActiveState", "firewalld.service"]
    try:
        output = context.commands.run(arguments, seconds_max=_SYSTEMCTL_SECONDS_MAX)
    except CommandError as error:
        if error.reason in ("failed", "missing"):
            return False
        raise
    return _ACTIVE.search(output) is not None


def _screen_locks(context: Context) -> Iterator[_Values]:
    answer = root_only.known(context, "screen_locks")
    if answer is None:
        context.absent(Absence(NEEDS_ROOT, "state"))
        answer = [
            {"user_name": account.user_name, "state": "needs_root"}
            for account in passwd.people(context.files)
            if account.user_id >= passwd.FIRST_PERSON_UID
        ]
    for record in answer:
        yield {
            "check": "screen_lock",
            "user_name": record.get("user_name"),
            "state": record.get("state"),
        }


def _secure_boot(files: FileRoot) -> _Values:
    state, detail = "absent", ""
    if not files.exists(_EFI):
        detail = "no UEFI"
    elif files.exists(_SECURE_BOOT):
        content = files.read_bytes(_SECURE_BOOT, bytes_max=16)
        state = {b"\0": "off", b"\1": "on"}.get(content[4:], "unknown")
    return {"check": "secure_boot", "state": state, "detail": detail}


def _tpm(files: FileRoot) -> _Values:
    if not files.exists(_TPM):
        return {"check": "tpm", "state": "absent"}
    versions = {"1": "1.2", "2": "2.0"}
    version = versions.get(files.read_text(f"{_TPM}/tpm_version_major") or "")
    return {"check": "tpm", "state": "on", "detail": version}


COLLECTOR = StateCollector(
    table=POSTURE.name,
    collect=collect,
    watches=(
        Watch(WatchKind.UEVENT, subsystem="block"),
        Watch(WatchKind.PATH, path=_UFW),
    ),
    seconds_max=25.0,
)
