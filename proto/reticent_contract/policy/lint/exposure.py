"""Lints for what leaves although the author, elsewhere in the policy, meant to hide it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from reticent_contract.catalog.model import Field, FieldClass, Form, Kind, Shape
from reticent_contract.policy.lint.model import Context, Spot
from reticent_contract.policy.lint.places import (
    Written,
    is_pseudonymised,
    keeps,
    scans_of,
    teaches_own,
    written_rules,
)
from reticent_contract.redact.actions import Bucket, IpPrefix, Keep, Mask, Scan, Truncate
from reticent_contract.redact.actions.base import TEXTUAL

# A field, and the fields whose values may stand in it (the catalog's sentences say where).
CARRIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("network_interface.name", ("network_interface.mac_address",)),
    ("user_account.home_directory", ("user_account.user_name", "session.user_name")),
    ("user_account.shell", ("user_account.user_name", "session.user_name")),
    ("session.terminal", ("session.remote_address",)),
    ("session.remote_host", ("session.remote_address",)),
    ("disk.model", ("disk.serial",)),
    ("disk.wwid", ("disk.serial",)),
    ("usb.product", ("usb.serial",)),
)
# Characters that most values of a form have; of a serial, of the short ones.
_USUAL_CHARS = {
    Form.USER: 8,
    Form.EMAIL: 18,
    Form.HOST: 12,
    Form.IP: 12,
    Form.MAC: 12,
    Form.UUID: 32,
    Form.SERIAL: 8,
    Form.PHONE: 10,
    Form.DIGITS: 15,
    Form.TEXT: 10,
}
_TOGETHER = 64  # so many values at least have to leave as one
_PREFIX_BITS_SAFE = 26  # of IPv4: a network of that many addresses
# A household is commonly given 56 bits (RFC 6177): a network of that many households.
_V6_BITS_SAFE = 50
_IDENTIFIERS = (FieldClass.DIRECT_ID, FieldClass.QUASI_ID)


def kept_identifiers(context: Context, *, of: FieldClass) -> Iterator[Spot]:
    for written in written_rules(context.policy, context.catalog):
        if isinstance(written.rule.action, Keep) and written.field.field_class is of:
            yield Spot(
                written.path,
                f"{written.name} leaves in the clear: {_lower(written.field.sentence)}",
                *_in_place_of_keep(written.field),
            )


def _in_place_of_keep(field: Field) -> tuple[str, tuple[object, ...]]:
    """What hides such a field, and that the language takes for its type and form."""
    if field.shape is Shape.DEGREES:
        grid = {"generalise": {"to": "grid", "degrees": 5}}
        return "drop it, or write {generalise: {to: grid, degrees: 5}}", ("drop", grid)
    if field.type not in TEXTUAL:
        return "drop it, or write count_only", ("drop", "count_only")
    if field.form is Form.IP:
        prefix = {"ip_prefix": {"v4": 24, "v6": 48}}
        said = "pseudonymise or drop it, or write {ip_prefix: {v4: 24, v6: 48}}"
        return said, ("pseudonymise", "drop", prefix)
    return "pseudonymise or drop it", ("pseudonymise", "drop")


def unscanned_content(context: Context) -> Iterator[Spot]:
    for written in written_rules(context.policy, context.catalog):
        if written.field.field_class is FieldClass.CONTENT and isinstance(
            written.rule.action, Keep | Truncate
        ):
            yield Spot(
                written.path,
                f"{written.name} can hold anything, and leaves without being searched",
                "use scan in its place",
                ("scan",),
            )


def barely_hidden(context: Context) -> Iterator[Spot]:
    for written in written_rules(context.policy, context.catalog):
        if written.field.field_class not in _IDENTIFIERS:
            continue
        said = _barely(written)
        if said:
            advice, instead = _in_place_of_keep(written.field)
            yield Spot(
                written.path,
                f"{said}; so few values are left that the whole one is guessed",
                f"leave less of it, or {advice}",
                instead,
            )
    for written, scan in scans_of(context.policy, context.catalog):
        for name, treatment in scan.treatments.items():
            for tier in ("A", "B"):
                part = treatment.of(tier)
                v4 = 0 if name == "ipv6" else part.v4
                v6 = 0 if name == "ipv4" else part.v6
                said = _network(v4, v6) if part.kind == IpPrefix.name else ""
                if said:
                    yield Spot(
                        _treatment_path(written, name),
                        f"what the detector {name} finds in {written.name} leaves as {said}; so "
                        "few are left that the whole one is guessed",
                        f"leave less of it, or write {name}: pseudonymise",
                        ("pseudonymise",),
                    )
                    break


def _barely(written: Written) -> str:
    """What is left of a field's values, where that is nearly all; else nothing."""
    action, usual = written.rule.action, _USUAL_CHARS[written.field.form]
    if isinstance(action, Truncate) and 2 * action.characters > usual:
        return f"the first {action.characters} characters of {written.name} leave"
    if isinstance(action, Mask) and 2 * action.keep_last > usual:
        return f"the last {action.keep_last} characters of {written.name} leave"
    if isinstance(action, IpPrefix) and (network := _network(action.v4, action.v6)):
        return f"{written.name} leaves as {network}"
    if isinstance(action, Bucket) and written.field.shape is not Shape.DEGREES:
        widths = [after - before for before, after in pairwise(action.bounds)]
        narrowest = min([*widths, *([action.width] if action.width is not None else [])], default=0)
        if 0 < narrowest < _TOGETHER:
            return f"{written.name} leaves as one of {narrowest} numbers"
    return ""


def _network(v4: int, v6: int) -> str:
    if v4 > _PREFIX_BITS_SAFE:
        left = 2 ** (32 - v4)
        return f"one of {left} addresses" if left > 1 else "it is"
    if v6 > _V6_BITS_SAFE:
        return f"its network of {v6} bits, of which a household has one or more to itself"
    return ""


def kept_beside_hidden(context: Context) -> Iterator[Spot]:
    """A value stands in the clear inside one field, while the rule of another one hides it."""
    rules = {w.name: w for w in written_rules(context.policy, context.catalog)}
    for carrier, carried in CARRIES:
        written = rules.get(carrier)
        if written is None or not isinstance(written.rule.action, Keep):
            continue
        for name in carried:
            if _hides(rules.get(name)):
                yield Spot(
                    written.path,
                    f"{carrier} is kept and may hold {name}, which does not leave as it is",
                    "use {scan: {own: pseudonymise}} in its place",
                    ({"scan": {"own": "pseudonymise"}},),
                )
                break


def _hides(written: Written | None) -> bool:
    """A field without a rule is hidden too."""
    return written is None or not isinstance(written.rule.action, Keep)


def same_thing_twice(context: Context) -> Iterator[Spot]:
    """The same name, form and class, or one link group, mean the same thing in two tables."""
    rules = list(written_rules(context.policy, context.catalog))
    groups = {m: g for g, members in context.policy.link_groups.items() for m in members}
    for written in rules:
        if not isinstance(written.rule.action, Keep | Mask | Truncate):
            continue
        if written.field.field_class not in _IDENTIFIERS:
            continue
        group = groups.get(written.name)
        for other in rules:
            alike = other.field.name == written.field.name and (
                other.field.form is written.field.form
                and other.field.field_class is written.field.field_class
            )
            linked = group is not None and groups.get(other.name) == group
            if other is not written and (alike or linked) and is_pseudonymised(other):
                yield Spot(
                    written.path,
                    f"{written.name} leaves by {written.rule.action.name}, while {other.name}, "
                    "which means the same, is pseudonymised; one tells who the other is",
                    f"pseudonymise {written.name} as well, or drop it",
                    ("pseudonymise", "drop"),
                )
                break


def own_kept(context: Context) -> Iterator[Spot]:
    for written, scan in scans_of(context.policy, context.catalog):
        if keeps(scan.treatments["own"]):
            yield Spot(
                _treatment_path(written, "own"),
                f"{written.name} keeps what the laptop knows of itself: serials, host name, users",
                "write own: pseudonymise",
                ("pseudonymise",),
            )


def own_not_learned(context: Context) -> Iterator[Spot]:
    """A laptop collects, and so learns from, only the tables that its policy names."""
    teaching = [table.name for table in context.catalog if teaches_own(table)]
    missing = [name for name in teaching if name not in context.policy.tables]
    for written, scan in scans_of(context.policy, context.catalog):
        if missing and written.table.kind is Kind.EVENT and scan.treatments["own"].kind != "keep":
            yield Spot(
                written.path,
                f"{written.name} is searched for what the laptop knows of itself, and it knows "
                f"nothing of {', '.join(missing)}, which the policy does not name",
                "name these tables; all of their fields may be dropped",
            )


def scan_keeps_what_a_field_hides(context: Context) -> Iterator[Spot]:
    hidden: dict[Form, str] = {}
    for written in written_rules(context.policy, context.catalog):
        if is_pseudonymised(written) and written.field.form is not Form.TEXT:
            hidden.setdefault(written.field.form, written.name)
    for written, scan in scans_of(context.policy, context.catalog):
        for name, treatment in scan.treatments.items():
            detector = context.policy.detectors.get(name)
            field = None if detector is None else hidden.get(detector.form)
            if name != "own" and keeps(treatment) and field is not None:
                yield Spot(
                    _treatment_path(written, name),
                    f"{written.name} keeps what the detector {name} finds, while {field} is "
                    "pseudonymised; one tells who the other is",
                    f"write {name}: pseudonymise",
                    ("pseudonymise",),
                )


def _treatment_path(written: Written, detector: str) -> tuple[str | int, ...]:
    return (*written.path, Scan.name, detector)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")
