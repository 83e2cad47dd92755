"""Table `user_account`: local accounts that can be used, and everybody who has a profile here."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.user_account import USER_ACCOUNT
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows.cim import Instance, Question, ask, flag, text
from reticent_agent.collect.windows.people import Person, people, relative_id
from reticent_agent.collect.windows.registry import CONTROL, keys, values
from reticent_agent.collect.windows.registry import text as registry_text
from reticent_agent.collect.worthless import described

_JOINED = rf"{CONTROL}\CloudDomainJoin\JoinInfo"
_LOCAL = Question(
    cim_class="Win32_UserAccount",
    properties=("Name", "SID", "FullName", "Disabled"),
    where="LocalAccount = TRUE",  # without it every account of the domain would be asked for
)


def collect(context: Context) -> Iterator[Row]:
    """One row an account."""
    local = {
        sid: account
        for account in ask(context, (_LOCAL,))["Win32_UserAccount"].instances
        if (sid := text(account, "SID"))
    }
    ts_us = context.clock.now_us()
    tenant = _tenant(context)
    at_home = {person.sid: person for person in people(context)}
    rows = [
        _local_row(sid, account, at_home.get(sid), ts_us)
        for sid, account in local.items()
        if sid in at_home or flag(account, "Disabled") is False
    ]
    rows += [
        _directory_row(person, tenant, ts_us) for sid, person in at_home.items() if sid not in local
    ]
    return present(rows)


def _local_row(sid: str, account: Instance, person: Person | None, ts_us: int) -> Row | None:
    return snapshot(
        USER_ACCOUNT,
        ts_us,
        {
            "user_name": text(account, "Name"),
            "user_id": relative_id(sid),
            "full_name": described(text(account, "FullName")),
            "home_directory": person.home if person else None,
            "directory": "local",
            "security_id": sid,
        },
    )


def _directory_row(person: Person, tenant: str | None, ts_us: int) -> Row | None:
    domain = person.domain
    if person.is_entra:
        # "AzureAD" stands there for every tenant.
        domain = (person.principal or "").rpartition("@")[2] or tenant
    return snapshot(
        USER_ACCOUNT,
        ts_us,
        {
            "user_name": person.user_name,
            "user_id": relative_id(person.sid),
            "full_name": described(person.full_name),
            "home_directory": person.home,
            "domain": domain,
            "directory": "entra" if person.is_entra else "ad",
            "security_id": person.sid,
            "email": person.principal if person.is_entra else None,
        },
    )


def _tenant(context: Context) -> str | None:
    for thumbprint in keys(context, _JOINED):
        tenant = registry_text(values(context, rf"{_JOINED}\{thumbprint}"), "TenantId")
        if tenant:
            return tenant
    return None


COLLECTOR = StateCollector(table=USER_ACCOUNT.name, collect=collect, seconds_max=30.0)
