"""Lints for detectors: what a scan keeps of their findings, and those that find nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reticent_contract.policy.lint.counted import never_holds
from reticent_contract.policy.lint.model import Context, Spot
from reticent_contract.policy.lint.places import keeps, scans_of
from reticent_contract.redact.actions import Scan
from reticent_contract.redact.detectors import DETECTORS

# What the built-in detectors find that points at a person only together with other things, or at
# none by itself. What is in neither set names a person or one device.
TOGETHER = frozenset(("ipv4", "ipv6", "fqdn", "geo", "url", "uuid", "vehicle", "gstin", "ifsc"))
# Of these other lints speak, or no policy may keep them.
ELSEWHERE = frozenset(("own", "secret"))


def kept_findings(context: Context, *, together: bool) -> Iterator[Spot]:
    """Of what names somebody; with `together`, of what does so with other things alone."""
    for written, scan in scans_of(context.policy, context.catalog):
        for name, treatment in scan.treatments.items():
            of = name in TOGETHER or name not in DETECTORS
            if name in ELSEWHERE or of is not together or not keeps(treatment):
                continue
            sentence = context.policy.detectors[name].sentence.rstrip(".")
            hidden = "pseudonymise" if name in DETECTORS else "replace"
            yield Spot(
                (*written.path, Scan.name, name),
                f"{written.name} keeps what the detector {name} finds ({sentence})",
                f"write {name}: {hidden}, or replace" if hidden != "replace" else "write replace",
                (hidden, "replace"),
            )


def dead_detectors(context: Context) -> Iterator[Spot]:
    if any(True for _ in scans_of(context.policy, context.catalog)):
        return
    for name in _given(context):
        yield Spot(
            ("detectors", name),
            f"the detector {name} finds nothing, because no field is scanned",
            "scan a field, or leave the detector out",
        )


def checksums_that_never_hold(context: Context) -> Iterator[Spot]:
    """Only what is certain: of a pattern that is not understood nothing is said."""
    for name, said in _given(context).items():
        checksum = said.get("checksum") if isinstance(said, Mapping) else None
        if not isinstance(said, Mapping) or not isinstance(checksum, str):
            continue
        counted = never_holds(str(said.get("pattern", "")), checksum)
        if counted:
            yield Spot(
                ("detectors", name),
                f"the detector {name} finds nothing: of what it matches {counted} characters count "
                f"for {checksum}, which never holds over so many",
                "correct the pattern, or leave the checksum out",
            )


def _given(context: Context) -> Mapping[str, object]:
    given = context.policy.document.get("detectors")
    return given if isinstance(given, Mapping) else {}
