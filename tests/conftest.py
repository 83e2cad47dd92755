"""For every test: TLS 1.3 alone, as in the real processes; and no clock in property tests.

How long one example takes says how busy the machine is. What must be fast has a test of its own,
and every test ends at pytest's timeout.
"""

from hypothesis import HealthCheck, settings
from reticent_contract.tls import force_tls13

force_tls13()  # before any test module imports grpc

settings.register_profile("reticent", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("reticent")
