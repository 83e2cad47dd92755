"""From a URL to what the policy asks for: site, host or url.

Enters: a URL as a browser stored it. Leaves: field values, or None where it is none of the web's.
Must hold: more than is asked for is not in them; user information, query, fragment and parameters
of the path (`;jsessionid=`) never are, whatever is asked for, because tokens and search words stand
there. What browsers and this module could take for different hosts is none of the web's.

    detail  site                site_host       url
    site    registrable domain
    host    the same            whole name
    url     the same            the same        scheme://host[:port]/path

A host that nobody has registered has no registrable domain. Its site is then `address` (an IP
literal) or `intranet` (localhost, a name of one label, a suffix that is on no list): which machine
of a private network it is would tell more than which site.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from reticent_contract import limits
from reticent_contract.catalog.model import Form
from reticent_contract.redact.forms import canonical_form
from reticent_contract.redact.suffixes import registrable

ADDRESS, INTRANET = "address", "intranet"
_SCHEMES = ("http", "https")
_NAME = re.compile(r"[A-Za-z0-9_.\-\x80-\U0010ffff]+")
_PARAMETERS = re.compile(r";[^/]*")


def reduced(url: str, detail: str) -> dict[str, str] | None:
    """`detail` is one of the policy's option; any other is taken for the least."""
    try:
        parts = urlsplit(url[: limits.HISTORY_URL_CHARS_MAX])
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or not name or len(name) > 253:
        return None
    if "\\" in parts.netloc:  # browsers read it as the slash that ends the host
        return None
    ip = _is_address(name)
    if not ip and not _NAME.fullmatch(name):
        return None
    host = name.partition("%")[0] if ip else canonical_form(Form.HOST, name)
    if not host:
        return None
    values = {"site": ADDRESS if ip else registrable(host) or INTRANET}
    if detail in ("host", "url"):
        values["site_host"] = host
    if detail == "url":
        shown = f"[{host}]" if ":" in host else host
        path = _PARAMETERS.sub("", parts.path)
        values["url"] = f"{parts.scheme}://{shown}{'' if port is None else f':{port}'}{path}"
    return values


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
