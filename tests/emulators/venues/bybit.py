"""Bybit's v5 market data: one path for every category, newest first."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.emulators.venues.bars import over, text, times
from tests.emulators.venues.grid import DAY, HOUR, MINUTE, MONDAY, WEEK, Grid, milliseconds
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.market import Market, Params, Refusal, capped, whole

HOSTS = ("api.bybit.com", "api.bytick.com", "api.bybit.nl", "api.bybit.eu")
MONTH_CODES = {3: "H", 6: "M", 9: "U", 12: "Z"}
GRIDS = {
    **{str(n): Grid(n * MINUTE) for n in (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)},
    "D": Grid(DAY),
    "W": Grid(WEEK, MONDAY),
    "M": Grid(30 * DAY, months=1),
}


def native(listing: Listing) -> str:
    """BTCUSDT, BTCPERP (USDC), BTCUSD, BTCUSDT-25DEC26, BTC-25DEC26 (USDC), BTCUSDZ26."""
    pair = listing.base + listing.quote
    if listing.expiry is None:
        return f"{listing.base}PERP" if listing.settle == "USDC" else pair
    if listing.inverse:
        return f"{pair}{MONTH_CODES[listing.expiry.month]}{listing.expiry:%y}"
    stem = listing.base if listing.settle == "USDC" else pair
    return f"{stem}-{listing.expiry:%d%b%y}".upper()


def routes() -> Mapping[str, Callable[[Market, Params], Any]]:
    """Handlers by host and path."""
    handlers = {
        "/time": lambda market, params: _ok(market, {"timeNano": str(market.stamp * 10**6)}),  # noqa: ARG005
        "/instruments-info": _instruments,
        "/kline": _kline,
        "/mark-price-kline": _price_kline,
        "/index-price-kline": _price_kline,
        "/funding/history": _funding,
        "/tickers": _tickers,
    }
    return {
        f"/{host}/v5/market{path}": handler for host in HOSTS for path, handler in handlers.items()
    }


def _ok(market: Market, result: dict[str, Any]) -> dict[str, Any]:
    return {
        "retCode": 0,
        "retMsg": "OK",
        "result": result,
        "retExtInfo": {},
        "time": market.stamp,
    }


def _refused(market: Market, message: str) -> Refusal:
    body = {"retCode": 10001, "retMsg": message, "result": {}, "retExtInfo": {}}
    return Refusal(200, body | {"time": market.stamp})


def _instruments(market: Market, params: Params) -> dict[str, Any]:
    category = params.get("category", "")
    rows = [_instrument(listing) for listing in market.of_kind(category)]
    if rows:  # a row without coins, which ccxt passes over
        rows.append({"symbol": "NEWCOIN", "status": "PreLaunch", "baseCoin": "", "quoteCoin": ""})
    wanted = params.get("status")
    rows = [row for row in rows if (row["status"] == wanted) or (not wanted)]
    rows = [row for row in rows if wanted or row["status"] != "PreLaunch" or category == "spot"]
    if category == "spot":
        return _ok(market, {"category": category, "list": rows})
    start, limit = int(params.get("cursor") or 0), capped(params, 500, 1000)
    more = str(start + limit) if start + limit < len(rows) else ""
    page = rows[start : start + limit]
    return _ok(market, {"category": category, "list": page, "nextPageCursor": more})


def _instrument(listing: Listing) -> dict[str, Any]:
    row = {
        "symbol": native(listing),
        "baseCoin": listing.base,
        "quoteCoin": listing.quote,
        "status": "Trading" if listing.active else "Settling",
        "priceFilter": {"tickSize": text(listing.tick)},
    }
    return row | (_spot(listing) if listing.spot else _contract(listing))


def _spot(listing: Listing) -> dict[str, Any]:
    return {
        "innovation": "0",
        "marginTrading": "both",
        "lotSizeFilter": {
            "basePrecision": text(listing.step),
            "quotePrecision": "0.0000001",
            "minOrderQty": text(listing.minimum),
            "maxOrderQty": text(listing.maximum),
            "minOrderAmt": text(listing.min_cost),
            "maxOrderAmt": "4000000",
        },
    }


def _contract(listing: Listing) -> dict[str, Any]:
    kind = "Perpetual" if listing.perpetual else "Futures"
    tick = text(listing.tick)
    return {
        "contractType": f"{'Linear' if listing.linear else 'Inverse'}{kind}",
        "launchTime": str(milliseconds(listing.listed)),
        "deliveryTime": str(milliseconds(listing.expiry) if listing.expiry else 0),
        "deliveryFeeRate": "",
        "priceScale": "2",
        "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
        "priceFilter": {"minPrice": tick, "maxPrice": "1999999.80", "tickSize": tick},
        "lotSizeFilter": {
            "minOrderQty": text(listing.minimum),
            "maxOrderQty": text(listing.maximum),
            "qtyStep": text(listing.step),
            "minNotionalValue": text(listing.min_cost),
        },
        "unifiedMarginTrade": True,
        "fundingInterval": 480,
        "settleCoin": listing.settle,
        "copyTrading": "none",
        "isPreListing": False,
    }


def _kline(market: Market, params: Params) -> dict[str, Any]:
    listing, rows = _bars(market, params)
    table = []
    for bar in rows:
        value = times(bar.volume, bar.close)
        volume, turnover = (value, bar.volume) if listing.inverse else (bar.volume, value)
        table.append([*map(text, bar[:5]), text(volume), text(turnover)])
    return _listed(market, params, table)


def _price_kline(market: Market, params: Params) -> dict[str, Any]:
    _, rows = _bars(market, params)
    return _listed(market, params, [[text(value) for value in bar[:5]] for bar in rows])


def _listed(market: Market, params: Params, table: list[Any]) -> dict[str, Any]:
    named = {"category": params["category"], "symbol": params["symbol"]}
    return _ok(market, named | {"list": table})


def _bars(market: Market, params: Params) -> tuple[Listing, list[Any]]:
    """Bars newest first; from `start` alone the oldest that fit, else the newest."""
    listing = _listing(market, params)
    grid = GRIDS.get(params.get("interval", ""))
    if grid is None:
        raise _refused(market, "Invalid period!")
    first, last = whole(params, "start"), whole(params, "end")
    newest = first is None or last is not None
    limit = capped(params, 200, 1000)
    return listing, market.page(listing, grid, limit, first=first, last=last, newest=newest)[::-1]


def _funding(market: Market, params: Params) -> dict[str, Any]:
    listing = _listing(market, params)
    first, last = whole(params, "startTime"), whole(params, "endTime")
    if first is not None and last is None:
        raise _refused(market, "params error: endTime must be sent with startTime")
    limit = capped(params, 200, 200)
    rates = market.funding(listing, limit, first=first, last=last, newest=True)
    rows = [
        {
            "symbol": native(listing),
            "fundingRate": text(rate),
            "fundingRateTimestamp": str(time),
        }
        for time, rate in reversed(rates if listing.perpetual else [])
    ]
    return _ok(market, {"category": params.get("category", ""), "list": rows})


def _tickers(market: Market, params: Params) -> dict[str, Any]:
    category = params.get("category", "")
    shown = [item for item in market.of_kind(category) if item.active]
    if "symbol" in params:
        shown = [_listing(market, params)]
    rows = [_ticker(market, listing) for listing in shown]
    return _ok(market, {"category": category, "list": [row for row in rows if row]})


def _ticker(market: Market, listing: Listing) -> dict[str, Any] | None:
    day = market.day(listing)
    if day is None:
        return None
    value = times(day.volume, day.last)
    row = {
        "symbol": native(listing),
        "bid1Price": text(day.last),
        "bid1Size": "1",
        "ask1Price": text(day.last),
        "ask1Size": "1",
        "lastPrice": text(day.last),
        "prevPrice24h": text(day.open),
        "price24hPcnt": f"{(over(day.last, day.open) or 1) - 1:.6f}",
        "highPrice24h": text(day.high),
        "lowPrice24h": text(day.low),
        "volume24h": text(value if listing.inverse else day.volume),
        "turnover24h": text(day.volume if listing.inverse else value),
    }
    return row if listing.spot else row | _contract_ticker(market, listing, day.last)


def _contract_ticker(market: Market, listing: Listing, last: Any) -> dict[str, Any]:
    rates = market.funding(listing, 1, newest=True) if listing.perpetual else []
    following = market.stamp // (8 * HOUR) * 8 * HOUR + 8 * HOUR
    return {
        "indexPrice": text(last),
        "markPrice": text(last),
        "openInterest": "1000",
        "openInterestValue": text(times(1000.0, last)),
        "fundingRate": text(rates[0][1]) if rates else "",
        "nextFundingTime": str(following if listing.perpetual else 0),
        "deliveryTime": str(milliseconds(listing.expiry) if listing.expiry else 0),
    }


def _listing(market: Market, params: Params) -> Listing:
    listing = market.find(params.get("symbol", ""), params.get("category", ""))
    if listing is None:
        raise _refused(market, "Not supported symbols")
    return listing
