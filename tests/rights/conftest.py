"""A site, and an event store in which one person is named."""

from __future__ import annotations

import pytest
from support.console_app import Site
from support.console_fixtures import *  # noqa: F403 - the site and what it is made of
from support.rights_store import Store, filled


@pytest.fixture
def store(site: Site) -> Store:
    return filled(site)
