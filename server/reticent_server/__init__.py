"""The server: ingest, store, query, and the control plane."""

from reticent_contract.tls import force_tls13

__version__ = "0.1.0"

force_tls13()  # here, because grpc reads it when any module below imports it first
