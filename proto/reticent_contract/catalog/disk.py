"""Disks: one row a whole disk, none a partition or a loop device."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

DISK = Table(
    name="disk",
    kind=Kind.STATE,
    sentence="The disks in or on this laptop.",
    key=("name",),
    priority=70,
    fields=(
        Field(
            name="name",
            type=Type.TEXT,
            sentence="The name under which the system knows the disk, such as nvme0n1.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/block/*/ of disks with a device behind them",
                windows="MSFT_PhysicalDisk.DeviceId",
                macos="system_profiler SPNVMeDataType, SPSerialATADataType: bsd_name",
            ),
            bytes_max=128,
        ),
        Field(
            name="model",
            type=Type.TEXT,
            sentence="The model of the disk.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/block/*/device/{model,name}",
                windows="MSFT_PhysicalDisk.Model",
                macos="system_profiler SPNVMeDataType, SPSerialATADataType: device_model",
            ),
            bytes_max=256,
        ),
        Field(
            name="serial",
            type=Type.TEXT,
            sentence="The serial number of the disk.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux=(
                    "/sys/block/*/device/serial, /sys/block/*/serial, else udev's "
                    "ID_SERIAL_SHORT in /run/udev/data, else /sys/block/*/device/vpd_pg80"
                ),
                windows=(
                    "MSFT_PhysicalDisk: AdapterSerialNumber, then SerialNumber; else "
                    "Win32_DiskDrive.SerialNumber"
                ),
                macos="system_profiler SPNVMeDataType, SPSerialATADataType: device_serial",
            ),
            form=Form.SERIAL,
            bytes_max=256,
        ),
        Field(
            name="wwid",
            type=Type.TEXT,
            sentence="A number that names this disk alone in all the world.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux="/sys/block/*/{wwid,device/wwid}",
                windows="MSFT_PhysicalDisk.UniqueId where it is an EUI-64 or NAA",
                macos="none: IOKit gives only the serial number",
            ),
            form=Form.SERIAL,
            bytes_max=512,
        ),
        Field(
            name="size_bytes",
            type=Type.INTEGER,
            sentence="How much the disk holds, in bytes.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/block/*/size, in sectors of 512 bytes whatever the disk's own",
                windows="MSFT_PhysicalDisk.Size",
                macos="system_profiler SPNVMeDataType, SPSerialATADataType: size_in_bytes",
            ),
        ),
        Field(
            name="removable",
            type=Type.BOOLEAN,
            sentence="Whether the disk can be pulled out while the laptop runs.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/block/*/removable, or a disk on USB",
                windows=(
                    "MSFT_PhysicalDisk.BusType, else Win32_DiskDrive.InterfaceType: USB or a card"
                ),
                macos="system_profiler SPNVMeDataType, SPSerialATADataType: removable_media",
            ),
        ),
        Field(
            name="rotational",
            type=Type.BOOLEAN,
            sentence="Whether the disk is a spinning one.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/block/*/queue/rotational",
                windows="MSFT_PhysicalDisk.MediaType",
                macos="system_profiler SPSerialATADataType: spsata_medium_type; NVMe never turns",
            ),
        ),
    ),
)
