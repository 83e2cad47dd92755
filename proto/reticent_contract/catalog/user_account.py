"""User accounts that people use: one row each, with root."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

USER_ACCOUNT = Table(
    name="user_account",
    kind=Kind.STATE,
    sentence="The accounts with which people log on to this laptop.",
    key=("user_name",),
    priority=70,
    fields=(
        Field(
            name="user_name",
            type=Type.TEXT,
            sentence="The name with which the person logs on.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.USER,
            source=Source(
                linux="/etc/passwd: name, of root and of user IDs from 1000, without nobody's",
                windows=(
                    "Win32_UserAccount.Name of local accounts; else "
                    "LogonUI\\SessionData, Volatile Environment, IdentityStore, or "
                    "the name of the profile folder"
                ),
                macos="dscl . -list /Users, UniqueID from 500",
            ),
            form=Form.USER,
            bytes_max=256,
            ocsf="user.name",
        ),
        Field(
            name="user_id",
            type=Type.INTEGER,
            sentence="The number that the system uses for the person's account.",
            field_class=FieldClass.QUASI_ID,
            item=Item.USER,
            source=Source(
                linux="/etc/passwd: uid",
                windows="the last part of the SID",
                macos="dscl . -read /Users/*: UniqueID",
            ),
            ocsf="user.uid",
        ),
        Field(
            name="full_name",
            type=Type.TEXT,
            sentence="The person's name, as it was typed in for the account.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.USER,
            source=Source(
                linux="/etc/passwd: first part of GECOS",
                windows=(
                    "Win32_UserAccount.FullName of local accounts; else "
                    "LogonUI\\SessionData or IdentityStore: the display name"
                ),
                macos="dscl . -read /Users/*: RealName",
            ),
            bytes_max=512,
            ocsf="user.full_name",
        ),
        Field(
            name="work_phone",
            type=Type.TEXT,
            sentence="The person's phone number at work, as it was typed in for the account.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.CONTACT,
            source=Source(
                linux="/etc/passwd: third part of GECOS",
                windows="none: local accounts have no phone; the directory has",
                macos="none: local accounts have no phone; the directory has",
            ),
            form=Form.PHONE,
            bytes_max=128,
            ocsf="user.phone_number",
        ),
        Field(
            name="home_phone",
            type=Type.TEXT,
            sentence="The person's phone number at home, as it was typed in for the account.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.CONTACT,
            source=Source(
                linux="/etc/passwd: fourth part of GECOS",
                windows="none: local accounts have no phone; the directory has",
                macos="none: local accounts have no phone; the directory has",
            ),
            form=Form.PHONE,
            bytes_max=128,
        ),
        Field(
            name="home_directory",
            type=Type.TEXT,
            sentence="The folder in which the person's files lie; its name is often the person's.",
            field_class=FieldClass.QUASI_ID,
            item=Item.USER,
            source=Source(
                linux="/etc/passwd: home",
                windows=(
                    "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\*: "
                    "ProfileImagePath"
                ),
                macos="dscl . -read /Users/*: NFSHomeDirectory",
            ),
            bytes_max=1024,
        ),
        Field(
            name="shell",
            type=Type.TEXT,
            sentence="The program that starts when the person logs on to a terminal.",
            field_class=FieldClass.TECHNICAL,
            item=Item.USER,
            source=Source(
                linux="/etc/passwd: shell",
                windows="none: an account has no shell",
                macos="dscl . -read /Users/*: UserShell",
            ),
            bytes_max=1024,
        ),
        Field(
            name="domain",
            type=Type.TEXT,
            sentence="The company's directory that knows the account; none for a local account.",
            field_class=FieldClass.QUASI_ID,
            item=Item.USER,
            source=Source(
                linux="sssd: the part of the name after @, else the domain of sssd.conf",
                windows=(
                    "Volatile Environment: USERDNSDOMAIN, else USERDOMAIN; of Entra "
                    "the part of the name after @, else CloudDomainJoin\\JoinInfo: "
                    "TenantId"
                ),
                macos="dscl . -read /Users/*: OriginalNodeName, its last part",
            ),
            form=Form.HOST,
            bytes_max=256,
            ocsf="user.domain",
        ),
        Field(
            name="directory",
            type=Type.TEXT,
            sentence="Which kind of directory the account is from: local, ad, entra, ldap or nis.",
            field_class=FieldClass.TECHNICAL,
            item=Item.USER,
            source=Source(
                linux="/etc/passwd: local; else what /etc/sssd/sssd.conf names (root)",
                windows=(
                    "Win32_UserAccount lists local accounts; S-1-12-1 is Entra, other "
                    "SIDs are of ad"
                ),
                macos="dscl . -read /Users/*: OriginalNodeName, its first part",
            ),
            bytes_max=32,
            ocsf="user.type",
        ),
        Field(
            name="security_id",
            type=Type.TEXT,
            sentence="The long number that names the account everywhere in the company.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.USER,
            source=Source(
                linux="none: accounts have a short number alone",
                windows="ProfileList: the key's name, a SID",
                macos="dscl . -read /Users/*: GeneratedUID",
            ),
            bytes_max=256,
            ocsf="user.uid_alt",
        ),
        Field(
            name="email",
            type=Type.TEXT,
            sentence="The person's e-mail address, where a directory on this laptop tells it.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.CONTACT,
            source=Source(
                linux="/etc/passwd: other part of GECOS, where it is an address",
                windows="IdentityStore Cache: UserName of Entra accounts",
                macos="dscl . -read /Users/*: EMailAddress",
            ),
            form=Form.EMAIL,
            bytes_max=320,
            ocsf="user.email_addr",
        ),
        Field(
            name="company",
            type=Type.TEXT,
            sentence="The company or department, where a directory on this laptop tells it.",
            field_class=FieldClass.QUASI_ID,
            item=Item.CONTACT,
            source=Source(
                linux="none: GECOS has no company; the organisation's record has",
                windows="none: local accounts have no company; the organisation's record has",
                macos="dscl . -read /Users/*: Company",
            ),
            bytes_max=256,
            ocsf="user.org.name",
        ),
    ),
)
