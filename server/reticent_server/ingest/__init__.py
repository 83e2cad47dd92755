"""Batches of many laptops into the event store, exactly once.

Enters: frames of telemetry streams under mutual TLS. Leaves: groups of checked batches, durably
appended; then acks. Must hold: an ack is sent only after the append; a batch's number is used at
most once; nothing is stored that catalog and policy do not let through (the second lock); no
collected value is in a log, a metric, an error or a quarantine entry.
"""
