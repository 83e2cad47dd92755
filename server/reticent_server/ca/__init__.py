"""The server's own certificate authority (P-256, RFC 5280).

Enters: a request that a laptop signed with its key. Leaves: short-lived certificates for laptops
and one for this server. Must hold: the CA's key never leaves its 0600 file and this process.
"""
