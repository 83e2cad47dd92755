"""Support bundles: what the vendor would see, the second person, the sealed file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.console.pages import render
from reticent_server.http import supporting
from reticent_server.http.guard import ServicesDep, address_of, requires, requires_form
from reticent_server.limits import APPROVAL_REASON_CHARS_MAX, BUNDLE_KEPT_S
from reticent_server.support import keeping

router = APIRouter(include_in_schema=False, prefix="/support")
Reader = Annotated[Caller, requires(Scope.READ_METRICS)]
Maker = Annotated[Caller, requires_form(Scope.READ_METRICS)]


@router.get("")
def bundles_page(request: Request, services: ServicesDep, caller: Reader) -> Response:
    context = {
        "bundles": keeping.all_kept(keeping.folder_of(services.config.data_dir)),
        "kept_days": BUNDLE_KEPT_S // 86_400,
    }
    return render(request, "support.html", context, caller=caller)


@router.post("")
def make(request: Request, services: ServicesDep, caller: Maker) -> Response:
    bundle = supporting.make(services, caller, source_address=address_of(request))
    return RedirectResponse(f"/support/{bundle}", status_code=303)


@router.get("/{bundle}")
def bundle_page(bundle: str, request: Request, services: ServicesDep, caller: Reader) -> Response:
    shown = supporting.show(services, caller, bundle, source_address=address_of(request))
    return render(request, "support_bundle.html", {"shown": shown}, caller=caller)


@router.post("/{bundle}/seal")
def seal(
    bundle: str,
    request: Request,
    services: ServicesDep,
    caller: Maker,
    vendor_key: Annotated[str, Form(min_length=1, max_length=200)],
    reason: Annotated[str, Form(min_length=1, max_length=APPROVAL_REASON_CHARS_MAX)],
) -> Response:
    """Where a second person is asked for, the problem's page says so, and which request waits."""
    supporting.seal(
        services,
        caller,
        bundle,
        vendor_key=vendor_key,
        reason=reason,
        source_address=address_of(request),
    )
    return RedirectResponse(f"/support/{bundle}#sealed", status_code=303)


@router.get("/{bundle}/sealed/{key_id}")
def download(
    bundle: str, key_id: str, request: Request, services: ServicesDep, caller: Reader
) -> Response:
    found = supporting.sealed_file(
        services, caller, bundle, key_id, source_address=address_of(request)
    )
    return Response(
        found,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="reticent-support-{bundle}.sealed"',
            "Cache-Control": "no-store",
        },
    )
