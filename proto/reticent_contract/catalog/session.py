"""Logons and what belongs to them: one row each time it happens."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

SESSION = Table(
    name="session",
    kind=Kind.EVENT,
    sentence=(
        "When people logged on to this laptop, logged off, or failed to, or came in from "
        "afar; and when it was started and shut down."
    ),
    events=(
        "logon",
        "logoff",
        "failed_logon",
        "lock",
        "unlock",
        "boot",
        "shutdown",
        "connect",
        "disconnect",
    ),
    priority=90,
    fields=(
        Field(
            name="user_name",
            type=Type.TEXT,
            sentence="The name with which the person logged on, or tried to.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.LOG,
            source=Source(
                linux=(
                    "logind ListSessions and its signals; utmp and wtmp: ut_user; journal "
                    "MESSAGE_ID of session start and stop"
                ),
                windows=(
                    "Security log (Administrator): TargetUserName of 4624, 4625, "
                    "4634, 4647, 4800, AccountName of 4778, 4779; else "
                    "LocalSessionManager: User"
                ),
                macos="/var/run/utmpx: ut_user",
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
            item=Item.LOG,
            source=Source(
                linux="logind: User; journal: USER_ID's number",
                windows="Security log (Administrator): TargetUserSid, the last part",
                macos="unified log: userID of lock and unlock; utmpx has none",
            ),
            ocsf="user.uid",
        ),
        Field(
            name="session_id",
            type=Type.TEXT,
            sentence="The number that the system gave this visit.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="logind: session name; utmp: ut_session",
                windows=(
                    "Security log (Administrator): TargetLogonId; else "
                    "LocalSessionManager: SessionID"
                ),
                macos="/var/run/utmpx: ut_pid",
            ),
            bytes_max=128,
            ocsf="session.uid",
        ),
        Field(
            name="terminal",
            type=Type.TEXT,
            sentence="The screen or terminal at which it happened.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="logind: TTY or Display; wtmp: ut_line",
                windows="Security log (Administrator): SessionName of 4778 and 4779",
                macos="/var/run/utmpx: ut_line",
            ),
            bytes_max=128,
            ocsf="session.terminal",
        ),
        Field(
            name="session_type",
            type=Type.TEXT,
            sentence="The kind of visit: at a screen, in a terminal or in the background.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="logind: Type (x11, wayland, tty, unspecified)",
                windows="Security log (Administrator): LogonType 2, 7, 10 or 11",
                macos="none: utmpx does not tell",
            ),
            bytes_max=64,
        ),
        Field(
            name="service",
            type=Type.TEXT,
            sentence="The program through which the person came in, such as sshd.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="logind: Service; journal: SYSLOG_IDENTIFIER",
                windows="Security log (Administrator): LogonProcessName",
                macos="none: utmpx does not tell",
            ),
            bytes_max=128,
        ),
        Field(
            name="remote",
            type=Type.BOOLEAN,
            sentence="Whether the person came in over the network.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux=(
                    "logind: Remote; wtmp: ut_host is not empty; nothing tells that a remote "
                    "screen of a session was connected or disconnected"
                ),
                windows=(
                    "Security log (Administrator): LogonType 10; 4778 and 4779; else "
                    "LocalSessionManager: Address"
                ),
                macos="/var/run/utmpx: ut_host is not empty",
            ),
            ocsf="session.is_remote",
        ),
        Field(
            name="remote_address",
            type=Type.TEXT,
            sentence="The network address from which the person came in.",
            field_class=FieldClass.QUASI_ID,
            item=Item.LOG,
            source=Source(
                linux="logind: RemoteHost where it is an address; wtmp: ut_addr_v6",
                windows=(
                    "Security log (Administrator): IpAddress, ClientAddress; else "
                    "LocalSessionManager: Address"
                ),
                macos="/var/run/utmpx: ut_host where it is an address",
            ),
            form=Form.IP,
            bytes_max=64,
            ocsf="src_endpoint.ip",
        ),
        Field(
            name="remote_host",
            type=Type.TEXT,
            sentence="The name of the computer from which the person came in.",
            field_class=FieldClass.QUASI_ID,
            item=Item.LOG,
            source=Source(
                linux="logind: RemoteHost; wtmp: ut_host",
                windows=(
                    "Security log (Administrator): WorkstationName where it is another, ClientName"
                ),
                macos="/var/run/utmpx: ut_host",
            ),
            form=Form.HOST,
            bytes_max=256,
            ocsf="src_endpoint.hostname",
        ),
    ),
)
