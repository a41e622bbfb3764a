"""What differs from venue to venue and ccxt does not say, or says only in its source.

``kraken`` is the spot exchange; its derivatives are a venue of their own, ``krakenfutures``, as
they are for ccxt: another host, other accounts, other limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from analytics.market.instruments import Kind

DAY = timedelta(days=1)
EVERYTHING = 1_000_000
SPOT_LINEAR_INVERSE: Mapping[str, Any] = {
    "fetchMarkets": {"types": ["spot", "linear", "inverse"], "loadAllOptions": False}
}
TICKERS_BY_KIND: Mapping[Kind, Mapping[str, str]] = {
    Kind.SPOT: {"type": "spot"},
    Kind.PERP: {"type": "swap", "subType": "linear"},
    Kind.INVERSE: {"type": "swap", "subType": "inverse"},
}
BURSTS: Mapping[str, Any] = {"rateLimiterAlgorithm": "rollingWindow"}
"""Count requests in a window rather than space them: a question is a burst, then silence."""


@dataclass(frozen=True, slots=True)
class FundingPages:
    """How a venue hands out its funding history.

    Attributes
    ----------
    size, limited
        Payments an answer holds; whether to say so in the question.
    backward
        The newest payments of a range come first, so that pages go back in time.
    span
        A range may not be longer.
    until, beyond
        The parameter for the range's end, empty where there is none; added to the end where the
        venue means "before" by it.
    told_in
        The venue's own field with the rate, where ccxt takes another one.
    """

    size: int
    limited: bool = True
    backward: bool = False
    span: timedelta | None = None
    until: str = "until"
    beyond: int = 0
    told_in: str | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """One venue's ways.

    Attributes
    ----------
    config
        Constructor options of ccxt. With them we use half of what the venue allows, or less.
    page
        Candles an answer holds.
    newest_only
        The venue has only the newest page, whatever the start.
    widest_inverse
        The longest range of one question for coin-margined markets.
    closing
        Send the end of the range too: the venue does not promise from which end it counts without.
    answers
        Part of an endpoint's path, and where in its JSON the rows are: keys from the outside in,
        ``*`` for any one of them.
    listings
        The parameters of each request for markets; empty to let ccxt decide.
    tickers
        The parameters of the request for all tickers of a kind; without any, nothing is known of
        what is traded most.
    swapped_volumes
        Whether ccxt calls the dollars of coin-margined markets ``baseVolume``, the coins
        ``quoteVolume``.
    """

    config: Mapping[str, Any]
    page: int
    answers: Mapping[str, tuple[str, ...]]
    newest_only: bool = False
    widest_inverse: timedelta | None = None
    closing: bool = False
    funding: FundingPages | None = None
    listings: tuple[Mapping[str, str], ...] = field(default=())
    tickers: Mapping[Kind, Mapping[str, str]] = field(default_factory=dict)
    swapped_volumes: bool = False


DIALECTS: Mapping[str, Dialect] = {
    "binance": Dialect(
        config={"rateLimit": 100, **BURSTS, "options": SPOT_LINEAR_INVERSE},
        page=1000,
        widest_inverse=200 * DAY,
        funding=FundingPages(1000),
        answers={"/klines": (), "/fundingRate": (), "/exchangeInfo": ("symbols",)},
        tickers=TICKERS_BY_KIND,
    ),
    "bybit": Dialect(
        config={**BURSTS, "options": SPOT_LINEAR_INVERSE},
        page=1000,
        closing=True,
        funding=FundingPages(200, backward=True),
        answers={
            "/market/kline": ("result", "list"),
            "/funding/history": ("result", "list"),
            "/instruments-info": ("result", "list"),
        },
        tickers=TICKERS_BY_KIND,
        swapped_volumes=True,
    ),
    "okx": Dialect(
        config={
            "rateLimit": 220,
            "options": {"fetchMarkets": {"types": ["spot", "swap", "future"]}},
        },
        page=300,
        funding=FundingPages(100, backward=True, until="after", beyond=1),
        answers={
            "candles": ("data",),
            "/funding-rate-history": ("data",),
            "/public/instruments": ("data",),
        },
        tickers={
            Kind.SPOT: {"type": "spot"},
            Kind.PERP: {"type": "swap"},
            Kind.INVERSE: {"type": "swap"},
        },
    ),
    "kraken": Dialect(
        config={"rateLimit": 2000, **BURSTS},
        page=720,
        newest_only=True,
        answers={"/OHLC": ("result", "*")},
        tickers={Kind.SPOT: {}},
    ),
    "krakenfutures": Dialect(
        config={"rateLimit": 1200, **BURSTS},
        page=2000,
        funding=FundingPages(EVERYTHING, limited=False, until=""),
        answers={
            "/charts/": ("candles",),
            "/historicalfundingrates": ("rates",),
            "/instruments": ("instruments",),
        },
        tickers={Kind.PERP: {}, Kind.INVERSE: {}},
    ),
    "deribit": Dialect(
        # Its currencies are only needed for withdrawals, and options are nine tenths of its list.
        config={"rateLimit": 100, "has": {"fetchCurrencies": False}},
        page=1000,
        funding=FundingPages(EVERYTHING, limited=False, span=30 * DAY, told_in="interest_1h"),
        answers={
            "/get_tradingview_chart_data": ("result", "ticks"),
            "/get_funding_rate_history": ("result",),
            "/get_instruments": ("result",),
        },
        listings=({"kind": "future"}, {"kind": "spot"}),
    ),
}


def merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Nested options, each layer over the ones before."""
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            below = result.get(key)
            if isinstance(below, Mapping) and isinstance(value, Mapping):
                result[key] = merged(below, value)
            else:
                result[key] = value
    return result
