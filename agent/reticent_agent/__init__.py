"""The agent: collect, redact, spool, stream."""

__version__ = "0.1.0"
