"""The stream: batches to the server, orders from it, over one mutually authenticated connection.

Enters: sealed batches of the spool, an `Identity`. Leaves: acks to the spool; policies, keys,
commands to whoever runs the agent (`Steering`). Must hold: TLS 1.3 to a server under the pinned CA
and nothing else; at most min(4, the server's wish) batches unacknowledged; a batch leaves the spool
only when acked or refused.
"""

import os

from reticent_contract.tls import force_tls13

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # its lines are no JSON; its errors reach us anyway
force_tls13()  # whoever imports a module of this package may import gRPC next
