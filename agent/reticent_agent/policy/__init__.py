"""The policy in force on this laptop, and the keys that its pseudonyms need.

Enters: signed policies and keys from the server. Leaves: a verified `Policy`, a `KeyRing`;
`learning` says when enough of this laptop is known to redact log lines by it.
Must hold: no policy older than one that was in force in the laptop's group ever comes back; what
cannot be verified is refused whole and the one before stays; without a valid policy nothing is
collected.
"""
