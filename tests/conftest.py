"""For every test: TLS 1.3 alone, as in the real processes."""

from reticent_contract.tls import force_tls13

force_tls13()  # before any test module imports grpc
