"""Deleting rows whose time is over, as the policies promise.

Enters: the policies that laptops run, the clock. Leaves: rows deleted, counted and recorded. Must
hold: a row is deleted once as many whole days have passed since the day (UTC) of its receipt as its
table's `retention_days` says; of a table that says `retention: while_enrolled`, when its device is
erased. Receipts stay with their device; from when on a batch must be whole is known to `doctor`.
"""
