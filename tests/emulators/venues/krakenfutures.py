"""Kraken Futures: PF linear, PI and FI inverse, FF dated linear, in_ indices."""

from collections.abc import Callable, Mapping
from math import log10
from typing import Any

from tests.emulators.venues.bars import Bar, number, text, times
from tests.emulators.venues.grid import DAY, HOUR, MINUTE, MONDAY, WEEK, Grid, iso, milliseconds
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.market import Market, Params, Refusal, whole

HOST = "futures.kraken.com"
MOST = 2000
FUNDING_KEPT = 365 * DAY
GRIDS = {
    **{f"{n}m": Grid(n * MINUTE) for n in (1, 5, 15, 30)},
    **{f"{n}h": Grid(n * HOUR) for n in (1, 4, 12)},
    "1d": Grid(DAY),
    "1w": Grid(WEEK, MONDAY),
}


def native(listing: Listing) -> str:
    """PF_XBTUSD, PI_XBTUSD, FI_XBTUSD_261225, FF_XBTUSD_261225."""
    stem = f"{_pair(listing)}_{listing.expiry:%y%m%d}" if listing.expiry else _pair(listing)
    return f"{'P' if listing.perpetual else 'F'}{'I' if listing.inverse else 'F'}_{stem}"


def routes() -> Mapping[str, Callable[[Market, Params], Any]]:
    """Handlers by host and path."""
    return {
        f"/{HOST}/derivatives/api/v3/instruments": _instruments,
        f"/{HOST}/derivatives/api/v3/tickers": _tickers,
        f"/{HOST}/derivatives/api/v4/historicalfundingrates": _funding,
        f"/{HOST}/api/charts/v1/{{price_type}}/{{symbol}}/{{interval}}": _charts,
    }


def _pair(listing: Listing) -> str:
    return {"BTC": "XBT", "DOGE": "DOGE"}.get(listing.base, listing.base) + listing.quote


def _ok(market: Market, **result: Any) -> dict[str, Any]:
    return {"result": "success", **result, "serverTime": iso(market.stamp)}


def _instruments(market: Market, params: Params) -> dict[str, Any]:
    del params
    index = {"symbol": "in_xbtusd", "type": "spot index", "tradeable": False, "tags": []}
    return _ok(market, instruments=[*map(_instrument, market.listings), index])


def _instrument(listing: Listing) -> dict[str, Any]:
    levels = [
        {"contracts": 0, "initialMargin": 0.02, "maintenanceMargin": 0.01},
        {"contracts": 500_000, "initialMargin": 0.04, "maintenanceMargin": 0.02},
    ]
    row = {
        "symbol": native(listing),
        "type": "futures_inverse" if listing.inverse else "flexible_futures",
        "tickSize": listing.tick,
        "contractSize": listing.contract_size,
        "tradeable": listing.active,
        "impactMidSize": 1,
        "maxPositionSize": 1_000_000,
        "openingDate": iso(milliseconds(listing.listed)),
        "marginLevels": levels,
        "fundingRateCoefficient": 8 if listing.inverse else 24,
        "maxRelativeFundingRate": 0.001,
        "contractValueTradePrecision": round(-log10(listing.step)),
        "category": "",
        "tags": [],
        "isin": "",
        "postOnly": False,
        "feeScheduleUid": "none",
    }
    if listing.expiry:
        row["lastTradingTime"] = iso(milliseconds(listing.expiry))
    return row


def _charts(market: Market, params: Params) -> dict[str, Any]:
    """The oldest 2000 bars opening in [from, to], or the newest if no `from` was sent."""
    listing = _listing(market, params["symbol"])
    grid = GRIDS.get(params["interval"])
    if grid is None or params["price_type"] not in {"trade", "mark", "spot"}:
        raise Refusal(400, {"errors": [{"severity": "error", "message": "invalid resolution"}]})
    first, last = whole(params, "from"), whole(params, "to")
    bars = market.page(
        listing,
        grid,
        MOST + 1,
        first=None if first is None else first * 1000,
        last=None if last is None else last * 1000,
        newest=first is None,
    )
    kept = bars[-MOST:] if first is None else bars[:MOST]
    traded = params["price_type"] == "trade"
    candles = [_candle(listing, bar, traded=traded) for bar in kept]
    return {"candles": candles, "more_candles": len(bars) > MOST}


def _candle(listing: Listing, bar: Bar, *, traded: bool) -> dict[str, Any]:
    volume = times(bar.volume, bar.close) if listing.inverse else bar.volume
    names = ("open", "high", "low", "close")
    prices = {name: text(price) for name, price in zip(names, bar[1:5], strict=True)}
    return {"time": bar.time} | prices | {"volume": text(volume) if traded else 0}


def _funding(market: Market, params: Params) -> dict[str, Any]:
    """Hourly rates of the last year, oldest first; the venue takes no other parameter."""
    listing = _listing(market, params.get("symbol", ""))
    first = market.stamp - FUNDING_KEPT
    rates = market.funding(listing, 10**6, first=first, every=HOUR, newest=True)
    price = number(_last(market, listing))
    return _ok(
        market,
        rates=[
            {
                "timestamp": iso(time),
                "fundingRate": rate / price if listing.inverse else rate * price,
                "relativeFundingRate": rate,
            }
            for time, rate in (rates if listing.perpetual else [])
        ],
    )


def _last(market: Market, listing: Listing) -> Any:
    day = market.day(listing)
    return 1.0 if day is None else day.last


def _tickers(market: Market, params: Params) -> dict[str, Any]:
    del params
    rows = [_ticker(market, listing) for listing in market.listings if listing.active]
    return _ok(market, tickers=[row for row in rows if row])


def _ticker(market: Market, listing: Listing) -> dict[str, Any] | None:
    day = market.day(listing)
    if day is None:
        return None
    last = number(day.last)
    return {
        "tag": "perpetual" if listing.perpetual else "quarter",
        "pair": f"{_pair(listing)[:-3]}:{listing.quote}",
        "symbol": native(listing),
        "markPrice": last,
        "bid": last,
        "bidSize": 1,
        "ask": last,
        "askSize": 1,
        "vol24h": number(times(day.volume, day.last) if listing.inverse else day.volume),
        "openInterest": 1000,
        "open24h": number(day.open),
        "high24h": number(day.high),
        "low24h": number(day.low),
        "indexPrice": last,
        "last": last,
        "lastTime": iso(day.time),
        "lastSize": 1,
        "suspended": False,
    }


def _listing(market: Market, name: str) -> Listing:
    listing = market.find(name) or market.find(name.upper())
    if listing is None:
        raise Refusal(404, {"result": "error", "error": "contractNotFound"})
    return listing
