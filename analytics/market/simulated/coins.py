"""The coins of the simulated venue: how each moves, and with what."""

from dataclasses import dataclass
from math import floor, log10
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Yearly:
    """A season that returns every year, from one (month, day) until another, UTC midnight."""

    start: tuple[int, int]
    end: tuple[int, int]
    market_loading: float


@dataclass(frozen=True, slots=True)
class Coin:
    """One coin; its hourly log return is a sum of a market, a sector and an own shock.

    Attributes
    ----------
    key
        Unique, where ``ticker`` may be shared by two coins.
    level
        The price in USDT to which it returns in the very long run.
    volatility
        Of log returns, a 365-day year, outside stress.
    market_loading, sector_loading
        Correlation with the market and with the sector factor; the rest is its own.
    decoupled
        The season in which another market loading holds.
    half_life_days
        Of the distance of the log price from its level.
    turnover_usd
        Traded a day.
    """

    key: str
    ticker: str
    level: float
    volatility: float
    market_loading: float
    sector: str = "none"
    sector_loading: float = 0.0
    decoupled: Yearly | None = None
    half_life_days: float = 60.0
    turnover_usd: float = 5e7
    name: str | None = None

    @property
    def decimals(self) -> int:
        """Digits after the point in its prices: six that matter."""
        return max(0, 5 - floor(log10(self.level)))


_ALL = (
    Coin("BTC", "BTC", 85_000, 0.50, 0.95, turnover_usd=2e9),
    Coin("ETH", "ETH", 2_900, 0.65, 0.88, turnover_usd=1.2e9),
    Coin(
        "SOL",
        "SOL",
        150,
        0.85,
        0.82,
        decoupled=Yearly((8, 15), (2, 15), 0.35),
        turnover_usd=5e8,
    ),
    Coin(
        "XRP",
        "XRP",
        1.6,
        0.75,
        0.72,
        decoupled=Yearly((5, 15), (11, 15), 0.25),
        turnover_usd=4e8,
    ),
    Coin("BNB", "BNB", 650, 0.50, 0.75, turnover_usd=2e8),
    Coin("DOGE", "DOGE", 0.2, 0.85, 0.75, "meme", 0.40, turnover_usd=3e8),
    Coin("LTC", "LTC", 90, 0.65, 0.80),
    Coin("LINK", "LINK", 17, 0.80, 0.80, "defi", 0.35),
    Coin("AVAX", "AVAX", 28, 0.85, 0.80, "layer1", 0.35),
    Coin("ADA", "ADA", 0.6, 0.75, 0.78, "layer1", 0.35),
    Coin("1INCH", "1INCH", 0.3, 0.85, 0.70, "defi", 0.40, turnover_usd=1e7),
    Coin("1000PEPE", "1000PEPE", 0.011, 1.05, 0.70, "meme", 0.50, turnover_usd=2e8),
    Coin("PAXG", "PAXG", 3_300, 0.15, -0.12, turnover_usd=2e7),
    Coin("BTCDOWN", "BTCDOWN", 12, 0.50, -0.75, turnover_usd=2e7),
    Coin("USDC", "USDC", 1, 0.007, 0.0, half_life_days=1.0, turnover_usd=1e9),
    Coin("BEAM", "BEAM", 0.05, 0.90, 0.55, turnover_usd=2e6, name="Beam Privacy"),
    Coin("BEAMX", "BEAM", 0.015, 1.00, 0.65, turnover_usd=8e6, name="Merit Circle"),
    Coin("NEWT", "NEWT", 0.4, 1.10, 0.60, turnover_usd=3e7),
)

COINS = MappingProxyType({coin.key: coin for coin in _ALL})
"""All coins by their unique key."""
