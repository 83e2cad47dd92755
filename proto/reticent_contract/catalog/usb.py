"""USB devices: one row each that is plugged in, without root hubs."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

USB = Table(
    name="usb",
    kind=Kind.STATE,
    sentence="The things plugged into this laptop's USB ports.",
    key=("port",),
    priority=70,
    fields=(
        Field(
            name="port",
            type=Type.TEXT,
            sentence="The socket into which the thing is plugged.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/bus/usb/devices/*/'s own name: bus, then the ports on the way",
                windows=(
                    "HKLM\\SYSTEM\\CurrentControlSet\\Enum\\USB: LocationInformation; "
                    "where there is none, the two numbers of the model"
                ),
                macos="ioreg -p IOUSB: locationID",
            ),
            bytes_max=128,
        ),
        Field(
            name="vendor_id",
            type=Type.TEXT,
            sentence="The number of the company that made the thing.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/bus/usb/devices/*/idVendor",
                windows="Enum\\USB\\VID_x&PID_x\\serial: VID",
                macos="ioreg -p IOUSB: idVendor",
            ),
            bytes_max=32,
        ),
        Field(
            name="product_id",
            type=Type.TEXT,
            sentence="The company's number for this kind of thing.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/bus/usb/devices/*/idProduct",
                windows="Enum\\USB\\VID_x&PID_x\\serial: PID",
                macos="ioreg -p IOUSB: idProduct",
            ),
            bytes_max=32,
        ),
        Field(
            name="vendor",
            type=Type.TEXT,
            sentence="The company that made the thing.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/bus/usb/devices/*/manufacturer",
                windows="Win32_PnPEntity.Manufacturer, unless it is a class of makers",
                macos="ioreg -p IOUSB: USB Vendor Name",
            ),
            bytes_max=512,
            ocsf="peripheral_device.vendor_name",
        ),
        Field(
            name="product",
            type=Type.TEXT,
            sentence="What the thing calls itself.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/bus/usb/devices/*/product",
                windows="Win32_PnPEntity.Name: what the driver calls it",
                macos="ioreg -p IOUSB: USB Product Name",
            ),
            bytes_max=512,
            ocsf="peripheral_device.name",
        ),
        Field(
            name="serial",
            type=Type.TEXT,
            sentence="The serial number of the thing.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux="/sys/bus/usb/devices/*/serial",
                windows=(
                    "Enum\\USB\\VID_x&PID_x\\serial: serial; one with & in it was made up "
                    "by Windows and is dropped"
                ),
                macos="ioreg -p IOUSB: USB Serial Number",
            ),
            form=Form.SERIAL,
            bytes_max=512,
            ocsf="peripheral_device.serial_number",
        ),
    ),
)
