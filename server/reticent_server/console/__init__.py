"""The console: pages made on the server, with htmx where it saves a reload.

Enters: a browser with a session cookie. Leaves: HTML without a line of inline script or style. Must
hold: every page works without JavaScript; whatever came from a laptop is escaped; a form that
changes something carries the session's CSRF token.
"""

from reticent_server.console.assets import StaticAssets
from reticent_server.console.problems import answer_in_html
from reticent_server.console.routes import CONSOLE_ROUTERS

__all__ = ["CONSOLE_ROUTERS", "StaticAssets", "answer_in_html"]
