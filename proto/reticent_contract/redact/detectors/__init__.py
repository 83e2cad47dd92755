"""The detectors of free text, in the order in which they win where everything else is equal.

Must hold: a detector that is not listed here does not exist; a policy that names it is refused.
`own` has no pattern of its own: it matches this laptop's identifiers (`redact.own`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.abroad import (
    ABROAD,
    GLUED_ABROAD,
    KEYED_ABROAD,
    MINE_ABROAD,
    TITLED_ABROAD,
)
from reticent_contract.redact.detectors.accounts import ACCOUNTS
from reticent_contract.redact.detectors.actors import ACTORS
from reticent_contract.redact.detectors.address import EMAIL, IPV4, IPV6, MAC
from reticent_contract.redact.detectors.adjoined import ADJOINED
from reticent_contract.redact.detectors.asked import ASKED
from reticent_contract.redact.detectors.below import BELOW
from reticent_contract.redact.detectors.called import CALLED
from reticent_contract.redact.detectors.clusters import CLUSTERS
from reticent_contract.redact.detectors.contact import PHONE, phone
from reticent_contract.redact.detectors.defanged import (
    DEFANGED_EMAIL,
    DEFANGED_HOSTS,
    DEFANGED_IPV4,
)
from reticent_contract.redact.detectors.device import IMEI, MAC_IN_ROW, SID
from reticent_contract.redact.detectors.documents import DOCUMENTS
from reticent_contract.redact.detectors.finance import CARD, IBAN, SSN
from reticent_contract.redact.detectors.fleet import FLEET
from reticent_contract.redact.detectors.full_names import FULL_NAMES
from reticent_contract.redact.detectors.handed import HANDED_LOGINS
from reticent_contract.redact.detectors.holders import HOLDERS
from reticent_contract.redact.detectors.host import DASHED, FQDN
from reticent_contract.redact.detectors.india import (
    AADHAAR,
    EPIC,
    GSTIN,
    IFSC,
    PAN,
    UPI,
    VID,
)
from reticent_contract.redact.detectors.inserted import INSERTED_USERS
from reticent_contract.redact.detectors.introduced import INTRODUCED
from reticent_contract.redact.detectors.logins import LOGINS
from reticent_contract.redact.detectors.machines import MACHINES
from reticent_contract.redact.detectors.mailed import MAILED, WHO_MAILS
from reticent_contract.redact.detectors.marks import MARKS
from reticent_contract.redact.detectors.mistyped import (
    MISTYPED_EMAIL,
    MISTYPED_IPV4,
    MISTYPED_IPV6,
    MISTYPED_MAC,
    MISTYPED_OF_LINK,
    MISTYPED_UUID,
)
from reticent_contract.redact.detectors.model import Detector
from reticent_contract.redact.detectors.passport import PASSPORT
from reticent_contract.redact.detectors.paths import PATHS
from reticent_contract.redact.detectors.person import USER
from reticent_contract.redact.detectors.place import GEO
from reticent_contract.redact.detectors.players import PLAYERS
from reticent_contract.redact.detectors.reached import REACHED, WHO_REACHES
from reticent_contract.redact.detectors.records import RECORDS
from reticent_contract.redact.detectors.runs import RUNS
from reticent_contract.redact.detectors.runs_abroad import RUNS_ABROAD
from reticent_contract.redact.detectors.secret import SECRET
from reticent_contract.redact.detectors.secret_gate import secrets_in
from reticent_contract.redact.detectors.slots import SLOTS
from reticent_contract.redact.detectors.spelled import SPELLED
from reticent_contract.redact.detectors.stations import STATIONS
from reticent_contract.redact.detectors.surnamed import SURNAMED
from reticent_contract.redact.detectors.surveyed import SURVEYED
from reticent_contract.redact.detectors.tabled import TABLED
from reticent_contract.redact.detectors.url import URL, USER_IN_URL
from reticent_contract.redact.detectors.uuids import UUID
from reticent_contract.redact.detectors.vehicle import VEHICLE
from reticent_contract.redact.tokens import without_tokens

OWN = Detector(
    name="own",
    sentence=(
        "What this laptop knows about itself: its serials, MACs in every spelling, UUIDs, host "
        "name, the user names and full names of its accounts."
    ),
    form=Form.TEXT,
    finders=(),
)

# The finders of one detector may be spread over modules, by what they look at.
_IPV4 = replace(IPV4, finders=(*IPV4.finders, DASHED, DEFANGED_IPV4, MISTYPED_IPV4))
_IPV6 = replace(IPV6, finders=(*IPV6.finders, MISTYPED_IPV6, MISTYPED_OF_LINK))
_MAC = replace(MAC, finders=(*MAC.finders, MAC_IN_ROW, MISTYPED_MAC))
_UUID = replace(UUID, finders=(*UUID.finders, MISTYPED_UUID))
_EMAIL = replace(EMAIL, finders=(*EMAIL.finders, DEFANGED_EMAIL, MISTYPED_EMAIL))
_GEO = replace(GEO, finders=(*GEO.finders, *SURVEYED))
_FQDN = replace(
    FQDN,
    finders=(
        *FQDN.finders,
        *DEFANGED_HOSTS,
        *MACHINES,
        *FLEET,
        *REACHED,
        *STATIONS,
        *CLUSTERS,
        *MAILED,
    ),
)
_USER = replace(
    USER,
    finders=(
        *USER.finders,
        *PATHS,
        USER_IN_URL,
        INSERTED_USERS,
        TABLED,
        HANDED_LOGINS,
        *ACCOUNTS,
        *ACTORS,
        BELOW,
        SLOTS,
        ABROAD,
        KEYED_ABROAD,
        GLUED_ABROAD,
        MINE_ABROAD,
        TITLED_ABROAD,
        MARKS,
        *FULL_NAMES,
        *CALLED,
        *INTRODUCED,
        *LOGINS,
        *RECORDS,
        *WHO_REACHES,
        *ASKED,
        *DOCUMENTS,
        *HOLDERS,
        *RUNS,
        *RUNS_ABROAD,
        *SURNAMED,
        *SPELLED,
        *ADJOINED,
        *PLAYERS,
        *WHO_MAILS,
    ),
)

DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        d.name: d
        for d in (
            *(SECRET, OWN, _EMAIL, _MAC, _IPV6, _IPV4, _UUID),
            *(AADHAAR, VID, CARD, IMEI, IBAN, GSTIN, PAN, SSN, PASSPORT, EPIC, VEHICLE, UPI, IFSC),
            *(PHONE, SID, _GEO, _FQDN, URL, _USER),
        )
    }
)


def secret_in(text: str) -> bool:
    """Whether a secret stands in `text`: the server's second look at what was scanned."""
    data = text.encode()
    # A pseudonym before an @ looks like a password in a URL, hence the second look without them.
    return bool(secrets_in(data)) and bool(secrets_in(without_tokens(data)))


__all__ = ["DETECTORS", "OWN", "Detector", "phone", "secret_in"]
