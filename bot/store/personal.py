"""What belongs to somebody: found by the tables' columns, so that no later table is forgotten.

A person's private chat has the person's own number, so that one number stands for both.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import datetime_of
from bot.store.tables import alerts, chats, contents, gates, inbox, metadata

OWNERS = ("chat_id", "owner_id")
WORDS = "content_id"
IMPERSONAL = frozenset(
    {
        "candle_blocks",
        "computations",
        "executors",
        "funding_histories",
        "leases",
        "newest_prices",
        "uploads",
    }
)
"""Tables in which nobody stands."""
INDIRECT = frozenset({"contents", "gates", "inbox"})
"""Tables that name a chat in their own way: by letters, by a limit's name, by a lane."""
JSON_COLUMNS = frozenset({chats.c.settings, alerts.c.state, contents.c.reply, inbox.c.payload})
CAPABILITIES = frozenset({"token"})
"""Whoever knows one may tap; nobody is shown one."""


def personal_tables() -> list[Table]:
    """Every table with a column for a chat or a person."""
    return [table for table in metadata.tables.values() if owners(table)]


def owners(table: Table) -> list[Column[int]]:
    """The columns of a table that hold a chat's or a person's number."""
    return [table.c[name] for name in OWNERS if name in table.c]


def belongs(table: Table, somebody: int) -> ColumnElement[bool]:
    """Whether a row is of a chat or person."""
    return or_(*(column == somebody for column in owners(table)))


GATES = ("chat", "group", "asker", "asks", "refused")


def gate_names(somebody: int) -> tuple[str, ...]:
    """What the limits of a chat or person are called."""
    return tuple(f"{gate}:{somebody}" for gate in GATES)


async def everything_of(
    connection: AsyncConnection, somebody: int
) -> dict[str, list[dict[str, Any]]]:
    """All rows of a chat or person, by table, as plain values; pictures are drawings of them."""
    found = {}
    for table, is_theirs in _theirs(somebody).items():
        rows = await connection.execute(select(*_readable(table)).where(is_theirs))
        found[table.name] = [dict(_plain(table, row)) for row in rows]
    return found


async def counts_of(connection: AsyncConnection, somebody: int) -> dict[str, int]:
    """How many rows of each table belong to a chat or person."""
    found = {}
    for table, is_theirs in _theirs(somebody).items():
        counted = select(func.count()).select_from(table).where(is_theirs)
        found[table.name] = int((await connection.execute(counted)).scalar_one())
    return found


def _theirs(somebody: int) -> Mapping[Table, ColumnElement[bool]]:
    """Which rows are theirs, in every table that has any."""
    direct = {table: belongs(table, somebody) for table in personal_tables()}
    said = (
        contents.c.id.in_(select(table.c[WORDS]).where(is_theirs, table.c[WORDS].is_not(None)))
        for table, is_theirs in direct.items()
        if WORDS in table.c
    )
    return direct | {
        contents: or_(*said),
        gates: gates.c.name.in_(gate_names(somebody)),
        inbox: (inbox.c.lane == somebody) & inbox.c.finished_ms.is_(None),
    }


def _readable(table: Table) -> list[Column[Any]]:
    return [
        column
        for column in table.c
        if column.name not in CAPABILITIES and not isinstance(column.type, LargeBinary)
    ]


def _plain(table: Table, row: Row[Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row._asdict().items():
        if name.endswith("_ms") and value is not None:
            yield name.removesuffix("_ms"), datetime_of(value).isoformat()
        elif table.c[name] in JSON_COLUMNS and value:
            yield name, json.loads(value)
        else:
            yield name, value
