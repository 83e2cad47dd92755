"""What the laptop's owner sees, without asking anyone and without a server.

Enters: the files of the data directory, rows of this very laptop. Leaves: text and JSON on standard
output. Must hold: nothing here changes what is collected or sent; raw values appear in `preview`
alone, which writes them to the caller's terminal and nowhere else.
"""
