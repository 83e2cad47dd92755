"""Installed software: one row a package."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Item, Kind, Source, Table, Type

SOFTWARE = Table(
    name="software",
    kind=Kind.STATE,
    sentence="The programs that are installed on this laptop.",
    key=("source", "name", "architecture"),
    priority=40,
    fields=(
        Field(
            name="source",
            type=Type.TEXT,
            sentence="Which catalogue of programs it was installed from: dpkg or rpm.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="which of the two databases lists it",
                windows=(
                    "Uninstall keys (64-bit, 32-bit, HKU), MSIX; never Win32_Product: it"
                    " repairs packages"
                ),
                macos="/Applications/*/Contents/Info.plist",
            ),
            bytes_max=32,
            ocsf="package.package_manager",
        ),
        Field(
            name="name",
            type=Type.TEXT,
            sentence="The name of the program.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/var/lib/dpkg/status: Package; rpm -qa: NAME",
                windows="Uninstall keys: DisplayName",
                macos="Info.plist: CFBundleIdentifier",
            ),
            bytes_max=512,
            ocsf="package.name",
        ),
        Field(
            name="version",
            type=Type.TEXT,
            sentence="The version of the program.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/var/lib/dpkg/status: Version; rpm -qa: EPOCH:VERSION-RELEASE",
                windows="Uninstall keys: DisplayVersion",
                macos="Info.plist: CFBundleShortVersionString",
            ),
            bytes_max=256,
            ocsf="package.version",
        ),
        Field(
            name="architecture",
            type=Type.TEXT,
            sentence="The kind of processor that the program was built for.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/var/lib/dpkg/status: Architecture; rpm -qa: ARCH",
                windows="which of the Uninstall keys lists it",
                macos="the Mach-O header of CFBundleExecutable",
            ),
            bytes_max=64,
            ocsf="package.architecture",
        ),
    ),
)
