"""Alerts in a world of their own, on either database."""

import pytest

from bot.store.database import Database
from tests.bot.standing.world import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
