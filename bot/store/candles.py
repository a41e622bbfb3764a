"""Candles and funding in the database."""

import logging
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import select

from analytics.market.candle_store import BLOCK_BARS, Block, SeriesKey, StoredFunding
from analytics.market.markets import Market
from bot.store.clock import MILLISECOND
from bot.store.database import Database, DatabaseError
from bot.store.tables import candle_blocks, funding_histories

log = logging.getLogger(__name__)

ROW_COLUMNS = 5
COMPRESSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class SqlCandleStore:
    """One database row a block: a year of hours is 18 rows, and reads as fast."""

    database: Database

    async def blocks(self, key: SeriesKey, first: int, last: int) -> dict[int, Block]:
        """The kept blocks with ``first <= number <= last``."""
        table = candle_blocks
        question = select(table.c.block, table.c.bars).where(
            table.c.venue == key.venue,
            table.c.symbol == key.symbol,
            table.c.bar_ms == key.bar // MILLISECOND,
            table.c.block.between(first, last),
        )
        rows: Sequence[Any] = ()
        with _a_loss_costs_only_a_request():
            async with self.database.reading() as connection:
                rows = (await connection.execute(question)).all()
        blocks = {number: _unpacked(packed) for number, packed in rows}
        return {number: block for number, block in blocks.items() if block is not None}

    async def keep(self, key: SeriesKey, blocks: dict[int, Block]) -> None:
        """Insert blocks, or put them in the place of earlier ones."""
        if not blocks:
            return
        rows = [
            {
                "venue": key.venue,
                "symbol": key.symbol,
                "bar_ms": key.bar // MILLISECOND,
                "block": number,
                "bars": _packed(block),
                "changed_ms": self.database.clock.now_ms(),
            }
            for number, block in blocks.items()
        ]
        with _a_loss_costs_only_a_request():
            async with self.database.writing() as connection:
                insert = self.database.insert(candle_blocks)
                await connection.execute(
                    insert.on_conflict_do_update(
                        index_elements=["venue", "symbol", "bar_ms", "block"],
                        set_={
                            "bars": insert.excluded.bars,
                            "changed_ms": insert.excluded.changed_ms,
                        },
                    ),
                    rows,
                )

    async def funding(self, market: Market) -> StoredFunding | None:
        """The kept payments of a market."""
        table = funding_histories
        question = select(table).where(
            table.c.venue == market.venue, table.c.symbol == market.symbol
        )
        row = None
        with _a_loss_costs_only_a_request():
            async with self.database.reading() as connection:
                row = (await connection.execute(question)).one_or_none()
        if row is None:
            return None
        try:
            payments = np.frombuffer(zlib.decompress(row.payments)).reshape(2, -1)
        except (zlib.error, ValueError):
            log.warning("funding in the database is torn", exc_info=True)
            return None
        return StoredFunding(
            covered_from=row.covered_from_ms,
            covered_to=row.covered_to_ms,
            time=payments[0].astype(np.int64),
            rate=payments[1].copy(),
        )

    async def keep_funding(self, market: Market, funding: StoredFunding) -> None:
        """Write a market's payments, in place of earlier ones."""
        # Milliseconds until the year 287396 are exact in a float64.
        payments = np.stack([funding.time.astype(np.float64), funding.rate])
        values = {
            "covered_from_ms": funding.covered_from,
            "covered_to_ms": funding.covered_to,
            "payments": zlib.compress(payments.tobytes(), COMPRESSION),
        }
        with _a_loss_costs_only_a_request():
            async with self.database.writing() as connection:
                insert = self.database.insert(funding_histories).values(
                    venue=market.venue, symbol=market.symbol, **values
                )
                await connection.execute(
                    insert.on_conflict_do_update(index_elements=["venue", "symbol"], set_=values)
                )


@contextmanager
def _a_loss_costs_only_a_request() -> Iterator[None]:
    try:
        yield
    except DatabaseError:
        log.warning("candles are not remembered", exc_info=True)


def _packed(block: Block) -> bytes:
    return zlib.compress(block.state.tobytes() + block.rows.tobytes(), COMPRESSION)


def _unpacked(packed: bytes) -> Block | None:
    """The block, or None where the bytes are no block any more."""
    try:
        plain = zlib.decompress(packed)
        state = np.frombuffer(plain, np.uint8, count=BLOCK_BARS).copy()
        rows = np.frombuffer(plain, np.float64, offset=BLOCK_BARS).reshape(BLOCK_BARS, ROW_COLUMNS)
    except (zlib.error, ValueError):
        log.warning("a block of candles in the database is torn", exc_info=True)
        return None
    return Block(state, rows.copy())
