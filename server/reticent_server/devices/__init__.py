"""The laptops: which certificate is whose, what state each is in.

Enters: certificates, reports, an administrator's decision. Leaves: a device that may speak, or a
refusal. Must hold: only a key that this record names speaks for a device.
"""
