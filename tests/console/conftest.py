"""The application of `support.console_app`, as fixtures."""

from support.console_fixtures import *  # noqa: F403 - the folder's fixtures
