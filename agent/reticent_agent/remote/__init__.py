"""What an administrator asks of this laptop over the stream.

Enters: commands with a number and a reason. Leaves: reports to the server, and what the laptop's
owner sees of it. Must hold: only what stands in `asked.WORDS` is ever done, and each is shown.
"""
