"""Digests whose time has come, and what a process has written, seen in its SQLite file."""

import sqlite3
import time
from contextlib import closing

from tests.process.running import Hedgebot

SECOND_AGO = 1000


def rows(hedgebot: Hedgebot, statement: str, *values: object) -> list[tuple[object, ...]]:
    """What a statement gives or changes, beside whatever the process is doing."""
    file = hedgebot.folder / "hedgebot.sqlite"
    with closing(sqlite3.connect(file, timeout=30)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def let_digests_be_due(hedgebot: Hedgebot) -> None:
    """As if the time of all of them had just come."""
    now = int(time.time() * 1000) - SECOND_AGO
    rows(
        hedgebot,
        "UPDATE digests SET due_ms = ?, minute = ?, zone = 'UTC', last_date = NULL",
        now,
        now // 60_000 % 1440,
    )
