"""Enrolment tokens: made, listed, revoked, used.

A token's secret is 256 random bits. So its SHA-256 is safe to store (there is nothing to guess,
and a slow hash would only slow the server), and finding the record by that hash tells an attacker
nothing through time: they cannot choose the hash.
"""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from reticent_contract.enrolment_token import EnrolmentToken
from reticent_contract.limits import (
    ENROLMENT_TOKEN_S_MAX,
    ENROLMENT_USES_MAX,
    NAME_CHARS_MAX,
    TOKEN_CHARS_MAX,
)
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.errors import EnrolmentError, NotFoundError, ServerError
from reticent_server.store.control.engine import ControlStore
from reticent_server.store.control.joining import Joining

SECRET_BYTES = 32
LIST_MAX = 1_000
_ASK = "no device was enrolled; ask an administrator for a new token"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """Times are seconds since 1970-01-01 UTC."""

    token_id: UUID
    group: str
    uses_max: int
    used: int
    created_s: int
    created_by: str
    expires_s: int
    revoked_s: int | None
    needs_approval: bool

    def usable(self, now_s: float) -> bool:
        return self.revoked_s is None and self.used < self.uses_max and now_s < self.expires_s


class EnrolmentTokens(Joining):
    """Thread-safe; calls block on the control store."""

    def __init__(
        self,
        control: ControlStore,
        *,
        ca_certificate_der: Callable[[], bytes],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._control = control
        self._ca_certificate_der = ca_certificate_der
        self._clock = clock

    def create_token(
        self,
        *,
        group: str,
        uses: int,
        expires_s: int,
        address: str,
        created_by: str = "",
        needs_approval: bool = False,
    ) -> str:
        """The token as one string, shown once and stored nowhere.

        `expires_s`: seconds since 1970-01-01 UTC; `address`: "host:port" of the enrolment port;
        `needs_approval`: each device waits until an administrator has approved it.
        Raises ServerError for a bound, TokenError for an address that is none.
        """
        now_s = int(self._clock())
        if not 1 <= uses <= ENROLMENT_USES_MAX:
            raise ServerError(
                f"an enrolment token has 1 to {ENROLMENT_USES_MAX} uses, not {uses}; none was made"
            )
        if not now_s < expires_s <= now_s + ENROLMENT_TOKEN_S_MAX:
            raise ServerError(
                "an enrolment token expires in the future, within a year (a time in seconds since "
                "1970 UTC); none was made; choose another expiry"
            )
        if not 0 < len(group) <= NAME_CHARS_MAX or not group.isprintable():
            raise ServerError(
                f"a group's name has 1 to {NAME_CHARS_MAX} printable characters; no token was made"
            )
        secret = secrets.token_urlsafe(SECRET_BYTES)
        text = EnrolmentToken(
            address=address,
            ca_certificate_der=self._ca_certificate_der(),
            secret=secret,
            expires_s=expires_s,
            uses=uses,
            group=group,
        ).encode()
        with self._control.session() as session:
            session.add(
                EnrolmentTokenRecord(
                    token_id=uuid.uuid4(),
                    secret_sha256=secret_sha256(secret),
                    group_name=group,
                    uses_max=uses,
                    used=0,
                    created_s=now_s,
                    created_by=created_by[:128],
                    expires_s=expires_s,
                    needs_approval=needs_approval,
                )
            )
        return text

    def list(self, *, groups: Collection[str] | None = None) -> list[TokenView]:
        """Newest first, at most LIST_MAX, of these groups; None is all."""
        wanted = select(EnrolmentTokenRecord).order_by(EnrolmentTokenRecord.created_s.desc())
        if groups is not None:
            wanted = wanted.where(EnrolmentTokenRecord.group_name.in_(groups))
        with self._control.read() as session:
            return [_view(record) for record in session.scalars(wanted.limit(LIST_MAX))]

    def revoke(self, token_id: UUID, *, groups: Collection[str] | None = None) -> TokenView:
        """No device enrols with it any more; those that did stay.

        Raises NotFoundError, also for one of another group than these; None is all.
        """
        with self._control.session() as session:
            record = session.get(EnrolmentTokenRecord, token_id)
            if record is None or (groups is not None and record.group_name not in groups):
                raise NotFoundError(f"there is no enrolment token {token_id}; nothing was changed")
            record.revoked_s = record.revoked_s or int(self._clock())
            return _view(record)


def secret_sha256(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def find_token(session: Session, secret: str, *, now_s: float) -> EnrolmentTokenRecord:
    """The record of a secret that is neither expired nor revoked. Raises EnrolmentError."""
    if len(secret) > TOKEN_CHARS_MAX:
        raise EnrolmentError("token-unknown", f"the enrolment token is not one; {_ASK}")
    wanted = secret_sha256(secret)
    record = session.scalar(
        select(EnrolmentTokenRecord).where(EnrolmentTokenRecord.secret_sha256 == wanted)
    )
    if record is None or not secrets.compare_digest(record.secret_sha256, wanted):
        raise EnrolmentError("token-unknown", f"the enrolment token is unknown here; {_ASK}")
    if record.revoked_s is not None:
        raise EnrolmentError("token-revoked", f"the enrolment token was revoked; {_ASK}")
    if now_s >= record.expires_s:
        raise EnrolmentError("token-expired", f"the enrolment token has expired; {_ASK}")
    return record


def use_token(session: Session, token_id: UUID) -> None:
    """Counts one use, never more than `uses_max`. Raises EnrolmentError."""
    counted = session.execute(
        update(EnrolmentTokenRecord)
        .where(
            EnrolmentTokenRecord.token_id == token_id,
            EnrolmentTokenRecord.used < EnrolmentTokenRecord.uses_max,
        )
        .values(used=EnrolmentTokenRecord.used + 1)
        .returning(EnrolmentTokenRecord.used)
    ).first()
    if counted is None:
        raise EnrolmentError("token-used-up", f"the enrolment token is used up; {_ASK}")


def _view(record: EnrolmentTokenRecord) -> TokenView:
    return TokenView(
        token_id=record.token_id,
        group=record.group_name,
        uses_max=record.uses_max,
        used=record.used,
        created_s=record.created_s,
        created_by=record.created_by,
        expires_s=record.expires_s,
        revoked_s=record.revoked_s,
        needs_approval=record.needs_approval,
    )
