"""USB devices plugged and pulled: one row each time it happens."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

USB_EVENT = Table(
    name="usb_event",
    kind=Kind.EVENT,
    sentence="When something was plugged into a USB port of this laptop, or pulled.",
    events=(
        "plugged",
        "pulled",
    ),
    priority=80,
    fields=(
        Field(
            name="port",
            type=Type.TEXT,
            sentence="The USB port, by its place.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="kernel uevent: DEVPATH, its last part",
                windows="Enum key of the device: LocationInformation",
                macos="ioreg -p IOUSB, compared with before: locationID",
            ),
            bytes_max=64,
        ),
        Field(
            name="vendor_id",
            type=Type.TEXT,
            sentence="The number of the company that made it.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="/sys/bus/usb/devices/*/idVendor, else kernel uevent: PRODUCT, first part",
                windows="CM_Register_Notification: VID of the symbolic link",
                macos="ioreg -p IOUSB, compared with before: idVendor",
            ),
            bytes_max=16,
        ),
        Field(
            name="product_id",
            type=Type.TEXT,
            sentence="The number of the model.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="/sys/bus/usb/devices/*/idProduct, else kernel uevent: PRODUCT, second part",
                windows="CM_Register_Notification: PID of the symbolic link",
                macos="ioreg -p IOUSB, compared with before: idProduct",
            ),
            bytes_max=16,
        ),
        Field(
            name="vendor",
            type=Type.TEXT,
            sentence="The company that made it, as the device says.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="/sys/bus/usb/devices/*/manufacturer, when plugged",
                windows="none: the notice tells the numbers alone",
                macos="ioreg -p IOUSB, compared with before: USB Vendor Name",
            ),
            bytes_max=256,
        ),
        Field(
            name="product",
            type=Type.TEXT,
            sentence="What the thing calls itself.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="/sys/bus/usb/devices/*/product, when plugged",
                windows="none: the notice tells the numbers alone",
                macos="ioreg -p IOUSB, compared with before: USB Product Name",
            ),
            bytes_max=256,
        ),
        Field(
            name="serial",
            type=Type.TEXT,
            sentence="Its serial number.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.LOG,
            source=Source(
                linux="/sys/bus/usb/devices/*/serial, when plugged",
                windows=("CM_Register_Notification: the symbolic link, unless Windows made it up"),
                macos="ioreg -p IOUSB, compared with before: USB Serial Number",
            ),
            form=Form.SERIAL,
            bytes_max=256,
        ),
    ),
)
