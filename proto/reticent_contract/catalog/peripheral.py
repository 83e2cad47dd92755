"""What is connected beside USB: monitors, printers, Bluetooth devices. One row each."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

PERIPHERAL = Table(
    name="peripheral",
    kind=Kind.STATE,
    sentence="The monitors, printers and Bluetooth devices that belong to this laptop.",
    key=(
        "type",
        "port",
    ),
    priority=50,
    fields=(
        Field(
            name="type",
            type=Type.TEXT,
            sentence="Which kind of device it is: monitor, printer or bluetooth.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="the source that lists it",
                windows="the source that lists it",
                macos="the source that lists it",
            ),
            bytes_max=32,
            ocsf="device.type",
        ),
        Field(
            name="port",
            type=Type.TEXT,
            sentence="Where it is connected, or under which name the system knows it.",
            field_class=FieldClass.QUASI_ID,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "monitors: /sys/class/drm/*; printers: the queue's name; Bluetooth: the "
                    "adapter and the device's place in the list"
                ),
                windows=(
                    "monitors: WmiMonitorID.InstanceName; printers: "
                    "Win32_Printer.Name; Bluetooth: the bus and the place in the list"
                ),
                macos=(
                    "monitors: SPDisplaysDataType, its place in the list; printers: "
                    "SPPrintersDataType: _name; Bluetooth: its place in the list"
                ),
            ),
            bytes_max=256,
        ),
        Field(
            name="vendor",
            type=Type.TEXT,
            sentence="The company that made it.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "monitors: EDID, the maker's three letters; printers: /etc/cups/ppd, "
                    "Manufacturer (root)"
                ),
                windows=(
                    "WmiMonitorID.ManufacturerName; Bluetooth: "
                    "Win32_PnPEntity.Manufacturer; none for printers"
                ),
                macos="SPDisplaysDataType: _spdisplays_display-vendor-id",
            ),
            bytes_max=256,
        ),
        Field(
            name="model",
            type=Type.TEXT,
            sentence="The model of it.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "monitors: EDID descriptor FC, else the product code; printers: "
                    "/etc/cups/printers.conf, MakeModel (root)"
                ),
                windows="WmiMonitorID.UserFriendlyName; Win32_Printer.DriverName",
                macos="SPDisplaysDataType: _name; SPPrintersDataType: ppd",
            ),
            bytes_max=256,
        ),
        Field(
            name="label",
            type=Type.TEXT,
            sentence="The name that its owner gave it, such as that of a headset.",
            field_class=FieldClass.QUASI_ID,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="BlueZ over the system bus: Alias of a paired device",
                windows="Win32_PnPEntity.Name of Bluetooth devices",
                macos="SPBluetoothDataType: the device's name",
            ),
            bytes_max=256,
        ),
        Field(
            name="serial",
            type=Type.TEXT,
            sentence="Its serial number.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux="monitors: EDID descriptor FF, else the number at offset 12",
                windows="WmiMonitorID.SerialNumberID",
                macos="SPDisplaysDataType: _spdisplays_display-serial-number",
            ),
            form=Form.SERIAL,
            bytes_max=256,
        ),
        Field(
            name="mac_address",
            type=Type.TEXT,
            sentence="The hardware address of a Bluetooth device.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux="BlueZ over the system bus: Address of a paired device",
                windows="PnP instance: the address after Dev_",
                macos="SPBluetoothDataType: device_address",
            ),
            form=Form.MAC,
            bytes_max=128,
        ),
        Field(
            name="made_year",
            type=Type.INTEGER,
            sentence="The year in which the monitor was made.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="EDID: byte 17 and 1990",
                windows="WmiMonitorID.YearOfManufacture",
                macos="SPDisplaysDataType: _spdisplays_display-year",
            ),
        ),
    ),
)
