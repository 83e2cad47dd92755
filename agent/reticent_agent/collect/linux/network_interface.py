"""Table `network_interface`: links with their addresses, without the loopback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from reticent_contract.catalog.network_interface import NETWORK_INTERFACE
from reticent_contract.rows import Row

from reticent_agent.collect.linux import addresses
from reticent_agent.collect.model import Context, FileRoot, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import integer, present, snapshot

_LOOPBACK = "772"  # ARPHRD_LOOPBACK of linux/if_arp.h
_PERMANENT_ADDRESS = "0"  # NET_ADDR_PERM of linux/netdevice.h
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")  # tunnels show their IP address instead
_NO_MACS = frozenset({"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"})


def collect(context: Context) -> Iterator[Row]:
    """One row a link, in the order of their names."""
    files, ts_us = context.files, context.clock.now_us()
    of_interface = addresses.by_interface(files)
    return present(
        snapshot(
            NETWORK_INTERFACE,
            ts_us,
            {
                "name": basename(path),
                "mac_address": _mac_address(files, path),
                "physical": _is_physical(files, path),
                "state": files.read_text(f"{path}/operstate"),
                "ip_addresses": tuple(of_interface.get(basename(path), ())),
                "mtu": integer(files.read_text(f"{path}/mtu")),
            },
        )
        for path in files.glob("/sys/class/net/*")
        if files.is_dir(path) and files.read_text(f"{path}/type") != _LOOPBACK
    )


def _mac_address(files: FileRoot, path: str) -> str | None:
    text = (files.read_text(f"{path}/address") or "").lower()
    return text if _MAC.fullmatch(text) and text not in _NO_MACS else None


def _is_physical(files: FileRoot, path: str) -> bool:
    return (
        files.exists(f"{path}/device")
        and files.read_text(f"{path}/addr_assign_type") == _PERMANENT_ADDRESS
    )


COLLECTOR = StateCollector(
    table=NETWORK_INTERFACE.name,
    collect=collect,
    watches=(Watch(WatchKind.NETWORK),),
)
