"""Table `posture`: FileVault, the firewall, secure boot, the security chip, the screen's lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reticent_contract.catalog.posture import POSTURE
from reticent_contract.rows import Row, Value

from reticent_agent.collect.macos import asking
from reticent_agent.collect.model import Context, FileRoot, StateCollector
from reticent_agent.collect.rows import present, snapshot

FDESETUP = "/usr/bin/fdesetup"
FIREWALL = "/usr/libexec/ApplicationFirewall/socketfilterfw"
SCREENSAVER = "/Library/Managed Preferences/com.apple.screensaver.plist"
_BRIDGE = "SPiBridgeDataType"
_SECURE_BOOT = {"full": "on", "medium": "partial", "reduced": "partial", "permissive": "partial"}

Values = dict[str, Value | None]


def collect(context: Context) -> Iterator[Row]:
    """One row a check; a state that nobody tells is `unknown`, never guessed."""
    ts_us = context.clock.now_us()
    bridge = asking.system_profiler(context, _BRIDGE).get(_BRIDGE, [])
    found: tuple[Values, ...] = (
        _disk_encryption(asking.lines(context, (FDESETUP, "status"))),
        _firewall(asking.lines(context, (FIREWALL, "--getglobalstate"))),
        _screen_lock(context.files),
        _secure_boot(bridge[0] if bridge else {}),
        _chip(bridge[0] if bridge else {}),
    )
    return present(snapshot(POSTURE, ts_us, values) for values in found)


def _disk_encryption(told: list[str]) -> Values:
    """fdesetup(8) answers in English whatever the user's language."""
    first = told[0].strip() if told else ""
    state = {"FileVault is On.": "on", "FileVault is Off.": "off"}.get(first, "unknown")
    if any("in progress" in line for line in told[1:]):
        state = "partial"
    return {
        "check": "disk_encryption",
        "subject": "/",
        "state": state,
        "detail": "filevault" if state in ("on", "partial") else None,
    }


def _firewall(told: list[str]) -> Values:
    """`Firewall is enabled. (State = 1)`; 2 blocks all that comes in."""
    _, found, rest = "".join(told).partition("(State = ")
    number = rest.partition(")")[0]
    state = {"0": "off", "1": "on", "2": "on"}.get(number, "unknown") if found else "unknown"
    return {"check": "firewall", "state": state, "detail": "block all" if number == "2" else None}


def _screen_lock(files: FileRoot) -> Values:
    """What the organisation's profile enforces; a person's own setting only they can read."""
    managed = asking.plist_file(files, SCREENSAVER)
    asked = managed.get("askForPassword") if isinstance(managed, dict) else None
    state = "unknown" if asked is None else "on" if asked in (True, 1) else "off"
    return {
        "check": "screen_lock",
        "state": state,
        "detail": None if state == "unknown" else "managed",
    }


def _secure_boot(bridge: Mapping[str, object]) -> Values:
    told = (asking.text(bridge.get("ibridge_secure_boot")) or "").lower()
    level = told.removeprefix("ibridge_secureboot_").split(" ")[0]
    state = _SECURE_BOOT.get(level, "off" if level in ("no", "none") else "unknown")
    return {
        "check": "secure_boot",
        "state": state,
        "detail": level if state != "unknown" else None,
    }


def _chip(bridge: Mapping[str, object]) -> Values:
    """The Secure Enclave of the T2 and of Apple silicon does a TPM's work."""
    chip = asking.text(bridge.get("ibridge_model_name"))
    boot = asking.text(bridge.get("ibridge_secure_boot"))
    return {
        "check": "tpm",
        "state": "on" if chip or boot else "absent",
        "detail": chip or ("secure enclave" if boot else None),
    }


COLLECTOR = StateCollector(table=POSTURE.name, collect=collect, seconds_max=30.0)
