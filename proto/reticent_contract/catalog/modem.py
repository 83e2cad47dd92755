"""Mobile modems: one row each, with the number that names them."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

MODEM = Table(
    name="modem",
    kind=Kind.STATE,
    sentence="The mobile modems of this laptop, with their device numbers.",
    key=("name",),
    priority=60,
    fields=(
        Field(
            name="name",
            type=Type.TEXT,
            sentence="The name under which the system knows the modem.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="ModemManager1 object path, its last part",
                windows="MSFT_NetAdapter.Name where NdisPhysicalMedium is wireless WAN",
                macos="none: no Mac has a mobile modem",
            ),
            bytes_max=256,
        ),
        Field(
            name="vendor",
            type=Type.TEXT,
            sentence="The company that made the modem.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="org.freedesktop.ModemManager1.Modem: Manufacturer",
                windows="netsh mbn show interfaces, in English: Manufacturer",
                macos="none: no Mac has a mobile modem",
            ),
            bytes_max=256,
        ),
        Field(
            name="model",
            type=Type.TEXT,
            sentence="The model of the modem.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="org.freedesktop.ModemManager1.Modem: Model",
                windows="netsh mbn show interfaces, in English: Model",
                macos="none: no Mac has a mobile modem",
            ),
            bytes_max=256,
        ),
        Field(
            name="firmware_version",
            type=Type.TEXT,
            sentence="The version of the program inside the modem.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="org.freedesktop.ModemManager1.Modem: Revision",
                windows="netsh mbn show interfaces, in English: Firmware Version",
                macos="none: no Mac has a mobile modem",
            ),
            bytes_max=256,
        ),
        Field(
            name="imei",
            type=Type.TEXT,
            sentence="The number that names the modem in every mobile network.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux=(
                    "org.freedesktop.ModemManager1.Modem: EquipmentIdentifier (IMEI, ESN or MEID)"
                ),
                windows=(
                    "netsh mbn show interfaces: Device Id, or the number whose check digit holds"
                ),
                macos="none: no Mac has a mobile modem",
            ),
            form=Form.DIGITS,
            bytes_max=64,
            ocsf="device.imei",
        ),
        Field(
            name="phone_numbers",
            type=Type.TEXTS,
            sentence="The phone numbers of the SIM card, where the card tells them.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.CONTACT,
            source=Source(
                linux="org.freedesktop.ModemManager1.Modem: OwnNumbers",
                windows="netsh mbn show readyinfo: what is a number in E.164",
                macos="none: no Mac has a mobile modem",
            ),
            form=Form.PHONE,
            bytes_max=64,
        ),
    ),
)
