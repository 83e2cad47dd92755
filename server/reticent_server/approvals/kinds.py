"""What may need a second person. A new kind is one line of `KINDS`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    POLICY_REVEAL = "policy.reveal"
    PERSON_REIDENTIFY = "person.reidentify"
    VALUE_UNSEAL = "value.unseal"
    EVENTS_EXPORT = "events.export"
    DEVICE_ERASE = "device.erase"
    RIGHTS_ACCESS = "rights.access"
    RIGHTS_ERASURE = "rights.erasure"
    DEVICE_UNINSTALL = "device.uninstall"
    SUPPORT_BUNDLE = "support.bundle"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """`asks` and `approves` are scopes by name: `auth` reads the configuration, which reads this.

    `local_alone`: the command line on the server's own machine does it without a second person,
    recorded, because whoever runs it holds the keys that it would be kept from.
    """

    kind: Kind
    sentence: str
    asks: str
    approves: str = "approve:requests"
    local_alone: bool = False


KINDS = (
    KindSpec(
        kind=Kind.POLICY_REVEAL,
        sentence="publish a policy that reveals more than the one in force",
        asks="admin:policies",
        local_alone=True,
    ),
    KindSpec(
        kind=Kind.PERSON_REIDENTIFY,
        sentence="look up a named person among pseudonyms",
        asks="reidentify:persons",
    ),
    KindSpec(
        kind=Kind.VALUE_UNSEAL,
        sentence="get a sealed value, to open it with the privacy officer's key",
        asks="unseal:values",
    ),
    KindSpec(
        kind=Kind.EVENTS_EXPORT,
        sentence="export more events at once than the configuration lets everybody",
        asks="export:events",
    ),
    KindSpec(
        kind=Kind.DEVICE_ERASE,
        sentence="erase a laptop and what it sent",
        asks="admin:devices",
    ),
    KindSpec(
        kind=Kind.RIGHTS_ACCESS,
        sentence="gather what is held of a person who asked for it",
        asks="answer:persons",
    ),
    KindSpec(
        kind=Kind.RIGHTS_ERASURE,
        sentence="erase what names a person who asked for it, on every laptop",
        asks="answer:persons",
    ),
    KindSpec(
        kind=Kind.DEVICE_UNINSTALL,
        sentence="have a laptop's agent uninstalled from afar",
        asks="admin:devices",
    ),
    KindSpec(
        kind=Kind.SUPPORT_BUNDLE,
        sentence="make a support bundle for the vendor",
        asks="read:metrics",
    ),
)
SPECS = {spec.kind: spec for spec in KINDS}
