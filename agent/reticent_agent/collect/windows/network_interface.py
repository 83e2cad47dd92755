"""Table `network_interface`: adapters and their addresses, one row each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from reticent_contract.catalog.network_interface import NETWORK_INTERFACE
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows.cim import Instance, Question, ask, flag, items, text, whole
from reticent_agent.collect.worthless import identifying

_NAMESPACE = "root/StandardCimv2"
QUESTIONS = (
    Question(
        namespace=_NAMESPACE,
        cim_class="MSFT_NetAdapter",
        properties=(
            "Name",
            "InterfaceIndex",
            "PermanentAddress",
            "NetworkAddresses",
            "ConnectorPresent",
            "InterfaceOperationalStatus",
            "MtuSize",
            "NdisPhysicalMedium",
        ),
        where="Hidden = FALSE",
        columns_vary=True,
    ),
    Question(
        namespace=_NAMESPACE,
        cim_class="MSFT_NetIPAddress",
        properties=("InterfaceIndex", "IPAddress", "AddressState"),
    ),
)
# IfOperStatus of RFC 2863, in Linux's words.
_STATES = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "dormant",
    6: "notpresent",
    7: "lowerlayerdown",
}
_INVALID_ADDRESS = 0  # MSFT_NetIPAddress.AddressState
_DIGITS = re.compile(r"[0-9A-Fa-f]{12}")


def collect(context: Context) -> Iterator[Row]:
    """One row an adapter that people see; the dozen hidden ones of Windows itself are none."""
    answers = ask(context, QUESTIONS)
    ts_us = context.clock.now_us()
    addresses = _by_interface(answers["MSFT_NetIPAddress"].instances)
    return present(
        _row(adapter, addresses, ts_us) for adapter in answers["MSFT_NetAdapter"].instances
    )


def _row(adapter: Instance, addresses: Mapping[int, tuple[str, ...]], ts_us: int) -> Row | None:
    index = whole(adapter, "InterfaceIndex")
    current = _mac(next(iter(items(adapter, "NetworkAddresses")), None))
    permanent = _mac(text(adapter, "PermanentAddress"))
    is_random = None not in (current, permanent) and current != permanent
    state = whole(adapter, "InterfaceOperationalStatus")
    connector = flag(adapter, "ConnectorPresent")
    return snapshot(
        NETWORK_INTERFACE,
        ts_us,
        {
            "name": text(adapter, "Name"),
            "mac_address": current or permanent,
            # Random hardware addresses of Wi-Fi differ from the one the adapter was made with.
            "physical": None if connector is None else connector and not is_random,
            "state": None if state is None else _STATES.get(state),
            "ip_addresses": addresses.get(index) if index is not None else None,
            "mtu": whole(adapter, "MtuSize"),
        },
    )


def _by_interface(found: tuple[Instance, ...]) -> Mapping[int, tuple[str, ...]]:
    addresses: dict[int, tuple[str, ...]] = {}
    for entry in found:
        index, address = whole(entry, "InterfaceIndex"), text(entry, "IPAddress")
        if index is None or not address or whole(entry, "AddressState") == _INVALID_ADDRESS:
            continue
        addresses[index] = (*addresses.get(index, ()), address.split("%", 1)[0])
    return addresses


def _mac(value: object) -> str | None:
    """As aa:bb:cc:dd:ee:ff; CIM writes twelve digits, with or without dashes."""
    digits = re.sub(r"[:-]", "", value) if isinstance(value, str) else ""
    if not _DIGITS.fullmatch(digits) or identifying(digits) is None:
        return None
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)).lower()


COLLECTOR = StateCollector(
    table=NETWORK_INTERFACE.name,
    collect=collect,
    watches=(Watch(WatchKind.NETWORK),),
    seconds_max=30.0,
)
