"""The two stores: events (append, scan, expire) and control (devices, policies, people)."""
