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
            sentence="Which catalogue of programs it was installed from, such as dpkg, rpm or msi.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="which list has it: dpkg, rpm, pacman, snap, flatpak or brew",
                windows=(
                    "msi or setup: Uninstall keys (64-bit, 32-bit, HKU); msix: "
                    "AppxAllUserStore; never Win32_Product: it repairs packages"
                ),
                macos="which list has it: app (/Applications/*/Contents/Info.plist) or brew",
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
                linux="/var/lib/dpkg/status: Package; rpm -qa: NAME; the others' own names",
                windows=(
                    "Uninstall keys: DisplayName; AppxAllUserStore: the first part of the package"
                ),
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
                windows="Uninstall keys: DisplayVersion; AppxAllUserStore: the second part",
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
                windows=("which of the Uninstall keys lists it; AppxAllUserStore: the third part"),
                macos="the Mach-O header of CFBundleExecutable",
            ),
            bytes_max=64,
            ocsf="package.architecture",
        ),
        Field(
            name="vendor",
            type=Type.TEXT,
            sentence="The company or group that made or packed the program.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="rpm -qa: VENDOR; flatpak: Origin; dpkg's Maintainer names people: not read",
                windows="Uninstall keys: Publisher; none for Store packages",
                macos="none: an Info.plist names no maker",
            ),
            bytes_max=256,
            ocsf="package.vendor_name",
        ),
        Field(
            name="installed_at",
            type=Type.TIMESTAMP,
            sentence="When the program was installed or last updated.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "rpm -qa: INSTALLTIME; pacman desc: INSTALLDATE; Homebrew's receipt: time; "
                    "dpkg does not tell"
                ),
                windows="Uninstall keys: InstallDate",
                macos="the bundle's own time of change",
            ),
        ),
    ),
)
