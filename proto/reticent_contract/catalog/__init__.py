"""Everything Reticent can know about a laptop, as data.

Enters: nothing. Leaves: `TABLES` in the order a reader wants them, and `CATALOG`, by name.
Must hold: the catalog only grows. A field is never renamed, retyped or moved to a weaker class;
each change adds one to the version.
"""

from __future__ import annotations

from reticent_contract.catalog.agent_health import AGENT_HEALTH
from reticent_contract.catalog.app_usage import APP_USAGE
from reticent_contract.catalog.board import BOARD
from reticent_contract.catalog.connection import CONNECTION
from reticent_contract.catalog.cpu import CPU
from reticent_contract.catalog.device_record import DEVICE_RECORD
from reticent_contract.catalog.disk import DISK
from reticent_contract.catalog.host import HOST
from reticent_contract.catalog.log_line import LOG_LINE
from reticent_contract.catalog.model import (
    STATE_EVENTS,
    Catalog,
    Field,
    FieldClass,
    Form,
    Item,
    Kind,
    Source,
    Table,
    Type,
)
from reticent_contract.catalog.modem import MODEM
from reticent_contract.catalog.network_event import NETWORK_EVENT
from reticent_contract.catalog.network_interface import NETWORK_INTERFACE
from reticent_contract.catalog.os import OS
from reticent_contract.catalog.peripheral import PERIPHERAL
from reticent_contract.catalog.posture import POSTURE
from reticent_contract.catalog.power_event import POWER_EVENT
from reticent_contract.catalog.session import SESSION
from reticent_contract.catalog.site_visit import SITE_VISIT
from reticent_contract.catalog.software import SOFTWARE
from reticent_contract.catalog.software_event import SOFTWARE_EVENT
from reticent_contract.catalog.usb import USB
from reticent_contract.catalog.usb_event import USB_EVENT
from reticent_contract.catalog.user_account import USER_ACCOUNT

TABLES: tuple[Table, ...] = (
    OS,
    HOST,
    CPU,
    BOARD,
    DISK,
    NETWORK_INTERFACE,
    MODEM,
    USER_ACCOUNT,
    DEVICE_RECORD,
    USB,
    PERIPHERAL,
    SOFTWARE,
    POSTURE,
    SESSION,
    POWER_EVENT,
    USB_EVENT,
    NETWORK_EVENT,
    SOFTWARE_EVENT,
    CONNECTION,
    APP_USAGE,
    SITE_VISIT,
    LOG_LINE,
    AGENT_HEALTH,
)

CATALOG = Catalog(version=3, tables={table.name: table for table in TABLES})

__all__ = [
    "CATALOG",
    "STATE_EVENTS",
    "TABLES",
    "Catalog",
    "Field",
    "FieldClass",
    "Form",
    "Item",
    "Kind",
    "Source",
    "Table",
    "Type",
]
