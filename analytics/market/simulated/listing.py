"""What the simulated venues trade, as a big venue would list it."""

import calendar
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.simulated.coins import COINS, Coin
from analytics.market.simulated.contracts import MIRROR, SIMULATED, TERMS

OPENED = datetime(2020, 12, 24, tzinfo=UTC)
YOUNG, YOUNG_DAYS = "NEWT", 11
QUARTERS_LISTED = 2
EXPIRY_HOUR = 8

DATED = ("BTC", "ETH")
NOT_SPOT = ("1000PEPE", YOUNG)
IN_OTHER_DOLLARS = ("BTC", "ETH", "SOL")
MIRRORED = ("BTC", "ETH", "SOL")
SPOT_FEE, CONTRACT_FEE = 0.001, 0.0005


def listed_markets(venue: str, *, now: datetime) -> tuple[Market, ...]:
    """Everything that a venue trades at a time."""
    if venue == MIRROR:
        of_coins = ((_spot(COINS[key]), _linear(COINS[key])) for key in MIRRORED)
        return tuple(replace(market, venue=venue) for pair in of_coins for market in pair)
    return (*_spots(), *_perpetuals(now), *_futures(now))


def quarter_ends(now: datetime, n: int) -> tuple[datetime, ...]:
    """The next ``n`` last Fridays of a quarter, at the hour of expiry."""
    quarters = ((now.year + year, month) for year in range(n // 4 + 2) for month in (3, 6, 9, 12))
    ends = (_last_friday(year, month) for year, month in quarters)
    return tuple(end for end in ends if end > now)[:n]


def _spots() -> list[Market]:
    dollars = [_spot(coin) for coin in COINS.values() if coin.key not in NOT_SPOT]
    others = [
        _spot(COINS[key], quote=quote) for key in IN_OTHER_DOLLARS for quote in ("USDC", "USD")
    ]
    return dollars + others


def _perpetuals(now: datetime) -> list[Market]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    young = midnight - timedelta(days=YOUNG_DAYS)
    linear = [_linear(COINS[key], listed=young if key == YOUNG else OPENED) for key in TERMS]
    return linear + [
        _inverse(COINS[key], terms.face_usd) for key, terms in TERMS.items() if terms.face_usd
    ]


def _futures(now: datetime) -> list[Market]:
    perpetuals = [_linear(COINS[key]) for key in DATED] + [
        _inverse(COINS[key], terms.face_usd)
        for key in DATED
        if (terms := TERMS[key]).face_usd is not None
    ]
    return [
        _dated(market, expiry)
        for market in perpetuals
        for expiry in quarter_ends(now, QUARTERS_LISTED)
    ]


def _spot(coin: Coin, *, quote: str = "USDT") -> Market:
    lot = float(f"1e-{max(0, 6 - coin.decimals)}")
    return Market(
        venue=SIMULATED,
        symbol=f"{coin.key}/{quote}",
        base=coin.ticker,
        quote=quote,
        kind=Kind.SPOT,
        lot=lot,
        minimum=lot,
        taker_fee=SPOT_FEE,
        listed=OPENED,
        coin_name=coin.name,
    )


def _linear(coin: Coin, *, listed: datetime = OPENED) -> Market:
    terms = TERMS[coin.key]
    return Market(
        venue=SIMULATED,
        symbol=f"{coin.key}/USDT:USDT",
        base=coin.ticker,
        quote="USDT",
        kind=Kind.PERP,
        settle="USDT",
        lot=terms.lot,
        minimum=terms.lot,
        taker_fee=CONTRACT_FEE,
        maintenance_rate=terms.maintenance,
        listed=listed,
    )


def _inverse(coin: Coin, face_usd: float) -> Market:
    return replace(
        _linear(coin),
        symbol=f"{coin.key}/USD:{coin.key}",
        quote="USD",
        kind=Kind.INVERSE,
        settle=coin.ticker,
        contract_size=face_usd,
        lot=1.0,
        minimum=1.0,
    )


def _dated(perpetual: Market, expiry: datetime) -> Market:
    return replace(
        perpetual,
        symbol=f"{perpetual.symbol}-{expiry:%y%m%d}",
        kind=Kind.FUTURE,
        expiry=expiry,
        listed=_last_friday_before(expiry, quarters=QUARTERS_LISTED),
    )


def _last_friday_before(expiry: datetime, *, quarters: int) -> datetime:
    months = expiry.year * 12 + expiry.month - 1 - 3 * quarters
    return _last_friday(months // 12, months % 12 + 1)


def _last_friday(year: int, month: int) -> datetime:
    last = datetime(year, month, calendar.monthrange(year, month)[1], EXPIRY_HOUR, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() - calendar.FRIDAY) % 7)
