"""An issuing key that a PKCS #11 token keeps: an HSM, a smart card, a key service with a module.

Enters: a place, by the operator's configuration. Leaves: a private key that signs like any other
of `cryptography`, whose certificate builder calls nothing but `sign`. Must hold: the private half
never leaves the token, and the PIN is in no repr, error or log.

Source: PKCS #11 v2.40 (OASIS), CKM_ECDSA over a digest made here: every token has it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from reticent_server.ca.files import read_secret
from reticent_server.ca.place import TokenPlace
from reticent_server.errors import ServerError

if TYPE_CHECKING:
    import pkcs11
    from typing_extensions import Buffer

_CURVES = (ec.SECP256R1, ec.SECP384R1)
_held: dict[TokenPlace, TokenKey] = {}  # a process logs on to a token once; its sessions are few
_holding = threading.Lock()


class TokenKey(ec.EllipticCurvePrivateKey):
    """A private key in a token. Thread-safe. Raises ServerError where the token does not sign."""

    def __init__(self, public: ec.EllipticCurvePublicKey, find: Callable[[], pkcs11.Key]) -> None:
        self._public = public
        self._find = find
        self._lock = threading.Lock()
        self._key: pkcs11.Key | None = None

    def sign(self, data: Buffer, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """An ECDSA signature in DER (RFC 3279). A session that the token ended is opened anew."""
        algorithm = signature_algorithm.algorithm
        if isinstance(algorithm, utils.Prehashed):
            digest = bytes(data)
        else:
            hasher = hashes.Hash(algorithm)
            hasher.update(bytes(data))
            digest = hasher.finalize()
        with self._lock:
            try:
                return self._signed(digest)
            except _failures():
                self._end_session()
            try:
                return self._signed(digest)
            except _failures() as error:
                self._end_session()
                raise _unusable(error) from error

    def close(self) -> None:
        """Ends the session; the next signature opens another."""
        with self._lock:
            self._end_session()

    def _signed(self, digest: bytes) -> bytes:
        import pkcs11
        from pkcs11.util.ec import encode_ecdsa_signature

        if self._key is None:
            self._key = self._find()
        if not isinstance(self._key, pkcs11.SignMixin):
            raise ServerError("the token lets its issuing key sign nothing; correct its usage")
        raw = self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)
        return encode_ecdsa_signature(raw)

    def _end_session(self) -> None:
        if self._key is not None:
            _end(self._key.session)
        self._key = None

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def exchange(self, *_: object, **__: object) -> NoReturn:
        raise UnsupportedAlgorithm("an issuing key signs and does nothing else")

    def private_numbers(self) -> NoReturn:
        raise UnsupportedAlgorithm("the private half stays in the token")

    def private_bytes(self, *_: object, **__: object) -> NoReturn:
        raise UnsupportedAlgorithm("the private half stays in the token")

    def __copy__(self) -> TokenKey:
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> TokenKey:
        return self


def open_token_key(place: TokenPlace) -> TokenKey:
    """The key named by `place`. Raises ServerError."""
    return _with_session(place, lambda session: _key_of(session, place))


def held_token_key(place: TokenPlace, public: object) -> TokenKey:
    """The same, kept with its session for as long as it is the one of `public`.

    Raises ServerError.
    """
    with _holding:
        key = _held.get(place)
        if key is None or key.public_key() != public:
            found = open_token_key(place)
            if key is not None:
                key.close()
            _held[place] = key = found
        return key


def open_or_make(place: TokenPlace) -> TokenKey:
    """That key; where the token has none of the name, a P-256 pair is made in it and stays there.

    Raises ServerError.
    """

    def made(session: pkcs11.Session) -> TokenKey:
        import pkcs11
        from pkcs11.util.ec import encode_named_curve_parameters

        kind = {pkcs11.Attribute.LABEL: place.key, pkcs11.Attribute.CLASS: _private()}
        if next(iter(session.get_objects(kind)), None) is not None:
            return _key_of(session, place)
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        parameters.generate_keypair(store=True, label=place.key)
        return _key_of(session, place)

    return _with_session(place, made)


def _key_of(session: pkcs11.Session, place: TokenPlace) -> TokenKey:
    import pkcs11
    from pkcs11.util.ec import encode_ec_public_key

    found = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=place.key)
    if not isinstance(found, pkcs11.PublicKey):
        raise ServerError(f"the token's {place.key!r} is no public key; correct ca.pkcs11_key")
    public = serialization.load_der_public_key(encode_ec_public_key(found))
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, _CURVES):
        raise ServerError(
            f"the key {place.key!r} of the PKCS #11 token is on neither P-256 nor P-384; no "
            "certificate was issued; name another"
        )

    def find() -> pkcs11.Key:
        session = _session(place)
        try:
            return session.get_key(object_class=_private(), label=place.key)
        except BaseException:
            _end(session)
            raise

    return TokenKey(public, find)


def _private() -> pkcs11.ObjectClass:
    import pkcs11

    return pkcs11.ObjectClass.PRIVATE_KEY


def _with_session(place: TokenPlace, use: Callable[[pkcs11.Session], TokenKey]) -> TokenKey:
    failures = _failures()
    try:
        session = _session(place)
        try:
            return use(session)
        finally:
            _end(session)
    except failures as error:
        raise _unusable(error) from error


def _session(place: TokenPlace) -> pkcs11.Session:
    """Of its own; the log-on, which a process has once for each token, may be there already."""
    import pkcs11

    pin = read_secret(place.pin_file).decode("utf-8", "replace").strip()
    token = pkcs11.lib(str(place.module)).get_token(token_label=place.token)
    try:
        return token.open(rw=True, user_pin=pin)
    except pkcs11.exceptions.UserAlreadyLoggedIn:
        return token.open(rw=True)


def _end(session: pkcs11.Session) -> None:
    with contextlib.suppress(*_failures()):  # the token may have ended it
        session.close()


def _failures() -> tuple[type[Exception], ...]:
    """What a token's module, and the library for it, raise."""
    import pkcs11

    return pkcs11.exceptions.PKCS11Error, RuntimeError, OSError


def _unusable(error: Exception) -> ServerError:
    return ServerError(
        f"the PKCS #11 token of the issuing key cannot be used ({type(error).__name__}); no "
        "certificate was issued; see that its module, label, PIN and key are those under [ca] and "
        "that the token answers",
        permanent=False,
    )
