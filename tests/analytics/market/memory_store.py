"""A candle store that lives as long as the test."""

from dataclasses import dataclass, field

from analytics.market.candle_store import Block, SeriesKey, StoredFunding
from analytics.market.markets import Market


@dataclass(eq=False)
class MemoryStore:
    kept: dict[tuple[SeriesKey, int], Block] = field(default_factory=dict)
    payments: dict[tuple[str, str], StoredFunding] = field(default_factory=dict)
    n_reads: int = 0

    async def blocks(self, key: SeriesKey, first: int, last: int) -> dict[int, Block]:
        self.n_reads += 1
        found = {n: self.kept.get((key, n)) for n in range(first, last + 1)}
        return {n: Block(b.state.copy(), b.rows.copy()) for n, b in found.items() if b}

    async def keep(self, key: SeriesKey, blocks: dict[int, Block]) -> None:
        for number, block in blocks.items():
            self.kept[key, number] = Block(block.state.copy(), block.rows.copy())

    async def funding(self, market: Market) -> StoredFunding | None:
        return self.payments.get((market.venue, market.symbol))

    async def keep_funding(self, market: Market, funding: StoredFunding) -> None:
        self.payments[market.venue, market.symbol] = funding
