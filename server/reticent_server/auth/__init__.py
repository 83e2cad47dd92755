"""Who may ask the server what: accounts, sessions, API tokens.

Enters: names, passwords, codes, passkeys' answers, cookies and bearer tokens as a client sent them.
Leaves: a `Caller` with the scopes it holds, or a refusal. Must hold: no secret is stored in a form
that can be used (argon2id for passwords, SHA-256 of random bits for sessions, tokens and links,
AES-GCM under a key from elsewhere for the secrets of codes), and an unknown name costs as long as a
known one.
"""

from reticent_server.auth.accounts import AccountService
from reticent_server.auth.caller import Caller
from reticent_server.auth.scopes import Role, Scope

__all__ = ["AccountService", "Caller", "Role", "Scope"]
