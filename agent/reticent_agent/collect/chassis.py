"""Kinds of cases, in the words of SMBIOS, which firmware tells by number on every PC."""

from __future__ import annotations

# SMBIOS reference specification 3.x, table 17; bit 7 of the value is the chassis lock.
CHASSIS_TYPES = {
    3: "desktop",
    4: "low profile desktop",
    5: "pizza box",
    6: "mini tower",
    7: "tower",
    8: "portable",
    9: "laptop",
    10: "notebook",
    11: "hand held",
    12: "docking station",
    13: "all in one",
    14: "sub notebook",
    15: "space saving",
    16: "lunch box",
    17: "main server chassis",
    18: "expansion chassis",
    19: "sub chassis",
    23: "rack mount chassis",
    24: "sealed-case PC",
    28: "blade",
    29: "blade enclosure",
    30: "tablet",
    31: "convertible",
    32: "detachable",
    33: "IoT gateway",
    34: "embedded PC",
    35: "mini PC",
    36: "stick PC",
}
