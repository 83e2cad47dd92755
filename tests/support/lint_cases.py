"""Cases of lints that have many: code, what triggers it, where it is found, what comes close."""

from __future__ import annotations

Case = tuple[str, list[tuple[str, object]], str, list[tuple[str, object]]]
DEAD_CHECKSUMS: list[Case] = [
    (
        "dead-checksum",
        [("detectors", {"badge": {"pattern": dead, "checksum": checksum}})],
        "detectors.badge",
        [("detectors", {"badge": {"pattern": alive, "checksum": checksum}})],
    )
    for checksum, dead, alive in (
        ("luhn", "[A-Z]{8}", "TCK-[0-9]{8}"),
        ("verhoeff", "(?:AB|CD)-[a-f]{4}", "(AB|CD)-[a-f0-9]{4}"),
        ("gstin", "[0-9]{2}[A-Z0-9]{12}", "[0-9]{2}[A-Z0-9]{12,13}"),
        ("gstin", "tax [0-9A-Z]{15}", "tax (?P<checked>[0-9A-Z]{15})"),
        ("mod97", "[A-Z]{2}[0-9]{2}", "[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}"),
    )
]
LOOKS_LIKE: list[Case] = [
    (
        "no-exact-value",
        [("allow", ["support@corp.example", other])],
        "allow[1]",
        [("allow", ["support@corp.example", "192.0.2.0/24", "PC01$", r"CORP\dwight"])],
    )
    for other in (
        *("^x$", "/alice/i", "host[0-9]", "al.+@corp.example"),
        *("10.0.0.0-10.0.0.9", "10.20.0.0/255.255.0.0", "2001:db8::1 - 2001:db8::9"),
    )
]
