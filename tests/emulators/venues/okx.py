"""OKX's v5 public data: newest first, `before` means later and `after` means earlier."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.emulators.venues.bars import Bar, over, text, times
from tests.emulators.venues.grid import DAY, HOUR, MINUTE, MONDAY, WEEK, Grid, milliseconds
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.market import Market, Params, Refusal, capped, whole

HOSTS = ("www.okx.com", "my.okx.com", "eea.okx.com", "us.okx.com", "app.okx.com", "aws.okx.com")
RECENT = 1440  # bars that /candles reaches back
FUNDING_KEPT = 92 * DAY
HONG_KONG = 8 * HOUR

GRIDS = {
    **{f"{n}m": Grid(n * MINUTE) for n in (1, 3, 5, 15, 30)},
    **{f"{n}H": Grid(n * HOUR) for n in (1, 2, 4)},
    **{f"{n}Hutc": Grid(n * HOUR) for n in (6, 12)},
    **{f"{n}H": Grid(n * HOUR, -HONG_KONG % (n * HOUR)) for n in (6, 12)},
    "1D": Grid(DAY, -HONG_KONG % DAY),
    "1Dutc": Grid(DAY),
    "1W": Grid(WEEK, (MONDAY - HONG_KONG) % WEEK),
    "1Wutc": Grid(WEEK, MONDAY),
    "1Mutc": Grid(30 * DAY, months=1),
    "3Mutc": Grid(91 * DAY, months=3),
}


def native(listing: Listing) -> str:
    """BTC-USDT, BTC-USDT-SWAP, BTC-USD-SWAP, BTC-USD-261225."""
    pair = f"{listing.base}-{listing.quote}"
    if listing.spot:
        return pair
    return f"{pair}-{listing.expiry:%y%m%d}" if listing.expiry else f"{pair}-SWAP"


def routes() -> Mapping[str, Callable[[Market, Params], Any]]:
    """Handlers by host and path."""
    handlers = {
        "/public/time": lambda market, params: _ok([{"ts": str(market.stamp)}]),  # noqa: ARG005
        "/public/instruments": _instruments,
        "/public/funding-rate-history": _funding,
        "/market/candles": _candles,
        "/market/history-candles": _history_candles,
        "/market/mark-price-candles": _price_candles,
        "/market/history-mark-price-candles": _price_candles,
        "/market/index-candles": _price_candles,
        "/market/history-index-candles": _price_candles,
        "/market/tickers": _tickers,
        "/market/ticker": _tickers,
    }
    return {
        f"/{host}/api/v5{path}": handler for host in HOSTS for path, handler in handlers.items()
    }


def _ok(data: list[Any]) -> dict[str, Any]:
    return {"code": "0", "msg": "", "data": data}


def _type(listing: Listing) -> str:
    return "SPOT" if listing.spot else "SWAP" if listing.perpetual else "FUTURES"


def _instruments(market: Market, params: Params) -> dict[str, Any]:
    kind = params.get("instType", "")
    rows = [_instrument(listing) for listing in market.listings if _type(listing) == kind]
    if kind == "SWAP" and rows:  # rows of markets being prepared, which ccxt passes over
        rows.append({"instId": "", "instType": "SWAP", "state": "preopen"})
    return _ok(rows)


def _instrument(listing: Listing) -> dict[str, Any]:
    pair = f"{listing.base}-{listing.quote}"
    contract = not listing.spot
    return {
        "alias": "quarter" if listing.expiry else "",
        "baseCcy": "" if contract else listing.base,
        "quoteCcy": "" if contract else listing.quote,
        "settleCcy": listing.settle,
        "ctMult": "1" if contract else "",
        "ctType": listing.kind if contract else "",
        "ctVal": text(listing.contract_size) if contract else "",
        "ctValCcy": ("USD" if listing.inverse else listing.base) if contract else "",
        "expTime": str(milliseconds(listing.expiry)) if listing.expiry else "",
        "instFamily": pair if contract else "",
        "instId": native(listing),
        "instType": _type(listing),
        "lever": "100" if contract else "10",
        "listTime": str(milliseconds(listing.listed)),
        "lotSz": text(listing.step),
        "minSz": text(listing.minimum),
        "maxLmtSz": text(listing.maximum),
        "maxMktSz": text(listing.maximum),
        "optType": "",
        "state": "live" if listing.active else "suspend",
        "stk": "",
        "tickSz": text(listing.tick),
        "uly": pair if contract else "",
    }


def _candles(market: Market, params: Params) -> dict[str, Any]:
    listing, grid = _listing(market, params), _grid(params)
    oldest = grid.before(grid.floor(market.stamp), RECENT - 1)
    return _ok([_row(market, listing, grid, bar) for bar in _bars(market, params, first=oldest)])


def _history_candles(market: Market, params: Params) -> dict[str, Any]:
    """Completed bars only, as far back as there are any."""
    listing, grid = _listing(market, params), _grid(params)
    last = grid.floor(market.stamp) - 1
    return _ok([_row(market, listing, grid, bar) for bar in _bars(market, params, last=last)])


def _price_candles(market: Market, params: Params) -> dict[str, Any]:
    grid = _grid(params)
    rows = _bars(market, params, most=100)
    return _ok([[*map(text, bar[:5]), _confirmed(market, grid, bar)] for bar in rows])


def _bars(
    market: Market,
    params: Params,
    *,
    first: int | None = None,
    last: int | None = None,
    most: int = 300,
) -> list[Bar]:
    """The newest bars strictly between `before` and `after`, newest first."""
    before, after = whole(params, "before"), whole(params, "after")
    lower = max(0 if before is None else before + 1, first or 0)
    upper = min(
        market.stamp if after is None else after - 1, market.stamp if last is None else last
    )
    return market.page(
        _listing(market, params),
        _grid(params),
        capped(params, 100, most),
        first=lower,
        last=upper,
        newest=True,
    )[::-1]


def _row(market: Market, listing: Listing, grid: Grid, bar: Bar) -> list[Any]:
    value = times(bar.volume, bar.close)
    contracts = over(value if listing.inverse else bar.volume, listing.contract_size)
    volumes = [bar.volume, value, value] if listing.spot else [contracts, bar.volume, value]
    return [*map(text, bar[:5]), *map(text, volumes), _confirmed(market, grid, bar)]


def _confirmed(market: Market, grid: Grid, bar: Bar) -> str:
    return "1" if grid.end(bar.time) <= market.stamp else "0"


def _funding(market: Market, params: Params) -> dict[str, Any]:
    """The newest rates strictly between `before` and `after`; three months are kept."""
    listing = _listing(market, params)
    before, after = whole(params, "before"), whole(params, "after")
    lower = max(market.stamp - FUNDING_KEPT, 0 if before is None else before + 1)
    upper = market.stamp if after is None else after - 1
    limit = capped(params, 400, 400)
    rates = market.funding(listing, limit, first=lower, last=upper, newest=True)
    return _ok(
        [
            {
                "instType": "SWAP",
                "instId": native(listing),
                "formulaType": "noRate",
                "fundingRate": text(rate),
                "realizedRate": text(rate),
                "fundingTime": str(time),
                "method": "current_period",
            }
            for time, rate in reversed(rates if listing.perpetual else [])
        ]
    )


def _tickers(market: Market, params: Params) -> dict[str, Any]:
    if "instId" in params:
        shown = [_listing(market, params)]
    else:
        kind = params.get("instType", "")
        shown = [item for item in market.listings if _type(item) == kind and item.active]
    rows = [_ticker(market, listing) for listing in shown]
    return _ok([row for row in rows if row])


def _ticker(market: Market, listing: Listing) -> dict[str, Any] | None:
    day = market.day(listing)
    if day is None:
        return None
    last = text(day.last)
    return {
        "instType": _type(listing),
        "instId": native(listing),
        "last": last,
        "lastSz": "1",
        "askPx": last,
        "askSz": "1",
        "bidPx": last,
        "bidSz": "1",
        "open24h": text(day.open),
        "high24h": text(day.high),
        "low24h": text(day.low),
        "volCcy24h": text(times(day.volume, day.last) if listing.spot else day.volume),
        "vol24h": text(over(day.volume, listing.contract_size)),
        "ts": str(day.time),
        "sodUtc0": text(day.open),
        "sodUtc8": text(day.open),
    }


def _grid(params: Params) -> Grid:
    grid = GRIDS.get(params.get("bar", "1m"))
    if grid is None:
        raise Refusal(400, {"code": "51000", "msg": "Parameter bar error", "data": []})
    return grid


def _listing(market: Market, params: Params) -> Listing:
    wanted = params.get("instId", "")
    listing = market.find(wanted) or market.find(f"{wanted}-SWAP")
    if listing is None:
        body = {"code": "51001", "msg": "Instrument ID doesn't exist.", "data": []}
        raise Refusal(200, body)
    return listing
