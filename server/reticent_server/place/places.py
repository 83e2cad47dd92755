"""From an address to the fields of `connection`.

Must hold: of an address that is not on the public internet (private, shared by a provider's NAT,
this machine's own) nothing but itself is said, whatever a file claims.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from prometheus_client import Gauge
from reticent_contract.rows import Value

from reticent_server.config import GeoFiles
from reticent_server.place.geo_file import GeoFile

_IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Places:
    """Thread-safe; blocks where a file was exchanged, so ask it off the event loop."""

    def __init__(self, files: GeoFiles, *, broken: Gauge) -> None:
        self._city = GeoFile(files.city, key="geoip.city", broken=broken) if files.city else None
        self._asn = GeoFile(files.asn, key="geoip.asn", broken=broken) if files.asn else None

    def fields_of(self, address: str) -> dict[str, Value]:
        """Raw values by field of `connection`; empty where the text is no address."""
        known = parsed(address)
        if known is None:
            return {}
        fields: dict[str, Value] = {"wan_address": str(known)}
        if known.is_global:
            if self._city is not None:
                fields.update(_place(self._city.record(str(known))))
            if self._asn is not None:
                fields.update(_network(self._asn.record(str(known))))
        return fields


def parsed(address: str) -> _IpAddress | None:
    """The address itself: without a zone, and IPv4 where it is only written as IPv6."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return mapped or known


def _place(record: Mapping[str, object]) -> dict[str, Value]:
    """Of GeoIP2 and GeoLite2 City or Country, as MaxMind documents these databases."""
    regions = record.get("subdivisions")
    largest = regions[0] if isinstance(regions, list) and regions else None
    location = _below(record, "location")
    return {
        **_text("country", _below(record, "country").get("iso_code")),
        **_text("region", largest.get("iso_code") if isinstance(largest, Mapping) else None),
        **_text("city", _below(_below(record, "city"), "names").get("en")),
        **_degrees("latitude", location.get("latitude"), 90),
        **_degrees("longitude", location.get("longitude"), 180),
    }


def _network(record: Mapping[str, object]) -> dict[str, Value]:
    """GeoLite2 ASN."""
    number = record.get("autonomous_system_number")
    known: dict[str, Value] = {}
    if isinstance(number, int) and 0 < number < 1 << 32:
        known["network_number"] = number
    return known | _text("network_owner", record.get("autonomous_system_organization"))


def _below(record: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = record.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(field: str, value: object) -> dict[str, Value]:
    return {field: value} if isinstance(value, str) and value else {}


def _degrees(field: str, value: object, most: int) -> dict[str, Value]:
    if isinstance(value, int | float) and -most <= value <= most:
        return {field: float(value)}
    return {}
