"""Changes of the network: one row each time it happens."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

NETWORK_EVENT = Table(
    name="network_event",
    kind=Kind.EVENT,
    sentence="When a network connection of this laptop came up, went down or got another address.",
    events=(
        "up",
        "down",
        "address_added",
        "address_removed",
    ),
    priority=60,
    fields=(
        Field(
            name="name",
            type=Type.TEXT,
            sentence="The name under which the system knows the connection.",
            field_class=FieldClass.QUASI_ID,
            item=Item.LOG,
            source=Source(
                linux="rtnetlink: IFLA_IFNAME, but not of the loopback and of veths",
                windows=("GetAdaptersAddresses: FriendlyName, after each NotifyIpInterfaceChange"),
                macos="ifconfig -a, compared with before: the name",
            ),
            bytes_max=256,
        ),
        Field(
            name="ip_address",
            type=Type.TEXT,
            sentence="The address that came or went.",
            field_class=FieldClass.QUASI_ID,
            item=Item.LOG,
            source=Source(
                linux="rtnetlink: IFA_LOCAL, else IFA_ADDRESS",
                windows="GetAdaptersAddresses, after each NotifyUnicastIpAddressChange",
                macos="ifconfig -a, compared with before: inet and inet6",
            ),
            form=Form.IP,
            bytes_max=64,
        ),
    ),
)
