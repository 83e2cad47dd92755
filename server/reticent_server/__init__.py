"""The server: ingest, store, query, and the control plane."""

__version__ = "0.1.0"
