"""Turns a token and a key made on a laptop into a device identity.

Enters: `EnrolRequest`. Leaves: a device record and its certificate. Must hold: a token is used at
most as often as it says, a lost answer makes no second device, and no secret is stored.
"""
