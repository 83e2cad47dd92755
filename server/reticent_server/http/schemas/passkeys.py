"""Passkeys: what a browser is asked for and what it answers (W3C WebAuthn level 2 and 3)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from reticent_server.auth.passkeys import PasskeyView
from reticent_server.http.schemas.base import Time, maybe_time, shape, time_of

_PASSKEY = {
    "passkey_id": "5e1f0a7c9b3d2e48",
    "name": "laptop",
    "created_at": "2026-11-22T06:32:05Z",
    "last_used_at": None,
}
_CREDENTIAL = {"id": "kKk", "rawId": "kKk", "type": "public-key", "response": {}}
Name = Annotated[str, Field(min_length=1, max_length=64)]


class PasskeyOptionsOut(BaseModel):
    model_config = shape({"options": {"challenge": "kKk", "rpId": "telemetry.example.com"}})

    options: dict[str, Any] = Field(
        description="For `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."
    )


class PasskeyAnswerIn(BaseModel):
    model_config = shape({"credential": _CREDENTIAL})

    credential: dict[str, Any] = Field(description="`PublicKeyCredential.toJSON()`")


class NewPasskeyIn(BaseModel):
    model_config = shape({"name": "laptop", "credential": _CREDENTIAL})

    name: Name
    credential: dict[str, Any] = Field(description="`PublicKeyCredential.toJSON()`")


class PasskeyNameIn(BaseModel):
    model_config = shape({"name": "laptop"})

    name: Name


class PasskeyOut(BaseModel):
    model_config = shape(_PASSKEY)

    passkey_id: str
    name: str
    created_at: Time
    last_used_at: Time | None

    @classmethod
    def of(cls, view: PasskeyView) -> PasskeyOut:
        return cls(
            passkey_id=view.passkey_id,
            name=view.name,
            created_at=time_of(view.created_s),
            last_used_at=maybe_time(view.last_used_s),
        )


class PasskeysOut(BaseModel):
    model_config = shape({"passkeys": [_PASSKEY]})

    passkeys: list[PasskeyOut]
