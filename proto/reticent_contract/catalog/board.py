"""The main board and its firmware: one row a laptop."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

BOARD = Table(
    name="board",
    kind=Kind.STATE,
    sentence="The main circuit board of this laptop and its firmware.",
    priority=60,
    fields=(
        Field(
            name="vendor",
            type=Type.TEXT,
            sentence="The company that made the main board.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/class/dmi/id/board_vendor",
                windows="Win32_BaseBoard.Manufacturer",
                macos="none read: it is always Apple",
            ),
            bytes_max=256,
        ),
        Field(
            name="model",
            type=Type.TEXT,
            sentence="The model of the main board.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/class/dmi/id/board_name",
                windows="Win32_BaseBoard.Product",
                macos="ioreg -rd1 -c IOPlatformExpertDevice: board-id",
            ),
            bytes_max=256,
        ),
        Field(
            name="version",
            type=Type.TEXT,
            sentence="The version of the main board.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/class/dmi/id/board_version",
                windows="Win32_BaseBoard.Version",
                macos="none: the firmware keeps no version of the board",
            ),
            bytes_max=256,
        ),
        Field(
            name="serial",
            type=Type.TEXT,
            sentence="The serial number of the main board.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux="/sys/class/dmi/id/board_serial (root)",
                windows="Win32_BaseBoard.SerialNumber",
                macos="ioreg -rd1 -c IOPlatformExpertDevice: mlb-serial-number",
            ),
            form=Form.SERIAL,
            bytes_max=256,
        ),
        Field(
            name="bios_vendor",
            type=Type.TEXT,
            sentence="The company that wrote the firmware.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/class/dmi/id/bios_vendor",
                windows="Win32_BIOS.Manufacturer",
                macos="none read: it is always Apple",
            ),
            bytes_max=256,
            ocsf="device.hw_info.bios_manufacturer",
        ),
        Field(
            name="bios_version",
            type=Type.TEXT,
            sentence="The version of the firmware.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/class/dmi/id/bios_version",
                windows="Win32_BIOS.SMBIOSBIOSVersion",
                macos="system_profiler SPHardwareDataType -json: boot_rom_version",
            ),
            bytes_max=256,
            ocsf="device.hw_info.bios_ver",
        ),
        Field(
            name="bios_date",
            type=Type.TEXT,
            sentence="The date of the firmware, year first.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/class/dmi/id/bios_date, turned from month/day/year to ISO 8601",
                windows="Win32_BIOS.ReleaseDate",
                macos="none: the firmware tells no date",
            ),
            bytes_max=64,
            ocsf="device.hw_info.bios_date",
        ),
    ),
)
