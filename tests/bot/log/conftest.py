"""A log that shows everything, with a token that it must not show."""

import io
import logging
import sys
from collections.abc import Iterator

import pytest

from bot.log import configure_logging

TOKEN = "7712345678:AAF-x_ySecretSecretSecretSecretSecret"
PART = "SecretSecret"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything at DEBUG, with all of the libraries' loggers wide open."""
    written = io.StringIO()
    names = (
        "httpx",
        "httpcore",
        "aiosqlite",
        "alembic",
        "ccxt",
        "psycopg",
        "sqlalchemy",
        "telegram",
    )
    monkeypatch.setattr(sys, "stderr", written)
    configure_logging("DEBUG", secrets=frozenset({TOKEN, "pass/word"}))
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield written
    for name in names:
        logging.getLogger(name).setLevel(logging.NOTSET)
