"""What `doctor --receipts` says: the stored batches against the laptops' receipts.

Asks the running server, which holds the event store; else opens the store itself.
"""

from __future__ import annotations

import time
from pathlib import Path

from reticent_server.commands.client import running_server
from reticent_server.commands.findings import Finding
from reticent_server.commands.stores import control_of, events_of
from reticent_server.config import ServerConfig
from reticent_server.data_dir import is_initialised
from reticent_server.errors import ServerError
from reticent_server.receipt_chain import Verdict, verify

_CHECK = "receipts"
UNSEEN = (
    "not seen by this: values changed in stored rows, that a stream's first batches are gone, and, "
    "where nothing else here knows of later ones, that its last batches or the whole stream are "
    "(`reticent-agent sent` on the laptop shows the last ones)"
)
_FIX = (
    "compare with `reticent-agent sent` on the laptop; restore the event store from a backup that "
    "was made before, and ask who could write to its folder"
)


def check_receipts(config: ServerConfig) -> list[Finding]:
    """One finding where all is well, else one a problem; the first ones where there are many."""
    if not is_initialised(config.data_dir):
        return []  # the other checks have said so
    try:
        verdict = _verdict(config.data_dir)
    except (ServerError, OSError) as error:
        return [
            Finding(
                check=_CHECK,
                state="bad",
                found=f"not checked: {error}",
                fix="see the event store's check above; where the server takes too long, stop it "
                "and run this again",
            )
        ]
    if not verdict.broken:
        return [Finding(check=_CHECK, state="ok", found=_summary(verdict))]
    findings = [
        Finding(check=_CHECK, state="bad", found=str(problem)) for problem in verdict.problems
    ]
    more = verdict.broken - len(verdict.problems)
    told = f", of which {more} are not listed" if more else ""
    found = _summary(verdict, told)
    return [*findings, Finding(check=_CHECK, state="bad", found=found, fix=_FIX)]


def _verdict(data_dir: Path) -> Verdict:
    server = running_server(data_dir)
    if server is None:
        # Whoever asks a server needs neither.
        from reticent_server.devices.service import DeviceService
        from reticent_server.erasure.service import ErasureService
        from reticent_server.ingest.quarantine import Quarantine
        from reticent_server.retention.cuts import Cuts

        with control_of(data_dir) as control, events_of(data_dir) as events:
            erasures = ErasureService(control, DeviceService(control))
            cuts = Cuts(control, clock=time.time)
            return verify(
                events,
                erased=erasures.device_ids,
                whole_from_us=cuts.whole_from(),
                reached=Quarantine(control).reached(),
            )
    # The web framework takes a second to load: only who asks a server pays for it.
    from reticent_server.http.schemas.audit import ReceiptCheckOut

    return ReceiptCheckOut.model_validate(server.get("/api/v1/audit/receipts")).verdict()


def _summary(verdict: Verdict, more: str = "") -> str:
    """Numbers only, and what they do not say."""
    parts = [f"{verdict.batches} batches of {verdict.streams} streams"]
    if verdict.unchained:
        parts.append(f"{verdict.unchained} have no chain: their agents send no receipts")
    if verdict.not_comparable:
        parts.append(f"counts of {verdict.not_comparable} name what this server did not know")
    if verdict.expired:
        parts.append(f"of {verdict.expired} rows were deleted, by retention or as a person asked")
    if verdict.erased:
        parts.append(f"{verdict.erased} devices were erased: what they sent is there no more")
    if verdict.broken:
        problems = "1 problem" if verdict.broken == 1 else f"{verdict.broken} problems"
        parts.append(problems + more)
    return "; ".join((*parts, UNSEEN))
