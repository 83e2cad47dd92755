"""The life of the pseudonym keys: made, handed out, rotated, destroyed with a signed receipt.

    secrets/pseudonym-N.server.key    32 bytes: the half that never leaves the server
    secrets/pseudonym-N.fleet.key     32 bytes: the half that laptops get over their streams
    receipts/epoch-N.json             the receipt of a destroyed epoch; its number never comes again

Must hold: both halves of an epoch exist or it is not handed out; an epoch that a policy in force
names is never destroyed; from the moment its receipt is on disk, an epoch has no keys.
"""
