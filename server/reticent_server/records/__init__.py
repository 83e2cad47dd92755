"""What the organisation wrote down of a laptop: entered for one device, or imported from CSV.

Enters: texts that a person gave, or lines of a file. Leaves: rows of `device_record`, redacted by
the device's policy and stored like all rows. Must hold: a raw value is in memory only while it is
redacted; no value is in a problem, a log or the audit trail, which name fields and lines; of a file
everything is written or, where one line cannot be, nothing.
"""
