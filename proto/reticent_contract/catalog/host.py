"""The laptop as a whole: one row."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

HOST = Table(
    name="host",
    kind=Kind.STATE,
    sentence="The laptop itself: its name, make and model.",
    priority=80,
    fields=(
        Field(
            name="host_name",
            type=Type.TEXT,
            sentence="The name that this laptop carries in the network.",
            field_class=FieldClass.QUASI_ID,
            item=Item.ADDRESS,
            source=Source(
                linux="/proc/sys/kernel/hostname, up to the first dot",
                windows=("HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters: Hostname"),
                macos="scutil --get LocalHostName",
            ),
            form=Form.HOST,
            bytes_max=256,
            ocsf="device.hostname",
        ),
        Field(
            name="domain_name",
            type=Type.TEXT,
            sentence="The network domain that this laptop belongs to.",
            field_class=FieldClass.QUASI_ID,
            item=Item.ADDRESS,
            source=Source(
                linux=(
                    "/proc/sys/kernel/hostname after the first dot, else "
                    "/proc/sys/kernel/domainname, else /etc/resolv.conf: domain"
                ),
                windows="HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters: Domain",
                macos="sysctl kern.hostname, after the first dot, unless that is local",
            ),
            form=Form.HOST,
            bytes_max=256,
            ocsf="device.domain",
        ),
        Field(
            name="vendor",
            type=Type.TEXT,
            sentence="The company that made this laptop.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "/sys/class/dmi/id/sys_vendor; without DMI none: a device tree has no "
                    "such entry"
                ),
                windows="Win32_ComputerSystem.Manufacturer",
                macos="none read: it is always Apple",
            ),
            bytes_max=256,
            ocsf="device.vendor_name",
        ),
        Field(
            name="model",
            type=Type.TEXT,
            sentence="The model of this laptop.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "/sys/class/dmi/id/product_name (Lenovo: product_version is the human "
                    "name), else /proc/device-tree/model"
                ),
                windows="Win32_ComputerSystem.Model (Lenovo: Win32_ComputerSystemProduct.Version)",
                macos="system_profiler SPHardwareDataType -json: machine_name",
            ),
            bytes_max=256,
            ocsf="device.model",
        ),
        Field(
            name="model_version",
            type=Type.TEXT,
            sentence="The maker's number or version of the model.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "/sys/class/dmi/id/product_version (Lenovo: product_name is the type number)"
                ),
                windows="Win32_ComputerSystemProduct.Version (Lenovo: Win32_ComputerSystem.Model)",
                macos="system_profiler SPHardwareDataType -json: machine_model",
            ),
            bytes_max=256,
        ),
        Field(
            name="system_serial",
            type=Type.TEXT,
            sentence="The serial number of this laptop.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux=(
                    "/sys/class/dmi/id/product_serial (root), else /proc/device-tree/serial-number"
                ),
                windows="Win32_BIOS.SerialNumber",
                macos="ioreg -rd1 -c IOPlatformExpertDevice: IOPlatformSerialNumber",
            ),
            form=Form.SERIAL,
            bytes_max=256,
            ocsf="device.hw_info.serial_number",
        ),
        Field(
            name="hardware_uuid",
            type=Type.TEXT,
            sentence="A number that the maker burnt into this laptop; it names this laptop alone.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux="/sys/class/dmi/id/product_uuid (root)",
                windows="Win32_ComputerSystemProduct.UUID",
                macos="ioreg -rd1 -c IOPlatformExpertDevice: IOPlatformUUID",
            ),
            form=Form.UUID,
            bytes_max=64,
            ocsf="device.hw_info.uuid",
        ),
        Field(
            name="chassis_serial",
            type=Type.TEXT,
            sentence="The serial number of the case.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux="/sys/class/dmi/id/chassis_serial (root)",
                windows="Win32_SystemEnclosure.SerialNumber",
                macos="none: the case has no number of its own",
            ),
            form=Form.SERIAL,
            bytes_max=256,
        ),
        Field(
            name="chassis_type",
            type=Type.TEXT,
            sentence="The kind of case: laptop, desktop, tablet and so on.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/sys/class/dmi/id/chassis_type, in the words of SMBIOS 7.4.1",
                windows="Win32_SystemEnclosure.ChassisTypes",
                macos="none: the model says it",
            ),
            bytes_max=64,
            ocsf="device.hw_info.chassis",
        ),
        Field(
            name="asset_tag",
            type=Type.TEXT,
            sentence="The inventory number that the company wrote into this laptop.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux="/sys/class/dmi/id/chassis_asset_tag",
                windows="Win32_SystemEnclosure.SMBIOSAssetTag",
                macos="none: the firmware keeps no asset tag",
            ),
            form=Form.SERIAL,
            bytes_max=256,
        ),
        Field(
            name="memory_bytes",
            type=Type.INTEGER,
            sentence="How much working memory this laptop has, in bytes.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/proc/meminfo: MemTotal",
                windows="Win32_ComputerSystem.TotalPhysicalMemory",
                macos="sysctl hw.memsize",
            ),
            ocsf="device.hw_info.ram_size",
        ),
    ),
)
