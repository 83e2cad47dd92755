"""People and groups as the customer's directory sends them: SCIM 2.0 (RFC 7643, RFC 7644).

Enters: requests of an identity provider (Entra ID, Okta and others) under an API token with
`admin:scim`. Leaves: people and groups in the control store, and, at once and in the same
transaction, the roles of the accounts that belong to them. Must hold: a directory gives roles by
its groups and the operator's `[oidc.roles]` alone, never by an attribute; what is not used is not
kept; whoever it switches off has no session and no token from the next request on.
"""
