"""How each simulated contract stands to its coin: terms, basis and funding."""

from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType

from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.simulated.coins import COINS, Coin

SIMULATED = "simulated"
MIRROR = "mirror"
"""A smaller venue whose prices follow those of the first within minutes."""

BASIS_PER_FUNDING = 3.0
"""A contract that pays 1 bp an interval stands 3 bp above its coin on average."""
FUNDING_PER_BASIS = 0.25
"""How much of a deviation from that the next payment gives back."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Log price of a market over its coin's.

    Attributes
    ----------
    mean, deviation, half_life_hours
        Of the Ornstein–Uhlenbeck process that it follows.
    carry
        A year, on top, for what is left until the expiry.
    noise
        Standard deviation of what a minute adds and the next takes back.
    adjustment
        Part of the way to the coin's price of a minute ago that is gone in a minute; None where
        the market moves with the coin.
    """

    mean: float = 0.0
    deviation: float = 0.0
    half_life_hours: float = 6.0
    carry: float = 0.0
    noise: float = 0.0
    adjustment: float | None = None


@dataclass(frozen=True, slots=True)
class Funding:
    """Mean payment, as a fraction of the notional an interval, and the interval."""

    mean: float
    interval: timedelta = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Terms:
    """Of a coin's perpetual: funding, smallest step in coins, maintenance margin, dollar size."""

    funding: Funding
    lot: float
    maintenance: float
    face_usd: float | None = None


TERMS = MappingProxyType(
    {
        "BTC": Terms(Funding(1.0e-4), 0.001, 0.004, 100),
        "ETH": Terms(Funding(0.8e-4), 0.001, 0.005, 10),
        "SOL": Terms(Funding(1.2e-4), 0.01, 0.005, 10),
        "XRP": Terms(Funding(0.9e-4), 0.1, 0.005, 10),
        "BNB": Terms(Funding(0.5e-4), 0.01, 0.005, 10),
        "DOGE": Terms(Funding(1.5e-4), 1, 0.0065),
        "LTC": Terms(Funding(0.7e-4), 0.001, 0.0065),
        "LINK": Terms(Funding(1.0e-4), 0.01, 0.0065),
        "AVAX": Terms(Funding(-0.6e-4), 1, 0.0065),
        "ADA": Terms(Funding(0.8e-4), 1, 0.0065),
        "1INCH": Terms(Funding(0.6e-4), 1, 0.01),
        "1000PEPE": Terms(Funding(0.5e-4, timedelta(hours=4)), 1, 0.01),
        "NEWT": Terms(Funding(0.5e-4, timedelta(hours=4)), 1, 0.02),
    }
)
MIRROR_ADJUSTMENT = 0.5
DATED_CARRY = 0.06
"""What a dated future costs above its coin, a year."""


def coin_of(market: Market) -> Coin | None:
    """The coin behind a market; None where the simulated venue has none."""
    fitting = [
        coin
        for coin in COINS.values()
        if coin.ticker == market.base and coin.name == market.coin_name
    ]
    return fitting[0] if fitting else None


def funding_of(market: Market) -> Funding | None:
    """The funding of a perpetual; None for everything else."""
    terms = TERMS.get(market.base)
    if terms is None or market.kind not in (Kind.PERP, Kind.INVERSE):
        return None
    share = 0.9 if market.kind is Kind.INVERSE else 1.0
    return Funding(share * terms.funding.mean, terms.funding.interval)


def basis_of(market: Market) -> Basis:
    """How the market stands to its coin."""
    if market.venue == MIRROR:
        return replace(_basis_by_kind(market), adjustment=MIRROR_ADJUSTMENT, noise=1.5e-4)
    return _basis_by_kind(market)


def _basis_by_kind(market: Market) -> Basis:
    funding = funding_of(market)
    if funding is not None:
        deviation = 5e-4 if market.kind is Kind.INVERSE else 4e-4
        return Basis(BASIS_PER_FUNDING * funding.mean, deviation, noise=0.3e-4)
    match market.kind, market.quote:
        case Kind.FUTURE, _:
            return Basis(deviation=6e-4, half_life_hours=12, carry=DATED_CARRY, noise=0.5e-4)
        case _, "USDT":
            return Basis()
        case _, _:
            return Basis(mean=-2e-4, deviation=3e-4, half_life_hours=12, noise=0.3e-4)
