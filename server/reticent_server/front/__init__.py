"""In front of the ports: whose word is taken for where a client comes from.

Enters: connections of balancers (PROXY protocol, gRPC ports) and of proxies (X-Forwarded-For, HTTPS
port). Leaves: the client's own address. Must hold: only the operator's configured networks are
believed; everybody else is who their socket says.
"""
