"""The operating system: one row a laptop."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

OS = Table(
    name="os",
    kind=Kind.STATE,
    sentence="The operating system this laptop runs, and how it is set up.",
    priority=80,
    fields=(
        Field(
            name="name",
            type=Type.TEXT,
            sentence="The name of the operating system.",
            field_class=FieldClass.TECHNICAL,
            item=Item.OS,
            source=Source(
                linux="/etc/os-release (else /usr/lib/os-release): NAME",
                windows=(
                    "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion: "
                    "ProductName, and CurrentBuild, since Windows 11 still calls "
                    "itself 10 there"
                ),
                macos="SystemVersion.plist: ProductName",
            ),
            bytes_max=256,
            ocsf="device.os.name",
        ),
        Field(
            name="version",
            type=Type.TEXT,
            sentence="The version of the operating system.",
            field_class=FieldClass.TECHNICAL,
            item=Item.OS,
            source=Source(
                linux="/etc/os-release: VERSION_ID, else BUILD_ID of a rolling release",
                windows="HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion: DisplayVersion",
                macos="SystemVersion.plist: ProductVersion",
            ),
            bytes_max=256,
            ocsf="device.os.version",
        ),
        Field(
            name="build",
            type=Type.TEXT,
            sentence="The exact build of the operating system, which tells the patches it has.",
            field_class=FieldClass.TECHNICAL,
            item=Item.OS,
            source=Source(
                linux="/proc/sys/kernel/version: the kernel's build, e.g. #1 SMP Debian 6.1.148-1",
                windows="HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion: CurrentBuild.UBR",
                macos="SystemVersion.plist: ProductBuildVersion",
            ),
            bytes_max=256,
            ocsf="device.os.build",
        ),
        Field(
            name="kernel",
            type=Type.TEXT,
            sentence="The version of the system's core.",
            field_class=FieldClass.TECHNICAL,
            item=Item.OS,
            source=Source(
                linux="/proc/sys/kernel/osrelease (uname -r)",
                windows=(
                    "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion: "
                    "CurrentMajorVersionNumber, CurrentMinorVersionNumber, "
                    "CurrentBuild"
                ),
                macos="sysctl kern.osrelease",
            ),
            bytes_max=256,
            ocsf="device.os.kernel_release",
        ),
        Field(
            name="architecture",
            type=Type.TEXT,
            sentence="The kind of processor that the system was built for.",
            field_class=FieldClass.TECHNICAL,
            item=Item.OS,
            source=Source(
                linux="/proc/sys/kernel/arch (Linux 6.1 and later), else uname -m",
                windows=(
                    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session "
                    "Manager\\Environment: PROCESSOR_ARCHITECTURE"
                ),
                macos="sysctl hw.machine",
            ),
            bytes_max=64,
            ocsf="device.hw_info.cpu_architecture",
        ),
        Field(
            name="time_zone",
            type=Type.TEXT,
            sentence="The time zone that the clock is set to.",
            field_class=FieldClass.TECHNICAL,
            item=Item.OS,
            source=Source(
                linux="/etc/localtime: the zone that the link names, else /etc/timezone",
                windows=(
                    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation: TimeZoneKeyName"
                ),
                macos="/etc/localtime: the zone that the link names",
            ),
            bytes_max=128,
        ),
        Field(
            name="locale",
            type=Type.TEXT,
            sentence="The language and region that the system is set to.",
            field_class=FieldClass.TECHNICAL,
            item=Item.OS,
            source=Source(
                linux="/etc/locale.conf or /etc/default/locale: LANG",
                windows="HKU\\.DEFAULT\\Control Panel\\International: LocaleName",
                macos="/Library/Preferences/.GlobalPreferences.plist: AppleLocale",
            ),
            bytes_max=128,
            ocsf="device.os.lang",
        ),
        Field(
            name="machine_id",
            type=Type.TEXT,
            sentence=(
                "A random number that this installation of the system was given; it "
                "names this laptop alone."
            ),
            field_class=FieldClass.DIRECT_ID,
            item=Item.DEVICE_ID,
            source=Source(
                linux="/etc/machine-id, else /var/lib/dbus/machine-id",
                windows="HKLM\\SOFTWARE\\Microsoft\\Cryptography: MachineGuid, 64-bit view",
                macos="ioreg -rd1 -c IOPlatformExpertDevice: IOPlatformUUID",
            ),
            form=Form.UUID,
            bytes_max=64,
            ocsf="device.os_machine_uuid",
        ),
    ),
)
