"""Software installed and removed: one row each time it happens."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Item, Kind, Source, Table, Type

SOFTWARE_EVENT = Table(
    name="software_event",
    kind=Kind.EVENT,
    sentence="When a program was installed on this laptop, updated or removed.",
    events=(
        "installed",
        "updated",
        "uninstalled",
    ),
    priority=70,
    fields=(
        Field(
            name="source",
            type=Type.TEXT,
            sentence="Which catalogue of programs it belongs to, such as dpkg, rpm or msi.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux=(
                    "the source that tells it: dpkg, rpm (dnf 4, dnf5, libzypp), pacman, flatpak, "
                    "snap"
                ),
                windows="the log that tells it",
                macos="the log that tells it",
            ),
            bytes_max=32,
            ocsf="package.package_manager",
        ),
        Field(
            name="name",
            type=Type.TEXT,
            sentence="The name of the program.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux=(
                    "/var/log/dpkg.log; /var/log/dnf.rpm.log; /var/log/pacman.log; "
                    "/var/log/zypp/history; /usr/lib/sysimage/libdnf5/transaction_history.sqlite; "
                    "flatpak's entries in the journal; /snap/*/current"
                ),
                windows="Application log, MsiInstaller 1033 and 1034: the product",
                macos="/Library/Receipts/InstallHistory.plist: packageIdentifiers",
            ),
            bytes_max=512,
            ocsf="package.name",
        ),
        Field(
            name="version",
            type=Type.TEXT,
            sentence="The version that is there now, or was removed.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="the same line or record; snap: meta/snap.yaml; flatpak does not tell",
                windows="MsiInstaller 1033 and 1034: the version",
                macos="/Library/Receipts/InstallHistory.plist: displayVersion",
            ),
            bytes_max=256,
            ocsf="package.version",
        ),
        Field(
            name="version_before",
            type=Type.TEXT,
            sentence="The version that was there before an update.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux=(
                    "the same line of dpkg.log or pacman.log; an earlier one of libzypp's history; "
                    "the item that dnf5 replaced; the snap's revision before"
                ),
                windows="none: the event does not tell",
                macos="/Library/Receipts/InstallHistory.plist: the receipt before",
            ),
            bytes_max=256,
        ),
        Field(
            name="architecture",
            type=Type.TEXT,
            sentence="The kind of processor that the program was built for.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="the same line or record; pacman and snap do not tell",
                windows="none: the event does not tell",
                macos="none: the receipt does not tell",
            ),
            bytes_max=64,
            ocsf="package.architecture",
        ),
    ),
)
