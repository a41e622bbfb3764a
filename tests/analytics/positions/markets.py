"""Contracts as venues trade them."""

from datetime import UTC, datetime

from analytics.market.instruments import Kind
from analytics.market.markets import Market

BTC_INVERSE = Market(
    "binance",
    "BTC/USD:BTC",
    "BTC",
    "USD",
    Kind.INVERSE,
    settle="BTC",
    contract_size=100,
    lot=1,
    minimum=1,
)
BTC_PERP = Market(
    "binance",
    "BTC/USDT:USDT",
    "BTC",
    "USDT",
    Kind.PERP,
    settle="USDT",
    contract_size=1,
    lot=0.001,
    minimum=0.001,
)
BTC_PERP_OF_HUNDREDTHS = Market(
    "okx",
    "BTC/USDT:USDT",
    "BTC",
    "USDT",
    Kind.PERP,
    settle="USDT",
    contract_size=0.01,
    lot=0.1,
    minimum=0.3,
)
BTC_SPOT = Market("binance", "BTC/USDT", "BTC", "USDT", Kind.SPOT, lot=1e-5, minimum=1e-4)
BTC_FUTURE = Market(
    "binance",
    "BTC/USD:BTC-270326",
    "BTC",
    "USD",
    Kind.FUTURE,
    settle="BTC",
    expiry=datetime(2027, 3, 26, 8, tzinfo=UTC),
    contract_size=100,
    lot=1,
    minimum=1,
)
