"""A second factor: time-based codes (TOTP, RFC 6238) and the recovery codes that go with them.

A code is six digits over 30 seconds with HMAC-SHA-1, which is what every authenticator app knows.
The shared secret lies in the control store encrypted under a key that does not (AES-256-GCM, bound
to its account): 12 bytes nonce, then the ciphertext. Recovery codes are 120 random bits each
(NIST SP 800-63B asks 112 of what is kept unsalted), of which the SHA-256 is kept.

Must hold: a code opens once. The step of the last one used is stored in the transaction that
accepts it, so neither a second server nor a second request takes it again; a recovery code is
deleted in the same way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from reticent_server.auth import settings
from reticent_server.auth.authority import must_cover
from reticent_server.auth.control import Control
from reticent_server.auth.errors import AccountError, WrongCodeError
from reticent_server.auth.grants import Grant
from reticent_server.auth.models import Passkey, RecoveryCode, TotpSecret
from reticent_server.store.control.joining import Joining

ISSUER = "Reticent"
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an authenticator app is given; shown until the first code proves that it has it."""

    secret: str  # base32
    uri: str  # otpauth://


class SecondFactor(Joining):
    """Calls block. `key`: 32 bytes; without it nothing can be set up or checked."""

    def __init__(self, control: Control, *, clock: Callable[[], float], key: bytes | None) -> None:
        self._control = control
        self._clock = clock
        self._key = key

    def is_on(self, account_id: int) -> bool:
        """Whether there is any second factor, codes or a passkey."""
        with self._control.read() as db:
            return factor_is_on(db, account_id)

    def codes_are_on(self, account_id: int) -> bool:
        with self._control.read() as db:
            return _codes_are_on(db, account_id)

    def codes_left(self, account_id: int) -> int:
        with self._control.read() as db:
            wanted = select(func.count()).where(RecoveryCode.account_id == account_id)
            return db.scalar(wanted) or 0

    def offer(self, account_id: int, name: str) -> Offer:
        """A secret to set up, in place of one that was offered and not confirmed.

        Raises AccountError where the second factor is on already.
        """
        secret = secrets.token_bytes(settings.TOTP_SECRET_BYTES)
        with self._control.session() as db:
            row = db.get(TotpSecret, account_id)
            if row is not None and row.confirmed:
                raise AccountError(
                    "a second factor is set up already; nothing was changed; remove it first"
                )
            row = row or TotpSecret(account_id=account_id)
            row.sealed, row.confirmed, row.last_step = self._seal(account_id, secret), False, 0
            db.add(row)
        return _offer(name, secret)

    def offered(self, account_id: int, name: str, *, secret: str) -> Offer | None:
        """What was offered and not confirmed yet, for whoever was shown its secret already.

        An offer stays until it is confirmed, and the session that asks may be another's by then.
        """
        with self._control.read() as db:
            row = db.get(TotpSecret, account_id)
            if row is None or row.confirmed:
                return None
            made = _offer(name, self._open(row))
        return made if hmac.compare_digest(made.secret.encode(), secret.encode()) else None

    def confirm(self, account_id: int, code: str) -> tuple[str, ...]:
        """Turns it on, and gives the recovery codes, this once. Raises WrongCodeError."""
        codes = tuple(_recovery_code() for _ in range(settings.RECOVERY_CODES))
        with self._control.session() as db:
            row = db.get(TotpSecret, account_id)
            if row is None or row.confirmed or not self._takes(row, code):
                raise WrongCodeError
            row.confirmed = True
            db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
            for made in codes:
                db.add(RecoveryCode(code_sha256=_digest(account_id, made), account_id=account_id))
        return codes

    def check(self, account_id: int, code: str) -> None:
        """Takes a code, of the app or a recovery code, and uses it up. Raises WrongCodeError."""
        with self._control.session() as db:
            row = db.get(TotpSecret, account_id)
            if row is None or not row.confirmed:
                raise WrongCodeError
            if not self._takes(row, code):
                spare = db.get(RecoveryCode, _digest(account_id, code))
                if spare is None or spare.account_id != account_id:
                    raise WrongCodeError
                db.delete(spare)

    def remove(self, account_id: int, *, by: Sequence[Grant]) -> bool:
        """Whether there was one; it and its recovery codes are gone. Raises BeyondError."""
        with self._control.session() as db:
            must_cover(db, account_id, by)
            was_on = _codes_are_on(db, account_id)
            db.execute(delete(TotpSecret).where(TotpSecret.account_id == account_id))
            db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
            return was_on

    def _takes(self, row: TotpSecret, code: str) -> bool:
        """Whether it is the code of a step that was not used yet; notes the step."""
        digits = "".join(code.split())
        if len(digits) != settings.TOTP_DIGITS or not (digits.isascii() and digits.isdigit()):
            return False
        totp = TOTP(self._open(row), settings.TOTP_DIGITS, SHA1(), settings.TOTP_STEP_S)  # noqa: S303 - within HMAC
        now_step = int(self._clock()) // settings.TOTP_STEP_S
        for step in (now_step - 1, now_step, now_step + 1):  # a phone's clock may be off by a step
            expected = totp.generate(step * settings.TOTP_STEP_S)
            if step > row.last_step and hmac.compare_digest(expected, digits.encode()):
                row.last_step = step
                return True
        return False

    def _seal(self, account_id: int, secret: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher().encrypt(nonce, secret, _bound_to(account_id))

    def _open(self, row: TotpSecret) -> bytes:
        nonce, sealed = row.sealed[:_NONCE_BYTES], row.sealed[_NONCE_BYTES:]
        try:
            return self._cipher().decrypt(nonce, sealed, _bound_to(row.account_id))
        except InvalidTag:
            raise AccountError(
                "the second factor cannot be read with this server's key; nobody was logged on; "
                "restore secrets/login.key, or have the second factor removed "
                "(`reticent-server user reset-factor NAME`)"
            ) from None

    def _cipher(self) -> AESGCM:
        if self._key is None:
            raise AccountError(
                "the key of second factors is not loaded here; nothing was changed; use the "
                "running server"
            )
        return AESGCM(self._key)


def factor_is_on(db: Session, account_id: int) -> bool:
    """Codes or a passkey: the password alone is then not enough."""
    passkey = select(Passkey.passkey_id).where(Passkey.account_id == account_id).limit(1)
    return _codes_are_on(db, account_id) or db.scalar(passkey) is not None


def _codes_are_on(db: Session, account_id: int) -> bool:
    row = db.get(TotpSecret, account_id)
    return row is not None and row.confirmed


def _offer(name: str, secret: bytes) -> Offer:
    text = base64.b32encode(secret).decode()
    totp = TOTP(secret, settings.TOTP_DIGITS, SHA1(), settings.TOTP_STEP_S)  # noqa: S303 - within HMAC
    return Offer(secret=text, uri=totp.get_provisioning_uri(name, ISSUER))


def _bound_to(account_id: int) -> bytes:
    return b"reticent totp 1, account %d" % account_id


def _recovery_code() -> str:
    """24 letters and digits of base32 in groups of four, 120 bits."""
    text = base64.b32encode(secrets.token_bytes(15)).decode().lower()
    return "-".join(text[i : i + 4] for i in range(0, 24, 4))


def _digest(account_id: int, code: str) -> bytes:
    plain = "".join(c for c in code.lower() if c.isalnum())
    return hashlib.sha256(b"%d " % account_id + plain.encode(errors="replace")).digest()
