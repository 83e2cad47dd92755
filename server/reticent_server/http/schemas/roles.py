"""Roles, and which account holds which."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from reticent_server.auth import settings
from reticent_server.auth.account_view import AccountView
from reticent_server.auth.recorded_roles import RoleWish
from reticent_server.auth.roles import RoleView
from reticent_server.http.schemas.base import Time, maybe_time, shape, time_of

_WISH = {
    "scopes": ["read:devices", "read:events"],
    "groups": ["lab"],
    "columns": ["session", "host.host_name"],
}
_ROLE = {"name": "lab-helpdesk", **_WISH, "builtin": False, "accounts": 2}
_ACCOUNT = {
    "name": "kiran",
    "roles": ["analyst"],
    "created_at": "2026-11-22T06:32:05Z",
    "disabled_at": None,
}
Text = Annotated[str, Field(min_length=1, max_length=130)]
RoleName = Annotated[str, Field(min_length=1, max_length=64)]


class RoleIn(BaseModel):
    """What a role gives. A limit that is left out is none."""

    model_config = shape(_WISH)

    scopes: Annotated[list[Text], Field(min_length=1, max_length=64)]
    groups: Annotated[list[Text], Field(max_length=settings.ROLE_GROUPS_MAX)] | None = Field(
        default=None, description="Device groups within which the scopes hold."
    )
    columns: Annotated[list[Text], Field(max_length=settings.ROLE_COLUMNS_MAX)] | None = Field(
        default=None,
        description="Tables (`session`) and columns (`host.host_name`) that are shown.",
    )

    def wish(self) -> RoleWish:
        return RoleWish(scopes=self.scopes, groups=self.groups, columns=self.columns)


class NewRoleIn(RoleIn):
    model_config = shape({"name": "lab-helpdesk", **_WISH})

    name: RoleName


class RoleOut(BaseModel):
    model_config = shape(_ROLE)

    name: str
    scopes: list[str]
    groups: list[str] | None = Field(description="Null for all groups.")
    columns: list[str] | None = Field(description="Null for all tables.")
    builtin: bool
    accounts: int = Field(description="How many accounts hold it.")

    @classmethod
    def of(cls, view: RoleView) -> RoleOut:
        groups, columns = view.grant.groups, view.grant.columns
        return cls(
            name=view.name,
            scopes=sorted(view.grant.scopes),
            groups=None if groups is None else sorted(groups),
            columns=None if columns is None else sorted(columns),
            builtin=view.builtin,
            accounts=view.accounts,
        )


class RolesOut(BaseModel):
    model_config = shape({"roles": [_ROLE]})

    roles: list[RoleOut]


class AccountOut(BaseModel):
    model_config = shape(_ACCOUNT)

    name: str
    roles: list[str]
    created_at: Time
    disabled_at: Time | None

    @classmethod
    def of(cls, view: AccountView) -> AccountOut:
        return cls(
            name=view.name,
            roles=list(view.roles),
            created_at=time_of(view.created_s),
            disabled_at=maybe_time(view.disabled_s),
        )


class AccountsOut(BaseModel):
    model_config = shape({"accounts": [_ACCOUNT]})

    accounts: list[AccountOut]


class AccountRolesIn(BaseModel):
    """All roles of the account from now on."""

    model_config = shape({"roles": ["analyst", "lab-helpdesk"]})

    roles: Annotated[list[RoleName], Field(max_length=settings.ROLES_PER_ACCOUNT_MAX)]


class AccountRolesOut(BaseModel):
    model_config = shape({"name": "kiran", "roles": ["analyst", "lab-helpdesk"]})

    name: str
    roles: list[str]
