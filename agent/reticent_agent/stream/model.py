"""What the stream needs of the agent, and how a conversation can end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reticent_contract.kept import Kept
from reticent_contract.v1 import identity_pb2, policy_pb2, telemetry_pb2

from reticent_agent.errors import AgentError


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What Hello says of the agent beside its spool. No policy: version 0, no hash."""

    catalog_version: int
    policy_version: int
    policy_sha256: bytes
    instance_id: bytes
    pseudonym_keys_kept: Kept | None = None  # None: there are none yet
    machine_signals: Sequence[identity_pb2.MachineSignal] = ()
    actions: Sequence[telemetry_pb2.Command.Action.ValueType] = ()  # what `asked` does


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcomed:
    """What the server said of itself."""

    catalog_version: int
    clock_ahead_us: int  # server's clock minus the laptop's
    keys: Sequence[policy_pb2.PseudonymKey]


class Steering(Protocol):
    """Whoever runs the agent. Coroutines may take as long as a policy takes to compile."""

    def standing(self) -> Standing: ...

    async def welcomed(self, welcomed: Welcomed) -> telemetry_pb2.PolicyReport | None:
        """The report goes to the server: what Hello said is in force cannot be run, and why."""

    async def keyed(
        self, keys: Sequence[policy_pb2.PseudonymKey]
    ) -> telemetry_pb2.PolicyReport | None:
        """The pseudonym keys changed while the stream was open."""

    async def offered(self, signed: policy_pb2.SignedPolicy) -> telemetry_pb2.PolicyReport: ...

    async def asked(self, command: telemetry_pb2.Command) -> telemetry_pb2.CommandReport | None:
        """An administrator asks for one of `Standing.actions`; None: the answer comes later."""

    def acked(self, rows: int) -> None: ...

    def batch_refused(self, *, seq: int, rows: int, reason: str) -> None: ...

    def stream_replaced(self, *, reason: str, batches: int) -> None: ...

    def connection(self, state: str, *, error: str | None) -> None:
        """`state` is connecting, connected, waiting (for approval) or offline."""


class OrderedError(AgentError):
    """The server ordered this device to do something; the stream has ended."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message, permanent=True)
        self.reason = reason


class RekeyOrderedError(OrderedError):
    """Discard the identity and enrol again."""


class StopOrderedError(OrderedError):
    """Stop collecting and sending."""


class UninstallBegunError(OrderedError):
    """What was collected is deleted next, and then the identity."""


class ApprovalAwaitedError(AgentError):
    """An administrator has to approve this laptop first; the stream has ended."""

    def __init__(self) -> None:
        super().__init__(
            "this laptop waits for an administrator's approval; nothing is collected or sent; the "
            "agent asks again by itself; they can compare the key's SHA-256 that `reticent-agent "
            "status` shows",
            permanent=False,
        )


class CertificateExpiredError(AgentError):
    """The server does not take the certificate, and it is past its time."""
