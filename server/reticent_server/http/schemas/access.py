"""Who can log on, and the sessions there are."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, Field

from reticent_server.auth.account_view import AccountView
from reticent_server.auth.openings import Openings
from reticent_server.auth.sessions import SessionView
from reticent_server.http.schemas.base import Time, maybe_time, shape, time_of

_SESSION = {
    "session_id": "5e1f0a7c9b3d2e48",
    "created_at": "2026-11-22T06:32:05Z",
    "last_used_at": "2026-11-22T07:01:40Z",
    "expires_at": "2026-11-22T18:32:05Z",
    "network": "192.0.2.0/24",
    "browser": "Firefox on Linux",
    "current": True,
}
_ACCESS = {
    "name": "kiran",
    "source": "local",
    "has_password": True,
    "has_second_factor": False,
    "disabled_at": None,
    "locked_until": None,
    "sessions": 2,
    "api_tokens": 1,
    "passkeys": 0,
}


class LoginSessionOut(BaseModel):
    model_config = shape(_SESSION)

    session_id: str = Field(description="Names the session; it opens nothing.")
    created_at: Time
    last_used_at: Time
    expires_at: Time = Field(description="Its end, unless it is unused for long before.")
    network: str = Field(description="Of the address that it began from.")
    browser: str
    current: bool = Field(description="Whether it is the one that asks.")

    @classmethod
    def of(cls, view: SessionView, *, current: bool) -> LoginSessionOut:
        return cls(
            session_id=view.session_id,
            created_at=time_of(view.created_s),
            last_used_at=time_of(view.last_used_s),
            expires_at=time_of(view.expires_s),
            network=view.network,
            browser=view.browser,
            current=current,
        )


class LoginSessionsOut(BaseModel):
    model_config = shape({"sessions": [_SESSION]})

    sessions: list[LoginSessionOut]

    @classmethod
    def of(cls, views: Iterable[SessionView], *, current: str | None) -> LoginSessionsOut:
        return cls(sessions=[LoginSessionOut.of(v, current=v.session_id == current) for v in views])


class EndedOut(BaseModel):
    model_config = shape({"ended": 2})

    ended: int = Field(description="How many sessions ended.")


class EndedAllOut(BaseModel):
    """What was ended."""

    model_config = shape({"sessions": 2, "api_tokens": 1, "passkeys": 1})

    sessions: int
    api_tokens: int
    passkeys: int

    @classmethod
    def of(cls, ended: Openings) -> EndedAllOut:
        return cls(sessions=ended.sessions, api_tokens=ended.api_tokens, passkeys=ended.passkeys)


class AccessOut(BaseModel):
    """Whether somebody can log on to an account."""

    model_config = shape(_ACCESS)

    name: str
    source: str = Field(
        description="`local`: it is logged on to here; `oidc`: by the OpenID provider alone."
    )
    has_password: bool = Field(description="False until its one-time link was used.")
    has_second_factor: bool
    disabled_at: Time | None
    locked_until: Time | None = Field(description="After failed log-ons; it may be over.")
    sessions: int
    api_tokens: int = Field(description="Those that are good; a new password does not end them.")
    passkeys: int = Field(description="Likewise.")

    @classmethod
    def of(cls, view: AccountView, openings: Openings) -> AccessOut:
        return cls(
            name=view.name,
            source=view.source,
            has_password=view.has_password,
            has_second_factor=view.has_second_factor,
            disabled_at=maybe_time(view.disabled_s),
            locked_until=maybe_time(view.locked_until_s),
            sessions=openings.sessions,
            api_tokens=openings.api_tokens,
            passkeys=openings.passkeys,
        )


class AccessListOut(BaseModel):
    model_config = shape({"accounts": [_ACCESS]})

    accounts: list[AccessOut]
