"""Support bundles for the console: made by the running server, shown, agreed to, sealed.

Must hold: whoever is here sees what a person of the vendor would see, and no more; nothing is
sealed that a second person did not agree to, where the configuration asks for one; a file is whole
before its approval is used, and given out after. All block. Raise ProblemError.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reticent_contract.redact.sealed import SealError, parse_seal_key, sealer

from reticent_server.approvals.kinds import Kind
from reticent_server.approvals.request import Request
from reticent_server.approvals.subjects import bundle_subject
from reticent_server.audit.chain import Record
from reticent_server.audit.filters import AuditFilter
from reticent_server.auth import Caller, Scope
from reticent_server.errors import ServerError
from reticent_server.http.approving import use_or_ask
from reticent_server.http.problems import ProblemError, not_found
from reticent_server.limits import BUNDLE_BYTES_MAX
from reticent_server.services import Services
from reticent_server.support import keeping
from reticent_server.support.counting import counts_of

_ENTRIES_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`entries`: of the audit trail, for whoever may read it; None for others."""

    bundle: str
    text: str
    sealed_for: tuple[str, ...]
    requests: list[Request]
    entries: list[Record] | None


def make(services: Services, caller: Caller, *, source_address: str) -> str:
    """The new bundle's ID. The log is not in it: a server does not read its own."""
    from reticent_server.support.gathering import Gathering  # loads an engine

    counts = counts_of(services.devices, services.erasures, services.cuts, server_runs=True)
    verdicts = {"control": "ok", **services.health.verdicts()}  # it was counted in the first
    text = Gathering().bundle(
        services.config,
        counts=counts,
        verdicts=verdicts.items(),
        metrics=services.metrics.render().decode(),
        log=(),
        now_s=time.time(),
    )
    if len(text.encode()) > BUNDLE_BYTES_MAX:
        raise ProblemError(
            409,
            "bundle-too-large",
            f"the bundle is larger than {BUNDLE_BYTES_MAX >> 10} KiB; nothing was kept; make one "
            "with `reticent-server support-bundle make`",
        )
    with _as_problem():
        bundle = keeping.keep(_folder(services), text)
    _record(services, caller, "support.make", keeping.name_of(bundle), source_address)
    return bundle


def show(services: Services, caller: Caller, bundle: str, *, source_address: str) -> Shown:
    text, folder = _text(services, bundle), _folder(services)
    _record(services, caller, "support.view", keeping.name_of(bundle), source_address)
    requests = [
        one
        for one in services.approvals.list(caller=caller)
        if one.kind is Kind.SUPPORT_BUNDLE and one.name == keeping.name_of(bundle)
    ]
    only = AuditFilter(object=keeping.name_of(bundle))
    may = caller.may(Scope.ADMIN_AUDIT)
    return Shown(
        bundle=bundle,
        text=text,
        sealed_for=keeping.sealed_for(folder, bundle),
        requests=requests,
        entries=services.audit.page(limit=_ENTRIES_SHOWN, only=only).entries if may else None,
    )


def seal(
    services: Services,
    caller: Caller,
    bundle: str,
    *,
    vendor_key: str,
    reason: str,
    source_address: str,
) -> None:
    """What is sealed for that key already stays as it is."""
    text, folder = _text(services, bundle), _folder(services)
    try:
        key = parse_seal_key(vendor_key.strip())
    except SealError as error:
        raise ProblemError(
            422, "invalid-request", f"the vendor's key {error}; nothing was sealed; ask the vendor"
        ) from None
    if keeping.sealed_path(folder, bundle, key.key_id) is not None:
        return
    part = keeping.new_part(folder, bundle, key.key_id)
    with _as_problem():
        keeping.put(part, sealer(key, keeping.PLACE)(text) + "\n")
    try:
        subject = bundle_subject(keeping.name_of(bundle), text, key=str(key))
        used = use_or_ask(services, caller, subject, reason=reason, address=source_address)
    except ProblemError:
        part.unlink(missing_ok=True)
        raise
    services.audit.record(
        actor=caller.name,
        action="support.seal",
        object=keeping.sealed_as(bundle, key.key_id, used.request_id),
        reason=used.reason,
        source_address=source_address,
    )
    part.replace(folder / f"{bundle}-{key.key_id}.sealed")


def sealed_file(
    services: Services, caller: Caller, bundle: str, key_id: str, *, source_address: str
) -> bytes:
    found = keeping.sealed_text(_folder(services), bundle, key_id)
    if found is None:
        raise not_found("sealed bundle")
    about = f"{keeping.name_of(bundle)} for key {key_id}"
    _record(services, caller, "support.download", about, source_address)
    return found


def _record(
    services: Services, caller: Caller, action: str, about: str, source_address: str
) -> None:
    services.audit.record(
        actor=caller.name, action=action, object=about, source_address=source_address
    )


@contextmanager
def _as_problem() -> Iterator[None]:
    try:
        yield
    except ServerError as error:
        raise ProblemError(503, "disk", str(error)) from None


def _folder(services: Services) -> Path:
    return keeping.folder_of(services.config.data_dir)


def _text(services: Services, bundle: str) -> str:
    try:
        return keeping.kept(_folder(services), bundle)
    except ServerError:
        raise not_found("bundle") from None
