"""A second factor: set up, confirmed, removed."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from reticent_server.http.schemas.base import shape


class AgainIn(BaseModel):
    model_config = shape({"password": "correct horse battery staple"})

    password: Annotated[
        str, Field(min_length=1, max_length=1_024, json_schema_extra={"format": "password"})
    ]


class CodeIn(BaseModel):
    model_config = shape({"code": "287082"})

    code: Annotated[str, Field(min_length=1, max_length=32)]


class OfferOut(BaseModel):
    """What the authenticator app is given."""

    model_config = shape(
        {
            "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "uri": "otpauth://totp/Reticent:kiran?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        }
    )

    secret: str = Field(description="Base32.")
    uri: str = Field(description="The same with its parameters, for a QR code.")


class RecoveryCodesOut(BaseModel):
    model_config = shape({"recovery_codes": ["abcd-efgh-ijkl-mnop"]})

    recovery_codes: list[str] = Field(description="Each is good once, in place of a code.")


class SecondFactorOut(BaseModel):
    model_config = shape({"on": True, "recovery_codes_left": 9})

    on: bool
    recovery_codes_left: int
