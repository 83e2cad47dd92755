"""Makes a data directory that a server can start from: keys, stores, the first policy.

Running it again completes what is missing and changes nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml
from sqlalchemy.orm import Session

from reticent_server.audit import AuditService
from reticent_server.audit.service import Entry
from reticent_server.audit.trail import audit_key
from reticent_server.ca.place import TokenPlace
from reticent_server.ca.server_certificate import ServerCertificate
from reticent_server.data_dir import control_path, events_path, secrets_dir
from reticent_server.errors import NotFoundError, ServerError
from reticent_server.keys import load_keys, make_keys
from reticent_server.policies.published import SHARE_WHOLE, AuthorText
from reticent_server.policies.reading import DEFAULT_GROUP
from reticent_server.policies.service import PolicyService
from reticent_server.policies.yaml_source import load_yaml
from reticent_server.store.control.engine import open_control

DEFAULT_NAMES = ("localhost", "127.0.0.1", "::1")


def initialise(
    data_dir: Path,
    *,
    names: Sequence[str] = (),
    token: TokenPlace | None = None,
    clock: Callable[[], float] = time.time,
) -> None:
    """Makes what is missing under `data_dir`; `names` go into the server's certificate.

    `token` is to keep the issuing key, where there is one.

    Raises ServerError.
    """
    if data_dir.exists() and not data_dir.is_dir():
        raise ServerError(
            f"{data_dir} is a file, and a data directory is a folder; nothing was made; name "
            "another place with --data"
        )
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        data_dir.chmod(0o700)
        events_path(data_dir).mkdir(mode=0o700, exist_ok=True)
        make_keys(data_dir, clock=clock, token=token)
        audit_key(data_dir)
    except OSError as error:
        raise ServerError(
            f"{data_dir} cannot be set up ({error.strerror}); what was made stays; correct the "
            "folder's owner or make room, then run `reticent-server init` again",
            permanent=False,
        ) from error
    keys = load_keys(data_dir, clock=clock, token=token)
    ServerCertificate(
        ca=keys.ca,
        path=secrets_dir(data_dir) / "server.pem",
        names=tuple(dict.fromkeys((*names, *DEFAULT_NAMES))),
        clock=clock,
    )
    control = open_control(control_path(data_dir))
    try:
        policies = PolicyService(control, signing_key=keys.policy, catalog=CATALOG, clock=clock)
        try:
            policies.current()
        except NotFoundError:
            text = AuthorText(text=default_policy_yaml(), author="init")
            ready = policies.ready(load_yaml(text.text), group=DEFAULT_GROUP, text=text)

            def published(db: Session) -> Entry:
                policies.store_in(
                    db, ready, group=DEFAULT_GROUP, publisher="init", share=SHARE_WHOLE
                )
                return Entry(
                    actor="local",
                    action="server.init",
                    object="keys, stores and policy default 1",
                    source_address="this machine",
                )

            AuditService(control, clock=clock).record_with(published)
    finally:
        control.close()
