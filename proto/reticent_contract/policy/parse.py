"""From a document to a `Policy`: refuses what it does not understand, and says all of it at once.

Enters: a mapping as YAML or canonical JSON gives it. Leaves: a `Policy`.
Must hold: no key, table, field, action, parameter, detector or option that is unknown passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import re2

from reticent_contract.catalog.model import Catalog, Form, Table
from reticent_contract.limits import (
    NAME_CHARS_MAX,
    POLICY_NAME_CHARS_MAX,
    POLICY_RULES_MAX,
    POLICY_TEXT_CHARS_MAX,
)
from reticent_contract.policy.canonical import INTEGER_MAX, canonical_bytes, canonical_document
from reticent_contract.policy.errors import PolicyError
from reticent_contract.policy.model import SCAN_PREFIX, Policy
from reticent_contract.policy.parse_detectors import (
    read_allow,
    read_detectors,
    read_phone_region,
)
from reticent_contract.policy.parse_seal import read_seal, refuse_without_key
from reticent_contract.policy.parse_tables import read_table
from reticent_contract.policy.parse_tests import read_tests
from reticent_contract.reading import At, Problem, known_words
from reticent_contract.redact.detectors import DETECTORS, Detector

LANGUAGE = 1
# A group with the name of a later detector was valid before there was that detector, and stays so.
_FIRST_DETECTORS = ("secret", "own", "email", "mac", "ipv6", "ipv4", "uuid", "user")
KEYS = (
    "language",
    "version",
    "group",
    "not_before",
    "expires",
    "purpose",
    "legal_basis",
    "notice",
    "pseudonyms",
    "seal",
    "scan",
    "detectors",
    "allow",
    "tables",
    "tests",
)
# Words of what its author writes alone: publication flattens it, and laptops know neither.
EXTENDS, LOOSER = "extends", "looser"
REQUIRED = ("language", "version", "purpose", "legal_basis", "pseudonyms", "tables")
EPOCH_MAX = 2**31 - 1
GROUP_NAME = r"^[a-z][a-z0-9_]{0,63}$"
_GROUP = re2.compile(GROUP_NAME)
_YEAR = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
# Days that exist, and seconds of them.
TIME = f"^(?:{_YEAR}-{_DAY}|{_LEAP}-02-29)(?:T{_CLOCK}Z)?$"
_TIME = re2.compile(TIME)


def parse_policy(document: Mapping[str, object], catalog: Catalog) -> Policy:
    """PolicyError names every problem with its place (`.located` for the line numbers)."""
    canonical = canonical_bytes(document)
    problems: list[Problem] = []
    policy = _read(At(problems), dict(document), catalog, hashlib.sha256(canonical).digest())
    if problems or policy is None:
        happened = "the policy was refused"
        version = document.get("version")
        if isinstance(version, int) and not isinstance(version, bool):
            happened = f"policy {version} was refused"
        raise PolicyError(happened, problems, next_step="correct these places and sign it again")
    return policy


def load_canonical(data: bytes, catalog: Catalog) -> Policy:
    """The policy of canonical bytes, as they are stored and sent. PolicyError as above."""
    return parse_policy(canonical_document(data), catalog)


def _read(at: At, raw: dict[str, object], catalog: Catalog, sha256: bytes) -> Policy | None:
    given = at.mapping(raw, known=KEYS)
    for key in REQUIRED:
        if key not in given:
            at.problem(f"{key} is missing")
    language = given.get("language", LANGUAGE)
    if isinstance(language, bool) or language != LANGUAGE:  # true is 1 to Python
        at.at("language").problem(f"must be {LANGUAGE}, the language this version understands")
    version = at.at("version").integer(given.get("version", 1), low=1, high=INTEGER_MAX)
    group = _device_group(at.at("group"), given.get("group"))
    not_before_s = _time(at.at("not_before"), given.get("not_before"))
    expires_s = _time(at.at("expires"), given.get("expires"))
    if expires_s is not None and expires_s <= (not_before_s or 0):
        at.at("expires").problem("must be later than not_before")
    phone_region = read_phone_region(at.at("scan"), given.get("scan", {}))
    detectors = read_detectors(at.at("detectors"), given.get("detectors", {}), phone_region)
    allow = read_allow(at.at("allow"), given.get("allow", []))
    epoch, groups = _pseudonyms(
        at.at("pseudonyms"), given.get("pseudonyms", {"epoch": 1}), catalog, detectors
    )
    tables_at = at.at("tables")
    tables = {
        name: read_table(tables_at.at(name), table, value, detectors)
        for name, value in tables_at.mapping(given.get("tables", {}), what="table").items()
        if (table := _known_table(tables_at, name, catalog)) is not None
    }
    if sum(len(table.rules) for table in tables.values()) > POLICY_RULES_MAX:
        tables_at.problem(f"more than {POLICY_RULES_MAX} rules")
    seal_key = read_seal(at.at("seal"), given["seal"]) if "seal" in given else None
    if seal_key is None and "seal" not in given:
        refuse_without_key(tables_at, tables)
    tests = read_tests(at.at("tests"), given.get("tests", []), catalog)
    words = {
        key: _words(at.at(key), given.get(key)) for key in ("purpose", "legal_basis", "notice")
    }
    if at.problems or version is None:
        return None
    return Policy(
        version=version,
        group=group,
        not_before_s=not_before_s or 0,
        expires_s=expires_s,
        purpose=words["purpose"],
        legal_basis=words["legal_basis"],
        notice=words["notice"],
        epoch=epoch,
        seal_key=seal_key,
        link_groups=groups,
        tables=MappingProxyType(tables),
        tests=tests,
        detectors=detectors,
        phone_region=phone_region,
        allow=allow,
        sha256=sha256,
        document=MappingProxyType(raw),
    )


def _words(at: At, value: object) -> str:
    if value is None:
        return ""
    return (at.text(value, chars_max=POLICY_TEXT_CHARS_MAX) or "").strip()


def _device_group(at: At, value: object) -> str | None:
    """The device group whose laptops alone may run the policy; None: any of the organisation's."""
    if value is None:
        return None
    name = at.text(value, chars_max=NAME_CHARS_MAX)
    if name is not None and not name.isprintable():
        at.problem("must be printable, as the names of device groups are")
    return name


def _known_table(at: At, name: str, catalog: Catalog) -> Table | None:
    table = catalog.get(name)
    if table is None:
        at.at(name).problem(f"unknown table {name!r} {known_words(catalog.tables, name)}")
    return table


def _time(at: At, value: object) -> int | None:
    """`2026-11-22T00:00:00Z` or `2026-11-22` (midnight UTC) in seconds since 1970."""
    if value is None:
        return None
    if isinstance(value, str) and _TIME.match(value):
        return int(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp())
    at.problem("must be a time such as 2026-11-22T00:00:00Z, in quotes or not")
    return None


def _pseudonyms(
    at: At, value: object, catalog: Catalog, detectors: Mapping[str, Detector]
) -> tuple[int, Mapping[str, tuple[str, ...]]]:
    given = at.mapping(value, known=("epoch", "link_groups"))
    if "epoch" not in given:
        at.problem("epoch is missing")
    epoch = at.at("epoch").integer(given.get("epoch", 1), low=1, high=EPOCH_MAX)
    groups_at = at.at("link_groups")
    taken: dict[str, str] = {}
    groups: dict[str, tuple[str, ...]] = {}
    for name, listed in groups_at.mapping(given.get("link_groups", {}), what="group").items():
        inside = groups_at.at(name)
        groups[name] = tuple(
            member
            for i, item in enumerate(inside.items(listed, items_max=POLICY_RULES_MAX))
            if (member := inside.at(i).text(item, chars_max=2 * POLICY_NAME_CHARS_MAX)) is not None
        )
        _check_group(inside, name, groups[name], taken, catalog, detectors)
    return epoch or 1, MappingProxyType(groups)


def _check_group(
    at: At,
    name: str,
    members: tuple[str, ...],
    taken: dict[str, str],
    catalog: Catalog,
    detectors: Mapping[str, Detector],
) -> None:
    if not _GROUP.match(name):
        at.problem("a link group's name has lower case letters, digits and _, at most 64")
    own = name in detectors and name not in DETECTORS
    if (name in _FIRST_DETECTORS or own) and SCAN_PREFIX + name not in members:
        at.problem(f"is also a detector's name; give it another or add {SCAN_PREFIX + name!r}")
    forms: set[Form] = set()
    for i, member in enumerate(members):
        inside = at.at(i)
        if member in taken:
            inside.problem(f"{member} is in group {taken[member]} already")
        taken[member] = name
        form = form_of(member, catalog, detectors)
        if form is None:
            inside.problem(f"{member!r} is neither table.field nor scan:detector")
        elif member != SCAN_PREFIX + "own":  # takes the form of what was learned
            forms.add(form)
    if len(forms) > 1:
        listed = ", ".join(sorted(forms))
        at.problem(f"joins values of different forms ({listed}), whose pseudonyms never agree")


def form_of(
    member: str, catalog: Catalog, detectors: Mapping[str, Detector] = DETECTORS
) -> Form | None:
    if member.startswith(SCAN_PREFIX):
        detector = detectors.get(member.removeprefix(SCAN_PREFIX))
        return detector.form if detector is not None and not detector.always_removed else None
    table, _, name = member.partition(".")
    entry = catalog.get(table)
    field = entry.by_name.get(name) if entry is not None else None
    return field.form if field is not None else None
