"""Puts a policy in force, or refuses it whole."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import (
    AlreadyInForceError,
    NotYetValidError,
    Policy,
    PolicyError,
    verify_signed,
)
from reticent_contract.v1 import policy_pb2

from reticent_agent.errors import PolicyRefusedError, PolicyWaitsError
from reticent_agent.policy.store import Floor, PolicyStore

_NONE = (
    "No policy is in force, and nothing is collected until the server sends one that holds; the "
    "administrator has to publish it"
)
_WAITING = "No policy is in force, and nothing is collected until the laptop takes this one up then"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Who decides. `public_key` and `group` came with the enrolment, never from the connection."""

    store: PolicyStore
    public_key: bytes
    catalog: Catalog
    group: str

    def stored(self, *, now_s: int) -> Policy | None:
        """The policy that was in force when the agent last ran; None where there was none.

        It is verified like a new one. Raises PolicyRefusedError where it does not hold any more.
        """
        stored = self.store.load(public_key=self.public_key, group=self.group)
        if stored is None:
            return None
        try:
            return verify_signed(
                stored.signed,
                public_key=self.public_key,
                now_s=now_s,
                version_in_force=stored.floor.version - 1,
                catalog=self.catalog,
                group=self.group,
            )
        except PolicyError as error:
            raise PolicyRefusedError(
                f"the stored policy does not hold: {error.said}. {_NONE}"
            ) from None

    def accept(
        self, signed: policy_pb2.SignedPolicy, *, now_s: int, is_one_in_force: bool = True
    ) -> Policy | None:
        """The new policy, on disk already; None where it is the one in force.

        1. what is on disk says which version must be exceeded; 2. `verify_signed` with its own
        steps; 3. the policy and the new floor are durable before anybody uses it.
        Raises PolicyRefusedError, PolicyWaitsError where its first day is still to come; then
        nothing has changed.
        """
        floor, sha256 = self._in_force(signed)
        try:
            policy = verify_signed(
                signed,
                public_key=self.public_key,
                now_s=now_s,
                version_in_force=floor,
                catalog=self.catalog,
                sha256_in_force=sha256,
                group=self.group,
            )
        except AlreadyInForceError:
            return None
        except NotYetValidError as error:
            told = str(error) if is_one_in_force else f"{error.said}. {_WAITING}"
            raise PolicyWaitsError(told, until_s=error.until_s) from None
        except PolicyError as error:
            told = str(error) if is_one_in_force else f"{error.said}. {_NONE}"
            raise PolicyRefusedError(told) from None
        self.store.save(signed, floor=policy.version, public_key=self.public_key, group=self.group)
        return policy

    def _in_force(self, signed: policy_pb2.SignedPolicy) -> tuple[int, bytes | None]:
        """The version that `signed` must exceed, and the hash of the one that is in force.

        Versions count within the group that the laptop is enrolled in; the floor of one that it
        comes back to is still there, and the policy that it names may be put in force again.
        Where policy.json is damaged or behind its floor (a crash between the two writes), the
        policy that the floor names may be put in force again; an older one never.
        """
        stored, mark, damaged = None, None, False
        try:
            stored = self.store.load(public_key=self.public_key, group=self.group)
        except PolicyRefusedError:
            damaged = True
        with suppress(PolicyRefusedError):  # the floor in policy.json is as good
            mark = self.store.floor(public_key=self.public_key, group=self.group)
        if damaged and mark is None:
            raise PolicyRefusedError(
                "neither policy.json nor policy.floor can be read, so nobody knows which version "
                "was in force; nothing is collected; restore one of them, or delete both and "
                "accept any version that the server has signed"
            )
        known = [mark] if mark is not None else []
        if stored is not None:
            known.append(stored.floor)
        floor = max(known, key=lambda one: one.version, default=Floor(0, b""))
        sha256 = None if stored is None else stored.signed.sha256
        held = stored is not None and stored.of_group and stored.signed.version >= floor.version
        if not held and signed.sha256 == floor.sha256:
            return floor.version - 1, sha256
        return floor.version, sha256
