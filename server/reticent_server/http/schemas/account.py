"""Logging on, and one's own API tokens."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from reticent_server.auth import Caller
from reticent_server.auth.sessions import NewSession
from reticent_server.auth.tokens import NewToken, TokenView
from reticent_server.http.schemas.base import Time, maybe_time, shape, time_of

_ME = {
    "name": "admin",
    "roles": ["administrator"],
    "scopes": ["read:devices", "read:events"],
    "via": "session",
    "must_set_password": False,
    "must_add_factor": False,
}
_TOKEN = {
    "token_id": "5e1f0a7c9b3d2e48",
    "name": "SIEM export",
    "scopes": ["read:events"],
    "created_at": "2026-11-22T06:32:05Z",
    "expires_at": "2027-02-20T06:32:05Z",
    "last_used_at": None,
    "revoked_at": None,
}


class LogOnIn(BaseModel):
    model_config = shape({"name": "admin", "password": "correct horse battery staple"})

    name: Annotated[str, Field(min_length=1, max_length=256)]
    password: Annotated[
        str, Field(min_length=1, max_length=1_024, json_schema_extra={"format": "password"})
    ]
    code: Annotated[
        str | None,
        Field(max_length=32, description="Of the second factor, where the account has one."),
    ] = None


class PasswordIn(BaseModel):
    model_config = shape({"old": "k7m2p-w9x3q-abcde-fghjk", "new": "correct horse battery staple"})

    old: Annotated[str, Field(min_length=1, max_length=1_024)]
    new: Annotated[str, Field(min_length=1, max_length=1_024)]


class MeOut(BaseModel):
    """Who the server takes the caller for."""

    model_config = shape(_ME)

    name: str
    roles: list[str]
    scopes: list[str]
    via: Literal["session", "token", "local"]
    must_set_password: bool = Field(description="True until a password of one's own is set.")
    must_add_factor: bool = Field(description="True until a second factor is set up.")

    @classmethod
    def of(cls, caller: Caller) -> MeOut:
        return cls(
            name=caller.name,
            roles=list(caller.roles),
            scopes=sorted(caller.scopes),
            via=caller.via,
            must_set_password=caller.must_set_password,
            must_add_factor=caller.must_add_factor,
        )


class SessionOut(BaseModel):
    """A new session. The session itself is in the cookie that comes with this."""

    model_config = shape(
        {"account": _ME, "csrf_token": "kKk...Q==", "expires_at": "2026-11-22T18:32:05Z"}
    )

    account: MeOut
    csrf_token: str = Field(description="Send it as X-CSRF-Token with whatever changes something.")
    expires_at: Time

    @classmethod
    def of(cls, session: NewSession) -> SessionOut:
        return cls(
            account=MeOut.of(session.caller),
            csrf_token=session.csrf_token,
            expires_at=time_of(session.expires_s),
        )


class ApiTokenIn(BaseModel):
    model_config = shape({"name": "SIEM export", "scopes": ["read:events"], "days": 90})

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[
        list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=32)
    ]
    days: Annotated[int, Field(ge=1, le=366, description="Until it expires.")] = 90


class ApiTokenOut(BaseModel):
    model_config = shape(_TOKEN)

    token_id: str
    name: str
    scopes: list[str]
    created_at: Time
    expires_at: Time
    last_used_at: Time | None
    revoked_at: Time | None

    @classmethod
    def of(cls, view: TokenView) -> ApiTokenOut:
        return cls(
            token_id=view.token_id,
            name=view.name,
            scopes=list(view.scopes),
            created_at=time_of(view.created_s),
            expires_at=time_of(view.expires_s),
            last_used_at=maybe_time(view.last_used_s),
            revoked_at=maybe_time(view.revoked_s),
        )


class NewApiTokenOut(BaseModel):
    model_config = shape({"token": "rtat_7Yk...", "view": _TOKEN})

    token: str = Field(description="Shown this once; the server keeps only its hash.")
    view: ApiTokenOut

    @classmethod
    def of(cls, new: NewToken) -> NewApiTokenOut:
        return cls(token=new.token, view=ApiTokenOut.of(new.view))


class ApiTokensOut(BaseModel):
    model_config = shape({"tokens": [_TOKEN]})

    tokens: list[ApiTokenOut]
