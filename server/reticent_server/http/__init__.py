"""The API over HTTPS, and the application that carries it and the console.

Enters: requests. Leaves: JSON, problem+json (RFC 9457), or the console's pages. Must hold: every
route names the scope it needs; nothing that blocks runs on the event loop; no answer with data may
be cached; an error says nothing about the server's inside.
"""
