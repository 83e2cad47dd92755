"""Table `user_account`: the accounts of people, by the directory service."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.user_account import USER_ACCOUNT
from reticent_contract.rows import Row

from reticent_agent.collect.macos import asking
from reticent_agent.collect.macos.asking import Report, UnknownFormError
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import integer, present, snapshot
from reticent_agent.collect.worthless import described

DSCL = "/usr/bin/dscl"
_STANDARD = "dsAttrTypeStandard:"
_WANTED = (
    "RecordName",
    "UniqueID",
    "RealName",
    "NFSHomeDirectory",
    "UserShell",
    "GeneratedUID",
    "EMailAddress",
    "Company",
    "OriginalNodeName",
)
COMMAND = (DSCL, "-plist", ".", "-readall", "/Users", *_WANTED)
_PEOPLE_FROM = 500  # identifiers below are the system's own
_KINDS = {"Active Directory": "ad", "LDAPv3": "ldap", "NIS": "nis"}


def collect(context: Context) -> Iterator[Row]:
    """One row a person's account, and root's, in the order of the directory.

    Raises UnknownFormError.
    """
    told = asking.output(context, COMMAND)
    accounts = [] if told is None else read_accounts(told)
    ts_us = context.clock.now_us()
    return present(
        snapshot(USER_ACCOUNT, ts_us, _values(account))
        for account in accounts
        if _is_wanted(account)
    )


def read_accounts(told: bytes) -> list[Report]:
    """What `dscl -plist … -readall` lists. Raises UnknownFormError."""
    found = asking.read_plist(told, DSCL)
    if not isinstance(found, list):
        raise UnknownFormError(DSCL)
    return [account for account in found if isinstance(account, dict)]


def _is_wanted(account: Report) -> bool:
    user_id = integer(_first(account, "UniqueID"))
    return user_id is not None and (user_id == 0 or user_id >= _PEOPLE_FROM)


def _values(account: Report) -> dict[str, str | int | None]:
    directory, domain = _origin(_first(account, "OriginalNodeName"))
    return {
        "user_name": _first(account, "RecordName"),
        "user_id": integer(_first(account, "UniqueID")),
        "full_name": described(_first(account, "RealName")),
        "home_directory": _first(account, "NFSHomeDirectory"),
        "shell": _first(account, "UserShell"),
        "domain": domain,
        "directory": directory,
        "security_id": _first(account, "GeneratedUID"),
        "email": _first(account, "EMailAddress"),
        "company": described(_first(account, "Company")),
    }


def _origin(node: str | None) -> tuple[str, str | None]:
    """Of a mobile account: `/Active Directory/CORP/corp.example.com`, `/LDAPv3/host`."""
    parts = [part for part in (node or "").split("/") if part]
    if not parts or parts[0] not in _KINDS:
        return "local", None
    return _KINDS[parts[0]], parts[-1] if len(parts) > 1 and parts[-1] != "All Domains" else None


def _first(account: Report, name: str) -> str | None:
    values = account.get(_STANDARD + name)
    return asking.text(values[0]) if isinstance(values, list) and values else None


COLLECTOR = StateCollector(table=USER_ACCOUNT.name, collect=collect)
