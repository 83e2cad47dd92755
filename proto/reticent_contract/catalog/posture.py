"""How well the laptop is protected: one row a check."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

POSTURE = Table(
    name="posture",
    kind=Kind.STATE,
    sentence="Whether the protections of this laptop are switched on.",
    key=(
        "check",
        "subject",
        "user_name",
    ),
    priority=70,
    fields=(
        Field(
            name="check",
            type=Type.TEXT,
            sentence="What was looked at: disk_encryption, firewall, screen_lock and so on.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="the collector's own",
                windows="the collector's own",
                macos="the collector's own",
            ),
            bytes_max=64,
            ocsf="compliance.control",
        ),
        Field(
            name="subject",
            type=Type.TEXT,
            sentence="Of what: the volume or the network profile; none for the whole laptop.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="disk_encryption: the mount point",
                windows="disk_encryption: the drive letter; firewall: the profile",
                macos="disk_encryption: the mount point",
            ),
            bytes_max=256,
        ),
        Field(
            name="user_name",
            type=Type.TEXT,
            sentence="Whose setting it is, where each person has their own.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="screen_lock: the account",
                windows="screen_lock: the account",
                macos="none: a person's own setting only they can read",
            ),
            form=Form.USER,
            bytes_max=256,
            ocsf="user.name",
        ),
        Field(
            name="state",
            type=Type.TEXT,
            sentence="Whether it is on, off or partial; or needs_root, absent or unknown.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="the collector's own, from the check's source",
                windows="the source that detail names; BitLocker and the TPM need an Administrator",
                macos="the collector's own, from the check's source",
            ),
            bytes_max=64,
            ocsf="compliance.status",
        ),
        Field(
            name="detail",
            type=Type.TEXT,
            sentence="The method or version of the protection, such as luks2 or 2.0.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "/sys/block/dm-*/dm/uuid; ufw, firewalld or nftables (root); "
                    "/sys/firmware/efi/efivars SecureBoot; "
                    "/sys/class/tpm/tpm0/tpm_version_major"
                ),
                windows=(
                    "Win32_EncryptableVolume, MSFT_NetFirewallProfile, "
                    "SecureBoot\\State: UEFISecureBootEnabled, Win32_Tpm, "
                    "InactivityTimeoutSecs or the screen saver"
                ),
                macos="fdesetup, socketfilterfw, com.apple.screensaver.plist, SPiBridgeDataType",
            ),
            bytes_max=256,
        ),
    ),
)
