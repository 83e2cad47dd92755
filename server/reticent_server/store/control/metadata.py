"""Every model there is, for migrations. A new domain adds its line here."""

from __future__ import annotations

import reticent_server.approvals.models
import reticent_server.audit.models
import reticent_server.auth.models
import reticent_server.devices.models
import reticent_server.enrolment.models
import reticent_server.erasure.models
import reticent_server.ingest.models
import reticent_server.policies.models
import reticent_server.retention.models
import reticent_server.rights.models
import reticent_server.scim.models
from reticent_server.store.control.base import Base

MODELS = (
    reticent_server.approvals.models,
    reticent_server.audit.models,
    reticent_server.auth.models,
    reticent_server.devices.models,
    reticent_server.enrolment.models,
    reticent_server.erasure.models,
    reticent_server.ingest.models,
    reticent_server.policies.models,
    reticent_server.retention.models,
    reticent_server.rights.models,
    reticent_server.scim.models,
)

METADATA = Base.metadata
