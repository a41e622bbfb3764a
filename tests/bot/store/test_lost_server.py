"""A server that says nothing any more, not even that it ends: as after a power cut, or cut off."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from bot.store.database import PATIENCE, Database, DatabaseError, open_database
from bot.store.tables import inbox


@asynccontextmanager
async def listening(answer: Any) -> AsyncIterator[int]:
    """A port of this machine behind which somebody answers."""
    answering: list[asyncio.Task[None] | None] = []

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.append(asyncio.current_task())
        await answer(reader, writer)
        await _closed(writer)

    server = await asyncio.start_server(answered, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*filter(None, answering))


async def test_a_server_that_takes_calls_and_says_nothing_is_given_up() -> None:
    gone = asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await gone.wait()

    async with listening(silent) as port:
        url = f"postgresql://nobody@127.0.0.1:{port}/x?connect_timeout=2"
        with pytest.raises(DatabaseError):
            await asyncio.wait_for(open_database(url), timeout=60)
        gone.set()


async def test_every_connection_finds_out_that_its_server_has_gone(postgresql: Database) -> None:
    known = make_url(str(postgresql.engine.url))
    local = Path(str(known.query["host"])) / ".s.PGSQL.5432"

    async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, before = await asyncio.open_unix_connection(local)
        await asyncio.gather(_pumped(reader, before), _pumped(behind, writer))

    async with listening(passed_on) as port:
        url = f"postgresql://{known.username}@127.0.0.1:{port}/{known.database}"
        over_tcp = await open_database(url)
        for database in (over_tcp, over_tcp.apart()):
            async with database.reading() as connection:
                await connection.execute(select(inbox))
                raw: Any = (await connection.get_raw_connection()).driver_connection
                options = _options(raw.pgconn.socket)
            assert options == (1, PATIENCE["keepalives_idle"], PATIENCE["tcp_user_timeout"])
            await database.close()


def _options(number: int) -> tuple[int, int, int]:
    way = socket.socket(fileno=number)
    try:
        return (
            way.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            way.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
            way.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
        )
    finally:
        way.detach()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await reader.read(65536):
        writer.write(said)
        await writer.drain()
    await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
