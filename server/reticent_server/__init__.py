"""The server: ingest, store, query, and the control plane."""

import os

from reticent_contract.tls import force_tls13

__version__ = "0.1.0"

# Both here, because grpc reads them when any module below imports it first.
force_tls13()
# Else every port scan writes lines of grpc's own form between the JSON lines of the log.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
