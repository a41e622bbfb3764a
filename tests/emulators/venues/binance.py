"""Binance: api.binance.com for spot, fapi for linear and dapi for inverse contracts."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.emulators.venues.bars import Bar, over, text, times
from tests.emulators.venues.grid import DAY, HOUR, MINUTE, MONDAY, WEEK, Grid, milliseconds
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.market import Day, Market, Params, Refusal, whole

HOSTS = {
    "api": ("api.binance.com", "api1.binance.com", "data-api.binance.vision"),
    "fapi": ("fapi.binance.com",),
    "dapi": ("dapi.binance.com",),
}
KINDS = {"api": "spot", "fapi": "linear", "dapi": "inverse"}
MOST = {"api": 1000, "fapi": 1500, "dapi": 1500}
NEVER = milliseconds(datetime(2100, 12, 25, 8, tzinfo=UTC))
DAPI_WINDOW = 200 * DAY

GRIDS = {
    **{f"{n}m": Grid(n * MINUTE) for n in (1, 3, 5, 15, 30)},
    **{f"{n}h": Grid(n * HOUR) for n in (1, 2, 4, 6, 8, 12)},
    "1d": Grid(DAY),
    "3d": Grid(3 * DAY),
    "1w": Grid(WEEK, MONDAY),
    "1M": Grid(30 * DAY, months=1),
}


def native(listing: Listing) -> str:
    """BTCUSDT, BTCUSDT_261225, BTCUSD_PERP, BTCUSD_261225."""
    pair = listing.base + listing.quote
    if listing.expiry:
        return f"{pair}_{listing.expiry:%y%m%d}"
    return f"{pair}_PERP" if listing.inverse else pair


def routes() -> Mapping[str, Callable[[Market, Params], Any]]:
    """Handlers by host and path."""
    found: dict[str, Callable[[Market, Params], Any]] = {}
    for side, hosts in HOSTS.items():
        root = {"api": "/api/v3", "fapi": "/fapi/v1", "dapi": "/dapi/v1"}[side]
        for host in hosts:
            for path, handler in _handlers(side).items():
                found[f"/{host}{root}{path}"] = handler
    return found


def _handlers(side: str) -> dict[str, Callable[[Market, Params], Any]]:
    handlers: dict[str, Callable[[Market, Params], Any]] = {
        "/ping": lambda market, params: {},  # noqa: ARG005 - the shape of every handler
        "/time": lambda market, params: {"serverTime": market.stamp},  # noqa: ARG005
        "/exchangeInfo": lambda market, params: _exchange_info(side, market),  # noqa: ARG005
        "/klines": lambda market, params: _klines(side, market, params, "symbol"),
        "/ticker/24hr": lambda market, params: _tickers(side, market, params),
    }
    if side != "api":
        handlers |= {
            "/markPriceKlines": lambda market, params: _klines(side, market, params, "symbol"),
            "/indexPriceKlines": lambda market, params: _klines(side, market, params, "pair"),
            "/fundingRate": lambda market, params: _funding(side, market, params),
        }
    return handlers


def _exchange_info(side: str, market: Market) -> dict[str, Any]:
    shown = market.of_kind(KINDS[side])
    rows = [_spot(item) if side == "api" else _contract(item, shown) for item in shown]
    # A row without assets, as appears while a market is being set up; ccxt passes over it.
    broken = {"symbol": "NEWCOINTEST", "status": "PENDING_TRADING", "filters": []}
    return {
        "timezone": "UTC",
        "serverTime": market.stamp,
        "rateLimits": [
            {
                "rateLimitType": "REQUEST_WEIGHT",
                "interval": "MINUTE",
                "intervalNum": 1,
                "limit": 6000 if side == "api" else 2400,
            }
        ],
        "exchangeFilters": [],
        "symbols": [*rows, broken],
    }


def _spot(listing: Listing) -> dict[str, Any]:
    cost = {
        "filterType": "NOTIONAL",
        "minNotional": text(listing.min_cost),
        "maxNotional": "9000000",
    }
    return {
        "symbol": native(listing),
        "status": "TRADING" if listing.active else "BREAK",
        "baseAsset": listing.base,
        "baseAssetPrecision": 8,
        "quoteAsset": listing.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": ["LIMIT", "MARKET"],
        "isSpotTradingAllowed": listing.active,
        "isMarginTradingAllowed": listing.quote == "USDT",
        "filters": [*_filters(listing), cost],
        "permissions": [],
        "permissionSets": [["SPOT"]],
    }


def _contract(listing: Listing, shown: list[Listing]) -> dict[str, Any]:
    state = "status" if listing.linear else "contractStatus"
    row = {
        "symbol": native(listing),
        "pair": listing.base + listing.quote,
        "contractType": _contract_type(listing, shown),
        "deliveryDate": milliseconds(listing.expiry) if listing.expiry else NEVER,
        "onboardDate": milliseconds(listing.listed),
        state: "TRADING" if listing.active else "SETTLING",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": listing.base,
        "quoteAsset": listing.quote,
        "marginAsset": listing.settle,
        "underlyingType": "COIN",
        "underlyingSubType": [],
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "filters": [
            *_filters(listing),
            {"filterType": "MIN_NOTIONAL", "notional": text(listing.min_cost)},
        ],
        "orderTypes": ["LIMIT", "MARKET"],
        "timeInForce": ["GTC", "IOC", "FOK"],
    }
    return row | ({"contractSize": int(listing.contract_size)} if listing.inverse else {})


def _contract_type(listing: Listing, shown: list[Listing]) -> str:
    if not listing.active:
        return "PERPETUAL" if listing.perpetual else "DELIVERING"
    if listing.expiry is None:
        return "PERPETUAL"
    nearest = min(item.expiry for item in shown if item.expiry)
    return "CURRENT_QUARTER" if listing.expiry == nearest else "NEXT_QUARTER"


def _filters(listing: Listing) -> list[dict[str, Any]]:
    lot = {
        "minQty": text(listing.minimum),
        "maxQty": text(listing.maximum),
        "stepSize": text(listing.step),
    }
    tick = text(listing.tick)
    return [
        {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "10000000", "tickSize": tick},
        {"filterType": "LOT_SIZE", **lot},
        {"filterType": "MARKET_LOT_SIZE", **lot},
    ]


def _klines(side: str, market: Market, params: Params, key: str) -> list[list[Any]]:
    listing = _listing(side, market, params, key)
    grid = GRIDS.get(params.get("interval", ""))
    if grid is None:
        raise Refusal(400, {"code": -1120, "msg": "Invalid interval."})
    limit = _limit(side, params, 500)
    first, last = whole(params, "startTime"), whole(params, "endTime")
    newest = first is None or (side == "dapi" and last is not None)
    if side == "dapi" and first is not None and last is None:
        last = first + DAPI_WINDOW
    bars = market.page(listing, grid, limit, first=first, last=last, newest=newest)
    return [_kline(listing, grid, bar, traded=key == "symbol") for bar in bars]


def _kline(listing: Listing, grid: Grid, bar: Bar, *, traded: bool) -> list[Any]:
    volume = bar.volume if traded else 0.0
    quote = times(volume, bar.close)
    if listing.inverse:  # contracts first, coins where linear markets have the quote
        contracts = None if quote is None else round(quote / listing.contract_size)
        volume, quote = contracts, bar.volume
    return [
        bar.time,
        *(text(price) for price in bar[1:5]),
        text(volume),
        grid.end(bar.time) - 1,
        text(quote),
        100,
        "0",
        "0",
        "0",
    ]


def _funding(side: str, market: Market, params: Params) -> list[dict[str, Any]]:
    listing = _listing(side, market, params, "symbol")
    if not listing.perpetual:
        return []
    first, last = whole(params, "startTime"), whole(params, "endTime")
    limit = _limit(side, params, 100, most=1000)
    rates = market.funding(listing, limit, first=first, last=last, newest=first is None)
    return [
        {
            "symbol": native(listing),
            "fundingTime": time,
            "fundingRate": f"{rate:.8f}",
            "markPrice": "",
        }
        for time, rate in rates
    ]


def _tickers(side: str, market: Market, params: Params) -> Any:
    if "symbol" in params:
        row = _ticker(market, _listing(side, market, params, "symbol"))
        return row if side != "dapi" else [row]
    shown = [item for item in market.of_kind(KINDS[side]) if item.active]
    if "symbols" in params:
        wanted = set(json.loads(params["symbols"]))
        shown = [item for item in shown if native(item) in wanted]
    rows = [_ticker(market, listing) for listing in shown]
    return [row for row in rows if row]


def _ticker(market: Market, listing: Listing) -> dict[str, Any] | None:
    day = market.day(listing)
    return None if day is None else _ticker_row(market, listing, day)


def _ticker_row(market: Market, listing: Listing, day: Day) -> dict[str, Any]:
    row = {
        "symbol": native(listing),
        "priceChange": text(float(day.last) - float(day.open)),
        "priceChangePercent": f"{(float(day.last) / float(day.open) - 1) * 100:.3f}",
        "weightedAvgPrice": text(day.last),
        "lastPrice": text(day.last),
        "openPrice": text(day.open),
        "highPrice": text(day.high),
        "lowPrice": text(day.low),
        "volume": text(day.volume),
        "openTime": day.time - DAY,
        "closeTime": min(day.time, market.stamp),
        "count": 1000,
    }
    if listing.inverse:
        contracts = over(times(day.volume, day.last), listing.contract_size)
        coins = {"volume": text(contracts), "baseVolume": text(day.volume)}
        return row | {"pair": listing.base + listing.quote} | coins
    row["quoteVolume"] = text(times(day.volume, day.last))
    if listing.linear:
        return row
    last = text(day.last)
    return row | {"bidPrice": last, "bidQty": "1", "askPrice": last, "askQty": "1"}


def _listing(side: str, market: Market, params: Params, key: str) -> Listing:
    wanted = params.get(key)
    if not wanted:
        message = f"Mandatory parameter '{key}' was not sent, was empty/null, or malformed."
        raise Refusal(400, {"code": -1102, "msg": message})
    if key == "pair" and side == "dapi":
        wanted += "_PERP"
    listing = market.find(wanted, KINDS[side])
    if listing is None:
        raise Refusal(400, {"code": -1121, "msg": "Invalid symbol."})
    return listing


def _limit(side: str, params: Params, default: int, most: int | None = None) -> int:
    limit = whole(params, "limit") or default
    most = most or MOST[side]
    if limit > most and side != "api":
        message = "Data sent for parameter 'limit' is not valid."
        raise Refusal(400, {"code": -1130, "msg": message})
    return min(limit, most)
