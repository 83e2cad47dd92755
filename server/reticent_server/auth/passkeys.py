"""Passkeys (W3C WebAuthn level 2): registered, used to log on with nothing else, taken away.

A passkey proves possession and, because user verification is demanded each time, a finger or a PIN:
two factors in one. Verification, in this order:

1. the challenge in what the browser signed is ours, for this purpose and browser, and not over;
2. the passkey is known and its account enabled;
3. signature, origin, RP ID, user presence and verification, and the sign count, by `webauthn`;
4. the user handle, where one came, is the account's;
5. the challenge was not used before.

The caller owes the session. Nothing of the authenticator's make is asked for or kept.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from sqlalchemy import delete, func, select
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from reticent_server.auth import settings
from reticent_server.auth.authority import must_cover
from reticent_server.auth.challenges import Challenges
from reticent_server.auth.control import Control
from reticent_server.auth.errors import AccountError, PasskeyError
from reticent_server.auth.grants import Grant
from reticent_server.auth.models import Account, Passkey
from reticent_server.store.control.joining import Joining

LOG_ON, REGISTER = "log on", "register"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """What a passkey is bound to: the host name, and the origins that may ask for it."""

    rp_id: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyView:
    passkey_id: str
    name: str
    created_s: int
    last_used_s: int | None


class PasskeyService(Joining):
    """Calls block. Without `party` (the server's name is an address) or `key` there are none."""

    def __init__(
        self,
        control: Control,
        *,
        clock: Callable[[], float],
        key: bytes | None,
        party: RelyingParty | None,
    ) -> None:
        self._control = control
        self._clock = clock
        self._key = key or b""
        self._party = party if key else None
        part = hmac.digest(self._key, b"reticent passkey challenges 1", "sha256")
        self._challenges = Challenges(control, clock=clock, key=part)

    @property
    def possible(self) -> bool:
        return self._party is not None

    def offer(self, account_id: int, name: str, *, session_id: str) -> dict[str, Any]:
        """Options for `navigator.credentials.create`, as JSON. The caller owes the password."""
        party = self._needed()
        with self._control.read() as db:
            there = db.scalars(
                select(Passkey.credential_id).where(Passkey.account_id == account_id)
            ).all()
        options = generate_registration_options(
            rp_id=party.rp_id,
            rp_name="Reticent",
            user_name=name,
            user_id=self._handle(account_id),
            challenge=self._challenges.make(REGISTER, f"{account_id} {session_id}"),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=raw) for raw in there],
        )
        return _plain(options)

    def register(
        self, account_id: int, credential: Mapping[str, Any], *, session_id: str, name: str
    ) -> PasskeyView:
        """Raises PasskeyError for an answer that does not hold, AccountError for one too many."""
        return self.add(
            account_id, self.proved(account_id, credential, session_id=session_id), name=name
        )

    def proved(
        self, account_id: int, credential: Mapping[str, Any], *, session_id: str
    ) -> VerifiedRegistration:
        """What may be added; its challenge is used up, whatever becomes of it. PasskeyError."""
        party, challenge = self._needed(), _challenge_of(credential)
        try:
            verified = verify_registration_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=party.rp_id,
                expected_origin=list(party.origins),
                require_user_verification=True,
            )
        except Exception:  # noqa: BLE001 - whatever a hostile answer breaks in a parser
            raise PasskeyError from None
        self._challenges.use(challenge, REGISTER, f"{account_id} {session_id}")
        return verified

    def add(self, account_id: int, verified: VerifiedRegistration, *, name: str) -> PasskeyView:
        """Raises AccountError for one too many, PasskeyError for one that is there."""
        row = Passkey(
            passkey_id=secrets.token_hex(8),
            credential_sha256=hashlib.sha256(verified.credential_id).digest(),
            credential_id=verified.credential_id,
            account_id=account_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            name=_clean(name),
            created_s=int(self._clock()),
        )
        with self._control.session() as db:
            count = select(func.count()).where(Passkey.account_id == account_id)
            if (db.scalar(count) or 0) >= settings.PASSKEYS_PER_ACCOUNT_MAX:
                raise AccountError(
                    f"the account has {settings.PASSKEYS_PER_ACCOUNT_MAX} passkeys; none was added;"
                    " remove one first"
                )
            same = select(Passkey).where(Passkey.credential_sha256 == row.credential_sha256)
            if db.scalar(same) is not None:
                raise PasskeyError
            db.add(row)
            db.flush()
            return _view(row)

    def ask(self, browser: str) -> dict[str, Any]:
        """Options for `navigator.credentials.get`, as JSON, for whichever account."""
        party = self._needed()
        options = generate_authentication_options(
            rp_id=party.rp_id,
            challenge=self._challenges.make(LOG_ON, browser),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _plain(options)

    def verify(self, credential: Mapping[str, Any], *, browser: str) -> int:
        """The number of the account that it proves. Raises PasskeyError."""
        party, challenge = self._needed(), _challenge_of(credential)
        with self._control.read() as db:
            row = db.scalar(
                select(Passkey).where(Passkey.credential_sha256 == _credential_hash(credential))
            )
            account = db.get(Account, row.account_id) if row else None
        if row is None or account is None or account.disabled_s is not None:
            raise PasskeyError
        try:
            verified = verify_authentication_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=party.rp_id,
                expected_origin=list(party.origins),
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
            handle = credential["response"].get("userHandle")
            handle_is_right = not handle or hmac.compare_digest(
                base64url_to_bytes(handle), self._handle(row.account_id)
            )
        except Exception:  # noqa: BLE001 - whatever a hostile answer breaks in a parser
            raise PasskeyError from None
        if not handle_is_right:
            raise PasskeyError
        self._challenges.use(challenge, LOG_ON, browser)
        with self._control.session() as db:
            used = db.get(Passkey, row.passkey_id)
            # Under the write lock: two answers with one count, and the passkey was copied.
            if used is None or (
                verified.new_sign_count and verified.new_sign_count <= used.sign_count
            ):
                raise PasskeyError
            used.sign_count, used.last_used_s = verified.new_sign_count, int(self._clock())
        return account.account_id

    def list(self, account_id: int) -> list[PasskeyView]:
        wanted = select(Passkey).where(Passkey.account_id == account_id)
        with self._control.read() as db:
            return [_view(row) for row in db.scalars(wanted.order_by(Passkey.created_s))]

    def rename(self, account_id: int, passkey_id: str, name: str) -> bool:
        """Whether the account has such a passkey."""
        with self._control.session() as db:
            row = db.get(Passkey, passkey_id)
            if row is None or row.account_id != account_id:
                return False
            row.name = _clean(name)
            return True

    def remove(self, account_id: int, passkey_id: str | None = None, *, by: Sequence[Grant]) -> int:
        """How many were removed: this one, or all of the account. Raises BeyondError."""
        with self._control.session() as db:
            must_cover(db, account_id, by)
            mine = [Passkey.account_id == account_id]
            if passkey_id is not None:
                mine.append(Passkey.passkey_id == passkey_id)
            count = db.scalar(select(func.count()).select_from(Passkey).where(*mine)) or 0
            db.execute(delete(Passkey).where(*mine))
            return count

    def _needed(self) -> RelyingParty:
        if self._party is None:
            raise AccountError(
                "there are no passkeys here: they are bound to a host name, and this server is "
                "known by an address; nothing was done; set public_name to a name"
            )
        return self._party

    def _handle(self, account_id: int) -> bytes:
        """What an authenticator keeps beside the passkey: it says nothing of the account."""
        return hmac.digest(self._key, b"reticent passkey user 1, %d" % account_id, "sha256")


def _plain(options: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(options_to_json(options))
    return document


def _challenge_of(credential: Mapping[str, Any]) -> bytes:
    try:
        data = parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"]))
    except Exception:  # noqa: BLE001 - whatever a hostile answer breaks in a parser
        raise PasskeyError from None
    return data.challenge


def _credential_hash(credential: Mapping[str, Any]) -> bytes:
    try:
        return hashlib.sha256(base64url_to_bytes(credential["rawId"])).digest()
    except (KeyError, ValueError, TypeError, AttributeError):
        raise PasskeyError from None


def _clean(name: str) -> str:
    text = "".join(c for c in name if c.isprintable()).strip()
    return text[: settings.PASSKEY_NAME_CHARS_MAX] or "passkey"


def _view(row: Passkey) -> PasskeyView:
    return PasskeyView(
        passkey_id=row.passkey_id,
        name=row.name,
        created_s=row.created_s,
        last_used_s=row.last_used_s,
    )


def relying_party(public_name: str, port: int) -> RelyingParty | None:
    """Of the server's name as people reach it; None where that is an address (WebAuthn level 2,
    section 5.1.2: an RP ID is a domain)."""
    try:
        ip_address(public_name)
    except ValueError:
        origins = [f"https://{public_name}:{port}"]
        # Without a port too: a balancer may serve the console at 443.
        return RelyingParty(rp_id=public_name, origins=(*origins, f"https://{public_name}"))
    return None
