"""What the server counts about itself, for Prometheus.

Labels are stable words of the code (reasons, outcomes), never a device, a person or a value.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

ACK_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
GROUP_BUCKETS_ROWS = (1, 10, 100, 1_000, 5_000, 10_000, 20_000, 50_000, 100_000)


class Metrics:
    """One registry a server, so that several in one process (tests) do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.batches = self._counter("batches", "Batches by what became of them", "outcome")
        self.rows = self._counter("rows", "Rows stored durably")
        self.rows_expired = self._counter(
            "rows_expired", "Rows deleted because their retention was over", "table"
        )
        self.refused = self._counter("refused", "Batches refused for good", "reason")
        self.fields_unknown = self._counter(
            "fields_unknown", "Values dropped because this server's catalog does not know the field"
        )
        self.http_refused = self._counter(
            "http_refused", "Requests of API and console that were refused", "route", "status"
        )
        self.gaps = self._counter("gaps", "Batches that were not the next one")
        self.receipts_broken = self._counter(
            "receipts_broken", "Batches whose receipt does not follow the one before"
        )
        self.append_failures = self._counter("append_failures", "Group commits that failed")
        self.enrolments = self._counter("enrolments", "Enrolments by outcome", "outcome")
        self.renewals = self._counter("renewals", "Certificate renewals by outcome", "outcome")
        self.streams_refused = self._counter("streams_refused", "Streams turned away", "reason")
        self.conflicts = self._counter("conflicts", "Devices found speaking twice at once")
        self.server_rows = self._counter(
            "server_rows",
            "Rows that the server makes of a device, by what became of them",
            "outcome",
        )
        self.fronts_refused = self._counter(
            "fronts_refused", "Connections that a balancer's front did not take", "reason"
        )
        self.fronts_open = self._gauge("fronts_open", "Connections that fronts pass on")
        self.geo_file_broken = self._gauge(
            "geo_file_broken", "1 while the newest GeoIP file cannot be used", "key"
        )
        self.audit_problems = self._gauge(
            "audit_problems", "Problems of the audit trail that no administrator accepted"
        )
        self.audit_places_failing = self._gauge(
            "audit_places_failing", "Places that checkpoints of the audit trail cannot go to"
        )
        self.devices_silent = self._gauge(
            "devices_silent", "Devices in service that were not heard of for long", "group"
        )
        self.streams = self._gauge("streams", "Open telemetry streams")
        self.queue_rows = self._gauge("queue_rows", "Rows waiting for the group commit")
        self.queue_bytes = self._gauge("queue_bytes", "Bytes waiting for the group commit")
        self.ack_seconds = self._histogram(
            "ack_seconds", "From receipt of a batch to its durable storage", ACK_BUCKETS_S
        )
        self.append_seconds = self._histogram(
            "append_seconds", "One durable insert into the event store", ACK_BUCKETS_S
        )
        self.group_rows = self._histogram("group_rows", "Rows a group commit", GROUP_BUCKETS_ROWS)

    def render(self) -> bytes:
        """The text exposition format, version 0.0.4."""
        return generate_latest(self.registry)

    def _counter(self, name: str, sentence: str, *labels: str) -> Counter:
        return Counter(f"reticent_{name}", sentence, labels, registry=self.registry)

    def _gauge(self, name: str, sentence: str, *labels: str) -> Gauge:
        return Gauge(f"reticent_{name}", sentence, labels, registry=self.registry)

    def _histogram(self, name: str, sentence: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"reticent_{name}", sentence, buckets=buckets, registry=self.registry)
