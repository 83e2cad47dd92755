"""Network interfaces: one row each, without the loopback."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

NETWORK_INTERFACE = Table(
    name="network_interface",
    kind=Kind.STATE,
    sentence="The network connections of this laptop.",
    key=("name",),
    priority=70,
    fields=(
        Field(
            name="name",
            type=Type.TEXT,
            sentence=(
                "The name under which the system knows the connection, such as eth0; "
                "those of USB adapters hold their hardware address."
            ),
            field_class=FieldClass.QUASI_ID,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/class/net/*",
                windows="MSFT_NetAdapter.Name",
                macos="ifconfig -a: the name",
            ),
            bytes_max=256,
            ocsf="device.network_interfaces[].name",
        ),
        Field(
            name="mac_address",
            type=Type.TEXT,
            sentence=(
                "The hardware address of the connection; it names this laptop to every "
                "network it joins."
            ),
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux="/sys/class/net/*/address",
                windows="MSFT_NetAdapter.NetworkAddresses, else PermanentAddress",
                macos=(
                    "networksetup -listallhardwareports (the permanent address, not a "
                    "private Wi-Fi one)"
                ),
            ),
            form=Form.MAC,
            bytes_max=128,
            ocsf="device.network_interfaces[].mac",
        ),
        Field(
            name="physical",
            type=Type.BOOLEAN,
            sentence="Whether this is real hardware that shows the address it was made with.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "/sys/class/net/*/device exists and addr_assign_type is 0 (a permanent address)"
                ),
                windows=(
                    "MSFT_NetAdapter: ConnectorPresent, and NetworkAddresses is PermanentAddress"
                ),
                macos="networksetup -listallhardwareports: listed there",
            ),
        ),
        Field(
            name="state",
            type=Type.TEXT,
            sentence="Whether the connection is up or down.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/class/net/*/operstate",
                windows="MSFT_NetAdapter.InterfaceOperationalStatus",
                macos="ifconfig -a: flags UP and RUNNING",
            ),
            bytes_max=64,
        ),
        Field(
            name="ip_addresses",
            type=Type.TEXTS,
            sentence="The addresses that the network gave this connection.",
            field_class=FieldClass.QUASI_ID,
            item=Item.ADDRESS,
            source=Source(
                linux=(
                    "getifaddrs; of a copy of the files: /proc/net/fib_trie and /proc/net/route "
                    "for IPv4, /proc/net/if_inet6 for IPv6"
                ),
                windows="MSFT_NetIPAddress.IPAddress",
                macos="ifconfig -a: inet and inet6",
            ),
            form=Form.IP,
            bytes_max=64,
            ocsf="device.network_interfaces[].ip",
        ),
        Field(
            name="mtu",
            type=Type.INTEGER,
            sentence="The largest packet that the connection carries, in bytes.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/class/net/*/mtu",
                windows="MSFT_NetAdapter.MtuSize",
                macos="ifconfig -a: mtu",
            ),
        ),
    ),
)
