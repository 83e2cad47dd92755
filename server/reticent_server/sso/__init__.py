"""Single sign-on by OpenID Connect: from "log me in" to a person whom the provider vouches for.

Enters: the operator's `[oidc]` table, a browser that comes back from the provider. Leaves: a
`Person` whose ID token was verified; `auth.sso_accounts` makes an account's session of it. Must
hold: nothing that a provider or a browser sends is believed before its signature, and nothing of it
gets into a log.
"""
