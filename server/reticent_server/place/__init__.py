"""Where an address is: from files in MaxMind's format that the operator supplies.

Enters: an address as a socket, or a configured proxy, gave it. Leaves: raw fields of the catalog's
table `connection`, which no policy has seen yet. Must hold: nobody is asked over the network; a
file that is missing or broken costs fields, never a connection.
"""
