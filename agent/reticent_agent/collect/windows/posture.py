"""Table `posture`: whether the protections of this laptop are on.

A check without a source is a row that says so (`absent`, `needs_root`, `unknown`), never no row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reticent_contract.catalog.posture import POSTURE
from reticent_contract.rows import Row, Value

from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows.cim import Answer, Instance, Question, ask, flag, text, whole
from reticent_agent.collect.windows.laptop import RegistryValue
from reticent_agent.collect.windows.people import people
from reticent_agent.collect.windows.registry import CONTROL, MACHINE, USERS, number, values

_VOLUMES = Question(
    namespace="root/cimv2/Security/MicrosoftVolumeEncryption",
    cim_class="Win32_EncryptableVolume",
    properties=("DriveLetter", "ProtectionStatus", "ConversionStatus", "EncryptionMethod"),
    columns_vary=True,
)
_FIREWALL = Question(
    namespace="root/StandardCimv2",
    cim_class="MSFT_NetFirewallProfile",
    properties=("Name", "Enabled"),
)
_TPM = Question(
    namespace="root/cimv2/Security/MicrosoftTpm",
    cim_class="Win32_Tpm",
    properties=("IsEnabled_InitialValue", "IsActivated_InitialValue", "SpecVersion"),
)
_SECURE_BOOT = rf"{CONTROL}\SecureBoot\State"
_SYSTEM_POLICY = rf"{MACHINE}\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"
_DESKTOP_POLICY = r"Software\Policies\Microsoft\Windows\Control Panel\Desktop"
_DESKTOP = r"Control Panel\Desktop"
# Win32_EncryptableVolume.EncryptionMethod
_METHODS = {
    1: "aes128 diffuser",
    2: "aes256 diffuser",
    3: "aes128",
    4: "aes256",
    5: "hardware",
    6: "xts-aes128",
    7: "xts-aes256",
}
_FULLY_ENCRYPTED, _FULLY_DECRYPTED = 1, 0  # ConversionStatus

Found = dict[str, Value | None]


def collect(context: Context) -> Iterator[Row]:
    """One row a check, volume, profile and person."""
    answers = ask(context, (_VOLUMES, _FIREWALL, _TPM))
    ts_us = context.clock.now_us()
    found = [
        *_each("disk_encryption", answers["Win32_EncryptableVolume"], _volume),
        *_each("firewall", answers["MSFT_NetFirewallProfile"], _profile),
        _secure_boot(values(context, _SECURE_BOOT)),
        *_each("tpm", answers["Win32_Tpm"], _tpm),
        *_screen_locks(context),
    ]
    return present(snapshot(POSTURE, ts_us, values_) for values_ in found)


def _each(check: str, answer: Answer, read: Callable[[Instance], Found]) -> Iterator[Found]:
    if not answer.instances:
        yield {"check": check, "state": answer.lacks or "absent"}
        return
    for instance in answer.instances:
        yield {"check": check, **read(instance)}


def _volume(volume: Instance) -> Found:
    """On only while the key is protected: a suspended BitLocker leaves it readable on the disk."""
    protection, conversion = whole(volume, "ProtectionStatus"), whole(volume, "ConversionStatus")
    if protection == 1:
        state = "on" if conversion in (_FULLY_ENCRYPTED, None) else "partial"
    elif protection == 0:
        state = "off" if conversion in (_FULLY_DECRYPTED, None) else "partial"
    else:
        state = "unknown"  # a locked volume tells nothing
    method = whole(volume, "EncryptionMethod")
    return {
        "subject": text(volume, "DriveLetter"),
        "state": state,
        "detail": None if method is None else _METHODS.get(method),
    }


def _profile(profile: Instance) -> Found:
    """GpoBoolean: 0 is off, 1 is on, 2 is not configured, which is on."""
    enabled = whole(profile, "Enabled")
    state = "unknown" if enabled is None else "off" if enabled == 0 else "on"
    return {"subject": text(profile, "Name"), "state": state}


def _tpm(tpm: Instance) -> Found:
    ready = [flag(tpm, f"Is{what}_InitialValue") for what in ("Enabled", "Activated")]
    state = "unknown" if None in ready else "on" if all(ready) else "off"
    version = (text(tpm, "SpecVersion") or "").partition(",")[0].strip()
    return {"state": state, "detail": version or None}


def _secure_boot(found: Mapping[str, RegistryValue]) -> Found:
    enabled = number(found, "UEFISecureBootEnabled")
    # The key is there only where the firmware is UEFI.
    state = "absent" if enabled is None else "on" if enabled == 1 else "off"
    return {"check": "secure_boot", "state": state}


def _screen_locks(context: Context) -> Iterator[Found]:
    """The machine's limit locks everybody; without one each person's screen saver decides.

    Whose registry is not loaded (not logged on) is told as unknown.
    """
    limit_s = number(values(context, _SYSTEM_POLICY), "InactivityTimeoutSecs")
    if limit_s:
        yield {"check": "screen_lock", "state": "on", "detail": f"after {limit_s} s"}
        return
    for person in people(context):
        if person.user_name is None:
            continue
        own = values(context, rf"{USERS}\{person.sid}\{_DESKTOP}")
        policy = values(context, rf"{USERS}\{person.sid}\{_DESKTOP_POLICY}")
        yield {"check": "screen_lock", "user_name": person.user_name, **_saver({**own, **policy})}


def _saver(desktop: Mapping[str, RegistryValue]) -> Found:
    if not desktop:
        return {"state": "unknown"}
    active, secure = number(desktop, "ScreenSaveActive"), number(desktop, "ScreenSaverIsSecure")
    timeout_s = number(desktop, "ScreenSaveTimeOut")
    if active == 1 and secure == 1 and desktop.get("scrnsave.exe"):
        return {"state": "on", "detail": f"after {timeout_s} s" if timeout_s else None}
    return {"state": "off"}


COLLECTOR = StateCollector(table=POSTURE.name, collect=collect, seconds_max=30.0)
