"""A support bundle: what the vendor may see of a server, and nothing else.

Enters: this server's own states. Leaves: one JSON text of an allow-list. Must hold: it is gathered
from what is on the list, never by leaving out what is not; no text of it was ever written by a
person or collected; the text that was shown and agreed to is the text that is sealed.
"""
